"""The lists of Hacker News: how much is read, what comes of it, and what trouble looks like."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta

import pytest

from services.http import Door
from services.model.headlines import FeedState
from services.model.ids import NetworkName
from services.networks.base import Headlines, HeadlineSource
from services.networks.hackernews.client import AT_ONCE, StoryList
from services.networks.hackernews.lists import (
    DEPTH,
    FIRST_ITEMS,
    LATER_ITEMS,
    LONGEST_PAUSE_S,
    POLL_S,
    HackerNewsLists,
    Known,
    choose,
)
from services.networks.hackernews.wire import Item, Kind
from tests.fakes import NOON, FakeClock
from tests.hackernews_server import HackerNewsServer, Trouble

FULL = {"topstories": 300, "newstories": 300, "beststories": 200}


class Reader:
    """Takes readings one at a time, moving the clock between them."""

    def __init__(self, source: HackerNewsLists, clock: FakeClock) -> None:
        """Read ``source``, which goes by ``clock``."""
        self.source = source
        self.clock = clock
        self._readings = source.readings()

    async def next(self) -> Headlines:
        """Give the next reading, and let no more time pass than it asks for."""
        reading = asyncio.ensure_future(anext(self._readings))
        while not reading.done():
            if self.clock.sleepers:
                await self.clock.advance(1)
            else:
                await asyncio.wait({reading}, timeout=0.002)
        return await reading


@pytest.fixture
def clock() -> FakeClock:
    """An hour after noon, so that what was published at noon has an age."""
    return FakeClock(NOON + timedelta(hours=1))


@pytest.fixture
async def reader(door: Door, site: HackerNewsServer, clock: FakeClock) -> AsyncIterator[Reader]:
    """The lists of the site."""
    source = HackerNewsLists(door, clock, site.base_url)
    made = Reader(source, clock)
    async with aclosing(made._readings):  # type: ignore[type-var] # a generator, as a source
        yield made
    await source.close()


def fill(site: HackerNewsServer) -> None:
    """Let every list be as long as the real ones."""
    for name, count in FULL.items():
        site.lists[name] = [
            site.story("marl", f"Story {n} of {name}", NOON, score=10) for n in range(count)
        ]


async def test_the_first_reading_and_the_next_ask_for_little(
    reader: Reader, site: HackerNewsServer
) -> None:
    """Three lists and 140 stories at first, then the changes and 36 at most; eight at a time."""
    fill(site)
    await reader.next()
    assert site.count() == {**dict.fromkeys(FULL, 1), "item": FIRST_ITEMS}
    await reader.next()
    assert site.count() == {**dict.fromkeys(FULL, 1), "updates": 1, "item": 30}
    assert site.at_once <= AT_ONCE
    await reader.next()
    assert site.count()["item"] == 0, "nothing has changed, and all was read a moment ago"
    site.changed = site.lists["topstories"][:100]
    await reader.next()
    assert site.count()["item"] == LATER_ITEMS


async def test_a_story_in_all_lists_is_one_headline(reader: Reader, site: HackerNewsServer) -> None:
    """It is read once, and comes once, from one publisher; the oldest comes first."""
    young = site.story("marl", "Young", NOON + timedelta(minutes=50), url="https://a.example/")
    old = site.story("sel", "Old", NOON)
    for name in FULL:
        site.lists[name] = [young, old]
    reading = await reader.next()
    assert [headline.title for headline in reading.headlines] == ["Old", "Young"]
    assert site.count()["item"] == 2
    memory = reading.memory
    assert (memory.state, memory.name, memory.words) == (FeedState.WELL, "Hacker News", "")
    assert memory.next_at - memory.checked_at == timedelta(seconds=POLL_S)
    assert {headline.feed for headline in reading.headlines} == {memory.id}


async def test_only_stories_that_stand_are_headlines(
    reader: Reader, site: HackerNewsServer
) -> None:
    """No offers of work, nothing taken back, nothing that is not there yet."""
    kept = site.story("marl", "Kept", NOON)
    job = site.story("quay", "A job", NOON, type="job")
    dead = site.story("spam", "Dead", NOON, dead=True)
    deleted = site.story("sel", "Deleted", NOON)
    site.delete(deleted)
    site.items[5] = None
    site.lists["topstories"] = [job, dead, deleted, 5, kept]
    reading = await reader.next()
    assert [headline.title for headline in reading.headlines] == ["Kept"]


async def test_a_changed_story_is_read_again(
    reader: Reader, site: HackerNewsServer, clock: FakeClock
) -> None:
    """Its title is the new one, when it was seen first is not; one taken back is gone."""
    title, gone = site.story("marl", "Typo", NOON), site.story("sel", "Regret", NOON)
    site.lists["topstories"] = [title, gone]
    first = await reader.next()
    site.change(title, title="Mended")
    site.delete(gone)
    second = await reader.next()
    assert [headline.title for headline in second.headlines] == ["Mended"]
    assert second.headlines[0].seen_at == first.headlines[0].seen_at < clock.now()


async def test_a_top_story_is_read_again_after_ten_minutes(
    reader: Reader, site: HackerNewsServer, clock: FakeClock
) -> None:
    """Even where nobody says that it changed; one of the new list alone is not."""
    site.lists["topstories"] = [site.story("marl", "Top", NOON)]
    site.lists["newstories"] = [site.story("marl", "New", NOON)]
    await reader.next()
    site.count()
    await clock.advance(600)
    await reader.next()
    assert [path for path in site.asked if path.startswith("item")] == ["item/1000.json"]


async def test_the_faster_story_has_the_higher_speed(
    reader: Reader, site: HackerNewsServer
) -> None:
    """Beside stories of its age; too young a story has none."""
    usual = [site.story("marl", f"Usual {n}", NOON, score=10) for n in range(20)]
    fast = site.story("sel", "Fast", NOON, score=31, descendants=0)
    young = site.story("sel", "Young", NOON + timedelta(minutes=55), score=90)
    site.lists["topstories"] = [*usual, fast, young]
    reading = await reader.next()
    speeds = {str(headline.title): headline.speed for headline in reading.headlines}
    assert (speeds["Fast"], speeds["Usual 1"], speeds["Young"]) == (3.1, 1.0, None)


async def test_the_pace_outlives_a_restart(
    reader: Reader, door: Door, site: HackerNewsServer, clock: FakeClock
) -> None:
    """What earlier runs saw is the measure at once."""
    busy = [site.story("marl", f"Busy {n}", NOON, score=100) for n in range(20)]
    site.lists["topstories"] = busy
    memory = (await reader.next()).memory
    site.lists["topstories"] = [site.story("sel", "Later", NOON, score=50)]
    later = Reader(HackerNewsLists(door, clock, site.base_url, memory), clock)
    fresh = Reader(HackerNewsLists(door, clock, site.base_url), clock)
    assert [one.speed for one in (await later.next()).headlines] == [0.5]
    assert [one.speed for one in (await fresh.next()).headlines] == [4.5]


@pytest.mark.parametrize(
    ("trouble", "state", "words"),
    [
        (Trouble.ERROR, FeedState.UNREACHABLE, ""),
        (Trouble.DROPS, FeedState.UNREACHABLE, ""),
        (Trouble.NOT_JSON, FeedState.BROKEN, "cannot be read"),
        (Trouble.NOT_FOUND, FeedState.GONE, ""),
        (Trouble.TOO_MANY, FeedState.WAITS, "asked us to wait"),
    ],
)
async def test_trouble_is_a_state_with_words(
    reader: Reader, site: HackerNewsServer, trouble: Trouble, state: FeedState, words: str
) -> None:
    """Nothing is raised, what is known stays, and the next reading is later."""
    site.lists["topstories"] = [site.story("marl", "Known", NOON)]
    await reader.next()
    site.trouble["topstories"] = trouble
    reading = await reader.next()
    memory = reading.memory
    assert memory.state is state
    assert words in memory.words
    assert memory.words
    assert not memory.words.endswith(".")
    assert [headline.title for headline in reading.headlines] == ["Known"]
    assert memory.next_at - memory.checked_at >= timedelta(seconds=2 * POLL_S)


async def test_a_site_that_nobody_reaches_is_not_reached(
    door: Door, site: HackerNewsServer, clock: FakeClock
) -> None:
    """No connection is a state as well; each time it is asked less often, to a point."""
    source = HackerNewsLists(door, clock, "http://127.0.0.1:1/v0")
    reader = Reader(source, clock)
    memories = [(await reader.next()).memory for _ in range(5)]
    assert {memory.state for memory in memories} <= {FeedState.UNREACHABLE, FeedState.REFUSED}
    pauses = [(memory.next_at - memory.checked_at).total_seconds() for memory in memories]
    assert pauses == [180, 360, 720, LONGEST_PAUSE_S, LONGEST_PAUSE_S]
    assert site.asked == []


async def test_a_reading_cut_short_keeps_what_came(reader: Reader, site: HackerNewsServer) -> None:
    """One story that fails does not take the others with it, and is read the next time."""
    good, bad = site.story("marl", "Good", NOON), site.story("sel", "Bad", NOON)
    site.lists["topstories"] = [good, bad]
    site.trouble[f"item/{bad}"] = Trouble.NOT_JSON
    reading = await reader.next()
    assert reading.memory.state is FeedState.BROKEN
    site.trouble.clear()
    reading = await reader.next()
    assert reading.memory.state is FeedState.WELL
    assert {headline.title for headline in reading.headlines} == {"Good", "Bad"}


async def test_the_memory_of_stories_is_bounded(door: Door, clock: FakeClock) -> None:
    """What has left the lists is forgotten in the end, the longest ago first."""
    source = HackerNewsLists(door, clock)
    for turn in range(20):
        numbers = tuple(range(100 * turn, 100 * turn + 100))
        source._lists = {StoryList.TOP: numbers}
        for number in numbers:
            source._keep(number, Item(number, Kind.STORY, title="Story"))
        source._forget()
    assert sorted(source._known) == list(range(1400, 2000))


async def test_a_source_of_headlines_is_what_it_is(reader: Reader) -> None:
    """It has the shape that the runtime asks for."""
    source: HeadlineSource = reader.source
    assert source.network is NetworkName.HACKERNEWS


def test_what_is_read_comes_from_the_top_first() -> None:
    """Unknown stories of the top list before the best and the new; then changed, then stale."""
    lists = {
        StoryList.TOP: (1, 2, 3, 4, 9),
        StoryList.BEST: (2, 5),
        StoryList.NEW: (7, 1, 6),
    }
    stale = Known(None, NOON - timedelta(minutes=11), timedelta(), None)
    staler = Known(None, NOON - timedelta(minutes=12), timedelta(), None)
    fresh = Known(None, NOON, timedelta(), None)
    known = {1: stale, 2: fresh, 3: staler, 6: fresh, 8: fresh}
    changed = frozenset((2, 6, 8))
    assert choose(lists, known, changed, NOON, 99) == (4, 9, 5, 7, 2, 6, 3, 1)
    assert choose(lists, known, changed, NOON, 2) == (4, 9)
    deep = {StoryList.TOP: tuple(range(500))}
    assert len(choose(deep, {}, frozenset(), NOON, 999)) == DEPTH[StoryList.TOP]
