"""What the engine remembers beside its lanes: bounded, whole after a restart, honest about time."""

from datetime import timedelta

import msgspec
import pytest

from services.model.ids import TopicId
from services.topics import memory
from services.topics.bursts import Burst
from services.topics.carried import Carried
from services.topics.items import item_of_post, key_of_post
from services.topics.memory import Memory
from services.topics.stories import Stories
from services.topics.talk import Talk
from tests.builders import a_post_around, at
from tests.services.topics.samples import a_found, an_item
from tests.services.topics.test_breaking_list import a_stream_post


def a_story(name: str = "h1", minute: int = 5) -> Carried:
    """Give a story of one headline."""
    stories = Stories()
    stories.take(an_item(name, "Weir bursts at Otterham", minute=minute))
    (story,) = stories.all
    return Carried(story, Talk())


def a_burst(name: str, minute: int = 0) -> Burst:
    """Give a burst that begins at a minute."""
    return a_found(name, first_at_s=at(60 * minute).timestamp())


def again(one: Memory) -> Memory:
    """Give what knows its state."""
    other = Memory()
    assert other.restore(one.state(b"lane")) == b"lane"
    return other


def test_the_time_of_the_stream_is_never_later_than_the_moment_of_asking() -> None:
    """A post from next year makes nothing old, and a clock that is stepped back neither."""
    one = Memory()
    assert one.latest(at(0)) < at(0) - timedelta(days=9_999)
    one.note_moment(at(60))
    one.note_stream(a_stream_post("p", "Hm.", at(9_999), "ben"))
    assert one.latest(at(70)) == at(70)
    assert again(one).latest(at(99_999)) == at(9_999)


def test_a_post_is_new_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a restart; of very many the oldest are forgotten."""
    monkeypatch.setattr(memory, "POSTS_AT_MOST", 2)
    posts = [item_of_post(a_post_around(f"p{n}")) for n in range(3)]
    one = Memory()
    assert [one.is_new(post) for post in (*posts, posts[2])] == [True, True, True, False]
    other = again(one)
    assert [other.is_new(post) for post in (posts[2], posts[0])] == [False, True]


def test_what_is_for_adults_is_known_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest of very many."""
    monkeypatch.setattr(memory, "ADULT_AT_MOST", 2)
    one = Memory()
    posts = [a_stream_post(f"p{n}", "Hm.", at(0), "ben", is_adult=n != 1) for n in range(4)]
    for post in posts:
        one.note_stream(post)
    keys = [post.key for post in posts]
    assert [again(one).is_adult(key) for key in keys] == [False, False, True, True]
    assert (one.adult_share(keys), one.adult_share(())) == (0.5, 0.0)


def test_whoever_never_heard_a_post_does_not_begin_to_after_a_restart() -> None:
    """Else a list of headlines alone would be said to be warming for ever."""
    one = Memory()
    one.note_moment(at(0))
    assert not again(one).has_heard
    one.is_new(item_of_post(a_post_around("p1")))
    assert again(one).has_heard


def test_the_first_of_the_two_gives_its_name_for_good() -> None:
    """Also where an older word of the other is found later."""
    one, story = Memory(), a_story(minute=5)
    assert one.id_of(a_burst("early", 0), story) == "early"
    assert one.id_of(a_burst("late", 9), story) == story.id
    assert again(one).id_of(a_burst("early", 9), story) == "early"


def test_the_names_asked_for_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """So what is in the list keeps its name however many others come."""
    monkeypatch.setattr(memory, "CHOSEN_AT_MOST", 2)
    one, story = Memory(), a_story(minute=5)
    for name in ("a", "b", "a", "c"):
        one.id_of(a_burst(name, 0), story)
    assert one.other_ids()[story.id] == {"a", "c"}


def test_a_story_and_its_bursts_know_each_other_by_their_ids() -> None:
    """What was dismissed under one of them is dismissed under all."""
    one, story = Memory(), a_story(minute=5)
    one.id_of(a_burst("early", 0), story)
    one.id_of(a_burst("late", 9), story)
    ids = again(one).other_ids()
    assert ids[story.id] == {"early", "late", story.id}
    assert ids[TopicId("late")] == {story.id}


@pytest.mark.parametrize(
    "state",
    [
        b"",
        msgspec.msgpack.encode([memory.VERSION, b"", [], [], [], 0.0]),
        msgspec.msgpack.encode([99, b"", [], [], [], 0.0, True]),
        msgspec.msgpack.encode([memory.VERSION, b"", [], [], [], 1e300, True]),
        msgspec.msgpack.encode([memory.VERSION, b"", [], [], [], float("nan"), True]),
    ],
)
def test_a_state_of_something_else_is_refused(state: bytes) -> None:
    """With an error that says so, and nothing is remembered of it."""
    one = Memory()
    with pytest.raises(ValueError, match=r"state|NaN"):
        one.restore(state)
    assert not one.has_heard


def test_posts_are_named_by_their_account_as_well() -> None:
    """Two networks may number alike."""
    post = item_of_post(a_post_around("p1"))
    assert key_of_post(post.account, post.id) == f"{post.account}\np1"
