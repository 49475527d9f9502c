"""One account on one blog, as a ``Network`` on which comments wait for our leave.

Law: opening asks nothing. What we may do there is read with the first poll and now and then
after it, and kept beside the sign-in, so that it is known without a network.

Source: WordPress 6.1.9 on the wire, 2026-11.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from msgspec.structs import replace

from services.clock import Clock
from services.errors import Gone, Rejected, SignedOut
from services.model.accounts import SignedIn
from services.model.ids import NetworkName, PostId, ThreadId
from services.model.limits import Capabilities
from services.model.people import Account, Author
from services.model.posts import Post, Thread
from services.networks.base import Arrivals, Cursor, Message
from services.networks.wordpress.client import Fetches, WordPressClient
from services.networks.wordpress.convert import Place, comment_number, site_of, user_id
from services.networks.wordpress.origins import Origins
from services.networks.wordpress.poll import Poller
from services.networks.wordpress.roles import Role, capabilities_of, role_named, role_of
from services.networks.wordpress.sending import Sender
from services.networks.wordpress.threads import Threads
from services.secrets import Secret

POLL_S: Final = 30.0

AUTHORIZATION: Final = "authorization"
ROLE: Final = "role"
"""Beside the sign-in, because there is its place; it is no secret."""

Keep = Callable[[Mapping[str, Secret]], Awaitable[None]]


async def open_wordpress(
    who: SignedIn, secrets: Mapping[str, Secret], door: Fetches, clock: Clock, keep: Keep
) -> "WordPressAccount":
    """Open an account that was signed in; nothing is asked of the blog.

    Raises:
        SignedOut: its password is not kept here.
    """
    if AUTHORIZATION not in secrets or not who.remote_id.isdecimal():
        raise SignedOut(f"There is no password kept for {who.handle}.", "Sign in again.")
    return WordPressAccount(who, secrets, door, clock, keep)


class WordPressAccount:
    """Reads the comments of one blog, answers and moderates them."""

    def __init__(
        self, who: SignedIn, secrets: Mapping[str, Secret], door: Fetches, clock: Clock, keep: Keep
    ) -> None:
        """Be ``who``; ``keep`` keeps changed secrets."""
        self._clock = clock
        self._keep = keep
        self._authorization = secrets[AUTHORIZATION]
        kept = secrets.get(ROLE)
        self._role = role_named(kept.reveal() if kept else "")
        self._is_role_read = False
        self._site, self._us = site_of(who.server), int(who.remote_id)
        author = Author(user_id(self._site, self._us), who.handle, who.name)
        self._account = Account(who.id, NetworkName.WORDPRESS, author)
        self._client = WordPressClient(door, clock, who.server, self._authorization, who.id)
        origins = Origins(self._client)
        self._poller = Poller(self._client, origins, who.back_to)
        self._threads = Threads(self._client, origins)
        self._sender = Sender(self._client, origins)

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._account

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do; another once our role there has changed."""
        return capabilities_of(self._role)

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read the comments since ``cursor``; the first time back to where the account begins.

        Raises:
            SignedOut: the application password is not good any more.
            NetworkError: it could not be read; the cursor stands where it stood.
        """
        now = self._clock.now()
        is_silent = self._role is Role.READER  # its lists are those that anybody gets
        if is_silent or not self._is_role_read or self._poller.is_due(cursor, now):
            await self._read_role()
        try:
            return await self._poller.poll(cursor, self._place, self._role, now)
        except Rejected:
            self._is_role_read = False
            raise

    async def wait(self) -> None:
        """Return after half a minute: the blog has no way to call us."""
        await self._clock.sleep(POLL_S)

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a blog post with its comments, at most 200 posts, the blog post first.

        Raises:
            Gone: it is not there any more.
            NetworkError: it could not be read.
        """
        return await self._threads.read(thread, self._place, self._role, self._clock.now())

    async def send(self, message: Message) -> Post:
        """Publish a comment, a post, or other words for one of them; once.

        A reply to a comment that is held goes up at once and does not let that comment through:
        until somebody does, most themes show neither. Equal words in the same place are refused
        by the blog.

        Raises:
            NetworkError: as ``Network.send`` says.
        """
        return await self._sender.send(message, self._place, self._role, self._clock.now())

    async def edit(self, post: PostId, message: Message) -> Post:
        """Put other words in place of a comment or a post of ours; the same edit twice is one.

        Raises:
            NetworkError: as ``Editing.edit`` says.
        """
        return await self.send(replace(message, target=replace(message.target, edits=post)))

    async def look(self, message: Message) -> Post | None:
        """Find what a send published, by place, author, moment and text.

        Raises:
            NetworkError: it could not be looked up, so nothing is known.
        """
        await self._know_role()
        return await self._sender.look(message, self._place, self._role, self._clock.now())

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest comments and posts, newest first.

        Raises:
            NetworkError: they could not be read.
        """
        await self._know_role()
        now = self._clock.now()
        return tuple(await self._sender.latest(count, self._place, self._role, now))

    async def take_back(self, post: PostId) -> None:
        """Put a comment or a post of ours into the blog's trash, from where it can be restored.

        Raises:
            NetworkError: it may still be there.
        """
        await self._sender.take_back(post)

    async def approve(self, post: PostId) -> None:
        """Let a held comment be seen; the blog notes our program as that of the commenter.

        Raises:
            NetworkError: it is as it was, or that is not known.
        """
        await self._client.write_comment({"status": "approved"}, _number(post))

    async def mark_spam(self, post: PostId) -> None:
        """Take a comment away as spam; one that is gone already needs none of it.

        Raises:
            NetworkError: it is as it was, or that is not known.
        """
        try:
            await self._client.write_comment({"status": "spam"}, _number(post))
        except Gone:
            return

    async def sign_out(self) -> None:
        """Delete our application password on the blog.

        Raises:
            Rejected: the blog does not let us; it says where one does it by hand.
            NetworkError: it may still be good there.
        """
        try:
            await self._client.revoke(await self._client.sign())
        except SignedOut:
            return
        except (Gone, Rejected) as error:
            raise Rejected(
                "This blog does not delete an application password on our word.",
                "Delete it in wp-admin, under Users, Profile, Application Passwords.",
            ) from error

    async def close(self) -> None:
        """Let go of nothing: the door is not ours."""

    @property
    def _place(self) -> Place:
        return Place(self._account, self._site, self._us, self._role is Role.MODERATOR)

    async def _know_role(self) -> None:
        """See to it that what is ours is asked for as we may: a look must not miss it."""
        if not self._is_role_read:
            await self._read_role()

    async def _read_role(self) -> None:
        """Ask whom the blog takes us for: an answer to anybody would not tell that we are out."""
        role = role_of(await self._client.me())
        if role is not self._role:
            await self._keep({AUTHORIZATION: self._authorization, ROLE: Secret(role.value)})
        self._role, self._is_role_read = role, True


def _number(post: PostId) -> int:
    number = comment_number(post)
    if number is None:
        raise Rejected("Only comments are moderated.")
    return number
