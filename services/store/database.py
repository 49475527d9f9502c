"""One SQLite file: opening, migrating, reading, writing in turn.

Law: one writer at a time per process, every write inside ``BEGIN IMMEDIATE``; readers never
wait for it. Errors of SQLite leave here as errors of ours.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import msgspec

from services.errors import Damaged, DiskFull, StoreError

_BUSY_S = 5.0
_WAL_PAUSE_S = 0.02
_SETTINGS = (
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = {};"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY;"
)
# Of the file, half a megabyte is kept here: the system keeps it in memory as well.
_ONLY_READING = "PRAGMA cache_size = -512; PRAGMA query_only = ON;"
_CLOSED = ("Connection closed", "no active connection")
"""What aiosqlite says, as a ValueError, of a connection that was closed meanwhile."""

_Result = TypeVar("_Result")

Value = str | int | float | bytes | None
"""What SQLite keeps."""

Params = Sequence[Value] | Mapping[str, Value]
"""Values for the placeholders of a statement."""


class Durability(Enum):
    """How much of a commit survives a power cut."""

    FULL = "FULL"
    """All of it: what was acknowledged is on the disk."""
    NORMAL = "NORMAL"
    """The file stays whole; the last commits may be missing."""


class Schema(msgspec.Struct, frozen=True):
    """Which migrations make a file, and what a sentence calls it."""

    folder: str
    """Below ``services/store/migrations``."""
    label: str


PRIVATE = Schema("private", "your private file")
CACHE = Schema("cache", "the cache")
COMMONS = Schema("commons", "the commons")


class Transaction:
    """A write in progress; only valid inside ``Database.write``."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        """Speak through ``connection``, which has begun."""
        self._connection = connection

    async def run(self, sql: str, params: Params = ()) -> list[sqlite3.Row]:
        """Run one statement in one hop and give the rows that it returns."""
        return list(await self._connection.execute_fetchall(sql, params))

    async def run_many(self, sql: str, rows: Sequence[Params]) -> None:
        """Run one statement once per row of values."""
        await self._connection.executemany(sql, rows)


class _OnThread(Transaction):
    """A write in progress, for whoever is on the writer's own thread already."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Speak through ``connection``, which has begun."""
        self._here = connection

    async def run(self, sql: str, params: Params = ()) -> list[sqlite3.Row]:
        """Run one statement here and give the rows that it returns."""
        return self._here.execute(sql, params).fetchall()

    async def run_many(self, sql: str, rows: Sequence[Params]) -> None:
        """Run one statement once per row of values."""
        self._here.executemany(sql, rows)


