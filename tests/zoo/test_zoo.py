"""The zoo keeps what it says: each animal does to a bare socket what its line promises."""

import asyncio
import contextlib
import gzip
import json
import os
import signal
import socket
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes import NOON, until
from tests.zoo import Verdict, Zoo, open_zoo
from tests.zoo.asking import ask, parsed
from tests.zoo.bombs import brotli_bomb, deflate_bomb, gzip_bomb, gzip_in_gzip, zstd_bomb

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    """Open one."""
    async with open_zoo(now=NOON) as made:
        yield made


# the good ones


@pytest.mark.parametrize("name", ["rss", "atom", "rdf"])
async def test_a_good_feed_is_xml_with_its_items(zoo: Zoo, name: str) -> None:
    """Each XML format carries the items that were asked for, in words that differ."""
    got = await ask(zoo, f"{name}?items=7")
    items = [e for e in parsed(got.body).iter() if e.tag.endswith(("item", "entry"))]
    assert (got.status, len(items)) == (200, 7)
    assert len({item.findtext("{*}title") for item in items}) == 7


async def test_json_feed_is_json(zoo: Zoo) -> None:
    """JSON Feed says its version and carries its items."""
    said = json.loads((await ask(zoo, "json-feed?items=3")).body)
    assert said["version"].startswith("https://jsonfeed.org/version/1")
    assert [item["date_published"] for item in said["items"]] == [
        "2026-11-22T11:56:00Z",
        "2026-11-22T11:46:00Z",
        "2026-11-22T11:36:00Z",
    ]


@pytest.mark.parametrize("name", ["rss", "atom", "rdf", "json-feed", "feeds/4.xml", "page"])
async def test_what_is_known_is_not_sent_again(zoo: Zoo, name: str) -> None:
    """Either validator gives 304 with no body; a wrong ETag gives all, whatever the date."""
    first = await ask(zoo, name)
    etag = f"If-None-Match: {first.headers['etag']}"
    date = f"If-Modified-Since: {first.headers['last-modified']}"
    for line in (etag, date):
        again = await ask(zoo, name, line)
        assert (again.status, again.body) == (304, b"")
    assert (await ask(zoo, name, 'If-None-Match: "other"', date)).body == first.body
    assert zoo.requests[1].headers["if-none-match"] == first.headers["etag"]


async def test_many_feeds_each_have_their_own_stories(zoo: Zoo) -> None:
    """No two numbered feeds share a link."""
    pages = [(await ask(zoo, f"feeds/{n}.xml?items=10")).body for n in range(6)]
    links = [e.text for page in pages for e in parsed(page).iter() if e.tag.endswith("id")]
    assert len(links) == len(set(links))


async def test_one_story_is_carried_by_several(zoo: Zoo) -> None:
    """Each carrier has the one title first, each later one published it later."""
    found = [parsed((await ask(zoo, f"carried/{n}.xml")).body) for n in range(3)]
    items = [feed.find("channel/item") for feed in found]
    assert len({item.findtext("title") for item in items if item is not None}) == 1
    dates = [item.findtext("pubDate") for item in items if item is not None]
    assert dates == sorted(set(map(str, dates)))


async def test_a_page_names_its_feeds_and_opml_lists_them(zoo: Zoo) -> None:
    """The page has two alternate links, the list as many outlines as asked for."""
    page = (await ask(zoo, "page")).body
    assert page.count(b'rel="alternate" type="application/') == 2
    listed = parsed((await ask(zoo, "opml?n=31")).body)
    assert len([e for e in listed.iter("outline") if e.get("xmlUrl")]) == 31


async def test_gzip_is_sent_only_to_who_accepts_it(zoo: Zoo) -> None:
    """A feed asked for with gzip is the same feed."""
    packed = await ask(zoo, "rss?gzip=1", "Accept-Encoding: gzip")
    plain = await ask(zoo, "rss?gzip=1")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


