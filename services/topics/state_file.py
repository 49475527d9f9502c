"""What the topic engine keeps between two runs: one file, beside the cache.

Law: it is whole or not there, and nobody else's to read. Whatever is wrong with it, the engine
begins anew without it: nothing in it is anybody's own.
"""

import contextlib
import logging
import os
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

    def read(self) -> Kept | None:
        """Read it; ``None`` where there is none that can be read whole."""
        try:
            if self._path.stat().st_size > _BYTES_AT_MOST:
                return None
            raw = self._path.read_bytes()
            checksum, body = raw[:4], raw[4:]
            if zlib.crc32(body).to_bytes(4, "big") != checksum:
                return None
            return msgspec.msgpack.decode(body, type=Kept)
        except (OSError, msgspec.DecodeError, MemoryError):
            return None

    def write(self, kept: Kept) -> None:
        """Put it in the place of what was there; where that cannot be, that stays."""
        body = msgspec.msgpack.encode(kept)
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
