"""The strange animals are as strange as they say."""

import json
from collections.abc import AsyncIterator
from xml.etree import ElementTree as ET

import pytest

from tests.fakes import NOON
from tests.zoo import Zoo, open_zoo
from tests.zoo.asking import ask, parsed
from tests.zoo.strange import ESCAPES, LINKS


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    """Open one."""
    async with open_zoo(now=NOON) as made:
        yield made


async def test_entities_grow(zoo: Zoo) -> None:
    """They are a few hundred bytes or kilobytes, and name what they would grow to."""
    laughs, quadratic = await ask(zoo, "laughs"), await ask(zoo, "quadratic")
    assert laughs.body.count(b"<!ENTITY") == 10
    assert len(laughs.body) < 2_000
    assert quadratic.body.count(b"&a;") == 10_000
    assert len(quadratic.body) < 100_000
    with pytest.raises(ET.ParseError):
        parsed(laughs.body)
    external = (await ask(zoo, "external")).body
    assert b'SYSTEM "file:///etc/hostname"' in external
    assert zoo.places["stranger"].encode() in external


async def test_deep_ones_are_deep(zoo: Zoo) -> None:
    """Elements and tags are nested as deep as said."""
    assert (await ask(zoo, "deep-xml")).body.count(b"<a>") == 200_000
    assert (await ask(zoo, "deep-html")).body.count(b"<div>") == 100_000


async def test_escapes_are_in_the_titles(zoo: Zoo) -> None:
    """One feed has them as bytes, one as numbers, one in JSON that reads well."""
    assert b"\x1b]52;" in (await ask(zoo, "escapes-raw")).body
    written = (await ask(zoo, "escapes")).body
    assert b"&#27;]52;" in written
    assert b"\x1b" not in written
    said = json.loads((await ask(zoo, "escapes-json")).body)
    assert [item["title"] for item in said["items"]] == list(ESCAPES)


async def test_links_and_dates_are_as_said(zoo: Zoo) -> None:
    """The links are the listed ones; dates lie ahead, in 1970, or nowhere."""
    body = (await ask(zoo, "links")).body
    assert body.count(b"<item>") == len(LINKS)
    assert b"<link>javascript:alert(1)</link>" in body
    assert b"<pubDate>Sun, 29 Nov 2026" in (await ask(zoo, "dated-ahead")).body
    assert b"<pubDate>Thu, 01 Jan 1970" in (await ask(zoo, "dated-1970")).body
    assert b"<pubDate>Feb 31st" in (await ask(zoo, "misdated")).body
    hourly = await ask(zoo, "hourly")
    assert hourly.headers["cache-control"] == "max-age=3600"
    assert b"<ttl>60</ttl>" in hourly.body


async def test_charsets_are_wrong(zoo: Zoo) -> None:
    """One is not the UTF-8 it says, one has no mark of its byte order."""
    latin = (await ask(zoo, "latin")).body
    with pytest.raises(UnicodeDecodeError):
        latin.decode()
    assert "Café" in latin.decode("latin-1")
    assert (await ask(zoo, "wide")).body.startswith(b"<\0?\0")


@pytest.mark.parametrize("name", ["truncated", "empty", "not-a-feed", "json-page", "escapes-raw"])
async def test_what_is_no_feed_does_not_parse(zoo: Zoo, name: str) -> None:
    """A strict parser refuses it."""
    with pytest.raises((ET.ParseError, UnicodeDecodeError)):
        parsed((await ask(zoo, name)).body)


async def test_a_feed_turns_bad(zoo: Zoo) -> None:
    """The second answer of one address is a page; another address starts anew."""
    first, second, other = [await ask(zoo, path) for path in ("turns", "turns", "turns?a=2")]
    assert [got.body[:5] for got in (first, second, other)] == [b"<?xml", b"<!doc", b"<?xml"]
