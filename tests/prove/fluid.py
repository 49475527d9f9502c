"""How fluid a session stays while something goes on: keys all the while, and memory beside them.

Law: the limits are those of the figures; a box that does not keep them at rest is given as much
again as it takes itself, and what stutters once is tried again: a box that was held up by others
is held up once or twice, a stutter of ours is there each time. What measures so runs alone
(``pytest.mark.alone``).
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psutil

from tests.bench.measures import Spread, pressing, respond
from tests.bench.programs import cursor_region
from tests.bench.seed import fill, paths_of
from tests.bench.terminal import Terminal
from tests.prove.newsstand import CHILDREN, child, rss_mb
from tests.prove.seat import Home

LIMITS_MS = ((0.5, 10.0), (0.95, 30.0), (0.99, 50.0))
"""Shares of all keys, and how soon they are to be painted."""
TRIES = 3
_WAITING = 1_000
_AT_ONCE = 24
_LOOK_S = 0.1


@dataclass(slots=True)
class Keys:
    """What was measured of the keys of one session."""

    values_ms: list[float] = field(default_factory=list)
    unanswered: int = 0

    def told(self) -> str:
        """Say it in a line."""
        spread = Spread.of(self.values_ms)
        figures = "/".join(f"{spread.at(share):.1f}" for share, _ in LIMITS_MS)
        return f"{len(self.values_ms)} keys {figures} ms, {self.unanswered} unanswered"

    def is_fluid(self, calm: "Keys") -> bool:
        """Hold them against the limits, and what the box does without any of it."""
        usual, now = Spread.of(calm.values_ms), Spread.of(self.values_ms)
        return self.unanswered <= max(2, len(self.values_ms) // 20) and all(
            now.at(share) <= max(limit_ms, 2 * usual.at(share) + limit_ms)
            for share, limit_ms in LIMITS_MS
        )


@dataclass(slots=True)
class Peaks:
    """The most memory that was seen, in MB, by what the process does."""

    seen: dict[str, float] = field(default_factory=dict)

    def look(self, terminal: Terminal) -> None:
        """Look at the program and its children once."""
        with contextlib.suppress(psutil.Error):
            found = {"ui": psutil.Process(terminal.process.pid)}
            found |= {name: one for name in CHILDREN if (one := child(terminal, name))}
            for name, process in found.items():
                with contextlib.suppress(psutil.Error):
                    self.seen[name] = max(self.seen.get(name, 0.0), rss_mb(process))


def seed(home: Home) -> None:
    """Let many people wait for us."""
    fill(paths_of(home.environment), _WAITING, datetime.now(UTC))


def press_until(terminal: Terminal, is_done: Callable[[], bool], rounds: int) -> Keys:
    """Move the cursor among those who wait until it is done, ``rounds`` times 24 keys at most."""
    keys = Keys()
    region = cursor_region(terminal)
    for _ in range(rounds):
        moves = ["down", "up"] * (_AT_ONCE // 2)
        found = respond(terminal, pressing(terminal, moves), region=region, quiet_s=0.1)
        keys.values_ms += found.latency_ms.values
        keys.unanswered += found.unanswered
        if is_done():
            break
    return keys


@contextmanager
def watched(terminal: Terminal) -> Iterator[Peaks]:
    """Look at the memory all the while."""
    peaks, done = Peaks(), threading.Event()

    def look() -> None:
        while not done.wait(_LOOK_S):
            peaks.look(terminal)

    thread = threading.Thread(target=look, name="memory")
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()


def calm_session(home: Home) -> tuple[Keys, float]:
    """Give the keys and the memory of the same session with no feeds."""
    seed(home)
    with home.open("live") as terminal:
        terminal.wait_for("Composer")
        with watched(terminal) as peaks:
            keys = press_until(terminal, lambda: False, 3)
    return keys, peaks.seen["ui"]
