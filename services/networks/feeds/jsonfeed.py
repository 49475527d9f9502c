"""JSON Feed, versions 1.0 and 1.1.

Law: pure, and in the child. One item that is wrong costs itself, not the feed.

Source: https://www.jsonfeed.org/version/1.1/, 2026-11.
"""

import codecs
from datetime import datetime

import msgspec

from services.networks.feeds.entries import (
    aware,
    chosen,
    entry_of,
    link_of,
    paragraph_of,
    plain,
    title_of,
)
from services.networks.feeds.wire import (
    TITLE_CHARS,
    NotUnderstood,
    ParsedEntry,
    ParsedFeed,
    ParseJob,
    Reason,
)

_VERSION = "https://jsonfeed.org/version/"
_ITEMS_AT_MOST = 20_000


class _Item(msgspec.Struct, frozen=True):
    """An item as it is written; numbers as identifiers are of version 1.0."""

    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None


class _Feed(msgspec.Struct, frozen=True):
    """A feed as it is written."""

    version: str
    title: str | None = None
    home_page_url: str | None = None
    items: list[msgspec.Raw] = []


_FEEDS = msgspec.json.Decoder(_Feed)
_ITEMS = msgspec.json.Decoder(_Item)


def is_json(body: bytes) -> bool:
    """Tell whether it begins as JSON does, and so not as XML or HTML."""
    return _without_mark(body[:200]).lstrip()[:1] == b"{"


def parse_json(job: ParseJob) -> ParsedFeed | NotUnderstood:
    """Read a feed in JSON."""
    try:
        feed = _FEEDS.decode(_without_mark(job.body))
    except msgspec.ValidationError:
        return NotUnderstood(Reason.NOT_A_FEED)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return NotUnderstood(Reason.BROKEN)
    if not feed.version.replace("http://", "https://").replace("www.", "").startswith(_VERSION):
        return NotUnderstood(Reason.NOT_A_FEED)
    items = [item for raw in feed.items[:_ITEMS_AT_MOST] if (item := _item(raw)) is not None]
    dates = [_published(item) for item in items]
    entries = [_entry(items[place], dates[place], job.url) for place in chosen(dates)]
    return ParsedFeed(
        title=plain(feed.title or "", TITLE_CHARS),
        site=link_of(feed.home_page_url or "", job.url),
        ttl_s=None,
        entries=tuple(entry for entry in entries if entry is not None),
        is_cut=False,
    )


def _without_mark(body: bytes) -> bytes:
    return body.removeprefix(codecs.BOM_UTF8)


def _item(raw: msgspec.Raw) -> _Item | None:
    """Read one item; ``None`` where it is none."""
    try:
        return _ITEMS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _published(item: _Item) -> datetime | None:
    """Give when it was published, or else changed (RFC 3339)."""
    for written in (item.date_published, item.date_modified):
        try:
            if written and (moment := aware(datetime.fromisoformat(written.strip()))):
                return moment
        except ValueError:
            continue
    return None


def _entry(item: _Item, published_at: datetime | None, base: str) -> ParsedEntry | None:
    """Make an entry of an item."""
    if item.summary:
        paragraph = paragraph_of(item.summary, is_html=False)
    elif item.content_html:
        paragraph = paragraph_of(item.content_html, is_html=True)
    else:
        paragraph = paragraph_of(item.content_text or "", is_html=False)
    return entry_of(
        guid="" if item.id is None else str(item.id),
        title=title_of(item.title or "", is_html=False),
        paragraph=paragraph,
        url=link_of(item.url or item.external_url or "", base),
        published_at=published_at,
    )
