"""The lists of Hacker News as a source of headlines: top, best and new, as one publisher.

Law: it never raises for the site's fault, and reads no more than ``FIRST_ITEMS`` stories at first
and ``LATER_ITEMS`` afterwards at a time. A story that stands in several lists is one headline.
"""

import math
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from services.clock import Clock
from services.errors import (
    Forbidden,
    Garbled,
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    TooLarge,
)
from services.model.headlines import FeedState, Headline
from services.model.ids import NetworkName
from services.model.words import NOTHING, Safe
from services.networks.base import FeedMemory, Headlines
from services.networks.hackernews.client import BASE, Fetches, HackerNewsClient, StoryList
from services.networks.hackernews.convert import (
    FEED,
    PUBLISHER,
    headline_of,
)
from services.networks.hackernews.velocity import Pace, pack, rate_of, remember, speed_of, unpack
from services.networks.hackernews.wire import Item
from services.text.clean import clean_line
from services.web.values import Validators

PAGE: Final = "https://news.ycombinator.com/"
POLL_S: Final = 90.0
LONGEST_PAUSE_S: Final = 900.0
FIRST_ITEMS: Final = 140
LATER_ITEMS: Final = 36
REREAD_AFTER: Final = timedelta(minutes=10)
DEPTH: Final = {StoryList.TOP: 100, StoryList.BEST: 30, StoryList.NEW: 40}
"""How far down each list is read; what stands further up is read first, the top before all."""

_KNOWN_AT_MOST = 600
_ASKED_AT_MOST_S = 86_400.0


class Known(msgspec.Struct, frozen=True):
    """What was read of a story, and when."""

    headline: Headline | None
    """Without its speed, which depends on the others; ``None`` where it is no story."""
    read_at: datetime
    age: timedelta
    rate: float | None


def choose(
    lists: Mapping[StoryList, tuple[int, ...]],
    known: Mapping[int, Known],
    changed: frozenset[int],
    now: datetime,
    at_most: int,
) -> tuple[int, ...]:
    """Choose what to read: what is not known, then what has changed, then what was read long ago.

    A story of the top list is read again when that is ``REREAD_AFTER`` ago, the longest first.
    """
    listed = tuple(_listed(lists))
    unknown = [number for number in listed if number not in known]
    moved = [number for number in listed if number in known and number in changed]
    stale = [
        number
        for number in lists.get(StoryList.TOP, ())[: DEPTH[StoryList.TOP]]
        if number in known and now - known[number].read_at >= REREAD_AFTER
    ]
    stale.sort(key=lambda number: known[number].read_at)
    return tuple(dict.fromkeys((*unknown, *moved, *stale)))[:at_most]


class HackerNewsLists:
    """The three lists, as a ``HeadlineSource``."""

    def __init__(
        self,
        door: Fetches,
        clock: Clock,
        base_url: str = BASE,
        memory: FeedMemory | None = None,
    ) -> None:
        """Read through ``door``; ``memory`` is what the last reading of an earlier run gave."""
        self._client = HackerNewsClient(door, base_url)
        self._clock = clock
        self._pace = Pace() if memory is None else unpack(memory.schedule)
        self._lists: dict[StoryList, tuple[int, ...]] = {}
        self._known: dict[int, Known] = {}
        self._pause_s = POLL_S

    @property
    def network(self) -> NetworkName:
        """HACKERNEWS."""
        return NetworkName.HACKERNEWS

    async def readings(self) -> AsyncIterator[Headlines]:
        """Give a reading at once, and then every 90 seconds; less often while it fails."""
        while True:
            yield await self._reading()
            await self._clock.sleep(self._pause_s)

    async def close(self) -> None:
        """Let go of nothing: the door is not ours."""

    async def _reading(self) -> Headlines:
        state, words = FeedState.WELL, NOTHING
        try:
            await self._read()
            self._pause_s = POLL_S
        except NetworkError as error:
            state, words = _trouble(error)
            self._pause_s = _next_pause_s(self._pause_s, error)
        now = self._clock.now()
        memory = FeedMemory(
            id=FEED,
            url=PAGE,
            state=state,
            words=words,
            name=PUBLISHER,
            validators=Validators(),
            checked_at=now,
            next_at=now + timedelta(seconds=self._pause_s),
            schedule=pack(self._pace),
        )
        return Headlines(memory, self._headlines())

    async def _read(self) -> None:
        """Read the lists and then of the stories what is worth it; what came counts."""
        at_most = LATER_ITEMS if self._known else FIRST_ITEMS
        self._lists = {which: await self._client.stories(which) for which in StoryList}
        changed = await self._client.changed() if self._known else frozenset()
        chosen = choose(self._lists, self._known, changed, self._clock.now(), at_most)
        await self._client.items(chosen, self._keep)
        self._forget()

    def _forget(self) -> None:
        """Let go of what has left the lists, the longest ago first."""
        listed = frozenset(_listed(self._lists))
        others = [number for number in self._known if number not in listed]
        for number in others[: max(0, len(self._known) - _KNOWN_AT_MOST)]:
            del self._known[number]

    def _keep(self, number: int, item: Item | None) -> None:
        """Keep what was read of a story."""
        now = self._clock.now()
        before = self._known.pop(number, None)  # so that what was read last stands last
        seen_at = now if before is None or before.headline is None else before.headline.seen_at
        headline = None if item is None else headline_of(item, seen_at, None)
        age, rate = timedelta(), None
        if item is not None and headline is not None:
            age = now - headline.published_at
            rate = rate_of(item.score, item.descendants, age)
            self._pace = remember(self._pace, number, rate, age)
        self._known[number] = Known(headline, now, age, rate)

    def _headlines(self) -> tuple[Headline, ...]:
        known = [self._known[n] for n in _listed(self._lists) if n in self._known]
        made = [
            replace(one.headline, speed=speed_of(self._pace, one.rate, one.age))
            for one in known
            if one.headline is not None
        ]
        return tuple(sorted(made, key=lambda headline: (headline.published_at, headline.id)))


def _listed(lists: Mapping[StoryList, tuple[int, ...]]) -> Iterator[int]:
    """Give what stands in the lists as far down as they are read, each once."""
    return iter(dict.fromkeys(n for which, ids in lists.items() for n in ids[: DEPTH[which]]))


def _trouble(error: NetworkError) -> tuple[FeedState, Safe]:
    """Say how the source is after an error."""
    words = error.what.strip().removesuffix(".")
    match error:
        case RateLimited():
            state = FeedState.WAITS
            minutes = math.ceil(min(error.retry_after_s or 0.0, _ASKED_AT_MOST_S) / 60)
            words = f"asked us to wait {minutes} min" if minutes else "asked us to wait"
        case Forbidden() | Rejected() | SignedOut():
            state = FeedState.REFUSED
        case Gone():
            state = FeedState.GONE
        case Garbled() | TooLarge():
            state = FeedState.BROKEN
        case _:
            state = FeedState.UNREACHABLE
    return state, clean_line(words)


def _next_pause_s(pause_s: float, error: NetworkError) -> float:
    """Wait twice as long as last time, and as long as we were asked to."""
    asked_s = error.retry_after_s if isinstance(error, RateLimited) else None
    return max(min(2 * pause_s, LONGEST_PAUSE_S), min(asked_s or 0.0, _ASKED_AT_MOST_S))
