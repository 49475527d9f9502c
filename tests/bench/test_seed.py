"""Seeded stores hold what the intake would have written."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from services.desk import open_files
from services.intake import Intake
from services.networks.base import Arrivals, Cursor
from services.paths import Paths
from tests.bench.seed import US, fill, posts_to_us

UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
TABLES = ("person", "comment", "comment_words", "waiting", "pile", "waiting_count")


def everything(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read all that the tables hold."""
    with contextlib.closing(sqlite3.connect(file)) as db:
        return {name: sorted(db.execute(f"SELECT * FROM {name}")) for name in TABLES}  # noqa: S608


async def test_a_seed_is_what_the_intake_writes(tmp_path: Path) -> None:
    """The same posts, taken one after the other and written in bulk, make equal tables."""
    count = 520
    files = await open_files(tmp_path / "taken.db", tmp_path / "cache.db")
    posts = tuple(posts_to_us(count, UNTIL))
    await Intake(files.private, files.cache, lambda: None).take(US.id, Arrivals(posts, Cursor("")))
    await files.cache.close()
    await files.private.close()
    paths = Paths(tmp_path / "config.toml", tmp_path / "data", tmp_path / "cache")
    await asyncio.to_thread(fill, paths, count, UNTIL)
    taken, seeded = everything(tmp_path / "taken.db"), everything(paths.private_file)
    assert {name: len(rows) for name, rows in taken.items()} == {
        name: len(rows) for name, rows in seeded.items()
    }
    assert taken == seeded
    assert {row[15] for row in seeded["waiting"]} == {0, 1}
    assert {row[12] for row in seeded["waiting"]} == {1, 2, 4, 5}
