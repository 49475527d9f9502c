"""Figures of what is large: starting with many who wait, and finding somebody among a million."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from services.desk import open_files
from services.model.waiting import Order
from services.paths import Paths
from services.store.comments import Comments
from services.store.database import Database
from services.store.waiting import WaitingRows
from tests.bench.figures import Figure
from tests.bench.measures import Spread, measure_rest, measure_startup
from tests.bench.programs import FIRST_ROW, Bench, chinwag, load, session, tiny
from tests.bench.seed import add_history, paths_of

_MANY, _FEW = 100_000, 100
_TIMES_AS_MANY = 10
_SEARCHES = ("dough", "harb", "oven crust", "gasket in the end")
_READS = 40


def measure_first_paint(bench: Bench) -> Iterator[Figure]:
    """Open a lobby for which 10,000 wait beside the smallest Textual app."""
    lobby = chinwag(ready=FIRST_ROW, env=bench.seeded(10_000))
    taken = measure_startup([tiny(), lobby], bench.runs)
    ours, smallest = taken[lobby.name].median, taken["tiny"].median
    note = f"{ours:.0f} ms beside {smallest:.0f} ms, median of {bench.runs} in turn; {load()}"
    yield Figure("lobby's first row, 10,000 waiting", ours / smallest, 1.3, "×", note)


def measure_many(bench: Bench) -> Iterator[Figure]:
    """Open with 100,000 who wait beside 100; then find things among a million comments."""
    environment = bench.seeded(_MANY)
    many = chinwag(ready=FIRST_ROW, env=environment)
    few = replace(many, name="few", env=bench.seeded(_FEW))
    taken = measure_startup([few, many], bench.runs)
    ours, theirs = taken[many.name].median, taken[few.name].median
    note = f"{ours:.0f} ms beside {theirs:.0f} ms, median of {bench.runs} in turn; {load()}"
    yield Figure(f"open with {_MANY:,} waiting beside {_FEW}", ours / theirs, 1.3, "×", note)
    smallest = measure_rest(tiny(), 2.0).rss_mb
    lobby = measure_rest(many, 3.0).rss_mb
    live = measure_rest(session(environment), 3.0).rss_mb
    note = f"in the lobby {lobby:.0f} MB; the smallest app has {smallest:.0f} MB"
    yield Figure(f"memory in a session with {_MANY:,} waiting", live, 60, "MB", note)
    paths = paths_of(environment)
    with contextlib.closing(sqlite3.connect(paths.private_file, isolation_level=None)) as db:
        add_history(db, _TIMES_AS_MANY - 1)
    yield from asyncio.run(_find(paths))


async def _find(paths: Paths) -> list[Figure]:
    """Ask who is to be answered next, and search."""
    files = await open_files(paths.private_file, paths.cache_file)
    comments = Comments(files.private)
    [[count]] = await files.private.read("SELECT count(*) FROM comment")
    figures: list[Figure] = []
    try:
        for order in Order:
            next_50 = await _time(_reading(files.private, order))
            note = f"{count:,} comments, p50 of {_READS}, worst {next_50.at(1.0):.1f} ms; {load()}"
            what = f"the 50 to answer next, {order.value}"
            figures.append(Figure(what, next_50.median, 5, "ms", note))
        for words in _SEARCHES:
            found = await _time(_searching(comments, words))
            note = f"p50 of {_READS}, worst {found.at(1.0):.1f} ms"
            figures.append(Figure(f"search “{words}”, newest first", found.median, 20, "ms", note))
    finally:
        await files.cache.close()
        await files.private.close()
    return figures


def _reading(db: Database, order: Order) -> Callable[[], Awaitable[object]]:
    """Ask for the first 50, each time as if for the first."""
    return lambda: WaitingRows(db).read(datetime.now(UTC), order, at_most=50)


def _searching(comments: Comments, words: str) -> Callable[[], Awaitable[object]]:
    return lambda: comments.search(words)


async def _time(ask: Callable[[], Awaitable[object]]) -> Spread:
    """Give the milliseconds that asking took, each time."""
    taken = []
    for _ in range(_READS):
        begun_s = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - begun_s) * 1000)
    return Spread.of(taken)
