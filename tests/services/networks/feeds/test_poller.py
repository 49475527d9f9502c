"""Feeds are read when they are due, a few at a time, over a real door and a real parser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.http import Door
from services.model.headlines import FeedId, FeedState
from services.model.ids import NetworkName
from services.networks.base import FeedMemory, Headlines
from services.networks.feeds.client import FeedClient
from services.networks.feeds.parsing import FeedParser
from services.networks.feeds.poller import AT_ONCE, FeedsSource
from services.networks.feeds.subscriptions import Subscription, subscribe
from services.text.clean import clean_line
from services.web.values import Validators
from tests.fakes import NOON, FakeClock, settle, until
from tests.zoo.server import Zoo, open_zoo

DAY_S = 86400.0


def followed(*urls: str) -> list[Subscription]:
    """Make subscriptions."""
    made = [subscribe(url) for url in urls]
    return [one for one in made if one is not None]


@dataclass
class Reader:
    """A source that is being read, and what it brought."""

    source: FeedsSource
    taken: list[Headlines] = field(default_factory=list)

    @property
    def memories(self) -> dict[FeedId, FeedMemory]:
        """What was remembered last of each feed."""
        return {one.memory.id: one.memory for one in self.taken}

    async def next_of(self, clock: FakeClock, feed: FeedId) -> FeedMemory:
        """Let time pass until a feed is due, and give what is remembered after its reading."""
        count = len(self.taken)
        left = self.memories[feed].next_at - clock.now()
        await clock.advance(left.total_seconds() + 0.001)
        await until(lambda: any(one.memory.id == feed for one in self.taken[count:]))
        return self.memories[feed]

    async def take(self) -> None:
        """Take readings for as long as there are any."""
        async for reading in self.source.readings():
            self.taken.append(reading)


@asynccontextmanager
async def reading(source: FeedsSource) -> AsyncIterator[Reader]:
    """Read from a source until the end of the block."""
    reader = Reader(source)
    task = asyncio.create_task(reader.take())
    yield reader
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await source.close()


@dataclass
class World:
    """A zoo, and the way to it."""

    zoo: Zoo
    clock: FakeClock
    client: FeedClient


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A real door to a real zoo, and a real parser."""
    clock = FakeClock()
    async with open_zoo(now=NOON) as zoo:
        door, parser = Door(clock, named_hosts=zoo.named_hosts), FeedParser(clock)
        yield World(zoo, clock, FeedClient(door, parser, clock))
        await parser.close()
        await door.close()


async def test_a_second_start_asks_for_changes_only_and_only_where_it_is_due(world: World) -> None:
    """Forty feeds with 4,000 items are read once; later nothing is sent twice."""
    urls = [world.zoo.url(f"feeds/{number}.xml", items=100) for number in range(40)]
    subscriptions = followed(*urls)
    async with reading(FeedsSource(world.client, world.clock, subscriptions)) as first:
        await until(lambda: len(first.taken) == 40, 30.0)
    assert {one.memory.state for one in first.taken} == {FeedState.WELL}
    assert sum(len(one.headlines) for one in first.taken) == 4000
    assert len(world.zoo.requests) == 40

    world.clock.step_wall(10)
    start = FeedsSource(world.client, world.clock, subscriptions, first.memories)
    async with reading(start):
        await world.clock.advance(100)
    assert len(world.zoo.requests) == 40, "nothing was due"

    world.clock.step_wall(3600)
    start = FeedsSource(world.client, world.clock, subscriptions, first.memories)
    async with reading(start) as second:
        for _ in range(32):
            await world.clock.advance(1)
        await until(lambda: len(second.taken) == 40, 30.0)
    again = world.zoo.requests[40:]
    assert len(again) == 40
    assert all("if-none-match" in seen.headers for seen in again)
    assert all(not one.headlines for one in second.taken)
    assert {one.memory.state for one in second.taken} == {FeedState.WELL}


async def test_a_feed_that_is_added_is_read_at_once_and_one_that_is_let_go_no_more(
    world: World,
) -> None:
    """While others are followed."""
    one, two = followed(world.zoo.url("rss"), world.zoo.url("atom"))
    source = FeedsSource(world.client, world.clock, [one])
    async with reading(source) as reader:
        await until(lambda: len(reader.taken) == 1)
        source.follow(two)
        source.follow(two)
        await until(lambda: len(reader.taken) == 2)
        source.unfollow(one.id)
        source.unfollow(one.id)
        assert one.id not in source
        await reader.next_of(world.clock, two.id)
        assert [one.memory.id for one in reader.taken[2:]] == [two.id]
        assert len(world.zoo.asked("rss")) == 1


