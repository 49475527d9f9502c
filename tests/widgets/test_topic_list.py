"""Breaking topics: two lines each, or one line for all."""

import pytest
from rich.cells import cell_len

from tests.widgets.samples import HOSTILE_NAMES, NOW, Harness, topic
from widgets.topic_list import TopicLine, TopicsPane, topic_words


def test_a_topic_says_how_many_talk_and_where() -> None:
    """People, age and reach are said, and soberly what it speaks of."""
    assert topic_words(topic(1), NOW) == "3 people, 6 min, only this box"
    assert topic_words(topic(1, is_grave=True, people=1), NOW).startswith("grave news, 1 person")


async def test_topics_read_as_designed() -> None:
    """Title over the list, a topic's title over its numbers."""
    pane = TopicsPane()
    pane.now = NOW
    pane.topics = (topic(1), topic(2, "#keynote"))
    app = Harness(pane)
    async with app.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        lines = [line.rstrip() for line in app.screen_lines()]
        assert lines[0].startswith(" Breaking topics")
        assert lines[0].endswith("newest first")
        assert lines[2] == "▌#aurora"
        assert lines[3] == "▌3 people, 6 min, only this box"
        assert lines[4] == " #keynote"
        pane.topics = (topic(3, "#new"), *pane.topics)
        await pilot.pause()
        assert app.screen_lines()[0].rstrip().endswith("1 new ↑")


async def test_no_topics_says_so() -> None:
    """An empty pane says what comes here."""
    app = Harness(TopicsPane())
    async with app.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        assert "Nothing is up yet." in "\n".join(app.screen_lines())


async def test_one_line_names_topics_and_the_key() -> None:
    """On a small screen the topics are one line that ends in the key that opens them."""
    line = TopicLine()
    line.topics = (topic(1), topic(2, "#keynote"))
    app = Harness(line)
    async with app.run_test(size=(80, 3)) as pilot:
        await pilot.pause()
        said = app.screen_lines()[0].rstrip()
        assert said.startswith(" Breaking topics  #aurora  #keynote")
        assert said.endswith(" t")
        line.topics = ()
        await pilot.pause()
        assert "nothing yet" in app.screen_lines()[0]


@pytest.mark.parametrize("width", [1, 8, 20, 80])
async def test_hostile_titles_fit(width: int) -> None:
    """No title is markup or wider than its place."""
    topics = tuple(topic(number, title) for number, title in enumerate(HOSTILE_NAMES))
    pane, line = TopicsPane(), TopicLine()
    pane.topics = line.topics = topics
    app = Harness(line, pane)
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.pause()
        lines = app.screen_lines()
        assert {cell_len(said) for said in lines} == {width}
        assert width < 20 or "[/nope]" in "\n".join(lines)
