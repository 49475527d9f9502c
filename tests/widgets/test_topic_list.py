"""Topics: two lines each, or one line for all."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from services.model.topics import TopicKind, TopicsNow
from services.text.clean import clean_line
from tests.tui.newsstand import story
from tests.widgets.samples import HOSTILE_NAMES, NOW, Harness, topic
from widgets.topic_list import ORDER, ORDER_IN_FULL, TopicLine, TopicsPane
from widgets.topic_words import topic_words


def test_a_topic_says_how_many_talk_and_where() -> None:
    """People, age and reach are said, and soberly what it speaks of."""
    assert topic_words(topic(1), NOW) == "3 people, 6 min, only this box"
    assert topic_words(topic(1, is_grave=True, people=1), NOW).startswith("grave news, 1 person")


@pytest.mark.parametrize(
    ("publishers", "speed", "people", "said", "narrow"),
    [
        (("BBC", "NPR", "DW"), None, 0, "3 sources, 6 min", "3 sources, 6 min"),
        (("BBC",), None, 0, "1 source, verify, 6 min", "1 source, verify, 6 min"),
        (("BBC", "NPR"), 1.9, 0, "2 sources, 6 min", "2 sources, 6 min"),
        (
            ("Hacker News",),
            8.2,
            0,
            "1 source, verify, ×8 its usual pace, 6 min",
            "1 source, verify, 6 min",
        ),
        (
            ("BBC", "NPR"),
            2.0,
            2,
            "2 sources, 2 people, ×2 its usual pace, 6 min",
            "2 sources, 2 people, 6 min",
        ),
        (
            ("BBC", "NPR"),
            3.6,
            0,
            "2 sources, ×4 its usual pace, 6 min",
            "2 sources, ×4 usual, 6 min",
        ),
    ],
)
def test_a_story_says_who_carries_it_and_how_fast(
    publishers: tuple[str, ...], speed: float | None, people: int, said: str, narrow: str
) -> None:
    """Sources, pace and people are words; in 28 cells what can be done without is left out."""
    since = NOW - timedelta(minutes=6)
    told = story(1, "Lights", *publishers, at=since, speed=speed, people=people)
    assert topic_words(told, NOW) == said
    assert topic_words(told, NOW, 28) == narrow
    assert cell_len(topic_words(told, NOW, 9)) <= 9


@pytest.mark.parametrize(
    ("publishers", "people", "places", "said", "narrow"),
    [
        ((), 0, ("mastodon.social",), "verify first, trending on mastodon.social, 6 min", None),
        (("BBC",), 0, ("Bluesky",), "1 source, verify, and trends on Bluesky, 6 min",
         "1 source, verify, 6 min"),
        (("BBC", "NPR"), 2, ("Bluesky", "mastodon.social"),
         "2 sources, 2 people, and trends on Bluesky and mastodon.social, 6 min",
         "2 sources, 2 people, 6 min"),
        ((), 2, ("Bluesky",), "verify first, 2 people, and trends on Bluesky, 6 min",
         "verify first, 6 min"),
    ],
)  # fmt: skip
def test_a_trend_says_where_and_is_no_source(
    publishers: tuple[str, ...],
    people: int,
    places: tuple[str, ...],
    said: str,
    narrow: str | None,
) -> None:
    """It verifies nothing; beside publishers or people it can be done without in a narrow list."""
    since = NOW - timedelta(minutes=6)
    told = replace(
        story(1, "Lights", *publishers, at=since, people=people),
        trends_on=tuple(clean_line(one) for one in places),
    )
    assert topic_words(told, NOW) == said
    if narrow is not None:
        assert topic_words(told, NOW, 26) == narrow
    tag = replace(told, kind=TopicKind.TAG, publishers=(), people=0, posts=0)
    assert topic_words(tag, NOW).startswith("trending on ")


async def test_the_order_is_said_in_as_many_words_as_fit() -> None:
    """In a narrow pane the order is said in short, in a wide one whole, and never cut."""
    for cells, order in ((32, ORDER), (70, ORDER_IN_FULL)):
        pane = TopicsPane()
        pane.topics = TopicsNow((topic(1),))
        app = Harness(pane)
        async with app.run_test(size=(cells, 8)) as pilot:
            await pilot.pause()
            assert app.screen_lines()[0].rstrip() == f" Topics  {order}"


async def test_topics_read_as_designed() -> None:
    """Title over the list, a topic's title over its numbers."""
    pane = TopicsPane()
    pane.now = NOW
    pane.topics = TopicsNow((topic(1), topic(2, "#keynote")))
    app = Harness(pane)
    async with app.run_test(size=(70, 12)) as pilot:
        await pilot.pause()
        lines = [line.rstrip() for line in app.screen_lines()]
        assert lines[0] == f" Topics  {ORDER_IN_FULL}"
        assert lines[2] == "▌#aurora"
        assert lines[3] == "▌3 people, 6 min, only this box"
        assert lines[4] == " #keynote"
        pane.topics = TopicsNow((topic(3, "#new"), *pane.topics.topics))
        await pilot.pause()
        assert app.screen_lines()[0].rstrip().endswith("1 new ↑")


async def test_no_topics_says_so() -> None:
    """An empty pane says what comes here, and no order of nothing."""
    app = Harness(TopicsPane())
    async with app.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        assert "Nothing is up yet." in "\n".join(app.screen_lines())
        assert app.screen_lines()[0].rstrip() == " Topics"


async def test_one_line_names_topics_and_the_key() -> None:
    """On a small screen the topics are one line that ends in the key that opens them."""
    line = TopicLine()
    line.topics = TopicsNow((topic(1), topic(2, "#keynote")))
    app = Harness(line)
    async with app.run_test(size=(80, 3)) as pilot:
        await pilot.pause()
        said = app.screen_lines()[0].rstrip()
        assert said.startswith(" Topics  #aurora  #keynote")
        assert said.endswith(" t")
        line.topics = TopicsNow(())
        await pilot.pause()
        assert "nothing yet" in app.screen_lines()[0]


@pytest.mark.parametrize("width", [1, 8, 20, 80])
async def test_hostile_titles_fit(width: int) -> None:
    """No title is markup or wider than its place."""
    topics = tuple(topic(number, title) for number, title in enumerate(HOSTILE_NAMES))
    pane, line = TopicsPane(), TopicLine()
    pane.topics = line.topics = TopicsNow(topics)
    app = Harness(line, pane)
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.pause()
        lines = app.screen_lines()
        assert {cell_len(said) for said in lines} == {width}
        assert width < 20 or "[/nope]" in "\n".join(lines)
