"""The programs that are measured, and the users of our own who run them."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from tests.bench.figures import Figure
from tests.bench.measures import Program
from tests.bench.seed import fill, paths_of
from tests.bench.terminal import NotShown, Terminal

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
_NAME = r"Robin \d"
FIRST_ROW = _NAME
LIVE = r"Unread"
WRITING = r"esc back"
_REST_S, _PATIENCE_S = 1.0, 4.0


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
            "CHINWAG_COMMONS": "",
            "PYTHONPATH": str(ROOT),
        }

    def seeded(self, count: int) -> Mapping[str, str]:
        """Give the environment of a user for whom so many people wait."""
        environment = self.home(f"waiting-{count}")
        fill(paths_of(environment), count, datetime.now(UTC))
        return environment


class Scenario(Protocol):
    """Measures a line or two of the table; makes and leaves nothing outside of its folder."""

    def __call__(self, bench: Bench) -> Iterator[Figure]:
        """Give the figures one by one."""


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


def session(
    env: Mapping[str, str],
    *,
    per_s: int = 0,
    orders: Path | None = None,
    tally: Path | None = None,
) -> Program:
    """Give Chinwag in a session on a network of the benches."""
    words = ["-m", "tests.bench.pour", "--per-s", str(per_s)]
    words += ["--orders", str(orders)] if orders else []
    words += ["--tally", str(tally)] if tally else []
    return Program(f"session at {per_s}/s", (sys.executable, *words), LIVE, env)


def begin_reply(terminal: Terminal) -> None:
    """Answer the person under the cursor, once there is one."""
    terminal.wait_for(f"▌.*{_NAME}")
    terminal.settle(0.3, _REST_S)
    # What a person does to whom nothing happens: presses again.
    for is_last in (False, False, True):
        terminal.press("r")
        try:
            terminal.wait_for(WRITING, _PATIENCE_S)
        except NotShown:
            if is_last:
                raise
        else:
            break
    terminal.settle(0.3, _REST_S)


def load() -> str:
    """Say how busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f}"


def cursor_region(terminal: Terminal) -> tuple[int, int, int, int]:
    """Give the column of the list of people in which the cursor's bar stands."""
    terminal.wait_for(f"▌.*{_NAME}")
    terminal.wait_for("────")
    lines = terminal.text().splitlines()
    row = next(n for n, line in enumerate(lines) if "Unread" in line)
    mark = next(line for line in lines[row + 1 :] if re.search(f"▌.*{_NAME}", line))
    height = next(n for n, line in enumerate(lines[row:]) if "────" in line) - 1
    return mark.index("▌"), row + 1, 1, height


def pad_region(terminal: Terminal) -> tuple[int, int, int, int]:
    """Give the first row of the composer in which text stands."""
    lines = terminal.text().splitlines()
    row = next(n for n, line in enumerate(lines) if "Composer" in line)
    return 3, row + 1, terminal.columns - 6, 1
