"""Networks are read as long as a desk is open, each for itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.changes import ChangeFeed
from services.errors import NetworkError, RateLimited, SignedOut, Unreachable
from services.intake import Intake
from services.model.changes import Family
from services.model.ids import NetworkName
from services.model.people import Neighbour, Presence
from services.model.session import WentLive
from services.networks.base import Arrivals, Cursor
from services.sources import ROUNDS_AT_ONCE, Sources
from services.store.cursors import read_cursor
from services.store.database import Database
from tests.builders import US, a_post, an_answer, arrivals, at, open_pair
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import FakeClock, settle, until


class Told(FakeNetwork):
    """A network that brings what it is told to, or fails as it is told to."""

    def __init__(self, clock: FakeClock, name: NetworkName = NetworkName.COMMONS) -> None:
        """Bring nothing yet."""
        super().__init__(FakeServer(clock), name=name)
        self.next: list[Arrivals | Exception] = []
        self.asked: list[tuple[float, Cursor | None]] = []
        self.clock = clock

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Bring the next, or nothing."""
        self.asked.append((self.clock.monotonic() - 1000, cursor))
        found = self.next.pop(0) if self.next else Arrivals((), cursor or Cursor("0"))
        if isinstance(found, Exception):
            raise found
        return found


class Near(Told):
    """A network on which one sees who is there."""

    async def neighbours(self) -> tuple[Neighbour, ...]:
        """See nobody."""
        return ()

    async def announce(self, presence: Presence | None, minutes_left: int | None) -> None:
        """Say nothing."""


@dataclass
class Desk:
    """What the sources need."""

    clock: FakeClock
    private: Database
    changes: ChangeFeed
    sources: Sources
    live: list[WentLive] = field(default_factory=list)


@asynccontextmanager
async def open_desk(directory: Path) -> AsyncIterator[Desk]:
    """Open sources on fresh files."""
    async with open_pair(directory) as files:
        clock, changes, live = FakeClock(), ChangeFeed(), list[WentLive]()
        intake = Intake(files.private, files.cache, lambda: None)
        sources = Sources(files.private, intake, changes, clock, live.append)
        yield Desk(clock, files.private, changes, sources, live)
        await sources.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Sources on fresh files."""
    async with open_desk(tmp_path) as opened:
        yield opened


async def test_what_a_network_brings_is_taken_in_and_the_cursor_kept(desk: Desk) -> None:
    """The next poll goes on where the last one stopped; more is fetched at once."""
    network = Told(desk.clock)
    network.next = [
        Arrivals((a_post("p1"),), Cursor("7"), has_more=True),
        arrivals(a_post("p2", created_at=at(5)), cursor="9"),
    ]
    desk.sources.follow(network)
    await until(lambda: desk.clock.sleepers == 1)
    assert [cursor for _, cursor in network.asked] == [None, "7"]
    assert await read_cursor(desk.private, US.id) == "9"
    await desk.clock.advance(60)
    await until(lambda: len(network.asked) == 3)
    assert network.asked[-1] == (60.0, "9")
    assert desk.sources.troubles == {}


async def test_trouble_is_a_word_and_comes_back_slower_and_slower(desk: Desk) -> None:
    """One second, two, four, up to a minute; recovered, it begins anew and the word goes."""
    network = Told(desk.clock)
    network.next = [Unreachable("Nobody answers.") for _ in range(9)]
    desk.sources.follow(network)
    for count in range(1, 10):
        await until(lambda: desk.clock.sleepers == 1)
        assert len(network.asked) == count
        assert desk.sources.troubles == {US.id: "commons: Nobody answers."}
        await desk.clock.advance(min(2.0 ** (count - 1), 60.0))
        await until(lambda count=count: len(network.asked) == count + 1)  # type: ignore[misc]
    await until(lambda: not desk.sources.troubles)
    assert [when for when, _ in network.asked] == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    network.next = [Unreachable("Again."), arrivals(cursor="3")]
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(60)
    await until(lambda: bool(desk.sources.troubles))
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(1)
    await until(lambda: not desk.sources.troubles)


async def test_a_network_that_says_how_long_is_left_alone_so_long(desk: Desk) -> None:
    """Asking sooner would only make it worse; one that says nothing is asked as usual."""
    network = Told(desk.clock)
    network.next = [RateLimited("Too fast.", 90.0), RateLimited("Too fast.")]
    desk.sources.follow(network)
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(89)
    assert len(network.asked) == 1
    await desk.clock.advance(1)
    await until(lambda: len(network.asked) == 2)
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(2)
    await until(lambda: len(network.asked) == 3)


async def test_one_in_trouble_stops_no_other(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Not even one whose adapter is broken; that one is a sentence, and a line in the log."""
    broken, fine = Told(desk.clock, NetworkName.MASTODON), Told(desk.clock)
    broken.next = [KeyError("wire")]
    fine.next = [arrivals(a_post("p1"), cursor="4")]
    desk.sources.follow(broken)
    desk.sources.follow(fine)
    await until(lambda: desk.clock.sleepers == 2)
    assert list(desk.sources.troubles.values()) == ["mastodon cannot be read now."]
    assert await read_cursor(desk.private, US.id) == "4"
    assert "reading mastodon:ada failed" in caplog.text
    await desk.clock.advance(1)
    await until(lambda: not desk.sources.troubles)


