"""What breaks: how far in a column of its own, why in words, how it came in a few cells."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from services.model.topics import Topic, TopicKind, TopicsNow
from services.text.clean import clean_line
from tests.tui.newsstand import story
from tests.widgets.samples import HOSTILE_NAMES, NOW, Harness, burst, topic
from widgets.lines import Lines
from widgets.topic_list import TopicLine, TopicList, TopicsPane
from widgets.topic_words import topic_parts, topic_words
from widgets.voices import Voice

_MINUTE = timedelta(minutes=1)
_LIGHTS = burst(1, "Northern lights over half of Europe", 16.2)
_SPAM = burst(2, "Fediverse servers hit by a spam wave", 9.1, sources=("Bluesky", "Mastodon"))
_ALONE = burst(6, "The white paper is dead", 3, sources=("BBC News",), kind=TopicKind.STORY)


@pytest.mark.parametrize(
    ("told", "said", "narrow"),
    [
        (_LIGHTS, "3 sources, 31 people, 6 min", "3 sources, 6 min"),
        (burst(2, "x", 9, sources=("Bluesky",)), "31 people on Bluesky, 6 min", "31 people, 6 min"),
        (
            burst(3, "x", 7, follows=("#python", "gil"), ago=22 * _MINUTE),
            "you follow #python, 3 sources, 31 people, 22 min",
            "you follow #python",
        ),
        (
            burst(4, "x", 5, sources=("Bluesky",), known=4),
            "4 you know, 31 people on Bluesky, 6 min",
            "4 you know, 6 min",
        ),
        (
            burst(5, "x", 5, is_joined=True, known=2),
            "you joined, 2 you know, 3 sources, 31 people, 6 min",
            "you joined, 6 min",
        ),
        (
            burst(6, "x", 5, is_grave=True, known=2),
            "grave news, 2 you know, 3 sources, 31 people, 6 min",
            "grave news, 6 min",
        ),
        (_ALONE, "1 source, verify, 31 people, 6 min", "verify first"),
    ],
)
def test_the_reason_that_matters_is_the_last_to_go(told: Topic, said: str, narrow: str) -> None:
    """With room all reasons are said; in 18 cells the one that matters most, and never cut."""
    assert topic_words(told, NOW) == said
    assert topic_words(told, NOW, 18) == narrow


def test_what_is_ours_is_teal_and_what_touches_the_queue_amber() -> None:
    """Each colour has its word."""
    told = burst(1, "x", 5, follows=("#python",), known=3, is_joined=True)
    voices = dict(topic_parts(told, NOW, queued=2))
    assert voices["you joined"] is Voice.PEOPLE
    assert voices["you follow #python"] is Voice.PEOPLE
    assert voices["3 you know"] is Voice.PEOPLE
    assert voices["touches your queue"] is Voice.NOW
    assert voices["3 sources"] is Voice.QUIET


def test_who_is_known_is_not_counted_twice() -> None:
    """Where we know all who talk, that is how many they are."""
    assert topic_words(replace(topic(1, people=1), known=1), NOW).startswith("1 you know, 6 min")
    assert "3 people" in topic_words(replace(topic(1, people=3), known=1), NOW)


def test_a_second_number_beside_the_first_is_not_said() -> None:
    """What breaks says how far in front, so its pace elsewhere is left out."""
    told = burst(1, "x", 5)
    assert "×" not in topic_words(told, NOW)


async def _lines(cells: int, now: TopicsNow, queued: dict[str, int] | None = None) -> list[str]:
    pane = TopicsPane()
    pane.now = NOW
    pane.topics = now
    pane.queued = {one.id: (queued or {}).get(one.title, 0) for one in now.topics}
    app = Harness(pane)
    async with app.run_test(size=(cells, 16)) as pilot:
        await pilot.pause()
        lines = app.screen_lines()
        assert {cell_len(line) for line in lines} == {cells}
        return [line.rstrip() for line in lines]


async def test_a_row_says_how_far_who_and_how_it_came() -> None:
    """The number in a column of its own, the title, below it the reason and the course."""
    lines = await _lines(37, TopicsNow((_LIGHTS, _SPAM, topic(3, "#keynote"))))
    assert lines[0] == " Breaking topics"
    assert lines[2:8] == [
        "▌×16 Northern lights over half of E…",
        "▌    3 sources, 6 min        ▁▁▂▂▂▄▆█",
        "  ×9 Fediverse servers hit by a spa…",
        "     2 sources, 6 min        ▁▁▂▂▂▄▆█",
        "     #keynote",
        "     3 people, 6 min, only this box",
    ]


async def test_thirty_columns_are_enough() -> None:
    """The number, the title and the reason stay; the course goes where it has no room."""
    long = burst(3, "PyCon keynote", 7, follows=("#python",), ago=22 * _MINUTE)
    lines = await _lines(30, TopicsNow((_LIGHTS, long)))
    assert lines[2:6] == [
        "▌×16 Northern lights over ha…",
        "▌    3 sources, 6 min ▁▁▂▂▂▄▆█",
        "  ×7 PyCon keynote",
        "     you follow #python",
    ]


async def test_only_what_breaks_makes_the_column_and_the_title() -> None:
    """With nothing that breaks rows stand as they did; what breaks comes first, however given."""
    lines = await _lines(60, TopicsNow((topic(1), story(2, "Quay", "A", "B", at=NOW))))
    assert lines[0].startswith(" Topics  several sources first")
    assert lines[2] == "▌#aurora"
    lines = await _lines(60, TopicsNow((topic(1), _LIGHTS)))
    assert lines[2].startswith("▌×16 Northern")
    assert lines[4] == "     #aurora"


async def test_the_number_keeps_to_its_column() -> None:
    """Over a hundred times is said in three cells, and what had no usual level is new."""
    lines = await _lines(40, TopicsNow((burst(1, "One", 160.0), burst(2, "Two", None))))
    assert lines[2].startswith("▌99+ One")
    assert lines[4].startswith(" new Two")


async def test_the_queue_is_told_on_the_row() -> None:
    """A topic that a queued post touches says so, before anything else but that it is grave."""
    grave = burst(1, "Ferry sinks", 12.0, is_grave=True)
    lines = await _lines(60, TopicsNow((grave, _SPAM)), {"Ferry sinks": 2})
    assert lines[3].startswith("▌    grave news, touches your queue, 6 min")
    assert lines[5].startswith("     2 sources")


async def test_warming_up_is_said_as_long_as_nothing_breaks() -> None:
    """Beside the title while nothing can be told to break; never beside what does."""
    warming = await _lines(40, TopicsNow((topic(1),), is_warming=True))
    assert warming[0].endswith("warming up")
    assert "several" not in warming[0]
    assert "warming" not in (await _lines(40, TopicsNow((_LIGHTS,), is_warming=True)))[0]


async def test_what_has_to_be_known_of_the_list_stands_under_it() -> None:
    """A stream that is sampled is told at the foot of the pane, quietly, and folded."""
    words = (clean_line("Bluesky: 1 post in 3 is looked at"),)
    lines = await _lines(30, TopicsNow((_LIGHTS,), words=words))
    assert lines[-2:] == [" Bluesky: 1 post in 3 is", " looked at"]


async def test_one_line_says_what_breaks_first() -> None:
    """In a common window the number stands before the title, and the key at the end."""
    line = TopicLine()
    line.topics = TopicsNow((topic(3, "#keynote"), _LIGHTS, _SPAM))
    app = Harness(line)
    async with app.run_test(size=(78, 3)) as pilot:
        await pilot.pause()
        said = app.screen_lines()[0].rstrip()
        assert said.startswith(" Breaking topics  ×16 Northern lights over h…  ×9 Fediverse")
        assert said.endswith(" t")
        line.topics = TopicsNow((), is_warming=True)
        await pilot.pause()
        assert app.screen_lines()[0].startswith(" Topics  warming up")


@pytest.mark.parametrize("cells", [1, 8, 20, 30, 80])
async def test_hostile_titles_keep_their_place(cells: int) -> None:
    """No title of something that breaks is wider than its place or shifts a column."""
    topics = tuple(burst(at, title, 9.0) for at, title in enumerate(HOSTILE_NAMES))
    lines = await _lines(cells, TopicsNow(topics))
    if cells >= 30:
        assert all(line[1:5] == "  ×9"[1:] + " " for line in lines[2::2] if line[1:].strip())


class _Pane(Harness):
    """A pane of topics with another list beside it."""

    def __init__(self, *topics: Topic) -> None:
        self.pane = TopicsPane()
        self.pane.now = NOW
        self.pane.topics = TopicsNow(topics)
        self.other = TopicList()
        super().__init__(self.other, self.pane)

    def rows(self) -> str:
        """Give the titles on screen, top down, and what is said beside the pane's own."""
        titles = "".join(str(one.title) for one in self.pane.list.shown)
        return f"{titles} {self.pane.title_line.aside}".strip()

    def rank(self, *topics: Topic, later: timedelta = timedelta(0)) -> None:
        """Let a ranking come, as a screen hands one down."""
        self.pane.now = (self.pane.now or NOW) + later
        self.pane.topics = TopicsNow(topics)


