"""The reading pane shows a thread whole and lets one pick a post in it."""

from datetime import timedelta

import pytest
from rich.cells import cell_len

from services.model.people import Talks
from services.model.posts import Post
from services.model.topics import OpenTopic
from services.model.words import Safe
from tests.widgets.samples import HOSTILE_NAMES, NOW, Harness, post, thread, topic
from widgets.folded_thread import LINES_AT_MOST, fold
from widgets.thread_view import ThreadView

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
    heard: list[tuple[str, Post]] = []

    class Listening(Harness):
        def on_thread_view_marked(self, event: ThreadView.Marked) -> None:
            heard.append(("marked", event.post))

        def on_thread_view_chosen(self, event: ThreadView.Chosen) -> None:
            heard.append(("chosen", event.post))

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
