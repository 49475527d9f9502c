"""One file: private, migrated step by step, whole after whatever happens to a write."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.errors import DiskFull, StoreError
from services.store import database
from services.store.database import (
    CACHE,
    COMMONS,
    PRIVATE,
    Database,
    Durability,
    Schema,
    Transaction,
    migrations,
    open_database,
)


async def open_private(path: Path) -> Database:
    """Open a private file."""
    return await open_database(path, PRIVATE, durability=Durability.NORMAL)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A private file."""
    opened = await open_private(tmp_path / "private.db")
    yield opened
    await opened.close()


async def cursors(db: Database) -> list[str]:
    """Read what was written."""
    return [row[0] for row in await db.read("SELECT account FROM cursor ORDER BY account")]


def modes_in(directory: Path) -> dict[str, int]:
    """Give each file's permissions."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}


async def write(db: Database, *names: str, error: Exception | None = None) -> None:
    """Write all of these in one transaction, or fail before its end."""
    async with db.write() as tx:
        for name in names:
            await add(tx, name)
        if error is not None:
            raise error


async def add(tx: Transaction, name: str) -> None:
    """Write something."""
    await tx.run("INSERT INTO cursor VALUES (?, '')", (name,))


@pytest.mark.parametrize("schema", [PRIVATE, CACHE, COMMONS])
async def test_a_file_is_made_and_opened_again(tmp_path: Path, schema: Schema) -> None:
    """Twice the same tables, at the newest number, in the journal and with the care asked for."""
    path = tmp_path / "below" / "file.db"
    seen = []
    for _ in range(2):
        db = await open_database(path, schema, durability=Durability.FULL)
        seen.append([tuple(row) for row in await db.read("SELECT name, sql FROM sqlite_schema")])
        for pragma, value in (
            ("user_version", migrations(schema)[-1][0]),
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("trusted_schema", 0),
            ("query_only", 1),
        ):
            assert (await db.read(f"PRAGMA {pragma}"))[0][0] == value, pragma
        await db.close()
    assert seen[0] == seen[1] != []


def test_migrations_are_numbered_without_gaps() -> None:
    """From one on, so that a number says what a file has."""
    for schema in (PRIVATE, CACHE, COMMONS):
        assert [number for number, _ in migrations(schema)] == [
            *range(1, len(migrations(schema)) + 1)
        ]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_a_file_is_its_owners_alone_under_any_umask(tmp_path: Path, umask: int) -> None:
    """The file, and what SQLite lays beside it."""
    before = os.umask(umask)
    try:
        db = await open_private(tmp_path / "private.db")
        async with db.write() as tx:
            await add(tx, "a")
        modes = modes_in(tmp_path)
        await db.close()
    finally:
        os.umask(before)
    assert set(modes) >= {"private.db", "private.db-wal", "private.db-shm"}
    assert set(modes.values()) == {0o600}


STEPS = ((1, "CREATE TABLE one (a);"), (2, "CREATE TABLE two (a);\nINSERT INTO two VALUES (1);"))


def scripts(monkeypatch: pytest.MonkeyPatch, *steps: tuple[int, str]) -> None:
    """Let these be the migrations."""
    monkeypatch.setattr(database, "migrations", lambda _: steps)


async def test_only_what_is_missing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the first number gets the second, and keeps what is in it."""
    path = tmp_path / "file.db"
    scripts(monkeypatch, STEPS[0])
    db = await open_private(path)
    async with db.write() as tx:
        await tx.run("INSERT INTO one VALUES ('kept')")
    await db.close()
    scripts(monkeypatch, *STEPS)
    db = await open_private(path)
    assert [row[0] for row in await db.read("SELECT a FROM one UNION ALL SELECT a FROM two")] == [
        "kept",
        1,
    ]
    assert (await db.read("PRAGMA user_version"))[0][0] == 2
    await db.close()


