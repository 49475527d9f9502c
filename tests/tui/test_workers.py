"""Workers of a screen: too late or too early, they disturb nobody."""

import asyncio

import pytest
from textual.app import App
from textual.screen import Screen
from textual.widgets import Label

from tui.workers import start


class Slow(Screen[None]):
    """Reads for a while, then looks for a widget that it has never had."""

    def __init__(self) -> None:
        """Wait to be let go on."""
        super().__init__()
        self.let_go = asyncio.Event()
        self.turns = 0

    async def read(self) -> None:
        """Look for a widget after a while, whatever becomes of the wait."""
        self.turns += 1
        try:
            await self.let_go.wait()
        finally:
            self.query_one(Label)


async def test_a_worker_that_outlives_its_screen_is_no_fault() -> None:
    """Looking for a widget after the screen has closed ends nothing."""
    app = App[None]()
    async with app.run_test() as pilot:
        screen = Slow()
        await app.push_screen(screen)
        start(screen, screen.read, "read")
        await pilot.pause()
        screen.dismiss(None)
        screen.let_go.set()
        await pilot.pause()
        assert screen not in app.screen_stack
        assert screen.turns == 1


async def test_a_widget_that_is_missing_on_an_open_screen_is_a_fault() -> None:
    """The same on a screen that is still there is not hidden."""

    async def look_too_soon() -> None:
        app = App[None]()
        async with app.run_test() as pilot:
            screen = Slow()
            await app.push_screen(screen)
            screen.let_go.set()
            start(screen, screen.read, "read")
            await pilot.pause()

    with pytest.raises(Exception, match="Label"):
        await look_too_soon()


async def test_a_worker_replaced_before_its_first_turn_leaves_nothing_behind() -> None:
    """Of two that are started at once only the second runs, and the first warns of nothing."""
    app = App[None]()
    async with app.run_test() as pilot:
        screen = Slow()
        await app.push_screen(screen)
        start(screen, screen.read, "read")
        start(screen, screen.read, "read")
        await pilot.pause()
        assert screen.turns == 1
        screen.dismiss(None)
