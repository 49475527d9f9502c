"""What is kept between two runs is whole or not there, and nothing else is read in its place."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.topics.state_file import Kept, StateFile


@pytest.fixture
def file(tmp_path: Path) -> StateFile:
    """A file that is not there yet."""
    return StateFile(tmp_path / "topics.state")


def a_pid_of_nobody() -> int:
    """Give the number of a process that has ended."""
    ended = subprocess.Popen((sys.executable, "-c", ""))
    ended.wait()
    return ended.pid


def test_what_was_given_is_read_again(file: StateFile) -> None:
    """Both the state and how far streams had been read."""
    assert file.read() is None
    file.write(Kept(b"usual", {"wss://weir.example": 7}))
    assert file.read() == Kept(b"usual", {"wss://weir.example": 7})


def test_two_that_write_at_once_leave_a_whole_one(
    file: StateFile, caplog: pytest.LogCaptureFixture
) -> None:
    """The last state of a run may come while an earlier one is still being written."""
    states = [Kept(bytes([n]) * 400_000, {}) for n in range(24)]
    with caplog.at_level(logging.WARNING), ThreadPoolExecutor(6) as pool:
        list(pool.map(file.write, states))
    assert file.read() in states
    assert caplog.text == ""


def test_what_was_dropped_is_gone(file: StateFile) -> None:
    """Also where it never was."""
    file.drop()
    file.write(Kept(b"", {}))
    file.drop()
    assert file.read() is None


def test_what_a_killed_one_was_writing_is_swept_away(file: StateFile, tmp_path: Path) -> None:
    """What a running one writes, and what is of nobody, stays."""
    left = tmp_path / f"topics.state.{a_pid_of_nobody()}"
    beyond = tmp_path / f"topics.state.{10**30}"
    writing, other = tmp_path / f"topics.state.{os.getpid()}", tmp_path / "topics.state.old"
    for path in (left, beyond, writing, other):
        path.write_bytes(b"half")
    assert file.read() is None
    assert sorted(tmp_path.iterdir()) == sorted((writing, other))


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_nothing_but_a_file_of_its_own_is_read(file: StateFile, tmp_path: Path, kind: str) -> None:
    """A pipe would keep it waiting for ever, and a link leads elsewhere; a link is replaced."""
    path, elsewhere = tmp_path / "topics.state", tmp_path / "elsewhere"
    StateFile(elsewhere).write(Kept(b"theirs", {}))
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(elsewhere)
        case _:
            path.mkdir()
    assert file.read() is None
    file.write(Kept(b"ours", {}))
    assert StateFile(elsewhere).read() == Kept(b"theirs", {})
    assert (file.read() == Kept(b"ours", {})) is (kind != "folder")
