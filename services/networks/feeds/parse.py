"""Bytes that a publisher sent, as a feed: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed.

Law: pure, and only ever in the child: time and memory are limited there, not here. Whatever the
bytes are it raises nothing but that memory or stack do not suffice. HTML is reduced by us and by
nobody else.
"""

import io
import re
from datetime import UTC, datetime
from typing import Protocol, cast
from xml.sax import SAXException

from services.networks.feeds.entries import (
    chosen,
    entry_of,
    link_of,
    paragraph_of,
    title_of,
)
from services.networks.feeds.jsonfeed import is_json, parse_json
from services.networks.feeds.wire import NotUnderstood, ParsedEntry, ParsedFeed, ParseJob, Reason

_PERIODS_S = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}
_TTL_S_AT_MOST = 31_536_000
_FIRST_AND_LAST = 1_000
"""Of very many items as many from each end are read: the newest are at one of them."""
_PAGE = re.compile(
    rb"(?:\s|<\?[^>]*+>|<!--.*?-->)*+<(?:!doctype\s++html|html)\b", re.IGNORECASE | re.DOTALL
)
_ITEM = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_END = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:rss|rdf|feed)\s*>", re.IGNORECASE)
_END_BYTES = 2_000
_ENTITIES = re.compile(rb"(<!DOCTYPE[^>\[]{0,1000})\[.*?\]\s*+>", re.IGNORECASE | re.DOTALL)


class _Raw(Protocol):
    """What feedparser gives, at every level: a dictionary of anything."""

    def get(self, key: str, default: object = None) -> object: ...


def parse_feed(job: ParseJob) -> ParsedFeed | NotUnderstood:
    """Read a feed in whatever format it has."""
    if not job.body.strip(b"\x00 \t\r\n"):
        return NotUnderstood(Reason.EMPTY)
    if is_json(job.body):
        return parse_json(job)
    if _PAGE.match(job.body.removeprefix(b"\xef\xbb\xbf")):
        return NotUnderstood(Reason.NOT_A_FEED)
    try:
        raw = _parsed(job)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - the library raises anything for bytes that are wrong enough
        return NotUnderstood(Reason.BROKEN)
    if not raw.get("version"):
        return NotUnderstood(Reason.NOT_A_FEED)
    return _feed(raw, job)


def _parsed(job: ParseJob) -> _Raw:
    """Let feedparser read it, without its handling of HTML, entities and our address.

    Entities that a document defines for itself grow, and no publisher needs them. With the
    address the library would resolve keys as if they were links, and a feed that moves would be
    all new.
    """
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415 - no types; 0.1 s, child only

    body = _ENTITIES.sub(rb"\1>", _without_middle(job.body), count=1)
    headers = {"content-type": job.content_type or "application/xml"}
    return cast(
        _Raw,
        feedparser.parse(
            io.BytesIO(body),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        ),
    )


def _without_middle(body: bytes) -> bytes:
    """Leave out the middle of very many items."""
    starts = [match.start() for match in _ITEM.finditer(body)]
    if len(starts) <= 2 * _FIRST_AND_LAST:
        return body
    return body[: starts[_FIRST_AND_LAST]] + body[starts[-_FIRST_AND_LAST] :]


def _feed(raw: _Raw, job: ParseJob) -> ParsedFeed:
    """Make a feed of what feedparser gave."""
    head = cast(_Raw, raw.get("feed", {}))
    items = cast(list[_Raw], raw.get("entries", []))
    dates = [_published(item) for item in items]
    entries = [_entry(items[place], dates[place], job.url) for place in chosen(dates)]
    return ParsedFeed(
        title=title_of(_text(head, "title"), is_html=_is_html(head, "title")),
        site=link_of(_text(head, "link"), job.url),
        ttl_s=_ttl_s(head),
        entries=tuple(entry for entry in entries if entry is not None),
        is_cut=_is_cut(raw.get("bozo_exception"), job.body),
    )


def _entry(item: _Raw, published_at: datetime | None, base: str) -> ParsedEntry | None:
    """Make an entry of an item."""
    body, is_html = _body(item)
    return entry_of(
        guid=_text(item, "id"),
        title=title_of(_text(item, "title"), is_html=_is_html(item, "title")),
        paragraph=paragraph_of(body, is_html=is_html),
        url=link_of(_text(item, "link"), base),
        published_at=published_at,
    )


def _body(item: _Raw) -> tuple[str, bool]:
    """Give the text of an item, and whether it is HTML.

    The library copies the content there where an item has no summary, but not what kind it is.
    """
    contents = item.get("content")
    if item.get("summary_detail") is None and isinstance(contents, list) and contents:
        return _text(item, "summary"), _is_of_html(contents[0])
    return _text(item, "summary"), _is_html(item, "summary")


def _text(raw: _Raw, key: str) -> str:
    """Give what is a text under ``key``, else nothing."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _is_html(raw: _Raw, key: str) -> bool:
    """Tell whether a text is HTML; where the feed does not say, it is taken for that."""
    return _is_of_html(raw.get(f"{key}_detail"))


def _is_of_html(detail: object) -> bool:
    # What is no dictionary is an element of the feed that is called as the library calls its own.
    return not isinstance(detail, dict) or detail.get("type") != "text/plain"


def _published(item: _Raw) -> datetime | None:
    """Give when it was published, or else changed, as the library made it of many spellings."""
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        # Past the mapping of the library, which warns when one date stands for the other.
        parts = dict.get(cast(dict[str, object], item), key)
        if isinstance(parts, tuple):
            year, month, day, hour, minute, second = cast(tuple[int, ...], parts)[:6]
            try:
                return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
            except ValueError:
                continue
    return None


def _ttl_s(head: _Raw) -> int | None:
    """Give how long the publisher wants to be left alone.

    Source: https://www.rssboard.org/rss-specification#ltttlgtSubelementOfLtchannelgt and
    http://purl.org/rss/1.0/modules/syndication/, 2026-11.
    """
    if minutes := _count(_text(head, "ttl")):
        return min(minutes * 60, _TTL_S_AT_MOST)
    period_s = _PERIODS_S.get(_text(head, "sy_updateperiod").strip().lower())
    if period_s is None:
        return None
    return max(1, period_s // (_count(_text(head, "sy_updatefrequency")) or 1))


def _count(written: str) -> int:
    """Read a number of few ASCII digits; nought where it is none."""
    digits = written.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0  # noqa: PLR2004 - as many years as nobody waits


def _is_cut(problem: object, body: bytes) -> bool:
    """Tell whether the bytes ended in the middle: XML that is wrong, and whose end is missing."""
    tail = body[-_END_BYTES:].replace(b"\x00", b"")
    return isinstance(problem, SAXException) and _END.search(tail) is None
