"""What every test of the screens starts from: files of its own, and the clock of Greenwich."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.surroundings import own_surroundings


@pytest.fixture(autouse=True)
def _a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test surroundings of its own."""
    with own_surroundings(tmp_path, monkeypatch):
        yield
