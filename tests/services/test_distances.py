"""Who is kept away waits for nobody; what is held is let through or taken away."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.desk import Desk, open_desk, open_files
from services.errors import ChinwagError, Unreachable
from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.posts import PostState, Reach, Thread
from services.networks.base import Distance
from services.verbs import ANSWERED_WITHIN, FETCHED_AGAIN
from tests.builders import US, a_post, a_post_around, arrivals
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import FakeClock
from tests.obliging import Obliging

AWAY = Unreachable("The network is away.", "Try again later.")
BEN = PersonId("commons:ben")


class Kind(Obliging, FakeNetwork):
    """A network that moderates, guards, and gives a thread."""

    def __init__(self, server: FakeServer) -> None:
        """Begin with nothing done."""
        FakeNetwork.__init__(self, server)
        Obliging.__init__(self)
        self._capabilities = replace(self._capabilities, can_moderate=True, reach=Reach.PUBLIC)
        self.threads_asked = 0

    async def thread(self, thread: ThreadId) -> Thread:
        """Give two posts that were not known."""
        self.threads_asked += 1
        posts = (a_post_around("deep", thread=thread), a_post_around("deeper", thread=thread))
        return Thread(thread, posts)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
def network(clock: FakeClock) -> Kind:
    """The network."""
    return Kind(FakeServer(clock))


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock, network: Kind) -> AsyncIterator[Desk]:
    """A desk at which Ben waits twice and Cleo once, whose comment is held."""
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    async with open_desk(files, (network,), clock, own_sites=frozenset()) as opened:
        await opened.intake.take(
            US.id,
            arrivals(
                a_post("p1"),
                a_post("p2", thread=ThreadId("t2")),
                a_post("p3", by="cleo", thread=ThreadId("t3"), state=PostState.HELD),
            ),
        )
        yield opened
    await files.close()


async def _names(desk: Desk) -> list[str]:
    return sorted(str(row.author.name) for row in (await desk.reading.waiting()).rows)


async def test_whoever_is_muted_is_gone_at_once(desk: Desk, network: Kind) -> None:
    """All their rows go, the counts with them, and what was on its way does not wait either."""
    assert await _names(desk) == ["Ben", "Ben", "Cleo"]
    await desk.verbs.keep_away(US.id, BEN, Distance.MUTE)
    assert network.kept_away == [(BEN, Distance.MUTE)]
    assert await _names(desk) == ["Cleo"]
    assert (await desk.reading.waiting()).people == 1
    await desk.intake.take(US.id, arrivals(a_post("p4", thread=ThreadId("t4"))))
    assert await _names(desk) == ["Cleo"]
    assert not await desk.reading.is_hidden(US.id, BEN)


async def test_a_mute_that_its_network_has_lifted_holds_here_no_longer(
    desk: Desk, clock: FakeClock
) -> None:
    """After some minutes the network's own word counts."""
    await desk.verbs.keep_away(US.id, BEN, Distance.BLOCK)
    later = clock.now() + ANSWERED_WITHIN + timedelta(minutes=1)
    await desk.intake.take(US.id, arrivals(a_post("p5", thread=ThreadId("t5"), created_at=later)))
    assert await _names(desk) == ["Ben", "Cleo"]


async def test_who_could_not_be_muted_stays(desk: Desk, network: Kind) -> None:
    """Nothing is pretended: the rows stand, and it says why."""
    network.trouble = AWAY
    with pytest.raises(Unreachable):
        await desk.verbs.keep_away(US.id, BEN, Distance.MUTE)
    assert await _names(desk) == ["Ben", "Ben", "Cleo"]


async def test_hiding_holds_until_it_is_undone(desk: Desk, network: Kind) -> None:
    """Their network hears nothing of it; shown again they wait with their next word."""
    await desk.verbs.hide(US.id, BEN)
    await desk.verbs.keep_away(US.id, BEN, Distance.MUTE)
    assert await desk.reading.is_hidden(US.id, BEN)
    assert await _names(desk) == ["Cleo"]
    await desk.verbs.show_again(US.id, BEN)
    assert not await desk.reading.is_hidden(US.id, BEN)
    await desk.intake.take(US.id, arrivals(a_post("p6", thread=ThreadId("t6"))))
    assert await _names(desk) == ["Ben", "Cleo"]
    assert network.kept_away == [(BEN, Distance.MUTE)]


async def test_what_is_held_is_let_through(desk: Desk, network: Kind) -> None:
    """The row waits on, no longer as held; where it failed it is as it was."""
    (held,) = [row for row in (await desk.reading.waiting()).rows if row.is_held]
    comment = await desk.reading.post(held.account, held.thread, held.post)
    assert comment is not None
    network.trouble = AWAY
    with pytest.raises(Unreachable):
        await desk.verbs.approve(comment)
    assert [row.is_held for row in (await desk.reading.waiting()).rows].count(True) == 1
    network.trouble = None
    await desk.verbs.approve(comment)
    assert network.approved == [comment.id]
    assert await _names(desk) == ["Ben", "Ben", "Cleo"]
    assert not any(row.is_held for row in (await desk.reading.waiting()).rows)


async def test_spam_waits_no_more(desk: Desk, network: Kind) -> None:
    """Its author is gone from the list, and a report goes in our own words."""
    comment = await desk.reading.post(US.id, ThreadId("t3"), PostId("p3"))
    assert comment is not None
    await desk.verbs.report(comment, "Sells things.")
    assert network.reported == [(PostId("p3"), "Sells things.")]
    await desk.verbs.mark_spam(comment)
    assert network.spam == [PostId("p3")]
    assert await _names(desk) == ["Ben", "Ben"]


async def test_a_network_that_does_none_of_it_says_so(tmp_path: Path, clock: FakeClock) -> None:
    """Each deed says that it cannot be done there."""
    files = await open_files(tmp_path / "a.db", tmp_path / "b.db")
    plain = FakeNetwork(FakeServer(clock), name=NetworkName.COMMONS)
    async with open_desk(files, (plain,), clock, own_sites=frozenset()) as desk:
        for deed in (
            desk.verbs.approve(a_post()),
            desk.verbs.keep_away(US.id, BEN, Distance.MUTE),
            desk.verbs.report(a_post(), "words"),
        ):
            with pytest.raises(ChinwagError):
                await deed
        await desk.verbs.fetch_thread(US.id, ThreadId("t1"))
        await desk.verbs.fetch_thread(AccountId("nobody"), ThreadId("t1"))
    await files.close()


async def test_a_thread_is_fetched_whole_and_not_again_at_once(
    desk: Desk, clock: FakeClock, network: Kind
) -> None:
    """What its network gives of it is kept; resting on it again asks nobody for a while."""
    await desk.verbs.fetch_thread(US.id, ThreadId("t1"))
    await desk.verbs.fetch_thread(US.id, ThreadId("t1"))
    assert network.threads_asked == 1
    found = await desk.reading.thread(US.id, ThreadId("t1"))
    assert {"p1", "deep", "deeper"} <= {str(one.id) for one in found.posts}
    await clock.advance(FETCHED_AGAIN.total_seconds() + 1)
    await desk.verbs.fetch_thread(US.id, ThreadId("t1"))
    assert network.threads_asked == 2
