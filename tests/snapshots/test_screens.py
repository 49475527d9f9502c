"""What lobby, session and debrief say at three sizes, as plain rows of text.

Law: from the seeded inbox and a clock that stands still, so that any order and any zone give the
same rows; colours are tested where they are chosen.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.stage import Stage, open_stage
from tests.tui.surroundings import own_surroundings
from tui.screens.debrief import DebriefScreen

SIZES = ((120, 36), (80, 24), (60, 20))


@pytest.fixture(autouse=True)
def _greenwich(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test surroundings of its own."""
    with own_surroundings(tmp_path, monkeypatch):
        yield


async def _shown(stage: Stage) -> str:
    """Read the screen once nothing moves on it any more."""
    before = ""
    for _ in range(50):
        await stage.pilot.pause()
        if (now := stage.text()) == before:
            return now
        before = now
    raise AssertionError("the screen never came to rest")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_lobby_session_and_debrief(
    tmp_path: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """One sitting at one size: the lobby, the session, and what it came to."""
    async with open_stage(tmp_path, size=size) as stage:
        assert await _shown(stage) == snapshot(name="lobby")
        live = await stage.sit()
        await stage.clock.advance(1)
        await stage.until(lambda: live.thread_view.subject is not None)
        assert await _shown(stage) == snapshot(name="live")
        await stage.press("r")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.write("The near side.")
        await stage.press("ctrl+j")
        await stage.until(lambda: live.view is not None and live.view.answered == 1)
        await stage.pass_time(30)
        await stage.press("q", "y")
        await stage.until(lambda: stage.is_on(DebriefScreen))
        await stage.until_shown("Was it a conversation?")
        assert await _shown(stage) == snapshot(name="debrief")
