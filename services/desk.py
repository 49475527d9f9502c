"""A desk: what one sits down at. The real one, or a practice one that is swept away.

Law: its parts are put together here and nowhere else, opened in order and closed in the reverse;
whoever only looks on reads the stores and starts nothing.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from services.changes import ChangeFeed
from services.clock import Clock
from services.debriefs import Debriefs
from services.errors import Damaged, StoreError
from services.fetching import Fetcher
from services.intake import Intake
from services.model.changes import Family
from services.model.ids import AccountId, SendId
from services.model.posts import Post
from services.model.sending import Send, SendState
from services.model.session import SendSettled
from services.model.words import Safe
from services.networks.base import Network
from services.outbox import Outbox
from services.queue import Queue
from services.reading import Reading, Tables, tables_of
from services.session.engine import Engine
from services.sources import Sources
from services.store.database import (
    CACHE,
    PRIVATE,
    Database,
    Durability,
    Transaction,
    open_database,
)
from services.store.headlines import prune_headlines
from services.store.threads import prune
from services.store.topic_marks import mark_joined, unmark_joined
from services.topics.hosting import MakeHost, TopicsHere, TopicsHost
from services.touches import Touching
from services.verbs import Verbs

_LOOK_S = 0.25
_PRUNE_AFTER_S = 20.0
KEPT_FOR = timedelta(days=90)
"""How long the cache remembers what strangers said."""

_ALL_BUT_LEASE = tuple(family for family in Family if family is not Family.LEASE)


@dataclass(frozen=True, slots=True)
class Files:
    """The two files of a desk."""

    private: Database
    cache: Database

    async def close(self) -> None:
        """Close both."""
        await self.cache.close()
        await self.private.close()


@dataclass(slots=True)
class Desk:
    """The parts of one desk, open."""

    files: Files
    tables: Tables
    networks: dict[AccountId, Network]
    engine: Engine
    outbox: Outbox
    reading: Reading
    verbs: Verbs
    changes: ChangeFeed
    sources: Sources
    intake: Intake
    queue: Queue
    """What other tools have queued for us; read once ``start`` was called."""
    touching: Touching
    """Tells which of it speaks of the news."""
    fetching: Fetcher
    """Brings strangers' posts home, so that they can be answered."""
    topics: TopicsHost
    """Hears what is new; a terminal that looks on tells it nothing."""
    is_practice: bool
    looks_on: bool
    outside: Callable[[], tuple[Safe, ...]] = tuple
    """Says what is wrong with what no account of ours has to do with."""

    def add(self, network: Network) -> None:
        """Take a network in and follow it; the desk closes it."""
        self.networks[network.account.id] = network
        if not self.looks_on:
            self.sources.follow(network)
        self.queue.wake()
        self.changes.publish(Family.NETWORKS)

    async def remove(self, account: AccountId) -> None:
        """Let a network go; what was read of it stays."""
        network = self.networks.pop(account, None)
        if network is None:
            return
        await self.sources.leave(account)
        await network.close()
        self.changes.publish(Family.NETWORKS)


async def open_files(private: Path, cache: Path) -> Files:
    """Open the private file and the cache; whoever opens them closes them.

    A damaged cache is swept away and begun anew: nothing in it is anybody's own.

    Raises:
        StoreError: one of them cannot be opened.
    """
    first = await open_database(private, PRIVATE, durability=Durability.FULL)
    try:
        try:
            second = await open_database(cache, CACHE, durability=Durability.NORMAL)
        except Damaged:
            await asyncio.to_thread(_sweep, cache)
            second = await open_database(cache, CACHE, durability=Durability.NORMAL)
    except BaseException:
        await first.close()
        raise
    return Files(first, second)


