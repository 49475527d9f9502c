"""The log: what is kept, what never is, and that nothing reaches the terminal."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from services.log import open_log

_NOBODY: dict[str, int] = {}
_WORDS = "the heron's secret\x1b[2J"


def _fail(words: str) -> None:
    """Fail with a stranger's words in the error, caused by another.

    Raises:
        ValueError: always.
    """
    try:
        _NOBODY[words]
    except KeyError as error:
        raise ValueError(words) from error


def test_a_healthy_run_makes_no_file(tmp_path: Path) -> None:
    """Without a warning there is nothing to keep."""
    with open_log(tmp_path / "chinwag.log"):
        logging.getLogger("services.sources").info("all is well")
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_kept_without_anybodys_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Our sentence, the kinds and the places stand there; what was said does not, nowhere."""
    path = tmp_path / "chinwag.log"
    with open_log(path):
        try:
            _fail(_WORDS)
        except ValueError as error:
            logging.getLogger("services.sources").exception("reading %s failed", _WORDS)
            logging.getLogger("services.x").warning("not saved, try %d: %s", 3, error)
            logging.getLogger("asyncio").exception("never retrieved: %s", _WORDS)
    kept = path.read_text("utf-8")
    assert "reading <str> failed" in kept
    assert "not saved, try 3: <ValueError>" in kept
    assert kept.count("builtins.ValueError") == 2
    assert kept.count("builtins.KeyError") == 2
    assert f"{__file__}:" in kept
    assert "_fail" in kept
    assert "heron" not in kept
    assert "retrieved" not in kept
    assert kept.replace("\n", "").isprintable()
    assert path.stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().err == ""


def test_it_stays_small(tmp_path: Path) -> None:
    """Two files of a quarter of a megabyte are the most, both closed to others."""
    with open_log(tmp_path / "chinwag.log"):
        for number in range(6_000):
            logging.getLogger("services.sources").warning("%d %s", number, "words" * 100)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["chinwag.log", "chinwag.log.1"]
    assert all(file.stat().st_size <= 256_000 for file in files)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)


def test_a_log_that_cannot_be_written_is_borne(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing folder or a link in its place neither raises nor says anything on the screen."""
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for path in (tmp_path / "nowhere" / "chinwag.log", tmp_path / "link"):
        with open_log(path):
            logging.getLogger("services.sources").error("it is bad")
    assert capsys.readouterr().err == ""
    assert not (tmp_path / "elsewhere").exists()


def test_after_it_is_closed_nothing_more_is_kept(tmp_path: Path) -> None:
    """The log ends with its block, and leaves nothing behind in the process."""
    before = list(logging.getLogger().handlers)
    with open_log(tmp_path / "chinwag.log"):
        logging.getLogger("services.sources").error("one")
    assert logging.getLogger().handlers == before
    assert (tmp_path / "chinwag.log").read_text("utf-8").count("\n") == 1


def test_importing_it_starts_nothing() -> None:
    """Neither a handler nor a file is there before the block."""
    code = "import services.log, logging; assert not logging.getLogger().handlers"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
