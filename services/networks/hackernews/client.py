"""The calls to Hacker News: one item, many, a list, a user.

Law: it only reads; no more than ``AT_ONCE`` requests are under way at a time.

Source: github.com/HackerNews/API, README, 2026-11: the API is read only, and has no rate limit
for now.
"""

import asyncio
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final, Protocol

from services.errors import Gone, Rejected, SignedOut
from services.http import expect_ok
from services.networks.hackernews.wire import (
    Item,
    User,
    read_ids,
    read_item,
    read_updates,
    read_user,
)
from services.web.values import JSON_LIMITS, Answer, Request

BASE: Final = "https://hacker-news.firebaseio.com/v0"
AT_ONCE: Final = 8


class Fetches(Protocol):
    """What of the door is used here."""

    async def fetch(self, request: Request) -> Answer:
        """Fetch and give the whole answer."""


class StoryList(Enum):
    """The lists that are read, by their names in the API."""

    TOP = "topstories"
    BEST = "beststories"
    NEW = "newstories"


class HackerNewsClient:
    """Reads from the API; each method raises ``NetworkError`` when it cannot be read."""

    def __init__(self, door: Fetches, base_url: str = BASE) -> None:
        """Read through ``door`` from ``base_url``, which ends with the version."""
        self._door = door
        self._base_url = base_url.rstrip("/")

    async def item(self, number: int) -> Item | None:
        """Read an item; ``None`` where there is none, not yet, or none for us.

        One item that the site keeps to itself must not hide all others.
        """
        try:
            item = read_item(await self._fetch(f"item/{number}"))
        except (Gone, Rejected, SignedOut):
            return None
        return item if item is not None and item.id == number else None

    async def items(self, numbers: Iterable[int], take: Callable[[int, Item | None], None]) -> None:
        """Read many and hand each to ``take`` as it comes; what came before an error counts."""
        wanted = dict.fromkeys(numbers)
        left = iter(wanted)

        async def read_on() -> None:
            for number in left:
                take(number, await self.item(number))

        tasks = [asyncio.create_task(read_on()) for _ in range(min(AT_ONCE, len(wanted)))]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stories(self, which: StoryList) -> tuple[int, ...]:
        """Read the numbers of a list in its order, at most 500."""
        return read_ids(await self._fetch(which.value))

    async def changed(self) -> frozenset[int]:
        """Read the numbers of the items that have changed within the last minutes."""
        return read_updates(await self._fetch("updates"))

    async def user(self, name: str) -> User | None:
        """Read a user; ``None`` where nobody goes by ``name``, which is plain ASCII."""
        return read_user(await self._fetch(f"user/{name}"))

    async def _fetch(self, path: str) -> bytes:
        request = Request(
            url=f"{self._base_url}/{path}.json", accept="application/json", limits=JSON_LIMITS
        )
        return expect_ok(await self._door.fetch(request)).body
