"""The news as the screens see it: which publishers are followed, how each is, and what is new.

Law: nobody is asked for anything before the one question was answered with yes. A terminal that
only looks on lists what is followed and asks nobody. A publisher in trouble is a state of its
feed; only when none can be reached is that a word in the status line.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Final

import msgspec

from services.changes import ChangeFeed
from services.clock import Clock
from services.config import Config, NewsConfig
from services.errors import ChinwagError, ConfigError, StoreError
from services.feed_finding import Found, find_feeds
from services.feed_import import (
    Checked,
    Importing,
    check_all,
    faults_of,
    read_list,
    write_list,
)
from services.feed_rows import feed_of, feed_of_source, name_of, unread_source
from services.model.changes import Family
from services.model.headlines import Feed, FeedId, FeedState, Headline, HeadlineId
from services.model.ids import NetworkName
from services.model.news_sources import NewsSource
from services.model.words import Safe
from services.networks.base import FeedMemory, Headlines, HeadlineSource
from services.networks.feeds.catalogue import Offer, read_catalogue
from services.networks.feeds.client import FeedClient, Fetches, Parses
from services.networks.feeds.poller import FeedsSource
from services.networks.feeds.subscriptions import (
    add_subscriptions,
    read_subscriptions,
    remove_subscription,
    subscribe,
)
from services.news_reading import Key, Readers, as_told
from services.store.database import Database
from services.store.feeds import KnownFeed, forget_feed, read_known
from services.store.headlines import keep, keep_only
from services.text.clean import clean_line
from services.whole import whole

_LOG = logging.getLogger(__name__)
_WRITTEN_AT_ONCE: Final = 20


class News:
    """Follows publishers for as long as a desk is open."""

    def __init__(
        self,
        *,
        cache: Database,
        door: Fetches,
        parser: Parses,
        clock: Clock,
        feeds_file: Path,
        config: Callable[[], Config],
        choose: Callable[[Config], Awaitable[None]],
        changes: ChangeFeed,
        on_headlines: Callable[[tuple[Headline, ...], tuple[HeadlineId, ...]], Awaitable[None]],
        on_let_go: Callable[[FeedId], Awaitable[None]],
        make: Callable[[NewsSource, FeedMemory | None], HeadlineSource],
        looks_on: bool = False,
    ) -> None:
        """Start nothing yet.

        Args:
            cache: Where headlines are kept.
            door: Fetches; it is not closed here.
            parser: Parses; it is not closed here.
            clock: All the time there is.
            feeds_file: Which feeds are followed.
            config: Gives what is configured now.
            choose: Changes it, and writes it down.
            changes: Hears that topics or feeds may have changed.
            on_headlines: Takes those that are new or say something else, after they are kept,
                and the ids of those that are no more.
            on_let_go: Hears of a feed that is followed no more, after it is forgotten.
            make: Makes a source other than the feeds, from the memory of its last reading.
            looks_on: Whether another terminal reads.
        """
        self.offers: tuple[Offer, ...] = read_catalogue()
        self._cache = cache
        self._door = door
        self._client = FeedClient(door, parser, clock)
        self._parser = parser
        self._clock = clock
        self._file = feeds_file
        self._config = config
        self._choose = choose
        self._changes = changes
        self._on_headlines = on_headlines
        self._on_let_go = on_let_go
        self._make = make
        self._looks_on = looks_on
        self._feeds: FeedsSource | None = None
        self._readers = Readers(self._take, clock)
        self._states: dict[FeedId, tuple[Key, FeedState, Safe]] = {}
        self._fault: ConfigError | None = None
        self._turn = asyncio.Lock()

    @property
    def troubles(self) -> tuple[Safe, ...]:
        """What is wrong with all of it, in words."""
        told = () if self._fault is None else (clean_line(self._fault.what),)
        states = [state for _, state, _ in self._states.values()]
        if states and all(state is FeedState.UNREACHABLE for state in states):
            return (*told, clean_line("the news cannot be reached"))
        return told

    async def start(self) -> None:
        """Read what the configuration says, from now on; a faulty file is a trouble, no error.

        Raises:
            StoreError: the cache cannot be read.
        """
        async with self._turn:
            await self._apply()

    async def close(self) -> None:
        """Stop reading."""
        async with self._turn:
            for key in self._readers.running:
                await self._stop(key)

    async def feeds(self) -> tuple[Feed, ...]:
        """Give what is followed, by name, as it is now.

        Raises:
            ConfigError: the file that says so cannot be used.
            StoreError: the cache cannot be read.
        """
        followed = await asyncio.to_thread(read_subscriptions, self._file)
        known, now = await read_known(self._cache), self._clock.now()
        found = [feed_of(one, known.get(one.id), now) for one in followed]
        found += [feed_of_source(one, known.get(one.feed), now) for one in self.sources]
        return tuple(sorted(found, key=lambda feed: (feed.name.casefold(), feed.id)))

    @property
    def sources(self) -> tuple[NewsSource, ...]:
        """What is read beside the feeds."""
        return self._config().news.sources

    def unread(self) -> tuple[Feed, ...]:
        """Give what could be read beside the feeds and is not, in the order of the offers."""
        offered = [offer.source for offer in self.offers if offer.source is not None]
        return tuple(unread_source(one) for one in offered if one not in self.sources)

    def source_of(self, feed: FeedId) -> NewsSource | None:
        """Give the source that can be turned on and off, where a row is not that of a feed."""
        offered = [offer.source for offer in self.offers if offer.source is not None]
        return next((one for one in (*self.sources, *offered) if one.feed == feed), None)

    async def find(self, address: str) -> tuple[Found, ...]:
        """Give the feed at an address, or those that its page names.

        Raises:
            ChinwagError: there is none, or nobody can tell.
        """
        return await find_feeds(address, self._door, self._client)

    async def follow(self, url: str, name: str = "") -> Feed:
        """Follow a feed from now on; it is read at once.

        Raises:
            ChinwagError: that is no address, or this terminal only looks on.
            ConfigError: it could not be written down.
        """
        self._writes()
        one = subscribe(url, name)
        if one is None:
            raise ChinwagError("That is no address of a feed.", "It has to begin with https://.")
        await whole(self._take_over([Checked(one)]))
        return feed_of(one, None, self._clock.now())

    async def unfollow(self, feed: FeedId) -> None:
        """Follow a feed no more, and forget its headlines.

        Raises:
            ChinwagError: it could not be written down, or this terminal only looks on.
        """
        self._writes()
        await whole(self._let_go(feed))
        self._changes.publish(Family.NETWORKS, Family.FEEDS, Family.TOPICS)

    async def _let_go(self, feed: FeedId) -> None:
        async with self._turn:
            source = next((one for one in self.sources if one.feed == feed), None)
            if source is not None:
                await self._set_news(sources=tuple(one for one in self.sources if one != source))
            else:
                await asyncio.to_thread(remove_subscription, self._file, feed)
                if self._feeds is not None:
                    self._feeds.unfollow(feed)
            await self._forget(feed)

    async def import_opml(self, path: Path) -> AsyncGenerator[Importing, None]:
        """Follow the feeds of another reader's list, telling how far it is after each.

        Raises:
            ChinwagError: the list cannot be read, or this terminal only looks on.
        """
        self._writes()
        outlines = await read_list(path, self._parser)
        followed = await asyncio.to_thread(read_subscriptions, self._file)
        known = frozenset(one.id for one in followed)
        done, total, failed = 0, len(outlines.feeds), list(faults_of(outlines))
        waiting: list[Checked] = []
        yield Importing(done, total, tuple(failed))
        try:
            async with aclosing(check_all(outlines.feeds, self._client, known)) as found:
                async for checked in found:
                    done += 1
                    waiting.append(checked)
                    if checked.fault is not None:
                        failed.append(checked.fault)
                    if len(waiting) >= _WRITTEN_AT_ONCE:
                        await whole(self._take_over(waiting))
                    yield Importing(done, total, tuple(failed))
        finally:
            await whole(self._take_over(waiting))
        yield Importing(done, total, tuple(failed), is_done=True)

    async def export_opml(self, path: Path) -> int:
        """Write what is followed as a list for other readers, and give how many.

        Raises:
            ChinwagError: it cannot be written.
        """
        followed = await asyncio.to_thread(read_subscriptions, self._file)
        known = await read_known(self._cache)
        named = [
            msgspec.structs.replace(one, name=name_of(one, known.get(one.id))) for one in followed
        ]
        await asyncio.to_thread(write_list, path, named)
        return len(named)

    async def answer(self, chosen: tuple[Offer, ...]) -> None:
        """Answer the one question: follow what was chosen, or with nothing, read nothing.

        Raises:
            ConfigError: it could not be written down.
            ChinwagError: this terminal only looks on.
        """
        self._writes()
        feeds = [offer.subscription for offer in chosen if offer.subscription is not None]
        sources = tuple(offer.source for offer in chosen if offer.source is not None)
        async with self._turn:
            await asyncio.to_thread(add_subscriptions, self._file, feeds)
            await self._set_news(reads=bool(feeds), sources=sources)
        self._changes.publish(Family.NETWORKS, Family.FEEDS)

    async def read_source(self, source: NewsSource, *, reads: bool) -> None:
        """Read a source beside the feeds from now on, or no more; then what it told is forgotten.

        Raises:
            ConfigError: it could not be written down.
            ChinwagError: this terminal only looks on, or the cache could not be written.
        """
        self._writes()
        await whole(self._read_source(source, reads=reads))
        self._changes.publish(Family.NETWORKS, Family.FEEDS, Family.TOPICS)

    async def _read_source(self, source: NewsSource, *, reads: bool) -> None:
        async with self._turn:
            others = tuple(one for one in self.sources if one.feed != source.feed)
            await self._set_news(sources=(*others, source) if reads else others)
            if not reads:
                await self._forget(source.feed)

    async def _forget(self, feed: FeedId) -> None:
        """Forget what was read of a source, here and in the topics."""
        await forget_feed(self._cache, feed)
        self._states.pop(feed, None)
        await self._on_let_go(feed)

    async def _set_news(
        self, *, reads: bool | None = None, sources: tuple[NewsSource, ...] | None = None
    ) -> None:
        """Change what is read, write it down, and do so."""
        config = self._config()
        old = config.news
        new = NewsConfig(
            asked=True,
            reads=old.reads if reads is None else reads,
            sources=old.sources if sources is None else sources,
        )
        try:
            if new != old:
                await self._choose(msgspec.structs.replace(config, news=new))
        finally:
            await self._apply()

    async def _apply(self) -> None:
        """Start what is to be read, and stop what is not."""
        news = self._config().news
        may = news.asked and not self._looks_on
        feeds, wanted = may and news.reads, frozenset(news.sources if may else ())
        known = await read_known(self._cache) if feeds or wanted else {}
        if feeds and self._feeds is None:
            await self._start_feeds(known)
        for source in wanted - self._readers.running:
            there = known.get(source.feed)
            self._readers.run(source, self._make(source, there.memory if there else None))
        if not feeds:
            self._feeds = None
            await self._stop(None)
        for key in self._readers.running - wanted - {None}:
            await self._stop(key)

    async def _start_feeds(self, known: dict[FeedId, KnownFeed]) -> None:
        try:
            followed = await asyncio.to_thread(read_subscriptions, self._file)
        except ConfigError as error:
            self._fault = error
            return
        self._fault = None
        memories = {feed: one.memory for feed, one in known.items()}
        self._feeds = FeedsSource(self._client, self._clock, followed, memories)
        self._readers.run(None, self._feeds)

    async def _stop(self, key: Key) -> None:
        await self._readers.stop(key)
        self._states = {feed: state for feed, state in self._states.items() if state[0] != key}

    async def _take(self, reading: Headlines, key: Key, network: NetworkName) -> None:
        """Keep a reading, and tell of what is new in it."""
        memory, is_well = reading.memory, reading.memory.state is FeedState.WELL
        try:
            new = await keep(self._cache, as_told(reading, key), network)
            gone: tuple[HeadlineId, ...] = ()
            if key is not None and key.is_trends and is_well:
                told = tuple(one.id for one in reading.headlines)
                gone = await keep_only(self._cache, memory.id, told)
        except StoreError as error:
            _LOG.warning("a reading of feed %s could not be kept: %s", memory.id, error)
            if key is None and self._feeds is not None:
                self._feeds.read_whole(memory.id)
            return
        if key is None and self._feeds is not None and memory.id not in self._feeds:
            await forget_feed(self._cache, memory.id)  # let go while it was written
            return
        now, before = (key, memory.state, memory.words), self.troubles
        if self._states.get(memory.id) != now:
            self._states[memory.id] = now
            self._changes.publish(Family.FEEDS)
            if self.troubles != before:
                self._changes.publish(Family.NETWORKS)
        if new or gone:  # whoever makes topics of them says when there are any
            await self._on_headlines(new, gone)

    async def _take_over(self, waiting: list[Checked]) -> None:
        """Follow what was checked, and keep the readings that it was checked by."""
        checked, waiting[:] = tuple(waiting), ()
        async with self._turn:
            await self._follow_all(checked)

    async def _follow_all(self, checked: Iterable[Checked]) -> None:
        """Write down what is followed from now on, and begin with what was read of it."""
        new = [(one.subscription, one.reading) for one in checked if one.subscription is not None]
        if not new:
            return
        await asyncio.to_thread(add_subscriptions, self._file, [one for one, _ in new])
        for one, reading in new:
            if self._feeds is not None:
                self._feeds.follow(one, None if reading is None else reading.memory)
            if reading is not None:
                await self._take(reading, None, NetworkName.FEEDS)
        # Who asks for a feed by its address has answered the question.
        await self._set_news(reads=True)
        self._changes.publish(Family.NETWORKS, Family.FEEDS)

    def _writes(self) -> None:
        """Refuse what only the terminal that holds the lease may do."""
        if self._looks_on:
            raise ChinwagError("Another terminal of yours is open.", "Take it over first.")
