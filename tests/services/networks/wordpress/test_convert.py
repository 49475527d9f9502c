"""What a real WordPress has answered, as posts of ours."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from services.errors import Garbled
from services.model.ids import AccountId, NetworkName, PersonId
from services.model.people import Account, Author
from services.model.posts import Post, PostState, Relation
from services.networks.wordpress.convert import (
    Place,
    author_of,
    blog_post,
    comment_number,
    comment_post,
    is_shown,
    kind_of,
    moment_of,
    post_number,
    site_of,
    user_id,
)
from services.networks.wordpress.roles import Role, capabilities_of, role_named, role_of
from services.networks.wordpress.wire import (
    BlogPost,
    Comment,
    Index,
    Me,
    Sign,
    Words,
    read,
    read_many,
    read_refusal,
)
from services.text.clean import clean_line
from tests.fakes import NOON

RECORDED = Path(__file__).parent / "recorded"
SITE = "blog.example"
US = Author(user_id(SITE, 1), clean_line("admin@blog.example"), clean_line("admin"))
PLACE = Place(
    Account(AccountId("wordpress:admin@blog.example"), NetworkName.WORDPRESS, US), SITE, 1
)


def recorded(name: str) -> bytes:
    """Give an answer as it came over the wire; only the host is another."""
    return (RECORDED / name).read_bytes()


def comments(name: str = "comments_edit.json") -> dict[int, Comment]:
    """Give recorded comments by number."""
    found, count = read_many(recorded(name), Comment)
    assert count == len(found)
    return {one.id: one for one in found}


def made(comment: Comment, answers: PersonId | None = None) -> Post:
    """Make a post of a comment."""
    return comment_post(comment, PLACE, answers, NOON, is_to_us=True)


def test_a_visitors_comment_is_read() -> None:
    """Who, when, where, under what, and in which state, as the edit context tells it."""
    post = made(comments()[10], US.person)
    assert (post.id, post.thread, post.parent, post.answers) == ("10", "p1", "2", US.person)
    assert post.author.name == post.author.handle == "Dora O'Dell & Sons"
    assert post.created_at == datetime(2026, 11, 23, 4, 29, 28, tzinfo=UTC)
    assert post.body == 'It\'s bold -- "quoted"...\nsecond line\n\nhttps://example.org/a?b=1&c=2'
    assert post.links == ("https://example.org/a?b=1&c=2",)
    assert (post.state, post.relation) == (PostState.HELD, Relation.TO_US)
    assert str(post.url).startswith("http://blog.example/live-thread/#comment-10")


def test_what_we_typed_is_what_is_read() -> None:
    """Our own words come back as they were typed, by the edit context."""
    post = made(comments()[5])
    assert post.body == 'Reply to "held" a < b &amp;lt; c -- x :) 3x4'
    assert (post.relation, post.author) == (Relation.OURS, US)


def test_a_reader_gets_the_words_as_the_blog_styles_them() -> None:
    """Without the edit context the rendered HTML is read."""
    post = made(comments("comments_view.json")[8])
    assert post.body == "helper says \u201chi\u201d \u2014 don\u2019t\u2026 3\u00d74"
    assert post.author.person == "wordpress:blog.example:u2"


def test_a_missing_parent_is_survived() -> None:
    """WordPress takes a parent that is not there, and so do we."""
    assert made(comments()[9]).parent == "9999"


def test_a_comment_on_the_post_stands_under_it() -> None:
    """Without a parent the blog post is the parent."""
    assert made(comments()[2]).parent == "p1"
    assert kind_of(comments()[2]) == "posts"
    assert kind_of(Comment(1)) is None


def test_an_address_is_in_nothing_that_is_made() -> None:
    """Visitors are told apart by address and name; the address itself is nowhere."""
    ann = comments()[2]
    other = msgspec.structs.replace(ann, author_email="ann@elsewhere.test")
    renamed = msgspec.structs.replace(ann, author_name="Ann R")
    same = msgspec.structs.replace(ann, author_email=" ANN@example.test ")
    people = {author_of(one, PLACE).person for one in (ann, other, renamed, same)}
    assert len(people) == 3
    assert ann.author_email == "ann@example.test"
    for comment in comments().values():
        assert "example.test" not in repr(made(comment))


def test_a_nameless_visitor_has_a_name_to_show() -> None:
    """An empty name does not make an empty line."""
    assert author_of(Comment(1, 1, author_name=" "), PLACE).name == "Anonymous"
    assert author_of(Comment(1, 1, author=7), PLACE).name == "user 7"


@pytest.mark.parametrize(
    "date",
    [None, "", "0000-00-00T00:00:00", "-001-11-30T00:00:00", "soon", "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_an_odd_date_is_now(date: str | None) -> None:
    """A date that is none does not lose the comment."""
    assert moment_of(date) is None
    assert made(Comment(1, 1, date_gmt=date)).created_at == NOON


def test_a_date_with_a_zone_is_read_too() -> None:
    """Some plugins write one."""
    assert moment_of("2026-11-22T14:00:00+02:00") == NOON


@pytest.mark.parametrize(
    ("status", "kind", "post", "shown"),
    [
        ("approved", "comment", 1, True), ("hold", "", 1, True), ("0", "comment", 1, True),
        ("spam", "comment", 1, False), ("trash", "comment", 1, False),
        ("post-trashed", "comment", 1, False), ("approved", "pingback", 1, False),
        ("approved", "trackback", 1, False), ("approved", "order_note", 1, False),
        ("approved", "comment", 0, False),
    ],
)  # fmt: skip
def test_only_what_somebody_says_is_shown(status: str, kind: str, post: int, shown: bool) -> None:
    """Spam, trash, pingbacks and notes of plugins are no comments to us."""
    assert is_shown(Comment(1, post, status=status, type=kind)) is shown


def test_a_blog_post_stands_as_title_and_words() -> None:
    """A post of ours by plain blocks reads as it was typed; another as it is rendered."""
    posts, _ = read_many(recorded("posts_edit.json"), BlogPost)
    by_id = {post.id: blog_post(post, PLACE, {}, NOON) for post in posts}
    assert by_id[1].body == "Live thread\n\nAsk here."
    assert (by_id[1].id, by_id[1].thread, by_id[1].parent) == ("p1", "p1", None)
    assert by_id[1].relation is Relation.OURS
    assert by_id[5].body == "just one line"


def test_somebody_elses_post_is_around_us() -> None:
    """Its author goes by the name that was looked up."""
    post = blog_post(BlogPost(3, author=7, title=Words("A &amp; B")), PLACE, {7: "Kim"}, NOON)
    assert (post.relation, post.author.name, post.body) == (Relation.AROUND, "Kim", "A & B")


@pytest.mark.parametrize(
    ("root", "site"),
    [
        ("https://blog.example/wp-json", "blog.example"),
        ("https://blog.example/a/b/wp-json", "blog.example/a/b"),
        ("https://blog.example/?rest_route=", "blog.example"),
        ("https://blog.example/a/index.php?rest_route=", "blog.example/a"),
        ("https://blog.example/api", "blog.example/api"),
    ],
)
def test_a_site_is_what_its_api_is_below(root: str, site: str) -> None:
    """People on two blogs are two people."""
    assert site_of(root) == site


def test_names_of_posts_and_comments_do_not_mix() -> None:
    """A post and a comment of one number are two things; anything else is neither."""
    assert (comment_number("5"), post_number("5")) == (5, None)
    assert (comment_number("p5"), post_number("p5")) == (None, 5)
    for name in ("", "p", "\u0665", "5a", "pp5", "1" * 16):
        assert (comment_number(name), post_number(name)) == (None, None)


def test_who_we_are_says_what_we_may_do() -> None:
    """Who writes posts moderates what is under them and may take back; a reader may comment."""
    me = read(recorded("me.json"), Me)
    assert (me.id, role_of(me)) == (1, Role.MODERATOR)
    assert role_of(Me(2, capabilities={"edit_posts": True})) is Role.AUTHOR
    assert role_of(Me(2, capabilities={"moderate_comments": False})) is Role.READER
    assert role_named("author") is Role.AUTHOR
    assert role_named("king") is Role.READER
    assert capabilities_of(Role.MODERATOR).can_moderate
    assert capabilities_of(Role.AUTHOR).can_moderate
    assert capabilities_of(Role.AUTHOR).can_take_back
    assert not capabilities_of(Role.READER).can_moderate
    assert not capabilities_of(Role.READER).can_edit


def test_the_other_answers_are_read() -> None:
    """The root, the application password, and a refusal."""
    index = read(recorded("index.json"), Index)
    assert "wp/v2" in index.namespaces
    assert index.takes_application_passwords
    assert not Index((), []).takes_application_passwords
    assert len(read(recorded("sign.json"), Sign).uuid) == 36
    assert read_refusal(recorded("duplicate.json")).code == "comment_duplicate"
    assert read_refusal(b"<html>").code == ""


def test_what_makes_no_sense_is_left_out_of_a_list() -> None:
    """One odd comment hides no other; no list at all is an error; a byte order mark is none."""
    body = b'\xef\xbb\xbf[{"id":"x"},{"id":3,"post":1,"content":{"rendered":"hi"},"new":[1]},7]'
    found, count = read_many(body, Comment)
    assert ([one.id for one in found], count) == ([3], 3)
    with pytest.raises(Garbled):
        read_many(b"<b>Warning</b>: foo in bar.php", Comment)
