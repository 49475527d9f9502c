"""A picture is found on this machine, or it is said why not."""

from pathlib import Path

import pytest

from services.errors import ChinwagError
from services.model.sending import Picture
from services.pictures import picture_at


@pytest.mark.parametrize(
    "start",
    [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF....WEBP", b"....ftypavif"],
)
def test_pictures_are_known_by_how_they_begin(tmp_path: Path, start: bytes) -> None:
    """Whatever it is called; nothing is said yet of what it shows."""
    path = tmp_path / "heron"
    path.write_bytes(start + b"...")
    assert picture_at(path) == Picture(str(path), "")


@pytest.mark.parametrize("name", ["words.png", "folder", "nothing", "no\0path"])
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str) -> None:
    """Words, a folder, nothing at all, no path: each says what would do."""
    (tmp_path / "words.png").write_text("words")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ChinwagError) as refused:
        picture_at(tmp_path / name)
    assert "Choose a PNG" in refused.value.remedy
