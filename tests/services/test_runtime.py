"""Everything opened once and closed in order, on real files."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from services.config import CommonsConfig, Config, read_config, save_config
from services.errors import ChinwagError, ConfigError, StoreError
from services.model.changes import Family
from services.model.people import Presence
from services.model.posts import Reach
from services.model.sending import SendState
from services.model.session import Ending, Plan
from services.model.waiting import WaitingList
from services.networks.commons.client import own_byline
from services.paths import Paths
from services.runtime import Runtime, open_runtime, time_scale, trouble_of
from services.store.commons import Board, Byline
from services.store.database import COMMONS, Durability, open_database
from services.targets import new_post, reply_to_waiting
from tests.fakes import FakeClock, until

PRACTICE = Plan(10, is_practice=True)


def paths_in(directory: Path) -> Paths:
    """Give somebody's own directories."""
    return Paths(directory / "config" / "config.toml", directory / "data", directory / "cache")


@asynccontextmanager
async def opened(
    directory: Path, clock: FakeClock | None = None, *, takes_over: bool = False
) -> AsyncIterator[Runtime]:
    """Open everything below a directory."""
    async with open_runtime(
        paths=paths_in(directory),
        clock=clock or FakeClock(),
        environment={},
        takes_over=takes_over,
    ) as runtime:
        yield runtime


def open_connections() -> int:
    """Count the threads of connections that are open."""
    return sum("_connection_worker" in thread.name for thread in threading.enumerate())


def rows_of(path: Path, table: str) -> int:
    """Count rows behind the program's back."""
    plain = sqlite3.connect(path)
    (count,) = plain.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - ours
    plain.close()
    return int(count)


async def test_a_first_start_makes_private_files_and_leaves_no_thread(tmp_path: Path) -> None:
    """What is opened is closed, and everything lies where it should."""
    before = open_connections()
    async with opened(tmp_path) as runtime:
        assert not runtime.looks_on
        assert runtime.desk is runtime.real
        assert runtime.commons is None
        assert await runtime.cut_off() is None
        assert await runtime.holder() is None
        assert await runtime.neighbours() == ()
        assert (await runtime.desk.reading.waiting()).rows == ()
        assert trouble_of(runtime.desk) == ()
        runtime.note_key()
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"private.db", "lease.lock"}
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    await until(lambda: open_connections() == before)


async def test_a_start_that_fails_lets_go_of_everything(tmp_path: Path) -> None:
    """Whatever is in the way, it is a sentence, and no thread keeps the program alive."""
    before = open_connections()
    (tmp_path / "data" / "lease.lock").mkdir(parents=True)
    with pytest.raises(StoreError):
        async with opened(tmp_path):
            pass
    await until(lambda: open_connections() == before)


