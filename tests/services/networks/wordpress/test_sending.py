"""What we say: once, with what was typed, and with a clear word when it fails."""

from datetime import timedelta

import msgspec
import pytest

from services.errors import (
    Garbled,
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    Unclear,
)
from services.model.ids import NetworkName, PersonId, PostId, SendId, ThreadId
from services.model.posts import PostState, Reach, Relation
from services.model.sending import Target, TargetKind
from services.networks.base import Message
from services.networks.wordpress.account import WordPressAccount
from services.networks.wordpress.refusals import expect, said_by
from services.web.values import Answer, Validators
from tests.doubles.wordpress import OWNER, READER, WRITER, Blog, Trouble
from tests.fakes import NOON, FakeClock
from tests.services.networks.wordpress.conftest import Open

TYPED = 'a < b & "c" <b>x</b> [gallery] \U0001f600\n\nsecond'


def message(
    us: WordPressAccount,
    body: str,
    to: int | None = None,
    *,
    edits: str | None = None,
    pressed_s: float = 0.0,
) -> Message:
    """Write a reply to a comment on the first post, a post, or other words."""
    kind = TargetKind.NEW if to is None else TargetKind.REPLY
    target = Target(
        kind=TargetKind.EDIT if edits else kind,
        account=us.account.id,
        network=NetworkName.WORDPRESS,
        reach=Reach.PUBLIC,
        as_handle=us.account.author.handle,
        thread=None if to is None else ThreadId("p1"),
        post=None if to is None else PostId(str(to)),
        person=None if to is None else PersonId("wordpress:ann"),
        edits=None if edits is None else PostId(edits),
    )
    return Message(SendId("s"), target, body, NOON + timedelta(seconds=pressed_s))


def writes(blog: Blog) -> int:
    """Count what was asked that changes something."""
    return sum(method != "GET" for method, _, _ in blog.asked)


async def test_a_reply_reads_as_it_was_typed(blog: Blog, us: WordPressAccount) -> None:
    """It goes under what it answers, to whom it was written, in one request."""
    ann = blog.add_comment("hello")
    blog.asked.clear()
    post = await us.send(message(us, TYPED, ann))
    assert len(blog.asked) == 1
    assert (post.body, post.parent, post.thread) == (TYPED, str(ann), "p1")
    assert (post.relation, post.answers) == (Relation.OURS, "wordpress:ann")
    found = await us.look(message(us, TYPED, ann))
    assert found is not None
    assert found.id == post.id
    assert await us.look(message(us, "something else", ann)) is None


async def test_a_comment_on_the_post_itself(blog: Blog, us: WordPressAccount) -> None:
    """The post is answered without a parent."""
    sent = message(us, "thanks")
    target = msgspec.structs.replace(
        sent.target, kind=TargetKind.REPLY, thread=ThreadId("p1"), post=PostId("p1")
    )
    post = await us.send(msgspec.structs.replace(sent, target=target))
    assert post.parent == "p1"
    assert blog.comments[int(post.id)]["parent"] == 0


async def test_a_reply_to_nowhere_is_refused(blog: Blog, us: WordPressAccount) -> None:
    """Without a thread nothing is asked."""
    sent = message(us, "hm", 1)
    target = msgspec.structs.replace(sent.target, thread=None)
    before = writes(blog)
    with pytest.raises(Rejected):
        await us.send(msgspec.structs.replace(sent, target=target))
    assert writes(blog) == before


@pytest.mark.parametrize("trouble", [Trouble.DROPS_AFTER, Trouble.NOT_JSON])
async def test_what_arrived_without_an_answer_is_found(
    blog: Blog, us: WordPressAccount, trouble: Trouble
) -> None:
    """The outcome is unclear, nothing is repeated, and a look finds it."""
    ann = blog.add_comment("hello")
    for sent in (message(us, "reply", ann), message(us, "Title\n\na post")):
        blog.writes.append(trouble)
        before = writes(blog)
        with pytest.raises(Unclear):
            await us.send(sent)
        assert writes(blog) == before + 1
        found = await us.look(sent)
        assert found is not None
        assert found.relation is Relation.OURS


async def test_what_did_not_arrive_is_not_found(blog: Blog, us: WordPressAccount) -> None:
    """The outcome is unclear, and a look finds nothing."""
    ann = blog.add_comment("hello")
    for sent in (message(us, "reply", ann), message(us, "a post")):
        for trouble in (Trouble.DROPS_BEFORE, Trouble.FAILS):
            blog.writes.append(trouble)
            with pytest.raises(Unclear):
                await us.send(sent)
        assert await us.look(sent) is None


