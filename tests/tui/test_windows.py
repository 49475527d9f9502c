"""Windows of every size, and what becomes of the keys in them."""

from pathlib import Path

import pytest

from tests.tui.stage import open_stage
from tui.windows import Window, window_of
from widgets.pad import Pad


@pytest.mark.parametrize(
    ("columns", "rows", "window"),
    [
        (120, 36, Window.WIDE),
        (100, 28, Window.WIDE),
        (99, 28, Window.MIDDLE),
        (100, 27, Window.MIDDLE),
        (80, 24, Window.MIDDLE),
        (72, 22, Window.MIDDLE),
        (71, 22, Window.NARROW),
        (60, 20, Window.NARROW),
        (40, 14, Window.NARROW),
        (39, 14, Window.TINY),
        (40, 13, Window.TINY),
    ],
)
def test_a_window_is_the_largest_kind_that_fits(columns: int, rows: int, window: Window) -> None:
    """Each kind has its least columns and its least rows."""
    assert window_of(columns, rows) is window


async def test_a_window_made_small_and_large_again_gives_the_caret_back(tmp_path: Path) -> None:
    """What is typed while nothing can be shown is a letter in the text, and the caret returns."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("r")
        await stage.write("Over")
        await stage.pilot.resize_terminal(36, 10)
        await stage.until(lambda: live.has_class("-tiny"))
        await stage.press("x", "n")
        await stage.pilot.resize_terminal(120, 36)
        await stage.until(lambda: isinstance(live.focused, Pad))
        assert live.composer.text == "Overxn"


async def test_until_somebody_reads_the_cursor_is_on_whoever_comes_first(tmp_path: Path) -> None:
    """Who arrives before the first key moves nobody away from the top."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        unread = live.unread.list
        unread.keeps_top = True
        rows = live.waiting.rows
        unread.values = rows[3:]
        assert unread.cursor == 0
        unread.values = rows
        assert (unread.cursor, unread.held) == (0, 0)
        await stage.press("j")
        assert not unread.keeps_top


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_the_keys_of_the_lobby_are_shown_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    """A key that does not fit is left out; none is cut."""
    async with open_stage(tmp_path, size=size) as stage:
        keys = next(line for line in stage.text().splitlines() if "enter  start" in line)
        assert "…" not in keys
        assert "? help" in keys
