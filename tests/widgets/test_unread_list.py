"""Unread: who, why, where and since when, and their words."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from services.model.ids import NetworkName
from services.model.posts import Reach
from services.model.waiting import Lane, Order, WaitingList, WaitState
from tests.widgets.samples import HOSTILE_NAMES, NOW, Harness, waiting
from widgets.unread_list import UnreadPane, reason, title_words

_ROWS = (
    waiting(1, "Tara Hollis", "Ha, exactly.", lane=Lane.LIVE, ago=timedelta(seconds=12)),
    waiting(2, network=NetworkName.WORDPRESS),
    waiting(3, "Seth", "I changed my mind.", lane=Lane.BACK, away_days=250),
)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (_ROWS[0], "live, wrote 12 seconds ago"),
        (_ROWS[1], "question"),
        (_ROWS[2], "back after 8 months"),
        (waiting(4, lane=Lane.LONGEST), "waited 3 weeks"),
        (waiting(5, lane=Lane.REST), ""),
        (waiting(6, lane=Lane.REST, people=14), "14 people under one post"),
        (waiting(7, lane=Lane.LAST_WORD), "last word"),
        (waiting(8, state=WaitState.WATCHING), "watching"),
        (replace(waiting(9), is_held=True), "held for moderation"),
    ],
)
def test_every_row_says_why(row: object, words: str) -> None:
    """The reason for a place in the order is said in words."""
    assert reason(row, NOW)[0] == words  # type: ignore[arg-type]


def test_the_title_says_how_many_wait_and_fit() -> None:
    """The title counts people, and says what fits only when it is less."""
    assert title_words(WaitingList(_ROWS, 34, 9), 12) == "34 people wait, about 12 fit"
    assert title_words(WaitingList(_ROWS, 3, 9), 12) == "3 people wait"
    assert title_words(WaitingList(_ROWS[:1], 1, 0), None) == "1 person waits"
    assert title_words(WaitingList((), 0, 2), None) == "nobody waits; 2 last words"
    oldest = WaitingList(_ROWS, 3, 0, Order.OLDEST)
    assert title_words(oldest, None) == "3 people wait, oldest first"


def _pane(*, is_airy: bool = True) -> tuple[Harness, UnreadPane]:
    pane = UnreadPane()
    pane.now = NOW
    pane.is_airy = is_airy
    pane.waiting = WaitingList(_ROWS, 34, 0)
    pane.fits = 12
    return Harness(pane), pane


async def test_rows_read_as_designed() -> None:
    """Name, reason, place and age on one line, their words under it, air between people."""
    app, _ = _pane()
    async with app.run_test(size=(76, 16)) as pilot:
        await pilot.pause()
        lines = [line.rstrip() for line in app.screen_lines()]
        assert lines[0].startswith(" Unread  34 people wait, about 12 fit")
        assert lines[0].endswith("1 of 12")
        assert lines[2].startswith("▌◉ Tara Hollis  live, wrote 12 seconds ago")
        assert lines[2].endswith("mastodon")
        assert lines[3] == "▌  Ha, exactly."
        assert lines[4] == ""
        assert lines[5].startswith("   Em Okafor  question")
        assert lines[5].endswith("wordpress · 3 weeks")
        assert lines[8].startswith("   Seth  back after 8 months")


async def test_there_is_no_air_where_there_is_no_room() -> None:
    """Dense rows follow each other, and the density can change."""
    app, pane = _pane(is_airy=False)
    async with app.run_test(size=(76, 16)) as pilot:
        await pilot.pause()
        assert app.screen_lines()[4].startswith("   Em Okafor")
        pane.is_airy = True
        await pilot.pause()
        assert app.screen_lines()[5].startswith("   Em Okafor")


async def test_the_title_follows_the_cursor_and_counts_the_new() -> None:
    """Where the cursor is and how many wait above is said in the title."""
    app, pane = _pane()
    async with app.run_test(size=(76, 16)) as pilot:
        await pilot.press("j")
        await pilot.pause()
        assert app.screen_lines()[0].rstrip().endswith("2 of 12")
        pane.waiting = WaitingList((waiting(9, "Noor"), *_ROWS), 35, 0)
        await pilot.pause()
        assert "1 new ↑   3 of 12" in app.screen_lines()[0]
        assert pane.list.selected == _ROWS[1]


async def test_ages_grow_with_the_time_that_is_given() -> None:
    """A later present makes older words, in the visible rows that change."""
    app, pane = _pane()
    async with app.run_test(size=(76, 16)) as pilot:
        await pilot.pause()
        pane.now = NOW + timedelta(seconds=30)
        await pilot.pause()
        assert "wrote 42 seconds ago" in app.screen_lines()[2]


async def test_nobody_waiting_says_what_to_do() -> None:
    """An empty pane says what it means and what to do."""
    pane = UnreadPane()
    app = Harness(pane)
    async with app.run_test(size=(76, 16)) as pilot:
        await pilot.pause()
        assert "Nobody waits for you." in "\n".join(app.screen_lines())
        pane.waiting = WaitingList(_ROWS, 3, 0)
        await pilot.pause()
        assert "Tara Hollis" in "\n".join(app.screen_lines())


@pytest.mark.parametrize("width", [5, 20, 44, 80])
async def test_no_name_moves_a_column(width: int) -> None:
    """Whatever people are called and write, every line is as wide as the pane."""
    pane = UnreadPane()
    pane.now = NOW
    rows = tuple(
        waiting(number, name, name, reach=Reach.DIRECT) for number, name in enumerate(HOSTILE_NAMES)
    )
    pane.waiting = WaitingList(rows, len(rows), 0)
    app = Harness(pane)
    async with app.run_test(size=(width, 40)) as pilot:
        await pilot.pause()
        lines = app.screen_lines()
        assert {cell_len(line) for line in lines} == {width}
        if width == 80:
            text = "\n".join(lines)
            assert "[/nope]" in text
            assert "[red]Nobody[/red]" in text
            ends = [line.rstrip() for line in lines if "direct" in line]
            assert {cell_len(line) for line in ends} == {79}


@pytest.mark.parametrize(
    ("width", "said"),
    [(90, "Em Okafor  question, answer on its page"), (42, "Em Okafor  answer on its page")],
)
async def test_who_cannot_be_answered_here_says_so(width: int, said: str) -> None:
    """Where their network takes no words from here the row says where an answer is written."""
    app, pane = _pane()
    pane.elsewhere = frozenset({_ROWS[1].account})
    async with app.run_test(size=(width, 16)) as pilot:
        await pilot.pause()
        assert said in "\n".join(app.screen_lines())
        pane.elsewhere = frozenset()
        await pilot.pause()
        assert "answer on its page" not in "\n".join(app.screen_lines())
