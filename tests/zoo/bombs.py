"""Bodies that grow: small on the wire, half a gigabyte when they are unpacked.

Law: nothing is ever unpacked here, and none is kept larger than a megabyte.
"""

import gzip
import struct
import zlib
from base64 import b64decode
from collections.abc import Callable
from typing import Final

from tests.zoo.values import MOST_BYTES, Animal, Answering, Visit, bad

UNPACKED_BYTES: Final = 512 * 1024 * 1024
_PIECE_BYTES: Final = 1024 * 1024
_PIECES: Final = UNPACKED_BYTES // _PIECE_BYTES
_SPACES_CRC32: Final = 0xEC87AAC4
"""Of 512 MiB of spaces."""
_SPACES_ADLER32: Final = None
_BROTLI: Final = (
    "z///fwAkQOKxQHLv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n///"
    "/wBIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge//P//9/ACQA4rAAdO//+f//D4AEQBwWgO79P////wGQ"
    "AIjDAtC9/+f//z8AEgBxWAC69//8//8HQAIgDgtA9/6f////AEgAxGEB6N7/8///HwAJgDgsAN37f/7//wMgARCH"
    "BaB7/8///38AJADisAB07//5//8PgARAHBaA7v0/////AZAAiMMC0L3/5///PwASAHFYALr3//z//wdAAiAOC0D3"
    "/p////8ASADEYQHo3v/z//8fAAmAOCwA3ft//v//AyABEIcFoHv/z///fwAkAOKwAHTv//n//w+ABEAcFoDu/T//"
    "//8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+3/+//8D"
    "IAEQhwWge/8/"
)
"""512 MiB of spaces."""


def _deflated() -> bytes:
    """Pack the spaces: after a full flush each piece packs to the same bytes (RFC 1951)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = packer.compress(b" " * _PIECE_BYTES) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * _PIECES + packer.flush(zlib.Z_FINISH)


def gzip_bomb() -> bytes:
    """Give 512 MiB as gzip. Source: RFC 1952, 2.2, 2026-11."""
    head = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
    return head + _deflated() + struct.pack("<II", _SPACES_CRC32, UNPACKED_BYTES)


def deflate_bomb() -> bytes:
    """Give 512 MiB as zlib without a checksum: nobody gets that far. Source: RFC 1950, 2026-11."""
    return b"\x78\xda" + _deflated()


def brotli_bomb() -> bytes:
    """Give 512 MiB as brotli. Source: RFC 7932, 2026-11."""
    return b64decode(_BROTLI)


def zstd_bomb() -> bytes:
    """Give 512 MiB as blocks that repeat one byte. Source: RFC 8878, 3.1.1, 2026-11."""
    block_bytes = 128 * 1024
    repeated = [
        struct.pack("<I", block_bytes << 3 | 1 << 1 | is_last)[:3] + b" "
        for is_last in [*[0] * (UNPACKED_BYTES // block_bytes - 1), 1]
    ]
    return b"\x28\xb5\x2f\xfd\x00\x38" + b"".join(repeated)


def gzip_in_gzip() -> bytes:
    """Give the gzip bomb packed once more."""
    return gzip.compress(gzip_bomb(), mtime=0)


def _labelled(coding: str, make: Callable[[], bytes]) -> Answering:
    """Serve a body under a coding, whatever the visitor accepts."""

    async def answer(visit: Visit) -> None:
        headers = {"content-type": "application/rss+xml", "content-encoding": coding}
        await visit.send(200, make(), headers)

    return answer


async def _endless(visit: Visit) -> None:
    """Send chunk after chunk of a title that never ends."""
    await visit.begin(200, {"content-type": "text/xml", "transfer-encoding": "chunked"})
    chunk = b"<rss><channel><title>" + b"a" * 65_515
    for _ in range(MOST_BYTES // len(chunk)):
        await visit.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        chunk = b"a" * 65_536
    visit.reset()


async def _large(visit: Visit) -> None:
    """Send an honest body that is larger than anybody wants."""
    size = visit.count("bytes", 20_000_000)
    await visit.begin(200, {"content-type": "text/xml", "content-length": str(size)})
    for start in range(0, size, 65_536):
        await visit.write(b" " * min(65_536, size - start))


BOMBS: Final[tuple[Animal, ...]] = (
    bad("gzip-bomb", "510 KB of gzip that become 512 MB", _labelled("gzip", gzip_bomb)),
    bad("brotli-bomb", "0.4 KB of brotli that become 512 MB", _labelled("br", brotli_bomb)),
    bad("zstd-bomb", "16 KB of zstd that become 512 MB", _labelled("zstd", zstd_bomb)),
    bad("deflate-bomb", "deflate to 512 MB", _labelled("deflate", deflate_bomb)),
    bad("gzip-in-gzip", "two codings", _labelled("gzip, gzip", gzip_in_gzip)),
    bad(
        "gzip-hidden",
        "a gzip bomb in gzip, of which one is said",
        _labelled("gzip", gzip_in_gzip),
    ),
    bad("not-gzip", "says gzip and is plain", _labelled("gzip", lambda: b"<rss>" * 1000)),
    bad("endless", "a chunked body that goes on", _endless),
    bad("large", "an honest body of 20 MB", _large),
)
