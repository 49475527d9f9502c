"""Directories of one user, and nobody else's business."""

from pathlib import Path

import pytest

from services.paths import Paths, make_private, own_paths, shown_path


def test_everything_lies_where_the_system_wants_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The XDG directories are honoured, and each file lies in one of them."""
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setattr("sys.platform", "linux")
    paths = own_paths()
    assert paths == Paths(
        tmp_path / "CONFIG/chinwag/config.toml",
        tmp_path / "DATA/chinwag",
        tmp_path / "CACHE/chinwag",
    )
    inside = {paths.private_file, paths.lease_file, paths.commons, paths.practice, paths.log_file}
    assert {path.parent for path in inside} == {paths.data}
    assert len(inside) == 5
    assert paths.cache_file.parent == paths.cache


def test_a_private_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    """Nobody else can look into it."""
    make_private(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_an_open_directory_is_closed(tmp_path: Path) -> None:
    """One that was there and could be read is kept private from now on; what is inside stays."""
    tmp_path.chmod(0o755)
    (tmp_path / "file").touch()
    make_private(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "file").exists()


def test_a_file_in_its_place_is_an_error(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_private(tmp_path / "file")


@pytest.mark.parametrize(
    ("path", "home", "shown"),
    [
        ("/home/ada/.config/x", "/home/ada", "~/.config/x"),
        ("/home/adam/x", "/home/ada", "/home/adam/x"),
        ("/srv/x", "/home/ada", "/srv/x"),
        ("/srv/x", "", "/srv/x"),
    ],
)
def test_paths_in_sentences_are_short(path: str, home: str, shown: str) -> None:
    """Below the home directory it begins with a tilde."""
    assert shown_path(Path(path), {"HOME": home}) == shown


def test_without_a_home_paths_are_whole() -> None:
    """No HOME is no reason to fail."""
    assert shown_path(Path("/srv/x"), {}) == "/srv/x"