async def test_a_migration_that_fails_half_way_has_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those before it stand, nothing of it does, and the next start can mend it."""
    path = tmp_path / "file.db"
    scripts(monkeypatch, STEPS[0], (2, "CREATE TABLE two (a);\nINSERT INTO nowhere VALUES (1);"))
    with pytest.raises(StoreError):
        await open_private(path)
    plain = sqlite3.connect(path)
    assert [row[0] for row in plain.execute("SELECT name FROM sqlite_schema")] == ["one"]
    assert plain.execute("PRAGMA user_version").fetchone() == (1,)
    plain.close()
    scripts(monkeypatch, *STEPS)
    db = await open_private(path)
    assert len(await db.read("SELECT * FROM two")) == 1
    await db.close()


async def test_a_migration_that_another_start_has_just_made_is_not_made_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two starts at once make one file."""
    scripts(monkeypatch, *STEPS)
    both = await asyncio.gather(*(open_private(tmp_path / "file.db") for _ in range(4)))
    assert len(await both[0].read("SELECT * FROM two")) == 1
    for db in both:
        await db.close()


async def test_triggers_are_whole_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A semicolon inside one does not end it."""
    trigger = """CREATE TRIGGER t AFTER INSERT ON one BEGIN
      INSERT INTO two VALUES (new.a);
      INSERT INTO two VALUES (new.a);
    END;"""
    scripts(monkeypatch, *STEPS, (3, trigger))
    db = await open_private(tmp_path / "file.db")
    async with db.write() as tx:
        await tx.run("INSERT INTO one VALUES (7)")
    assert len(await db.read("SELECT * FROM two WHERE a = 7")) == 2
    await db.close()


async def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    """An old program does not touch what it does not know."""
    path = tmp_path / "private.db"
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA user_version = 99")
    plain.close()
    with pytest.raises(StoreError, match="newer Chinwag") as refused:
        await open_private(path)
    assert refused.value.remedy
    plain = sqlite3.connect(path)
    assert plain.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    plain.close()


async def test_a_damaged_file_is_said_and_left_alone(tmp_path: Path) -> None:
    """Its bytes stay for whoever can save something of them."""
    path = tmp_path / "private.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        await open_private(path)
    assert path.read_bytes() == b"this is no database" * 100


async def test_damage_in_the_middle_is_said_when_it_is_met(tmp_path: Path) -> None:
    """A page that makes no sense is an error of ours, not a crash."""
    path = tmp_path / "private.db"
    db = await open_private(path)
    async with db.write() as tx:
        for number in range(500):
            await add(tx, f"{number:0100}")
    await db.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:-40_960] + b"\xff" * 40_960)
    db = await open_private(path)
    with pytest.raises(StoreError, match="damaged"):
        await cursors(db)
    await db.close()


async def test_a_directory_in_its_place_is_a_sentence(tmp_path: Path) -> None:
    """It says what cannot be opened, and what says more."""
    (tmp_path / "private.db").mkdir()
    with pytest.raises(StoreError) as refused:
        await open_private(tmp_path / "private.db")
    assert refused.value.remedy
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot be opened, because .*file is not a directory"):
        await open_private(tmp_path / "file" / "private.db")
    with pytest.raises(StoreError, match=r"cannot be opened, because .*more is not a directory"):
        await open_private(tmp_path / "file" / "more" / "private.db")


async def test_a_full_disk_keeps_nothing_of_the_write(db: Database) -> None:
    """The sentence says so, and when there is room again it goes on."""
    pages = (await db.read("PRAGMA page_count"))[0][0]
    await db._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull) as refused:
        await write(db, "a", "b" * 1_000_000)
    assert "what you typed is still here" in refused.value.remedy
    assert await cursors(db) == []

    async def whole(tx: Transaction) -> None:
        await add(tx, "a")
        await add(tx, "b" * 1_000_000)

    with pytest.raises(DiskFull):
        await db.write_whole(whole)
    assert await cursors(db) == []
    await db._writer.execute("PRAGMA max_page_count = 100000")
    async with db.write() as tx:
        await add(tx, "a")
    assert await cursors(db) == ["a"]


async def test_an_error_inside_rolls_back(db: Database) -> None:
    """Whatever the error, nothing of the write stays and the next one works."""
    with pytest.raises(KeyError):
        await write(db, "a", error=KeyError())
    async with db.write() as tx:
        await tx.run_many("INSERT INTO cursor VALUES (?, '')", [("b",), ("c",)])
    assert await cursors(db) == ["b", "c"]


async def test_a_mistake_of_ours_is_not_taken_for_a_closed_file(db: Database) -> None:
    """A ValueError inside a write comes out as it is."""
    with pytest.raises(ValueError, match="a mistake"):
        await write(db, error=ValueError("a mistake"))
    with pytest.raises(FileNotFoundError):
        await write(db, error=FileNotFoundError("missing"))


@pytest.mark.parametrize("turns", range(8))
async def test_a_write_that_is_cancelled_leaves_no_half(db: Database, turns: int) -> None:
    """Wherever it is cut the file has all of it or nothing, and the next write works."""

    async def work() -> None:
        async with db.write() as tx:
            await add(tx, "a")
            await add(tx, "b")

    task = asyncio.create_task(work())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with db.write() as tx:
        await add(tx, "z")
    assert await cursors(db) in (["z"], ["a", "b", "z"])


async def test_a_write_cancelled_while_it_begins_stops_no_other(db: Database) -> None:
    """BEGIN that is still under way when its task is cancelled leaves nothing open."""
    lock = sqlite3.connect(db.path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")

    async def work() -> None:
        async with db.write() as tx:
            await add(tx, "a")

    task = asyncio.create_task(work())
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    lock.execute("COMMIT")
    lock.close()
    await asyncio.gather(task, return_exceptions=True)
    async with db.write() as tx:
        await add(tx, "b")
    assert await cursors(db) == ["b"]


async def test_a_whole_write_is_one_transaction(db: Database) -> None:
    """All of it or nothing; its result comes back; waiting for anything else is a mistake."""

    async def fine(tx: Transaction) -> str:
        await add(tx, "a")
        await tx.run_many("INSERT INTO cursor VALUES (?, '')", [("b",), ("c",)])
        return "done"

    async def broken(tx: Transaction) -> None:
        await add(tx, "d")
        raise KeyError

    async def waits(tx: Transaction) -> None:
        await add(tx, "e")
        await asyncio.sleep(0)

    assert await db.write_whole(fine) == "done"
    with pytest.raises(KeyError):
        await db.write_whole(broken)
    with pytest.raises(RuntimeError, match="await nothing"):
        await db.write_whole(waits)
    assert await cursors(db) == ["a", "b", "c"]


async def test_writes_take_turns(db: Database) -> None:
    """Two at once both happen, one after the other."""

    async def work(name: str) -> None:
        async with db.write() as tx:
            rows = await tx.run("SELECT count(*) FROM cursor")
            await add(tx, f"{rows[0][0]}-{name}")

    await asyncio.gather(*(work(name) for name in "abcd"))
    assert [name[0] for name in await cursors(db)] == ["0", "1", "2", "3"]


async def test_readers_do_not_wait_for_a_write(db: Database) -> None:
    """They see the file as it was before."""
    async with db.write() as tx:
        await add(tx, "a")
        assert await cursors(db) == []
    assert await cursors(db) == ["a"]


async def test_a_reader_cannot_write(db: Database) -> None:
    """What is meant to read changes nothing."""
    with pytest.raises(StoreError, match="SQLITE_READONLY"):
        await db.read("INSERT INTO cursor VALUES ('a', '') RETURNING account")


async def test_another_writer_is_noticed(db: Database) -> None:
    """The number moves for a commit of somebody else."""
    before = await db.data_version()
    assert await db.data_version() == before
    other = sqlite3.connect(db.path)
    other.execute("INSERT INTO cursor VALUES ('a', '')")
    other.commit()
    other.close()
    assert await db.data_version() != before


async def test_a_file_that_is_held_says_to_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program's lock is waited for, then named."""
    monkeypatch.setattr(database, "_BUSY_S", 0.01)
    db = await open_private(tmp_path / "private.db")
    lock = sqlite3.connect(db.path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="held by another program"):
        async with db.write() as tx:
            await add(tx, "a")
    lock.close()
    await db.close()


async def test_a_closed_file_says_so(tmp_path: Path) -> None:
    """Reading and writing after the end are errors of ours; closing twice is none."""
    db = await open_private(tmp_path / "private.db")
    await db.close()
    await db.close()
    with pytest.raises(StoreError, match="closed"):
        await cursors(db)
    with pytest.raises(StoreError, match="closed"):
        async with db.write() as tx:
            await add(tx, "a")
