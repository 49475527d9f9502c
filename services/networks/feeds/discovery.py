"""The feeds that a web page names.

Law: pure, and only ever in the child. Only the beginning of the page is looked at, where such
links belong.

Source: https://html.spec.whatwg.org/multipage/links.html#rel-alternate, 2026-11.
"""

import re
from typing import Final

from services.networks.feeds.entries import link_of, plain
from services.networks.feeds.wire import (
    LINKS_AT_MOST,
    TITLE_CHARS,
    FeedKind,
    FoundFeed,
    FoundFeeds,
    NotUnderstood,
    ParseJob,
    Reason,
)

_BYTES_AT_MOST = 1_000_000
_TAGS_AT_MOST = 10_000
"""A tree of nested tags takes time that grows with the square of how many there are."""
_KINDS: Final = {
    "application/rss+xml": FeedKind.RSS,
    "application/rdf+xml": FeedKind.RSS,
    "application/atom+xml": FeedKind.ATOM,
    "application/feed+json": FeedKind.JSON,
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def find_feeds(job: ParseJob) -> FoundFeeds | NotUnderstood:
    """Look for the feeds that a page names."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only who looks needs it

    if not job.body.strip(b"\x00 \t\r\n"):
        return NotUnderstood(Reason.EMPTY)
    tree = LexborHTMLParser(_page(job))
    named = tree.css_first("base[href]")
    base = link_of((named.attributes.get("href") if named else None) or "", job.url) or job.url
    found: dict[str, FoundFeed] = {}
    for node in tree.css("link[href][type]"):
        attributes = node.attributes
        kind = _KINDS.get((attributes.get("type") or "").partition(";")[0].strip().lower())
        relations = (attributes.get("rel") or "").lower().split()
        url = link_of(attributes.get("href") or "", base)
        if kind is None or url is None or "alternate" not in relations:
            continue
        title = plain(attributes.get("title") or "", TITLE_CHARS)
        found.setdefault(url, FoundFeed(url, title, kind))
        if len(found) == LINKS_AT_MOST:
            break
    return FoundFeeds(tuple(found.values()))


def _page(job: ParseJob) -> str:
    """Decode the beginning of a page; a wrong charset costs letters, not links."""
    head = job.body[:_BYTES_AT_MOST]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = head.decode("utf-16", "replace")
    else:
        said = _CHARSET.search(job.content_type) or _CHARSET.search(
            head[:2_048].decode("ascii", "replace")
        )
        text = _decoded(head, said[1] if said else "utf-8")
    return "<".join(text.split("<", _TAGS_AT_MOST)[:_TAGS_AT_MOST])


def _decoded(head: bytes, charset: str) -> str:
    try:
        return head.decode(charset, "replace")
    except (LookupError, ValueError):
        return head.decode("utf-8", "replace")
