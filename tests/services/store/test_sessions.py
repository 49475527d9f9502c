"""Sessions are kept as they stand, so that one that was cut off can go on."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.clock import BootTime
from services.model.ids import SessionId
from services.model.session import Ending, Plan, Rhythm, Sitting, Verdict
from services.model.words import Safe
from services.store.database import PRIVATE, Durability, open_database
from services.store.sessions import Sessions
from tests.builders import at

PLAN = Plan(20, Rhythm.ON_THE_STORY, Safe("the old ones"), is_practice=True)
FIRST = Sitting(SessionId("s1"), PLAN, at(0), at(1200), extensions=0)
ANCHOR = BootTime("boot-1", 1000.5)


@pytest.fixture
async def sessions(tmp_path: Path) -> AsyncIterator[Sessions]:
    """The sessions of a private file."""
    db = await open_database(tmp_path / "private.db", PRIVATE, durability=Durability.NORMAL)
    yield Sessions(db)
    await db.close()


async def test_a_session_comes_back_whole(sessions: Sessions) -> None:
    """With its plan, its times and what its deadline is counted from."""
    await sessions.save(FIRST, ANCHOR)
    assert await sessions.read(FIRST.id) == FIRST
    assert await sessions.unfinished() == (FIRST, ANCHOR)
    assert await sessions.latest() == ()


async def test_saving_again_moves_what_moves(sessions: Sessions) -> None:
    """An extension and an end are kept; the plan and the beginning never change."""
    await sessions.save(FIRST, ANCHOR)
    ended = msgspec.structs.replace(
        FIRST, ends_at=at(1500), extensions=1, ended_at=at(1560), ending=Ending.TIME
    )
    await sessions.save(ended, BootTime("boot-2", -3.0))
    assert await sessions.read(FIRST.id) == ended
    assert await sessions.unfinished() is None
    assert await sessions.latest() == (ended,)


async def test_what_nobody_kept_is_none(sessions: Sessions) -> None:
    """Nothing is made up."""
    assert await sessions.read(SessionId("s9")) is None
    assert await sessions.unfinished() is None
    assert await sessions.long_waits(SessionId("s9")) == 0


async def test_the_verdict_and_the_long_waits_are_kept_through_later_saves(
    sessions: Sessions,
) -> None:
    """What was noted once stays, however often the clock is saved."""
    await sessions.save(FIRST, ANCHOR)
    await sessions.judge(FIRST.id, Verdict.PARTLY)
    await sessions.note_long_waits(FIRST.id, 7)
    await sessions.save(msgspec.structs.replace(FIRST, extensions=1), ANCHOR)
    kept = await sessions.read(FIRST.id)
    assert kept is not None
    assert kept.verdict is Verdict.PARTLY
    assert await sessions.long_waits(FIRST.id) == 7


async def test_the_newest_come_first(sessions: Sessions) -> None:
    """Of those that ended, and of those that did not."""
    for n in range(4):
        sitting = msgspec.structs.replace(FIRST, id=SessionId(f"s{n}"), started_at=at(n))
        done = msgspec.structs.replace(sitting, ended_at=at(n + 1), ending=Ending.ASKED)
        await sessions.save(done if n % 2 else sitting, ANCHOR)
    assert [one.id for one in await sessions.latest()] == ["s3", "s1"]
    assert [one.id for one in await sessions.latest(1)] == ["s3"]
    unfinished = await sessions.unfinished()
    assert unfinished is not None
    assert unfinished[0].id == "s2"
