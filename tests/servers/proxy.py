"""A bad line between a client and a real server: it fails as told, and says what it did.

Law: HTTP/1.1 on loopback, one request a connection; which fault a request meets is drawn from a
seed and the number of the request, or handed in; what the server was given and what it answered
is written down whether or not the client ever learns it.

Source: RFC 9110 and 9112; Retry-After RFC 9110 10.2.3.
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never
from urllib.parse import urlsplit

HEAD_BYTES_AT_MOST = 65_536
_NO_LINGER = struct.pack("ii", 1, 0)
_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade", b"accept-encoding"}


class Fault(StrEnum):
    """What a request meets."""

    NONE = "none"
    REFUSE = "refuse"
    """Reset before anything is forwarded."""
    HANG_BEFORE = "hang before"
    """No answer, and the server never hears of it."""
    HANG_AFTER = "hang after"
    """No answer, though the server has done it and answered."""
    RESET = "reset"
    """The server has done it; the answer breaks off in the middle."""
    TOO_MANY = "429"
    UNAVAILABLE = "503"
    UNAUTHORISED = "401"
    DRIP = "drip"
    """The server has done it; the answer comes a few bytes at a time."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked."""

    number: int
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_writing(self) -> bool:
        """Whether it may change something."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}


@dataclass(slots=True)
class Passage:
    """One request on its way: what it met, and what the server said to it."""

    request: Request
    fault: Fault
    reached: bool = False
    """The server was given all of it."""
    status: int | None = None
    """What the server answered, also when nobody was told."""
    delivered: bool = False
    """The client was given the whole answer, the server's or ours."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How the faults behave; ``hang_s`` and ``drip_s`` shrink with the client's own patience."""

    hang_s: float = 60.0
    """Then the line is cut, if the client has not left before."""
    drip_bytes: int = 64
    drip_s: float = 0.05
    retry_after_s: int = 1
    unauthorised: bytes = b""
    """What a 401 holds; as with some servers, nothing."""


Choice = Callable[[Request], Fault]


def never(_: Request) -> Fault:
    """Let everything pass."""
    return Fault.NONE


def seeded(
    seed: int, weights: Mapping[Fault, float], only: Callable[[Request], bool] | None = None
) -> Choice:
    """Draw a fault for each request that ``only`` takes, the same for the same seed and number."""
    faults, shares = tuple(weights), tuple(weights.values())

    def choose(request: Request) -> Fault:
        if only is not None and not only(request):
            return Fault.NONE
        drawn = random.Random(f"{seed}:{request.number}")  # noqa: S311 - no secret
        return drawn.choices(faults, shares)[0]

    return choose


@dataclass(slots=True)
class _Answer:
    head: bytes
    body: bytes
    status: int


@dataclass(slots=True)
class Proxy:
    """The line; ``url`` is what a client is given instead of the server's own address."""

    origin: str
    choose: Choice
    manners: Manners
    passages: list[Passage] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{urlsplit(self.origin).hostname}:{self._port}"

    def count(self, fault: Fault) -> int:
        """Say how many requests met a fault."""
        return sum(passage.fault is fault for passage in self.passages)

    async def up(self) -> None:
        """Listen, on the same port as before where there was one."""
        if self._server is None:
            self._server = await asyncio.start_server(
                self._greet, "127.0.0.1", self._port, limit=HEAD_BYTES_AT_MOST
            )
            self._port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Be gone: connections are cut, and new ones truly refused."""
        if self._server is not None:
            server, self._server = self._server, None
            server.close()
            for task in (tasks := list(self._tasks)):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await server.wait_closed()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Be gone for as long as the block lasts."""
        await self.down()
        try:
            yield
        finally:
            await self.up()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            _cut(writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, headers = _read_head(head)
        method, target, _ = first.split(" ", 2)
        if headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await _read_body(reader, headers)
        request = Request(len(self.passages) + 1, method, target, headers, body)
        passage = Passage(request, self.choose(request))
        self.passages.append(passage)
        await self._meet(passage, head, reader, writer)

    async def _meet(
        self, passage: Passage, head: bytes, reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:  # fmt: skip
        manners = self.manners
        match passage.fault:
            case Fault.NONE:
                answer = await self._forward(passage, head)
                await _deliver(writer, passage, answer.head + answer.body)
            case Fault.REFUSE:
                _cut(writer)
            case Fault.HANG_BEFORE:
                await self._hang(reader, writer)
            case Fault.HANG_AFTER:
                await self._forward(passage, head)
                await self._hang(reader, writer)
            case Fault.RESET:
                answer = await self._forward(passage, head)
                writer.write(answer.head + answer.body[: len(answer.body) // 2])
                await writer.drain()
                await asyncio.sleep(0)
                _cut(writer)
            case Fault.TOO_MANY:
                after = f"retry-after: {manners.retry_after_s}\r\n".encode()
                await _deliver(writer, passage, _own(b"429 Too Many Requests", b"{}", after))
            case Fault.UNAVAILABLE:
                page = b"<html><h1>Service Unavailable</h1></html>"
                await _deliver(writer, passage, _own(b"503 Service Unavailable", page))
            case Fault.UNAUTHORISED:
                await _deliver(writer, passage, _own(b"401 Unauthorized", manners.unauthorised))
            case Fault.DRIP:
                answer = await self._forward(passage, head)
                await self._drip(writer, passage, answer.head + answer.body)
            case other:
                assert_never(other)

    async def _forward(self, passage: Passage, head: bytes) -> _Answer:
        """Have the server answer all of a request; addresses of its own become ours."""
        place = urlsplit(self.origin)
        theirs = await asyncio.open_connection("127.0.0.1", place.port)
        reader, writer = theirs
        try:
            own = f"{place.hostname}:{self._port}".encode()
            real = f"{place.hostname}:{place.port}".encode()
            lines = [
                line
                for line in head.rstrip(b"\r\n").split(b"\r\n")
                if line.partition(b":")[0].lower() not in _HOP | {b"expect", b"transfer-encoding"}
                and not line.lower().startswith((b"content-length:", b"host:"))
            ]
            lines += [b"host: " + real, b"connection: close", b"accept-encoding: identity"]
            if passage.request.body or passage.request.is_writing:
                lines.append(f"content-length: {len(passage.request.body)}".encode())
            writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + passage.request.body)
            await writer.drain()
            passage.reached = True
            answer = await _read_answer(reader, passage.request.method)
        finally:
            writer.close()
        passage.status = answer.status
        body = answer.body.replace(real, own)
        kept = answer.head.replace(real, own)
        if passage.request.method != "HEAD":
            kept += f"content-length: {len(body)}\r\n".encode()
        return _Answer(kept + b"connection: close\r\n\r\n", body, answer.status)

    async def _hang(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Say nothing until the client leaves or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.manners.hang_s):
                while await reader.read(HEAD_BYTES_AT_MOST):
                    pass
        _cut(writer)

    async def _drip(self, writer: asyncio.StreamWriter, passage: Passage, answer: bytes) -> None:
        size = self.manners.drip_bytes
        for begin in range(0, len(answer), size):
            writer.write(answer[begin : begin + size])
            await writer.drain()
            await asyncio.sleep(self.manners.drip_s)
        passage.delivered = True


@asynccontextmanager
async def bad_line(
    origin: str, choose: Choice = never, manners: Manners | None = None
) -> AsyncIterator[Proxy]:
    """Have a proxy before the server at ``origin``; ``choose`` may be set anew at any time."""
    proxy = Proxy(origin, choose, manners or Manners())
    await proxy.up()
    try:
        yield proxy
    finally:
        await proxy.down()


def _read_head(head: bytes) -> tuple[str, dict[str, str]]:
    """Read the first line, and the headers with names in lower case."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    """Read a body by its length or its chunks."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        while (await reader.readline()).strip():
            pass
        return b"".join(parts)
    return await reader.readexactly(int(headers.get("content-length", "0")))


async def _read_answer(reader: asyncio.StreamReader, method: str) -> _Answer:
    """Read a whole answer, and keep its head but for what says how long it is."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        first, headers = _read_head(head)
        status = int(first.split(" ")[1])
        if status >= 200:
            break
    if method == "HEAD" or status in {204, 304}:
        body = b""
    elif "content-length" in headers or "transfer-encoding" in headers:
        body = await _read_body(reader, headers)
    else:
        body = await reader.read()
    dropped = {b"transfer-encoding", b"connection", b"keep-alive"}
    if method != "HEAD":
        dropped.add(b"content-length")
    lines = [
        line
        for line in head.rstrip(b"\r\n").split(b"\r\n")
        if line.partition(b":")[0].lower() not in dropped
    ]
    return _Answer(b"\r\n".join(lines) + b"\r\n", body, status)


async def _deliver(writer: asyncio.StreamWriter, passage: Passage, answer: bytes) -> None:
    writer.write(answer)
    await writer.drain()
    passage.delivered = True


def _own(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    """Write an answer that the server knows nothing of."""
    length = f"content-length: {len(body)}\r\n".encode()
    return b"HTTP/1.1 " + status + b"\r\n" + more + length + b"connection: close\r\n\r\n" + body


def _cut(writer: asyncio.StreamWriter) -> None:
    """Reset a connection: what is not sent yet is lost."""
    line = writer.get_extra_info("socket")
    if line is not None:
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()
