"""Figures of a sudden end: how soon it is gone after a hang-up, and what a kill loses of a text."""

import contextlib
import random
import sqlite3
import time
from collections.abc import Iterator, Mapping

from tests.bench.figures import Figure
from tests.bench.measures import let_pass, start
from tests.bench.programs import Bench, begin_reply, load, session
from tests.bench.seed import paths_of

_HANG_UPS = 5
_KILLS = 20
_KEY_S = 0.05
_MOMENTS = random.Random(20261124)  # noqa: S311 - kills at any moment
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def measure_hang_up(bench: Bench) -> Iterator[Figure]:
    """Cut the line while somebody writes, and see how soon the process is gone."""
    environment = bench.seeded(100)
    taken = []
    for _ in range(_HANG_UPS):
        terminal, _ = start(session(environment))
        with terminal:
            begin_reply(terminal)
            terminal.write("unsaved")
            begun_s = time.monotonic()
            terminal.hang_up()
            terminal.wait_for_end()
            taken.append(time.monotonic() - begun_s)
    note = f"the worst of {_HANG_UPS}, while writing; {load()}"
    yield Figure("gone after SIGHUP", max(taken), 2, "s", note)


def measure_kill(bench: Bench) -> Iterator[Figure]:
    """Kill it at any moment while somebody types, and see how much of it is not saved."""
    environment = bench.seeded(100)
    lost = [_type_and_kill(environment) for _ in range(_KILLS)]
    note = f"the worst of {_KILLS} at 20 keys/s, mean {sum(lost) / len(lost):.2f} s; {load()}"
    yield Figure("typing lost to SIGKILL", max(lost), 0.5, "s", note)


def unsaved_s(typed: list[tuple[float, str]], saved: str, killed_s: float) -> float:
    """Give for how many seconds the first letter that is not saved had been typed."""
    for number, (at_s, letter) in enumerate(typed):
        if saved[number : number + 1] != letter:
            return killed_s - at_s
    return 0.0


def _type_and_kill(environment: Mapping[str, str]) -> float:
    """Type into a fresh draft, kill in the middle; give how old the oldest lost letter was."""
    file = paths_of(environment).private_file
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        db.execute("DELETE FROM draft")
        db.execute("DELETE FROM session")
    terminal, _ = start(session(environment))
    with terminal:
        begin_reply(terminal)
        typed: list[tuple[float, str]] = []
        end_s = time.monotonic() + _MOMENTS.uniform(0.3, 1.8)
        while (left_s := end_s - time.monotonic()) > 0:
            letter = _LETTERS[len(typed) % len(_LETTERS)]
            typed.append((terminal.press(letter), letter))
            let_pass(min(_KEY_S, left_s))
        killed_s = time.monotonic()
        terminal.process.kill()
        terminal.wait_for_end()
    with contextlib.closing(sqlite3.connect(file)) as db:
        kept = db.execute("SELECT body FROM draft").fetchone()
    return unsaved_s(typed, kept[0] if kept else "", killed_s)