async def test_a_connection_is_used_again(zoo: Zoo) -> None:
    """Honest answers leave the connection open, and the host that was reached is recorded."""
    reader, writer = await asyncio.open_connection("127.0.0.2", zoo.port)
    for _ in range(2):
        writer.write(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()
    assert [seen.host for seen in zoo.asked("echo")] == [zoo.places["other"]] * 2


async def test_publishers_have_hosts_of_their_own() -> None:
    """As many addresses as asked for answer on the one port; all but the stranger are named."""
    async with open_zoo(publishers=3) as zoo:
        for place in zoo.publishers:
            host, _, port = place.partition(":")
            _, writer = await asyncio.open_connection(host, int(port))
            writer.close()
        assert set(zoo.publishers) < zoo.named_hosts
        assert zoo.places["stranger"] not in zoo.named_hosts
        assert zoo.url("rss", zoo.publishers[0], items=3).endswith("/rss?items=3")


# the bombs


def _size(pieces: Iterator[bytes]) -> int:
    return sum(map(len, pieces))


def _unpacked(packed: bytes, wbits: int, most: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits)
    while most > 0 and not unpacker.eof:
        piece = unpacker.decompress(packed, min(most, 1 << 20))
        packed = unpacker.unconsumed_tail
        most -= len(piece)
        yield piece


def test_gzip_bombs_are_real() -> None:
    """Half a megabyte of gzip goes past any limit, and what is in gzip is the same again."""
    packed = gzip_bomb()
    assert len(packed) < 600_000
    assert _size(_unpacked(packed, 31, 20_000_000)) == 20_000_000
    assert packed.endswith((512 << 20).to_bytes(4, "little"))
    assert _size(_unpacked(deflate_bomb(), 15, 20_000_000)) == 20_000_000
    assert b"".join(_unpacked(gzip_in_gzip(), 31, 2_000_000)) == packed


def test_other_bombs_are_small() -> None:
    """Brotli and zstd start as they must and are a few kilobytes."""
    assert len(brotli_bomb()) == 405
    assert zstd_bomb().startswith(bytes.fromhex("28b52ffd"))
    assert len(zstd_bomb()) < 17_000


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        ("gzip-bomb", "gzip"),
        ("brotli-bomb", "br"),
        ("zstd-bomb", "zstd"),
        ("deflate-bomb", "deflate"),
        ("gzip-in-gzip", "gzip, gzip"),
        ("gzip-hidden", "gzip"),
        ("not-gzip", "gzip"),
    ],
)
async def test_a_bomb_says_its_coding(zoo: Zoo, name: str, coding: str) -> None:
    """Each is sent whole under its label, without having been accepted."""
    got = await ask(zoo, name)
    assert got.headers["content-encoding"] == coding
    assert len(got.body) == int(got.headers["content-length"])


