"""What holds for every test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import _wait

# After each key the library sleeps until the process is at rest, in naps of 20 ms that are most
# of what a test of the screens takes; what such a test asserts, it waits for by itself.
_wait.SLEEP_GRANULARITY = 1 / 160
_wait.SLEEP_IDLE = 1 / 1000


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """Give back the umask that a test found: the command line sets its own."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


_UNMEASURED = frozenset({"bench", "contracts", "snapshots", "tui", "widgets"})
"""What is about screens and sources: how much of ``services`` it passes by says nothing."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure coverage where it is asked for only, since that makes a test half as slow again."""
    tests = Path(__file__).parent
    for item in items:
        if item.path.relative_to(tests).parts[0] in _UNMEASURED:
            item.add_marker("no_cover")
