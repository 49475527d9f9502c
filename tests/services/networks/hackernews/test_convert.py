"""Answers of the API as they are, and as headlines and posts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Garbled
from services.model.ids import PersonId, PostId, ThreadId
from services.model.posts import Reach, Relation
from services.model.words import Safe
from services.networks.hackernews.convert import (
    account_of,
    headline_of,
    is_headline,
    number_of,
    post_of,
    words_of,
)
from services.networks.hackernews.wire import (
    Item,
    Kind,
    read_ids,
    read_item,
    read_updates,
    read_user,
)
from tests.fakes import NOON

RECORDED = Path(__file__).parent / "recorded"
MARL = account_of("marl")
THREAD = ThreadId("41000001")
LATER = NOON + timedelta(hours=1)


def recorded(name: str) -> bytes:
    """Give an answer as the API gives it."""
    return (RECORDED / f"{name}.json").read_bytes()


def an_item(name: str) -> Item:
    """Read a recorded item that can be read."""
    item = read_item(recorded(name))
    assert item is not None
    return item


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("story", Kind.STORY),
        ("ask", Kind.STORY),
        ("job", Kind.JOB),
        ("poll", Kind.POLL),
        ("pollopt", Kind.POLL_OPTION),
        ("comment", Kind.COMMENT),
        ("deleted", Kind.COMMENT),
        ("dead", Kind.COMMENT),
        ("missing", Kind.STORY),
        ("unknown", Kind.STORY),
        ("kind", Kind.OTHER),
    ],
)
def test_every_kind_of_item_is_read(name: str, kind: Kind) -> None:
    """Fields that are missing or new, and kinds that are new, stop nothing."""
    assert an_item(name).type is kind


@pytest.mark.parametrize("name", ["null", "odd"])
def test_an_item_that_means_nothing_is_none(name: str) -> None:
    """Nothing there, and fields of other types than documented, are no item and no error."""
    assert read_item(recorded(name)) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b'{"id": 1, "text": "\xff"}'])
def test_what_is_no_json_is_an_error(body: bytes) -> None:
    """A page for people in place of an answer is told from an item that is not there."""
    with pytest.raises(Garbled):
        read_item(body)


def test_depth_without_end_is_an_answer_that_cannot_be_read() -> None:
    """Brackets in brackets end in one of our errors or in nothing, never in a crash."""
    with pytest.raises(Garbled):
        read_item(b'{"id": 1, "new": ' + b"[" * 200_000)


def test_the_other_answers_are_read() -> None:
    """Lists keep their order and at most 500; users and updates give their numbers."""
    assert read_ids(recorded("topstories")) == (41000001, 41000002, 41000003, 41000004)
    assert len(read_ids(str(list(range(600))).encode())) == 500
    assert read_updates(recorded("updates")) == {41000001, 41000011, 41000002}
    assert read_updates(b"null") == frozenset()
    user = read_user(recorded("user"))
    assert user is not None
    assert user.submitted == (41000008, 41000001, 40990000)
    assert read_user(b"null") is None


@pytest.mark.parametrize("body", [b"null", b'{"error": "x"}', b'["1"]'])
def test_a_list_that_is_none_is_an_error(body: bytes) -> None:
    """No list is not the same as an empty one."""
    with pytest.raises(Garbled):
        read_ids(body)


def test_a_story_is_a_headline() -> None:
    """Title, link, discussion and moment; no points anywhere."""
    headline = headline_of(an_item("story"), LATER, 3.1)
    assert headline is not None
    assert headline.id == "hackernews:41000001"
    assert (headline.feed, headline.publisher) == ("hackernews", "Hacker News")
    assert headline.title == "A map of every weir on the river, 1840\u20131910"
    assert headline.url == "https://rivers.example/weirs?from=1840"
    assert headline.discussion == "https://news.ycombinator.com/item?id=41000001"
    assert (headline.published_at, headline.seen_at, headline.speed) == (NOON, LATER, 3.1)
    assert "48" not in repr(headline)


def test_a_question_to_the_site_has_its_words() -> None:
    """Ask HN has no link: it is read where it is talked about; its words are one line."""
    headline = headline_of(an_item("ask"), LATER, None)
    assert headline is not None
    assert headline.url == "https://news.ycombinator.com/item?id=41000002"
    assert headline.discussion is None
    assert headline.paragraph.startswith("I keep a log of every tide. What do you use, and why not")
    assert "\n" not in headline.paragraph


def test_a_link_that_a_browser_must_not_follow_is_none() -> None:
    """The page of the story takes its place; what looks like markup in a title stays."""
    headline = headline_of(an_item("unknown"), LATER, None)
    assert headline is not None
    assert headline.url == "https://news.ycombinator.com/item?id=41000008"
    assert headline.title == "Show HN: <dialog> without scripts"


@pytest.mark.parametrize(
    "name", ["job", "pollopt", "comment", "deleted", "dead", "missing", "kind"]
)
def test_what_is_no_story_is_no_headline(name: str) -> None:
    """Offers of work, comments, what was taken away, and stories without a title."""
    assert not is_headline(an_item(name))
    assert headline_of(an_item(name), LATER, None) is None


def test_a_headline_from_the_future_is_of_now() -> None:
    """A publisher's clock that runs ahead is not believed; nor is no clock at all."""
    item = an_item("poll")
    for seconds in (None, -5, 0, 10**18, int((LATER + timedelta(days=1)).timestamp())):
        moved = Item(id=1, type=Kind.POLL, title=item.title, time=seconds)
        headline = headline_of(moved, LATER, None)
        assert headline is not None
        assert headline.published_at == LATER


