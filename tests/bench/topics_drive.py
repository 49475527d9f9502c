"""Drives the topic engine as its worker does, and says how long it was busy at once.

``python -m tests.bench.topics_drive FILE`` tells it the lines of a file, has it put in order for
every five minutes of them, and asks for its state every half hour. Printed is one line of JSON:
the longest of each in milliseconds of processor time; and on the standard error, the peak of its
memory in megabytes.
"""

import gc
import json
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from services.topics.engine import TopicEngine
from services.topics.replay import read_rows, replay
from services.topics.values import Item, Ranking
from tests.bench.one_core import peak_mb

EVERY_S = 300.0
_STATE_EVERY = 6


class Timed:
    """An engine that is timed."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._engine = TopicEngine()
        self._ranked = 0
        self.longest_ms = {"take": 0.0, "rank": 0.0, "state": 0.0}
        self.state_bytes = 0

    def take(self, items: Iterable[Item]) -> None:
        """Take in what came."""
        begun_s = time.process_time()
        self._engine.take(items)
        self._note("take", begun_s)

    def rank(self, now: datetime) -> Ranking:
        """Give the topics in order; of every sixth time, keep the state as well."""
        begun_s = time.process_time()
        ranking = self._engine.rank(now)
        self._note("rank", begun_s)
        self._ranked += 1
        if self._ranked % _STATE_EVERY == 0:
            begun_s = time.process_time()
            self.state_bytes = len(self._engine.state())
            self._note("state", begun_s)
        return ranking

    def _note(self, what: str, begun_s: float) -> None:
        took_ms = (time.process_time() - begun_s) * 1_000
        self.longest_ms[what] = max(self.longest_ms[what], took_ms)


def main() -> None:
    """Drive it through a file."""
    gc.freeze()
    gc.disable()
    engine = Timed()
    with Path(sys.argv[1]).open("rb") as lines:
        ticks = sum(1 for _ in replay(read_rows(lines), engine, EVERY_S))
    told = {"ticks": ticks, "state_bytes": engine.state_bytes}
    sys.stdout.write(json.dumps({**engine.longest_ms, **told}) + "\n")
    sys.stderr.write(f"{peak_mb()}\n")


if __name__ == "__main__":
    main()
