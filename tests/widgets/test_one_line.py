"""Everything that is one row: header, track, tally, status, titles."""

import pytest
from rich.cells import cell_len
from textual.widget import Widget

from services.model.session import Stage
from services.model.words import Safe
from tests.widgets.samples import HOSTILE_NAMES, Harness, clock
from widgets.empty_state import EmptyState
from widgets.one_line import OneLine
from widgets.pane_title import PaneTitle
from widgets.session_header import SessionHeader
from widgets.session_track import SessionTrack, track
from widgets.status_line import StatusLine
from widgets.tally import tally
from widgets.voices import Voice


async def _said(widget: Widget, width: int) -> str:
    app = Harness(widget)
    async with app.run_test(size=(width, 3)) as pilot:
        await pilot.pause()
        return app.screen_lines()[0]


def _header() -> SessionHeader:
    header = SessionHeader()
    header.clock = clock()
    header.intention = Safe("answer the old ones first")
    header.answered, header.people = 4, 3
    return header


async def test_the_header_says_what_for_and_how_long() -> None:
    """Intention on the left, tally and time left on the right."""
    said = await _said(_header(), 100)
    assert said.startswith("chinwag  answer the old ones first")
    assert said.endswith("4 answered, 3 people     13 min left")


async def test_the_time_left_is_the_last_to_go() -> None:
    """On a narrow screen the intention goes, then the tally, never the time."""
    assert "13 min left" in await _said(_header(), 20)
    narrow = await _said(_header(), 50)
    assert "4 answered" in narrow
    assert narrow.endswith("13 min left")


async def test_the_grace_says_that_time_is_up() -> None:
    """After the end the line says so and counts seconds."""
    header = SessionHeader()
    header.clock = clock(1.0, 40, Stage.GRACE)
    assert (await _said(header, 80)).endswith("time is up, 40 seconds left")


@pytest.mark.parametrize("width", [31, 40, 76, 120, 200])
def test_the_track_names_every_phase_and_fills_its_place(width: int) -> None:
    """Wherever the names fit they all stand there, the current one in amber."""
    parts = track(clock(), width)
    said = "".join(text for text, _ in parts)
    assert cell_len(said) == width
    names = (" listen ", " reply ", " join ", " wrap ")
    assert width < 40 or all(name in said for name in names)
    assert any("reply" in text for text, voice in parts if voice is Voice.NOW_NAME)


@pytest.mark.parametrize("width", [1, 6, 20, 80])
def test_the_track_only_grows(width: int) -> None:
    """As time passes the filled part grows and never shrinks."""
    filled = [
        sum(
            len(text)
            for text, voice in track(clock(step / 100), width)
            if "━" in text and voice is not Voice.HAIRLINE
        )
        for step in range(101)
    ]
    assert filled == sorted(filled)


async def test_a_tick_that_changes_nothing_paints_nothing() -> None:
    """A second that moves neither a word nor a cell sends no byte."""
    header, line = _header(), SessionTrack()
    line.clock = clock()
    painted: list[str] = []

    def counting(widget: OneLine) -> None:
        render = widget.render_line

        def render_line(y: int) -> object:
            painted.append(type(widget).__name__)
            return render(y)

        widget.render_line = render_line  # type: ignore[method-assign, assignment]

    app = Harness(header, line)
    async with app.run_test(size=(100, 3)) as pilot:
        await pilot.pause()
        counting(header)
        counting(line)
        header.clock = line.clock = clock(0.3501, 779)
        await pilot.pause()
        assert painted == []
        header.clock = line.clock = clock(0.5, 600)
        await pilot.pause()
        assert sorted(painted) == ["SessionHeader", "SessionTrack"]


def test_the_tally_counts_answers_and_people() -> None:
    """One person is one person, and large numbers are set apart."""
    assert "".join(text for text, _ in tally(1, 1)) == "1 answered, 1 person"
    assert "".join(text for text, _ in tally(1200, 2)) == "1,200 answered, 2 people"


async def test_the_status_line_shows_whole_hints_and_trouble() -> None:
    """Hints that do not fit whole are left out; trouble stays."""
    line = StatusLine()
    line.hints = (("ctrl+j", "say it"), ("esc", "back, text is kept"), ("f1", "help"))
    line.trouble = "feeds are 4 min late"
    wide = await _said(line, 80)
    assert wide.startswith("ctrl+j say it   esc back, text is kept   f1 help")
    assert wide.endswith("feeds are 4 min late")
    line = StatusLine()
    line.hints = (("ctrl+j", "say it"), ("esc", "back, text is kept"))
    assert (await _said(line, 20)).rstrip() == "ctrl+j say it"


async def test_a_status_line_without_trouble_is_silent() -> None:
    """When all is well there are hints and nothing else."""
    line = StatusLine()
    line.hints = (("?", "help"),)
    assert (await _said(line, 40)).rstrip() == "? help"


@pytest.mark.parametrize("width", [1, 20, 60])
@pytest.mark.parametrize("words", HOSTILE_NAMES)
async def test_hostile_words_stay_words(width: int, words: str) -> None:
    """No line takes words for markup or becomes wider than its place."""
    header, title, status = SessionHeader(), PaneTitle("Unread"), StatusLine()
    header.clock = clock()
    header.intention = Safe(words)
    title.words = words
    title.aside = words
    status.trouble = words
    status.hints = ((words, words),)
    app = Harness(header, title, status, EmptyState(words, words))
    async with app.run_test(size=(width, 9)) as pilot:
        await pilot.pause()
        assert {cell_len(line) for line in app.screen_lines()} == {width}
