"""A network on a board: the commons and practice speak through this.

Law: nothing here trusts a name on the board; whose post it is follows from its handle, and the
reach says that it stays on this box. A failed write is told apart by whether the post can be
there.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.clock import Clock
from services.errors import (
    DiskFull,
    Gone,
    NetworkError,
    Rejected,
    StoreError,
    Unclear,
    Unreachable,
)
from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.limits import Capabilities, Keying
from services.model.people import Account, Author, Neighbour, Presence
from services.model.posts import Post, Reach, Relation, Thread
from services.model.words import Safe
from services.networks.base import Arrivals, Cursor, Message
from services.store.commons import Board, Byline, CommitUnclear, Entry
from services.text.clean import clean_line
from services.text.marks import find_links, find_mentions, find_tags

NOTICE_S = 0.05
"""How often a look is taken at whether another process has written."""

LOOK_AGAIN_S = 60.0
"""A poll is due after this long even when nothing seems new."""

POSTS_AT_MOST = 5_000
"""How far back a first poll goes."""

GRAPHEMES_AT_MOST = 5_000

_POLL = 500
_DIGITS = 19


def whole(network: NetworkName, reach: Reach) -> Capabilities:
    """Say what a board can do."""
    return Capabilities(
        network=network,
        keying=Keying.KEYED,
        reach=reach,
        graphemes_at_most=GRAPHEMES_AT_MOST,
        can_take_back=True,
    )


class BoardNetwork:
    """One person's view of a board, as a ``Network`` and a ``Neighbourhood``."""

    def __init__(
        self,
        board: Board,
        byline: Byline,
        capabilities: Capabilities,
        clock: Clock,
        verify: Callable[[], None] = lambda: None,
    ) -> None:
        """Speak on ``board`` as ``byline``.

        ``verify`` is called on a thread before each poll and send and raises ``StoreError`` when
        the board is not to be used any more.
        """
        self._board = board
        self._byline = byline
        self._capabilities = capabilities
        self._clock = clock
        self._verify = verify
        self._seen_version: int | None = None
        author = self._author(clean_line(byline.handle), clean_line(byline.name))
        name = capabilities.network
        self._account = Account(AccountId(f"{name}:{author.handle}"), name, author)

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._account

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do."""
        return self._capabilities

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read what is new since ``cursor``, without one the last 5,000 changes.

        A cursor from beyond the end belongs to a board that is no more; reading starts anew.

        Raises:
            Unreachable: it could not be read.
        """
        with _reading():
            await asyncio.to_thread(self._verify)
            self._seen_version = await self._board.database.data_version()
            start = _number(cursor)
            if start is None or start > await self._board.newest_change():
                start = max(0, await self._board.newest_change() - POSTS_AT_MOST)
            page = await self._board.since(start, _POLL)
        return Arrivals(
            posts=tuple(self._post(entry) for entry in page.entries if not entry.is_gone),
            cursor=Cursor(str(page.change)),
            has_more=page.has_more,
            gone=tuple(entry.id for entry in page.entries if entry.is_gone),
        )

    async def wait(self) -> None:
        """Return when somebody, we too, has written since the last poll, or a minute is over.

        Raises:
            Unreachable: the board cannot be read any more.
        """
        until = self._clock.monotonic() + LOOK_AGAIN_S
        while self._clock.monotonic() < until:
            with _reading():
                version = await self._board.database.data_version()
            if version != self._seen_version:
                return
            await self._clock.sleep(NOTICE_S)

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a whole thread.

        Raises:
            Gone: nothing of it is there (any more).
            Unreachable: it could not be read.
        """
        with _reading():
            entries = await self._board.thread(thread)
        if not entries:
            raise Gone("This thread is not there any more.")
        return Thread(thread, tuple(self._post(entry) for entry in entries))

    async def send(self, message: Message) -> Post:
        """Publish once; the message's key is the id of the post.

        Raises:
            Unreachable: it is certainly not on the board.
            Unclear: it may be on the board.
            Rejected: it is not on the board and will not be.
        """
        target = message.target
        parent = target.post or (None if target.thread is None else PostId(target.thread))
        try:
            await asyncio.to_thread(self._verify)
            entry = await self._board.publish(message.key, self._byline, message.body, parent)
        except CommitUnclear as error:
            raise Unclear(error.what, error.remedy) from error
        except DiskFull as error:
            raise Rejected(error.what, error.remedy) from error
        except StoreError as error:
            raise Unreachable(error.what, error.remedy) from error
        except Gone as error:
            raise Rejected(error.what, error.remedy) from error
        if entry.is_gone:
            raise Rejected("You have taken this back before.", "Say it anew if you like.")
        return self._post(entry)

    async def look(self, message: Message) -> Post | None:
        """Find what a send of ``message`` published, by its key.

        Raises:
            Unreachable: it could not be looked up, so nothing is known.
        """
        with _reading():
            entry = await self._board.post(message.key)
        if entry is None or entry.is_gone:
            return None
        post = self._post(entry)
        return post if post.relation is Relation.OURS else None

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest posts, newest first.

        Raises:
            Unreachable: they could not be read.
        """
        with _reading():
            entries = await self._board.by_author(self._byline.handle, count)
        return tuple(self._post(entry) for entry in entries)

    async def take_back(self, post: PostId) -> None:
        """Empty a post of ours; not an error when it is gone already.

        Raises:
            Rejected: it is not ours.
            Unreachable: it is still there.
        """
        with _reading():
            if await self._board.take_back(post, self._byline):
                return
            entry = await self._board.post(post)
        if entry is not None and not entry.is_gone:
            raise Rejected("This post is not yours to take back.")

    async def neighbours(self) -> tuple[Neighbour, ...]:
        """Read who else was here within two minutes, by handle.

        Raises:
            Unreachable: it could not be read.
        """
        with _reading():
            seen = await self._board.neighbours(self._byline.handle)
        return tuple(
            Neighbour(self._author(one.handle, one.name), one.presence, one.minutes_left)
            for one in seen
        )

    async def announce(self, presence: Presence | None, minutes_left: int | None) -> None:
        """Say where we are, at least once a minute; with ``None`` that we are not to be seen.

        Raises:
            Unreachable: nobody has heard of it.
        """
        with _reading():
            await self._board.announce(self._byline, presence, minutes_left)

    async def close(self) -> None:
        """Let go of the board."""
        await self._board.database.close()

    def _author(self, handle: Safe, name: Safe) -> Author:
        """Name somebody as this network does."""
        return Author(PersonId(f"{self._capabilities.network}:{handle}"), handle, name)

    def _post(self, entry: Entry) -> Post:
        """Convert an entry, seen from our account."""
        account, network = self._account, self._capabilities.network
        return Post(
            id=entry.id,
            account=account.id,
            network=network,
            thread=entry.thread,
            parent=entry.parent,
            answers=None if not entry.answers else PersonId(f"{network}:{entry.answers}"),
            author=self._author(entry.handle, entry.name),
            body=entry.body,
            created_at=entry.created_at,
            relation=relation_of(entry, account.author.handle),
            reach=self._capabilities.reach,
            tags=find_tags(entry.body),
            links=find_links(entry.body),
        )


def relation_of(entry: Entry, handle: Safe) -> Relation:
    """Say how a post stands to whoever goes by ``handle``."""
    if entry.handle == handle:
        return Relation.OURS
    named = {name.removeprefix("@").casefold() for name in find_mentions(entry.body)}
    if entry.answers == handle or handle.removeprefix("@").casefold() in named:
        return Relation.TO_US
    return Relation.AROUND


def _number(cursor: Cursor | None) -> int | None:
    """Read a cursor; ``None`` for none and for one that is not of a board."""
    if cursor is None or len(cursor) > _DIGITS or not (cursor.isascii() and cursor.isdecimal()):
        return None
    return int(cursor)


@contextmanager
def _reading() -> Iterator[None]:
    """Tell the rest of the program in a network's words that a board cannot be used."""
    try:
        yield
    except NetworkError:
        raise
    except StoreError as error:
        raise Unreachable(error.what, error.remedy) from error
