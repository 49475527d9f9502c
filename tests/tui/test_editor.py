"""$EDITOR: the text goes out to a private file and comes back, or stays as it was."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App

from services.errors import ChinwagError
from tui.editor import edit_text


class Steps(App[object]):
    """An app that steps aside without a terminal, and notes it."""

    asides = 0

    @contextlib.contextmanager
    def suspend(self) -> Iterator[None]:
        """Step aside."""
        self.asides += 1
        yield


def _editor(folder: Path, script: str) -> str:
    path = folder / "an editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o700)
    return f"'{path}'"


async def test_what_the_editor_leaves_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is the owner's alone, holds the text, and is gone afterwards."""
    script = 'stat -c %a "$1" > seen; cat "$1" >> seen; printf "new words\\n\\n" > "$1"'
    monkeypatch.setenv("EDITOR", _editor(tmp_path, script))
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    app = Steps()
    assert await edit_text(app, "old wörds", drafts) == "new words"
    assert (tmp_path / "seen").read_text("utf-8") == "600\nold wörds"
    assert list(drafts.iterdir()) == []
    assert app.asides == 1


@pytest.mark.parametrize("script", ["exit 3", 'rm "$1"; exit 3'])
async def test_an_editor_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """A status other than zero is an error in words, and no file stays behind."""
    monkeypatch.setenv("VISUAL", _editor(tmp_path, script))
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    with pytest.raises(ChinwagError, match="ended with 3"):
        await edit_text(Steps(), "old", drafts)
    assert list(drafts.iterdir()) == []


@pytest.mark.parametrize("command", ["/nowhere/editor", "'unclosed", "/"])
async def test_no_editor_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Without an editor that can be run there is a sentence, and no file stays behind."""
    monkeypatch.setenv("EDITOR", command)
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    with pytest.raises(ChinwagError) as caught:
        await edit_text(Steps(), "old", drafts)
    assert "EDITOR" in caught.value.remedy
    assert list(drafts.iterdir()) == []


async def test_a_blank_name_is_no_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but spaces is passed over for the next name, and never runs the text itself."""
    monkeypatch.setenv("VISUAL", " ")
    monkeypatch.setenv("EDITOR", "true")
    assert await edit_text(Steps(), "old", tmp_path) == "old"


async def test_an_editor_that_took_the_file_away_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is gone afterwards loses nothing: it is said, and the text is as it was."""
    monkeypatch.setenv("EDITOR", _editor(tmp_path, 'rm "$1"'))
    with pytest.raises(ChinwagError, match="took its file away"):
        await edit_text(Steps(), "old", tmp_path)
