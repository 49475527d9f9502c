"""Rules of the house that can be read off the sources."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tui", "widgets", "services")
SOURCES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
LONGEST = 400
LONGEST_SCREEN = 300
VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common", "base"}
SAFE_MAKER = "services/text/clean.py"
SAFE_TYPE = "services/model/words.py"
NETWORK_PROTOCOL = "services/networks/base.py"


def label(path: Path) -> str:
    """Give a source's name below the repository."""
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Give every call with the last part of its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node
                case _:
                    pass


def find_threads_and_sleep(source: str) -> list[str]:
    """Give what blocks the loop or reaches into it from a thread."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="call_from_thread"):
                found.append("call_from_thread")
            case ast.Attribute(value=ast.Name(id="time"), attr="sleep"):
                found.append("time.sleep")
            case ast.ImportFrom(module="time", names=names):
                found += ["time.sleep" for name in names if name.name == "sleep"]
            case ast.keyword(arg="thread", value=ast.Constant(value=True)):
                found.append("thread=True")
            case ast.Import(names=names):
                found += ["multiprocessing" for n in names if n.name.startswith("multiprocessing")]
            case ast.ImportFrom(module=str(module)) if module.startswith("multiprocessing"):
                found.append("multiprocessing")
            case ast.Attribute(value=ast.Name(id="os"), attr="fork"):
                found.append("os.fork")
            case _:
                pass
    return found


def find_safe(source: str) -> list[int]:
    """Give the lines on which a ``Safe`` is made: by a call, a cast or a subclass."""
    tree = ast.parse(source)
    lines = [node.lineno for name, node in calls(tree) if name == "Safe"]
    for name, node in calls(tree):
        first = node.args[0] if node.args else None
        if name in {"cast", "map", "__new__"} and (
            (isinstance(first, ast.Name) and first.id == "Safe")
            or (isinstance(first, ast.Constant) and first.value == "Safe")
        ):
            lines.append(node.lineno)
    lines += [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Safe" for base in node.bases)
    ]
    return lines


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_nothing_blocks_the_loop(path: Path) -> None:
    """No source sleeps, forks or calls into the loop from a thread of its own."""
    assert find_threads_and_sleep(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_a_file_is_short_and_named_for_one_thing(path: Path) -> None:
    """No source is longer than allowed, has a vague name or lacks its docstring."""
    text = path.read_text("utf-8")
    is_screen = label(path) == "tui/app.py" or label(path).startswith("tui/screens/")
    assert len(text.splitlines()) <= (LONGEST_SCREEN if is_screen else LONGEST)
    if label(path) != NETWORK_PROTOCOL:
        assert not VAGUE & set(path.stem.split("_"))
    assert ast.get_docstring(ast.parse(text)), "a module says what it owns and its law"


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_only_the_cleaner_makes_words_safe(path: Path) -> None:
    """``Safe`` is made in the cleaner, and once, empty, beside its type."""
    lines = find_safe(path.read_text("utf-8"))
    if label(path) == SAFE_TYPE:
        assert len(lines) == 1
    elif label(path) != SAFE_MAKER:
        assert lines == []


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_no_error_is_swallowed_in_silence(path: Path) -> None:
    """No bare except, and no `except Exception: pass`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            broad = isinstance(node.type, ast.Name) and node.type.id in {
                "Exception",
                "BaseException",
            }
            assert node.type is not None, node.lineno
            assert not (broad and isinstance(node.body[0], ast.Pass)), node.lineno


@pytest.mark.parametrize(
    "source",
    [
        "app.call_from_thread(f)",
        "import time\ntime.sleep(1)",
        "from time import sleep",
        "work(thread=True)(f)",
        "@work(thread=True)\ndef f(): ...",
        "import multiprocessing.pool",
        "from multiprocessing import Process",
        "import os\nos.fork()",
    ],
)
def test_each_way_to_block_is_seen(source: str) -> None:
    """Everything that the first rule forbids is found once."""
    assert len(find_threads_and_sleep(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Safe(name)",
        "words.Safe(name)",
        "cast('Safe', name)",
        "cast(Safe, name)",
        "str.__new__(Safe, name)",
        "map(Safe, names)",
        "class Safer(Safe): ...",
    ],
)
def test_each_way_to_make_safe_is_seen(source: str) -> None:
    """A call, a cast and a subclass are each found once."""
    assert len(find_safe(source)) == 1


def test_the_sources_are_there() -> None:
    """The rules are held against the three packages, whose names occur in no stray file."""
    assert {label(path).partition("/")[0] for path in SOURCES} == set(PACKAGES)
    assert not re.search(r"\bTODO\b|\bFIXME\b|\bXXX\b", "".join(p.read_text() for p in SOURCES))
