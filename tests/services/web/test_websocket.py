"""Websockets, against a real server on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request as Asked
from websockets.http11 import Response

from services.clock import SystemClock
from services.errors import (
    Forbidden,
    Garbled,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    TooLarge,
    Unclear,
    Unreachable,
)
from services.secrets import Secret
from services.web.addresses import Address, resolve
from services.web.gate import Gate
from services.web.values import Limits, Request
from services.web.websocket import HungUp, Websocket, open_websocket
from tests.fakes import FakeClock, settle
from tests.zoo import open_zoo

Speaking = Callable[[ServerConnection], Awaitable[None]]


async def echo(line: ServerConnection) -> None:
    """Say everything back."""
    async for message in line:
        await line.send(message)


@asynccontextmanager
async def serving(
    speaking: Speaking = echo, *, tls: ssl.SSLContext | None = None, **options: object
) -> AsyncIterator[int]:
    """Serve websockets on a free port."""
    async with serve(speaking, "127.0.0.1", 0, ssl=tls, **options) as server:  # type: ignore[arg-type]
        yield next(iter(server.sockets)).getsockname()[1]


def gate_to(*ports: int, host: str = "127.0.0.1") -> Gate:
    """Make rules by which these ports of loopback are named."""
    return Gate(resolve, frozenset(f"{host}:{port}" for port in ports))


@asynccontextmanager
async def opened(port: int, path: str = "", **options: object) -> AsyncIterator[Websocket]:
    """Open a websocket to that port."""
    limits = Limits(deadline_s=float(str(options.pop("deadline_s", 5.0))))
    asked: dict[str, object] = {"authorization": options.pop("authorization", None)}
    asked["headers"] = options.pop("headers", ())
    given: dict[str, object] = {"gate": gate_to(port), "clock": SystemClock(), **options}
    request = Request(f"ws://127.0.0.1:{port}/{path}", limits=limits, **asked)  # type: ignore[arg-type]
    async with open_websocket(request, **given) as line:  # type: ignore[arg-type]
        yield line


async def error_of(port: int, path: str = "", **options: object) -> NetworkError:
    """Open a websocket that does not open."""
    with pytest.raises(NetworkError) as caught:
        async with opened(port, path, **options):
            pass
    return caught.value


async def test_messages_go_both_ways() -> None:
    """What is sent is heard, text as text, and the path is asked for."""
    async with serving() as port, opened(port, "xrpc?cursor=1") as line:
        await line.send("Grüße")
        assert await line.receive() == "Grüße"


async def test_what_is_said_at_the_start() -> None:
    """The sign-in, more headers and a subprotocol go along; nothing asks for compression."""
    asked: list[Asked] = []

    async def note(line: ServerConnection) -> None:
        assert line.request is not None
        asked.append(line.request)
        await line.send(b"\0\1")

    async with (
        serving(note, subprotocols=["b"]) as port,
        opened(
            port,
            authorization=Secret("Bearer abc"),
            headers=(("x-more", "1"),),
            subprotocols=("a", "b"),
        ) as line,
    ):
        assert await line.receive() == b"\0\1"
        assert line.subprotocol == "b"
    headers = asked[0].headers
    assert (headers["authorization"], headers["x-more"]) == ("Bearer abc", "1")
    assert headers["user-agent"] == "Chinwag"
    assert "sec-websocket-extensions" not in headers


async def test_a_message_that_is_too_large_is_refused() -> None:
    """Up to the limit is given, one byte more is not, and sending notices as well."""

    async def say(line: ServerConnection) -> None:
        await line.send("a" * 1_000)
        await line.send("a" * 1_001)
        await line.wait_closed()

    async with serving(say) as port, opened(port, message_bytes=1_000) as line:
        assert len(await line.receive()) == 1_000
        with pytest.raises(TooLarge):
            await line.receive()
        with pytest.raises(TooLarge):
            await line.send("still there")


@pytest.mark.parametrize("code", [1000, 1001, 1008, 4001])
async def test_how_the_server_hangs_up_is_told(code: int) -> None:
    """Its code is kept for the program, its reason is cleaned for a person."""

    async def leave(line: ServerConnection) -> None:
        await line.close(code, "be\x1b[2J back later.")

    async with serving(leave) as port, opened(port) as line:
        with pytest.raises(HungUp) as caught:
            await line.receive()
    assert caught.value.code == code
    assert "\x1b" not in caught.value.what
    assert caught.value.what.endswith("back later.")


async def test_a_line_that_breaks_is_unclear() -> None:
    """A server that is gone without a word is not one that hung up."""

    async def vanish(line: ServerConnection) -> None:
        line.transport.abort()

    async with serving(vanish) as port, opened(port) as line:
        with pytest.raises(Unclear, match="broke off") as caught:
            await line.receive()
        assert not isinstance(caught.value, HungUp)


async def test_a_server_that_falls_silent_is_given_up() -> None:
    """Who answers no ping is gone, though the connection stands."""
    is_over = asyncio.Event()

    async def freeze(line: ServerConnection) -> None:
        line.transport.pause_reading()
        await is_over.wait()
        line.transport.abort()

    async with serving(freeze) as port, opened(port, ping_s=0.05) as line:
        with pytest.raises(Unclear, match="broke off"):
            await line.receive()
        is_over.set()


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (401, {}, SignedOut),
        (403, {}, Rejected),
        (429, {"Retry-After": "30"}, RateLimited),
        (500, {}, Unclear),
        (200, {}, Garbled),
        (302, {"Location": "ws://127.0.0.1:1/"}, Rejected),
        (302, {"Location": "http://127.0.0.1:1/"}, Rejected),
        (302, {}, Unclear),
    ],
)
async def test_refusals_are_errors_of_ours(
    status: int, headers: dict[str, str], error: type[NetworkError]
) -> None:
    """A status instead of a websocket means what it means at the door; no redirect is followed."""

    def refuse(line: ServerConnection, _: Asked) -> Response:
        response = line.respond(200, "no")
        response.status_code = status
        response.headers.update(headers)
        return response

    async with serving(process_request=refuse) as port:
        found = await error_of(port)
    assert type(found) is error
    if isinstance(found, RateLimited):
        assert found.retry_after_s == 30


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("rss", Garbled),
        ("garbage", Garbled),
        ("http-0.9", Unclear),
        ("many-headers", Garbled),
        ("large-header", Garbled),
        ("reset", Unclear),
        ("redirect-inward", Rejected),
        ("gone", NetworkError),
    ],
)
async def test_servers_that_are_no_websockets(name: str, error: type[NetworkError]) -> None:
    """Whatever a server does instead, it is one of our errors."""
    async with open_zoo() as zoo:
        found = await error_of(zoo.port, path=name)
        assert isinstance(found, error)
        assert isinstance(found, Garbled) == (error is Garbled)
        assert all(seen.host == zoo.host_port for seen in zoo.requests)


async def test_opening_ends_in_time() -> None:
    """A server that says nothing is given up when the clock says so, and was asked."""
    clock = FakeClock()
    async with open_zoo() as zoo:
        asking = asyncio.create_task(error_of(zoo.port, path="hang", clock=clock))
        await clock.advance_until(lambda: len(zoo.requests) == 1, within_s=4, step_s=0.01)
        await clock.advance(5)
        found = await asking
    assert type(found) is Unclear


# where one may go


async def test_nobody_there_is_unreachable() -> None:
    """A port where nobody listens, and a name that nobody has."""
    async with serving() as port:
        pass
    assert type(await error_of(port)) is Unreachable

    async def nobody(_host: str, _port: int) -> tuple[Address, ...]:
        raise OSError

    with pytest.raises(Unreachable):
        async with open_websocket(
            Request("wss://nobody.example/"), gate=Gate(nobody), clock=SystemClock()
        ):
            pass


@pytest.mark.parametrize(
    "url",
    [
        "ws://127.0.0.1:{port}/",
        "ws://127.0.0.1/",
        "wss://inward.example/",
        "wss://inward.example:{port}/",
        "https://example.org/",
        "file:///etc/hostname",
        "wss://2130706433/",
        "wss://user:pass@example.org/",
    ],
)
async def test_what_is_private_or_no_websocket_is_refused(url: str) -> None:
    """No connection is made to what the user did not name, by address, name or port."""

    async def inward(_host: str, _port: int) -> tuple[Address, ...]:
        return (ip_address("127.0.0.1"),)

    asked: list[bool] = []

    async def note(_line: ServerConnection) -> None:
        asked.append(True)

    async with serving(note) as port:
        with pytest.raises(Forbidden):
            async with open_websocket(
                Request(url.format(port=port)), gate=Gate(inward), clock=SystemClock()
            ):
                pass
    assert asked == []


async def test_a_sign_in_is_not_sent_where_others_can_read_it() -> None:
    """Over a plain line only a named host is signed in to."""
    request = Request("ws://example.org/", authorization=Secret("Bearer abc"))
    with pytest.raises(Forbidden, match="could read") as caught:
        async with open_websocket(request, gate=Gate(resolve), clock=SystemClock()):
            pass
    assert "abc" not in f"{caught.value!r}{caught.value.what}"


async def test_the_next_address_is_tried() -> None:
    """Of several checked addresses the first that answers is spoken to."""

    async def several(_host: str, _port: int) -> tuple[Address, ...]:
        return (ip_address("::1"), ip_address("127.0.0.9"), ip_address("127.0.0.1"))

    async with serving() as port:
        gate = Gate(several, frozenset({f"live.example:{port}"}))
        request = Request(f"ws://live.example:{port}/")
        async with open_websocket(request, gate=gate, clock=SystemClock()) as line:
            await line.send("here")
            assert await line.receive() == "here"


async def test_a_resolver_that_hangs_is_given_up() -> None:
    """Looking up a name counts as opening, and nothing has arrived."""

    async def hang(_host: str, _port: int) -> tuple[Address, ...]:
        await asyncio.Event().wait()
        return ()

    clock = FakeClock()

    async def ask() -> None:
        async with open_websocket(Request("wss://slow.example/"), gate=Gate(hang), clock=clock):
            pass

    asking = asyncio.create_task(ask())
    await clock.advance_until(lambda: clock.sleepers > 0, within_s=5, step_s=0)
    await clock.advance(15)
    await settle()
    with pytest.raises(Unreachable):
        await asking


# encrypted


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for ``live.example``, and beside it that of who vouches for it."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    authority = trustme.CA()
    authority.issue_cert("live.example").private_key_and_cert_chain_pem.write_to_path(str(path))
    authority.cert_pem.write_to_path(str(path.with_suffix(".crt")))
    return path


@pytest.mark.parametrize(
    ("host", "is_trusted", "error"),
    [
        ("live.example", True, None),
        ("live.example", False, Forbidden),
        ("other.example", True, Forbidden),
    ],
)
async def test_a_certificate_is_checked_against_the_name(
    certificate: Path, host: str, is_trusted: bool, error: type[NetworkError] | None
) -> None:
    """Only a trusted certificate of that very name is spoken to."""

    async def home(_host: str, _port: int) -> tuple[Address, ...]:
        return (ip_address("127.0.0.1"),)

    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))
    async with serving(tls=own) as port:
        opening = open_websocket(
            Request(f"wss://{host}:{port}/", authorization=Secret("Bearer abc")),
            gate=Gate(home, frozenset({f"{host}:{port}"})),
            clock=SystemClock(),
            trust=trust if is_trusted else None,
        )
        if error is None:
            async with opening as line:
                await line.send("safe")
                assert await line.receive() == "safe"
            return
        with pytest.raises(error, match="cannot prove"):
            await opening.__aenter__()


async def test_a_plain_server_is_not_spoken_to_in_secret() -> None:
    """Where nobody speaks TLS there is no connection, and nothing of ours in what was sent."""
    heard: list[bytes] = []

    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(5))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak_plainly, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        request = Request(f"wss://127.0.0.1:{port}/", authorization=Secret("Bearer abc"))
        with pytest.raises(Unreachable, match="encrypted"):
            async with open_websocket(request, gate=gate_to(port), clock=SystemClock()):
                pass
    assert b"GET" not in heard[0]
