"""The firehoses that the worker reads itself, and what there is to say about them.

Law: a stream is followed for as long as it is asked for; what is not looked at is counted and
said. Nobody is asked for anything that was not named.
"""

import asyncio
import random
from collections.abc import Callable
from typing import assert_never

from services.clock import Clock
from services.topics.came import Wire
from services.topics.following import Follower, OnItem
from services.topics.values import Firehose, StreamKind, Tally
from services.web.addresses import Resolver, resolve
from services.web.gate import Gate


class Listening:
    """Reads streams of public posts, each in a task of its own."""

    def __init__(
        self,
        clock: Clock,
        on_item: OnItem,
        *,
        resolver: Resolver = resolve,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Hand every post that is looked at to ``on_item``, at once; read nothing yet."""
        self._clock = clock
        self._on_item = on_item
        self._resolver = resolver
        self._chance = chance
        self._followed: dict[str, tuple[Follower, asyncio.Task[None]]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._cursors: dict[str, int] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """What has to be known: that one is sampled, or not there, in a sentence each."""
        return tuple(said for one, _ in self._followed.values() for said in one.words)

    @property
    def tallies(self) -> dict[str, Tally]:
        """What became of all that came, by the address of each stream that is read."""
        return {url: one.tally for url, (one, _) in self._followed.items()}

    def listen(self, firehoses: tuple[Firehose, ...]) -> None:
        """Read these from now on, and no others; one that is read already goes on."""
        asked = {one.url: one for one in firehoses}
        for url, (follower, _) in list(self._followed.items()):
            firehose = asked.get(url)
            if firehose is not None and _is_same_line(firehose, follower.firehose):
                follower.change(firehose)
            else:
                self._leave(url)
        for url, firehose in asked.items():
            if url not in self._followed:
                self._follow(firehose)

    def cursors(self) -> dict[str, int]:
        """Tell how far each stream that can go on later has been read, by its address."""
        for url, (follower, _) in self._followed.items():
            if follower.cursor is not None:
                self._cursors[url] = follower.cursor
        return dict(self._cursors)

    def resume(self, cursors: dict[str, int]) -> None:
        """Know how far they had been read in an earlier run; before ``listen``."""
        self._cursors = dict(cursors)

    async def close(self) -> None:
        """Read no more."""
        for url in list(self._followed):
            self._leave(url)
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _follow(self, firehose: Firehose) -> None:
        gate = Gate(self._resolver, frozenset(firehose.named_hosts))
        follower = Follower(
            firehose,
            _wire_of(firehose),
            gate,
            self._clock,
            self._on_item,
            cursor=self._cursors.get(firehose.url),
            chance=self._chance,
        )
        task = asyncio.create_task(follower.follow(), name=f"firehose {firehose.name}")
        self._followed[firehose.url] = (follower, task)

    def _leave(self, url: str) -> None:
        follower, task = self._followed.pop(url)
        if follower.cursor is not None:
            self._cursors[url] = follower.cursor
        task.cancel()
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def _is_same_line(one: Firehose, other: Firehose) -> bool:
    """Tell whether both are read over the same connection, whatever is wanted of it."""
    return (one.kind, one.url, one.name, one.token, one.named_hosts) == (
        other.kind,
        other.url,
        other.name,
        other.token,
        other.named_hosts,
    )


def _wire_of(firehose: Firehose) -> Wire:
    """Give how it speaks; read in where it is needed, since most people listen to none."""
    match firehose.kind:
        case StreamKind.JETSTREAM_1 | StreamKind.JETSTREAM_2:
            from services.networks.bluesky.jetstream import Jetstream  # noqa: PLC0415 - as above

            return Jetstream(firehose.url)
        case StreamKind.MASTODON:
            from services.networks.mastodon.public import PublicTimeline  # noqa: PLC0415 - as above

            return PublicTimeline(firehose.url, firehose.name)
        case _ as never:
            assert_never(never)
