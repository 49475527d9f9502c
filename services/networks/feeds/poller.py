"""The feeds as a source of headlines: each is read when it is due, eight at a time.

Law: one look at all feeds decides who is due, at least every half minute by the wall clock, so
that a machine that has slept reads what it missed when it wakes. Whoever takes the readings sets
the pace: none is made while eight wait to be taken.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from services.clock import Clock
from services.model.headlines import FeedId
from services.model.ids import NetworkName
from services.networks.base import FeedMemory, Headlines
from services.networks.feeds.client import FeedClient
from services.networks.feeds.schedule import is_due, pace_of, schedule_of, spread_s
from services.networks.feeds.subscriptions import Subscription
from services.web.values import Validators

AT_ONCE: Final = 8
_LOOK_S: Final = 30.0
_AFTER_FAULT = timedelta(hours=1)
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Followed:
    """One feed, and when it is due."""

    subscription: Subscription
    memory: FeedMemory | None
    next_at: datetime
    task: asyncio.Task[None] | None = None


class FeedsSource:
    """Reads all feeds that are followed; a ``HeadlineSource``."""

    def __init__(
        self,
        client: FeedClient,
        clock: Clock,
        subscriptions: Iterable[Subscription] = (),
        memories: Mapping[FeedId, FeedMemory] | None = None,
    ) -> None:
        """Follow ``subscriptions``, going on from ``memories`` of an earlier run."""
        self._client = client
        self._clock = clock
        self._followed: dict[FeedId, _Followed] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._ready: asyncio.Queue[Headlines] = asyncio.Queue(AT_ONCE)
        self._wake = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = clock.now()
        for one in subscriptions:
            self.follow(one, (memories or {}).get(one.id))
        self._spread()

    @property
    def network(self) -> NetworkName:
        """FEEDS."""
        return NetworkName.FEEDS

    def __contains__(self, feed: object) -> bool:
        return feed in self._followed

    def follow(self, subscription: Subscription, memory: FeedMemory | None = None) -> None:
        """Read one more feed from now on, at once where nothing is remembered of it."""
        if subscription.id not in self._followed:
            now = self._clock.now()
            # What was read in the future was read by a clock that has been put back since.
            is_known = memory is not None and memory.checked_at <= now
            next_at = memory.next_at if memory and is_known else now
            self._followed[subscription.id] = _Followed(subscription, memory, next_at)
            self._wake.set()

    def unfollow(self, feed: FeedId) -> None:
        """Read a feed no more, not even to the end of a reading that is under way."""
        one = self._followed.pop(feed, None)
        if one is not None and one.task is not None:
            one.task.cancel()

    def read_whole(self, feed: FeedId) -> None:
        """Ask for all of a feed next time: what its last reading brought could not be kept."""
        one = self._followed.get(feed)
        if one is not None and one.memory is not None:
            pace = msgspec.structs.replace(pace_of(one.memory.schedule), digest=b"")
            one.memory = msgspec.structs.replace(
                one.memory, validators=Validators(), schedule=schedule_of(pace)
            )

    async def readings(self) -> AsyncIterator[Headlines]:
        """Give readings as they come, of feeds that are followed still."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="feeds")
        while True:
            reading = await self._ready.get()
            if reading.memory.id in self._followed:
                yield reading

    async def close(self) -> None:
        """Stop reading."""
        tasks = [one.task for one in self._followed.values() if one.task is not None]
        if self._looking is not None:
            tasks.append(self._looking)
        self._followed.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spread(self) -> None:
        """Put off a little what is due at a start and was read before."""
        now = self._clock.now()
        due = [one for one in self._followed.values() if one.memory and is_due(one.next_at, now)]
        for one in due:
            one.next_at = now + timedelta(seconds=spread_s(one.subscription.id, len(due)))

    async def _look(self) -> None:
        """Begin what is due, and sleep until something else is."""
        while True:
            self._wake.clear()
            now = self._clock.now()
            self._go_back(now)
            for one in self._followed.values():
                if one.task is None and is_due(one.next_at, now):
                    name = f"feed {one.subscription.id}"
                    one.task = asyncio.create_task(self._read(one), name=name)
            waiting = (one.next_at for one in self._followed.values() if one.task is None)
            soonest = min(waiting, default=None)
            left_s = _LOOK_S if soonest is None else (soonest - now).total_seconds()
            await self._rest(min(_LOOK_S, max(0.0, left_s)))

    def _go_back(self, now: datetime) -> None:
        """Where the wall clock was put back, let everything be due as much sooner."""
        if now < self._looked_at:
            for one in self._followed.values():
                one.next_at -= self._looked_at - now
        self._looked_at = now

    async def _rest(self, seconds: float) -> None:
        """Sleep, or until somebody changes what is due."""
        bell = asyncio.ensure_future(self._clock.sleep(seconds))
        woken = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({bell, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()
            woken.cancel()
            await asyncio.gather(bell, woken, return_exceptions=True)

    async def _read(self, one: _Followed) -> None:
        """Read one feed in its turn, and hand the reading over."""
        try:
            async with self._turns:
                reading = await self._client.read(one.subscription, one.memory)
                one.memory, one.next_at = reading.memory, reading.memory.next_at
                await self._ready.put(reading)
        except Exception:  # noqa: BLE001 - a fault of ours with one feed stops no other
            _LOG.exception("reading feed %s failed", one.subscription.id)
            one.next_at = self._clock.now() + _AFTER_FAULT
        finally:
            one.task = None
            self._wake.set()
