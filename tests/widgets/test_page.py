"""Pages: every word of a line can be read, at any width."""

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from tests.fakes import until
from tui.theme import variable_defaults
from widgets.page import Page, keys_page
from widgets.voices import Voice, fold, measure

_WORDS = st.text("aé友 .", max_size=40)
_PARTS = st.lists(st.tuples(_WORDS, st.sampled_from(Voice)), min_size=1, max_size=4)


@given(_PARTS, st.integers(2, 60))
def test_folding_keeps_every_letter_and_fits(parts: list[tuple[str, Voice]], cells: int) -> None:
    """No line is wider than its place, but for spaces, and no letter is lost."""
    lines = fold(parts, cells)
    said = "".join(words for words, _ in parts)
    shown = "".join(words for line in lines for words, _ in line)
    assert shown.replace(" ", "") == said.replace(" ", "")
    for line in lines:
        assert measure([("".join(words for words, _ in line).rstrip(), Voice.INK)]) <= cells


def test_what_is_folded_hangs_beside_its_column() -> None:
    """A sentence that is too long goes on below itself, not below its key."""
    lines = fold([("esc  ", Voice.KEY), ("back from a topic or a pile", Voice.QUIET)], 20)
    assert ["".join(words for words, _ in line).rstrip() for line in lines] == [
        "esc  back from a",
        "     topic or a pile",
    ]


def test_keys_stand_apart_and_end_with_a_word() -> None:
    """So that a window which holds them to the last letter shows no empty line below."""
    page = keys_page((("a", "add"), ("esc", "back")))
    assert "".join(words for words, _ in page.lines[0]) == "a add   esc back"
    assert {words.strip() for words, voice in page.lines[0] if voice is Voice.KEY} == {"a", "esc"}
    assert not page.can_focus


class _Reader(App[None]):
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults()

    def compose(self) -> ComposeResult:
        page = Page()
        page.lines = ((("one two three four five six", Voice.INK),),)
        yield page


async def test_a_page_shows_the_end_of_a_line_and_folds_anew() -> None:
    """In a narrow window nothing is cut off; in a wide one it is one line again."""
    async with _Reader().run_test(size=(12, 6)) as pilot:
        page = pilot.app.query_one(Page)
        await until(lambda: _shown(page) == ["one two", "three four", "five six", ""])
        await pilot.resize_terminal(40, 6)
        await until(lambda: _shown(page)[0] == "one two three four five six")
        await until(lambda: page.virtual_size.height == 1)


def _shown(page: Page) -> list[str]:
    return [page.render_line(y).text.rstrip() for y in range(4)]
