"""Lines are written again only where they read differently, and never forgotten."""

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from tests.widgets.samples import Harness
from widgets.kept_lines import KeptLines


class Steps(KeptLines):
    """A hundred lines of which every other is blank; it remembers which it painted."""

    DEFAULT_CSS = "Steps { scrollbar-size: 0 0; overflow-x: hidden; }"

    def __init__(self) -> None:
        """Make the lines."""
        super().__init__()
        self.words = ["" if number % 2 else f"step {number}" for number in range(100)]
        self.painted: list[int] = []

    def on_mount(self) -> None:
        """Measure."""
        self.virtual_size = Size(20, len(self.words))

    def line(self, y: int) -> Strip:
        """Say a line."""
        said = self.words[y + self.scroll_offset.y]
        return Strip([Segment(said)]).adjust_cell_length(self.size.width)

    def render_line(self, y: int) -> Strip:
        """Paint, and note it."""
        self.painted.append(y)
        return super().render_line(y)


async def test_moving_the_window_leaves_what_looks_the_same() -> None:
    """Two lines on, the blank lines are where blank lines were; the others are painted."""
    app = Harness(steps := Steps())
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        steps.painted.clear()
        steps.scroll_to(y=2, animate=False, force=True)
        await pilot.pause()
        assert sorted(steps.painted) == [0, 2, 4, 6, 8]
        assert app.screen_lines()[0].startswith("step 2")
        steps.scroll_to(y=3, animate=False, force=True)
        await pilot.pause()
        assert app.screen_lines()[1].startswith("step 4")
        assert not app.screen_lines()[0].strip()


async def test_other_words_are_painted_and_no_more() -> None:
    """One line that changed is one line painted; one out of sight is none."""
    app = Harness(steps := Steps())
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        steps.painted.clear()
        steps.words[4], steps.words[40] = "another", "far away"
        steps.refresh_changed()
        await pilot.pause()
        assert steps.painted == [4]
        assert app.screen_lines()[4].startswith("another")


async def test_a_larger_window_shows_all_of_it() -> None:
    """What was never painted is not taken for painted."""
    app = Harness(steps := Steps())
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        assert app.screen_lines()[8].startswith("step 8")
        assert steps.size.height == 10
