"""The bad line fails in every way it is told to, and nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import httpx
import pytest

from tests.fakes import until
from tests.servers.proxy import Choice, Fault, Manners, Proxy, Request, bad_line, seeded

QUICK = Manners(hang_s=0.2, drip_bytes=16, drip_s=0.001, retry_after_s=7)
SLOWLY_S = 0.05


@dataclass
class Server:
    """A real little server that keeps what it was asked."""

    url: str = ""
    asked: list[bytes] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep a request, and answer it in chunks with an address of our own."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(dict(_pairs(head)).get(b"content-length", b"0"))
        self.asked.append(head.split(b" ")[0] + b" " + await reader.readexactly(length))
        body = f'{{"next": "{self.url}/2"}}'.encode() * 20
        writer.write(
            b"HTTP/1.1 200 OK\r\nlink: <" + self.url.encode() + b"/2>\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        if not head.startswith(b"HEAD"):
            writer.write(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
        await writer.drain()
        writer.close()


def _pairs(head: bytes) -> list[tuple[bytes, bytes]]:
    lines = (line.split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    return [(name.lower(), value.strip()) for name, value in lines]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Have a server."""
    kept = Server()
    async with await asyncio.start_server(kept.answer, "127.0.0.1", 0) as listening:
        kept.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield kept


@pytest.fixture
async def line(server: Server) -> AsyncIterator[Proxy]:
    """Have a line to it."""
    async with bad_line(server.url, manners=QUICK) as proxy:
        yield proxy


def always(fault: Fault) -> Choice:
    """Let every request meet the same."""
    return lambda _: fault


async def post(line: Proxy, timeout_s: float = 5.0) -> httpx.Response:
    """Ask the server through the line to do something."""
    async with httpx.AsyncClient(timeout=timeout_s) as client:
        return await client.post(f"{line.url}/1", content=b"seven words of somebody who waits here")


async def test_without_a_fault_everything_arrives(server: Server, line: Proxy) -> None:
    """The server is asked once, the client gets its answer, and its addresses lead to the line."""
    answer = await post(line)
    assert answer.status_code == 200
    assert answer.text == f'{{"next": "{line.url}/2"}}' * 20
    assert answer.headers["link"] == f"<{line.url}/2>"
    assert server.asked == [b"POST seven words of somebody who waits here"]
    (passage,) = line.passages
    assert (passage.reached, passage.status, passage.delivered) == (True, 200, True)
    assert passage.request.target == "/1"
    assert passage.request.is_writing


async def test_a_body_in_chunks_and_a_head_alone_pass(server: Server, line: Proxy) -> None:
    """What comes without a length goes on with one; HEAD has no body."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"in "
        yield b"parts"

    async with httpx.AsyncClient() as client:
        await client.post(line.url, content=parts())
        head = await client.head(line.url)
    assert server.asked == [b"POST in parts", b"HEAD "]
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("fault", "error", "is_done"),
    [
        (Fault.REFUSE, httpx.TransportError, False),
        (Fault.HANG_BEFORE, httpx.ReadTimeout, False),
        (Fault.HANG_AFTER, httpx.ReadTimeout, True),
        (Fault.RESET, httpx.TransportError, True),
    ],
)
async def test_a_broken_line_says_whether_it_was_done(
    server: Server, line: Proxy, fault: Fault, error: type[Exception], is_done: bool
) -> None:
    """The client learns nothing; the server has been asked exactly where the fault says so."""
    line.choose = always(fault)
    with pytest.raises(error):
        await post(line, timeout_s=0.15)
    await until(lambda: len(line.passages) == 1)
    (passage,) = line.passages
    await until(lambda: passage.reached == is_done)
    assert (passage.fault, passage.delivered) == (fault, False)
    assert passage.status == (200 if is_done else None)
    assert len(server.asked) == is_done


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.TOO_MANY, 429), (Fault.UNAVAILABLE, 503), (Fault.UNAUTHORISED, 401)],
)
async def test_a_refusal_is_ours_and_the_server_hears_nothing(
    server: Server, line: Proxy, fault: Fault, status: int
) -> None:
    """The client gets the status, with Retry-After where there is one; nothing is forwarded."""
    line.choose = always(fault)
    answer = await post(line)
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("7" if fault is Fault.TOO_MANY else None)
    assert server.asked == []
    assert (line.passages[0].reached, line.passages[0].delivered) == (False, True)


async def test_a_dripping_answer_arrives_whole(line: Proxy) -> None:
    """What comes a few bytes at a time is what came at once."""
    at_once = await post(line)
    line.choose = always(Fault.DRIP)
    dripped = await post(line)
    assert dripped.content == at_once.content
    assert line.count(Fault.DRIP) == 1


async def test_a_hang_ends_when_its_time_is_over(line: Proxy) -> None:
    """A client of endless patience is cut off."""
    line.choose = always(Fault.HANG_BEFORE)
    begun = time.monotonic()
    with pytest.raises(httpx.TransportError) as error:
        await post(line, timeout_s=30.0)
    assert not isinstance(error.value, httpx.TimeoutException)
    assert QUICK.hang_s - SLOWLY_S < time.monotonic() - begun < 5


async def test_away_is_refused_and_back_is_the_same_address(line: Proxy) -> None:
    """While it is away nobody connects; hanging requests are cut; then all is as before."""
    line.choose = always(Fault.HANG_AFTER)
    line.manners = Manners(hang_s=60)
    hanging = asyncio.create_task(post(line, timeout_s=30.0))
    await until(lambda: bool(line.passages) and line.passages[0].reached)
    url = line.url
    async with line.away():
        with pytest.raises(httpx.TransportError):
            await hanging
        with pytest.raises(httpx.ConnectError):
            await post(line)
    line.choose = always(Fault.NONE)
    assert line.url == url
    assert (await post(line)).status_code == 200


async def test_a_server_that_is_gone_cuts_the_line(server: Server) -> None:
    """Without a server behind it the client is cut off, and the passage says it was not reached."""
    async with bad_line("http://127.0.0.1:1") as line:
        with pytest.raises(httpx.TransportError):
            await post(line)
        assert not line.passages[0].reached
    assert server.asked == []


def _asked(number: int, method: str = "POST") -> Request:
    return Request(number, method, "/", {}, b"")


def test_a_seed_gives_the_same_faults_again() -> None:
    """A seed draws the same for the same numbers, another something else, and all that is given."""
    weights = {Fault.NONE: 1.0, Fault.RESET: 1.0, Fault.TOO_MANY: 1.0}

    def drawn(seed: int) -> list[Fault]:
        choose = seeded(seed, weights)
        return [choose(_asked(number)) for number in range(60)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert set(drawn(1)) == set(weights)


@pytest.mark.parametrize(("method", "fault"), [("GET", Fault.NONE), ("POST", Fault.RESET)])
def test_a_choice_may_leave_requests_alone(method: str, fault: Fault) -> None:
    """What is not meant meets nothing."""
    only: Callable[[Request], bool] = lambda request: request.is_writing  # noqa: E731 - a value
    assert seeded(1, {Fault.RESET: 1.0}, only)(_asked(1, method)) is fault
