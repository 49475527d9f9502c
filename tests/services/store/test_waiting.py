"""Who waits, as the table has it: kept by every write, read by index, never counted."""

import asyncio
import re
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.desk import Files
from services.intake import Intake
from services.model.ids import PersonId, PostId, ThreadId, WaitingId
from services.model.posts import Reach
from services.model.waiting import Lane, Order, Waiting, WaitState
from services.store.database import Database, Params
from services.store.waiting import WaitingRows
from services.waiting import PILE_FROM
from tests.builders import US, a_post, a_send, a_target, an_answer, arrivals, at, open_pair


@dataclass
class Rig:
    """Two files, what writes them, and what reads them."""

    files: Files
    intake: Intake
    rows: WaitingRows
    second: float = 0

    async def hear(self, by: str, body: str = "The heron is back.", thread: str = "t1") -> None:
        """Let somebody write to us."""
        self.second += 10
        post = a_post(
            f"p{self.second}", body, by=by, thread=ThreadId(thread), created_at=at(self.second)
        )
        await self.intake.take(US.id, arrivals(post))

    async def answer(self, to: str, thread: str = "t1") -> str:
        """Answer somebody; gives the post's id."""
        self.second += 10
        name = f"a{self.second}"
        post = an_answer(name, to=to, thread=ThreadId(thread), created_at=at(self.second))
        await self.intake.take(US.id, arrivals(post))
        return name

    async def row(self, by: str, thread: str = "t1") -> Waiting:
        """Read somebody's row, whatever its state."""
        found = await self.files.private.read(
            "SELECT id FROM waiting WHERE person = ? AND thread = ?", (f"commons:{by}", thread)
        )
        row = await self.rows.one(WaitingId(found[0]["id"]))
        assert row is not None
        return row

    async def shown(self, after_s: float = 0, order: Order = Order.BY_LANE) -> tuple[Waiting, ...]:
        """Read the list so long after the last thing that happened."""
        return (await self.rows.read(at(self.second + after_s), order)).rows


