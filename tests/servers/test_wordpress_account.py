"""A blog through our own eyes: the real WordPress, signed in to, read, answered and moderated."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest

from services.clock import SystemClock
from services.errors import RateLimited, Rejected, SignedOut
from services.http import Door
from services.model.ids import PostId, SendId, ThreadId
from services.model.posts import Post, PostState, Reach, Relation
from services.model.sending import Target, TargetKind
from services.networks.base import Message
from services.networks.wordpress.account import WordPressAccount, open_wordpress
from services.networks.wordpress.signin import sign_in_wordpress
from services.secrets import Secret

pytestmark = pytest.mark.servers

TYPED = 'a < b & "c" <b>x</b> [gallery] -- it\'s 3x4 :) \U0001f600\n\nhttps://example.org/?a=1&b=2'


class Later(SystemClock):
    """A clock six minutes on."""

    def now(self) -> datetime:
        """Give what it will be."""
        return super().now() + timedelta(minutes=6)


class Person(Protocol):
    """Somebody with an application password."""

    id: int
    name: str
    password: str


class Blog(Protocol):
    """What the fixture of the servers gives."""

    host: Any

    async def visitor_comments(self, name: str, text: str, *, post: int, parent: int = 0) -> int:
        """Comment as somebody without an account."""

    async def comment(self, number: int) -> dict[str, Any]:
        """Read a comment as the owner sees it."""

    async def change(self, number: int, **fields: str | int) -> dict[str, Any]:
        """Change a comment."""

    async def create_post(self, title: str, content: str = "Ask here.") -> int:
        """Publish a post."""

    async def newcomer(self, name: str, role: str = "administrator") -> Person:
        """Make a user with an application password."""

    async def revoke(self, person: Person) -> None:
        """Revoke every application password of somebody."""


@pytest.fixture
async def door(wordpress: Blog) -> AsyncIterator[Door]:
    """The door, to which the blog is a host that somebody named."""
    opened = Door(SystemClock(), named_hosts=frozenset((urlsplit(wordpress.host.url).netloc,)))
    yield opened
    await opened.close()


async def signed_in(blog: Blog, door: Door, person: Person) -> WordPressAccount:
    """Sign in by the address of the blog, and open the account."""
    clock = SystemClock()
    password = Secret(person.password)
    who, secrets = await sign_in_wordpress(blog.host.url, person.name, password, door, clock)

    async def keep(_: Mapping[str, Secret]) -> None:
        """Keep nothing."""

    return await open_wordpress(who, secrets, door, clock, keep)


def message(
    us: WordPressAccount, body: str, to: Post | None = None, edits: PostId | None = None
) -> Message:
    """Write something now."""
    kind = TargetKind.NEW if to is None else TargetKind.REPLY
    target = Target(
        kind=TargetKind.EDIT if edits else kind,
        account=us.account.id,
        network=us.account.network,
        reach=Reach.PUBLIC,
        as_handle=us.account.author.handle,
        thread=None if to is None else to.thread,
        post=None if to is None else to.id,
        person=None if to is None else to.author.person,
        edits=edits,
    )
    return Message(SendId("s"), target, body, SystemClock().now())


async def comments_of(us: WordPressAccount, post: int) -> dict[str, Post]:
    """Poll from the beginning, and give what stands under one post."""
    found: dict[str, Post] = {}
    cursor = None
    while True:
        arrivals = await us.poll(cursor)
        found |= {one.id: one for one in arrivals.posts if one.thread == f"p{post}"}
        cursor = arrivals.cursor
        if not arrivals.has_more:
            return found


async def test_a_comment_is_read_answered_edited_and_taken_back(
    wordpress: Blog, door: Door
) -> None:
    """From a visitor's held comment to our answer, which reads as it was typed, and away again."""
    us = await signed_in(wordpress, door, wordpress.host.owner)
    post = await wordpress.create_post("Beans")
    number = await wordpress.visitor_comments("Gil Grower", "Which <b>ones</b>?", post=post)
    theirs = (await comments_of(us, post))[str(number)]
    assert (theirs.state, theirs.relation, theirs.body) == (
        PostState.HELD, Relation.TO_US, "Which ones?",
    )  # fmt: skip
    await us.approve(theirs.id)
    await us.approve(theirs.id)
    assert (await wordpress.comment(number))["status"] == "approved"
    sent = message(us, TYPED, theirs)
    assert await us.look(sent) is None
    ours = await us.send(sent)
    assert (ours.body, ours.parent, ours.answers) == (TYPED, theirs.id, theirs.author.person)
    assert (await us.send(sent)).id == ours.id
    found = await us.look(sent)
    assert found is not None
    assert found.id == ours.id
    edited = await us.send(message(us, "<i>other</i> words", edits=ours.id))
    assert edited.body == "<i>other</i> words"
    thread = await us.thread(ThreadId(f"p{post}"))
    assert [one.id for one in thread.posts] == [f"p{post}", theirs.id, ours.id]
    await us.take_back(ours.id)
    await us.take_back(ours.id)
    assert (await wordpress.comment(int(ours.id)))["status"] == "trash"
    await us.mark_spam(theirs.id)
    assert await comments_of(us, post) == {}


