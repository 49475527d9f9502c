"""Where the topic engine lives: in this process, or in a child that may die unnoticed.

Law: whoever hands something over waits for no child and hears of no trouble of the engine's. All
that the engine needs to know again is in the cache, so that it can begin anew at any moment and
gives the same list. The engine itself is read in where it runs, and not at a start.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from services.changes import ChangeFeed
from services.child import Child, ChildGone, start_child
from services.clock import Clock
from services.errors import StoreError
from services.model.changes import Family
from services.model.headlines import FeedId, Headline, HeadlineId
from services.model.ids import AccountId, PostId
from services.model.posts import Post
from services.model.topics import Tastes
from services.store.database import Database, Transaction
from services.store.topics import put_ranking
from services.store.warming import told_again
from services.topics.items import item_of_headline, item_of_post
from services.topics.state_file import StateFile
from services.topics.values import (
    Asked,
    Ended,
    Firehose,
    Item,
    LetGo,
    Listen,
    Prefer,
    Rank,
    Ranking,
    Take,
    Tally,
    Withdrawn,
)
from services.whole import whole

if TYPE_CHECKING:
    from services.topics.engine import TopicEngine

_LOG = logging.getLogger(__name__)
_ANEW_S = 60.0
"""After so long topics are put in order again, so that old ones leave."""
_STREAMED_S = 5.0
"""The same while a firehose is read, which says nothing of its own accord."""
_REST = 20
"""So many times as long as a ranking took is none asked for: a busy day is told less often."""
_SHORTEST_REST_S, _LONGEST_REST_S = 0.05, 2.0
_ANSWER_S = 30.0
"""So long a child may take over what it is told or asked, before it is begun anew."""
_BEGIN_S = 120.0
"""The same of a child that begins with what was usual, on a box that has other things to do."""
_LAST_WORDS_S = 10.0
"""A child writes what is usual when it ends: half a second's work, and nicer than all others."""
_BEGUN_BADLY = 2
"""After so many children that were gone before their first ranking, their state is dropped."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 60.0
_WELL_S = 60.0
"""A child that has lived so long is started anew without a long pause."""
_TOLD_AT_ONCE = 500
QUEUED_AT_MOST = 20_000
STATE_NAME = "topics.state"
"""Beside the cache: what the engine knows that no cache can tell again."""

Gone = tuple[tuple[AccountId, PostId], ...]


class TopicsHost(Protocol):
    """Keeps the topics in the cache up to date with what it is told."""

    def start(self) -> None:
        """Begin; until ``close``."""

    def prepare(self) -> None:
        """Get ready for what will come, so that the first of it need not wait."""

    async def take(self, posts: tuple[Post, ...], gone: Gone = ()) -> None:
        """Take posts that are new in the cache, and those that left it."""

    async def hear(
        self, headlines: tuple[Headline, ...], ended: tuple[HeadlineId, ...] = ()
    ) -> None:
        """Take headlines that are new in the cache, and those that left it."""

    async def let_go(self, feed: FeedId) -> None:
        """Forget the headlines of a feed, which have left the cache."""

    async def prefer(self, tastes: Tastes) -> None:
        """Put topics in order by these tastes from now on."""

    def listen(self, firehoses: tuple[Firehose, ...]) -> None:
        """Read these streams of public posts from now on, and no others."""

    async def close(self) -> None:
        """Stop; what was not put in order yet is told again by the cache."""


MakeHost = Callable[[Database, ChangeFeed, Clock], TopicsHost]


class TopicsHere:
    """The engine in this process: when ``take`` returns, the topics in the cache are in order."""

    def __init__(self, cache: Database, changes: ChangeFeed, clock: Clock) -> None:
        """Write to ``cache`` and say so through ``changes``."""
        self._cache = cache
        self._changes = changes
        self._clock = clock
        self._turn = asyncio.Lock()
        self._tastes = Tastes()
        self._engine: TopicEngine | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Let old topics leave as time goes by."""
        self._task = asyncio.create_task(self._keep_fresh(), name="topics")

    def prepare(self) -> None:
        """Do nothing: the engine is made when it is needed, at once."""

    async def take(self, posts: tuple[Post, ...], gone: Gone = ()) -> None:
        """Take posts that are new in the cache, and those that left it."""
        await self._tell(_social(posts, gone))

    async def hear(
        self, headlines: tuple[Headline, ...], ended: tuple[HeadlineId, ...] = ()
    ) -> None:
        """Take headlines that are new in the cache, and those that left it."""
        await self._tell(_told(headlines, ended))

    async def let_go(self, feed: FeedId) -> None:
        """Forget the headlines of a feed, which have left the cache."""
        await self._tell([LetGo(feed)])

    async def prefer(self, tastes: Tastes) -> None:
        """Put topics in order by these tastes from now on."""
        self._tastes = tastes
        if self._engine is not None:
            self._engine.prefer(tastes)
            await self._tell([])

    def listen(self, firehoses: tuple[Firehose, ...]) -> None:
        """Read none: a firehose is for a process of its own."""

    async def close(self) -> None:
        """Stop."""
        await _cancel(self._task)

    async def _keep_fresh(self) -> None:
        while True:
            await self._clock.sleep(_ANEW_S)
            await self._tell([])

    async def _tell(self, items: list[Item]) -> None:
        try:
            async with self._turn:
                if self._engine is None:
                    from services.topics.engine import TopicEngine  # noqa: PLC0415 - see the law

                    engine = TopicEngine()
                    engine.prefer(self._tastes)
                    async for known in told_again(self._cache, self._clock.now()):
                        engine.take(known)
                    self._engine = engine
                self._engine.take(items)
                ranking = self._engine.rank(self._clock.now())
                await _put(self._cache, self._changes, ranking)
        except StoreError as error:
            _LOG.warning("topics could not be kept: %s", error.what)
        except Exception:  # noqa: BLE001 - whoever hands something over hears of no trouble
            _LOG.exception("the topic engine failed, and begins anew with the next item")
            self._engine = None


