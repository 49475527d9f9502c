"""The board: one post per key, one order for everybody, and no row that can stop the others."""

import asyncio
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Gone, Rejected
from services.model.ids import PostId, ThreadId
from services.store import commons
from services.store.commons import Board, Byline, Entry, Laid
from services.store.database import COMMONS, Durability, open_database
from tests.fakes import FakeClock, settle

SAM = Byline("@sam", "Sam", 1000)
KIM = Byline("@kim", "Kim", 1001)

# One process of a race: says that it is ready, waits for the word, then publishes every key.
RACER = """
import asyncio, sys
from pathlib import Path
from services.clock import SystemClock
from services.store.commons import Board, Byline
from services.store.database import COMMONS, Durability, open_database

async def main(path, name, count):
    database = await open_database(Path(path), COMMONS, durability=Durability.NORMAL)
    board = Board(database, SystemClock())
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(count)):
        entry = await board.publish(f"key-{number}", Byline("@sam", "Sam", 1), f"{name} {number}")
        print(entry.body, flush=True)
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def _open_board(path: Path) -> Board:
    database = await open_database(path, COMMONS, durability=Durability.NORMAL)
    return Board(database, FakeClock())


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    """A board with nothing on it."""
    board = await _open_board(tmp_path / "board.db")
    yield board
    await board.database.close()


@pytest.fixture
async def other(board: Board) -> AsyncIterator[Board]:
    """The same board through connections of its own."""
    other = await _open_board(board.database.path)
    yield other
    await other.database.close()


async def test_the_first_body_under_a_key_stays(board: Board) -> None:
    """Publishing a key again gives what is there, not what is said now."""
    first = await board.publish("key", SAM, "first")
    second = await board.publish("key", SAM, "second")
    assert second == first
    assert second.body == "first"


async def test_many_posts_are_laid_out_in_one_go(board: Board) -> None:
    """Each is dated as it says; one whose key is there, or whose parent is not, is left out."""
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    root, reply = PostId("root"), PostId("reply")
    await board.lay_out(
        [
            Laid(root, SAM, "first", at),
            Laid(reply, KIM, "second", at + timedelta(minutes=1), root),
            Laid(root, KIM, "again", at),
            Laid(PostId("lost"), KIM, "under nothing", at, PostId("nowhere")),
        ]
    )
    await board.lay_out([])
    entries = (await board.since(0, 9)).entries
    assert [f"{one.thread}: {one.body} {one.answers}" for one in entries] == [
        "root: first None",
        f"root: second {SAM.handle}",
    ]
    assert entries[1].created_at == at + timedelta(minutes=1)


async def test_two_processes_racing_for_a_key_make_one_post(board: Board) -> None:
    """However two processes interleave, each key is one post and both are told the same."""
    count = 40
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", RACER, str(board.database.path), name, str(count),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for name in ("left", "right")
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout is not None
        assert await racer.stdout.readline() == b"ready\n"
    answers = await asyncio.gather(*(racer.communicate(b"go\n") for racer in racers))
    assert [racer.returncode for racer in racers] == [0, 0]
    assert answers[0][0] == answers[1][0]
    page = await board.since(0, 1_000)
    assert [entry.id for entry in page.entries] == [f"key-{number}" for number in range(count)]
    assert [entry.change for entry in page.entries] == list(range(1, count + 1))


async def test_a_reader_sees_the_board_in_the_order_of_commits(board: Board, other: Board) -> None:
    """A number is taken only under the write lock, so no later one is seen before it."""
    insert = commons._PUBLISH
    row = {"id": "slow", "parent": None, "handle": "@sam", "name": "", "uid": 1, "body": "slow"}
    async with board.database.write() as tx:
        await tx.run(insert, {**row, "at": 0})
        quick = asyncio.create_task(other.publish("quick", KIM, "quick"))
        await settle()
        assert not quick.done()
        assert (await other.since(0, 10)).entries == ()
    assert (await quick).change == 2
    page = await board.since(0, 10)
    assert [entry.id for entry in page.entries] == ["slow", "quick"]


async def _play(path: Path, moves: list[tuple[str, int]]) -> None:
    """Publish and take back through two boards, read through a third, and compare."""
    sam, kim, reader = [await _open_board(path) for _ in range(3)]
    shown: list[PostId] = []
    hidden: list[PostId] = []
    mine: dict[str, list[PostId]] = {"sam": [], "kim": []}
    at, number = 0, 0

    async def read(limit: int) -> bool:
        nonlocal at
        page = await reader.since(at, limit)
        at = page.change
        shown.extend(entry.id for entry in page.entries if not entry.is_gone)
        hidden.extend(entry.id for entry in page.entries if entry.is_gone)
        return page.has_more

    async def publish(board: Board, byline: Byline, count: int) -> None:
        nonlocal number
        for _ in range(count):
            number += 1
            entry = await board.publish(f"{byline.name}-{number}", byline, "words")
            mine["sam" if byline is SAM else "kim"].append(entry.id)

    for move, size in moves:
        match move:
            case "both":
                await asyncio.gather(publish(sam, SAM, size), publish(kim, KIM, size))
            case "take back" if mine["sam"]:
                await sam.take_back(mine["sam"][size % len(mine["sam"])], SAM)
            case _:
                await read(size)
    while await read(3):
        pass
    everything = {*mine["sam"], *mine["kim"]}
    assert len(shown) == len(set(shown))
    assert len(hidden) == len(set(hidden))
    assert set(shown) | set(hidden) == everything
    for name in ("sam", "kim"):
        in_order = [post for post in shown if post in mine[name]]
        assert in_order == [post for post in mine[name] if post in shown]
    for board in (sam, kim, reader):
        await board.database.close()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["both", "read", "take back"]), st.integers(1, 4)), max_size=8
    )
)
def test_a_reader_misses_nothing_and_sees_nothing_twice(moves: list[tuple[str, int]]) -> None:
    """Whatever two writers do while somebody reads on, each post comes once and in order."""
    with TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder) / "board.db", moves))


async def test_a_long_thread_gives_its_beginning_and_its_end(board: Board) -> None:
    """Of more than 200 posts one reads the first and the newest 199, in order."""
    root = await board.publish("root", SAM, "root")
    async with board.database.write() as tx:
        for number in range(250):
            row = {"id": f"k{number}", "parent": root.id, "handle": "@kim", "name": "Kim"}
            await tx.run(commons._PUBLISH, {**row, "uid": 1, "body": str(number), "at": number})
    bodies = [entry.body for entry in await board.thread(root.thread)]
    assert bodies == ["root", *(str(number) for number in range(51, 250))]


async def test_what_was_taken_back_leaves_no_words(board: Board) -> None:
    """The body is emptied in the file itself; the thread goes on without it."""
    root = await board.publish("root", SAM, "a secret")
    reply = await board.publish("reply", KIM, "what?", root.id)
    assert await board.take_back(root.id, SAM)
    assert not await board.take_back(root.id, SAM)
    assert [entry.id for entry in await board.thread(ThreadId("root"))] == [reply.id]
    stored = await board.database.read("SELECT body FROM post WHERE id = 'root'")
    assert stored[0]["body"] == ""


async def test_nobody_takes_back_for_another(board: Board) -> None:
    """Only the handle that wrote a post takes it back."""
    post = await board.publish("key", SAM, "stays")
    assert not await board.take_back(post.id, KIM)
    assert (await board.by_author("@sam", 5))[0].body == "stays"


async def test_a_reply_needs_what_it_answers(board: Board) -> None:
    """A parent that was never there publishes nothing."""
    with pytest.raises(Gone):
        await board.publish("key", SAM, "hello", PostId("nowhere"))
    assert await board.post("key") is None


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "../x", "k\n", "\x1b[2J"])
async def test_a_key_is_plain(board: Board, key: str) -> None:
    """A key that could not be an identifier everywhere is refused."""
    with pytest.raises(Rejected):
        await board.publish(key, SAM, "hello")


def _plant(path: Path, **columns: object) -> None:
    """Write a row as anybody in the group can, past every check of ours."""
    row: dict[str, object] = {
        "id": "planted", "change": 1, "thread": "planted", "parent": None, "answers": None,
        "handle": "@kim", "name": "Kim", "uid": 1, "body": "planted", "created_at": 0, "gone": 0,
    }  # fmt: skip
    row |= columns
    names = ", ".join(row)
    # A value given as bytes is stored as text that need not be UTF-8.
    slots = ", ".join(
        f"CAST(:{name} AS TEXT)" if isinstance(value, bytes) else f":{name}"
        for name, value in row.items()
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"INSERT INTO post ({names}) VALUES ({slots})", row)  # noqa: S608


@pytest.mark.parametrize(
    "columns",
    [
        {"body": b"\xff\xfe bad"},
        {"name": b"\x80"},
        {"handle": b"@\xc3"},
        {"body": "x" * 3_000_000},
        {"created_at": 2**62},
        {"created_at": -(2**62)},
        {"id": "\x1b[2J", "thread": "\x1b[2J"},
        {"id": b"\xff"},
        {"thread": "a thread"},
        {"parent": "\x00"},
        {"handle": ""},
        {"gone": 77},
        {"answers": b"\xff"},
        {"name": "\x1b]0;title\x07"},
    ],
    ids=str,
)
async def test_a_planted_row_does_not_stop_the_others(
    board: Board, columns: dict[str, object]
) -> None:
    """Whatever a row holds, what comes after it is read, and nothing dies."""
    _plant(board.database.path, **columns)
    real = await board.publish("real", SAM, "still here")
    page = await board.since(0, 1)
    assert page.change == 1
    page = await board.since(page.change, 10)
    assert page.entries == (real,)
    entries: list[Entry] = [
        *(await board.since(0, 10)).entries,
        *await board.thread(ThreadId("planted")),
        *await board.by_author("@kim", 10),
    ]
    for entry in entries:
        shown = entry.handle + entry.name + entry.body + (entry.answers or "")
        assert "\x1b" not in shown
        assert len(entry.body) <= commons.BODY_CHARS + 100


async def test_a_planted_presence_does_not_stop_the_others(board: Board) -> None:
    """A state that is none of ours and a name that is no text are passed over or cleaned."""
    now = commons._micros(FakeClock().now())
    with closing(sqlite3.connect(board.database.path)) as connection, connection:
        connection.executemany(
            "INSERT INTO presence VALUES (CAST(? AS TEXT), 1, CAST(? AS TEXT), ?, ?, ?)",
            [
                (b"@a", b"A", "dancing", None, now),
                (b"@b", b"\xff\x1b[2J", "here", 2**60, now),
                (b"", b"nobody", "here", 1, now),
                (b"@c", b"from the future", "here", 1, now + 10**15),
            ],
        )
    seen = await board.neighbours("@sam")
    assert [(one.handle, one.minutes_left) for one in seen] == [("@b", 999)]
    assert "\x1b" not in seen[0].name


@pytest.mark.parametrize(
    "query",
    [
        commons._SINCE,
        commons._ONE,
        commons._BY_AUTHOR,
        commons._THREAD,
        commons._PUBLISH,
        commons._TAKE_BACK,
        commons._NEIGHBOURS_NOW,
        commons._NEWEST,
    ],
)
async def test_every_query_goes_by_an_index(board: Board, query: str) -> None:
    """No reading or writing walks over all posts, so a million cost what fifty do."""
    params = dict.fromkeys(re.findall(r":(\w+)", query), 1)
    plan = await board.database.read(f"EXPLAIN QUERY PLAN {query}", params)
    steps = [str(step["detail"]) for step in plan]
    walks = [step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step]
    assert [step for step in walks if step.split()[1] in ("post", "presence", "above")] == []
    if query != commons._NEIGHBOURS_NOW:
        assert not any("TEMP B-TREE" in step for step in steps)
