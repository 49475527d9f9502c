"""Sources of headlines that are being read, each in a task of its own.

Law: one source never ends another; a fault of ours stops it for a minute only. What is talked
about counts from when it was seen to be.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec.structs import replace

from services.clock import Clock
from services.model.ids import NetworkName
from services.model.news_sources import NewsSource
from services.networks.base import Headlines, HeadlineSource

_LOG = logging.getLogger(__name__)
_AGAIN_S: Final = 60.0

Key = NewsSource | None
"""What is read: a source of its own, or with ``None`` the feeds that are followed."""


class Readers:
    """Runs sources until they are stopped."""

    def __init__(
        self, take: Callable[[Headlines, Key, NetworkName], Awaitable[None]], clock: Clock
    ) -> None:
        """Hand every reading to ``take``."""
        self._take = take
        self._clock = clock
        self._running: dict[Key, tuple[HeadlineSource, asyncio.Task[None]]] = {}

    @property
    def running(self) -> frozenset[Key]:
        """What is being read."""
        return frozenset(self._running)

    def run(self, key: Key, source: HeadlineSource) -> None:
        """Read a source from now on."""
        task = asyncio.create_task(self._take_all(key, source), name=f"news {name_of(key)}")
        self._running[key] = (source, task)

    async def stop(self, key: Key) -> None:
        """Read it no more; what is not read is not an error."""
        if (running := self._running.pop(key, None)) is None:
            return
        source, task = running
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await source.close()

    async def _take_all(self, key: Key, source: HeadlineSource) -> None:
        while True:
            try:
                async for reading in source.readings():
                    await self._take(reading, key, source.network)
            except Exception:  # noqa: BLE001 - one source must not end the others
                _LOG.exception("reading %s failed", name_of(key))
            await self._clock.sleep(_AGAIN_S)


def name_of(key: Key) -> str:
    """Give a word for the log."""
    return "feeds" if key is None else str(key)


def as_told(reading: Headlines, key: Key) -> Headlines:
    """Give a reading as it is kept: a trend is of the moment at which it was first seen."""
    if key is None or not key.is_trends:
        return reading
    seen = tuple(replace(one, published_at=one.seen_at) for one in reading.headlines)
    return replace(reading, headlines=seen)
