"""The pictures in the README show the app as it is."""

import asyncio

import pytest

import tests.scenes  # noqa: F401 - enters the scenes
from tests.shoot import FOLDER, SCENES

pytestmark = pytest.mark.prove

_PRACTICE = {"exchange", "debrief"}
"""Seeded, but not to the second."""


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_picture_is_current(name: str) -> None:
    """What `make screenshots` would write now is what is there."""
    drawn = asyncio.run(_draw(name))
    kept = (FOLDER / f"{name}.svg").read_text("utf-8")
    if name in _PRACTICE:
        assert drawn.count("\n") > kept.count("\n") * 0.8
        assert "practice" in drawn.lower()
    else:
        assert drawn == kept


async def _draw(name: str) -> str:
    return await SCENES[name]()
