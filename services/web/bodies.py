"""Bodies taken in bit by bit, so that none takes more memory than it may.

Law: pure. What comes out is whole and no larger than its limit, or it is an error; nothing is
unpacked further than one block beyond that.

Source: measured, 2026-11: HTTP libraries unpack a whole piece at once, 0.5 MB of which can
hold 512 MB.
"""

import zlib
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from services.errors import Garbled, TooLarge
from services.model.words import Safe
from services.web.values import MEGABYTE

_BLOCK_BYTES: Final = 65_536
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_MEMBERS_AT_MOST = 1_000
_CRUMBS_AT_MOST = 20_000
_CRUMB_BYTES = 64
_BROKEN = "sends something compressed that cannot be unpacked."


class Coding(Enum):
    """How a body is packed."""

    PLAIN = "plain"
    GZIP = "gzip"


def read_coding(values: Iterable[str], who: Safe) -> Coding:
    """Read all the ``Content-Encoding`` of an answer.

    Raises:
        Garbled: it is packed in another way, or more than once.
    """
    named = [part.strip().lower() for value in values for part in value.split(",")]
    codings = [name for name in named if name not in {"", "identity"}]
    if not codings:
        return Coding.PLAIN
    if codings in (["gzip"], ["x-gzip"]):
        return Coding.GZIP
    raise Garbled(f"{who} sends something compressed in a way that was not asked for.")


def check_length(headers: Mapping[str, str], limit_bytes: int, who: Safe) -> None:
    """Refuse a body that says beforehand that it is too large.

    Raises:
        TooLarge: it is.
    """
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limit_bytes:
        raise _too_large(limit_bytes, who)


def check_ahead(
    headers: Mapping[str, str], coding: Coding, limit_bytes: int | None, who: Safe
) -> None:
    """Refuse a body before any of it is read; one without a limit is a stream.

    Raises:
        TooLarge: it says that it is larger than it may be.
        Garbled: it is a stream, and compressed.
    """
    if limit_bytes is not None:
        check_length(headers, limit_bytes, who)
    elif coding is not Coding.PLAIN:
        raise Garbled(f"{who} sends a stream that is compressed.")


class Body:
    """One body while it comes in."""

    def __init__(self, coding: Coding, limit_bytes: int, who: Safe) -> None:
        """Take at most ``limit_bytes``, as sent and unpacked."""
        self._limit_bytes = limit_bytes
        self._who = who
        self._taken_bytes = 0
        self._pieces = 0
        self._kept = bytearray()
        self._members = 0
        self._after_member = b""
        self._gzip = zlib.decompressobj(_GZIP) if coding is Coding.GZIP else None

    def take(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            TooLarge: there is more than may be.
            Garbled: it cannot be unpacked, or comes in crumbs.
        """
        self._taken_bytes += len(piece)
        self._pieces += 1
        if self._taken_bytes > self._limit_bytes:
            raise _too_large(self._limit_bytes, self._who)
        if self._pieces > _CRUMBS_AT_MOST and self._taken_bytes < self._pieces * _CRUMB_BYTES:
            # Each costs as much as a large one: a few megabytes of them would keep us for minutes.
            raise Garbled(f"{self._who} sends its answer in crumbs.")
        if self._gzip is None:
            self._kept += piece
        else:
            self._unpack(piece)

    def end(self) -> bytes:
        """Give the whole body.

        Raises:
            Garbled: the end of it is missing.
        """
        if self._gzip is not None and self._taken_bytes and not self._gzip.eof:
            raise Garbled(f"{self._who} sends something compressed that ends too early.")
        return bytes(self._kept)

    def _unpack(self, piece: bytes) -> None:
        block = b""
        # A full block may have left some behind, even where all that came in is used up.
        while (piece or len(block) == _BLOCK_BYTES) and self._gzip is not None:
            if self._gzip.eof:
                piece = self._after_member + piece
                self._after_member = piece[: len(_GZIP_MAGIC)]
                if self._after_member != _GZIP_MAGIC:
                    return  # padding, as some servers add it, or the next member's first byte
                self._begin_member()
            try:
                block = self._gzip.decompress(piece, _BLOCK_BYTES)
            except zlib.error as error:
                raise Garbled(f"{self._who} {_BROKEN}") from error
            self._kept += block
            if len(self._kept) > self._limit_bytes:
                raise _too_large(self._limit_bytes, self._who)
            piece = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail

    def _begin_member(self) -> None:
        """Go on with the next of several that were strung together (RFC 1952, 2.2)."""
        self._members += 1
        self._after_member = b""
        if self._members > _MEMBERS_AT_MOST:
            raise Garbled(f"{self._who} {_BROKEN}")
        self._gzip = zlib.decompressobj(_GZIP)


def _too_large(limit_bytes: int, who: Safe) -> TooLarge:
    return TooLarge(f"The answer of {who} is larger than {limit_bytes / MEGABYTE:g} MB.")
