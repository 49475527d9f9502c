"""A whole thread, with the blog post above it."""

from datetime import timedelta

import pytest

from services.errors import Gone
from services.model.ids import ThreadId
from services.model.posts import PostState, Relation
from services.networks.wordpress.account import WordPressAccount
from services.networks.wordpress.origins import _trim
from tests.doubles.wordpress import READER, WRITER, Blog
from tests.fakes import NOON
from tests.services.networks.wordpress.conftest import Open

P1 = ThreadId("p1")


async def test_a_thread_begins_with_the_post(blog: Blog, us: WordPressAccount) -> None:
    """Title and words, then the comments, oldest first, each under what it answers."""
    ann = blog.add_comment("hello")
    ours = blog.add_comment("hi", parent=ann, author=1)
    held = blog.add_comment("held", status="hold", parent=9999)
    blog.add_comment("spam", status="spam")
    thread = await us.thread(P1)
    assert [post.id for post in thread.posts] == ["p1", str(ann), str(ours), str(held)]
    assert thread.posts[0].body == "Seeds\n\nWhich ones?"
    assert [post.parent for post in thread.posts] == [None, "p1", str(ann), "9999"]
    assert thread.posts[3].state is PostState.HELD
    assert thread.posts[2].answers == thread.posts[1].author.person


async def test_a_long_thread_gives_the_newest_and_what_they_answer(
    blog: Blog, us: WordPressAccount
) -> None:
    """Of 300 comments 200 posts, the post first, and the original beside the reply."""
    made = []
    for number in range(300):
        moment = NOON - timedelta(hours=300 - number)
        made.append(blog.add_comment("c", date_gmt=f"{moment:%Y-%m-%dT%H:%M:%S}"))
    reply = blog.add_comment("late", parent=made[0])
    thread = await us.thread(P1)
    ids = [post.id for post in thread.posts]
    assert len(ids) == len(set(ids)) == 200
    assert ids[:2] == ["p1", str(made[0])]
    assert ids[-1] == str(reply)
    assert str(made[5]) not in ids


@pytest.mark.parametrize("thread", ["nowhere", "5", "p99"])
async def test_a_thread_that_is_not_there_is_gone(us: WordPressAccount, thread: str) -> None:
    """Neither a post nor anything under it."""
    with pytest.raises(Gone):
        await us.thread(ThreadId(thread))


async def test_a_post_that_is_gone_leaves_its_comments(blog: Blog, us: WordPressAccount) -> None:
    """They are shown without it."""
    ann = blog.add_comment("hello")
    blog.posts[1]["status"] = "trash"
    assert [post.id for post in (await us.thread(P1)).posts] == [str(ann)]


async def test_somebody_elses_post_has_their_name(blog: Blog, signed_in: Open) -> None:
    """Where the blog tells it; what is said to others there is around us."""
    blog.add_comment("hello")
    us = await signed_in(READER, 3)
    root, ann = (await us.thread(P1)).posts
    assert (root.author.name, root.relation) == ("Owner", Relation.AROUND)
    assert ann.relation is Relation.AROUND
    blog.posts[1]["author"] = 77
    assert (await us.thread(P1)).posts[0].author.name == "user 77"


async def test_a_writers_own_post_is_read_as_it_is_stored(blog: Blog, signed_in: Open) -> None:
    """Under it everything is to them."""
    own = blog.add_post("Mine", "<!-- wp:paragraph --><p>it's</p><!-- /wp:paragraph -->", author=2)
    up = {"up": [{"href": f"/wp-json/wp/v2/posts/{own}"}]}
    blog.add_comment("hello", post=own, _links=up)
    us = await signed_in(WRITER, 2)
    root, ann = (await us.thread(ThreadId(f"p{own}"))).posts
    assert root.body == "Mine\n\nit's"
    assert (root.relation, ann.relation) == (Relation.OURS, Relation.TO_US)


async def test_a_kind_of_a_plugins_is_survived(blog: Blog, us: WordPressAccount) -> None:
    """Comments under a post that has no place in the API are shown without it."""
    up = {"up": [{"href": "/wp-json/wp/v2/events/50"}]}
    ann = blog.add_comment("hello", post=50, _links=up)
    (post,) = (await us.poll(None)).posts
    assert (post.id, post.answers) == (str(ann), None)
    assert [one.id for one in (await us.thread(ThreadId("p50"))).posts] == [str(ann)]


async def test_a_post_that_we_may_not_edit_is_read_all_the_same(
    blog: Blog, us: WordPressAccount
) -> None:
    """A refusal of the edit context leaves what everybody may read."""
    blog.uneditable.add(1)
    assert (await us.thread(P1)).posts[0].body == "Seeds\n\nWhich ones?"


async def test_what_is_remembered_is_bounded() -> None:
    """What was learnt first is forgotten first."""
    remembered = dict.fromkeys(range(5_010), 0)
    _trim(remembered)
    assert (len(remembered), min(remembered)) == (5_000, 10)