async def test_endless_and_large_bodies_go_on(zoo: Zoo) -> None:
    """Both send far more than a reader wants, and hold little themselves."""
    tracemalloc.start()
    endless = await ask(zoo, "endless", most=5_500_000)
    large = await ask(zoo, "large", most=5_500_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert min(len(endless.raw), len(large.raw)) >= 5_500_000
    assert peak < 35_000_000


# the slow and the lying


@pytest.mark.parametrize("name", ["slow-headers", "slow-body"])
async def test_the_slow_ones_drip(zoo: Zoo, name: str) -> None:
    """Bytes come one by one and the end is far."""
    got = await ask(zoo, f"{name}?every=0.01", wait_s=0.2)
    assert not got.is_ended
    assert 0 < len(got.raw) < 300
    assert (b"\r\n\r\n" in got.raw) == (name == "slow-body")


async def test_those_that_hang_say_nothing_more(zoo: Zoo) -> None:
    """One sends nothing, one half a body, and neither closes."""
    nothing, half = await asyncio.gather(
        ask(zoo, "hang", wait_s=0.1), ask(zoo, "hang-in-body", wait_s=0.1)
    )
    assert nothing.raw == b""
    assert not nothing.is_ended
    assert len(half.body) == int(half.headers["content-length"]) // 2
    assert not half.is_ended


async def test_resets_break_the_connection(zoo: Zoo) -> None:
    """One breaks at once, one in the middle of its body."""
    at_once, in_body = await ask(zoo, "reset"), await ask(zoo, "reset-in-body")
    assert at_once.raw == b""
    assert len(in_body.body) < int(in_body.headers["content-length"])


async def test_lengths_lie(zoo: Zoo) -> None:
    """What is said and what is sent differ by half."""
    more, less = await ask(zoo, "says-more"), await ask(zoo, "says-less")
    assert int(more.headers["content-length"]) == 2 * len(more.body)
    assert int(less.headers["content-length"]) == len(less.body) // 2
    assert (await ask(zoo, "two-lengths")).raw.count(b"content-length") == 2


async def test_headers_are_many_or_large(zoo: Zoo) -> None:
    """200,000 lines, or one of 10 MB."""
    assert (await ask(zoo, "many-headers", most=10_000_000)).raw.count(b"\r\nx-more: 1") == 200_000
    assert len((await ask(zoo, "large-header", most=12_000_000)).raw) > 10_000_000


@pytest.mark.parametrize("name", ["garbage", "http-0.9", "status-only"])
async def test_answers_that_are_none(zoo: Zoo, name: str) -> None:
    """The server closes without one whole HTTP answer."""
    got = await ask(zoo, name)
    assert got.is_ended
    assert not got.raw.startswith(b"HTTP/1.1 200 OK\r\n\r\n")
    assert got.body == b""


# those that send elsewhere or say no


@pytest.mark.parametrize(
    ("name", "status", "target"),
    [
        ("moved", 301, "http://127.0.0.1:{port}/rss"),
        ("redirect", 302, "http://127.0.0.1:{port}/rss"),
        ("redirect-other", 302, "http://127.0.0.2:{port}/echo"),
        ("redirect-loop", 302, "http://127.0.0.1:{port}/redirect-loop"),
        ("redirect-chain/3", 302, "/redirect-chain/2"),
        ("redirect-inward", 302, "http://127.0.0.3:{port}/echo"),
        ("redirect-name", 307, "http://localhost/"),
        ("redirect-number", 302, "http://2130706435/"),
        ("redirect-mapped", 302, "http://[::ffff:127.0.0.3]/"),
        ("redirect-file", 302, "file:///etc/hostname"),
        ("redirect-plain", 302, "http://127.0.0.1:{port}/echo"),
    ],
)
async def test_redirects_lead_where_they_say(zoo: Zoo, name: str, status: int, target: str) -> None:
    """Each names its target."""
    got = await ask(zoo, name)
    assert (got.status, got.headers["location"]) == (status, target.format(port=zoo.port))


async def test_a_chain_ends_and_nowhere_is_nowhere(zoo: Zoo) -> None:
    """After the last hop there is a feed; a redirect can lack its target."""
    assert (await ask(zoo, "redirect-chain/0")).body.startswith(b"<?xml")
    assert "location" not in (await ask(zoo, "redirect-nowhere")).headers


@pytest.mark.parametrize(
    ("name", "status", "wait"),
    [
        ("missing", 404, None),
        ("never-heard-of", 404, None),
        ("gone", 410, None),
        ("signed-out", 401, None),
        ("forbidden", 403, None),
        ("wait", 429, "2"),
        ("wait-long", 429, "900"),
        ("wait-until", 429, "Sun, 22 Nov 2026 12:15:00 GMT"),
        ("wait-untold", 429, None),
        ("broken", 500, None),
        ("busy", 503, "30"),
    ],
)
async def test_statuses_are_said(zoo: Zoo, name: str, status: int, wait: str | None) -> None:
    """Each says no in its way, some with a time."""
    got = await ask(zoo, name)
    assert (got.status, got.headers.get("retry-after")) == (status, wait)


# the whole


async def test_streams_speak_and_fall_silent(zoo: Zoo) -> None:
    """Events go on after the last known one; one stream stops in the middle, one says too much."""
    told = await ask(zoo, "events?n=2", "Last-Event-ID: 7")
    assert [told.body.count(b"id: %d\r" % number) for number in (7, 8, 9, 10)] == [0, 1, 1, 0]
    silent = await ask(zoo, "events-silent", wait_s=0.1)
    assert silent.body.endswith(b"data: once\n\n\r\n")
    assert not silent.is_ended
    assert (await ask(zoo, "events-alive?n=3&every=0")).body.count(b":thump") == 3
    assert len((await ask(zoo, "events-large", most=3_000_000)).body) > 2_000_000


async def test_every_animal_is_known_and_bounded(zoo: Zoo) -> None:
    """Each has a line of its own, a verdict, and ends when its visitor leaves."""
    assert len({animal.what for animal in zoo.animals.values()}) == len(zoo.animals)
    assert len(zoo.names(Verdict.GOOD)) >= 15
    assert len(zoo.names(Verdict.BAD)) >= 40
    got = await asyncio.gather(*(ask(zoo, name, most=100_000, wait_s=0.8) for name in zoo.animals))
    assert len(zoo.requests) == len(got) == len(zoo.animals)


async def test_closing_ends_visits_that_hang() -> None:
    """A zoo closes at once, whoever still waits in it."""
    async with asyncio.timeout(2):
        async with open_zoo() as zoo:
            reader, writer = await asyncio.open_connection("127.0.0.1", zoo.port)
            writer.write(b"GET /hang HTTP/1.1\r\n\r\n")
            await until(lambda: bool(zoo.requests))
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()


async def test_too_large_a_request_is_not_answered(zoo: Zoo) -> None:
    """Whoever sends a head without end is left alone."""
    got = await ask(zoo, "rss", f"X-Large: {'a' * 300_000}")
    assert got.raw == b""
    assert zoo.requests == []


@pytest.mark.parametrize("by", ["SIGTERM", "end of input"])
def test_the_program_serves_until_it_is_told(by: str) -> None:
    """It says where it is in one line of JSON, and ends on a signal or at the end of its input."""
    told, tell = os.pipe()
    heard, say = socket.socketpair()
    with heard, say:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "tests.zoo"],
            {**os.environ, "PYTHONPATH": str(ROOT)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, told, 0),
                (os.POSIX_SPAWN_DUP2, say.fileno(), 1),
            ],
        )
        os.close(told)
        heard.settimeout(10)
        said = json.loads(heard.makefile().readline())
        assert said["host_port"] == f"127.0.0.1:{said['port']}"
        assert said["animals"]["gzip-bomb"] == "bad"
        with socket.create_connection(("127.0.0.1", said["port"]), 5) as line:
            line.sendall(b"GET /gone HTTP/1.1\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 410")
        if by == "SIGTERM":
            os.kill(pid, signal.SIGTERM)
        os.close(tell)
        _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