async def test_one_that_does_not_know_us_is_not_asked_until_it_is_followed_anew(
    desk: Desk,
) -> None:
    """The words say what to press; the others go on; a new sign-in reads on at once."""
    network, other = Told(desk.clock, NetworkName.BLUESKY), Told(desk.clock)
    network.next = [SignedOut("Expired token.")]
    desk.sources.follow(network)
    desk.sources.follow(other)
    account = network.account.id
    await until(lambda: desk.sources.signed_out == {account} and desk.clock.sleepers == 1)
    words = "Bluesky has signed you out; a signs in again."
    assert desk.sources.troubles == {account: words}
    await desk.clock.advance_until(lambda: len(other.asked) > 2, within_s=900, step_s=60)
    assert len(network.asked) == 1
    await desk.sources.leave(account)
    assert not desk.sources.signed_out
    desk.sources.follow(network)
    await until(lambda: len(network.asked) == 2)
    await until(lambda: not desk.sources.troubles)


async def test_a_poll_that_never_returns_is_given_up(desk: Desk) -> None:
    """After a minute of the clock it is told, and asked again from the same place."""

    class Hanging(Told):
        hangs = True

        async def poll(self, cursor: Cursor | None) -> Arrivals:
            found = await super().poll(cursor)
            if self.hangs:
                await self.clock.sleep(1e6)
            return found

    network = Hanging(desk.clock)
    desk.sources.follow(network)
    await until(lambda: desk.clock.sleepers == 2)
    await desk.clock.advance(59)
    assert not desk.sources.troubles
    await desk.clock.advance(1)
    await until(lambda: bool(desk.sources.troubles))
    assert list(desk.sources.troubles.values()) == ["The commons has not answered for a minute."]
    network.hangs = False
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(1)
    await until(lambda: not desk.sources.troubles)
    assert [cursor for _, cursor in network.asked] == [None, None]


async def test_a_first_reading_says_how_far_it_has_come(desk: Desk) -> None:
    """For as long as there is more; later readings say nothing."""
    network = Told(desk.clock)
    network.next = [
        Arrivals((a_post("p1"), a_post("p2")), Cursor("7"), has_more=True),
        Unreachable("Away."),
        arrivals(a_post("p3"), cursor="9"),
        arrivals(a_post("p4"), cursor="10"),
    ]
    desk.sources.follow(network)
    await until(lambda: bool(desk.sources.troubles) and desk.clock.sleepers == 1)
    assert desk.sources.catching_up == {US.id: 2}
    await desk.clock.advance(1)
    await until(lambda: not desk.sources.troubles)
    assert desk.sources.catching_up == {}
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(60)
    await until(lambda: len(network.asked) == 4)
    assert desk.sources.catching_up == {}


async def test_trouble_while_waiting_is_trouble_too(desk: Desk) -> None:
    """Whatever fails, it is tried again."""

    class Restless(Told):
        async def wait(self) -> None:
            raise NetworkError("The line fell.")

    network = Restless(desk.clock)
    desk.sources.follow(network)
    await until(lambda: desk.clock.sleepers == 1)
    assert desk.sources.troubles == {US.id: "commons: The line fell."}


async def test_changes_are_told_once_each(desk: Desk) -> None:
    """New words, and trouble that comes and goes; the same trouble is not told twice."""
    told: list[frozenset[Family]] = []

    async def follow() -> None:
        async for changes in desk.changes.follow(0.0):
            told.append(changes.families)  # noqa: PERF401 - seen while it goes on

    following = asyncio.create_task(follow())
    await settle()
    network = Near(desk.clock)
    network.next = [Unreachable("Away."), Unreachable("Away."), arrivals(a_post("p1"))]
    desk.sources.follow(network)
    await until(lambda: told == [{Family.NETWORKS}])
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(1)
    await until(lambda: len(network.asked) == 2 and desk.clock.sleepers == 1)
    assert len(told) == 1
    await desk.clock.advance(2)
    await until(lambda: Family.WAITING in frozenset().union(*told[1:]))
    await until(lambda: Family.NETWORKS in frozenset().union(*told[1:]))
    await until(lambda: desk.clock.sleepers == 1)
    await desk.clock.advance(60)
    await until(lambda: Family.PRESENCE in frozenset().union(*told))
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_who_went_live_is_told(desk: Desk) -> None:
    """By name, as soon as it is written."""
    network = Told(desk.clock)
    network.next = [
        arrivals(a_post("p1"), an_answer("a1", created_at=at(5)), a_post("p2", created_at=at(9)))
    ]
    desk.sources.follow(network)
    await until(lambda: [one.name for one in desk.live] == ["Ben"])


async def test_a_list_without_an_end_is_read_at_leisure(desk: Desk) -> None:
    """A server that always has more is not asked as fast as it answers, and stops nobody else."""
    endless, other = Told(desk.clock), Told(desk.clock, NetworkName.HACKERNEWS)
    endless.next = [Arrivals((), Cursor("1"), has_more=True)] * 10_000
    desk.sources.follow(endless)
    desk.sources.follow(other)
    await until(lambda: desk.clock.sleepers == 2)
    assert len(endless.asked) == ROUNDS_AT_ONCE
    await desk.clock.advance(1.0)
    await until(lambda: desk.clock.sleepers == 2)
    assert len(endless.asked) == ROUNDS_AT_ONCE + 1
    assert other.asked
