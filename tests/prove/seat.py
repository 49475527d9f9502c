"""A user of Chinwag at a terminal: a home of their own, the real program, and what it keeps.

Law: nothing outside the given folder is touched, and waiting always ends.
"""

import re
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.terminal import NotShown, Terminal

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "import sys; from tui.cli import main; sys.exit(main())")
READY = r"leave"
COMPOSER = r"say it   esc back"
"""The status line while the caret stands in the composer."""
REST_S = 0.1
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Home:
    """Where one user keeps everything."""

    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What their programs are started with."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = {
            f"XDG_{name}_HOME": str(self.folder / name.lower())
            for name in ("CONFIG", "DATA", "STATE", "CACHE")
        }
        return {"HOME": str(self.folder), "PYTHONPATH": str(ROOT)} | own | dict(self.extra)

    @property
    def data(self) -> Path:
        """Where the private file is."""
        return self.folder / "data" / "chinwag"

    @property
    def config_file(self) -> Path:
        """What is configured."""
        return self.folder / "config" / "chinwag" / "config.toml"

    def open(
        self,
        *words: str,
        columns: int = 120,
        rows: int = 36,
        command: tuple[str, ...] = PROGRAM,
    ) -> Terminal:
        """Start the program on a pty."""
        return Terminal(
            [*command, *words],
            columns=columns,
            rows=rows,
            env=self.environment,
            cwd=self.folder,
        )

    def join_commons(self) -> None:
        """Have joined the commons in an earlier run."""
        self.environment  # noqa: B018 - makes the folder
        self.config_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.config_file.write_text("[commons]\njoined = true\n")

    def private(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Read from the private file."""
        return rows(self.data / "private.db", question, *values)

    def posts(self) -> list[str]:
        """Read what stands on their own commons, oldest first."""
        said = rows(self.data / "commons" / "commons.db", "SELECT body FROM post ORDER BY seq")
        return [str(body) for (body,) in said]

    def drafts(self) -> list[str]:
        """Read what was begun, longest first."""
        return sorted((str(body) for (body,) in self.private("SELECT body FROM draft")), key=len)[
            ::-1
        ]


def rows(path: Path, question: str, *values: object) -> list[tuple[object, ...]]:
    """Read from a database; nothing where it is not there yet."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        try:
            return connection.execute(question, values).fetchall()
        except sqlite3.OperationalError as error:
            # Whoever looks early finds a file whose tables are still being made.
            if "no such table" in str(error):
                return []
            raise


def await_true(holds: Callable[[], object], what: str, timeout_s: float = 10.0) -> float:
    """Wait until something outside the screen holds; give when it was seen.

    Raises:
        NotShown: it did not come about.
    """
    end_s = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > end_s:
            raise NotShown(f"not within {timeout_s} s: {what}")
        time.sleep(_LOOK_S)  # noqa: TID251 - another process is waited for
    return time.monotonic()


def begin_post(terminal: Terminal) -> None:
    """From a session just opened, begin a new post."""
    terminal.wait_for(r"Composer")
    terminal.settle(0.2, 3)
    terminal.press("n")
    terminal.wait_for(COMPOSER)


def type_text(terminal: Terminal, text: str) -> None:
    """Type one line, wait until it is shown, and rest the hand a little."""
    terminal.write(text)
    terminal.wait_for(re.escape(text))
    time.sleep(REST_S)  # noqa: TID251 - a key pressed at once would read as pasted