async def test_a_feed_that_has_moved_says_so_and_is_asked_there(world: World) -> None:
    """The next reading goes to the new address and has nothing more to say about it."""
    (one,) = followed(world.zoo.url("moved"))
    async with reading(FeedsSource(world.client, world.clock, [one])) as reader:
        await until(lambda: len(reader.taken) == 1)
        memory = reader.taken[0].memory
        assert memory.state is FeedState.MOVED
        assert memory.words == f"moved to {world.zoo.host_port}"
        assert memory.url == world.zoo.url("rss")
        assert (await reader.next_of(world.clock, one.id)).state is FeedState.WELL
    assert len(world.zoo.asked("moved")) == 1


async def test_a_page_where_a_feed_was_is_told(world: World) -> None:
    """And the feed is asked again later, in case it comes back."""
    (one,) = followed(world.zoo.url("turns"))
    async with reading(FeedsSource(world.client, world.clock, [one])) as reader:
        await until(lambda: len(reader.taken) == 1)
        memory = await reader.next_of(world.clock, one.id)
    assert memory.state is FeedState.NOT_A_FEED
    assert memory.words == "not a feed any more: it is a web page now"
    assert memory.next_at > memory.checked_at


async def test_what_could_not_be_kept_is_asked_for_whole(world: World) -> None:
    """Neither validators nor the memory of the same body stand in the way."""
    (one,) = followed(world.zoo.url("rss"))
    source = FeedsSource(world.client, world.clock, [one])
    async with reading(source) as reader:
        await until(lambda: len(reader.taken) == 1)
        source.read_whole(one.id)
        source.read_whole(FeedId("nobody's"))
        await reader.next_of(world.clock, one.id)
    first, second = ([one.id for one in reading.headlines] for reading in reader.taken)
    assert first == second
    assert "if-none-match" not in world.zoo.requests[-1].headers


class Gated(FeedClient):
    """A client whose readings end when they are told to."""

    def __init__(self, clock: FakeClock) -> None:
        """Let nothing through yet."""
        self.clock = clock
        self.under_way = 0
        self.most = 0
        self.asked: list[tuple[float, FeedId]] = []
        self.gate = asyncio.Event()
        self.fault: Exception | None = None

    async def read(
        self,
        subscription: Subscription,
        memory: FeedMemory | None,  # noqa: ARG002 - the client's own signature
    ) -> Headlines:
        """Count who is under way; say that all is well for a quarter of an hour."""
        self.asked.append((self.clock.monotonic(), subscription.id))
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        return Headlines(a_memory(subscription, self.clock, 900.0), ())


def a_memory(subscription: Subscription, clock: FakeClock, due_in_s: float) -> FeedMemory:
    """Remember a feed that is well."""
    now = clock.now()
    return FeedMemory(
        subscription.id, subscription.url, FeedState.WELL, clean_line(""), clean_line("F"),
        Validators('"v"'), now, now + timedelta(seconds=due_in_s),
    )  # fmt: skip


def many(count: int) -> list[Subscription]:
    """Follow so many feeds."""
    return followed(*(f"https://f{number}.example/" for number in range(count)))


async def test_no_more_than_eight_are_read_at_once() -> None:
    """A first start reads all as soon as there is a turn."""
    clock = FakeClock()
    client = Gated(clock)
    async with reading(FeedsSource(client, clock, many(30))) as reader:
        await until(lambda: client.under_way == AT_ONCE)
        await settle()
        assert len(client.asked) == AT_ONCE
        client.gate.set()
        await until(lambda: len(reader.taken) == 30)
    assert client.most == AT_ONCE
    assert reader.source.network is NetworkName.FEEDS


async def test_a_later_start_is_spread_a_little() -> None:
    """Feeds that were read before wait for their moment, within half a minute; new ones do not."""
    clock = FakeClock()
    client = Gated(clock)
    client.gate.set()
    feeds = many(41)
    memories = {one.id: a_memory(one, clock, -60.0) for one in feeds[:40]}
    start = clock.monotonic()
    async with reading(FeedsSource(client, clock, feeds, memories)) as reader:
        await until(lambda: len(reader.taken) == 1)
        assert reader.taken[0].memory.id == feeds[40].id
        for _ in range(60):
            await clock.advance(0.5)
        await until(lambda: len(reader.taken) == 41)
    moments = {at for at, _ in client.asked}
    assert len(moments) > 10
    assert max(moments) - start <= 30.0


