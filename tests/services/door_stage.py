"""A door with a little internet behind it: names that are public, answered by one loopback server.

Law: names are resolved as the test says, and what is dialled is written down; only then does the
connection end at the server of the test.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from services.clock import Clock, SystemClock
from services.http import Connect, Door
from services.web.addresses import Address

if TYPE_CHECKING:
    import httpcore

Handler = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
FAST = 40.0
"""How many times faster the clock runs, where a test has to live through a deadline."""
BRISK = 10.0
"""The same, where it has to live through a pause and still come through."""


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Write an answer; ``_`` in names of headers stands for ``-``."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(slots=True)
class Stage:
    """What happened around one door."""

    port: int
    requests: list[str]
    """Head and body of each."""
    door: Door = field(init=False)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    names: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """What a name leads to: each time it is asked the next, the last for ever."""

    async def resolve(self, host: str, _: int) -> tuple[Address, ...]:
        """Give what the test says; 1.1.1.1 for all other names."""
        answers = self.names.get(host, [("1.1.1.1",)])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return tuple(ip_address(text) for text in found)

    async def connect(self, address: str, port: int) -> "httpcore.AsyncNetworkStream":
        """Write down what is dialled, and end at the server of the test."""
        import httpcore  # noqa: PLC0415 - as in the door

        self.dialled.append((address, port))
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port)


@asynccontextmanager
async def open_stage(
    *answers: bytes | Handler,
    clock: Clock | None = None,
    connect: "Callable[[Stage], Connect] | None" = None,
) -> AsyncIterator[Stage]:
    """Answer the first request with the first of ``answers`` and so on, the last for ever."""
    seen: list[str] = []
    open_tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_tasks.add(task)
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                _, _, length = text.lower().partition("content-length: ")
                body = await reader.readexactly(int(length.split("\r\n")[0] or 0))
                now = answers[min(len(seen), len(answers) - 1)]
                seen.append(text + body.decode("latin-1"))
                if isinstance(now, bytes):
                    writer.write(now)
                    await writer.drain()
                else:
                    await now(text, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            open_tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    stage = Stage(port, seen)
    stage.door = Door(
        clock or SystemClock(),
        resolver=stage.resolve,
        connect=connect(stage) if connect else stage.connect,
    )
    try:
        yield stage
    finally:
        await stage.door.close()
        server.close()
        tasks = list(open_tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