async def test_a_duplicate_is_believed_after_a_look(blog: Blog, us: WordPressAccount) -> None:
    """What is ours and of now is published; what was said before is refused in plain words."""
    ann = blog.add_comment("hello")
    first = await us.send(message(us, "thanks", ann))
    assert (await us.send(message(us, "Thanks", ann))).id == first.id
    with pytest.raises(Rejected, match="exactly this in this place before"):
        await us.send(message(us, "thanks", ann, pressed_s=60))


async def test_a_duplicate_that_cannot_be_looked_up_is_unclear(
    blog: Blog, us: WordPressAccount
) -> None:
    """A refusal alone proves nothing, so a failed look is no refusal."""
    ann = blog.add_comment("hello")
    await us.send(message(us, "thanks", ann))
    key = dict(blog.people[OWNER])
    blog.people[OWNER]["capabilities"] = {}
    with pytest.raises(Unclear):
        await us.send(message(us, "thanks", ann))
    blog.people[OWNER] = key


@pytest.mark.parametrize("ahead", [timedelta(minutes=-20), timedelta(minutes=20)])
async def test_a_clock_that_differs_is_allowed_for(
    blog: Blog, us: WordPressAccount, ahead: timedelta
) -> None:
    """The key press is compared on the blog's own clock."""
    ann = blog.add_comment("hello")
    old = blog.add_comment("thanks", parent=ann, author=1)
    blog.ahead = ahead
    sent = message(us, "thanks", ann)
    if ahead > timedelta():
        assert await us.look(sent) is None
    del blog.comments[old]
    blog.writes.append(Trouble.DROPS_AFTER)
    with pytest.raises(Unclear):
        await us.send(sent)
    assert await us.look(sent) is not None


@pytest.mark.parametrize(
    ("trouble", "error", "wait_s"),
    [
        (Trouble.FLOOD, RateLimited, 15.0), (Trouble.TOO_MANY, RateLimited, 20.0),
        (Trouble.RESTING, RateLimited, 600.0), (Trouble.MOVED, Rejected, None),
    ],
)  # fmt: skip
async def test_a_refusal_says_when_or_why(
    blog: Blog, us: WordPressAccount, trouble: Trouble, error: type[NetworkError], wait_s: float
) -> None:
    """For now with its seconds, or for good; nothing was published, nothing is repeated."""
    ann = blog.add_comment("hello")
    blog.writes.append(trouble)
    before = writes(blog)
    with pytest.raises(error) as refused:
        await us.send(message(us, "reply", ann))
    assert writes(blog) == before + 1
    assert getattr(refused.value, "retry_after_s", None) == wait_s


async def test_a_post_of_unclear_outcome_is_never_sent_again_by_itself(
    blog: Blog, us: WordPressAccount
) -> None:
    """Nothing tells equal posts apart, so a 503 is no promise that it is not there."""
    blog.writes.append(Trouble.RESTING)
    with pytest.raises(Unclear):
        await us.send(message(us, "a post"))
    assert len(blog.posts) == 1


async def test_a_flood_of_posts_is_for_now(blog: Blog, us: WordPressAccount) -> None:
    """A 429 is a promise."""
    blog.writes.append(Trouble.TOO_MANY)
    with pytest.raises(RateLimited):
        await us.send(message(us, "a post"))


async def test_a_sign_in_that_ended_is_told(blog: Blog, us: WordPressAccount) -> None:
    """Whatever is asked."""
    ann = blog.add_comment("hello")
    blog.people.clear()
    for doing in (
        us.send(message(us, "x", ann)), us.send(message(us, "x")), us.look(message(us, "x", ann)),
        us.poll(None), us.take_back(PostId(str(ann))), us.approve(PostId(str(ann))),
    ):  # fmt: skip
        with pytest.raises(SignedOut):
            await doing


async def test_a_post_has_its_first_line_as_title(blog: Blog, us: WordPressAccount) -> None:
    """And reads as it was typed."""
    post = await us.send(message(us, f"On weirs\n{TYPED}"))
    stored = blog.posts[int(post.id[1:])]
    assert stored["title"]["raw"] == "On weirs"
    assert post.body == f"On weirs\n\n{TYPED}"
    assert (post.thread, post.parent) == (ThreadId(post.id), None)
    assert post.relation is Relation.OURS


async def test_other_words_take_the_place_of_ours(blog: Blog, us: WordPressAccount) -> None:
    """Of a comment and of a post; a look tells whether they have."""
    ann = blog.add_comment("hello")
    comment = await us.send(message(us, "frist", ann))
    post = await us.send(message(us, "Title\n\nfrist"))
    for before in (comment, post):
        edit = message(us, "Title\n\nfirst", edits=before.id)
        assert await us.look(edit) is None
        after = await us.send(edit)
        assert (after.id, after.body) == (before.id, "Title\n\nfirst")
        assert await us.look(edit) is not None


