"""The zoo itself: one process, many hosts of loopback, raw streams.

Law: listens on loopback only; every visit ends within ``VISIT_S`` and when the visitor has gone;
closing ends all of them.
"""

import asyncio
import contextlib
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from tests.zoo.bombs import BOMBS
from tests.zoo.strange import STRANGE
from tests.zoo.streams import STREAMS
from tests.zoo.tame import TAME
from tests.zoo.values import Animal, Seen, Verdict, Visit
from tests.zoo.wild import WILD

VISIT_S: Final = 60.0
_PLACES: Final = {"home": "127.0.0.1", "other": "127.0.0.2", "stranger": "127.0.0.3"}
_HEAD_BYTES: Final = 256 * 1024
_TRIES: Final = 20


Noting = Callable[[Seen, float], None]
"""Takes a request and how many seconds its visitor stayed."""


class _Visitor(asyncio.StreamReader):
    """What a visitor says, and whether they have gone."""

    def __init__(self) -> None:
        super().__init__(_HEAD_BYTES)
        self.has_gone = asyncio.Event()

    def feed_eof(self) -> None:
        """Note that nothing more will come."""
        super().feed_eof()
        self.has_gone.set()

    def set_exception(self, exc: Exception) -> None:
        """Note that the line broke."""
        super().set_exception(exc)
        self.has_gone.set()


class Zoo:
    """An open zoo; made by ``open_zoo``."""

    def __init__(
        self, now: datetime, port: int, publishers: int, note: Noting = lambda *_: None
    ) -> None:
        """Know the animals; nothing listens yet. ``note`` is told of each visit at its end."""
        self._note = note
        self.animals: Mapping[str, Animal] = {
            a.name: a for a in (*TAME, *BOMBS, *WILD, *STRANGE, *STREAMS)
        }
        self.requests: list[Seen] = []
        """All that arrived, in order."""
        self.now = now
        self.port = port
        self.places = {name: f"{ip}:{port}" for name, ip in _PLACES.items()}
        """``home`` and ``other`` are meant to be named in a configuration, ``stranger`` is not."""
        self.publishers = tuple(f"127.0.1.{n}:{port}" for n in range(1, publishers + 1))
        """More hosts, for tests in which each feed has its own."""
        self._visits: Counter[str] = Counter()
        self._open: set[asyncio.Task[None]] = set()

    @property
    def host_port(self) -> str:
        """Where ``url`` leads to."""
        return self.places["home"]

    @property
    def named_hosts(self) -> frozenset[str]:
        """What a configuration would have to name, so that all but the stranger is reached."""
        home, other = self.places["home"], self.places["other"]
        return frozenset({home, other, f"localhost:{self.port}", *self.publishers})

    def url(self, path: str, place: str = "home", **query: object) -> str:
        """Give the address of an animal: ``rss``, ``feeds/7.xml``, at a place or ``host:port``."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"http://{self.places.get(place, place)}/{path}{f'?{asked}' if asked else ''}"

    def names(self, verdict: Verdict) -> list[str]:
        """Give the names of the good animals, or of the bad ones."""
        return [name for name, animal in self.animals.items() if animal.verdict is verdict]

    def asked(self, path: str) -> list[Seen]:
        """Give the requests whose path begins so, in order."""
        return [seen for seen in self.requests if seen.path.startswith(f"/{path}")]

    async def welcome(self, reader: _Visitor, writer: asyncio.StreamWriter) -> None:
        """Answer on one connection for as long as it is kept."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                async with asyncio.timeout(VISIT_S):
                    while await self._visit(reader, writer):
                        pass
        except asyncio.CancelledError:
            writer.transport.abort()  # the zoo closes: nobody waits for this task
        finally:
            self._open.discard(task)
            writer.close()

    async def _visit(self, reader: _Visitor, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; say whether another may follow."""
        try:
            text = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return False
        seen = _read(text.decode("latin-1"), writer)
        await reader.readexactly(int(seen.headers.get("content-length", 0)))
        self.requests.append(seen)
        self._visits[seen.path] += 1
        split = urlsplit(seen.path)
        name, _, rest = split.path.lstrip("/").partition("/")
        animal = self.animals.get(name, self.animals["missing"])
        visit = Visit(
            seen,
            rest,
            dict(parse_qsl(split.query)),
            self._visits[seen.path],
            self.now,
            self.places,
            writer,
        )
        try:
            await _while_there(animal.answer(visit), reader)
        finally:
            self._note(seen, time.monotonic() - seen.at)
        return visit.is_kept and seen.headers.get("connection", "").lower() != "close"

    async def close(self) -> None:
        """End every visit."""
        while self._open:
            for task in self._open:
                task.cancel()
            await asyncio.wait(self._open)


async def _while_there(answering: Awaitable[None], visitor: _Visitor) -> None:
    """Answer for as long as somebody is there to hear it."""
    answer = asyncio.ensure_future(answering)
    going = asyncio.create_task(visitor.has_gone.wait())
    try:
        await asyncio.wait({answer, going}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise ConnectionResetError
        answer.result()
    finally:
        for task in (answer, going):
            task.cancel()
        await asyncio.gather(answer, going, return_exceptions=True)


def _read(text: str, writer: asyncio.StreamWriter) -> Seen:
    """Read the head of a request."""
    first, *lines = text.split("\r\n")
    method, path, *_ = f"{first}  ".split(" ")
    pairs = (line.partition(":") for line in lines if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    host, port = writer.get_extra_info("sockname")[:2]
    return Seen(f"{host}:{port}", method, path, headers, time.monotonic())


def _listen(hosts: list[str], port: int) -> list[socket.socket]:
    """Listen on one port of each host.

    Raises:
        OSError: one of them has something else there.
    """
    with contextlib.ExitStack() as stack:
        listening = []
        for host in hosts:
            # Said in full: only of what is known as TCP asyncio turns Nagle's delay off.
            made = stack.enter_context(
                socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            )
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
            port = made.getsockname()[1]
            listening.append(made)
        stack.pop_all()
        return listening


def _sockets(hosts: list[str], port: int) -> list[socket.socket]:
    """Listen on a port that is free on every host."""
    for _ in range(_TRIES - 1):
        with contextlib.suppress(OSError):
            return _listen(hosts, port)
    return _listen(hosts, port)


def _protocol(zoo: Zoo) -> asyncio.StreamReaderProtocol:
    """Serve one connection."""
    visitor = _Visitor()
    return asyncio.StreamReaderProtocol(visitor, lambda _, writer: zoo.welcome(visitor, writer))


@contextlib.asynccontextmanager
async def open_zoo(
    *,
    now: datetime | None = None,
    port: int = 0,
    publishers: int = 0,
    note: Noting = lambda *_: None,
) -> AsyncIterator[Zoo]:
    """Open a zoo on loopback, with stories as old as they say at ``now``.

    ``publishers`` more hosts listen besides, each on its own address and the same port.
    ``note`` is told of each visit at its end.
    """
    hosts = [*_PLACES.values(), *(f"127.0.1.{n}" for n in range(1, publishers + 1))]
    sockets = _sockets(hosts, port)
    zoo = Zoo(now or datetime.now(UTC), sockets[0].getsockname()[1], publishers, note)
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: _protocol(zoo), sock=made) for made in sockets]
    try:
        yield zoo
    finally:
        for server in servers:
            server.close()
        await zoo.close()
