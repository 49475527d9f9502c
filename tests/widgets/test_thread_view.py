"""The reading pane shows a thread whole and lets one pick a post in it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from services.model.headlines import Headline
from services.model.people import Talks
from services.model.posts import Post
from services.model.topics import OpenTopic
from services.model.words import Safe
from tests.tui.newsstand import LONG, STORY, headline, lights, story
from tests.widgets.samples import HOSTILE_NAMES, NOW, Harness, post, thread, topic
from widgets.folded_thread import LINES_AT_MOST, fold
from widgets.thread_order import begins_at
from widgets.thread_view import ThreadView
from widgets.voices import measure

_ROOT = post(1, "me", "Five FAQs about white papers", ours=True, days_ago=4270)
_QUESTION = post(2, "Em Okafor", "Does the 2015 checklist still hold?", days_ago=21)


def _text(app: Harness) -> str:
    return "\n".join(line.rstrip() for line in app.screen_lines())


async def test_a_thread_reads_as_designed() -> None:
    """Who began it and when, what hangs under it, and what we remember of the person."""
    view = ThreadView()
    view.now = NOW
    view.talks = Talks(2, Safe("it saved my week."), NOW - timedelta(days=250))
    view.talks_name = Safe("Em Okafor")
    view.subject = thread(_ROOT, _QUESTION)
    app = Harness(view)
    async with app.run_test(size=(90, 12)) as pilot:
        await pilot.pause()
        assert _text(app).splitlines()[:6] == [
            " you, 15 March 2015",
            " Five FAQs about white papers",
            " └ Em Okafor 3 weeks ago",
            "   Does the 2015 checklist still hold?",
            "",
            " You have talked twice. Last, in March, Em wrote: “it saved my week.”",
        ]


async def test_a_stranger_is_not_remembered() -> None:
    """Nothing is said about talks that have not been."""
    view = ThreadView()
    view.now = NOW
    view.talks = Talks()
    view.subject = thread(_ROOT)
    app = Harness(view)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        assert "talked" not in _text(app)


async def test_keys_pick_a_post_and_answer_it() -> None:
    """The keys j and k mark a post, Enter picks it."""
    heard: list[tuple[str, Post | Headline]] = []

    class Listening(Harness):
        def on_thread_view_marked(self, event: ThreadView.Marked) -> None:
            heard.append(("marked", event.item))

        def on_thread_view_chosen(self, event: ThreadView.Chosen) -> None:
            heard.append(("chosen", event.item))

    view = ThreadView()
    view.subject = OpenTopic(topic(1), (_ROOT, _QUESTION))
    app = Listening(view)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("j", "j", "k", "j", "j", "enter")
        await pilot.pause()
        assert "▌└ Em Okafor" in _text(app)
    assert heard == [
        ("marked", _ROOT),
        ("marked", _QUESTION),
        ("marked", _ROOT),
        ("marked", _QUESTION),
        ("chosen", _QUESTION),
    ]


async def test_a_marked_post_is_in_sight() -> None:
    """A post far down is scrolled to when it is marked from outside."""
    posts = tuple(post(number, f"Person {number}", "Words.") for number in range(60))
    view = ThreadView()
    view.subject = thread(*posts)
    view.marked = posts[50].id
    app = Harness(view)
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot.pause()
        assert "Person 50" in _text(app)
        await pilot.press("home")
        assert "Person 0 " in _text(app)


async def test_a_grave_topic_says_so() -> None:
    """Where a topic speaks of death it is said soberly over the posts."""
    view = ThreadView()
    view.subject = OpenTopic(topic(1, is_grave=True), (_QUESTION,))
    app = Harness(view)
    async with app.run_test(size=(70, 12)) as pilot:
        await pilot.pause()
        assert "This speaks of death or disaster. Reading is enough." in _text(app)


@pytest.mark.parametrize("width", [1, 4, 20, 80])
async def test_hostile_posts_fit(width: int) -> None:
    """No words are markup, and no line is wider than the pane."""
    view = ThreadView()
    view.subject = thread(*(post(number, name, name) for number, name in enumerate(HOSTILE_NAMES)))
    view.talks = Talks(7, Safe("[/nope]"), NOW)
    view.talks_name = Safe("[/nope]")
    app = Harness(view)
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.press("j")
        lines = app.screen_lines()
        assert {cell_len(line) for line in lines} == {width}
        assert width < 20 or "[/nope]" in "\n".join(lines)


def test_a_hostile_thread_is_bounded() -> None:
    """Two hundred posts of a hundred thousand lines or characters cost a bounded amount."""
    bodies = ("\n" * 100_000, "x" * 20_000, "e" + "\u0301" * 20_000, "한" * 20_000)
    posts = tuple(post(number, "n", bodies[number % 4]) for number in range(200))
    lines = fold(thread(*posts), 78, NOW)
    assert len(lines) <= LINES_AT_MOST + 45
    assert "more; the link shows them all" in lines[-1].parts[0][0]


def test_what_a_long_thread_leaves_out_is_said() -> None:
    """Under the first post stands how many others there are; of a whole thread nothing."""
    posts = tuple(post(number, "n", f"said {number}") for number in range(3))
    whole = fold(thread(*posts), 78, NOW)
    cut = fold(replace(thread(*posts), more=812), 78, NOW)
    said = ["".join(words for words, _ in line.parts).strip() for line in cut]
    at = said.index("… 812 posts more, older than what follows.")
    assert said.index("said 0") < at < said.index("said 1")
    assert [line for line in cut if line.item is not None] == [
        line for line in whole if line.item is not None
    ]


async def test_a_story_reads_by_source_the_earliest_first() -> None:
    """Who carries it, since when, its words and its whole address; then what people say."""
    view = ThreadView()
    view.now = NOW
    view.subject = lights(NOW, _QUESTION)
    app = Harness(view)
    async with app.run_test(size=(72, 40)) as pilot:
        await pilot.pause()
        assert _text(app).splitlines()[:24] == [
            f" {STORY}",
            " 3 sources, 1 person, 6 min",
            "",
            " BBC News · 6 min ago",
            f" {STORY}",
            " Skies turned green and red as far south as Naples on Saturday.",
            " Forecasters say that a second night is likely.",
            f" {LONG[:70]}",
            f" {LONG[70:140]}",
            f" {LONG[140:]}",
            "",
            " BBC News · 3 min ago",
            " In pictures: the lights",
            " https://bbc.example/pictures",
            "",
            " The Guardian · 4 min ago",
            " Aurora lights up Europe",
            " https://www.theguardian.example/aurora",
            "",
            " NPR News · 2 min ago",
            " Why the sky turned red",
            "",
            " └ Em Okafor 3 weeks ago",
            "   Does the 2015 checklist still hold?",
        ]


async def test_one_source_is_named_and_to_be_verified() -> None:
    """Where one source alone carries it the head says which, and the list's short word is gone."""
    view = ThreadView()
    view.now = NOW
    told = story(1, "Fog", "BBC News", at=NOW, is_grave=True)
    item = headline(
        1,
        "BBC News",
        "Fog",
        NOW,
        url="https://bbc.example/fog",
        discussion="https://talk.example/fog",
    )
    view.subject = OpenTopic(told, (), (item,))
    app = Harness(view)
    async with app.run_test(size=(60, 14)) as pilot:
        await pilot.pause()
        said = _text(app)
        assert "Verify first: only BBC News carries it." in said
        assert "grave news, 1 source, now" in said
        assert "talked about at https://talk.example/fog" in said


