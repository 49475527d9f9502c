"""What every network is to the rest: something to read, and something to speak through.

Law: an adapter gives values that are already cleaned and converted, and raises only the errors
of ``services.errors``; nothing of its wire leaves its package.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from enum import Enum
from typing import NewType, Protocol, runtime_checkable

import msgspec

from services.model.headlines import FeedId, FeedState, Headline
from services.model.ids import NetworkName, PersonId, PostId, SendId, ThreadId
from services.model.limits import Capabilities
from services.model.people import Account, Author, Neighbour, Presence
from services.model.posts import Post, Thread
from services.model.queue import Queued, QueuedId
from services.model.sending import Target
from services.model.words import Safe
from services.web.values import Validators

Cursor = NewType("Cursor", str)
"""How far an account has been read, in the network's own words; kept in the private store."""


class Arrivals(msgspec.Struct, frozen=True):
    """What a poll brought."""

    posts: tuple[Post, ...]
    """Oldest first, at most 500; ours, to us and around us."""
    cursor: Cursor
    """Where the next poll goes on."""
    has_more: bool = False
    """Whether polling again at once would bring more."""
    gone: tuple[PostId, ...] = ()
    """Posts that have been taken back by their authors since."""
    renamed: tuple[tuple[PostId, PostId], ...] = ()
    """Posts whose id has changed with an edit: the old one and the new."""
    held_back: int | None = None
    """People whose words the network holds back from us until we ask; ``None``: not said."""


class Message(msgspec.Struct, frozen=True):
    """A text on its way out; frozen when the key was pressed."""

    key: SendId
    target: Target
    body: str
    pressed_at: datetime
    """When the key was pressed, UTC: what a network takes as the moment of writing."""


class Network(Protocol):
    """One account's connection to its network; opened and closed by the runtime."""

    @property
    def account(self) -> Account:
        """Whom we are there."""

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do."""

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read what is new since ``cursor``; from the network's own beginning without one.

        Raises:
            NetworkError: it could not be read.
        """

    async def wait(self) -> None:
        """Return when a poll is due: something is known to be new, or the interval is over."""

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a whole thread.

        Raises:
            Gone: it is not there any more.
            NetworkError: it could not be read.
        """

    async def send(self, message: Message) -> Post:
        """Publish once, with the message's key where the network takes one.

        Raises:
            Unreachable: certainly nothing left.
            Unclear: it may have been published.
            RateLimited: not published, for now.
            Rejected: not published, for good.
            SignedOut: not published; a new sign-in is needed.
        """

    async def look(self, message: Message) -> Post | None:
        """Find what a send of ``message`` published, by key or among our own latest posts.

        Raises:
            NetworkError: it could not be looked up, so nothing is known.
        """

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest posts, newest first.

        Raises:
            NetworkError: they could not be read.
        """

    async def take_back(self, post: PostId) -> None:
        """Delete a post of ours; not an error when it is gone already.

        Raises:
            NetworkError: it may still be there.
        """

    async def close(self) -> None:
        """Let go of everything that was opened; called once."""


@runtime_checkable
class Neighbourhood(Protocol):
    """A network on which one sees who else is there."""

    async def neighbours(self) -> tuple[Neighbour, ...]:
        """Read who else is here and lets themselves be seen, by name."""

    async def announce(self, presence: Presence | None, minutes_left: int | None) -> None:
        """Say where we are, or with ``None`` that we are not to be seen."""


class FeedMemory(msgspec.Struct, frozen=True):
    """What is remembered of a feed between polls; ``schedule`` is the feeds' own, opaque."""

    id: FeedId
    url: str
    """Where it is asked for: the subscribed address, or where that has moved for good."""
    state: FeedState
    words: Safe
    name: Safe
    """What the publisher calls it; empty until it was read."""
    validators: Validators
    checked_at: datetime
    next_at: datetime
    schedule: bytes = b""


class Headlines(msgspec.Struct, frozen=True):
    """What one reading of one feed brought; kept whole or not at all."""

    memory: FeedMemory
    headlines: tuple[Headline, ...]
    """Those of this reading, new or known, the oldest first, at most 500."""


