"""What is measured: one function per line or two of the table.

Law: a scenario makes its own data below the folder that it is given, starts its own programs and
leaves nothing behind. A new one is written as a function and listed in ``SCENARIOS``.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.measures import Program, measure_keys, measure_rest, measure_startup

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LOBBY_READY = r"Who waits|Unread|practice|commons"
PRACTICE_READY = r"Breaking topics"
_BYTES_AT_REST = 300
_BYTES_PER_KEY = 3_000


@dataclass(frozen=True, slots=True)
class Bench:
    """What every scenario is given."""

    folder: Path
    """Its own, empty."""
    runs: int
    """How often to repeat what is compared."""

    def home(self, name: str) -> Mapping[str, str]:
        """Give the environment of a user of our own, whose files are below ``folder``."""
        home = self.folder / name
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "PYTHONPATH": str(ROOT),
        }


Scenario = Callable[[Bench], Iterator[Figure]]


def tiny() -> Program:
    """Give the smallest Textual app."""
    return Program("tiny", (sys.executable, str(HERE / "tiny.py")), "ready")


def chinwag(
    *words: str, ready: str, env: Mapping[str, str], prelude: tuple[tuple[str, str], ...] = ()
) -> Program:
    """Give Chinwag, started with these words."""
    code = "import sys; from tui.cli import main; sys.exit(main())"
    command = (sys.executable, "-c", code, *words)
    return Program(f"chinwag {' '.join(words)}".strip(), command, ready, env, prelude)


def measure_first_paint(bench: Bench) -> Iterator[Figure]:
    """Open an empty lobby beside the smallest Textual app."""
    lobby = chinwag(ready=LOBBY_READY, env=bench.home("lobby"))
    taken = measure_startup([tiny(), lobby], bench.runs)
    ours, smallest = taken[lobby.name].median, taken["tiny"].median
    note = f"{ours:.0f} ms beside {smallest:.0f} ms, median of {bench.runs} in turn"
    yield Figure("empty lobby, first paint", ours / smallest, 1.3, "×", note)


def measure_live_session(bench: Bench) -> Iterator[Figure]:
    """Sit in a practice session: what it writes at rest and per cursor key."""
    session = chinwag("practice", "--seed", "1", ready=PRACTICE_READY, env=bench.home("practice"))
    rest = measure_rest(session, 10.0)
    note = f"{rest.cpu_percent:.1f} % of a core, {rest.rss_mb:.0f} MB"
    yield Figure("session at rest", rest.bytes_per_s, _BYTES_AT_REST, "B/s", note)
    keys = measure_keys(session, ["down", "up"] * 25)
    spread = keys.latency_ms
    note = f"{len(spread.values)} keys, {keys.unanswered} changed nothing"
    yield Figure("cursor key, bytes", keys.bytes_each, _BYTES_PER_KEY, "B", note)
    for share, limit in ((0.5, 10), (0.95, 30), (0.99, 50)):
        what = f"cursor key to paint, p{share * 100:.0f}"
        yield Figure(what, spread.at(share), limit, "ms", f"load {os.getloadavg()[0]:.1f}")


SCENARIOS: dict[str, Scenario] = {
    "first-paint": measure_first_paint,
    "live": measure_live_session,
}
"""Every scenario by the name it is asked for."""
