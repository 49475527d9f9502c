"""The rules that hold for every item, whatever the format of its feed.

Law: pure, and in the child. What leaves here is clean and bounded, and links lead to http and
https only.
"""

import hashlib
from datetime import UTC, datetime
from urllib.parse import urljoin

from services.networks.feeds.wire import (
    ENTRIES_AT_MOST,
    GUID_CHARS,
    PARAGRAPH_CHARS,
    TITLE_CHARS,
    ParsedEntry,
)
from services.text.clean import clean_line, clean_url
from services.text.html import first_paragraph, html_to_text

_HTML_CHARS = 32_768
"""Of the text of one item: its first paragraph is in there."""
_TITLE_SOURCE_CHARS = 8_192
_URL_CHARS = 2_000


def plain(raw: str, chars: int) -> str:
    """Make one clean line."""
    return str(clean_line(raw, chars=chars))


def title_of(raw: str, *, is_html: bool) -> str:
    """Make a title of what stands for one."""
    head = raw[:_TITLE_SOURCE_CHARS]
    return plain(html_to_text(head) if is_html else head, TITLE_CHARS)


def paragraph_of(raw: str, *, is_html: bool) -> str:
    """Make a paragraph of the text of an item."""
    head = raw[:_HTML_CHARS]
    text = html_to_text(head) if is_html else head
    return plain(first_paragraph(text, chars=PARAGRAPH_CHARS), PARAGRAPH_CHARS)


def link_of(raw: str, base: str) -> str | None:
    """Resolve an address; ``None`` where it leads to neither http nor https."""
    written = raw[: 2 * _URL_CHARS].strip()
    if not written:
        return None
    try:
        whole = urljoin(base, written.replace(" ", "%20"))
    except ValueError:
        return None
    url = clean_url(whole)
    return None if url is None else str(url)


def entry_of(
    *, guid: str, title: str, paragraph: str, url: str | None, published_at: datetime | None
) -> ParsedEntry | None:
    """Put an item together; ``None`` where there is nothing to show."""
    shown = title or plain(first_paragraph(paragraph, chars=120), 120) or url
    if not shown:
        return None
    key = guid.strip() or url or _digest(f"{title}\n{paragraph}")
    return ParsedEntry(_key(key), shown, paragraph, url, published_at)


def chosen(dates: list[datetime | None]) -> list[int]:
    """Give the places of those that are kept, in their order.

    Those are the newest where all say when they are from, otherwise the first.
    """
    if len(dates) <= ENTRIES_AT_MOST:
        return list(range(len(dates)))
    known = [(at, -place) for place, at in enumerate(dates) if at is not None]
    if len(known) < len(dates):
        return list(range(ENTRIES_AT_MOST))
    return sorted(-place for _, place in sorted(known, reverse=True)[:ENTRIES_AT_MOST])


def aware(moment: datetime) -> datetime | None:
    """Give it in UTC; ``None`` where the calendar has no such moment."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _key(raw: str) -> str:
    """Give a key that is clean and short, and another one for every other ``raw``."""
    cleaned = plain(raw, GUID_CHARS)
    return cleaned if cleaned == raw else _digest(raw)


def _digest(raw: str) -> str:
    return "sha256:" + hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
