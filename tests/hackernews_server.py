"""A loopback copy of the shape of the Hacker News API, with a site behind it that tests write on.

Law: it listens on 127.0.0.1 alone, answers only what it was given, and all its moments are those
of the test. It counts what is asked, so that a test can say how much that may be.

Source: github.com/HackerNews/API, README, 2026-11.
"""

import asyncio
import contextlib
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from enum import Enum, auto
from typing import Any

from tests.fakes import NOON


class Trouble(Enum):
    """What the server does instead of answering."""

    ERROR = auto()
    """500."""
    NOT_JSON = auto()
    """200 with a page for people."""
    TOO_MANY = auto()
    """429 with two minutes."""
    NOT_FOUND = auto()
    DROPS = auto()
    """The connection ends without an answer."""
    HANGS = auto()
    """No answer until ``let_go``."""


class HackerNewsServer:
    """The site: items and users, and the requests that came."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.items: dict[int, Any] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.lists: dict[str, list[int]] = {"topstories": [], "newstories": [], "beststories": []}
        self.changed: list[int] = []
        self.asked: list[str] = []
        """The paths below the version, in the order they came."""
        self.trouble: dict[str, Trouble] = {}
        """By the beginning of a path."""
        self.at_once = 0
        """How many requests have been under way together, at most."""
        self.base_url = ""
        self._under_way = 0
        self._numbers = itertools.count(1000)
        self._may_go = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def host(self) -> str:
        """Host and port."""
        return self.base_url.removeprefix("http://").removesuffix("/v0")

    def user(self, name: str) -> None:
        """Let somebody have an account."""
        self.users.setdefault(
            name, {"id": name, "created": 1173923446, "karma": 7, "submitted": []}
        )

    def story(self, by: str, title: str, at: datetime = NOON, **fields: Any) -> int:  # noqa: ANN401 - fields of any type
        """Publish a story; give its number."""
        fields = {"score": 1, "descendants": 0, "title": title} | fields
        return self._add("story", by, at, fields)

    def comment(self, by: str, parent: int, text: str, at: datetime = NOON, **fields: Any) -> int:  # noqa: ANN401 - fields of any type
        """Publish a comment under an item; give its number."""
        number = self._add("comment", by, at, {"parent": parent, "text": text} | fields)
        above = self.items.get(parent)
        if isinstance(above, dict):
            above.setdefault("kids", []).insert(0, number)
            self.changed.append(parent)
        return number

    def change(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - fields of any type
        """Change an item, and say so among the updates."""
        self.items[number] |= fields
        self.changed.append(number)

    def delete(self, number: int) -> None:
        """Take an item back as the site does: its place stays, without words and author."""
        item = self.items[number]
        kept = {key: item[key] for key in ("id", "type", "time", "parent", "kids") if key in item}
        self.items[number] = kept | {"deleted": True}
        self.changed.append(number)

    def count(self) -> Counter[str]:
        """Count the requests since the last count, by the first part of their paths."""
        counted = Counter(path.partition("/")[0].removesuffix(".json") for path in self.asked)
        self.asked.clear()
        return counted

    def let_go(self) -> None:
        """Let what hangs be answered."""
        self._may_go.set()

    def answer(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """Give what stands at a path below the version; ``None`` for nothing, as the API does."""
        place, _, name = path.removesuffix(".json").partition("/")
        match place:
            case "item":
                return self.items.get(int(name))
            case "user":
                return self.users.get(name)
            case "updates":
                return {"items": self.changed[-100:][::-1], "profiles": sorted(self.users)}
            case "maxitem":
                return max(self.items, default=0)
            case _:
                return self.lists.get(place)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def close(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _add(self, kind: str, by: str, at: datetime, fields: Mapping[str, Any]) -> int:
        number = next(self._numbers)
        made = {"id": number, "type": kind, "by": by, "time": int(at.timestamp())}
        self.items[number] = {**made, **fields}
        self.user(by)
        self.users[by]["submitted"].insert(0, number)
        return number

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read a request and answer it; whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ", 2)[1].partition("?")[0].removeprefix("/v0/")
        self.asked.append(path)
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        try:
            await asyncio.sleep(0)
            status, body, more = await self._response(path)
        finally:
            self._under_way -= 1
        if not status:
            return False
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n{more}\r\n".encode()
            + body
        )
        await writer.drain()
        return True

    async def _response(self, path: str) -> tuple[str, bytes, str]:
        found = (what for start, what in self.trouble.items() if path.startswith(start))
        match next(found, None):
            case Trouble.ERROR:
                return "500 Internal Server Error", b'{"error":"internal"}', ""
            case Trouble.NOT_JSON:
                return "200 OK", b"<html>Sign in to this network</html>", ""
            case Trouble.TOO_MANY:
                return "429 Too Many Requests", b"null", "Retry-After: 120\r\n"
            case Trouble.NOT_FOUND:
                return "404 Not Found", b"null", ""
            case Trouble.DROPS:
                return "", b"", ""
            case Trouble.HANGS:
                await self._may_go.wait()
            case None:
                pass
        return "200 OK", json.dumps(self.answer(path)).encode(), ""


@asynccontextmanager
async def serve_hackernews(
    prepare: Callable[[HackerNewsServer], None] = lambda _: None,
) -> AsyncIterator[HackerNewsServer]:
    """Serve a site on a free port of this machine, and end it with all its connections."""
    site = HackerNewsServer()
    prepare(site)
    listening = await asyncio.start_server(site.handle, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    site.base_url = f"http://127.0.0.1:{port}/v0"
    try:
        yield site
    finally:
        listening.close()
        await site.close()
        await listening.wait_closed()
