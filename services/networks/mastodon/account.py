"""Somebody's account on a server that speaks Mastodon's API.

Law: opening it asks nothing of anybody. A poll is the base of all that is known; the stream only
says when one is worth making.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol, assert_never

from msgspec.structs import replace

from services.clock import Clock
from services.errors import Gone, SignedOut
from services.model.accounts import SignedIn
from services.model.ids import NetworkName, PersonId, PostId, ThreadId
from services.model.limits import Capabilities, Counting, Keying
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Relation, Thread
from services.model.queue import Queued, QueuedId
from services.model.words import Safe
from services.networks.base import FETCHED_AT_MOST, Arrivals, Cursor, Distance, Message
from services.networks.mastodon.chains import Chains, read_context
from services.networks.mastodon.client import Fetches, MastodonClient
from services.networks.mastodon.convert import View, is_hidden, post_of
from services.networks.mastodon.errands import Errands
from services.networks.mastodon.fetching import fetch_statuses
from services.networks.mastodon.instance import Instance, read_instance
from services.networks.mastodon.mark import mark_of
from services.networks.mastodon.news import NewsKind, read_news
from services.networks.mastodon.poll import Poller
from services.networks.mastodon.saying import Sayer
from services.networks.mastodon.stream import Place, Stream, Streams, places
from services.networks.mastodon.wire import StatusWire
from services.secrets import Secret

POLL_S: Final = 30.0
STREAMED_POLL_S: Final = 60.0
APART_S: Final = 1.0
"""Between two polls, however much the stream says."""
THREAD_AT_MOST: Final = 200
_SUSPECTS_AT_MOST: Final = 5
_REACHES: Final = (Reach.PUBLIC, Reach.UNLISTED, Reach.FOLLOWERS, Reach.DIRECT)
_REMEMBERED: Final = 5_000


class Opens(Fetches, Streams, Protocol):
    """What of the door is used here."""


Keep = Callable[[Mapping[str, Secret]], Awaitable[None]]
"""Stores secrets that have been refreshed; these are good until they are revoked."""


async def open_mastodon(
    who: SignedIn, secrets: Mapping[str, Secret], door: Opens, clock: Clock, keep: Keep
) -> "MastodonAccount":
    """Open an account that was signed in; nothing is asked of the server."""
    del keep
    return MastodonAccount(who, secrets, door, clock)


class MastodonAccount:
    """One account, as a ``Network`` that can guard, complete, queue and sign out."""

    def __init__(
        self, who: SignedIn, secrets: Mapping[str, Secret], door: Opens, clock: Clock
    ) -> None:
        """Speak as ``who`` with the secrets that ``services.networks.mastodon.signin`` gave."""
        token = secrets.get("token")
        self._secrets = secrets
        self._clock = clock
        self._client = MastodonClient(door, who.server, token, who.id)
        person = PersonId(f"{NetworkName.MASTODON}:{who.handle.lstrip('@')}")
        author = Author(person, who.handle, who.name)
        self._account = Account(who.id, NetworkName.MASTODON, author)
        host = who.handle.rpartition("@")[2]
        self._view = View(who.id, person, who.remote_id, host)
        self._chains = Chains(self._client, host)
        self._poller = Poller(self._client, self._view, self._chains, who.back_to)
        self._sayer = Sayer(self._client, who.remote_id, clock)
        self._errands = Errands(self._client, who.id, host)
        self._stream = Stream(door, clock, self._client.authorization, who.id)
        self._instance: Instance | None = None
        self._reaches: dict[PostId, Reach] = {}
        self._taken_back: tuple[str, ...] = ()
        self._suspects: tuple[str, ...] = ()
        self._news = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._polled_at_s = -STREAMED_POLL_S

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._account

    @property
    def is_streamed(self) -> bool:
        """Whether news is told to us as it comes."""
        return self._stream.is_live

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do; before the first poll what is safe to think of any."""
        instance = self._instance or Instance()
        return Capabilities(
            network=NetworkName.MASTODON,
            keying=instance.keying,
            reach=Reach.PUBLIC,
            graphemes_at_most=instance.graphemes_at_most,
            can_take_back=True,
            counting=Counting.MASTODON,
            link_graphemes=instance.link_graphemes,
            reaches=_REACHES,
            can_edit=True,
            can_warn=True,
            has_languages=True,
            pictures_at_most=instance.pictures_at_most,
            alt_graphemes_at_most=instance.alt_graphemes_at_most,
            can_quote=instance.has_quotes,
        )

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read who names us, what we wrote and who answered it since ``cursor``.

        Raises:
            NetworkError: it could not be read; the cursor stands where it stood.
        """
        self._news.clear()
        self._polled_at_s = self._clock.monotonic()
        instance = await self._known_instance()
        mark = mark_of(cursor)
        taken, suspects = self._taken_back, self._suspects
        arrivals = await self._poller.poll(
            replace(mark, gone=(*mark.gone, *taken)),
            self._clock.now(),
            self._polled_at_s,
            has_quotes=instance.has_quotes,
            suspects=suspects[:_SUSPECTS_AT_MOST],
        )
        self._taken_back = tuple(one for one in self._taken_back if one not in taken)
        self._chains.forget(arrivals.gone)
        asked = {*suspects, *arrivals.gone}
        self._suspects = tuple(one for one in self._suspects if one not in asked)
        self._remember(arrivals.posts)
        self._follow(instance)
        return arrivals

    async def wait(self) -> None:
        """Return when the stream tells of something, or after half a minute; one where it runs."""
        due_s = STREAMED_POLL_S if self._stream.is_live else POLL_S
        news = asyncio.ensure_future(self._news.wait())
        bell = asyncio.ensure_future(self._clock.sleep(due_s))
        try:
            await asyncio.wait({news, bell}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            bell.cancel()
            await asyncio.gather(news, bell, return_exceptions=True)
        left_s = self._polled_at_s + APART_S - self._clock.monotonic()
        if left_s > 0:
            await self._clock.sleep(left_s)

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a thread from its root on, at most 200 posts: those near the one asked for first.

        Raises:
            Gone: it is not there any more.
            NetworkError: it could not be read.
        """
        status = await self._client.status(thread)
        if status is None:
            raise Gone("This thread is not there any more.")
        near = await read_context(self._client, thread)
        found = [status, *near.ancestors, *near.descendants]
        if near.ancestors:
            root = near.ancestors[0]
            found += (await read_context(self._client, str(root.id))).descendants
        self._chains.learn(found, str(near.ancestors[0].id) if near.ancestors else thread)
        shown = {
            str(one.id): one
            for one in found
            if not is_hidden(one) or one is status or str(one.account.id) == self._view.our_id
        }
        posts = [self._post(one, thread) for one in list(shown.values())[:THREAD_AT_MOST]]
        self._remember(posts)
        # Of what came in one second the server's order holds: what is answered before its answer.
        order = {str(one.id): at for at, one in enumerate([*near.ancestors, *found])}
        posts.sort(key=lambda post: (post.created_at, order[post.id]))
        return Thread(thread, tuple(posts))

    async def send(self, message: Message) -> Post:
        """Publish or edit once, under the message's key; never wider than what it answers.

        Nor wider than what it quotes, where that is for few.

        Raises:
            NetworkError: as ``services.networks.base.Network.send``.
        """
        target = message.target
        above = self._reaches.get(target.post or PostId(""), Reach.PUBLIC)
        quoted = self._reaches.get(target.quotes or PostId(""), Reach.PUBLIC)
        bounds = (above, quoted if quoted.width < Reach.UNLISTED.width else Reach.PUBLIC)
        reach = min(target.reach, *bounds, key=lambda one: one.width)
        status = await self._sayer.say(message, self._instance or Instance(), reach)
        return self._said(status, message)

    async def edit(self, post: PostId, message: Message) -> Post:
        """Put other words in place of a post of ours; the same edit twice is one.

        Raises:
            NetworkError: as ``services.networks.base.Editing.edit``.
        """
        return await self.send(replace(message, target=replace(message.target, edits=post)))

    async def look(self, message: Message) -> Post | None:
        """Find what a send of ``message`` published, among our own latest posts.

        Raises:
            NetworkError: it could not be looked up, so nothing is known.
        """
        status = await self._sayer.find(message)
        return None if status is None else self._said(status, message)

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest posts, newest first.

        Raises:
            NetworkError: they could not be read.
        """
        ours = [one for one in await self._sayer.own() if one.reblog is None][:count]
        posts = tuple(self._post(one, self._thread_of(one)) for one in ours)
        self._remember(posts)
        return posts

    async def take_back(self, post: PostId) -> None:
        """Delete a post of ours; not an error when it is gone already.

        Raises:
            Rejected: this server does not delete, and it is still there.
            NetworkError: it may still be there.
        """
        await self._sayer.take_back(post)
        self._taken_back = (*self._taken_back, post)

    async def keep_away(self, person: PersonId, distance: Distance) -> None:
        """Mute or block somebody; not an error when they are already.

        Raises:
            NetworkError: it is as it was, or that is not known.
        """
        await self._errands.keep_away(person, distance, self._chains.people)

    async def report(self, post: PostId, words: str) -> None:
        """Tell whoever looks after the server about a post.

        Raises:
            NetworkError: nobody was told, or that is not known.
        """
        await self._errands.report(post, words)

    async def complete(self, beginning: str) -> tuple[Author, ...]:
        """Find at most 8 people for a handle that is being typed.

        Raises:
            NetworkError: it could not be asked.
        """
        return await self._errands.complete(beginning)

    async def fetch(self, keys: tuple[PostId, ...]) -> tuple[Post, ...]:
        """Read posts by where they are on the web, looked up by our server where it has to.

        Raises:
            NetworkError: none could be read.
        """
        found = await fetch_statuses(self._client, keys[:FETCHED_AT_MOST])
        posts = tuple(self._post(one, self._thread_of(one)) for one in found if not is_hidden(one))
        self._remember(posts)
        return posts

    async def queued(self) -> tuple[Queued, ...]:
        """Read what goes out by itself, the next first.

        Raises:
            NetworkError: it could not be read.
        """
        return await self._errands.queued()

    async def drop_queued(self, queued: QueuedId) -> None:
        """Cancel one for good; not an error when it is gone already.

        Raises:
            NetworkError: it may still go out.
        """
        await self._errands.drop_queued(queued)

    async def followed_tags(self) -> tuple[Safe, ...]:
        """Read the tags that we follow there, at most 200.

        Raises:
            NetworkError: they could not be read.
        """
        return await self._errands.followed_tags()

    async def sign_out(self) -> None:
        """Make the server forget this sign-in.

        Raises:
            NetworkError: it may still be good there.
        """
        await self._errands.sign_out(self._secrets)

    async def close(self) -> None:
        """Stop following."""
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _known_instance(self) -> Instance:
        if self._instance is None:
            self._instance = await read_instance(self._client)
            self._client.keeps_lines = self._instance.keying is Keying.KEYED
        return self._instance

    def _follow(self, instance: Instance) -> None:
        """Begin to follow the stream, once."""
        if self._following is None:
            where = places(instance.streaming, self._client.server)
            self._following = asyncio.create_task(self._follow_stream(where))

    async def _follow_stream(self, where: tuple[Place, ...]) -> None:
        try:
            await self._stream.follow(where, self._hear, self._news.set)
        except SignedOut:
            self._news.set()  # the next poll says so

    def _hear(self, event: str, payload: str) -> None:
        """Take an event of the stream."""
        news = read_news(event, payload)
        match news.kind:
            case NewsKind.TO_US:
                self._news.set()
            case NewsKind.POST:
                is_ours = news.author == self._view.our_id and not self._sayer.knows(news.post)
                if is_ours or not self._followed.isdisjoint(news.tags):
                    self._news.set()
            case NewsKind.CHANGED:
                if self._chains.known(news.post) is not None:
                    self._suspects = (*self._suspects, news.post)[-_SUSPECTS_AT_MOST:]
                    self._news.set()
            case NewsKind.NOTHING:
                pass
            case _:
                assert_never(news.kind)

    @property
    def _followed(self) -> frozenset[str]:
        return frozenset(tag.lower() for tag in self._poller.tags)

    def _said(self, status: StatusWire, message: Message) -> Post:
        """Make the post of what was said."""
        target = message.target
        name = str(status.id)
        root = target.thread or self._thread_of(status)
        if status.in_reply_to_id is None and target.edits is None:
            root = ThreadId(name)
        self._chains.place(name, root)
        post = self._post(status, root)
        if post.answers is None and post.parent is not None:
            post = replace(post, answers=target.person)
        self._remember((post,))
        return post

    def _thread_of(self, status: StatusWire) -> str:
        name, above = str(status.id), status.in_reply_to_id
        return self._chains.known(name) or (name if above is None else str(above))

    def _post(self, status: StatusWire, thread: str) -> Post:
        now, people = self._clock.now(), self._chains.people
        return post_of(status, self._view, thread, now, people=people)

    def _remember(self, posts: Sequence[Post]) -> None:
        """Remember how far each post reaches, and which are ours."""
        for post in posts:
            self._reaches[post.id] = post.reach
            if post.relation is Relation.OURS:
                self._sayer.see(post.id)
        while len(self._reaches) > _REMEMBERED:
            del self._reaches[next(iter(self._reaches))]
