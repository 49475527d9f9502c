"""The engine: real rows, a clock moved by hand, and events for whoever follows."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.clock import BootTime
from services.errors import DiskFull, StoreError
from services.model.changes import Family
from services.model.ids import SessionId, WaitingId
from services.model.session import (
    ClockTicked,
    Ending,
    ExtensionOffered,
    Plan,
    SessionEnded,
    SessionEvent,
    Sitting,
    Stage,
    StageChanged,
    WentLive,
)
from services.model.words import Safe
from services.session.engine import Engine
from services.store.database import PRIVATE, Database, Durability, open_database
from services.store.sessions import Sessions
from tests.builders import at
from tests.fakes import FakeClock, settle, until

PLAN = Plan(20)


class FullSessions(Sessions):
    """Sessions on a disk that can be full."""

    is_full = False

    async def save(self, sitting: Sitting, anchor: BootTime) -> None:
        """Keep, unless there is no room."""
        if self.is_full:
            raise DiskFull("The disk is full.")
        await super().save(sitting, anchor)


@dataclass
class Room:
    """An engine and all around it."""

    db: Database
    clock: FakeClock
    sessions: FullSessions
    engine: Engine = field(init=False)
    events: list[SessionEvent] = field(default_factory=list)
    published: list[Family] = field(default_factory=list)
    following: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        """Come in for the first time."""
        numbers = itertools.count(1)
        self._new_id = lambda: SessionId(f"s{next(numbers)}")
        self.restart()

    def restart(self) -> None:
        """Start the program anew on the same file."""
        self.engine = Engine(self.sessions, self.clock, self.published.append, new_id=self._new_id)

    async def follow(self) -> None:
        """Keep every event from now on."""

        async def keep() -> None:
            async for event in self.engine.events():
                self.events.append(event)

        self.following = asyncio.create_task(keep())
        await settle()

    async def crash(self) -> None:
        """Let the program die: nothing more is told or written."""
        await self.leave()
        await self.engine.close()

    async def leave(self) -> None:
        """Stop following."""
        if self.following is not None:
            self.following.cancel()
            await asyncio.gather(self.following, return_exceptions=True)
            self.following = None

    def told(self, kind: type[SessionEvent]) -> list[SessionEvent]:
        """Give the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def stage(self) -> Stage | None:
        """Where the session stands."""
        return None if self.engine.clock is None else self.engine.clock.stage


