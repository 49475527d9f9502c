"""The animals whose HTTP is honest and whose feed is not.

Law: each body is made when it is asked for, so that an open zoo is small.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.zoo import stories
from tests.zoo.tame import TYPES, feed_of
from tests.zoo.values import Animal, Answering, Visit, bad, either, good

_XML: Final = "application/xml"
_DEPTH: Final = 200_000
_LAUGHS: Final = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ESCAPES: Final = (
    "\x1b[2Jcleared",
    "\x1b]52;c;cm0gLXJmIH4K\x07clipboard",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31mred and \x9d0;title\x9c",
    "\u202egnp.exe\u202c and \u2067hidden\u2069",
    "[@click=app.quit]press[/] [/nope]",
    "nul \x00 bell \x07 back \x08 delete \x7f",
    "zero\u200bwidth and \U000e0041tags",
)
LINKS: Final = (
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,<script>alert(1)</script>",
    "https://fine.example/story",
    "//no-scheme.example/story",
    "https://user:secret@evil.example/",
    "HTTPS://FINE.EXAMPLE/\x1b]52;c;eA==\x07",
    "vbscript:msgbox",
)


def _document(title: str, *, prolog: str = "", item: str = "") -> bytes:
    """Write a feed whose title and item are given as XML."""
    return (
        f'<?xml version="1.0"?>{prolog}<rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://strange.example</link>{item}</channel></rss>"
    ).encode()


def _serve(make: Callable[[Visit], bytes], content_type: str = _XML) -> Answering:
    """Send what ``make`` gives."""

    async def answer(visit: Visit) -> None:
        await visit.send(200, make(visit), {"content-type": content_type})

    return answer


def _laughs(_visit: Visit) -> bytes:
    prolog = f'<!DOCTYPE rss [<!ENTITY l0 "laugh">{_LAUGHS}]>'
    return _document("&l9;", prolog=prolog, item="<item><title>&l9;</title></item>")


def _quadratic(_visit: Visit) -> bytes:
    prolog = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>'
    return _document("&a;" * 10_000, prolog=prolog)


def _external(visit: Visit) -> bytes:
    prolog = (
        f'<!DOCTYPE rss SYSTEM "{visit.url("echo", "stranger")}" ['
        '<!ENTITY f SYSTEM "file:///etc/hostname">'
        f'<!ENTITY n SYSTEM "{visit.url("echo", "stranger")}">]>'
    )
    return _document("&f;&n;", prolog=prolog, item="<item><title>&f;&n;</title></item>")


def _deep_xml(_visit: Visit) -> bytes:
    return _document("Deep", item="<a>" * _DEPTH + "</a>" * _DEPTH)


def _deep_html(visit: Visit) -> bytes:
    depth = visit.count("depth", 100_000)
    html = "<div>" * depth + "bottom" + "</div>" * depth
    item = f"<item><title>Deep</title><description><![CDATA[{html}]]></description></item>"
    return _document("Deep page", item=item)


def _titled(visit: Visit) -> stories.Feed:
    feed = feed_of(visit, "The \x1b[31mRed\x1b[0m Post", items=len(ESCAPES))
    renamed = (
        replace(story, title=title) for story, title in zip(feed.stories, ESCAPES, strict=False)
    )
    return replace(feed, stories=tuple(renamed))


def _escapes_raw(visit: Visit) -> bytes:
    return stories.rss(_titled(visit)).encode()


def _escapes_written(visit: Visit) -> bytes:
    text = stories.rss(_titled(visit))
    controls = [*map(chr, range(9)), *map(chr, range(14, 32)), *map(chr, range(127, 160))]
    return text.translate({ord(sign): f"&#{ord(sign)};" for sign in controls}).encode()


def _escapes_json(visit: Visit) -> bytes:
    return stories.json_feed(_titled(visit)).encode()


def _linked(visit: Visit) -> bytes:
    feed = feed_of(visit, "The Linked Post", items=len(LINKS))
    linked = (replace(story, url=url) for story, url in zip(feed.stories, LINKS, strict=False))
    return stories.rss(replace(feed, stories=tuple(linked))).encode()


def _dated(moment: Callable[[Visit], datetime]) -> Answering:
    """Date every story so."""

    def make(visit: Visit) -> bytes:
        feed = feed_of(visit, "The Dated Post")
        dated = (replace(story, published=moment(visit)) for story in feed.stories)
        return stories.rss(replace(feed, stories=tuple(dated))).encode()

    return _serve(make, TYPES["rss"])


def _misdated(visit: Visit) -> bytes:
    text = stories.rss(feed_of(visit, "The Misdated Post"))
    return text.replace("<pubDate>", "<pubDate>Feb 31st, half past ").encode()


def _latin(visit: Visit) -> bytes:
    feed = replace(feed_of(visit, "Café Zürich"), publisher="Café Zürich")
    return stories.rss(feed).encode("latin-1")


def _wide(visit: Visit) -> bytes:
    return stories.rss(feed_of(visit, "The Wide Post"), "utf-16").encode("utf-16-le")


def _truncated(visit: Visit) -> bytes:
    whole = stories.rss(feed_of(visit, "The Cut Post")).encode()
    return whole[: len(whole) * 2 // 3]


async def _turns(visit: Visit) -> None:
    """Serve a feed once, and a page from then on."""
    if visit.nth == 1:
        body, kind = stories.rss(feed_of(visit, "The Turning Post")).encode(), "rss"
    else:
        body, kind = b"<!doctype html><title>Domain for sale</title><p>Buy it", "html"
    await visit.send(200, body, {"content-type": TYPES[kind]})


def _page(_visit: Visit) -> bytes:
    return b"<!doctype html><html><head><title>A page</title></head><body>No feed.</body></html>"


STRANGE: Final[tuple[Animal, ...]] = (
    either("laughs", "entities that grow tenfold nine times", _serve(_laughs)),
    either("quadratic", "one entity of 50 KB, 10,000 times", _serve(_quadratic)),
    either("external", "entities that are files and addresses", _serve(_external)),
    either("deep-xml", "elements 200,000 deep", _serve(_deep_xml)),
    either("deep-html", "a paragraph of tags 100,000 deep", _serve(_deep_html)),
    good("escapes", "terminal sequences written as &#27;", _serve(_escapes_written)),
    either("escapes-raw", "terminal sequences as raw bytes, which is no XML", _serve(_escapes_raw)),
    good("escapes-json", "terminal sequences in JSON", _serve(_escapes_json, TYPES["json-feed"])),
    good("links", "javascript:, file: and data: among the links", _serve(_linked)),
    good("dated-ahead", "stories from next week", _dated(lambda v: v.now + timedelta(days=7))),
    good("dated-1970", "stories from 1970", _dated(lambda _: datetime(1970, 1, 1, tzinfo=UTC))),
    good("misdated", "dates that are none", _serve(_misdated, TYPES["rss"])),
    good("latin", "says utf-8 and is latin-1", _serve(_latin, TYPES["rss"])),
    good("wide", "utf-16 without a mark of its order", _serve(_wide)),
    either("truncated", "XML that ends in the middle", _serve(_truncated)),
    bad("empty", "nothing at all", _serve(lambda _: b"")),
    either("blank", "a feed without items", _serve(lambda _: _document("Blank"))),
    bad("not-a-feed", "a page where a feed was", _serve(_page, TYPES["html"])),
    bad("json-page", "JSON that is no feed", _serve(lambda _: b'{"ok": true}', "application/json")),
    either("turns", "a feed, and a page from the second time on", _turns),
)
