"""What a person can do at a desk: nothing without a session, nothing lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.desk import Desk, open_desk, open_files
from services.errors import ChinwagError
from services.model.ids import SendId, WaitingId
from services.model.sending import SendState
from services.model.session import Plan
from services.model.waiting import WaitState
from services.outbox import Decision
from services.verbs import Moved
from tests.builders import US, a_post, a_target, arrivals
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import FakeClock


@pytest.fixture
async def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Desk]:
    """A desk with one network on which somebody waits."""
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    network = FakeNetwork(FakeServer(clock))
    async with open_desk(files, (network,), clock, own_sites=frozenset()) as opened:
        await opened.intake.take(US.id, arrivals(a_post()))
        yield opened
    await files.close()


async def test_nothing_is_said_without_a_session(desk: Desk, clock: FakeClock) -> None:
    """Neither is the text sent nor is anything written; it says what to do."""
    with pytest.raises(ChinwagError, match="No session"):
        await desk.verbs.say(a_target(), "It is.", clock.boot())
    assert await desk.tables.outbox.open() == ()


async def test_empty_words_are_not_sent_and_end_nothing(desk: Desk, clock: FakeClock) -> None:
    """The session goes on and the composer is still open."""
    await desk.engine.sit_down(Plan(20))
    with pytest.raises(ChinwagError, match="no words"):
        await desk.verbs.say(a_target(), "  ", clock.boot())
    assert desk.engine.can_compose


async def test_what_is_said_can_be_taken_back(desk: Desk, clock: FakeClock) -> None:
    """Sent it is no draft; taken back it is one again."""
    await desk.engine.sit_down(Plan(20))
    send = await desk.verbs.say(a_target(), "It is.", clock.boot())
    state = send.state
    while not state.is_settled:
        await clock.advance(0.1)
        read = await desk.tables.outbox.read(send.id)
        assert read is not None
        state = read.state
    assert state is SendState.SENT
    assert await desk.reading.drafts() == ()
    assert (await desk.verbs.take_back(send.id)).taken_back_at is not None
    assert [draft.body for draft in await desk.reading.drafts()] == ["It is."]
    with pytest.raises(ChinwagError):
        await desk.verbs.decide(SendId("unknown"), Decision.DISMISS)


async def test_a_decision_can_be_undone_once_made(desk: Desk) -> None:
    """Setting somebody aside and back; a decision that changes nothing is none."""
    (row,) = (await desk.reading.waiting()).rows
    moved = await desk.verbs.put(row.id, WaitState.SET_ASIDE)
    assert moved == Moved(row.id, WaitState.UNREAD)
    assert (await desk.reading.waiting()).rows == ()
    assert await desk.verbs.put(row.id, WaitState.SET_ASIDE) is None
    assert await desk.verbs.put(WaitingId(99), WaitState.SEEN) is None
    await desk.verbs.undo(moved)
    assert (await desk.reading.waiting()).rows == (row,)


async def test_a_draft_of_nothing_is_forgotten(desk: Desk) -> None:
    """What was typed is kept, and what was deleted is gone."""
    await desk.verbs.save_draft(a_target(), "It")
    assert [draft.body for draft in await desk.reading.drafts()] == ["It"]
    await desk.verbs.save_draft(a_target(), " \n")
    assert await desk.reading.drafts() == ()
