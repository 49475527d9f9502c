"""What went wrong, for whoever mends it: a small file beside the private one.

Law: importing this starts nothing; what is kept is our own sentence, the kind of an error and the
places in the code it came through. What an error or another library says may be somebody's words,
and nobody's words are kept.
"""

import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

OURS = ("services", "widgets", "tui")
"""Whose sentences are kept."""

_BYTES_AT_MOST = 256_000
_PLACES_AT_MOST, _CAUSES_AT_MOST = 12, 5


@contextmanager
def open_log(path: Path) -> Iterator[None]:
    """Write warnings and errors of this process into the file at ``path`` until the block ends.

    The file is made with the first of them. Nothing goes to the terminal, and a file that cannot
    be written is borne in silence: the log is there for the program, not the other way round.
    """
    handler = _OwnFile(path, maxBytes=_BYTES_AT_MOST, backupCount=1, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_WithoutWords())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


class _OwnFile(RotatingFileHandler):
    """A file that only its owner reads, and the one before it."""

    def _open(self) -> TextIOWrapper:
        file = os.fdopen(_open_own(self.baseFilename), "ab")
        return TextIOWrapper(file, encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Bear it: standard error is where the screen is painted."""


class _WithoutWords(logging.Formatter):
    """One line per record, and one per place in the code."""

    def format(self, record: logging.LogRecord) -> str:
        """Say when, how bad, who and what; of an error its kind and its way."""
        where = f"{record.filename}:{record.lineno}"
        said = _sentence(record) if record.name.partition(".")[0] in OURS else "(not kept)"
        lines = [f"{self.formatTime(record)} {record.levelname} {record.name} {where}: {said}"]
        error = record.exc_info[1] if record.exc_info else None
        for _ in range(_CAUSES_AT_MOST):
            if error is None:
                break
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            places = traceback.extract_tb(error.__traceback__)[-_PLACES_AT_MOST:]
            lines += [f"    {at.filename}:{at.lineno} {at.name}" for at in places]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def _sentence(record: logging.LogRecord) -> str:
    """Give our sentence with numbers in it, and for everything else its kind."""
    given = record.args if isinstance(record.args, tuple) else (record.args,)
    kept = tuple(
        one if isinstance(one, int | float) else f"<{type(one).__name__}>" for one in given
    )
    try:
        return str(record.msg) % kept if record.args else str(record.msg)
    except (TypeError, ValueError):
        return str(record.msg)


def _open_own(path: str) -> int:
    """Open a file that is nobody else's and no link."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    os.fchmod(handle, 0o600)
    return handle
