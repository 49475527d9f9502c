"""The good animals: feeds in each format, with validators that are kept.

Law: everything here is honest HTTP; what is asked again unchanged is answered with 304.
"""

import gzip
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

from tests.zoo import stories
from tests.zoo.values import Answering, Visit, either, good

TYPES: Final = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "json-feed": "application/feed+json; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
_WRITERS: Final = {
    "rss": stories.rss,
    "atom": stories.atom,
    "rdf": stories.rdf,
    "json-feed": stories.json_feed,
}


async def send_validated(
    visit: Visit, body: bytes, kind: str, changed: datetime, **headers: str
) -> None:
    """Send a body with ETag and Last-Modified, or 304 where the visitor has it.

    Source: RFC 9110, 13.1.2 and 13.1.3, 2026-11: If-None-Match goes before If-Modified-Since.
    """
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    modified = format_datetime(changed.replace(microsecond=0), usegmt=True)
    validators = {"etag": etag, "last-modified": modified}
    asked = visit.seen.headers
    if "if-none-match" in asked:
        is_known = asked["if-none-match"] == etag
    else:
        is_known = asked.get("if-modified-since") == modified
    if is_known:
        await visit.send(HTTPStatus.NOT_MODIFIED, b"", validators | headers)
        return
    if "gzip" in visit.query and "gzip" in asked.get("accept-encoding", ""):
        body = gzip.compress(body, mtime=0)
        headers["content-encoding"] = "gzip"
    await visit.send(HTTPStatus.OK, body, {"content-type": TYPES[kind], **validators, **headers})


def feed_of(visit: Visit, publisher: str, *, items: int = 20, first: int = 0) -> stories.Feed:
    """Make the feed that the query asks for: items, publisher, age_s, every_s, ttl, first."""
    newest = visit.now - timedelta(seconds=visit.number("age_s", 240))
    return stories.make_feed(
        visit.query.get("publisher", publisher),
        visit.count("items", items),
        newest,
        first=visit.count("first", first),
        every_s=visit.number("every_s", 600),
        ttl_minutes=visit.count("ttl", 60) if "ttl" in visit.query else None,
    )


def _format(kind: str) -> Answering:
    """Serve one format."""

    async def answer(visit: Visit) -> None:
        feed = feed_of(visit, f"The {kind.title()} Post")
        await send_validated(visit, _WRITERS[kind](feed).encode(), kind, visit.now)

    return answer


def _number_of(visit: Visit) -> int:
    """Read ``12`` from ``12.xml``."""
    return int(visit.rest.partition(".")[0] or 0)


async def _numbered(visit: Visit) -> None:
    """Serve feed ``n``: each has stories of its own, in one of the three XML formats."""
    number = _number_of(visit)
    items = visit.count("items", 100)
    feed = feed_of(visit, f"Paper {number}", items=items, first=number * items)
    kind = ("rss", "atom", "rdf")[number % 3]
    await send_validated(visit, _WRITERS[kind](feed).encode(), kind, visit.now)


async def _carried(visit: Visit) -> None:
    """Serve publisher ``n`` of those who carry one story, the later the higher ``n`` is."""
    number = _number_of(visit)
    own = feed_of(visit, f"Carrier {number}", items=5, first=1_000 * (number + 1))
    title = visit.query.get("title", "Harbour bridge of Tarn reopens after nine years")
    link = f"{own.home}/bridge"
    if visit.query.get("link") == "same":
        link = "https://tarn.example/bridge"
    published = visit.now - timedelta(minutes=max(1, 60 - 5 * number))
    shared = stories.Story(title, link, published, f"{title}. The first tram crosses at noon.")
    body = stories.rss(stories.Feed(own.publisher, own.home, (shared, *own.stories)))
    await send_validated(visit, body.encode(), "rss", visit.now)


async def _hourly(visit: Visit) -> None:
    """Serve a feed that says, in it and around it, that an hour is soon enough."""
    feed = replace(feed_of(visit, "The Hourly Post"), ttl_minutes=60)
    kept = {"cache-control": "max-age=3600"}
    await send_validated(visit, stories.rss(feed).encode(), "rss", visit.now, **kept)


async def _page(visit: Visit) -> None:
    """Serve a page that names its feeds, one of them by a relative address."""
    body = (
        "<!doctype html><html><head><title>The Page Post</title>"
        '<link rel="stylesheet" href="/style.css">'
        '<link rel="alternate" type="application/rss+xml" title="Stories" href="/rss">'
        f'<link rel="alternate" type="application/atom+xml" href="{visit.url("atom")}">'
        '<link rel="alternate" hreflang="de" href="/de"></head><body><p>Hello</body></html>'
    )
    await send_validated(visit, body.encode(), "html", visit.now)


async def _opml(visit: Visit) -> None:
    """Serve an OPML file of ``n`` of the numbered feeds."""
    count = visit.count("n", 300)
    listed = [(f"Paper {at}", visit.url(f"feeds/{at}.xml")) for at in range(count)]
    await send_validated(visit, stories.opml(listed).encode(), "opml", visit.now)


async def _moved(visit: Visit) -> None:
    """Say that the RSS feed has moved for good."""
    await visit.send(HTTPStatus.MOVED_PERMANENTLY, b"", {"location": visit.url("rss")})


TAME: Final = (
    good("rss", "RSS 2.0 with ETag, Last-Modified and 304", _format("rss")),
    good("atom", "Atom with ETag, Last-Modified and 304", _format("atom")),
    good("rdf", "RSS 1.0 with ETag, Last-Modified and 304", _format("rdf")),
    good("json-feed", "JSON Feed 1.1 with ETag, Last-Modified and 304", _format("json-feed")),
    good("feeds", "feeds/{n}.xml?items=100: as many feeds as wanted", _numbered),
    good("carried", "carried/{n}.xml: publisher n of those who carry one story", _carried),
    good("page", "a page that names two feeds", _page),
    either("opml", "opml?n=300: an OPML file of that many feeds", _opml),
    good("hourly", "says that an hour is soon enough", _hourly),
    good("moved", "301 to the RSS feed", _moved),
)