@asynccontextmanager
async def open_rig(directory: Path) -> AsyncIterator[Rig]:
    """Open everything on fresh files."""
    async with open_pair(directory) as files:
        intake = Intake(files.private, files.cache, lambda: None)
        yield Rig(files, intake, WaitingRows(files.private))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Everything on fresh files."""
    async with open_rig(tmp_path) as opened:
        yield opened


async def recount(rig: Rig) -> None:
    """Hold the counts, the piles and the marks against what the rows say one by one.

    Raises:
        AssertionError: something was not kept.
    """
    rows = await rig.files.private.read("SELECT * FROM waiting")
    waits = [row for row in rows if row["state"] in (WaitState.UNREAD, WaitState.SEEN)]
    counted = [row for row in waits if row["lane"] != Lane.LAST_WORD]
    (kept,) = await rig.files.private.read("SELECT people, last_words FROM waiting_count")
    assert tuple(kept) == (len(counted), len(waits) - len(counted))
    kept_piles = await rig.files.private.read("SELECT * FROM pile")
    piles = {row["thread"]: row["people"] for row in kept_piles}
    for pile in kept_piles:
        if pile["people"] >= PILE_FROM:
            inside = [row for row in counted if row["thread"] == pile["thread"]]
            first = min((row["lane"], row["since_at"]) for row in inside)
            assert (pile["lane"], pile["since_at"]) == first
    for thread in {row["thread"] for row in rows} | set(piles):
        people = sum(row["thread"] == thread for row in counted)
        assert piles.get(thread, 0) == people
        for row in rows:
            if row["thread"] == thread:
                is_in = row["id"] in {one["id"] for one in counted}
                assert bool(row["piled"]) == (is_in and people >= PILE_FROM)
    for order in Order:
        read = await rig.rows.read(at(rig.second + 3600), order)
        quiet = sum(row.people for row in read.rows if row.lane is Lane.LAST_WORD)
        assert (read.people, read.last_words) == tuple(kept)
        assert sum(row.people for row in read.rows) - quiet == len(counted)
        assert quiet == len(waits) - len(counted)


async def test_a_comment_waits_and_an_answer_ends_it(rig: Rig) -> None:
    """The row holds their latest words, and goes when we have spoken."""
    await rig.hear("ben", "Where was it?")
    await rig.hear("ben", "By the weir, I hear.")
    (row,) = await rig.shown()
    assert (row.body, row.words, row.lane) == ("By the weir, I hear.", 2, Lane.QUESTION)
    assert (row.since_at, row.last_at) == (at(10), at(20))
    await rig.answer("ben")
    assert await rig.shown() == ()
    assert (await rig.row("ben")).state is WaitState.ANSWERED
    await recount(rig)


async def test_one_person_in_two_threads_waits_twice(rig: Rig) -> None:
    """A row is a person in a thread."""
    await rig.hear("ben")
    await rig.hear("ben", thread="t2")
    await rig.answer("ben")
    assert [row.thread for row in await rig.shown()] == ["t2"]


async def test_a_decision_tells_what_it_changed(rig: Rig) -> None:
    """Each decision gives the state before it, so that it can be undone; a gone row gives none."""
    await rig.hear("ben")
    row = await rig.row("ben")
    assert await rig.rows.decide(row.id, WaitState.SET_ASIDE) is WaitState.UNREAD
    assert await rig.shown() == ()
    assert await rig.rows.decide(row.id, WaitState.UNREAD) is WaitState.SET_ASIDE
    assert len(await rig.shown()) == 1
    assert await rig.rows.decide(WaitingId(99), WaitState.SEEN) is None
    assert await rig.rows.one(WaitingId(99)) is None
    await recount(rig)


async def test_the_watched_are_listed_latest_first(rig: Rig) -> None:
    """Watching takes somebody out of the waiting and keeps them in sight."""
    for name in ("ben", "cleo"):
        await rig.hear(name)
        await rig.rows.decide((await rig.row(name)).id, WaitState.WATCHING)
    assert [row.author.name for row in await rig.rows.watched()] == ["Cleo", "Ben"]
    assert [row.author.name for row in await rig.rows.watched(1)] == ["Cleo"]
    assert await rig.shown() == ()


async def test_many_under_one_post_are_one_row_that_opens(rig: Rig) -> None:
    """The fifth makes a pile; who left it makes it rows again."""
    for number in range(PILE_FROM - 1):
        await rig.hear(f"p{number}")
    assert [row.people for row in await rig.shown()] == [1] * (PILE_FROM - 1)
    await rig.hear("asker", "Where was it?")
    (pile,) = await rig.shown()
    assert (pile.people, pile.author.name, pile.lane) == (PILE_FROM, "Asker", Lane.QUESTION)
    inside = await rig.rows.pile(US.id, ThreadId("t1"))
    assert [row.author.name for row in inside] == ["Asker", "P0", "P1", "P2", "P3"]
    await rig.rows.decide((await rig.row("p2")).id, WaitState.SET_ASIDE)
    assert len(await rig.shown()) == PILE_FROM - 1
    await recount(rig)


@pytest.mark.parametrize(
    ("order", "first"), [(Order.BY_LANE, ["Asker", "T0"]), (Order.OLDEST, ["T0", "T1"])]
)
async def test_of_many_piles_the_first_in_order_are_read(
    rig: Rig, order: Order, first: list[str]
) -> None:
    """Where there is room for two rows only, they are the two that a whole list begins with."""
    for number in (2, 0, 1):
        for person in range(PILE_FROM - 1):
            await rig.hear(f"x{person}{number}", thread=f"t{number}")
    for number in range(3):
        rig.second = number - 5
        await rig.hear(f"t{number}", thread=f"t{number}")
    rig.second = 5000
    await rig.hear("asker", "Where was it?", thread="t2")
    rows = (await rig.rows.read(at(6000), order, at_most=2)).rows
    assert [row.author.name for row in rows] == first
    await recount(rig)


async def test_who_is_live_stands_apart_from_the_pile(rig: Rig) -> None:
    """Somebody of a pile who talks with us now is a row of their own, and the pile stays."""
    for number in range(PILE_FROM + 1):
        await rig.hear(f"p{number}")
    await rig.answer("p0")
    await rig.hear("p0", "By the weir?")
    live, pile = await rig.shown()
    assert (live.author.name, live.lane, live.people) == ("P0", Lane.LIVE, 1)
    assert (pile.author.name, pile.people) == ("P1", PILE_FROM)
    (later,) = await rig.shown(after_s=400)
    assert (later.author.name, later.people) == ("P0", PILE_FROM + 1)


async def test_a_pile_of_nobody_but_the_live_is_no_row(rig: Rig) -> None:
    """Where all of a pile are live each stands alone."""
    for number in range(PILE_FROM):
        await rig.hear(f"p{number}")
    for number in range(PILE_FROM):
        await rig.answer(f"p{number}")
        await rig.hear(f"p{number}")
    shown = await rig.shown()
    assert [row.lane for row in shown] == [Lane.LIVE] * PILE_FROM
    assert {row.people for row in shown} == {1}


async def test_a_last_word_leaves_the_pile(rig: Rig) -> None:
    """Whoever only says thanks after our answer joins the quiet group, and is seen there."""
    for number in range(PILE_FROM + 1):
        await rig.hear(f"p{number}")
    await rig.answer("p0")
    await rig.hear("p0", "Thanks!")
    shown = await rig.shown()
    assert [(row.author.name, row.people, row.lane) for row in shown] == [
        ("P1", PILE_FROM, Lane.REST),
        ("P0", 1, Lane.LAST_WORD),
    ]
    await recount(rig)


@pytest.mark.parametrize(("hours", "people"), [(23, 0), (25, PILE_FROM + 2)])
async def test_who_waited_a_day_is_counted_in_piles_too(rig: Rig, hours: int, people: int) -> None:
    """Everybody whom the debrief may call a long wait is counted, last words aside."""
    for number in range(PILE_FROM):
        await rig.hear(f"p{number}")
    await rig.hear("ben", thread="t2")
    await rig.hear("cleo", thread="t3")
    await rig.hear("dora", "Thanks!", thread="t4")
    assert await rig.rows.waited_a_day(at(hours * 3600 + 100)) == people


NAMES = st.sampled_from(["ben", "cleo", "dora", "eve", "finn", "gus", "hal"])
BODIES = st.sampled_from(["The heron is back.", "Where was it?", "Thanks!"])
THREADS = st.sampled_from(["t1", "t1", "t1", "t2"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), NAMES, BODIES, THREADS),
        st.tuples(st.just("hear"), NAMES, BODIES, st.just("t1")),
        st.tuples(st.just("answer"), NAMES, st.just(""), THREADS),
        st.tuples(st.just("put"), NAMES, st.sampled_from(WaitState), THREADS),
        st.tuples(st.just("undo"), NAMES, st.just(""), THREADS),
        st.tuples(st.just("take back"), NAMES, st.just(""), THREADS),
        st.tuples(st.just("gone"), NAMES, st.just(""), THREADS),
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_counts_and_piles_equal_a_recount(steps: list[tuple[str, str, object, str]]) -> None:
    """Whatever happens in whatever order, nobody is counted twice, and nobody is lost."""
    asyncio.run(_live_through(steps))


async def _live_through(steps: list[tuple[str, str, object, str]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        async with open_rig(Path(directory)) as rig:
            said: dict[tuple[str, str], str] = {}
            heard: dict[tuple[str, str], str] = {}
            moved: tuple[WaitingId, WaitState] | None = None
            for kind, name, detail, thread in steps:
                match kind:
                    case "hear":
                        await rig.hear(name, str(detail), thread)
                        heard[name, thread] = f"p{rig.second}"
                    case "answer":
                        said[name, thread] = await rig.answer(name, thread)
                    case "put" if (name, thread) in heard and isinstance(detail, WaitState):
                        row = (await rig.row(name, thread)).id
                        was = await rig.rows.decide(row, detail)
                        moved = None if was is None else (row, was)
                    case "undo" if moved is not None:
                        await rig.rows.decide(*moved)
                        moved = None
                    case "take back" if (name, thread) in said:
                        target = a_target(
                            thread=ThreadId(thread), person=PersonId(f"commons:{name}")
                        )
                        send = a_send(target=target, post=PostId(said.pop((name, thread))))
                        async with rig.files.private.write() as tx:
                            await rig.intake.unsay(tx, send)
                    case "gone" if (name, thread) in heard:
                        gone = heard.pop((name, thread))
                        await rig.intake.take(US.id, arrivals(gone=(gone,)))
                        left = await rig.files.private.read(
                            "SELECT post FROM waiting WHERE person = ? AND thread = ?",
                            (f"commons:{name}", thread),
                        )
                        if left:
                            heard[name, thread] = left[0]["post"]
            rig.second += 400
            await recount(rig)


class _Explained(Database):
    """A database that keeps the plan of everything that is read."""

    plans: list[tuple[str, str]]

    async def read(self, sql: str, params: Params = ()) -> list[sqlite3.Row]:
        """Explain, then read."""
        found = await super().read(f"EXPLAIN QUERY PLAN {sql}", params)
        self.plans.append((sql, "\n".join(row["detail"] for row in found)))
        return await super().read(sql, params)


async def test_every_reading_walks_an_index_in_order(rig: Rig) -> None:
    """No list of the waiting scans the table or sorts it: a million rows cost what fifty do."""
    for number in range(PILE_FROM):
        await rig.hear(f"p{number}")
    await rig.hear("ben", thread="t2")
    private = rig.files.private
    explained = _Explained(private.path, private.schema, private._writer, private._reader)
    explained.plans = []
    rows = WaitingRows(explained)
    for order in Order:
        await rows.read(at(100), order)
    await rows.watched()
    await rows.pile(US.id, ThreadId("t1"))
    await rows.waited_a_day(at(100))
    used = "\n".join(plan for _, plan in explained.plans)
    for index in ("lane", "oldest", "live", "thread", "watched"):
        assert re.search(rf"INDEX waiting_{index}\b", used), index
    for index in ("pile_lane", "pile_oldest"):
        assert re.search(rf"INDEX {index}\b", used), index
    for sql, plan in explained.plans:
        assert not re.search(r"SCAN (w|waiting|pile|p|person)\b(?! USING)", plan), (sql, plan)
        assert "TEMP B-TREE" not in plan, (sql, plan)


async def test_a_word_that_comes_late_makes_no_other_wider(rig: Rig) -> None:
    """What waits is as public as their last word, though an older one to everybody comes after."""
    last = a_post("p2", "Between us.", by="sam", created_at=at(20), reach=Reach.DIRECT)
    late = a_post("p1", "To all.", by="sam", created_at=at(10), reach=Reach.PUBLIC)
    await rig.intake.take(US.id, arrivals(last))
    await rig.intake.take(US.id, arrivals(late))
    row = await rig.row("sam")
    assert (row.post, row.reach) == ("p2", Reach.DIRECT)