async def test_settings_that_mean_nothing_stop_the_start(tmp_path: Path) -> None:
    """Before anything is made."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text("minutes = ")
    with pytest.raises(ConfigError):
        async with opened(tmp_path):
            pass
    assert not (tmp_path / "data").exists()


async def test_a_data_directory_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    """It names the path."""
    (tmp_path / "data").touch()
    with pytest.raises(StoreError, match="cannot be used: it is not a directory"):
        async with opened(tmp_path):
            pass


async def test_a_second_terminal_looks_on_and_sees_what_the_first_writes(tmp_path: Path) -> None:
    """It writes nothing, hears of changes, and says who has the lease."""
    clock = FakeClock()
    async with opened(tmp_path) as first, opened(tmp_path, clock) as second:
        assert second.looks_on
        assert await second.holder() is not None
        with pytest.raises(ChinwagError, match="Another terminal"):
            await second.join_commons()
        heard: set[Family] = set()

        async def follow() -> None:
            async for changes in second.real.changes.follow(0.0):
                heard.update(changes.families)

        following = asyncio.create_task(follow())
        await clock.advance_until(lambda: bool(heard), within_s=5, step_s=0.25)
        heard.clear()
        sitting = await first.real.engine.sit_down(Plan(20))
        await clock.advance_until(lambda: Family.SESSIONS in heard, within_s=5, step_s=0.25)
        assert await second.real.reading.cut_off() == sitting
        assert Family.LEASE not in heard
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_a_second_terminal_can_take_over(tmp_path: Path) -> None:
    """The first is told that it is wanted, and when it leaves the second has the lease."""
    first_clock, second_clock = FakeClock(), FakeClock()
    heard: list[frozenset[Family]] = []
    stack = opened(tmp_path, first_clock)
    first = await stack.__aenter__()

    async def leave_when_wanted() -> None:
        async for changes in first.real.changes.follow(0.0):
            heard.append(changes.families)
            if Family.LEASE in changes.families:
                return

    leaving = asyncio.create_task(leave_when_wanted())

    async def take_over() -> bool:
        async with opened(tmp_path, second_clock, takes_over=True) as second:
            return not second.looks_on

    taking = asyncio.create_task(take_over())
    await until(lambda: second_clock.sleepers > 0)
    await first_clock.advance_until(leaving.done, within_s=2, step_s=0.2)
    await stack.__aexit__(None, None, None)
    await second_clock.advance_until(taking.done, within_s=3, step_s=0.05)
    assert taking.result()


async def test_joining_the_commons_is_kept(tmp_path: Path) -> None:
    """Once joined it is open at the next start; joining twice is joining once."""
    async with opened(tmp_path) as runtime:
        network = await runtime.join_commons()
        assert await runtime.join_commons() is network
        assert runtime.commons is network
        await until(lambda: read_config(runtime.paths.config_file).commons.joined)
    async with opened(tmp_path) as runtime:
        assert runtime.commons is not None
        assert runtime.commons_trouble is None


async def test_a_commons_that_cannot_be_opened_is_kept_to_be_told(tmp_path: Path) -> None:
    """The rest works, and the trouble has a sentence."""
    save_config(paths_in(tmp_path).config_file, Config(commons=CommonsConfig(joined=True)))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "commons").touch()
    async with opened(tmp_path) as runtime:
        assert runtime.commons is None
        assert runtime.commons_trouble is not None
        with pytest.raises(ChinwagError):
            await runtime.join_commons()


async def test_a_talk_on_the_commons_counts_as_an_exchange(tmp_path: Path) -> None:
    """Somebody writes to us, we answer, they answer: it is in the session's debrief."""
    clock = FakeClock()
    async with opened(tmp_path, clock) as runtime:
        await runtime.join_commons()
        desk = runtime.real
        network = runtime.commons
        assert network is not None
        sitting = await desk.engine.sit_down(Plan(20))
        path = runtime.place.path
        db = await open_database(path, COMMONS, durability=Durability.NORMAL)
        board, ben = Board(db, clock), Byline("@ben", "Ben", 12345)
        await board.publish("b1", ben, f"{own_byline().handle} Where was the heron?", None)
        found = await _waiting_list(runtime, clock, 1)
        target = reply_to_waiting(network.account, found.rows[0])
        send = await desk.verbs.say(target, "By the weir.", clock.boot())
        sent = None
        while sent is None or not sent.state.is_settled:
            await clock.advance(0.2)
            sent = await desk.tables.outbox.read(send.id)
        assert sent.state is SendState.SENT
        await _waiting_list(runtime, clock, 0)
        await clock.advance(5)
        await board.publish("b2", ben, "Lovely, I go there now.", sent.post)
        live = await _waiting_list(runtime, clock, 1)
        assert live.rows[0].lane.name == "LIVE"
        debrief = await desk.reading.debriefs.read(sitting.id)
        assert debrief is not None
        (made,) = debrief.exchanges
        assert made.author.name == "Ben"
        assert made.was_question
        assert made.returned_words == "Lovely, I go there now."
        await db.close()


async def _waiting_list(runtime: Runtime, clock: FakeClock, count: int) -> WaitingList:
    """Wait until so many people wait."""
    for _ in range(400):
        found = await runtime.real.reading.waiting()
        if len(found.rows) == count:
            return found
        await clock.advance(0.05)
    raise AssertionError(count)


async def test_presence_is_seen_unless_hidden(tmp_path: Path) -> None:
    """Others see us while we are here; hiding takes it back, and leaving too."""
    clock = FakeClock()
    async with opened(tmp_path, clock) as runtime:
        await runtime.join_commons()
        db = await open_database(runtime.place.path, COMMONS, durability=Durability.NORMAL)

        async def seen() -> list[str]:
            return [row["state"] for row in await db.read("SELECT state FROM presence")]

        while not await seen():
            await clock.advance(0.1)
        assert await seen() == [Presence.HERE.value]
        hidden = CommonsConfig(joined=True, hidden=True)
        await runtime.choose(msgspec.structs.replace(runtime.config, commons=hidden))
        assert await seen() == []
        assert await runtime.neighbours() == ()
        await runtime.choose(
            msgspec.structs.replace(runtime.config, commons=CommonsConfig(joined=True))
        )
        assert await seen() == [Presence.HERE.value]
    assert await seen() == []
    await db.close()


