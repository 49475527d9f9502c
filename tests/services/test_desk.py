"""The files of a desk: what cannot be read is begun anew only where nothing is lost by it."""

from pathlib import Path

import pytest

from services.desk import open_files
from services.errors import Damaged

_NOISE = b"no database, for all that is in it\n" * 400


async def test_a_damaged_cache_is_begun_anew(tmp_path: Path) -> None:
    """Nothing in the cache is anybody's own, so that a broken one keeps nobody from talking."""
    cache = tmp_path / "cache.db"
    for suffix in ("", "-wal"):
        cache.with_name(cache.name + suffix).write_bytes(_NOISE)
    files = await open_files(tmp_path / "private.db", cache)
    assert await files.cache.read("SELECT count(*) FROM post")
    await files.close()


async def test_a_damaged_private_file_is_left_as_it_is(tmp_path: Path) -> None:
    """Somebody may still get their words out of it."""
    private = tmp_path / "private.db"
    private.write_bytes(_NOISE)
    with pytest.raises(Damaged):
        await open_files(private, tmp_path / "cache.db")
    assert private.read_bytes() == _NOISE
