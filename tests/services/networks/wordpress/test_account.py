"""What a poll brings, and what moderating does."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import Gone, Rejected, SignedOut
from services.model.ids import PostId
from services.model.posts import Post, PostState, Relation
from services.networks.base import Arrivals, Cursor
from services.networks.wordpress.account import WordPressAccount
from services.networks.wordpress.watch import KNOWN_AT_MOST, Mark, cursor_of, mark_of, taken
from services.networks.wordpress.wire import Comment
from tests.doubles.wordpress import OWNER, READER, WRITER, Blog
from tests.fakes import NOON, FakeClock, settle
from tests.services.networks.wordpress.conftest import Open

LATER_S = 301


async def drain(us: WordPressAccount, cursor: Cursor | None) -> tuple[list[Post], Arrivals]:
    """Poll until there is no more."""
    posts: list[Post] = []
    while True:
        arrivals = await us.poll(cursor)
        posts += arrivals.posts
        cursor = arrivals.cursor
        if not arrivals.has_more:
            return posts, arrivals


async def test_every_comment_of_a_blog_is_to_its_owner(blog: Blog, us: WordPressAccount) -> None:
    """Approved or held, to the post or among visitors; ours, also from wp-admin, is ours."""
    first = blog.add_comment("to the post")
    held = blog.add_comment("held", status="hold", parent=first)
    ours = blog.add_comment("by hand", parent=first, author=1)
    for status, kind in (("spam", "comment"), ("trash", "comment"), ("approved", "pingback")):
        blog.add_comment("no", status=status, type=kind)
    arrivals = await us.poll(None)
    by_id = {post.id: post for post in arrivals.posts}
    assert list(by_id) == [str(first), str(held), str(ours)]
    assert {post.relation for post in arrivals.posts[:2]} == {Relation.TO_US}
    assert by_id[PostId(str(held))].state is PostState.HELD
    mine, ann = by_id[PostId(str(ours))], by_id[PostId(str(first))]
    assert (mine.relation, mine.answers, mine.parent) == (
        Relation.OURS, ann.author.person, ann.id,
    )  # fmt: skip
    assert ann.answers == us.account.author.person


async def test_seconds_that_are_shared_lose_nothing(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """A comment of the very second that was read last comes all the same, and each comes once."""
    first = blog.add_comment("one")
    posts, arrivals = await drain(us, None)
    second = blog.add_comment("two")
    more, arrivals = await drain(us, arrivals.cursor)
    assert [post.id for post in (*posts, *more)] == [str(first), str(second)]
    await clock.advance(30)
    idle, _ = await drain(us, arrivals.cursor)
    assert idle == []


async def test_a_second_that_fills_pages_is_read_whole(blog: Blog, us: WordPressAccount) -> None:
    """250 comments of one second, as an import makes them, come each once."""
    made = [blog.add_comment(f"c{number}") for number in range(250)]
    posts, arrivals = await drain(us, None)
    assert sorted(int(post.id) for post in posts) == made
    idle, _ = await drain(us, arrivals.cursor)
    assert idle == []


async def test_a_long_past_is_read_in_pages(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """Oldest first, a hundred at a time, back to where the account begins and no further."""
    await clock.advance(86_400)
    old = blog.add_comment("too old", date_gmt=f"{NOON - timedelta(days=91):%Y-%m-%dT%H:%M:%S}")
    made = []
    for number in range(230):
        moment = NOON - timedelta(days=80) + timedelta(hours=number)
        made.append(blog.add_comment(f"c{number}", date_gmt=f"{moment:%Y-%m-%dT%H:%M:%S}"))
    arrivals = await us.poll(None)
    assert arrivals.has_more
    assert [int(post.id) for post in arrivals.posts] == made[:100]
    posts, _ = await drain(us, arrivals.cursor)
    assert [int(post.id) for post in posts] == made[100:]
    assert old not in made


async def test_a_blog_that_heeds_no_page_is_not_read_for_ever(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """Behind a cache that always gives one list, a poll comes to its end, and the next as well."""
    made = [blog.add_comment(f"c{number}") for number in range(150)]
    blog.heeds_pages = False
    arrivals = await us.poll(None)
    assert [int(post.id) for post in arrivals.posts] == made[:100]
    for _ in range(2):
        polls = 1
        while arrivals.has_more:
            arrivals = await us.poll(arrivals.cursor)
            polls += 1
            assert polls < 5
        await clock.advance(30)
        arrivals = await us.poll(arrivals.cursor)


async def test_a_comment_of_next_year_hides_none(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """A date in the future is taken once, and what comes after it is still seen."""
    blog.add_comment("next year", date_gmt="2027-11-22T12:00:00")
    _, arrivals = await drain(us, None)
    await clock.advance(30)
    blog.add_comment("now")
    posts, arrivals = await drain(us, arrivals.cursor)
    assert [post.body for post in posts] == ["now"]


async def test_what_the_date_hides_is_found_by_its_number(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """In the hour that a clock is set back a comment looks older than what was read."""
    blog.add_comment("first")
    _, arrivals = await drain(us, None)
    blog.add_comment("an hour ago", date_gmt="2026-11-22T11:00:00")
    posts, arrivals = await drain(us, arrivals.cursor)
    assert posts == []
    await clock.advance(LATER_S)
    posts, arrivals = await drain(us, arrivals.cursor)
    assert [post.body for post in posts] == ["an hour ago"]


async def test_what_became_of_a_comment_is_noticed(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """Approved, edited, spam, trash and deleted: within five minutes, and each once."""
    held = blog.add_comment("held", status="hold")
    edited = blog.add_comment("before")
    spam, trash, deleted = (blog.add_comment(name) for name in ("spam", "trash", "deleted"))
    _, arrivals = await drain(us, None)
    blog.comments[held]["status"] = "approved"
    blog.comments[edited]["content"] = {"raw": "after", "rendered": "after"}
    blog.comments[spam]["status"] = "spam"
    blog.comments[trash]["status"] = "trash"
    del blog.comments[deleted]
    await clock.advance(LATER_S)
    arrivals = await us.poll(arrivals.cursor)
    assert arrivals.gone == tuple(str(number) for number in (spam, trash, deleted))
    up, after = arrivals.posts
    assert (up.id, up.state, up.edited_at) == (str(held), PostState.UP, None)
    assert (after.body, after.edited_at) == ("after", clock.now())
    await clock.advance(LATER_S)
    arrivals = await us.poll(arrivals.cursor)
    assert (arrivals.posts, arrivals.gone) == ((), ())


async def test_what_is_older_is_looked_at_in_turns(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """Beyond the newest hundred, what was seen longest ago is asked for by number."""
    made = [blog.add_comment(f"c{number}") for number in range(300)]
    _, arrivals = await drain(us, None)
    del blog.comments[made[0]]
    del blog.comments[made[150]]
    gone: list[str] = []
    for _ in range(3):
        await clock.advance(LATER_S)
        arrivals = await us.poll(arrivals.cursor)
        gone += arrivals.gone
    assert sorted(gone) == sorted((str(made[0]), str(made[150])))


async def test_a_cursor_stays_small() -> None:
    """However much is said, a thousand comments are known, the ones seen last."""
    comments = [Comment(number, 1, status="approved") for number in range(3_000)]
    mark = taken(Mark(0), comments).mark
    assert list(mark.known) == list(range(3_000 - KNOWN_AT_MOST, 3_000))
    assert len(cursor_of(mark)) < 20_000
    assert mark_of(cursor_of(mark), NOON) == mark


@pytest.mark.parametrize("cursor", ["", "nonsense", '{"after":"x"}', "9" * 100_001])
def test_a_cursor_of_another_time_begins_anew(cursor: str) -> None:
    """What cannot be read is no cursor."""
    assert mark_of(Cursor(cursor), NOON) == Mark(int(NOON.timestamp()) - 1)


async def test_a_writer_hears_what_is_said_to_them(
    blog: Blog, signed_in: Open, clock: FakeClock
) -> None:
    """Without the right to moderate: under their own posts, and to their own comments."""
    own = blog.add_post("Mine", "words", author=2)
    theirs = blog.add_comment("to the owner")
    up = {"up": [{"href": f"/?rest_route=%2Fwp%2Fv2%2Fposts%2F{own}"}]}
    to_us = blog.add_comment("to the writer", post=own, status="hold", _links=up)
    ours = blog.add_comment("ours", author=2)
    reply = blog.add_comment("to their comment", parent=ours, _links={})
    us = await signed_in(WRITER, 2)
    arrivals = await us.poll(None)
    assert [int(post.id) for post in arrivals.posts] == [to_us, ours, reply]
    assert theirs not in (to_us, reply)
    assert arrivals.posts[2].answers == us.account.author.person
    await us.approve(PostId(str(to_us)))
    await clock.advance(LATER_S)
    blog.comments[reply]["status"] = "spam"
    assert (await us.poll(arrivals.cursor)).gone == (str(reply),)


async def test_a_reader_who_is_signed_out_is_told(blog: Blog, signed_in: Open) -> None:
    """Their lists answer anybody, so each poll asks who we are."""
    ours = blog.add_comment("ours", author=3)
    reply = blog.add_comment("to them", parent=ours)
    us = await signed_in(READER, 3)
    arrivals = await us.poll(None)
    assert [int(post.id) for post in arrivals.posts] == [ours, reply]
    del blog.people[READER]
    with pytest.raises(SignedOut):
        await us.poll(arrivals.cursor)


async def test_a_parent_from_before_is_looked_up_once(blog: Blog, us: WordPressAccount) -> None:
    """Whom a comment answers is known though what it answers was not polled."""
    old = f"{NOON - timedelta(days=91):%Y-%m-%dT%H:%M:%S}"
    parent = blog.add_comment("old", author_name="Ben", author_email="b@x.test", date_gmt=old)
    ours = blog.add_comment("ours", parent=parent, author=1)
    arrivals = await us.poll(None)
    (post,) = arrivals.posts
    assert (post.id, post.relation) == (str(ours), Relation.OURS)
    assert str(post.answers).startswith(f"wordpress:{blog.host}:v")
    blog.asked.clear()
    blog.add_comment("another", parent=parent)
    await us.poll(arrivals.cursor)
    assert not [params for _, _, params in blog.asked if "include" in params]


async def test_a_role_is_kept_when_it_changes(
    blog: Blog, signed_in: Open, kept: list[dict[str, str]]
) -> None:
    """What we may do is known at the next start, and asked again when it fails."""
    us = await signed_in()
    arrivals = await us.poll(None)
    assert us.capabilities.can_moderate
    assert kept == [{"authorization": OWNER, "role": "moderator"}]
    blog.people[OWNER]["capabilities"] = {"edit_posts": True}  # an editor became an author
    with pytest.raises(Rejected):
        await us.poll(arrivals.cursor)
    await us.poll(arrivals.cursor)
    assert kept[-1]["role"] == "author"


async def test_a_held_comment_is_let_in_and_spam_is_taken_away(
    blog: Blog, us: WordPressAccount
) -> None:
    """Both may be asked for twice; only comments are moderated."""
    held = blog.add_comment("held", status="hold")
    post = PostId(str(held))
    await us.approve(post)
    await us.approve(post)
    assert blog.comments[held]["status"] == "approved"
    await us.mark_spam(post)
    assert blog.comments[held]["status"] == "spam"
    await us.mark_spam(PostId("99"))
    with pytest.raises(Gone):
        await us.approve(PostId("99"))
    with pytest.raises(Rejected):
        await us.approve(PostId("p1"))


async def test_a_poll_is_due_after_half_a_minute(us: WordPressAccount, clock: FakeClock) -> None:
    """By the clock that was handed in."""
    waiting = asyncio.create_task(us.wait())
    await clock.advance(29)
    assert not waiting.done()
    await clock.advance(1)
    await settle()
    assert waiting.done()