async def test_a_setting_that_cannot_be_written_holds_until_the_end(tmp_path: Path) -> None:
    """It is said, and it works for now."""
    async with opened(tmp_path) as runtime:
        (tmp_path / "config").touch()
        with pytest.raises(ConfigError):
            await runtime.choose(Config(theme="paper"))
        assert runtime.config.theme == "paper"


async def test_practice_leaves_no_trace(tmp_path: Path) -> None:
    """Not in the private file, not on the disk."""
    clock = FakeClock()
    async with opened(tmp_path, clock) as runtime:
        desk = await runtime.begin_practice(seed=1)
        assert runtime.desk is desk is runtime.practice
        assert desk.is_practice
        sitting = await desk.engine.sit_down(PRACTICE)
        (network,) = desk.networks.values()
        await desk.verbs.say(new_post(network.account, Reach.PRACTICE), "Hello all", clock.boot())
        for _ in range(400):
            await clock.advance(0.25)
            if (await desk.reading.waiting()).rows:
                break
        assert (await desk.reading.waiting()).rows
        assert await desk.reading.debriefs.read(sitting.id) is not None
        await desk.engine.end()
        await runtime.end_practice()
        assert runtime.desk is runtime.real
        assert not runtime.paths.practice.exists()
    for table in ("comment", "waiting", "exchange", "outbox", "session", "person", "draft"):
        assert rows_of(tmp_path / "data" / "private.db", table) == 0, table


async def test_a_practice_that_is_left_when_over_is_swept(tmp_path: Path) -> None:
    """Leaving the program after its end leaves nothing."""
    async with opened(tmp_path) as runtime:
        desk = await runtime.begin_practice(seed=1)
        await desk.engine.sit_down(PRACTICE)
        await desk.engine.end()
    assert not (tmp_path / "data" / "practice").exists()


@pytest.mark.parametrize("is_practice", [False, True])
async def test_a_session_that_was_cut_off_is_offered_again(
    tmp_path: Path, *, is_practice: bool
) -> None:
    """Of both kinds, at its own desk, to the same deadline."""
    clock = FakeClock()
    async with opened(tmp_path, clock) as runtime:
        desk = await runtime.begin_practice(seed=1) if is_practice else runtime.real
        sitting = await desk.engine.sit_down(Plan(10, is_practice=is_practice))
    later = FakeClock(boot_seconds=1060)
    later.step_wall(60)
    async with opened(tmp_path, later) as runtime:
        found = await runtime.cut_off()
        assert found is not None
        assert (found.sitting, found.is_practice) == (sitting, is_practice)
        assert runtime.desk.is_practice is is_practice
        assert await runtime.desk.engine.resume() == sitting
        assert runtime.desk.engine.clock is not None
        assert runtime.desk.engine.clock.seconds_left == 540
        await runtime.desk.engine.end()
        kept = await runtime.desk.tables.sessions.read(sitting.id)
        assert kept is not None
        assert kept.ending is Ending.ASKED


async def test_a_practice_left_behind_without_a_session_is_swept(tmp_path: Path) -> None:
    """Files of a practice that had ended are no session to go on with."""
    async with opened(tmp_path) as runtime:
        await runtime.begin_practice(seed=1)
        await runtime.end_practice(is_swept=False)
        assert runtime.paths.practice.exists()
        assert await runtime.cut_off() is None
        assert not runtime.paths.practice.exists()
        assert runtime.desk is runtime.real


async def test_a_practice_that_cannot_be_made_leaves_the_real_desk(tmp_path: Path) -> None:
    """What was opened of it is closed, and the next try works."""
    async with opened(tmp_path) as runtime:
        runtime.paths.practice.mkdir()
        (runtime.paths.practice / "cache.db").mkdir()
        with pytest.raises(StoreError):
            await runtime.begin_practice(seed=1, is_new=False)
        assert runtime.desk is runtime.real
        assert (await runtime.begin_practice(seed=1)).is_practice


@pytest.mark.parametrize(("value", "scale"), [("20", 20.0), ("0.1", 1.0), ("fast", 1.0), ("", 1.0)])
def test_time_runs_faster_only_for_the_proofs(value: str, scale: float) -> None:
    """Never slower, and nonsense is real time."""
    assert time_scale({"CHINWAG_TIME_SCALE": value}) == scale
    assert time_scale({}) == 1.0