async def test_the_cursor_walks_headlines_and_posts_alike() -> None:
    """The keys j and k go through both, in the order they are read; a mark is either's id."""
    subject = lights(NOW, _QUESTION)
    view = ThreadView()
    view.subject = subject
    assert begins_at(subject) == "h1"
    view.marked = begins_at(subject)
    app = Harness(view)
    async with app.run_test(size=(60, 12)) as pilot:
        seen = [view.marked]
        for _ in range(5):
            await pilot.press("j")
            seen.append(view.marked)
        assert seen == ["h1", "h3", "h2", "h4", "p2", "p2"]
        assert view.marked_post == _QUESTION
        await pilot.press("k")
        assert view.marked_post is None
        assert view.marked_item == subject.headlines[3]
        await pilot.click(ThreadView, offset=(3, 0))
        assert view.marked_item is not None


def test_what_is_read_begins_where_an_answer_would() -> None:
    """A thread begins at the last word that is not ours; nothing begins nowhere."""
    assert begins_at(None) is None
    assert begins_at(thread(_QUESTION, _ROOT)) == _QUESTION.id
    assert begins_at(thread(_ROOT)) == _ROOT.id


@pytest.mark.parametrize("cells", [1, 7, 30, 80])
def test_hostile_headlines_fit_and_are_bounded(cells: int) -> None:
    """Many headlines of endless words and addresses are folded, bounded, no address cut short."""
    url = "https://a.example/" + "x" * 1_900
    items = tuple(
        headline(number, HOSTILE_NAMES[number % 8], HOSTILE_NAMES[number % 8], NOW, url=url,
                 paragraph="word " * 200)
        for number in range(200)
    )  # fmt: skip
    lines = fold(OpenTopic(story(1, "x", "BBC", at=NOW), (), items), cells, NOW)
    assert len(lines) <= LINES_AT_MOST + 2_500
    if cells >= 30:
        assert all(measure(line.parts) <= cells for line in lines)
        first = "".join(part[0] for line in lines if line.item == 0 for part in line.parts)
        assert url in first
        assert "headlines more" in lines[-1].parts[0][0]
