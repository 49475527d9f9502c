"""Bodies: unpacked block by block, whole or not at all."""

import gzip
import tracemalloc
import zlib

import pytest

from services.errors import Garbled, TooLarge
from services.model.words import Safe
from services.web.bodies import Body, Coding, check_length, read_coding

WHO = Safe("there.example")


def take(body: Body, data: bytes, size: int) -> bytes:
    """Feed ``data`` in pieces of ``size`` and give what comes out."""
    for start in range(0, len(data), size):
        body.take(data[start : start + size])
    return body.end()


@pytest.mark.parametrize("size", [1, 7, 4096, 10_000_000])
def test_gzip_however_it_is_cut(size: int) -> None:
    """What comes out does not depend on where the pieces were cut."""
    text = b"x" * 200_000 + bytes(range(256)) * 4
    packed = gzip.compress(text[:100_000]) + gzip.compress(text[100_000:]) + b"\0\0"
    assert take(Body(Coding.GZIP, 1_000_000, WHO), packed, size) == text


def test_a_full_block_leaves_nothing_behind() -> None:
    """A body whose last piece unpacks to more than one block comes out whole."""
    text = b"a" * 1_000_000
    assert Body(Coding.GZIP, 2_000_000, WHO).end() == b""
    assert take(Body(Coding.GZIP, 2_000_000, WHO), gzip.compress(text), 10_000) == text


def test_bomb() -> None:
    """What unpacks to hundreds of megabytes is refused after the first few."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    body = Body(Coding.GZIP, 5_000_000, WHO)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match=r"^The answer of there.example is larger than 5 MB\.$"):
            body.take(bomb)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 10_000_000


def test_plain_bodies_have_the_same_limit() -> None:
    """A body that is not packed is refused by the first byte too many."""
    body = Body(Coding.PLAIN, 10, WHO)
    body.take(b"0123456789")
    assert body.end() == b"0123456789"
    with pytest.raises(TooLarge):
        body.take(b"x")


def test_many_members() -> None:
    """Thousands of empty bodies strung together do not keep us."""
    with pytest.raises(Garbled, match="cannot be unpacked"):
        Body(Coding.GZIP, 1_000_000, WHO).take(gzip.compress(b"") * 1_100)


def test_crumbs() -> None:
    """A body in pieces of a byte each is given up; a small one in pieces is not."""
    body = Body(Coding.PLAIN, 1_000_000, WHO)
    with pytest.raises(Garbled, match="in crumbs"):
        take(body, b"x" * 30_000, 1)


def test_cut_and_broken() -> None:
    """What ends too early or is not packed at all is no body."""
    packed = gzip.compress(b"hello" * 100)
    with pytest.raises(Garbled, match="ends too early"):
        take(Body(Coding.GZIP, 1_000, WHO), packed[:-1], 100)
    with pytest.raises(Garbled, match="cannot be unpacked"):
        Body(Coding.GZIP, 1_000, WHO).take(b"<rss/>")


def test_codings() -> None:
    """Only gzip, and only once, is unpacked."""
    assert read_coding([], WHO) is Coding.PLAIN
    assert read_coding(["identity", ""], WHO) is Coding.PLAIN
    assert read_coding(["GZip"], WHO) is Coding.GZIP
    assert read_coding(["identity, x-gzip"], WHO) is Coding.GZIP
    for values in (["br"], ["gzip, gzip"], ["gzip", "gzip"], ["deflate"], ["zstd"]):
        with pytest.raises(Garbled, match="not asked for"):
            read_coding(values, WHO)


def test_length_said_beforehand() -> None:
    """A body that says that it is too large is refused before it is read."""
    check_length({}, 10, WHO)
    check_length({"content-length": "10"}, 10, WHO)
    check_length({"content-length": "many"}, 10, WHO)
    with pytest.raises(TooLarge):
        check_length({"content-length": "11"}, 10, WHO)
    with pytest.raises(TooLarge):
        check_length({"content-length": "9" * 5000}, 10, WHO)
