"""Somebody's account on Hacker News, by its name: what they wrote there and who answers it.

Law: it only reads. What is taken from elsewhere on the site than our own items and the answers
to them comes in ``thread`` alone.

Source: github.com/HackerNews/API, README, 2026-11: the API is read only, so answers are written
on the site's own pages, and arrive here as ours when they are read.
"""

import asyncio
import re
from typing import Final, NoReturn

from services.clock import Clock
from services.errors import ConfigError, Gone, Rejected
from services.model.ids import NetworkName, PostId, ThreadId
from services.model.limits import Capabilities, Keying
from services.model.people import Account
from services.model.posts import Post, Reach, Thread
from services.networks.base import Arrivals, Cursor, Message
from services.networks.hackernews.ancestry import Ancestry
from services.networks.hackernews.client import BASE, Fetches, HackerNewsClient
from services.networks.hackernews.convert import account_of, is_by, number_of, post_of
from services.networks.hackernews.poll import Poller, by_age
from services.networks.hackernews.wire import Item
from services.text.clean import clean_line

POLL_S: Final = 60.0
THREAD_AT_MOST: Final = 200

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


async def open_hackernews(
    user: str, door: Fetches, clock: Clock, base_url: str = BASE
) -> "HackerNewsAccount":
    """Look whether ``user`` is somebody on Hacker News, and open the account.

    Raises:
        ConfigError: nobody goes by that name there.
        NetworkError: it could not be looked up.
    """
    client = HackerNewsClient(door, base_url)
    name = user.strip()
    if not _NAME.fullmatch(name) or await client.user(name) is None:
        raise ConfigError(
            f"Nobody goes by {clean_line(name) or 'no name'} on Hacker News.",
            "Check the name; capitals count there.",
        )
    return HackerNewsAccount(name, client, clock)


class HackerNewsAccount:
    """One name on Hacker News, as a ``Network`` that takes no words."""

    def __init__(self, name: str, client: HackerNewsClient, clock: Clock) -> None:
        """Read as ``name``, which is letters, digits, ``-`` and ``_``."""
        self._name = name
        self._client = client
        self._clock = clock
        self._account = account_of(name)
        self._ancestry = Ancestry(client)
        self._poller = Poller(client, self._account, self._ancestry)

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._account

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do."""
        return Capabilities(
            network=NetworkName.HACKERNEWS,
            keying=Keying.KEYLESS,
            reach=Reach.PUBLIC,
            graphemes_at_most=None,
            can_take_back=False,
            can_answer=False,
        )

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read what we wrote and who answered it since ``cursor``; the first time 90 days back.

        Raises:
            Gone: nobody goes by our name any more.
            NetworkError: it could not be read; the cursor stands where it stood.
        """
        return await self._poller.poll(cursor, await self._submitted(), self._clock.now())

    async def wait(self) -> None:
        """Return after a minute."""
        await self._clock.sleep(POLL_S)

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a story and what hangs under it, level by level, at most 200 posts.

        Raises:
            Gone: nothing of it is there (any more).
            NetworkError: it could not be read.
        """
        number, now = number_of(thread), self._clock.now()
        found: dict[int, Item | None] = {}
        level = [] if number is None else [number]
        while level:
            await self._client.items(level, found.__setitem__)
            below = (kid for one in level if (item := found[one]) for kid in item.kids or ())
            fresh = dict.fromkeys(kid for kid in below if kid not in found)
            level = list(fresh)[: THREAD_AT_MOST - len(found)]
        posts = []
        for item in found.values():
            await asyncio.sleep(0)  # so that a long thread does not hold up a key press
            parent = None if item is None or item.parent is None else found.get(item.parent)
            made = item and post_of(item, self._account, thread, parent, now)
            if made:
                posts.append(made)
        if not posts:
            raise Gone("This thread is not there any more.")
        return Thread(thread, tuple(sorted(posts, key=by_age)))

    async def send(self, message: Message) -> NoReturn:
        """Refuse.

        Raises:
            Rejected: always.
        """
        del message
        raise Rejected(
            "Hacker News takes answers on its own page only.",
            "Open the address in a browser and answer there; it counts here as answered.",
        )

    async def look(self, message: Message) -> Post | None:
        """Find nothing: no message of ours leaves from here."""
        del message
        return None

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest posts, newest first.

        Raises:
            NetworkError: they could not be read.
        """
        now = self._clock.now()
        numbers = sorted(await self._submitted(), reverse=True)[: 2 * count]
        found: dict[int, Item | None] = {}
        await self._client.items(numbers, found.__setitem__)
        items = [item for number in numbers if (item := found[number]) is not None]
        ours = [item for item in items if is_by(item, self._account)][:count]
        places = await self._ancestry.places(ours)
        made = [
            post_of(item, self._account, places[item.id].thread, places[item.id].parent, now)
            for item in ours
        ]
        return tuple(post for post in made if post is not None)

    async def take_back(self, post: PostId) -> NoReturn:
        """Refuse.

        Raises:
            Rejected: always.
        """
        del post
        raise Rejected(
            "Hacker News lets you delete a post on its own page only.",
            "Open the address in a browser and delete it there.",
        )

    async def close(self) -> None:
        """Let go of nothing: the door is not ours."""

    async def _submitted(self) -> tuple[int, ...]:
        user = await self._client.user(self._name)
        if user is None:
            raise Gone(
                f"Nobody goes by {self._name} on Hacker News.",
                "Check the name; capitals count there.",
            )
        return user.submitted or ()