class TopicsChild:
    """The engine in a child, which is started with the first item at the latest, and anew.

    Whatever makes it die, nobody misses it.
    """

    def __init__(self, cache: Database, changes: ChangeFeed, clock: Clock) -> None:
        """Write to ``cache`` and say so through ``changes``."""
        self._cache = cache
        self._changes = changes
        self._clock = clock
        self._said: deque[Item] = deque()
        self._heard: deque[Item] = deque()
        self._tastes = Tastes()
        self._firehoses: tuple[Firehose, ...] = ()
        self.tallies: dict[str, Tally] = {}
        """What became of all that came over each firehose, as the child told last."""
        self._chosen: deque[Prefer | Listen] = deque()
        self._wake = asyncio.Event()
        self._child: Child | None = None
        self._task: asyncio.Task[None] | None = None
        self._begun_badly = 0  # children in a row that were gone before their first ranking
        self._encode = msgspec.msgpack.Encoder().encode
        self._ranking = msgspec.msgpack.Decoder(Ranking)

    @property
    def pid(self) -> int | None:
        """The process id of the child, while there is one."""
        return None if self._child is None else self._child.pid

    @property
    def _patience_s(self) -> float:
        return _BEGIN_S if self._begun_badly else _ANSWER_S

    def start(self) -> None:
        """Wait for the first item."""
        self._task = asyncio.create_task(self._run(), name="topics")

    def prepare(self) -> None:
        """Start the child now: that takes longer than anybody should wait for a topic."""
        self._wake.set()

    async def take(self, posts: tuple[Post, ...], gone: Gone = ()) -> None:
        """Queue posts that are new in the cache, and those that left it."""
        self._queue(self._said, _social(posts, gone))

    async def hear(
        self, headlines: tuple[Headline, ...], ended: tuple[HeadlineId, ...] = ()
    ) -> None:
        """Queue headlines that are new in the cache, and those that left it."""
        self._queue(self._heard, _told(headlines, ended))

    async def let_go(self, feed: FeedId) -> None:
        """Queue that the headlines of a feed have left the cache."""
        self._queue(self._heard, [LetGo(feed)])

    async def prefer(self, tastes: Tastes) -> None:
        """Queue by which tastes topics are put in order."""
        if tastes != self._tastes:
            self._tastes = tastes
            self._choose(Prefer(tastes))

    def listen(self, firehoses: tuple[Firehose, ...]) -> None:
        """Queue which streams the child reads."""
        if firehoses != self._firehoses:
            self._firehoses = firehoses
            self._choose(Listen(firehoses))

    async def close(self) -> None:
        """Let the child end."""
        await _cancel(self._task)

    def _choose(self, chosen: Prefer | Listen) -> None:
        """Tell a child what was chosen; one that starts later is told so at its start."""
        if self._child is not None:
            self._chosen.append(chosen)
        if self._child is not None or isinstance(chosen, Listen):
            self._wake.set()

    def _queue(self, queue: deque[Any], items: list[Any]) -> None:
        queue.extend(items)
        lost = len(queue) - QUEUED_AT_MOST
        if lost > 0:
            for _ in range(lost):
                queue.popleft()
            _LOG.warning("the topic engine is behind; it was not told of %d items", lost)
        if items:
            self._wake.set()

    async def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        await self._wake.wait()
        while True:
            begun_s = self._clock.monotonic()
            try:
                await self._serve()
            except (ChildGone, StoreError, TimeoutError) as error:
                if isinstance(error, StoreError):
                    self._begun_badly = 0  # which is no fault of the child's
                _LOG.warning("the topic engine begins anew: %s", type(error).__name__)
            except Exception:  # noqa: BLE001 - whatever it is, topics are not given up for good
                _LOG.exception("the topic engine failed")
            if self._clock.monotonic() - begun_s > _WELL_S:
                pause_s = _FIRST_PAUSE_S
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _serve(self) -> None:
        """Start a child, tell it everything, and ask it whenever something has changed."""
        if self._begun_badly >= _BEGUN_BADLY:
            await asyncio.to_thread(StateFile(self._cache.path.with_name(STATE_NAME)).drop)
        self._child = child = await _start(self._cache)
        self._begun_badly += 1
        self._chosen.clear()
        try:
            await self._put(child, Prefer(self._tastes))
            await self._put(child, Listen(self._firehoses))
            async for known in told_again(self._cache, self._clock.now()):
                await self._put(child, Take(known))
            await self._rank(child)
            self._begun_badly = 0
            while True:
                await self._until_due()
                self._wake.clear()
                begun_s = self._clock.monotonic()
                await self._hand_over(child)
                await self._rank(child)
                await self._clock.sleep(_rest_s(self._clock.monotonic() - begun_s))
        finally:
            self._child = None
            await whole(child.close())

    async def _rank(self, child: Child) -> None:
        """Have the topics put in order as they are now; a new child begins with it."""
        await self._put(child, Rank(self._clock.now()))
        async with asyncio.timeout(self._patience_s):
            ranking = self._ranking.decode(await child.get())
        self.tallies = ranking.tallies
        with contextlib.suppress(StoreError):  # it is tried again with the next one
            await _put(self._cache, self._changes, ranking)

    async def _hand_over(self, child: Child) -> None:
        while self._chosen:
            await self._put(child, self._chosen.popleft())
        for queue in (self._said, self._heard):
            while queue:
                count = min(len(queue), _TOLD_AT_ONCE)
                await self._put(child, Take(tuple(queue.popleft() for _ in range(count))))

    async def _put(self, child: Child, asked: Asked) -> None:
        async with asyncio.timeout(self._patience_s):
            await child.put(self._encode(asked))

    async def _until_due(self) -> None:
        """Return when something is to be told, or old topics may have to leave."""
        tasks = [
            asyncio.create_task(self._wake.wait()),
            asyncio.create_task(self._clock.sleep(_STREAMED_S if self._firehoses else _ANEW_S)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _rest_s(took_s: float) -> float:
    """Tell how long to leave the engine alone after a ranking that took so long."""
    return min(max(_SHORTEST_REST_S, _REST * took_s), _LONGEST_REST_S)


async def _start(cache: Database) -> Child:
    """Start a child; who is told to stop meanwhile has none left half started."""
    file = str(cache.path.with_name(STATE_NAME))
    starting = asyncio.create_task(
        start_child("services.topics.worker", file, last_words_s=_LAST_WORDS_S),
        name="topics begin",
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with contextlib.suppress(ChildGone):
            await (await starting).close()
        raise


def _social(posts: Iterable[Post], gone: Gone) -> list[Item]:
    return [
        *(item_of_post(post) for post in posts),
        *(Withdrawn(account, post) for account, post in gone),
    ]


def _told(headlines: Iterable[Headline], ended: Iterable[HeadlineId]) -> list[Item]:
    return [
        *(item_of_headline(headline) for headline in headlines),
        *(Ended(headline) for headline in ended),
    ]


async def _put(cache: Database, changes: ChangeFeed, ranking: Ranking) -> None:
    async def work(tx: Transaction) -> bool:
        return await put_ranking(tx, ranking)

    if await cache.write_whole(work):
        changes.publish(Family.TOPICS)


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
