"""The queue of others is read; what is said, dropped or kept here is cancelled there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.desk import Desk, open_desk, open_files
from services.errors import ChinwagError, Unreachable
from services.model.ids import AccountId
from services.model.posts import Reach
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.sending import SendState, Target
from services.model.session import Plan
from services.model.words import NOTHING
from services.queue import EVERY_S, TRIES_S
from services.targets import said_by_hand
from services.text.clean import clean
from tests.builders import US
from tests.fake_network import FakeNetwork, FakeServer, Fault
from tests.fakes import NOON, FakeClock, until
from tests.obliging import Obliging

AWAY = Unreachable("The network is away.", "Try again later.")


class Planned(Obliging, FakeNetwork):
    """A network on which posts are queued."""

    def __init__(self, server: FakeServer) -> None:
        """Begin with an empty queue."""
        FakeNetwork.__init__(self, server)
        Obliging.__init__(self)


def a_queued(name: str, minutes: int | None = 40, body: str = "A heron a day.") -> Queued:
    """Give a post that goes out in so many minutes; a draft without."""
    return Queued(
        id=QueuedId(name),
        account=US.id,
        network=US.network,
        kind=QueuedKind.DRAFT if minutes is None else QueuedKind.SCHEDULED,
        body=clean(body),
        warning=NOTHING,
        reach=Reach.PUBLIC,
        due_at=None if minutes is None else NOON + timedelta(minutes=minutes),
    )


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
def network(clock: FakeClock) -> Planned:
    """A network with two posts and a draft."""
    planned = Planned(FakeServer(clock))
    planned.waiting = [a_queued("d", None), a_queued("later", 90), a_queued("next", 40)]
    return planned


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock, network: Planned) -> AsyncIterator[Desk]:
    """A desk with that network."""
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    async with open_desk(files, (network,), clock, own_sites=frozenset()) as opened:
        yield opened
    await files.close()


async def _say(desk: Desk, clock: FakeClock, target: Target, body: str = "By hand.") -> None:
    await desk.engine.sit_down(Plan(20))
    send = await desk.verbs.say(target, body, clock.boot())
    for _ in range(400):
        read = await desk.tables.outbox.read(send.id)
        if read is not None and read.state.is_settled:
            return
        await clock.advance(0.1)
    raise AssertionError("it never settled")


async def test_what_goes_out_next_is_first_and_drafts_last(desk: Desk) -> None:
    """The order is that of their times; nothing is known before it was asked."""
    assert not desk.queue.is_listed(US.id, QueuedId("next"))
    await desk.queue.refresh()
    assert [one.id for one in desk.queue.listed] == ["next", "later", "d"]
    assert desk.queue.is_listed(US.id, QueuedId("next"))


async def test_it_is_read_again_every_five_minutes_and_when_asked(
    desk: Desk, clock: FakeClock, network: Planned
) -> None:
    """A second start changes nothing; a network that is taken in is asked at once."""
    desk.queue.start()
    desk.queue.start()
    await until(lambda: len(desk.queue.listed) == 3)
    network.waiting = []
    await clock.advance_until(
        lambda: len(desk.queue.listed) == 0, within_s=2 * EVERY_S, step_s=60.0
    )
    network.waiting = [a_queued("new")]
    desk.queue.wake()
    await until(lambda: len(desk.queue.listed) == 1)


async def test_a_network_that_cannot_be_asked_is_words(desk: Desk, network: Planned) -> None:
    """What was known stays, and why it may be old is said until it is read again."""
    await desk.queue.refresh()
    network.trouble = AWAY
    await desk.queue.refresh()
    assert len(desk.queue.listed) == 3
    assert "could not be read: The network is away." in desk.queue.troubles[0]
    network.trouble = None
    await desk.queue.refresh()
    assert desk.queue.troubles == ()


async def test_an_answer_that_nobody_foresaw_ends_no_reading(
    desk: Desk, network: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is words like any other trouble, and goes with the account that had it."""

    async def odd() -> tuple[Queued, ...]:
        raise OverflowError("a date of the year 0")

    monkeypatch.setattr(network, "queued", odd)
    await desk.queue.refresh()
    assert "made no sense" in desk.queue.troubles[0]
    await desk.remove(US.id)
    assert desk.queue.troubles == ()


