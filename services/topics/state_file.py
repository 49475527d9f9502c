"""What the topic engine keeps between two runs: one file, beside the cache.

Law: it is whole or not there, and nobody else's to read. Whatever is wrong with it, the engine
begins anew without it: nothing in it is anybody's own.
"""

import contextlib
import logging
import os
import stat
import threading
import zlib
from pathlib import Path

import msgspec

_LOG = logging.getLogger(__name__)
_BYTES_AT_MOST = 256_000_000


class Kept(msgspec.Struct, frozen=True):
    """The state of an engine, and how far the firehoses had been read then."""

    engine: bytes
    cursors: dict[str, int]


class StateFile:
    """The file at one path."""

    def __init__(self, path: Path) -> None:
        """Touch nothing yet."""
        self._path = path
        self._turn = threading.Lock()

    def read(self) -> Kept | None:
        """Read it; ``None`` where there is none that can be read whole."""
        self._sweep()
        try:
            raw = self._raw()
            checksum, body = raw[:4], raw[4:]
            if zlib.crc32(body).to_bytes(4, "big") != checksum:
                return None
            return msgspec.msgpack.decode(body, type=Kept)
        except (OSError, msgspec.DecodeError, MemoryError):
            return None

    def write(self, kept: Kept) -> None:
        """Put it in the place of what was there; where that cannot be, that stays.

        One at a time, from whichever thread: what was given last is what stays.
        """
        with self._turn:
            self._write(msgspec.msgpack.encode(kept))

    def drop(self) -> None:
        """Let it be gone, as what it says cannot be worked with."""
        with self._turn, contextlib.suppress(OSError):
            self._path.unlink()

    def _raw(self) -> bytes:
        """Read a file of ours, and nothing that waits, leads elsewhere or is beyond measure."""
        descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or about.st_size > _BYTES_AT_MOST:
                return b""
            return file.read(_BYTES_AT_MOST)

    def _sweep(self) -> None:
        """Take away what somebody left who was ended in the middle of writing."""
        with contextlib.suppress(OSError):
            for left in self._path.parent.glob(f"{self._path.name}.*"):
                pid = left.name.rpartition(".")[2]
                if pid.isdecimal() and not _is_running(int(pid)):
                    left.unlink()

    def _write(self, body: bytes) -> None:
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            descriptor = os.open(
                beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600
            )
            with os.fdopen(descriptor, "wb") as file:
                file.write(zlib.crc32(body).to_bytes(4, "big"))
                file.write(body)
            beside.replace(self._path)
        except OSError as error:
            _LOG.warning("what is usual could not be kept: %s", error.strerror)
            with contextlib.suppress(OSError):
                beside.unlink()


def _is_running(pid: int) -> bool:
    """Tell whether there is such a process; one that nobody can be asked about is."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