def test_a_comment_on_our_story_is_to_us() -> None:
    """Who, to whom, where and when, with the addresses in it whole."""
    post = post_of(an_item("comment"), MARL, THREAD, an_item("story"), LATER)
    assert post is not None
    assert post.id == PostId("41000011")
    assert (post.account, post.network) == ("hackernews:marl", "hackernews")
    assert (post.thread, post.parent) == (THREAD, "41000001")
    assert (post.answers, post.author.person) == ("hackernews:marl", "hackernews:sel")
    assert (post.author.handle, post.author.name) == ("sel", "sel")
    assert post.relation is Relation.TO_US
    assert post.reach is Reach.PUBLIC
    assert post.created_at == datetime(2026, 11, 22, 12, 10, tzinfo=UTC)
    assert post.url == "https://news.ycombinator.com/item?id=41000011"
    assert post.body == (
        "The one at Hollow Mill isn't on it. See https://mills.example/hollow\n\n"
        "Do you take corrections?"
    )
    assert post.links == ("https://mills.example/hollow",)
    assert isinstance(post.body, Safe)


@pytest.mark.parametrize(
    ("us", "relation"), [("sel", Relation.OURS), ("Marl", Relation.AROUND), ("x", Relation.AROUND)]
)
def test_a_comment_is_ours_or_around(us: str, relation: Relation) -> None:
    """Capitals count in names; talk among others is around us."""
    post = post_of(an_item("comment"), account_of(us), THREAD, an_item("story"), LATER)
    assert post is not None
    assert post.relation is relation


def test_a_story_as_a_post_says_title_link_and_words() -> None:
    """What stands first in a thread can be read without a browser."""
    story = post_of(an_item("story"), MARL, THREAD, None, LATER)
    ask = post_of(an_item("ask"), MARL, THREAD, None, LATER)
    assert story is not None
    assert ask is not None
    assert story.body == (
        "A map of every weir on the river, 1840\u20131910\n\nhttps://rivers.example/weirs?from=1840"
    )
    assert story.links == ("https://rivers.example/weirs?from=1840",)
    assert (story.parent, story.answers) == (None, None)
    assert ask.body.startswith("Ask HN: How do you keep a log of tides?\n\nI keep a log")


def test_a_shortened_link_is_read_in_full() -> None:
    """The site shows three dots; the address is what people need."""
    words = words_of(an_item("ask"))
    assert "https://tides.example/a/very/long/path/to/the/table" in words
    assert "pa..." not in words
    assert "low  04:10\n" in words


@pytest.mark.parametrize("name", ["deleted", "dead", "pollopt", "kind", "missing"])
def test_what_nobody_says_is_no_post(name: str) -> None:
    """Taken away, not said to anybody, of an unknown kind, or by nobody."""
    assert post_of(an_item(name), MARL, THREAD, None, LATER) is None


def test_a_parent_that_nobody_can_read_answers_nobody() -> None:
    """Whose it is is not guessed."""
    for parent in (None, an_item("deleted")):
        post = post_of(an_item("comment"), MARL, THREAD, parent, LATER)
        assert post is not None
        assert (post.answers, post.parent) == (None, "41000001")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("41000001", 41000001),
        ("", None),
        ("-1", None),
        ("1e3", None),
        ("9" * 16, None),
        ("²", None),
    ],
)
def test_a_name_of_a_thread_is_a_number_or_nothing(name: str, number: int | None) -> None:
    """Nothing else comes into an address."""
    assert number_of(name) == number


@given(
    st.text(max_size=60),
    st.text(max_size=200),
    st.text(max_size=60),
    st.integers(min_value=-(2**70), max_value=2**70),
)
def test_whatever_strangers_write_is_made_safe(
    by: str, text: str, title: str, seconds: int
) -> None:
    """No item makes a converter fail, and all words that come out are cleaned."""
    item = Item(id=7, type=Kind.STORY, by=by, text=text, title=title, url=text, time=seconds)
    headline = headline_of(item, NOON, None)
    post = post_of(item, MARL, THREAD, item, NOON)
    if headline is not None:
        assert isinstance(headline.title, Safe)
        assert isinstance(headline.paragraph, Safe)
        assert headline.published_at <= headline.seen_at
    if post is not None:
        assert isinstance(post.body, Safe)
        assert isinstance(post.author.handle, Safe)
        assert post.author.person == PersonId(f"hackernews:{post.author.handle}")


def test_an_endless_tag_takes_no_time() -> None:
    """However many addresses a tag that never ends holds, each is looked at once."""
    begun_s = process_time()
    assert words_of(Item(1, text="<a " + 20_000 * 'href="" ')) == ""
    assert process_time() - begun_s < 2.0
