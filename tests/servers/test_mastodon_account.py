"""Our account on the real snac: a rough server that speaks Mastodon's API."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from services.clock import SystemClock
from services.errors import ConfigError, Rejected, SignedOut
from services.http import Door
from services.model.ids import PostId
from services.model.limits import Keying
from services.model.posts import Post, Relation
from services.model.sending import TargetKind
from services.networks.base import Distance
from services.networks.mastodon.account import MastodonAccount, open_mastodon
from services.networks.mastodon.signin import Authorization, begin, finish
from tests.servers.snac import Snac, SnacAccount
from tests.services.networks.conformance import Stage, drain

pytestmark = pytest.mark.servers

MENTION_S = 40.0
"""What snac may take to tell somebody on the same server: 8 to 20 s were seen."""


async def _code(snac: Snac, who: SnacAccount, authorization: Authorization) -> str:
    """Sign in on the server's own page, as a person does, and copy the code."""
    asked = {name: one[0] for name, one in parse_qs(urlsplit(authorization.url).query).items()}
    fields = {"login": who.person.name, "passwd": who.person.password, "state": ""}
    here = {"redir": asked["redirect_uri"], "cid": asked["client_id"]}
    page = await snac.client.post("/oauth/x-snac-login", data=fields | here)
    found = re.search(r"\b[0-9a-f]{32,}\b", page.text)
    assert found is not None
    return found[0]


@pytest.fixture
async def door(snac: Snac) -> AsyncIterator[Door]:
    """A door to which the server is a host that somebody named."""
    host = snac.host.url.removeprefix("http://")
    made = Door(SystemClock(), named_hosts=frozenset({host}))
    yield made
    await made.close()


@pytest.fixture
async def person(snac: Snac) -> SnacAccount:
    """Somebody who is new here."""
    return snac.newcomer("dora")


@pytest.fixture
async def us(snac: Snac, person: SnacAccount, door: Door) -> AsyncIterator[MastodonAccount]:
    """Sign in by the page and its code."""
    authorization = await begin(snac.host.url, door)
    clock = SystemClock()
    code = await _code(snac, person, authorization)
    who, secrets = await finish(authorization, code, door, clock)

    async def keep(_: object) -> None:
        raise AssertionError

    account = await open_mastodon(who, secrets, door, clock, keep)
    yield account
    await account.close()


async def _nobody(text: str, above: PostId | None) -> PostId:
    """Say nothing: whoever speaks here has a name."""
    raise AssertionError(text, above)


async def _await_post(us: MastodonAccount, name: str) -> Post:
    """Poll until a post is there."""
    cursor = None
    async with asyncio.timeout(MENTION_S):
        while True:
            posts, arrivals = await drain(us, cursor)
            cursor = arrivals.cursor
            for post in posts:
                if post.id == name:
                    return post
            await asyncio.sleep(0.2)


async def test_a_code_that_is_wrong_signs_nobody_in(snac: Snac, door: Door) -> None:
    """The server gives a token for any code; nobody stands behind it, and that is noticed."""
    authorization = await begin(snac.host.url, door)
    with pytest.raises(ConfigError, match="code"):
        await finish(authorization, "wrong", door, SystemClock())


async def test_a_comment_is_seen_answered_and_edited(
    us: MastodonAccount, person: SnacAccount, snac: Snac
) -> None:
    """From the waiting comment over the thread to an answer, its edit and a refused deletion."""
    stage = Stage(us, _nobody, itertools.count())
    first = stage.message("Who is *in* for https://example.org/tea?")
    root = await us.send(first)
    found = await us.look(first)
    assert found is not None
    assert found.id == root.id
    ours = f"@{us.account.author.handle.lstrip('@')}"
    said = await snac.bob.reply(root.id, f"{ours} I am.")
    comment = await _await_post(us, said["id"])
    assert (comment.relation, comment.parent) == (Relation.TO_US, root.id)
    assert comment.thread == root.thread
    assert comment.answers == us.account.author.person
    thread = await us.thread(comment.thread)
    assert [post.id for post in thread.posts] == [root.id, comment.id]
    answer = await us.send(stage.message(f"{comment.author.handle} good", comment))
    assert answer.id in {one["id"] for one in await person.statuses()}
    await asyncio.sleep(1.1)  # an id is new from one second to the next only
    _, before = await drain(us)
    message = stage.message(f"{comment.author.handle} very good", comment)
    target = replace(message.target, kind=TargetKind.EDIT, edits=answer.id)
    edited = await us.send(replace(message, target=target))
    assert edited.id != answer.id
    after = await us.poll(before.cursor)
    assert (answer.id, edited.id) in after.renamed
    assert answer.id not in after.gone
    with pytest.raises(Rejected, match="does not delete"):
        await us.take_back(edited.id)
    assert edited.id in {one["id"] for one in await person.statuses()}


async def test_what_is_lacking_is_said_in_sentences(us: MastodonAccount, snac: Snac) -> None:
    """Keys are not trusted, nothing streams, nobody is muted, and the rest goes on."""
    _, arrivals = await drain(us)
    assert us.capabilities.keying is Keying.KEYLESS
    assert us.capabilities.graphemes_at_most == 100_000
    assert arrivals.held_back is None
    found = await us.complete("@bo")
    assert [one.name for one in found] == ["bob"]
    with pytest.raises(Rejected, match="does not mute"):
        await us.keep_away(found[0].person, Distance.MUTE)
    assert await us.queued() == ()
    assert not us.is_streamed
    del snac


async def test_whoever_signs_out_is_not_known_any_more(us: MastodonAccount) -> None:
    """The token is revoked on the server."""
    await us.poll(None)
    await us.sign_out()
    with pytest.raises(SignedOut):
        await us.poll(None)
