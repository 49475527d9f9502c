"""A thread is read as a tree, and of each post it is said what became of it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.model.ids import PostId
from services.model.posts import Medium, MediumKind, Post, PostState, Reach
from services.model.words import Safe
from tests.widgets.samples import NOW, Harness, post, thread
from widgets.folded_thread import LINES_AT_MOST, fold
from widgets.thread_order import DEPTH_AT_MOST, order_of
from widgets.thread_view import ThreadView


def _under(number: int, parent: int, name: str = "Em", body: str = "Yes.") -> Post:
    """Make a reply; a higher number came later."""
    made = post(number, name, body, days_ago=20 - number / 1000)
    return replace(made, parent=PostId(f"p{parent}"))


_ROOT = post(1, "me", "Five FAQs", ours=True, days_ago=21)


def _lines(*posts: Post, cells: int = 60, opened: tuple[PostId, ...] = ()) -> list[str]:
    folded = fold(thread(*posts), cells, NOW, opened=frozenset(opened))
    return ["".join(words for words, _ in line.parts) for line in folded]


def test_a_reply_stands_right_under_what_it_answers() -> None:
    """Depth first, those under the same post in the order they came, no deeper than six."""
    posts = (_ROOT, _under(2, 1), _under(3, 1), _under(4, 2), _under(5, 4))
    order = order_of(thread(*posts))
    assert [one.id for one in order.items] == ["p1", "p2", "p4", "p5", "p3"]
    assert order.depths == (0, 1, 2, 3, 1)
    assert order.parents == (None, 0, 1, 2, 0)
    assert order.index_of(PostId("p5")) == 3
    chain = (_ROOT, *(_under(number, number - 1) for number in range(2, 40)))
    assert max(order_of(thread(*chain)).depths) == DEPTH_AT_MOST


def test_posts_that_answer_in_a_circle_or_nothing_known_are_read_once() -> None:
    """Whatever strangers' servers say, each post stands there once."""
    posts = (_ROOT, _under(2, 3), _under(3, 2), _under(4, 4), _under(5, 99))
    items = order_of(thread(*posts)).items
    assert sorted(str(one.id) for one in items) == ["p1", "p2", "p3", "p4", "p5"]


@pytest.mark.parametrize("state", [PostState.DELETED, PostState.MISSING, PostState.BLOCKED])
def test_what_is_gone_is_said_and_its_words_are_not_shown(state: PostState) -> None:
    """A placeholder stands where the words stood."""
    lines = _lines(_ROOT, replace(_under(2, 1, body="Never mind."), state=state))
    assert f"  {state.value}" in lines
    assert "Never mind." not in "\n".join(lines)


def test_the_head_says_for_whom_held_and_edited() -> None:
    """Followers only, held for moderation, and how long ago it was edited; the words stand."""
    edited = replace(
        _under(2, 1),
        reach=Reach.FOLLOWERS,
        state=PostState.HELD,
        edited_at=NOW - timedelta(minutes=5),
    )
    lines = _lines(_ROOT, edited, cells=90)
    assert any(
        line.endswith("· followers only · held for moderation · edited 5 min ago") for line in lines
    )
    assert "  Yes." in lines


def test_words_behind_a_warning_wait_to_be_opened() -> None:
    """One line says what it is about; opened, that line stays and the words follow."""
    warned = replace(_under(2, 1, body="Ham."), warning=Safe("food"))
    assert _lines(_ROOT, warned)[-1] == "  warning: food · enter opens it"
    assert _lines(_ROOT, warned, opened=(warned.id,))[-2:] == ["  warning: food", "  Ham."]


def test_pictures_are_their_words_and_their_address() -> None:
    """Alt text where there is one, a sentence where there is none, and the whole address."""
    address = "https://pictures.example/" + "x" * 80
    media = (
        Medium(MediumKind.PICTURE, Safe("A heron on a post"), Safe(address)),
        Medium(MediumKind.VIDEO, Safe(""), None),
        Medium(MediumKind.CARD, Safe(""), Safe("https://a.example/")),
    )
    shown = replace(_under(2, 1, body=""), media=media, quotes=PostId("p9"))
    lines = [line.strip() for line in _lines(_ROOT, shown)]
    assert "picture: A heron on a post" in lines
    assert "video without a description" in lines
    assert "link" in lines
    assert address in "".join(lines)
    assert lines[-1] == "it quotes another post"


def test_a_thousand_replies_are_all_there() -> None:
    """Each with its head and words; the work is bounded."""
    posts = (_ROOT, *(_under(number, number // 2 or 1) for number in range(2, 1_002)))
    lines = fold(thread(*posts), 78, NOW)
    assert {line.item for line in lines} >= set(range(1_001))
    assert len(lines) < LINES_AT_MOST


async def test_what_is_answered_stays_in_sight_above() -> None:
    """Where the original has been scrolled away the first line quotes it."""
    replies = tuple(_under(number, 1, f"Person {number}") for number in range(2, 40))
    view = ThreadView()
    view.now = NOW
    view.subject = thread(_ROOT, *replies)
    view.marked = replies[-1].id
    app = Harness(view)
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.pause()
        assert app.screen_lines()[0].rstrip() == " ↑ you: “Five FAQs”"
        assert any("Person 39" in line for line in app.screen_lines())


async def test_a_warning_is_opened_where_the_cursor_is() -> None:
    """Asked to, the pane shows the words, and no longer says that it hides them."""
    warned = replace(_under(2, 1, body="Ham."), warning=Safe("food"))
    view = ThreadView()
    view.now = NOW
    view.subject = thread(_ROOT, warned)
    view.marked = warned.id
    app = Harness(view)
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.pause()
        assert view.hides_marked
        view.open_marked()
        await pilot.pause()
        assert not view.hides_marked
        assert "Ham." in "\n".join(app.screen_lines())