async def test_what_is_dropped_is_cancelled_there(desk: Desk, network: Planned) -> None:
    """It is gone from both; where it cannot be cancelled it stays in both."""
    await desk.queue.refresh()
    network.trouble = AWAY
    with pytest.raises(Unreachable):
        await desk.queue.drop(a_queued("next"))
    assert desk.queue.is_listed(US.id, QueuedId("next"))
    network.trouble = None
    await desk.queue.drop(a_queued("next"))
    assert network.dropped == ["next"]
    assert not desk.queue.is_listed(US.id, QueuedId("next"))
    with pytest.raises(ChinwagError, match="not connected"):
        await desk.queue.drop(replace(a_queued("next"), account=AccountId("nobody")))


async def test_what_is_kept_is_a_talking_point_and_cancelled(desk: Desk, network: Planned) -> None:
    """Its words stay here; while it cannot be cancelled nothing is kept."""
    await desk.queue.refresh()
    network.trouble = AWAY
    with pytest.raises(Unreachable):
        await desk.queue.keep(a_queued("next"))
    assert await desk.reading.drafts() == ()
    network.trouble = None
    await desk.queue.keep(a_queued("next"))
    assert network.dropped == ["next"]
    assert [one.body for one in await desk.queue.points()] == ["A heron a day."]


async def test_a_queued_text_in_the_composer_is_no_talking_point_yet(desk: Desk) -> None:
    """While its network would still send it, it stands in the queue and not among the points."""
    await desk.queue.refresh()
    target = said_by_hand(US, a_queued("next"))
    await desk.verbs.save_draft(target, "A heron a day.")
    assert await desk.queue.points() == ()


async def test_said_it_is_cancelled_once_it_is_out(
    desk: Desk, clock: FakeClock, network: Planned
) -> None:
    """Only a send that arrived cancels; one that was refused leaves the queue alone."""
    await desk.queue.refresh()
    target = said_by_hand(US, a_queued("next"))
    network.will(Fault.UNPROCESSABLE)
    await _say(desk, clock, target)
    assert (await desk.reading.unsure())[0].state is SendState.REJECTED
    assert network.dropped == []
    await desk.engine.end()
    await _say(desk, clock, target)
    await until(lambda: network.dropped == ["next"])
    assert desk.queue.alarms == ()


async def test_what_cannot_be_cancelled_is_an_alarm_until_it_is(
    desk: Desk, clock: FakeClock, network: Planned
) -> None:
    """It is said loudly that it may go out again, and tried again by itself."""
    await desk.queue.refresh()
    network.trouble = AWAY
    send_target = said_by_hand(US, a_queued("next"))
    await _say(desk, clock, send_target)
    await until(lambda: len(desk.queue.alarms) == 1)
    assert "may go out again" in desk.queue.alarms[0]
    network.trouble = None
    await clock.advance(TRIES_S[0] + 0.1)
    await until(lambda: network.dropped == ["next"])
    assert desk.queue.alarms == ()


async def test_an_alarm_ends_when_the_queue_no_longer_has_it(
    desk: Desk, clock: FakeClock, network: Planned
) -> None:
    """Whoever cancelled it elsewhere is not warned for ever."""
    network.trouble = AWAY
    await _say(desk, clock, said_by_hand(US, a_queued("next")))
    await until(lambda: len(desk.queue.alarms) == 1)
    network.trouble, network.waiting = None, []
    await desk.queue.refresh()
    assert desk.queue.alarms == ()


async def test_what_an_earlier_run_said_is_cancelled_by_the_next_reading(
    tmp_path: Path, clock: FakeClock, network: Planned
) -> None:
    """A crash between the sending and the cancelling does not let it go out twice."""
    files = await open_files(tmp_path / "a.db", tmp_path / "b.db")
    network.trouble = AWAY
    async with open_desk(files, (network,), clock, own_sites=frozenset()) as first:
        await _say(first, clock, said_by_hand(US, a_queued("next")))
        await first.engine.end()
    network.trouble = None
    async with open_desk(files, (network,), clock, own_sites=frozenset()) as second:
        assert network.dropped == []
        await second.queue.refresh()
        assert network.dropped == ["next"]
    await files.close()