def _of(letters: str) -> tuple[Topic, ...]:
    return tuple(burst(ord(letter), letter, 5.0) for letter in letters)


async def test_nothing_moves_while_somebody_reads_here() -> None:
    """With the keys in the pane a ranking changes words, not places; what is new waits above."""
    app = _Pane(*_of("abc"))
    async with app.run_test(size=(40, 20)) as pilot:
        app.pane.list.focus()
        await pilot.press("j")
        app.rank(*_of("cnba"), later=5 * _MINUTE)
        await pilot.pause()
        assert app.rows() == "abc 1 new ↑"
        assert app.pane.list.selected == _of("b")[0]
        await pilot.press("home")
        await pilot.pause()
        assert app.rows() == "cnba"
        assert app.pane.list.cursor == 0


async def test_what_is_under_the_cursor_stays_there_when_it_begins_to_break() -> None:
    """A tag that is talked of is another topic once it breaks; the cursor is on it all the same."""
    app = _Pane(*(topic(ord(letter), letter) for letter in "abc"))
    async with app.run_test(size=(40, 20)) as pilot:
        app.pane.list.focus()
        await pilot.press("j")
        broken = burst(9, "b", 9.0)
        app.rank(broken, topic(ord("a"), "a"), topic(ord("c"), "c"), later=_MINUTE)
        await pilot.pause()
        assert app.rows() == "abc"
        assert app.pane.list.selected == broken
        assert app.pane.list.cursor == 1


