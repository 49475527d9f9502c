"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """Give back the umask that a test found: the command line sets its own."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)