def _sweep(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


@asynccontextmanager
async def open_desk(
    files: Files,
    networks: Iterable[Network],
    clock: Clock,
    *,
    own_sites: frozenset[str],
    is_practice: bool = False,
    looks_on: bool = False,
    topics: MakeHost = TopicsHere,
) -> AsyncIterator[Desk]:
    """Put a desk together over open files and networks; closes the networks at the end.

    ``topics`` makes what keeps the topics.

    Raises:
        StoreError: what an earlier run left in the outbox cannot be read.
    """
    changes = ChangeFeed()
    tables = tables_of(files.private, files.cache)
    by_account = {network.account.id: network for network in networks}
    engine = Engine(tables.sessions, clock, changes.publish)
    host = topics(files.cache, changes, clock)
    intake = Intake(files.private, files.cache, lambda: engine.sitting, host.take)
    own = _OwnPosts(intake, host)
    queue = Queue(by_account, tables.drafts, tables.outbox, changes, clock)
    outbox = Outbox(
        tables.outbox,
        by_account.get,
        clock,
        on_sent=own.land,
        on_settled=lambda send: _tell_settled(send, engine, changes, own, queue),
        on_taken_back=own.unsay,
    )
    debriefs = Debriefs(
        tables.sessions,
        tables.exchanges,
        tables.outbox,
        tables.waiting,
        tables.topics,
        clock,
        own_sites,
    )
    desk = Desk(
        files=files,
        tables=tables,
        networks=by_account,
        engine=engine,
        outbox=outbox,
        reading=Reading(tables, debriefs, clock),
        verbs=Verbs(tables, outbox, engine, changes, clock, networks=by_account, intake=intake),
        changes=changes,
        sources=Sources(files.private, intake, changes, clock, engine.tell),
        intake=intake,
        queue=queue,
        touching=Touching(queue, files.cache),
        fetching=Fetcher(tables.topics, by_account, intake, changes, clock),
        topics=host,
        is_practice=is_practice,
        looks_on=looks_on,
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_close_all, by_account)
        if looks_on:
            watching = asyncio.create_task(_watch(files, changes, clock), name="looking on")
            stack.push_async_callback(_cancel, watching)
        else:
            host.start()
            stack.push_async_callback(host.close)
            stack.push_async_callback(own.close)
            stack.push_async_callback(queue.close)
            stack.push_async_callback(outbox.close)
            stack.push_async_callback(engine.close)
            stack.push_async_callback(desk.sources.close)
            await outbox.recover()
            pruning = asyncio.create_task(_prune(files.cache, clock), name="pruning")
            stack.push_async_callback(_cancel, pruning)
            for network in by_account.values():
                desk.sources.follow(network)
        yield desk


class _OwnPosts:
    """Hands our own posts to the topics once they are written down as sent or taken back."""

    def __init__(self, intake: Intake, host: TopicsHost) -> None:
        """Write through ``intake``; tell ``host`` after the commit."""
        self._intake = intake
        self._host = host
        self._written: dict[SendId, Post | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def land(self, tx: Transaction, send: Send, post: Post | None) -> None:
        """Write down a send that has arrived, in the transaction that says so."""
        await self._intake.land(tx, send, post)
        await mark_joined(tx, send)
        if post is not None:
            self._written[send.id] = post

    async def unsay(self, tx: Transaction, send: Send) -> None:
        """Write down that a post was taken back, in the transaction that says so."""
        await self._intake.unsay(tx, send)
        await unmark_joined(tx, send)
        self._written[send.id] = None

    def settle(self, send: Send) -> None:
        """Hand over what the transaction of ``send`` wrote; it is committed."""
        if send.id not in self._written:
            return
        post = self._written.pop(send.id)
        posts = () if post is None else (post,)
        gone = () if post or send.post is None else ((send.target.account, send.post),)
        task = asyncio.create_task(self._host.take(posts, gone), name=f"topics of {send.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what is being handed over."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _tell_settled(
    send: Send, engine: Engine, changes: ChangeFeed, own: _OwnPosts, queue: Queue
) -> None:
    own.settle(send)
    queue.note_settled(send)
    is_back = send.state is not SendState.SENT and send.is_given_back
    engine.note_send_ended(is_text_back=is_back)
    engine.tell(SendSettled(send))
    changes.publish(Family.OUTBOX, Family.WAITING, Family.DRAFTS, Family.THREADS)
    if send.target.topic is not None or send.target.person is not None:
        changes.publish(Family.TASTES)


async def _watch(files: Files, changes: ChangeFeed, clock: Clock) -> None:
    """Notice what the terminal that holds the lease writes."""
    seen = (0, 0)
    while True:
        now = (await files.private.data_version(), await files.cache.data_version())
        if now != seen:
            seen = now
            changes.publish(*_ALL_BUT_LEASE)
        await clock.sleep(_LOOK_S)


async def _prune(cache: Database, clock: Clock) -> None:
    """Let the cache forget what is old, once everything else has had its turn."""
    await clock.sleep(_PRUNE_AFTER_S)
    with contextlib.suppress(StoreError):
        await prune(cache, clock.now() - KEPT_FOR)
        await prune_headlines(cache, clock.now() - KEPT_FOR)


async def _close_all(networks: Mapping[AccountId, Network]) -> None:
    for network in networks.values():
        await network.close()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
