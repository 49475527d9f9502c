"""What every network has to hold, whatever it is made of.

A test module of a network subclasses ``Conformance`` and gives it a fixture ``stage``: a network
opened as us, empty, and a way for somebody else to speak there.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.errors import Gone
from services.model.ids import PostId, SendId, ThreadId
from services.model.limits import Keying
from services.model.posts import Post, Relation
from services.model.sending import Target, TargetKind
from services.model.words import Safe
from services.networks.base import Arrivals, Cursor, Editing, Message, Moderating, Network
from tests.fakes import NOON

PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A network to try, and somebody else on it."""

    us: Network
    they_say: Callable[[str, PostId | None], Awaitable[PostId]]
    """Publish as somebody else, answering a post or nobody."""
    keys: "itertools.count[int]"

    def message(self, body: str, above: Post | None = None) -> Message:
        """Make a new post, or a reply to ``above``, under a key of its own."""
        us = self.us
        target = Target(
            kind=TargetKind.NEW if above is None else TargetKind.REPLY,
            account=us.account.id,
            network=us.account.network,
            reach=us.capabilities.reach,
            as_handle=us.account.author.handle,
            thread=None if above is None else above.thread,
            post=None if above is None else above.id,
            person=None if above is None else above.author.person,
        )
        return Message(SendId(f"send-{next(self.keys)}"), target, body, NOON)


async def drain(network: Network, cursor: Cursor | None = None) -> tuple[list[Post], Arrivals]:
    """Poll until there is no more; gives all posts, and the last answer for its cursor."""
    posts: list[Post] = []
    while True:
        arrivals = await network.poll(cursor)
        posts += arrivals.posts
        cursor = arrivals.cursor
        if not arrivals.has_more:
            return posts, arrivals