async def test_a_post_reads_as_it_was_typed(wordpress: Blog, door: Door) -> None:
    """Title, paragraphs and signs; found by a look, edited, taken back."""
    us = await signed_in(wordpress, door, wordpress.host.owner)
    sent = message(us, f"On <weirs>\n{TYPED}")
    post = await us.send(sent)
    assert post.body == f"On <weirs>\n\n{TYPED}"
    found = await us.look(sent)
    assert found is not None
    assert found.id == post.id
    assert (await us.send(message(us, "one line", edits=post.id))).body == "one line"
    assert post.id in [one.id for one in await us.latest(3)]
    await us.take_back(post.id)
    await us.take_back(post.id)
    assert await us.look(sent) is None


async def test_what_we_know_is_followed(wordpress: Blog, door: Door) -> None:
    """Spam is gone at the next look at what is known, and a comment of the same second comes."""
    us = await signed_in(wordpress, door, wordpress.host.owner)
    post = await wordpress.create_post("Leeks")
    first = await wordpress.visitor_comments("Hal Hoe", "One?", post=post)
    arrivals = await us.poll(None)
    while arrivals.has_more:
        arrivals = await us.poll(arrivals.cursor)
    second = await wordpress.visitor_comments("Ida Ivy", "Two?", post=post)
    again = await us.poll(arrivals.cursor)
    assert [one.id for one in again.posts] == [str(second)]
    await wordpress.change(first, status="spam")
    us._clock = Later()
    assert str(first) in (await us.poll(again.cursor)).gone


async def test_a_subscriber_may_comment_and_no_more(wordpress: Blog, door: Door) -> None:
    """Their comment is held, a second at once is too soon, and moderating is refused."""
    person = await wordpress.newcomer("jo", "subscriber")
    us = await signed_in(wordpress, door, person)
    assert not us.capabilities.can_moderate
    post = await wordpress.create_post("Onions")
    root = (await us.thread(ThreadId(f"p{post}"))).posts[0]
    ours = await us.send(message(us, "May I?", root))
    assert (ours.state, ours.parent) == (PostState.HELD, root.id)
    with pytest.raises(RateLimited) as refused:
        await us.send(message(us, "And now?", root))
    assert refused.value.retry_after_s == 15.0
    with pytest.raises(Rejected):
        await us.approve(ours.id)
    with pytest.raises(Rejected):
        await us.send(message(us, "a post"))


async def test_signing_out_and_being_signed_out(wordpress: Blog, door: Door) -> None:
    """A password is deleted on our word, a revoked one is told, a wrong one never signs in."""
    person = await wordpress.newcomer("kay")
    us = await signed_in(wordpress, door, person)
    await us.poll(None)
    await us.sign_out()
    await us.sign_out()
    with pytest.raises(SignedOut):
        await us.poll(None)
    with pytest.raises(Rejected, match="does not know this name"):
        await signed_in(wordpress, door, person)
