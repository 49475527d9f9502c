"""Sheets: what goes on below their lower edge is announced there."""

from tests.fakes import until
from tests.widgets.samples import Harness
from widgets.page import Page
from widgets.sheet import MORE, Sheet
from widgets.voices import Voice


class _Reader(Harness):
    CSS = "Sheet { height: 100%; border: round red; } Page { height: 1fr; }"

    def __init__(self, count: int) -> None:
        self.page = Page()
        self.page.lines = tuple(((f"line {number}", Voice.INK),) for number in range(count))
        super().__init__(Sheet(self.page))


async def test_more_below_is_said_until_the_end_is_there() -> None:
    """A list that is cut says so on the edge; at its end, or in a larger window, it does not."""
    app = _Reader(12)
    async with app.run_test(size=(40, 10)) as pilot:
        sheet = app.query_one(Sheet)
        await until(lambda: str(sheet.border_subtitle) == MORE)
        app.page.focus()
        await pilot.press("end")
        await until(lambda: not sheet.border_subtitle)
        await pilot.press("up")
        await until(lambda: str(sheet.border_subtitle) == MORE)
        await pilot.resize_terminal(40, 30)
        await until(lambda: not sheet.border_subtitle)


async def test_what_fits_says_nothing() -> None:
    """Where everything is in sight there is no sign, and lines that come bring it."""
    app = _Reader(3)
    async with app.run_test(size=(40, 10)) as pilot:
        sheet = app.query_one(Sheet)
        await pilot.pause()
        assert not sheet.border_subtitle
        app.page.lines = app.page.lines * 5
        await until(lambda: str(sheet.border_subtitle) == MORE)
