"""A program on a pty, seen from outside: what it wrote, when, and what that shows.

Law: one thread reads the pty and does nothing but stamp, answer and store; the screen is replayed
from what was stored, so a slow emulator costs the program nothing and no latency. A change counts
from the stamp of the chunk that completes it.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil
import pyte

KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "backspace": "\x7f",
    "space": " ",
    "f1": "\x1bOP",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "home": "\x1b[H",
    "end": "\x1b[F",
}
PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
_FRAME_START, _FRAME_END = b"\x1b[?2026h", b"\x1b[?2026l"
_STRING = re.compile(rb"\x1b[\]P_^X].*?(?:\x1b\\|\x07)", re.DOTALL)
_SEQUENCE = re.compile(rb"\x1b\[([<>=?!]?)([\d;:]*)([ -/]?)([@-~])")
_OPEN_END = re.compile(rb"\x1b(?:\[[<>=?!]?[\d;:]*[ -/]?|[\]P_^X][^\x07\x1b]*\x1b?)?\Z", re.DOTALL)
_QUIET = ("COLUMNS", "LINES", "TMUX", "NO_COLOR", "SSH_CONNECTION", "SSH_TTY")
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one read of the pty gave."""

    at_s: float
    """On the monotonic clock."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program and its children have used."""

    cpu_s: float
    rss_mb: float
    """Of the program itself, without its children."""
    tree_rss_mb: float
    threads: int


class NotShown(AssertionError):
    """What was waited for did not come to the screen; the message holds the screen."""


