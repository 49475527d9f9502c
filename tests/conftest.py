"""What holds for every test."""

import gc
import os
from collections.abc import Iterator

import pytest
from textual import _wait

# After each key the library sleeps until the process is at rest, in naps of 20 ms that are most
# of what a test of the screens takes; what such a test asserts, it waits for by itself.
_wait.SLEEP_GRANULARITY = 1 / 160
_wait.SLEEP_IDLE = 1 / 1000

# A suite of thousands holds much and lets little of it go in circles.
gc.set_threshold(100_000, 20, 20)


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """Give back the umask that a test found: the command line sets its own."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)