class Conformance:
    """The promises of ``services.networks.base``."""

    async def test_a_sent_post_says_where_and_whose_it_is(self, stage: Stage) -> None:
        """What send gives back is our post, cleaned and dated, on our account."""
        post = await stage.us.send(stage.message("good morning"))
        assert post.body == "good morning"
        assert isinstance(post.body, Safe)
        assert isinstance(post.author.name, Safe)
        assert (post.relation, post.account) == (Relation.OURS, stage.us.account.id)
        assert post.author.person == stage.us.account.author.person
        assert post.thread == ThreadId(post.id)
        assert post.parent is None
        assert post.created_at.utcoffset() == timedelta(0)
        assert post.reach is stage.us.capabilities.reach

    async def test_what_it_says_it_can_do_it_does(self, stage: Stage) -> None:
        """Whoever offers edits or leave to speak can be asked for them."""
        can = stage.us.capabilities
        assert isinstance(stage.us, Editing) or not can.can_edit
        assert isinstance(stage.us, Moderating) or not can.can_moderate

    async def test_the_same_key_makes_one_post(self, stage: Stage) -> None:
        """Sending twice publishes once; where no key is taken, a look finds what is out."""
        us, message = stage.us, stage.message("only once")
        first = await us.send(message)
        is_keyless = us.capabilities.keying is Keying.KEYLESS
        second = await (us.look(message) if is_keyless else us.send(message))
        assert second is not None
        assert first.id == second.id
        latest = await us.latest(5)
        assert [post.id for post in latest if post.body == first.body] == [first.id]

    async def test_two_keys_make_two_posts(self, stage: Stage) -> None:
        """Equal words under two keys are two posts."""
        first = await stage.us.send(stage.message("same words"))
        second = await stage.us.send(stage.message("same words"))
        assert first.id != second.id

    async def test_a_look_finds_what_was_sent(self, stage: Stage) -> None:
        """After a send of unclear outcome a look finds the post, and nothing else."""
        message = stage.message("did it arrive")
        assert await stage.us.look(message) is None
        sent = await stage.us.send(message)
        found = await stage.us.look(message)
        assert found is not None
        assert found.id == sent.id

    async def test_a_poll_goes_on_where_the_last_one_ended(self, stage: Stage) -> None:
        """Every post comes once, oldest first, and an idle poll brings nothing."""
        first = await stage.they_say("one", None)
        posts, arrivals = await drain(stage.us)
        assert [post.id for post in posts] == [first]
        second = await stage.they_say("two", None)
        third = await stage.they_say("three", None)
        posts, arrivals = await drain(stage.us, arrivals.cursor)
        assert [post.id for post in posts] == [second, third]
        posts, _ = await drain(stage.us, arrivals.cursor)
        assert posts == []

    async def test_an_answer_to_us_is_to_us(self, stage: Stage) -> None:
        """A reply to our post is a comment; talk among others is not; our own is ours."""
        ours = await stage.us.send(stage.message("who is in?"))
        answer = await stage.they_say("me", ours.id)
        aside = await stage.they_say("unrelated", None)
        posts, _ = await drain(stage.us)
        by_id = {post.id: post for post in posts}
        assert by_id[ours.id].relation is Relation.OURS
        assert by_id[answer].relation is Relation.TO_US
        assert by_id[answer].answers == stage.us.account.author.person
        assert by_id[answer].parent == ours.id
        assert by_id[answer].thread == ours.thread
        assert by_id[aside].relation is Relation.AROUND

    async def test_a_reply_hangs_under_what_it_answers(self, stage: Stage) -> None:
        """A thread gives the post and its replies, oldest first."""
        root = await stage.they_say("shall we", None)
        posts, _ = await drain(stage.us)
        reply = await stage.us.send(stage.message("let us", posts[0]))
        last = await stage.they_say("good", reply.id)
        thread = await stage.us.thread(reply.thread)
        assert [post.id for post in thread.posts] == [root, reply.id, last]
        assert reply.answers == posts[0].author.person

    async def test_a_thread_that_is_not_there_is_gone(self, stage: Stage) -> None:
        """Asking for an unknown thread says that it is gone."""
        with pytest.raises(Gone):
            await stage.us.thread(ThreadId("nowhere"))

    async def test_latest_is_ours_newest_first(self, stage: Stage) -> None:
        """Our own latest posts come without those of others, at most as many as asked for."""
        sent = [await stage.us.send(stage.message(f"post {number}")) for number in range(3)]
        await stage.they_say("not ours", None)
        latest = await stage.us.latest(2)
        assert [post.id for post in latest] == [sent[2].id, sent[1].id]

    async def test_what_is_taken_back_is_gone(self, stage: Stage) -> None:
        """Taking back removes a post everywhere, tells pollers, and may be asked for twice."""
        if not stage.us.capabilities.can_take_back:
            pytest.skip("this network keeps what was said")
        message = stage.message("rather not")
        post = await stage.us.send(message)
        _, arrivals = await drain(stage.us)
        await stage.us.take_back(post.id)
        await stage.us.take_back(post.id)
        posts, arrivals = await drain(stage.us, arrivals.cursor)
        assert posts == []
        assert arrivals.gone == (post.id,)
        assert await stage.us.look(message) is None
        assert await stage.us.latest(5) == ()
        with pytest.raises(Gone):
            await stage.us.thread(post.thread)

    async def test_waiting_ends_when_there_is_news(self, stage: Stage) -> None:
        """A wait that began before somebody spoke ends soon after."""
        _, arrivals = await drain(stage.us)
        waiting = asyncio.create_task(stage.us.wait())
        said = await stage.they_say("news", None)
        await asyncio.wait_for(waiting, PATIENCE_S)
        posts, _ = await drain(stage.us, arrivals.cursor)
        assert [post.id for post in posts] == [said]

    async def test_waiting_misses_nothing_said_since_the_poll(self, stage: Stage) -> None:
        """A wait that begins after somebody spoke ends at once."""
        await drain(stage.us)
        await stage.they_say("between poll and wait", None)
        await asyncio.wait_for(stage.us.wait(), PATIENCE_S)

    async def test_a_stranger_cannot_write_to_the_terminal(self, stage: Stage) -> None:
        """Control characters in somebody's words do not come through."""
        await stage.they_say("a\x1b]52;c;cm0=\x07b\x9b2Jc\u202ed", None)
        posts, _ = await drain(stage.us)
        assert not set(posts[0].body) & set("\x1b\x07\x9b\u202e")