def _hear_hang_ups() -> None:
    """Undo what was started under nohup: a program on a terminal hears that it has gone."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Terminal:
    """A program on a pty of its own, with a screen that can be read at any time."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 36,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        synchronized: bool = True,
    ) -> None:
        """Start ``command``; ``env`` is added to a quiet environment of UTF-8 and true colour."""
        self.columns, self.rows = columns, rows
        self.chunks: list[Chunk] = []
        self.ended = threading.Event()
        self._answers_synchronized = synchronized
        self._arrived = threading.Condition()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._replayed = 0
        self._rest = b""
        self._in_frame = False
        self._application_keys = False
        self._fd, inner = pty.openpty()
        self._set_size(inner)
        base = {name: value for name, value in os.environ.items() if name not in _QUIET}
        base |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self.started_at_s = time.monotonic()
        # A session's leader that opens a terminal gets it as its own (tty_ioctl(4)).
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec <"$0" && exec "$@"', os.ttyname(inner), *command],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=base | dict(env or {}),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_hear_hang_ups,  # noqa: PLW1509 - one call, which takes no lock
        )
        os.close(inner)
        self._reader = threading.Thread(target=self._read, name="pty reader")
        self._reader.start()

    def __enter__(self) -> Self:
        """Use as a block, at whose end nothing is left running."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the program."""
        self.close()

    # What a person does.

    def press(self, *keys: str) -> float:
        """Send keys by name (``"down"``, ``"ctrl+j"``, ``"a"``) in one write; give its stamp."""
        return self.write("".join(self._encode(key) for key in keys))

    def write(self, text: str) -> float:
        """Send ``text`` as it is; give the stamp just before."""
        at_s = time.monotonic()
        with contextlib.suppress(OSError):
            os.write(self._fd, text.encode("utf-8", "surrogateescape"))
        return at_s

    def paste(self, text: str) -> float:
        """Send ``text`` as a bracketed paste; give the stamp just before."""
        return self.write(f"{PASTE_START}{text}{PASTE_END}")

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal, as a window does."""
        self._replay()
        self.columns, self.rows = columns, rows
        self._screen.resize(rows, columns)
        self._set_size(self._fd)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGWINCH)

    def hang_up(self) -> None:
        """Go away as a lost connection does: the pty closes and SIGHUP follows."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGHUP)

    # What a person sees.

    def text(self) -> str:
        """Give what is on the screen now, a line per row."""
        self._replay()
        return self.text_so_far()

    def text_so_far(self) -> str:
        """Give what was on the screen at the change that was replayed last."""
        return "\n".join(self._rows())

    def line(self, row: int) -> str:
        """Give one row of the screen; negative rows count from below."""
        self._replay()
        return self._rows()[row]

    def wait_for(self, pattern: str, timeout_s: float = 20.0) -> float:
        """Wait until ``pattern`` (a regular expression) is shown; give the stamp of its chunk.

        Raises:
            NotShown: it was not shown in time, or the program ended before.
        """
        return self._wait(lambda shown: re.search(pattern, shown), repr(pattern), timeout_s)

    def wait_without(self, pattern: str, timeout_s: float = 20.0) -> float:
        """Wait until ``pattern`` is not shown any more; give the stamp of the chunk.

        Raises:
            NotShown: it was still shown at the end.
        """
        return self._wait(lambda shown: not re.search(pattern, shown), f"no {pattern!r}", timeout_s)

    def settle(self, quiet_s: float = 0.3, timeout_s: float = 20.0) -> None:
        """Return when nothing has been written for ``quiet_s``, or after ``timeout_s``."""
        end_s = time.monotonic() + timeout_s
        while (now := time.monotonic()) < end_s:
            last_s = self.chunks[-1].at_s if self.chunks else self.started_at_s
            if now - last_s >= quiet_s:
                return
            self._await_more(quiet_s - (now - last_s))

    def wait_for_end(self, timeout_s: float = 10.0) -> int:
        """Wait until the program has ended; give its exit status (negative: the signal).

        Raises:
            NotShown: it is still running.
        """
        try:
            return self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise NotShown(f"still running after {timeout_s} s; shown:\n{self.text()}") from None

    # What a meter reads.

    def output(self, since_s: float = 0.0, until_s: float = float("inf")) -> bytes:
        """Give what was written in a span of the monotonic clock, joined."""
        return b"".join(c.data for c in self.chunks if since_s <= c.at_s < until_s)

    def changes(self, region: tuple[int, int, int, int] | None = None) -> Iterator[float]:
        """Replay what has not been shown yet and give the stamp of each completed change.

        ``region`` is column, row, width and height; without it any cell counts.
        """
        before = self._cells(region)
        while (at_s := self._replay_one()) is not None:
            if self._in_frame:
                continue
            now = self._cells(region)
            if now != before:
                yield at_s
            before = now

    def usage(self) -> Usage:
        """Give what the program has used so far."""
        own = psutil.Process(self.process.pid)
        cpu_s = tree = 0.0
        threads = 0
        for process in (own, *own.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                cpu_s += times.user + times.system
                tree += process.memory_info().rss
                threads += process.num_threads()
        rss = own.memory_info().rss
        return Usage(cpu_s, rss / _MEGABYTE, tree / _MEGABYTE, threads)

    def close(self) -> None:
        """End the program and its children, and let go of the pty."""
        family: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            family = psutil.Process(self.process.pid).children(recursive=True)
        if self.process.poll() is None:
            self.process.kill()
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.process.wait()
        self.ended.set()
        self._reader.join()
        os.close(self._fd)

    def _wait(self, holds: Callable[[str], object], what: str, timeout_s: float) -> float:
        end_s = time.monotonic() + timeout_s
        while True:
            has_ended = self.ended.is_set()
            for at_s in self._replay_by_one():
                if not self._in_frame and holds("\n".join(self._rows())):
                    return at_s
            # A frame that never closes is shown all the same, as terminals do.
            if self.chunks and holds("\n".join(self._rows())):
                return self.chunks[-1].at_s
            if has_ended or time.monotonic() >= end_s:
                state = "the program has ended" if has_ended else f"not within {timeout_s} s"
                raise NotShown(f"{what}: {state}; shown:\n{self.text()}")
            self._await_more(min(0.5, end_s - time.monotonic()))

    def _replay_by_one(self) -> Iterator[float]:
        while (at_s := self._replay_one()) is not None:
            yield at_s

    def _replay(self) -> None:
        while self._replay_one() is not None:
            pass

    def _replay_one(self) -> float | None:
        """Show the next chunk on the screen; give its stamp, or ``None`` when there is none."""
        if self._replayed >= len(self.chunks):
            return None
        chunk = self.chunks[self._replayed]
        self._replayed += 1
        data, self._rest = _split_open_end(self._rest + chunk.data)
        opened, closed = data.rfind(_FRAME_START), data.rfind(_FRAME_END)
        if max(opened, closed) >= 0:
            self._in_frame = opened > closed
        self._stream.feed(_SEQUENCE.sub(_keep_known, _STRING.sub(b"", data)))
        return chunk.at_s

    def _rows(self) -> list[str]:
        """Give the screen row by row; the right half of a wide character is an empty cell."""
        columns = range(self.columns)
        return [
            "".join(self._screen.buffer[row][at].data for at in columns) for row in range(self.rows)
        ]

    def _cells(self, region: tuple[int, int, int, int] | None) -> list[list[object]]:
        left, top, width, height = region or (0, 0, self.columns, self.rows)
        rows = [self._screen.buffer[row] for row in range(top, top + height)]
        return [[row[column] for column in range(left, left + width)] for row in rows]

    def _await_more(self, seconds: float) -> None:
        with self._arrived:
            if self._replayed >= len(self.chunks) and not self.ended.is_set():
                self._arrived.wait(max(0.0, seconds))

    def _set_size(self, fd: int) -> None:
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def _encode(self, key: str) -> str:
        if key.startswith("ctrl+") and len(key) == len("ctrl+") + 1:
            return chr(ord(key[-1].upper()) & 0x1F)
        code = KEYS.get(key, key)
        is_arrow = self._application_keys and re.fullmatch(r"\x1b\[[A-DHF]", code)
        return code.replace("[", "O") if is_arrow else code

    def _read(self) -> None:
        """Stamp, answer and store, until the other end has gone."""
        unanswered = b""
        while True:
            try:
                ready, _, _ = select.select([self._fd], [], [], 0.05)
                data = os.read(self._fd, 1 << 16) if ready else b""
            except OSError:
                break
            if not ready:
                if self.ended.is_set() or self.process.poll() is not None:
                    break
                continue
            if not data:
                break
            chunk = Chunk(time.monotonic(), data)
            whole, unanswered = _split_open_end(unanswered + data)
            self._answer(whole)
            with self._arrived:
                self.chunks.append(chunk)
                self._arrived.notify_all()
        with self._arrived:
            self.ended.set()
            self._arrived.notify_all()

    def _answer(self, data: bytes) -> None:
        """Answer what a program asks of its terminal.

        Source: invisible-island.net/xterm/ctlseqs/ctlseqs.html, 2026-11.
        """
        for prefix, arguments, middle, final in _SEQUENCE.findall(data):
            match prefix, middle, final, arguments:
                case (b"", b"", b"c", _):
                    self.write("\x1b[?62;22c")
                case (b"", b"", b"n", b"6"):
                    self.write("\x1b[1;1R")
                case (b"?", b"$", b"p", b"2026"):
                    self.write(f"\x1b[?2026;{2 if self._answers_synchronized else 0}$y")
                case (b"?", b"$", b"p", mode):
                    self.write(f"\x1b[?{mode.decode()};0$y")
                case (b"?", b"", b"u", _):
                    self.write("\x1b[?0u")
                case (b"?", b"", b"h" | b"l", b"1"):
                    self._application_keys = final == b"h"
                case _:
                    pass


def _split_open_end(data: bytes) -> tuple[bytes, bytes]:
    """Cut a sequence off that has not ended yet."""
    cut = _OPEN_END.search(data)
    return (data[: cut.start()], data[cut.start() :]) if cut else (data, b"")


def _keep_known(found: re.Match[bytes]) -> bytes:
    """Drop the sequences that the emulator would print as text."""
    prefix, _, middle, final = found.groups()
    return b"" if prefix in (b"<", b">", b"=", b"!") or middle or final in b"tqu" else found[0]
