"""Somebody's account on Bluesky, as a ``Network``.

Law: opening it asks nothing; what was read is remembered in the cursor alone. Whom the network
keeps away from us is not shown.
"""

from typing import Final

from services.clock import Clock
from services.errors import Garbled, Gone, Rejected
from services.model.accounts import SignedIn
from services.model.ids import NetworkName, PersonId, PostId, ThreadId
from services.model.limits import Capabilities, Keying
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Thread
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.words import NOTHING
from services.networks.base import FETCHED_AT_MOST, Arrivals, Cursor, Distance, Message
from services.networks.bluesky.client import Client
from services.networks.bluesky.convert import account_of, author_of, post_of, stored_post
from services.networks.bluesky.names import did_of, place_of
from services.networks.bluesky.pictures import PICTURE_BYTES_AT_MOST
from services.networks.bluesky.poll import Poller
from services.networks.bluesky.record import GRAPHEMES_AT_MOST, moment_text
from services.networks.bluesky.refusals import Unsupported
from services.networks.bluesky.sending import PICTURES_AT_MOST, Sender
from services.networks.bluesky.session import Session
from services.networks.bluesky.threads import ABOVE, DEPTH, thread_of
from services.networks.bluesky.wire import POST, Ref, StoredRecord
from services.text.clean import clean

POLL_S: Final = 15.0
"""Between two polls, 4 to 6 requests each: a tenth of what a server allows (3,000 in 5 min)."""
COMPLETED_AT_MOST: Final = 8

_REPORT_CHARS: Final = 2_000
_DRAFT_BREAK: Final = "\n\n"
_THREADS_REMEMBERED: Final = 500


