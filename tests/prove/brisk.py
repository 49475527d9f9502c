"""A plugin that lets the tests fail fast where code was broken on purpose.

Law: it changes how many examples are tried and which test comes first, and ends a process that
hangs; what a test asserts stays as it is, and every run is like the one before.
"""

import inspect
import os
import signal
from collections import Counter
from collections.abc import Generator
from types import FrameType
from zlib import crc32

import pytest
from hypothesis import settings

EXAMPLES = 25
"""Tried of each property; the suite itself tries a hundred."""

TEST_S = 20
"""More than ten times what the slowest test takes, as whole seconds: longer is a hang."""

_CAUGHT = 1
"""What a process ends with whose test has failed."""

settings.register_profile(
    "brisk", max_examples=EXAMPLES, deadline=None, database=None, derandomize=True
)
settings.load_profile("brisk")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what is quick first: examples of pure code, then of the loop, then properties.

    Among these a test of few cases comes before a sweep through many, and what is left is mixed,
    so that neighbours that test the same are far apart. It is the same order in every run.
    """
    cases = Counter(_function(item) for item in items)
    items.sort(
        key=lambda item: (
            _is_property(item),
            _is_async(item),
            cases[_function(item)],
            crc32(item.nodeid.encode()),
        )
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """End the process when a test takes too long: a hang is noticed like a failure."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(TEST_S)
    try:
        return (yield)
    finally:
        signal.alarm(0)


def _function(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _is_property(item: pytest.Item) -> bool:
    return hasattr(getattr(item, "obj", None), "hypothesis")


def _is_async(item: pytest.Item) -> bool:
    return inspect.iscoroutinefunction(getattr(item, "obj", None))


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    os._exit(_CAUGHT)
