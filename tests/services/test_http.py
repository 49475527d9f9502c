"""The door: what is asked, what comes back, and what happens when it does not."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import psutil
import pytest

from services.clock import SystemClock
from services.errors import (
    Forbidden,
    Garbled,
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    TooLarge,
    Unclear,
    Unreachable,
)
from services.http import Connect, Door, expect_ok
from services.secrets import Secret
from services.web.values import Answer, Limits, Method, Request, Validators
from tests.fakes import FakeClock, until
from tests.services.door_stage import BRISK, FAST, OK, Stage, answer, open_stage
from tests.zoo import Zoo, open_zoo

if TYPE_CHECKING:
    import httpcore

BAD = [
    ("gzip-bomb", TooLarge, "is larger than 5 MB"),
    ("brotli-bomb", Garbled, "compressed in a way that was not asked for"),
    ("zstd-bomb", Garbled, "compressed in a way that was not asked for"),
    ("deflate-bomb", Garbled, "compressed in a way that was not asked for"),
    ("gzip-in-gzip", Garbled, "compressed in a way that was not asked for"),
    ("not-gzip", Garbled, "cannot be unpacked"),
    ("endless", TooLarge, "is larger than 5 MB"),
    ("large", TooLarge, "is larger than 5 MB"),
    ("slow-headers", Unclear, "did not answer within 15 s"),
    ("slow-body", Unclear, "did not answer within 15 s"),
    ("hang", Unclear, "did not answer within 15 s"),
    ("hang-in-body", Unclear, "did not answer within 15 s"),
    ("reset", Unclear, "broke off"),
    ("reset-in-body", Unclear, "broke off"),
    ("says-more", Unclear, "broke off"),
    ("two-lengths", Garbled, "does not answer as a web server does"),
    ("many-headers", Garbled, "does not answer as a web server does"),
    ("large-header", Garbled, "does not answer as a web server does"),
    ("garbage", Garbled, "does not answer as a web server does"),
    ("http-0.9", NetworkError, "127.0.0.1"),
    ("status-only", Unclear, "broke off"),
    ("redirect-loop", Forbidden, "in a circle"),
    ("redirect-chain", Forbidden, "more than 3 times"),
    ("redirect-inward", Forbidden, "leads to a private address"),
    ("redirect-name", Forbidden, "leads to a private address"),
    ("redirect-number", Forbidden, "is not followed"),
    ("redirect-mapped", Forbidden, "leads to a private address"),
    ("redirect-file", Forbidden, "is not followed"),
]


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    """Give a zoo that is open."""
    async with open_zoo() as zoo:
        yield zoo


@pytest.fixture
async def door(zoo: Zoo) -> AsyncIterator[Door]:
    """Give a door to the zoo."""
    door = Door(SystemClock(), named_hosts=zoo.named_hosts)
    yield door
    await door.close()


@pytest.mark.parametrize(("name", "kind", "why"), BAD)
async def test_bad_servers(zoo: Zoo, name: str, kind: type[NetworkError], why: str) -> None:
    """Each bad server costs one sentence, a few megabytes and no more than the deadline."""
    clock = SystemClock(FAST if "within" in why else 1.0)
    door = Door(clock, named_hosts=zoo.named_hosts)
    process = psutil.Process()
    before_bytes, start_s = process.memory_info().rss, clock.monotonic()
    request = Request(zoo.url(name, private="words"), limits=Limits(tries=1))
    with pytest.raises(kind, match=why) as raised:
        await door.fetch(request)
    passed_s = clock.monotonic() - start_s
    await door.close()
    assert "words" not in raised.value.what
    assert raised.value.what.endswith(".")
    assert process.memory_info().rss - before_bytes < 60_000_000
    assert ("within" in why) == (passed_s >= 15.0)


@pytest.mark.parametrize("name", ["large", "endless", "gzip-bomb", "redirect-loop", "brotli-bomb"])
async def test_what_is_refused_is_let_go_of(name: str) -> None:
    """Whatever is not taken to its end keeps no connection open."""
    ended: list[str] = []
    async with open_zoo(note=lambda seen, _: ended.append(seen.path)) as zoo:
        door = Door(SystemClock(), named_hosts=zoo.named_hosts)
        with pytest.raises(NetworkError):
            await door.fetch(Request(zoo.url(name), limits=Limits(tries=1)))
        await until(lambda: f"/{name}" in ended)
        await door.close()


async def test_a_feed_and_its_validators(zoo: Zoo, door: Door) -> None:
    """What an answer says of itself makes the next request a conditional one."""
    first = await door.fetch(Request(zoo.url("rss"), accept="application/rss+xml"))
    assert first.is_ok
    assert b"<rss" in first.body
    assert first.validators.etag
    assert first.moved_to is None
    again = await door.fetch(Request(zoo.url("rss"), validators=first.validators))
    assert again.is_unchanged
    assert again.body == b""
    assert again.validators.etag == first.validators.etag
    headers = zoo.requests[0].headers
    assert headers["user-agent"].startswith("Chinwag/")
    assert headers["accept-encoding"] == "gzip"
    assert headers["accept"] == "application/rss+xml"
    assert "cookie" not in headers


async def test_moved_for_good(zoo: Zoo, door: Door) -> None:
    """A feed that has moved for good says where to."""
    moved = await door.fetch(Request(zoo.url("moved")))
    assert moved.moved_to == moved.url == zoo.url("rss")


async def test_a_name_that_changes_its_mind() -> None:
    """What was checked is what is dialled, whatever the name leads to a moment later."""
    async with open_stage(OK) as stage:
        stage.names["rebind.example"] = [("8.8.8.8",), ("127.0.0.1",)]
        request = Request("http://rebind.example/")
        assert (await stage.door.fetch(request)).body == b"ok"
        assert stage.dialled == [("8.8.8.8", 80)]
        await stage.door.close()
        with pytest.raises(Forbidden, match=r"rebind\.example leads to a private address"):
            await stage.door.fetch(request)
        assert stage.dialled == [("8.8.8.8", 80)]


async def test_redirected_to_a_private_name() -> None:
    """A public host leads to a name that is private: nothing is dialled there."""
    async with open_stage(answer("302 Found", location="http://inside.example/")) as stage:
        stage.names["inside.example"] = [("10.0.0.1",)]
        with pytest.raises(Forbidden, match=r"inside\.example leads to a private address"):
            await stage.door.fetch(Request("http://public.example/"))
        assert stage.dialled == [("1.1.1.1", 80)]


async def test_credentials_and_cookies_stay() -> None:
    """A token goes to its own host alone, and a cookie goes nowhere."""
    away = answer("302 Found", location="http://b.example/", set_cookie="a=1; Domain=example")
    async with open_stage(away, OK) as stage:
        token = Secret("Bearer t0ken")
        await stage.door.fetch(
            Request("http://a.example/", authorization=token, headers=(("X-Mine", "1"),))
        )
        await stage.door.fetch(Request("http://a.example/"))
    first, second, third = (text.lower() for text in stage.requests)
    assert "authorization: bearer t0ken" in first
    assert "x-mine" in first
    assert "host: b.example" in second
    assert "t0ken" not in second
    assert "x-mine" not in second
    assert "cookie" not in second + third


async def test_other_addresses_are_tried() -> None:
    """An address where nobody answers costs a moment, and the next one is dialled."""
    clock = FakeClock()
    dialled: list[str] = []

    def dial(stage: Stage) -> Connect:
        async def connect(address: str, port: int) -> "httpcore.AsyncNetworkStream":
            dialled.append(address)
            if address == "2606::1":
                await asyncio.Event().wait()
            if address == "1.1.1.1":
                raise ConnectionRefusedError
            return await stage.connect(address, port)

        return connect

    async with open_stage(OK, clock=clock, connect=dial) as stage:
        stage.names["many.example"] = [("2606::1", "2606::2", "1.1.1.1")]
        task = asyncio.create_task(stage.door.fetch(Request("http://many.example/")))
        await until(lambda: dialled == ["2606::1"])
        await clock.advance(3.0)
        assert (await task).body == b"ok"
        assert dialled == ["2606::1", "1.1.1.1", "2606::2"]


async def test_nobody_there() -> None:
    """Where nobody can be reached nothing has arrived, by refusal and by silence alike."""

    async def refuse(_: str, __: int) -> "httpcore.AsyncNetworkStream":
        raise ConnectionRefusedError

    async def hang(_: str, __: int) -> "httpcore.AsyncNetworkStream":
        await asyncio.Event().wait()
        raise AssertionError

    clock = SystemClock(FAST)
    async with open_stage(OK, clock=clock, connect=lambda _: refuse) as stage:
        with pytest.raises(Unreachable, match=r"^a\.example cannot be connected to\.$"):
            await stage.door.fetch(Request("http://a.example/"))
    async with open_stage(OK, clock=clock, connect=lambda _: hang) as stage:
        with pytest.raises(Unreachable, match="could not be reached within 15 s"):
            await stage.door.fetch(Request("http://a.example/"))


async def test_nobody_on_a_real_port() -> None:
    """A port where nothing listens is refused by the system, and said so."""
    async with open_stage(OK) as stage:
        port = stage.port
    door = Door(SystemClock(FAST), named_hosts=frozenset({"127.0.0.1"}))
    with pytest.raises(Unreachable, match=r"127.0.0.1 cannot be connected to\."):
        await door.fetch(Request(f"http://127.0.0.1:{port}/"))
    await door.close()


@pytest.mark.parametrize("bad", ["503 Busy", "502 Bad", "504 Late", "reset"])
async def test_repeats_what_is_safe(bad: str) -> None:
    """A fetch that met with passing trouble is made once more, and a post is not."""
    trouble = b"" if bad == "reset" else answer(bad)

    async def first(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(trouble)
        if not trouble:
            writer.transport.abort()

    async with open_stage(first, OK, clock=SystemClock(BRISK)) as stage:
        assert (await stage.door.fetch(Request("http://a.example/"))).body == b"ok"
        assert len(stage.requests) == 2
    post = Request("http://a.example/", method=Method.POST, body=b"text")
    async with open_stage(first, OK, clock=SystemClock(BRISK)) as stage:
        if trouble:
            assert (await stage.door.fetch(post)).status in {502, 503, 504}
        else:
            with pytest.raises(Unclear, match="broke off"):
                await stage.door.fetch(post)
        assert len(stage.requests) == 1
        assert stage.requests[0].endswith("\r\n\r\ntext")


async def test_gives_up_at_last() -> None:
    """A server that stays busy is asked twice, and its last answer is the answer."""
    async with open_stage(answer("503 Busy"), clock=SystemClock(BRISK)) as stage:
        assert (await stage.door.fetch(Request("http://a.example/"))).status == 503
        assert len(stage.requests) == 2


async def test_waits_as_long_as_it_is_asked_to() -> None:
    """A short wait is waited for and a long one is told, both at once and the next time."""
    clock = SystemClock(BRISK)
    short, long = (answer("429 Wait", retry_after=seconds) for seconds in ("2", "900"))
    async with open_stage(short, OK, clock=clock) as stage:
        start_s = clock.monotonic()
        assert (await stage.door.fetch(Request("http://a.example/"))).is_ok
        assert clock.monotonic() - start_s >= 2.0
    async with open_stage(long, OK, clock=clock) as stage:
        told = await stage.door.fetch(Request("http://a.example/x"))
        assert told.retry_after_s == 900.0
        with pytest.raises(RateLimited, match=r"a\.example asks us to wait") as raised:
            await stage.door.fetch(Request("http://a.example/y"))
        assert 0 < (raised.value.retry_after_s or 0) <= 900.0
        assert len(stage.requests) == 1
        assert (await stage.door.fetch(Request("http://a.example/", budget="me"))).is_ok
        assert (await stage.door.fetch(Request("http://b.example/"))).is_ok


async def test_what_may_have_arrived_stays_unclear() -> None:
    """A first try that may have arrived is not undone by a second that found nobody."""

    async def first(_: str, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with open_stage(first, clock=SystemClock(BRISK)) as stage:
        stage.names["a.example"] = [("1.1.1.1",), ()]
        put = Request("http://a.example/", method=Method.PUT, body=b"", is_repeatable=True)
        with pytest.raises(Unclear, match=r"no address for a\.example"):
            await stage.door.fetch(put)


async def test_a_few_at_once() -> None:
    """Many fetches from one host are made a few at once, and all of them come through."""
    most = inside = 0

    async def slow(_: str, writer: asyncio.StreamWriter) -> None:
        nonlocal most, inside
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        writer.write(OK)

    async with open_stage(slow) as stage:
        requests = [Request(f"http://a.example/{n}") for n in range(20)]
        answers = await asyncio.gather(*map(stage.door.fetch, requests))
    assert [found.body for found in answers] == [b"ok"] * 20
    assert 1 <= most <= 4


async def read_all(stage: Stage, request: Request) -> bytes:
    """Read a stream to its end."""
    async with stage.door.stream(request) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_a_stream_goes_on() -> None:
    """A stream gives pieces as they come and ends when it ends."""
    go = asyncio.Event()

    async def events(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ndata: 1\n\n")
        await go.wait()
        writer.write(b"data: 2\n\n")
        writer.close()

    async with open_stage(answer("307 Go", location="/events"), events) as stage:
        async with stage.door.stream(Request("http://a.example/")) as pieces:
            assert await anext(pieces) == b"data: 1\n\n"
            go.set()
            assert [piece async for piece in pieces] == [b"data: 2\n\n"]
        assert "accept-encoding: identity" in stage.requests[0].lower()


async def test_a_stream_that_falls_silent() -> None:
    """Silence in a stream ends at the deadline, and so does silence before it."""

    async def silent(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n")
        await asyncio.Event().wait()

    async def hang(_: str, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async def cut(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
        writer.close()

    clock = SystemClock(FAST)
    for handler, why in ((silent, "within 15 s"), (hang, "within 15 s"), (cut, "broke off")):
        async with open_stage(handler, clock=clock) as stage:
            with pytest.raises(Unclear, match=why):
                await read_all(stage, Request("http://a.example/"))


async def test_a_stream_that_is_none() -> None:
    """A stream that is refused or packed is an error before the first piece."""
    for reply, kind in (
        (answer("404 Not Found"), Gone),
        (answer("200 OK", content_encoding="gzip"), Garbled),
        (answer("302 Found", location="file:///x"), Forbidden),
    ):
        async with open_stage(reply) as stage:
            with pytest.raises(kind):
                await read_all(stage, Request("http://a.example/"))


async def test_crumbs_leave_room_for_others() -> None:
    """A body in thousands of chunks of a byte is given up, and others run meanwhile."""
    turns = 0

    async def crumbs(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 30_000
        )

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with open_stage(crumbs) as stage:
        counting = asyncio.create_task(count())
        with pytest.raises(Garbled, match="in crumbs"):
            await stage.door.fetch(Request("http://a.example/"))
        counting.cancel()
    assert turns > 200


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, SignedOut),
        (403, Rejected),
        (404, Gone),
        (410, Gone),
        (429, RateLimited),
        (500, Unclear),
        (503, Unclear),
        (302, Unclear),
    ],
)
def test_what_an_answer_means(status: int, kind: type[NetworkError]) -> None:
    """Every status that is not what was asked for is one of our errors."""
    answer = Answer(status, "https://a.example/x?secret=1", None, {}, b"", Validators())
    with pytest.raises(kind, match=r"a\.example") as raised:
        expect_ok(answer)
    assert "secret" not in raised.value.what


def test_what_an_answer_means_when_it_is_fine() -> None:
    """2xx and 304 are what was asked for; 503 with a time says how long."""
    for status in (200, 204, 304):
        answer = Answer(
            status, "https://a.example/", None, {"content-type": "Text/HTML; x"}, b"", Validators()
        )
        assert expect_ok(answer) is answer
        assert answer.media_type == "text/html"
    busy = Answer(503, "https://a.example/", None, {}, b"", Validators(), 30.0)
    with pytest.raises(RateLimited) as raised:
        expect_ok(busy)
    assert raised.value.retry_after_s == 30.0


def test_the_library_comes_without_its_command_line() -> None:
    """Where what draws progress bars is installed, as here, none of it is read in."""
    program = (
        "import sys, services.http; services.http._load(is_secure=False); "
        "print('httpx' in sys.modules, 'click' in sys.modules, 'rich' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert found.stdout == b"True False False\n"


def test_importing_costs_nothing() -> None:
    """The door is imported without the library behind it."""
    program = "import services.http, sys; print({'httpx', 'httpcore', 'tenacity'} & {*sys.modules})"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert found.stdout == b"set()\n"