class BlueskyAccount:
    """One account on Bluesky, opened."""

    def __init__(self, who: SignedIn, session: Session, clock: Clock) -> None:
        """Speak and read as ``who``."""
        self._us = account_of(who)
        self._session = session
        self._clock = clock
        self._client = Client(who, session)
        self._poller = Poller(self._client, self._us, who.back_to)
        self._sender = Sender(self._client)
        self._last_in: dict[ThreadId, PostId] = {}

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._us

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do."""
        return Capabilities(
            network=NetworkName.BLUESKY,
            keying=Keying.KEYED,
            reach=Reach.PUBLIC,
            graphemes_at_most=GRAPHEMES_AT_MOST,
            can_take_back=True,
            has_languages=True,
            pictures_at_most=PICTURES_AT_MOST,
            picture_bytes_at_most=PICTURE_BYTES_AT_MOST,
            alt_graphemes_at_most=2_000,
            can_quote=True,
        )

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read what was said to us and by us since ``cursor``; the first time as far as we go back.

        Raises:
            NetworkError: it could not be read; the cursor stands where it stood.
        """
        arrivals = await self._poller.poll(cursor, self._clock.now())
        for post in arrivals.posts:
            self._last_in.pop(post.thread, None)
            self._last_in[post.thread] = post.id
        for thread in list(self._last_in)[:-_THREADS_REMEMBERED]:
            del self._last_in[thread]
        return arrivals

    async def wait(self) -> None:
        """Return after 15 seconds."""
        await self._clock.sleep(POLL_S)

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a post with what hangs under it, at most 200 posts.

        Where the first post is gone, what we know to be under it is read with what is left.

        Raises:
            Gone: nothing of it is there (any more).
            NetworkError: it could not be read.
        """
        if place_of(thread) is None:
            raise Gone("This thread is not there any more.")
        try:
            node = await self._client.thread(thread, depth=DEPTH, above=0)
        except Gone:
            last = self._last_in.get(thread)
            if last is None or str(last) == thread:
                raise
            node = await self._client.thread(last, depth=DEPTH, above=ABOVE)
        return thread_of(node, thread, self._us)

    async def send(self, message: Message) -> Post:
        """Publish once: the server itself can tell a repeat.

        Raises:
            NetworkError: as ``Network.send``.
        """
        return self._ours(await self._sender.send(message))

    async def look(self, message: Message) -> Post | None:
        """Find what a send of ``message`` published, by its key on our own server.

        Raises:
            NetworkError: it could not be looked up.
        """
        stored = await self._sender.look(message)
        return None if stored is None else self._ours(stored)

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest posts from our own server, newest first.

        Raises:
            NetworkError: they could not be read.
        """
        stored = await self._client.records(max(1, min(count, 100)))
        return tuple(self._ours(one) for one in stored if place_of(one.uri))[:count]

    async def take_back(self, post: PostId) -> None:
        """Delete a post of ours; not an error when it is gone already.

        Raises:
            NetworkError: it may still be there.
        """
        place = place_of(post)
        if place is None or place.did != self._client.did or place.collection != POST:
            raise Rejected("Only what you said yourself can be taken back.")
        await self._client.delete(place)

    async def close(self) -> None:
        """Let go of nothing: the door is not ours."""

    async def sign_out(self) -> None:
        """Make the server forget this sign-in.

        Raises:
            NetworkError: it may still be good there.
        """
        await self._session.sign_out()

    async def keep_away(self, person: PersonId, distance: Distance) -> None:
        """Mute or block somebody; not an error when they are already.

        Raises:
            NetworkError: it is as it was, or that is not known.
        """
        did = did_of(person)
        if did is None:
            raise Rejected("There is nobody of that name on Bluesky.")
        match distance:
            case Distance.MUTE:
                await self._client.mute(did)
            case Distance.BLOCK:
                viewer = (await self._client.profile(did)).viewer
                if viewer is None or not viewer.blocking:
                    record = {
                        "$type": "app.bsky.graph.block",
                        "subject": did,
                        "createdAt": moment_text(self._clock.now()),
                    }
                    await self._client.create("app.bsky.graph.block", record)
        self._poller.kept_away.add(did)

    async def fetch(self, keys: tuple[PostId, ...]) -> tuple[Post, ...]:
        """Read posts by their addresses; whom the network keeps away from us is left out.

        Raises:
            NetworkError: they could not be read.
        """
        found = await self._client.posts([key for key in keys if place_of(key)][:FETCHED_AT_MOST])
        posts = (post_of(one, self._us) for one in found.values() if not one.author.is_kept_away)
        return tuple(post for post in posts if post is not None)

    async def report(self, post: PostId, words: str) -> None:
        """Tell the moderators about a post.

        Raises:
            Gone: it is not there any more.
            NetworkError: nobody was told, or that is not known.
        """
        view = (await self._client.posts([post])).get(post)
        if view is None:
            raise Gone("The post is not there any more.")
        await self._client.report(Ref(view.uri, view.cid), words[:_REPORT_CHARS])

    async def complete(self, beginning: str) -> tuple[Author, ...]:
        """Find at most 8 people for a handle that is being typed.

        Raises:
            NetworkError: it could not be asked.
        """
        asked = beginning.strip().removeprefix("@")
        if not asked:
            return ()
        actors = await self._client.people(asked, COMPLETED_AT_MOST)
        return tuple(author_of(actor) for actor in actors if not actor.is_kept_away)[
            :COMPLETED_AT_MOST
        ]

    async def queued(self) -> tuple[Queued, ...]:
        """Read the drafts that the network keeps for us; none where it keeps none.

        Raises:
            NetworkError: they could not be read.
        """
        try:
            drafts = await self._client.drafts()
        except Unsupported:
            return ()
        return tuple(
            Queued(
                id=QueuedId(draft.id),
                account=self._us.id,
                network=NetworkName.BLUESKY,
                kind=QueuedKind.DRAFT,
                body=clean(_DRAFT_BREAK.join(post.text for post in draft.draft.posts)),
                warning=NOTHING,
                reach=Reach.PUBLIC,
                due_at=None,
            )
            for draft in drafts
        )

    async def drop_queued(self, queued: QueuedId) -> None:
        """Delete a draft; not an error when it is gone already.

        Raises:
            NetworkError: it may still be there.
        """
        try:
            await self._client.delete_draft(queued)
        except Gone:
            return

    def _ours(self, stored: StoredRecord) -> Post:
        post = stored_post(stored, self._us)
        if post is None:
            raise Garbled("The Bluesky server gave an address that is none.")
        return post