async def test_a_writer_looks_for_an_edit_as_they_may(blog: Blog, signed_in: Open) -> None:
    """The edit context of comments is for moderators; a writer is shown the rendered words."""
    us = await signed_in(WRITER, 2)
    comment = await us.send(message(us, "frist", blog.add_comment("hello")))
    edit = message(us, "first", edits=comment.id)
    assert await us.look(edit) is None
    await us.send(edit)
    assert await us.look(edit) is not None


async def test_a_layout_is_not_undone(blog: Blog, us: WordPressAccount) -> None:
    """A post that was made in wp-admin with more than paragraphs is edited there."""
    number = blog.add_post("Pictures", "<!-- wp:gallery --><!-- /wp:gallery -->")
    with pytest.raises(Rejected, match="layout"):
        await us.send(message(us, "words", edits=f"p{number}"))
    with pytest.raises(Gone):
        await us.send(message(us, "words", edits="p99"))
    with pytest.raises(Gone):
        await us.send(message(us, "words", edits="99"))
    assert await us.look(message(us, "words", edits="p99")) is None


@pytest.mark.parametrize("has_trash", [True, False])
async def test_what_is_taken_back_is_in_the_trash(
    blog: Blog, us: WordPressAccount, *, has_trash: bool
) -> None:
    """Comments and posts; where there is no trash it is deleted; twice is no error."""
    blog.has_trash = has_trash
    ann = blog.add_comment("hello")
    for sent in (message(us, "reply", ann), message(us, "a post")):
        post = await us.send(sent)
        await us.take_back(post.id)
        await us.take_back(post.id)
        assert await us.look(sent) is None
    await us.take_back(PostId("99"))


async def test_latest_is_ours_newest_first(
    blog: Blog, us: WordPressAccount, clock: FakeClock
) -> None:
    """Comments and posts together, none of others."""
    ann = blog.add_comment("hello")
    await clock.advance(10)
    first = await us.send(message(us, "one", ann))
    await clock.advance(10)
    second = await us.send(message(us, "two"))
    assert [post.id for post in await us.latest(5)] == [second.id, first.id, "p1"]
    assert len(await us.latest(1)) == 1


async def test_a_reader_finds_their_words_as_the_blog_styles_them(
    blog: Blog, signed_in: Open
) -> None:
    """They see rendered text only, and have no posts; ours is known by its author."""
    us = await signed_in(READER, 3)
    ann = blog.add_comment("hello")
    sent = message(us, 'I said "no"...', ann)
    post = await us.send(sent)
    blog.comments[int(post.id)]["content"]["rendered"] = "<p>I said \u201cno\u201d\u2026</p>"
    found = await us.look(sent)
    assert found is not None
    assert await us.look(message(us, "a post")) is None
    assert [one.id for one in await us.latest(3)] == [post.id]


async def test_a_comment_that_is_held_says_so(blog: Blog, signed_in: Open) -> None:
    """What we wrote may wait for somebody's leave, too."""
    us = await signed_in(WRITER, 2)
    await us.poll(None)
    ours = blog.add_comment("held", author=2, status="hold")
    (post,) = [one for one in await us.latest(9) if one.id == str(ours)]
    assert post.state is PostState.HELD


def answer(status: int, body: bytes) -> Answer:
    """Make a refusal."""
    return Answer(status, "https://blog.example/", None, {}, body, Validators())


def test_a_refusal_in_the_words_of_the_blog_is_cleaned() -> None:
    """Known ones are said in ours; of others the blog's message without markup and entities."""
    closed = answer(403, b'{"code":"rest_comment_closed","message":"Sorry"}')
    with pytest.raises(Rejected, match="Comments are closed"):
        expect(closed)
    unknown = answer(400, b'{"code":"spam_guard","message":"<b>It&#8217;s</b> no &amp; no."}')
    with pytest.raises(Rejected, match="The blog says: It\u2019s no & no"):
        expect(unknown)
    with pytest.raises(Rejected, match="status 418"):
        expect(answer(418, b""))
    with pytest.raises(Gone):
        expect(answer(404, b""))
    assert said_by("a\x1b[31mb") == "a\ufffd[31mb"


async def test_an_answer_that_is_no_comment_is_unclear(blog: Blog, us: WordPressAccount) -> None:
    """It may be up."""
    blog.writes.append(Trouble.NOT_JSON)
    with pytest.raises(Garbled):
        await us.send(message(us, "x", 1))
