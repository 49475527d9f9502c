"""The four ways to measure a program on a pty: starting, doing nothing, keys, and events.

Law: programs that are compared are measured in turn within one run, so that whatever else the
machine does hits all alike; a run that fails is an error and is never left out.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.terminal import Terminal

Region = tuple[int, int, int, int]
"""Column, row, width and height."""

_LAST_S = 0.3
"""How long the last stimulus is waited for."""
_JITTER = random.Random(20261122)  # noqa: S311 - keeps keys out of step with timers


@dataclass(frozen=True, slots=True)
class Program:
    """What is measured."""

    name: str
    command: tuple[str, ...]
    ready: str
    """A regular expression: shown when it can be used."""
    env: Mapping[str, str] = field(default_factory=dict)
    prelude: tuple[tuple[str, str], ...] = ()
    """Keys that lead to what is measured, each with what is shown after it."""
    columns: int = 120
    rows: int = 36


@dataclass(frozen=True, slots=True)
class Spread:
    """Many measurements of one thing."""

    values: tuple[float, ...]
    """Ascending."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Take measurements in any order."""
        return cls(tuple(sorted(values)))

    def at(self, share: float) -> float:
        """Give the smallest value that at least ``share`` (0 to 1) of all do not exceed."""
        if not self.values:
            return float("nan")
        rank = max(1, -int(-share * len(self.values) // 1))
        return self.values[min(rank, len(self.values)) - 1]

    @property
    def median(self) -> float:
        """Give the middle one."""
        return self.at(0.5)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a program does when nothing is asked of it."""

    bytes_per_s: float
    cpu_percent: float
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Response:
    """What followed each stimulus."""

    latency_ms: Spread
    unanswered: int
    """Stimuli after which nothing changed before the next."""
    bytes_each: float


def start(program: Program, timeout_s: float = 30.0) -> tuple[Terminal, float]:
    """Start ``program`` and wait until it is ready; give it and the milliseconds that took."""
    terminal = Terminal(
        program.command, columns=program.columns, rows=program.rows, env=program.env
    )
    try:
        ready_s = terminal.wait_for(program.ready, timeout_s)
        for key, shown in program.prelude:
            terminal.press(key)
            terminal.wait_for(shown, timeout_s)
    except BaseException:
        terminal.close()
        raise
    return terminal, (ready_s - terminal.started_at_s) * 1000


def first_shown(terminal: Terminal, words: Sequence[str]) -> dict[str, float]:
    """Replay what has not been shown yet; give when each of ``words`` was on the screen first."""
    shown: dict[str, float] = {}
    for changed_s in terminal.changes():
        text = terminal.text_so_far()
        for word in words:
            if word not in shown and word in text:
                shown[word] = changed_s
    return shown


def measure_startup(programs: Sequence[Program], runs: int = 7) -> dict[str, Spread]:
    """Give, by name, the milliseconds from the start until each was ready, in turn."""
    taken: dict[str, list[float]] = {program.name: [] for program in programs}
    for _ in range(runs):
        for program in programs:
            terminal, taken_ms = start(program)
            terminal.close()
            taken[program.name].append(taken_ms)
    return {name: Spread.of(values) for name, values in taken.items()}


def measure_rest(program: Program, seconds: float = 10.0) -> Rest:
    """Leave ``program`` alone for ``seconds`` and see what it does."""
    terminal, _ = start(program)
    with terminal:
        terminal.settle(0.5, 3.0)
        before, begun_s = terminal.usage(), time.monotonic()
        let_pass(seconds)
        after, took_s = terminal.usage(), time.monotonic() - begun_s
        size = len(terminal.output(begun_s))
    used = 100 * (after.cpu_s - before.cpu_s) / took_s
    return Rest(size / took_s, used, after.rss_mb)


def measure_keys(
    program: Program, keys: Sequence[str], *, interval_s: float = 0.12, region: Region | None = None
) -> Response:
    """Press ``keys`` one by one and see how soon each shows in ``region``."""
    terminal, _ = start(program)
    with terminal:
        return respond(terminal, pressing(terminal, keys), interval_s=interval_s, region=region)


def measure_events(
    program: Program,
    cause: Callable[[int], float],
    count: int,
    *,
    interval_s: float = 0.5,
    region: Region | None = None,
) -> Response:
    """Make ``count`` things happen elsewhere and see how soon each shows.

    ``cause`` makes the event of that number happen and gives its monotonic stamp.
    """
    terminal, _ = start(program)
    with terminal:
        causes = [_numbered(cause, number) for number in range(count)]
        return respond(terminal, causes, interval_s=interval_s, region=region)


def pressing(terminal: Terminal, keys: Sequence[str]) -> list[Callable[[], float]]:
    """Give a stimulus for each key."""
    return [_presser(terminal, key) for key in keys]


def respond(
    terminal: Terminal,
    stimuli: Sequence[Callable[[], float]],
    *,
    interval_s: float = 0.12,
    region: Region | None = None,
    quiet_s: float = 3.0,
) -> Response:
    """Cause each stimulus in turn and match what changed in ``region`` with what caused it.

    ``quiet_s`` is how long to wait at most for a program that does not come to rest.
    """
    terminal.settle(0.5, quiet_s)
    list(terminal.changes(region))
    begun_s = time.monotonic()
    stamps = []
    for stimulus in stimuli:
        stamps.append(stimulus())
        let_pass(interval_s * _JITTER.uniform(1.0, 1.25))
    let_pass(_LAST_S)
    first: dict[int, float] = {}
    current = -1
    for changed_s in terminal.changes(region):
        while current + 1 < len(stamps) and stamps[current + 1] <= changed_s:
            current += 1
        # What comes long after the last one is an age that grew, not its answer.
        if current >= 0 and changed_s - stamps[-1] <= _LAST_S:
            first.setdefault(current, (changed_s - stamps[current]) * 1000)
    size = len(terminal.output(begun_s))
    return Response(
        Spread.of(list(first.values())), len(stamps) - len(first), size / max(1, len(stamps))
    )


def _presser(terminal: Terminal, key: str) -> Callable[[], float]:
    return lambda: terminal.press(key)


def _numbered(cause: Callable[[int], float], number: int) -> Callable[[], float]:
    return lambda: cause(number)


def let_pass(seconds: float) -> None:
    """Let real time pass: here it is what is measured, not a way to wait for something."""
    threading.Event().wait(seconds)
