"""The doctor says in words what is wrong, and that what is right is right."""

import grp
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from services.doctor import Finding, FindingKind, Surroundings, examine
from services.store.shared_file import Place, create_commons

HEALTHY = {"LANG": "en_GB.UTF-8", "TERM": "xterm-256color"}


@pytest.fixture
async def surroundings(tmp_path: Path) -> Surroundings:
    """A box on which everything is right."""
    config = tmp_path / "config.toml"
    config.write_text('theme = "hearth"\n')
    private = tmp_path / "private"
    private.mkdir(0o700)
    (private / "private.db").touch(0o600)
    await create_commons(tmp_path / "talk", grp.getgrgid(os.getegid()).gr_name)
    return Surroundings(config, private, Place(tmp_path / "talk", is_shared=True), HEALTHY)


async def _wrong(surroundings: Surroundings) -> list[Finding]:
    findings = await examine(surroundings)
    return [finding for finding in findings if finding.kind is FindingKind.WRONG]


async def test_on_a_healthy_box_nothing_is_wrong(surroundings: Surroundings) -> None:
    """Every check says that it found things right."""
    findings = await examine(surroundings)
    assert {finding.kind for finding in findings} == {FindingKind.OK}
    assert len(findings) >= 6


async def test_before_the_first_start_there_are_only_notes(tmp_path: Path) -> None:
    """Without files there is nothing wrong either."""
    nowhere = tmp_path / "nowhere"
    place = Place(nowhere / "private", is_shared=False)
    surroundings = Surroundings(nowhere / "config.toml", nowhere / "private", place, HEALTHY)
    assert await _wrong(surroundings) == []


@pytest.mark.parametrize(
    "content", [b"theme = ", b"\xff\xfe", b"[a]\n[a]\n", b'minutes = "x"', b"colour = 1"]
)
async def test_an_unreadable_configuration_is_said(
    surroundings: Surroundings, content: bytes
) -> None:
    """A broken config.toml is named, with what is wrong in it."""
    surroundings.config_file.write_bytes(content)
    (finding,) = await _wrong(surroundings)
    assert str(surroundings.config_file) in finding.words
    assert finding.remedy


async def test_a_private_file_open_to_others_is_said(surroundings: Surroundings) -> None:
    """Modes that let others in are named with the command that closes them."""
    (surroundings.private_directory / "private.db").chmod(0o644)
    surroundings.private_directory.chmod(0o755)
    folder, file = await _wrong(surroundings)
    assert "0755" in folder.words
    assert "chmod 0700" in folder.remedy
    assert "0644" in file.words
    assert "chmod 0600" in file.remedy


@pytest.mark.parametrize("inside", [".", "deeper/still"])
async def test_a_file_where_the_directory_should_be_is_said(
    surroundings: Surroundings, tmp_path: Path, inside: str
) -> None:
    """A file in the way of the private folder is named, with the command that moves it aside."""
    (tmp_path / "file").touch()
    (finding,) = await _wrong(replace(surroundings, private_directory=tmp_path / "file" / inside))
    assert finding.words == f"{tmp_path}/file is a file, and has to be a directory."
    assert f"mv {tmp_path}/file {tmp_path}/file.aside" in finding.remedy


async def test_a_link_among_the_private_files_is_said(surroundings: Surroundings) -> None:
    """A link in the private folder leads who knows where."""
    (surroundings.private_directory / "cache.db").symlink_to("/etc/hostname")
    (finding,) = await _wrong(surroundings)
    assert "cache.db is a link" in finding.words


async def test_a_commons_that_is_not_right_is_explained(surroundings: Surroundings) -> None:
    """The doctor says of the commons what a start would refuse."""
    surroundings.place.directory.chmod(0o777)
    (finding,) = await _wrong(surroundings)
    assert "it should have 2770" in finding.words
    assert "chmod 2770" in finding.remedy


@pytest.mark.parametrize("language", [{}, {"LANG": "C"}, {"LANG": "C.UTF-8", "LC_ALL": "POSIX"}])
async def test_a_language_without_utf8_is_said(
    surroundings: Surroundings, language: dict[str, str]
) -> None:
    """LC_ALL goes before LC_CTYPE before LANG, and none of them is not UTF-8."""
    (finding,) = await _wrong(replace(surroundings, environment={"TERM": "xterm", **language}))
    assert "not UTF-8" in finding.words


@pytest.mark.parametrize("name", ["", "dumb"])
async def test_a_terminal_without_a_screen_is_said(surroundings: Surroundings, name: str) -> None:
    """A terminal that cannot show a full screen is named."""
    (finding,) = await _wrong(replace(surroundings, environment={**HEALTHY, "TERM": name}))
    assert "no full screen" in finding.words


async def test_a_file_name_cannot_write_to_the_terminal(surroundings: Surroundings) -> None:
    """What the doctor prints is cleaned, names of files too."""
    path = surroundings.private_directory / "\x1b]0;evil\x07"
    path.touch(0o644)
    path.chmod(0o644)
    (finding,) = await _wrong(surroundings)
    assert "\x1b" not in finding.words + finding.remedy


async def test_a_damaged_private_file_is_said_with_the_way_to_set_it_aside(
    surroundings: Surroundings,
) -> None:
    """Whoever cannot start any more reads here what to type."""
    path = surroundings.private_directory / "private.db"
    path.write_bytes(b"no database, for all that is in it\n" * 400)
    (finding,) = await _wrong(surroundings)
    assert "damaged" in finding.words
    assert f"mv {path} " in finding.remedy
    with closing(sqlite3.connect(path.with_name("whole.db"))) as connection:
        connection.execute("CREATE TABLE one (number)")
    path.with_name("whole.db").chmod(0o600)
    path.with_name("whole.db").replace(path)
    assert await _wrong(surroundings) == []