async def test_a_machine_that_has_slept_reads_what_it_missed() -> None:
    """Its sleep does not put anything off by more than half a minute."""
    clock = FakeClock()
    client = Gated(clock)
    client.gate.set()
    async with reading(FeedsSource(client, clock, many(1))) as reader:
        await until(lambda: len(reader.taken) == 1)
        clock.suspend(8 * 3600.0)
        await clock.advance(31)
        await until(lambda: len(reader.taken) == 2)


async def test_a_clock_that_is_put_back_silences_no_feed() -> None:
    """Neither while it runs nor at a start: ten days back cost no reading."""
    clock = FakeClock()
    client = Gated(clock)
    client.gate.set()
    feeds = many(1)
    async with reading(FeedsSource(client, clock, feeds)) as reader:
        await until(lambda: len(reader.taken) == 1)
        clock.step_wall(-10 * DAY_S)
        await clock.advance_until(lambda: len(reader.taken) == 2, within_s=1000.0, step_s=10.0)
    memories = {one.id: a_memory(one, clock, 900.0) for one in feeds}
    clock.step_wall(-10 * DAY_S)
    async with reading(FeedsSource(client, clock, feeds, memories)) as reader:
        await clock.advance_until(lambda: len(reader.taken) == 1, within_s=60.0, step_s=1.0)


async def test_a_fault_of_ours_stops_no_other_feed(caplog: pytest.LogCaptureFixture) -> None:
    """It is a line in the log, and the feed is tried again after an hour."""
    clock = FakeClock()
    client = Gated(clock)
    client.fault = KeyError("ours")
    client.gate.set()
    async with reading(FeedsSource(client, clock, many(2))) as reader:
        await until(lambda: len(reader.taken) == 1)
        assert "failed" in caplog.text
        broken = client.asked[0][1]
        await clock.advance_until(
            lambda: broken in {one.memory.id for one in reader.taken}, within_s=3700.0, step_s=60.0
        )


async def test_letting_go_ends_a_reading_that_is_under_way() -> None:
    """What it would have brought is not told."""
    clock = FakeClock()
    client = Gated(clock)
    one, two = many(2)
    source = FeedsSource(client, clock, [one, two])
    async with reading(source) as reader:
        await until(lambda: client.under_way == 2)
        source.unfollow(one.id)
        await until(lambda: client.under_way == 1)
        client.gate.set()
        await until(lambda: len(reader.taken) == 1)
    assert reader.taken[0].memory.id == two.id


async def test_each_bad_server_is_one_clear_sentence(world: World) -> None:
    """What went wrong is told as such; headlines that came before a break are kept."""
    expected = {
        "endless": (FeedState.BROKEN, "larger than 5 MB"),
        "brotli-bomb": (FeedState.BROKEN, "compressed in a way that was not asked for"),
        "not-gzip": (FeedState.BROKEN, "cannot be unpacked"),
        "garbage": (FeedState.BROKEN, "does not answer as a web server does"),
        "redirect-loop": (FeedState.REFUSED, "redirects in a circle"),
        "redirect-inward": (FeedState.REFUSED, "leads to a private address"),
        "redirect-file": (FeedState.REFUSED, "leads to an address that is not followed"),
        "missing": (FeedState.GONE, "not there any more"),
        "gone": (FeedState.GONE, "gone: the publisher says it is no more"),
        "forbidden": (FeedState.REFUSED, "does not let us read it"),
        "empty": (FeedState.BROKEN, "there is nothing in it"),
        "json-page": (FeedState.NOT_A_FEED, "not a feed: it is something else"),
        "not-a-feed": (FeedState.NOT_A_FEED, "not a feed: it is a web page"),
        "truncated": (FeedState.BROKEN, "cut off in the middle; what came was kept"),
        "wait-long": (FeedState.WAITS, "asked us to wait 15 min"),
    }
    found = {}
    for name in expected:
        (one,) = followed(world.zoo.url(name))
        found[name] = await world.client.read(one, None)
    told = {name: (one.memory.state, one.memory.words) for name, one in found.items()}
    for name, (state, words) in expected.items():
        assert told[name][0] is state, name
        assert words in told[name][1], name
    assert len(set(told.values())) == len(expected)
    assert found["truncated"].headlines
