"""The README says only what can be done."""

import re
import shlex
from pathlib import Path

import pytest

from tui.command_line import build_parser

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def fenced_lines(text: str) -> list[str]:
    """Give the commands in fenced blocks, without their comments."""
    fenced = re.findall(r"(?ms)^```(\w*)\n(.*?)^```", text)
    blocks = [block for language, block in fenced if language in {"", "sh", "console", "bash"}]
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line and not line.startswith("#")]


def make_targets() -> set[str]:
    """Give what the Makefile can make by name."""
    return set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))


LINES = fenced_lines(README.read_text("utf-8"))


def test_the_two_commands_stand_there() -> None:
    """One command starts the app and exactly one runs the tests."""
    assert LINES.count("make run") == 1
    assert [line for line in LINES if "make test" in line] == ["make test"]


@pytest.mark.parametrize("line", sorted({line for line in LINES if line.startswith("make")}))
def test_every_make_target_exists(line: str) -> None:
    """Each `make` line of the README names a target of the Makefile."""
    targets = [word for word in shlex.split(line)[1:] if "=" not in word]
    assert set(targets) <= make_targets()


@pytest.mark.parametrize("line", sorted({line for line in LINES if "chinwag" in line}))
def test_every_command_line_parses(line: str) -> None:
    """Each `chinwag` line of the README is understood."""
    name, *words = shlex.split(line)
    assert name.rpartition("/")[2] == "chinwag"
    build_parser().parse_args(words)


def test_every_target_is_explained_to_contributors() -> None:
    """The Makefile's targets and CONTRIBUTING's table are the same."""
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8")
    assert set(re.findall(r"`make ([a-z]+)`", text)) | {"mutants"} == make_targets()
