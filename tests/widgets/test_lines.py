"""The one list: cursor by key, few repaints, any length."""

from collections.abc import Hashable

import pytest
from rich.console import Console

from tests.widgets.samples import Harness
from widgets.lines import Lines
from widgets.voices import Part, Voice


class Words(Lines[str]):
    """A list of words."""

    def __init__(self) -> None:
        """Make an empty list that remembers what it said."""
        super().__init__()
        self.rendered: list[str] = []

    def key_of(self, value: str) -> Hashable:
        """Each word is its own key, up to what stands behind a colon."""
        return value.partition(":")[0]

    def render_row(self, value: str, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say the word twice."""
        assert cells >= 0
        self.rendered.append(value)
        voice = Voice.NAME if is_selected else Voice.INK
        return ([(value, voice)], [(f"under {value}", Voice.QUIET)])


def _harness(*values: str) -> tuple[Harness, Words]:
    words = Words()
    words.values = values
    app = Harness(words)
    return app, words


def _many(count: int) -> tuple[str, ...]:
    return tuple(f"row{number}" for number in range(count))


async def test_rows_are_shown_and_the_cursor_has_a_bar() -> None:
    """The first row has the bar, both its lines are there, and it is marked."""
    app, words = _harness("one", "two")
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        lines = app.screen_lines()
        assert lines[0].startswith("▌one")
        assert lines[1].startswith("▌under one")
        assert lines[2].startswith(" two")
        assert words.selected == "one"


async def test_an_unfocused_list_looks_like_one() -> None:
    """Without the focus the bar is thin."""
    app, words = _harness("one")
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        words.blur()
        await pilot.pause()
        assert app.screen_lines()[0].startswith("▎one")


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        (["j"], "row1"),
        (["down", "down", "k"], "row1"),
        (["end"], "row99"),
        (["end", "home"], "row0"),
        (["pagedown"], "row5"),
        (["pagedown", "pageup"], "row0"),
        (["up"], "row0"),
        (["end", "j"], "row99"),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], selected: str) -> None:
    """Arrows, j and k, pages and ends move as they do everywhere, and the cursor is in sight."""
    app, words = _harness(*_many(100))
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.press(*keys)
        assert words.selected == selected
        assert any(line.startswith(f"▌{selected} ") for line in app.screen_lines())


async def test_messages_name_keys() -> None:
    """Moving tells where to, Enter tells what was opened."""
    heard: list[tuple[str, Hashable]] = []

    class Listening(Harness):
        def on_lines_highlighted(self, event: Lines.Highlighted) -> None:
            heard.append(("highlighted", event.key))

        def on_lines_chosen(self, event: Lines.Chosen) -> None:
            heard.append(("chosen", event.key))

    words = Words()
    words.values = ("one", "two")
    app = Listening(words)
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.press("j", "enter")
        await pilot.pause()
    assert heard[-2:] == [("highlighted", "two"), ("chosen", "two")]


async def test_the_mouse_selects_and_opens() -> None:
    """A click puts the cursor there; two open the row."""
    heard: list[Hashable] = []

    class Listening(Harness):
        def on_lines_chosen(self, event: Lines.Chosen) -> None:
            heard.append(event.key)

    words = Words()
    words.values = ("one", "two")
    app = Listening(words)
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.click(Words, offset=(3, 2))
        assert words.selected == "two"
        assert heard == []
        await pilot.click(Words, offset=(3, 2), times=2)
        await pilot.pause()
    assert heard == ["two"]


async def test_the_cursor_stays_with_its_row() -> None:
    """Rows that come above wait, are counted, and come in when asked for."""
    app, words = _harness(*_many(50))
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.press("j", "j")
        before = app.screen_lines()
        words.values = ("new1", "new2", *_many(50))
        await pilot.pause()
        assert words.selected == "row2"
        assert words.held == 2
        assert app.screen_lines() == before
        words.show_held()
        await pilot.pause()
        assert words.selected == "row2"
        assert words.held == 0
        assert words.shown[:2] == ("new1", "new2")
        assert app.screen_lines() == before


async def test_going_up_past_the_first_row_lets_the_new_ones_in() -> None:
    """Up from the top shows what waited there."""
    app, words = _harness("one", "two")
    async with app.run_test(size=(30, 10)) as pilot:
        words.values = ("new", "one", "two")
        await pilot.pause()
        assert words.selected == "one"
        await pilot.press("k")
        assert words.selected == "new"
        assert app.screen_lines()[0].startswith("▌new")


async def test_who_is_gone_makes_room_for_the_next() -> None:
    """When the row under the cursor goes, the cursor is on the next one."""
    app, words = _harness("one", "two", "three")
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.press("j")
        words.values = ("one", "three")
        await pilot.pause()
        assert words.selected == "three"
        words.values = ()
        await pilot.pause()
        assert words.selected is None
        await pilot.press("j", "enter", "home", "end", "pagedown")


async def test_a_changed_row_is_said_anew() -> None:
    """A row whose words change under the same key is painted again, the others are not."""
    app, words = _harness("one:1", "two:1", "three:1")
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.pause()
        words.rendered.clear()
        words.values = ("one:1", "two:2", "three:1")
        await pilot.pause()
        assert app.screen_lines()[2].startswith(" two:2")
        assert words.rendered == ["two:2"]


async def test_selecting_by_key_shows_what_is_held() -> None:
    """A key can be selected wherever it is; one that is not there moves nothing."""
    app, words = _harness(*_many(50))
    async with app.run_test(size=(30, 10)) as pilot:
        words.values = ("new", *_many(50))
        await pilot.pause()
        assert words.select("row40")
        assert words.select("new")
        assert words.selected == "new"
        assert not words.select("nobody")
        assert words.selected == "new"


async def test_a_cursor_move_repaints_two_rows() -> None:
    """One key sends the two rows it changes, in at most three kilobytes."""
    app, words = _harness(*_many(100_000))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        refreshed: list[int] = []
        refresh_lines = words.refresh_lines

        def count(y_start: int, line_count: int = 1) -> None:
            refreshed.append(line_count)
            refresh_lines(y_start, line_count)

        words.refresh_lines = count  # type: ignore[method-assign]
        words.rendered.clear()
        await pilot.press("j")
        assert sum(refreshed) == 2 * words.row_height
        assert len(words.rendered) <= 2
        console = Console(color_system="truecolor", force_terminal=True)
        row = sum(
            len(strip.render(console).encode())
            for strip in words.render_lines(
                words.size.region.crop_size((words.size.width, 2 * words.row_height))
            )
        )
        assert row <= 3_000


async def test_length_costs_nothing() -> None:
    """A hundred thousand rows open and move by saying only the rows in sight."""
    app, words = _harness(*_many(100_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end")
        assert words.selected == "row99999"
        assert len(words.rendered) < 60


async def test_the_strip_cache_is_bounded() -> None:
    """Walking through a long list does not keep all of it painted."""
    app, words = _harness(*_many(3_000))
    async with app.run_test(size=(30, 10)) as pilot:
        for _ in range(60):
            words.action_page(1)
            await pilot.pause()
        assert len(words._strips) <= 256


async def test_another_theme_repaints() -> None:
    """A changed theme changes the colours of rows that were painted already."""
    app, words = _harness("one")
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        before = words.render_line(0)
        app.theme = "paper"
        await pilot.pause()
        await pilot.pause()
        assert words.render_line(0) != before


@pytest.mark.parametrize("size", [(20, 5), (3, 2), (1, 1)])
async def test_tiny_places_survive(size: tuple[int, int]) -> None:
    """No size is too small to live in."""
    app, words = _harness("[/nope]", "지우" * 40, "👩‍👩‍👧" * 40)
    async with app.run_test(size=size) as pilot:
        await pilot.press("j", "j", "k", "end")
        assert words.selected is not None
        assert all(strip.cell_length == size[0] for strip in words.render_lines(words.size.region))


@pytest.mark.parametrize("left", [5, 4, 1])
async def test_a_list_that_loses_rows_above_leaves_no_gap_below(left: int) -> None:
    """Rows that go while the last one is read make the list end at its end, not below it."""
    values = _many(7)
    app, words = _harness(*values)
    async with app.run_test(size=(30, 6)) as pilot:
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        words.values = values[-left - 1 : -1]
        await pilot.pause()
        lines = app.screen_lines()
        shown = [line for line in lines if "row" in line]
        assert len(shown) == min(6, 2 * left)
        assert words.scroll_offset.y == max(0, 2 * left - 6)


async def test_a_list_that_shrinks_out_of_sight_is_whole_when_it_is_seen() -> None:
    """What is laid out while the list cannot be seen does not begin below its first rows."""
    values = _many(7)
    app, words = _harness(*values)
    async with app.run_test(size=(30, 6)) as pilot:
        await pilot.press("end")
        await pilot.pause()
        words.display = False
        await pilot.pause()
        words.values = values[-3:]
        await pilot.pause()
        words.display = True
        await pilot.pause()
        assert len([line for line in app.screen_lines() if "row" in line]) == 6