async def test_while_a_topic_is_open_its_list_stands_still() -> None:
    """The keys may be in what is read; the row it was opened from stays where it is."""
    app = _Pane(*_of("abc"))
    async with app.run_test(size=(40, 20)) as pilot:
        app.pane.list.focus()
        await pilot.press("j")
        app.pane.is_open = True
        app.other.focus()
        await pilot.pause()
        app.rank(*_of("xcba"), later=5 * _MINUTE)
        await pilot.pause()
        assert app.rows() == "abc 1 new ↑"
        app.pane.is_open = False
        app.pane.now = NOW + 6 * _MINUTE
        await pilot.pause()
        assert app.rows() == "xcba"
        assert app.pane.list.cursor == 0


async def test_unread_rows_change_places_once_a_minute_and_new_ones_come_at_once() -> None:
    """While the keys are elsewhere the order is that of the last minute, the news that of now."""
    app = _Pane(*_of("abc"))
    async with app.run_test(size=(40, 20)) as pilot:
        app.other.focus()
        await pilot.pause()
        app.rank(*_of("bac"), later=30 * timedelta(seconds=1))
        await pilot.pause()
        assert app.rows() == "abc"
        app.rank(*_of("nbac"), later=10 * timedelta(seconds=1))
        await pilot.pause()
        assert app.rows() == "nabc"
        assert app.pane.list.cursor == 0
        app.rank(*_of("bcna"), later=_MINUTE)
        await pilot.pause()
        assert app.rows() == "bcna"


async def test_only_what_reads_differently_is_painted_again() -> None:
    """A new number repaints its line; a post more that no word tells of repaints nothing."""
    app = _Pane(*_of("abc"))
    async with app.run_test(size=(40, 20)) as pilot:
        app.other.focus()
        await pilot.pause()
        painted: list[int] = []
        line = app.pane.list.render_line

        def count(y: int) -> object:
            painted.append(y)
            return line(y)

        app.pane.list.render_line = count  # type: ignore[method-assign, assignment]
        first, second, third = _of("abc")
        app.rank(first, burst(ord("b"), "b", 6.0), third)
        await pilot.pause()
        assert painted == [2]
        painted.clear()
        app.rank(first, burst(ord("b"), "b", 6.0), burst(ord("c"), "c", 5.2, people=31))
        await pilot.pause()
        assert painted == []
        del second


async def test_holding_is_told_upwards_no_further() -> None:
    """How many wait is the pane's own business."""
    heard: list[Lines.Held] = []

    class Above(_Pane):
        def on_lines_held(self, event: Lines.Held) -> None:
            heard.append(event)

    app = Above(*_of("ab"))
    async with app.run_test(size=(40, 20)) as pilot:
        app.pane.list.focus()
        await pilot.press("j")
        app.rank(*_of("nab"))
        await pilot.pause()
    assert heard == []