class HeadlineSource(Protocol):
    """Where headlines come from; it reads only, and knows no account."""

    @property
    def network(self) -> NetworkName:
        """FEEDS or HACKERNEWS."""

    def readings(self) -> AsyncIterator[Headlines]:
        """Give readings as they come, for as long as somebody asks for them.

        It paces itself by its own clock and never raises for a publisher's fault: that is a
        ``FeedMemory`` with its state and its words.
        """

    async def close(self) -> None:
        """Let go of everything that was opened; called once."""


@runtime_checkable
class Moderating(Protocol):
    """A network on which comments wait for our leave."""

    async def approve(self, post: PostId) -> None:
        """Let a held comment be seen; not an error when it is up already.

        Raises:
            NetworkError: it is as it was, or that is not known.
        """

    async def mark_spam(self, post: PostId) -> None:
        """Take a comment away as spam; not an error when it is gone already.

        Raises:
            NetworkError: it is as it was, or that is not known.
        """


@runtime_checkable
class Editing(Protocol):
    """A network on which our own posts can be given other words."""

    async def edit(self, post: PostId, message: Message) -> Post:
        """Replace the words of ``post``; the same edit twice is one, so it may be repeated.

        Gives the post as it is then, under its new id where an edit changes that.

        Raises:
            Unreachable: certainly nothing left.
            Unclear: it may have been changed.
            RateLimited: not changed, for now.
            Rejected: not changed, for good.
            SignedOut: not changed; a new sign-in is needed.
            Gone: it is not there any more.
        """


class Distance(Enum):
    """What one can put between oneself and a person."""

    MUTE = "mute"
    """We do not see them; they do not know."""
    BLOCK = "block"
    """Neither sees the other."""


@runtime_checkable
class Guarding(Protocol):
    """A network that keeps people away from us when we ask."""

    async def keep_away(self, person: PersonId, distance: Distance) -> None:
        """Mute or block somebody; not an error when they are already.

        Raises:
            NetworkError: it is as it was, or that is not known.
        """

    async def report(self, post: PostId, words: str) -> None:
        """Tell whoever looks after the network about a post, in the reporter's own words.

        Raises:
            NetworkError: nobody was told, or that is not known.
        """


@runtime_checkable
class Completing(Protocol):
    """A network that knows whom a beginning of a handle may mean."""

    async def complete(self, beginning: str) -> tuple[Author, ...]:
        """Find at most 8 people for a handle that is being typed, the likeliest first.

        Raises:
            NetworkError: it could not be asked.
        """


FETCHED_AT_MOST = 25
"""Posts that are fetched by their addresses at once."""


@runtime_checkable
class Fetching(Protocol):
    """A network on which a post can be had by the address under which strangers know it."""

    async def fetch(self, keys: tuple[PostId, ...]) -> tuple[Post, ...]:
        """Read at most ``FETCHED_AT_MOST`` posts as our account sees them, in any order.

        ``keys`` are at:// addresses, or where a post is on the web. What is not there, or is kept
        from us, is left out.

        Raises:
            NetworkError: none could be read.
        """


@runtime_checkable
class Queueing(Protocol):
    """A network on which other tools queue posts, or keep drafts, for our account."""

    async def queued(self) -> tuple[Queued, ...]:
        """Read what waits there, what goes out next first, drafts last.

        Raises:
            NetworkError: it could not be read.
        """

    async def drop_queued(self, queued: QueuedId) -> None:
        """Cancel one for good; not an error when it is gone already.

        Raises:
            NetworkError: it may still go out.
        """


@runtime_checkable
class Tagging(Protocol):
    """A network on which we follow tags."""

    async def followed_tags(self) -> tuple[Safe, ...]:
        """Read the tags that we follow there, without their signs, at most 200.

        Raises:
            NetworkError: they could not be read.
        """


@runtime_checkable
class SigningOut(Protocol):
    """A network at which our sign-in can be revoked."""

    async def sign_out(self) -> None:
        """Make the server forget this sign-in.

        Raises:
            NetworkError: it may still be good there.
        """
