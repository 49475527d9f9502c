"""What tells of topics, tastes and touches only looks: nothing of it can say or undo anything."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOOKING = (
    ROOT / "services" / "tastes.py",
    ROOT / "services" / "touches.py",
    ROOT / "services" / "touching.py",
    ROOT / "services" / "store" / "in_the_news.py",
    ROOT / "services" / "store" / "topic_marks.py",
    *sorted((ROOT / "services" / "topics").glob("*.py")),
)
SAYING = {
    "approve",
    "decide",
    "drop_queued",
    "edit",
    "keep_away",
    "mark_spam",
    "note_settled",
    "report",
    "say",
    "send",
    "take_back",
}
"""What changes something outside this program, as networks, verbs and queues call it."""


def find_saying(source: str) -> list[str]:
    """Give what of a source says something to others, or asks the outbox to."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in SAYING:
                found.append(name)
            case ast.ImportFrom(module=str(module)) if module.startswith("services.outbox"):
                found.append(module)
            case ast.Import(names=names):
                found += [one.name for one in names if one.name.startswith("services.outbox")]
            case _:
                pass
    return found


@pytest.mark.parametrize("path", LOOKING, ids=lambda path: path.name)
def test_what_looks_says_nothing(path: Path) -> None:
    """Neither a call that others would hear of, nor the outbox, is in any of it."""
    assert find_saying(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "await network.send(message)",
        "queue.drop_queued(one)",
        "from services.outbox import Outbox",
        "import services.outbox.runner",
    ],
)
def test_what_says_something_is_found(source: str) -> None:
    """A line that would speak for us is seen."""
    assert find_saying(f"async def f() -> None:\n    {source}\n") != []
