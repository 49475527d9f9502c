"""Our account on the real Bluesky network: every promise of a network, and how its sessions end."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

import pytest
from msgspec.structs import replace

from services.clock import BootTime, SystemClock
from services.errors import RateLimited, Rejected, SignedOut
from services.http import Door
from services.model.ids import PostId, SendId, ThreadId
from services.model.posts import Post, Relation, Thread
from services.networks.base import Arrivals, Cursor, Distance, Message
from services.networks.bluesky.account import BlueskyAccount
from services.networks.bluesky.signin import open_bluesky, sign_in_bluesky
from services.networks.bluesky.trends import BlueskyTrends
from services.secrets import Secret
from tests.servers.bluesky import Bluesky, Ref, Said
from tests.servers.bluesky import BlueskyAccount as Person
from tests.services.networks.conformance import Conformance, Stage, drain

pytestmark = pytest.mark.servers


class _Hurried:
    """The machine's clock, on which waiting for the next poll takes a twentieth."""

    def __init__(self) -> None:
        self._clock, self._quick = SystemClock(), SystemClock(20.0)

    def now(self) -> datetime:
        """Give the wall clock."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return self._clock.monotonic()

    def boot(self) -> BootTime:
        """Give the moment on the boot clock."""
        return self._clock.boot()

    async def sleep(self, seconds: float) -> None:
        """Let a twentieth pass."""
        await self._quick.sleep(seconds)


class _Settled:
    """An account that lets the index catch up before it is read."""

    def __init__(self, us: BlueskyAccount, bluesky: Bluesky) -> None:
        self._us, self._bluesky = us, bluesky

    def __getattr__(self, name: str) -> object:
        return getattr(self._us, name)

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read what is new."""
        await self._bluesky.settle()
        return await self._us.poll(cursor)

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a thread."""
        await self._bluesky.settle()
        return await self._us.thread(thread)


class _Fresh(Stage):
    """A stage on which every key is pressed now."""

    def message(self, body: str, above: Post | None = None) -> Message:
        """Make a message."""
        return replace(Stage.message(self, body, above), pressed_at=SystemClock().now())


@pytest.fixture
async def door(bluesky: Bluesky) -> AsyncIterator[Door]:
    """The door, to which the network is a host that somebody named."""
    opened = Door(SystemClock(), named_hosts=frozenset((bluesky.host.pds.removeprefix("http://"),)))
    yield opened
    await opened.close()


@pytest.fixture
async def ada(bluesky: Bluesky) -> Person:
    """Ourselves, as the network knows us."""
    return await bluesky.newcomer("ada")


@pytest.fixture
async def ben(bluesky: Bluesky) -> Person:
    """Somebody else."""
    return await bluesky.newcomer("ben")


@pytest.fixture
async def us(bluesky: Bluesky, door: Door, ada: Person) -> BlueskyAccount:
    """Ada, signed in with an app password."""
    return await opened(bluesky, door, ada)


async def opened(bluesky: Bluesky, door: Door, who: Person) -> BlueskyAccount:
    """Sign somebody in with an app password, and open the account."""
    password = Secret(await who.app_password("chinwag"))
    clock = _Hurried()
    signed, secrets = await sign_in_bluesky(
        who.person.handle, password, door, clock, bluesky.host.pds
    )

    async def keep(_: Mapping[str, Secret]) -> None:
        """Keep nothing."""

    return await open_bluesky(signed, secrets, door, clock, keep)


async def said_of(ada: Person, uri: str) -> Said:
    """Give a post as somebody answers it."""
    place = uri.removeprefix("at://").split("/")
    found = await ada.get("com.atproto.repo.getRecord", repo=place[0], collection=place[1],
                          rkey=place[2])  # fmt: skip
    ref = Ref(uri, found["cid"])
    reply = found["value"].get("reply")
    return Said(ref, Ref(**reply["root"]) if reply else ref)


class TestConformance(Conformance):
    """The real network keeps every promise, where talk among others does not come by itself."""

    @pytest.fixture
    async def stage(self, bluesky: Bluesky, us: BlueskyAccount, ada: Person, ben: Person) -> Stage:
        """Ada and Ben; what Ben says to nobody names Ada."""

        async def they_say(body: str, above: PostId | None) -> PostId:
            await bluesky.settle()
            if above is not None:
                said = await ben.reply(await said_of(ben, above), body)
            else:
                feature = {"$type": "app.bsky.richtext.facet#mention", "did": ada.person.did}
                index = {"byteStart": 0, "byteEnd": len(body.encode())}
                said = await ben.post(body, facets=[{"index": index, "features": [feature]}])
            await bluesky.settle()
            return PostId(said.ref.uri)

        return _Fresh(_Settled(us, bluesky), they_say, itertools.count())  # type: ignore[arg-type]  # the rest is passed on

    async def test_an_answer_to_us_is_to_us(self, stage: Stage) -> None:
        """A reply to our post is a comment, and our own is ours."""
        ours = await stage.us.send(stage.message("who is in?"))
        answer = await stage.they_say("me", ours.id)
        posts, _ = await drain(stage.us)
        by_id = {post.id: post for post in posts}
        assert by_id[ours.id].relation is Relation.OURS
        assert by_id[answer].relation is Relation.TO_US
        assert by_id[answer].parent == ours.id


async def test_the_two_speak_with_one_another(
    bluesky: Bluesky, door: Door, us: BlueskyAccount, ada: Person, ben: Person
) -> None:
    """Their comment waits, our answer with a link and a name reaches them, and theirs us."""
    them = await opened(bluesky, door, ben)
    stage = _Fresh(us, None, itertools.count())  # type: ignore[arg-type]  # nobody speaks there
    root = await ada.post("Who has the key?")
    await bluesky.settle()
    reply = await ben.reply(root, "I have 👋🏽")
    await bluesky.settle()
    posts, _ = await drain(us)
    waits = next(post for post in posts if post.id == reply.ref.uri)
    words = f"👋🏽 @{ben.person.handle} see https://x.example/ü #keys"
    answer = await us.send(stage.message(words, waits))
    await bluesky.settle()
    posts, arrivals = await drain(them)
    told = next(post for post in posts if post.id == answer.id)
    assert (told.relation, told.thread, told.tags) == (Relation.TO_US, root.ref.uri, ("keys",))
    assert told.links == ("https://x.example/%C3%BC",)
    last = await them.send(replace(stage.message("Thanks", told), key=SendId("theirs")))
    await us.take_back(answer.id)
    await bluesky.settle()
    thread = await us.thread(ThreadId(root.ref.uri))
    assert answer.id not in {post.id for post in thread.posts}
    assert (await us.latest(5))[0].body == "Who has the key?"
    assert last.parent == answer.id
    _, arrivals = await drain(them, arrivals.cursor)
    assert arrivals.has_more is False


async def test_an_aged_session_goes_on(bluesky: Bluesky, us: BlueskyAccount, ada: Person) -> None:
    """After three hours the token is renewed, and the send is one post."""
    await bluesky.age(ada.person)
    await SystemClock().sleep(1.05)  # a token says when it was given in whole seconds
    stage = _Fresh(us, None, itertools.count())  # type: ignore[arg-type]  # nobody speaks there
    message = stage.message("still here")
    assert (await us.send(message)).id == (await us.send(message)).id
    assert len(await ada.posts()) == 1


async def test_a_revoked_session_is_told(bluesky: Bluesky, us: BlueskyAccount, ada: Person) -> None:
    """Where the app password was revoked and the token is old, we are signed out."""
    await ada.revoke_app_password("chinwag")
    await bluesky.age(ada.person)
    with pytest.raises(SignedOut, match="has signed @ada"):
        await us.poll(None)


async def test_signing_out(us: BlueskyAccount) -> None:
    """It revokes, once, and nothing is asked afterwards."""
    await us.sign_out()
    await us.sign_out()
    with pytest.raises(SignedOut):
        await us.latest(1)


async def test_wrong_passwords(bluesky: Bluesky, door: Door, ada: Person) -> None:
    """The first try is refused with its reason, and the many after it with how long to wait."""
    clock = SystemClock()
    with pytest.raises(Rejected, match="does not take this password"):
        await sign_in_bluesky(ada.person.handle, Secret("no"), door, clock, bluesky.host.pds)

    async def guess() -> None:
        for _ in range(40):
            with contextlib.suppress(Rejected):
                await sign_in_bluesky(
                    ada.person.handle, Secret("no"), door, clock, bluesky.host.pds
                )

    with pytest.raises(RateLimited) as caught:
        await guess()
    assert caught.value.retry_after_s is not None
    assert 0 < caught.value.retry_after_s <= 300


async def test_whom_we_keep_away(
    bluesky: Bluesky, us: BlueskyAccount, ada: Person, ben: Person
) -> None:
    """Muted and blocked once, they are heard no more, and a report is taken."""
    said = await ben.mention(ada.person, "hey ", "")
    await bluesky.settle()
    (post,) = (await drain(us))[0]
    assert post.id == said.ref.uri
    await us.report(post.id, "Loud.")
    await us.keep_away(post.author.person, Distance.MUTE)
    await us.keep_away(post.author.person, Distance.BLOCK)
    await bluesky.settle()
    await us.keep_away(post.author.person, Distance.BLOCK)
    assert (await drain(us))[0] == []
    assert await us.queued() == ()


async def test_trends(bluesky: Bluesky) -> None:
    """What is talked about comes without an account, from whichever method is there."""
    await bluesky.set_topics("Low tide")
    named = Door(
        SystemClock(), named_hosts=frozenset((bluesky.host.appview.removeprefix("http://"),))
    )
    source = BlueskyTrends(named, SystemClock(), bluesky.host.appview)
    reading = await anext(source.readings())
    assert [one.title for one in reading.headlines] == ["Low tide"]
    await named.close()
