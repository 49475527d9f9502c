"""The promises of every network, where a blog can keep them."""

import itertools
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from services.clock import SystemClock
from services.errors import Gone
from services.http import Door
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName, PostId, ThreadId
from services.model.posts import Relation
from services.networks.wordpress.account import AUTHORIZATION, open_wordpress
from services.secrets import Secret
from services.text.clean import clean_line
from tests.doubles.wordpress import OWNER, serve_blog
from tests.fakes import NOON
from tests.services.networks.conformance import Conformance, Stage, drain

if TYPE_CHECKING:
    from services.networks.base import Network


class Noon(SystemClock):
    """A clock on which it is noon, and a minute is over in no time."""

    def now(self) -> datetime:
        """Give noon."""
        return NOON


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A blog of ours, and a visitor who comments its first post."""
    async with serve_blog() as blog:
        door = Door(SystemClock(), named_hosts=frozenset((blog.host,)))
        line = clean_line("owner@blog")
        who = SignedIn(
            AccountId("wordpress:owner@blog"), NetworkName.WORDPRESS, f"{blog.base_url}/wp-json",
            line, line, "1", NOON - timedelta(days=90),
        )  # fmt: skip

        async def keep(_: Mapping[str, Secret]) -> None:
            """Keep nothing."""

        async def they_say(text: str, above: PostId | None) -> PostId:
            parent = int(above) if above is not None and not above.startswith("p") else 0
            post = int(above[1:]) if above is not None and above.startswith("p") else 1
            return PostId(str(blog.add_comment(text, parent=parent, post=post)))

        secrets = {AUTHORIZATION: Secret(OWNER)}
        us: Network = await open_wordpress(who, secrets, door, Noon(600), keep)
        yield Stage(us, they_say, itertools.count())
        await door.close()


class TestWordPress(Conformance):
    """A blog: its polls bring comments, every one is to its owner, posts stand above threads."""

    async def test_an_answer_to_us_is_to_us(self, stage: Stage) -> None:
        """A comment on our post, or on another's comment, is to us; our own is ours."""
        ours = await stage.us.send(stage.message("who is in?"))
        answer = await stage.they_say("me", ours.id)
        aside = await stage.they_say("me too", answer)
        posts, _ = await drain(stage.us)
        by_id = {post.id: post for post in posts}
        assert by_id[answer].relation is by_id[aside].relation is Relation.TO_US
        assert (by_id[answer].parent, by_id[answer].thread) == (ours.id, ours.thread)
        assert by_id[aside].answers == by_id[answer].author.person

    async def test_a_reply_hangs_under_what_it_answers(self, stage: Stage) -> None:
        """A thread gives the blog post, the comment and the replies, oldest first."""
        root = await stage.they_say("shall we", None)
        posts, _ = await drain(stage.us)
        reply = await stage.us.send(stage.message("let us", posts[0]))
        last = await stage.they_say("good", reply.id)
        thread = await stage.us.thread(reply.thread)
        assert [post.id for post in thread.posts] == ["p1", root, reply.id, last]
        assert reply.answers == posts[0].author.person

    async def test_what_is_taken_back_is_gone(self, stage: Stage) -> None:
        """Taking a post back removes it from the blog, and may be asked for twice."""
        message = stage.message("rather not")
        post = await stage.us.send(message)
        await stage.us.take_back(post.id)
        await stage.us.take_back(post.id)
        assert await stage.us.look(message) is None
        assert post.id not in [one.id for one in await stage.us.latest(5)]
        with pytest.raises(Gone):
            await stage.us.thread(ThreadId(post.id))