@asynccontextmanager
async def open_room(directory: Path) -> AsyncIterator[Room]:
    """Open a room on a fresh file."""
    db = await open_database(directory / "private.db", PRIVATE, durability=Durability.NORMAL)
    room = Room(db, FakeClock(), FullSessions(db))
    try:
        yield room
    finally:
        await room.crash()
        await db.close()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A room on a fresh file."""
    async with open_room(tmp_path) as opened:
        yield opened


def follower_of(engine: Engine) -> AsyncGenerator[SessionEvent, None]:
    """Follow by hand."""
    events = engine.events()
    assert isinstance(events, AsyncGenerator)
    return events


async def next_of(events: AsyncGenerator[SessionEvent, None]) -> SessionEvent:
    """Give the next event."""
    return await anext(events)


async def test_sitting_down_is_written_before_it_counts(room: Room) -> None:
    """The session is in the file, told, and its clock runs."""
    await room.follow()
    assert room.engine.sitting is None
    assert room.engine.clock is None
    assert not room.engine.can_compose
    sitting = await room.engine.sit_down(PLAN)
    assert await room.sessions.read(sitting.id) == sitting == room.engine.sitting
    assert (sitting.started_at, sitting.ends_at) == (at(0), at(1200))
    assert room.engine.session == sitting.id
    assert room.engine.can_compose
    await until(lambda: len(room.events) == 1)
    assert isinstance(room.events[0], StageChanged)
    assert room.published == [Family.SESSIONS]


async def test_the_clock_ticks_once_a_second(room: Room) -> None:
    """Each tick says what is left."""
    await room.follow()
    await room.engine.sit_down(PLAN)
    for _ in range(3):
        await room.clock.advance(1)
    ticks = [event.clock for event in room.events if isinstance(event, ClockTicked)]
    assert [clock.seconds_left for clock in ticks] == [1199, 1198, 1197]


async def test_a_session_comes_to_its_end_by_itself(room: Room) -> None:
    """Closing at two minutes, grace at none, over a minute later, and nothing ticks after it."""
    await room.follow()
    sitting = await room.engine.sit_down(Plan(5))
    await room.clock.advance(180)
    assert room.stage() is Stage.CLOSING
    await room.clock.advance(120)
    assert room.stage() is Stage.GRACE
    assert not room.engine.can_compose
    await room.clock.advance(60)
    await until(lambda: bool(room.told(SessionEnded)))
    assert room.events[-1] == SessionEnded(sitting.id, Ending.TIME)
    ended = await room.sessions.read(sitting.id)
    assert ended is not None
    assert (ended.ending, ended.ended_at) == (Ending.TIME, at(360))
    assert room.engine.session is None
    assert room.clock.sleepers == 0
    stages = [event.clock.stage for event in room.events if isinstance(event, StageChanged)]
    assert stages == [Stage.RUNNING, Stage.CLOSING, Stage.GRACE]


async def test_the_end_can_be_put_off_twice(room: Room) -> None:
    """Five minutes each time, kept in the file; a third wish changes nothing."""
    sitting = await room.engine.sit_down(Plan(5))
    for _ in range(3):
        await room.engine.extend()
    kept = await room.sessions.read(sitting.id)
    assert kept is not None
    assert (kept.ends_at, kept.extensions) == (at(900), 2)
    assert room.engine.clock is not None
    assert room.engine.clock.extensions_left == 0


async def test_ending_by_hand_ends_at_once(room: Room) -> None:
    """It says that it was asked for, and ending again is nothing."""
    await room.follow()
    sitting = await room.engine.sit_down(PLAN)
    await room.engine.end()
    await room.engine.end()
    await until(lambda: len(room.told(SessionEnded)) == 1)
    assert room.events[-1] == SessionEnded(sitting.id, Ending.ASKED)
    assert await room.sessions.unfinished() is None


async def test_after_a_crash_it_goes_on_to_the_same_deadline(room: Room) -> None:
    """Time away counts, and the clock runs again."""
    sitting = await room.engine.sit_down(PLAN)
    await room.clock.advance(60)
    await room.crash()
    room.clock.suspend(240)
    room.restart()
    await room.follow()
    resumed = await room.engine.resume()
    assert resumed == sitting
    assert room.engine.clock is not None
    assert room.engine.clock.seconds_left == 900
    await room.clock.advance(1)
    await until(lambda: bool(room.told(ClockTicked)))
    assert room.told(ExtensionOffered) == []


async def test_after_a_reboot_the_wall_clock_counts(room: Room) -> None:
    """The boot clock began anew; the deadline did not."""
    await room.engine.sit_down(PLAN)
    await room.crash()
    room.clock.reboot(off_s=290, up_s=10)
    room.restart()
    await room.engine.resume()
    assert room.engine.clock is not None
    assert room.engine.clock.seconds_left == 900


async def test_who_comes_back_late_is_offered_more(room: Room) -> None:
    """With less than two minutes left the first five are offered."""
    await room.engine.sit_down(PLAN)
    await room.crash()
    room.clock.suspend(1100)
    room.restart()
    await room.follow()
    await room.engine.resume()
    await until(lambda: len(room.told(ExtensionOffered)) == 1)


async def test_who_comes_back_after_the_deadline_finds_the_debrief(room: Room) -> None:
    """The session ended when its time was over, while nobody was there."""
    sitting = await room.engine.sit_down(PLAN)
    await room.crash()
    room.clock.suspend(5000)
    room.restart()
    await room.follow()
    assert await room.engine.resume() is None
    await until(lambda: room.events == [SessionEnded(sitting.id, Ending.AWAY)])
    ended = await room.sessions.read(sitting.id)
    assert ended is not None
    assert (ended.ending, ended.ended_at) == (Ending.AWAY, at(1200))
    assert not room.engine.can_compose


async def test_nothing_cut_off_is_nothing_to_resume(room: Room) -> None:
    """A first start begins nothing."""
    assert await room.engine.resume() is None
    await room.engine.note_back()
    await room.engine.extend()
    assert room.published == []


async def test_coming_back_from_a_stop_looks_at_the_clock_at_once(room: Room) -> None:
    """Stopped past the deadline, it is over before anybody can write."""
    await room.follow()
    sitting = await room.engine.sit_down(PLAN)
    room.clock.suspend(600)
    await room.engine.note_back()
    assert room.engine.clock is not None
    assert room.engine.clock.seconds_left == 600
    room.clock.suspend(700)
    await room.engine.note_back()
    await until(lambda: room.events[-1] == SessionEnded(sitting.id, Ending.AWAY))


async def test_what_was_begun_may_be_finished_in_the_grace(room: Room) -> None:
    """Composing keeps the composer open; a send under way keeps the session a little longer."""
    await room.engine.sit_down(Plan(5))
    room.engine.note_composing(is_begun=True)
    await room.clock.advance(300)
    assert room.engine.can_compose
    room.engine.note_send_begun()
    assert not room.engine.can_compose
    await room.clock.advance(62)
    assert room.stage() is Stage.GRACE
    room.engine.note_send_ended(is_text_back=False)
    await room.clock.advance(1)
    await until(lambda: room.engine.session is None)


async def test_a_text_that_comes_back_is_being_composed(room: Room) -> None:
    """It can be finished in the grace; letting go of it cannot be undone there."""
    await room.engine.sit_down(Plan(5))
    room.engine.note_send_begun()
    await room.clock.advance(301)
    room.engine.note_send_ended(is_text_back=True)
    assert room.engine.can_compose
    room.engine.note_composing(is_begun=False)
    assert not room.engine.can_compose


async def test_a_clock_that_nobody_read_is_replaced(room: Room) -> None:
    """A slow follower finds the latest clock, and every other event."""
    follower = follower_of(room.engine)
    first = asyncio.create_task(next_of(follower))
    await settle()
    await room.engine.sit_down(PLAN)
    await first
    live = WentLive(WaitingId(1), Safe("Ben"))
    for _ in range(5):
        await room.clock.advance(1)
    room.engine.tell(live)
    for _ in range(5):
        await room.clock.advance(1)
    heard = [await anext(follower) for _ in range(3)]
    assert [type(event) for event in heard] == [ClockTicked, WentLive, ClockTicked]
    assert isinstance(heard[2], ClockTicked)
    assert heard[2].clock.seconds_left == 1190
    await follower.aclose()


async def test_two_follow_and_one_leaves(room: Room) -> None:
    """Each hears everything from its own beginning on."""
    await room.follow()
    other = follower_of(room.engine)
    waiting = asyncio.create_task(next_of(other))
    await settle()
    await room.engine.sit_down(PLAN)
    assert isinstance(await waiting, StageChanged)
    await other.aclose()
    await room.engine.end()
    await until(lambda: bool(room.told(SessionEnded)))
    await room.leave()
    assert room.engine._followers == {}
    assert room.engine._wake == {}


async def test_a_session_that_cannot_be_kept_has_not_begun(room: Room) -> None:
    """Nothing runs, nothing can be written, and with room again one can sit down."""
    await room.follow()
    room.sessions.is_full = True
    with pytest.raises(StoreError):
        await room.engine.sit_down(PLAN)
    assert room.engine.session is None
    assert not room.engine.can_compose
    assert room.clock.sleepers == 0
    await settle()
    assert room.events == []
    room.sessions.is_full = False
    assert (await room.engine.sit_down(PLAN)).id == "s2"


async def test_a_full_disk_does_not_stop_the_end(room: Room) -> None:
    """The session ends in time, and the next start finds it cut off and ends it in the file."""
    await room.follow()
    sitting = await room.engine.sit_down(Plan(5))
    room.sessions.is_full = True
    await room.clock.advance(360)
    await until(lambda: bool(room.told(SessionEnded)))
    assert room.engine.session is None
    await room.crash()
    room.sessions.is_full = False
    room.restart()
    assert await room.engine.resume() is None
    ended = await room.sessions.read(sitting.id)
    assert ended is not None
    assert ended.ending is Ending.AWAY


async def test_a_full_disk_at_the_end_that_was_asked_for_is_said(room: Room) -> None:
    """The error reaches whoever asked, and the session is over all the same."""
    await room.follow()
    await room.engine.sit_down(PLAN)
    room.sessions.is_full = True
    with pytest.raises(DiskFull):
        await room.engine.end()
    await until(lambda: bool(room.told(SessionEnded)))
    assert room.engine.session is None


async def test_the_next_session_begins_where_one_has_ended(room: Room) -> None:
    """Sitting down again is a new session with a clock of its own."""
    await room.engine.sit_down(PLAN)
    await room.engine.end()
    again = await room.engine.sit_down(PLAN)
    assert again.id == "s2"
    await room.clock.advance(2)
    await until(lambda: room.engine.clock is not None and room.engine.clock.seconds_left == 1198)
    assert room.clock.sleepers == 1