class Database:
    """An open file; made by ``open_database``."""

    def __init__(
        self,
        path: Path,
        schema: Schema,
        writer: aiosqlite.Connection,
        reader: aiosqlite.Connection,
    ) -> None:
        """Take two connections that are already set up."""
        self.path = path
        self.schema = schema
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()

    async def read(self, sql: str, params: Params = ()) -> list[sqlite3.Row]:
        """Run one query in one hop and give all its rows.

        Raises:
            StoreError: the file cannot be read.
        """
        with _errors_of(self.schema):
            return list(await self._reader.execute_fetchall(sql, params))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Hold the writer for one transaction; commit on leaving, roll back on any exception.

        Raises:
            DiskFull: there is no space; nothing of this transaction was kept.
            StoreError: the file cannot be written; nothing of this transaction was kept.
        """
        async with self._turn:
            with _errors_of(self.schema):
                try:
                    await self._writer.execute("BEGIN IMMEDIATE")
                    yield Transaction(self._writer)
                    await asyncio.shield(self._writer.commit())
                except BaseException:
                    # Even where it seems not to have begun: BEGIN may still wait in its thread.
                    await asyncio.shield(self._writer.rollback())
                    raise

    async def write_whole(
        self, work: Callable[[Transaction], Coroutine[Any, Any, _Result]]
    ) -> _Result:
        """Do ``work`` as one transaction in one hop, for work of many statements.

        It runs on the writer's thread and may await nothing but the transaction's own methods.

        Raises:
            DiskFull: there is no space; nothing of this transaction was kept.
            StoreError: the file cannot be written; nothing of this transaction was kept.
        """

        def do() -> _Result:
            # The only way aiosqlite has to run more than one statement per hop.
            connection = self._writer._conn  # noqa: SLF001
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = _finish(work(_OnThread(connection)))
                connection.commit()
            except BaseException:
                if connection.in_transaction:
                    connection.rollback()
                raise
            return result

        async with self._turn:
            with _errors_of(self.schema):
                hop = self._writer._execute(do)  # type: ignore[no-untyped-call]  # noqa: SLF001
                result: _Result = await hop
                return result

    async def data_version(self) -> int:
        """Give a number that differs after another connection has committed.

        Source: sqlite.org/pragma.html, data_version, 2026-11.
        """
        rows = await self.read("PRAGMA data_version")
        return int(rows[0][0])

    async def close(self) -> None:
        """Wait for the write in progress, then close both connections."""
        async with self._turn:
            await self._reader.close()
            await self._writer.close()


async def open_database(
    path: Path, schema: Schema, *, durability: Durability, mode: int = 0o600
) -> Database:
    """Open the file at ``path``, made with ``mode`` if it is not there, and bring it up to date.

    Raises:
        StoreError: it cannot be made or opened, or a newer Chinwag wrote it.
        DiskFull: there is no space to make it.
    """
    with _errors_of(schema):
        try:
            await asyncio.to_thread(_make_file, path, mode)
        except OSError as error:
            what = f"{schema.label.capitalize()} cannot be opened"
            if isinstance(error, FileExistsError | NotADirectoryError):
                what = f"{what}, because {path.parent} is not a directory"
            else:
                what = f"{what}: {error.strerror}"
            raise StoreError(f"{what}.", "`chinwag doctor` says more.") from error
        settings = _SETTINGS.format(durability.value)
        writer = await _connect(path, settings)
        try:
            await _migrate(writer, schema)
            reader = await _connect(path, settings + _ONLY_READING)
        except BaseException:
            await writer.close()
            raise
    return Database(path, schema, writer, reader)


def migrations(schema: Schema) -> tuple[tuple[int, str], ...]:
    """Give the numbered scripts of a schema, lowest first."""
    folder = resources.files("services.store").joinpath("migrations", schema.folder)
    scripts = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return tuple(
        (int(entry.name.split("_", 1)[0]), entry.read_text("utf-8"))
        for entry in sorted(scripts, key=lambda entry: entry.name)
    )


def _make_file(path: Path, mode: int) -> None:
    """Make an empty file with exactly ``mode``: SQLite alone would follow the umask upwards."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, mode)
    except FileExistsError:
        return
    try:
        os.fchmod(handle, mode)
    finally:
        os.close(handle)


async def _connect(path: Path, settings: str) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, timeout=_BUSY_S, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        loop = asyncio.get_running_loop()
        until_s = loop.time() + _BUSY_S
        while True:
            try:
                await connection.executescript(settings)
                break
            except sqlite3.OperationalError as error:
                # SQLite does not wait while another start turns the same new file to WAL.
                is_busy = error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not is_busy or loop.time() > until_s:
                    raise
                await asyncio.sleep(_WAL_PAUSE_S)
    except BaseException:
        await connection.close()
        raise
    return connection


async def _migrate(connection: aiosqlite.Connection, schema: Schema) -> None:
    """Run what is missing, each script and its number in one transaction."""
    scripts = migrations(schema)
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    have = int(rows[0][0])
    newest = scripts[-1][0]
    if have > newest:
        msg = f"A newer Chinwag has written {schema.label}."
        raise StoreError(msg, "Update this one, or point it at another directory.")
    for number, script in scripts:
        if number > have:
            await connection.execute("BEGIN IMMEDIATE")
            again = list(await connection.execute_fetchall("PRAGMA user_version"))
            if int(again[0][0]) >= number:
                await connection.rollback()
                continue
            try:
                for statement in _statements(script):
                    await connection.execute(statement)
                await connection.execute(f"PRAGMA user_version = {number}")
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise


def _finish(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine that never waits, outside of any loop."""
    try:
        work.send(None)
    except StopIteration as done:
        result: _Result = done.value
        return result
    work.close()
    raise RuntimeError("a whole write may await nothing but its transaction")


def _statements(script: str) -> Iterator[str]:
    """Split a script where SQLite says that a statement is complete, so that triggers hold."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _errors_of(schema: Schema) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, schema) from error
    except ValueError as error:
        if str(error) not in _CLOSED:
            raise
        raise StoreError(f"{schema.label.capitalize()} is closed.") from error


def _translate(error: sqlite3.Error, schema: Schema) -> StoreError:
    """Word an error of SQLite by what a person can do about it."""
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return DiskFull(
            f"The disk is full, so {schema.label} could not be written.",
            "Make some room; nothing was sent, and what you typed is still here.",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Damaged(
            f"{schema.label.capitalize()} is damaged.",
            "Nothing more is sent. `chinwag doctor` says how to set it aside.",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            f"{schema.label.capitalize()} is held by another program.", "Try again in a moment."
        )
    return StoreError(
        f"{schema.label.capitalize()} could not be used ({name or 'closed'}).",
        "`chinwag doctor` says more.",
    )
