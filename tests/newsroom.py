"""A stage for the news: a zoo, a door, a parser, an empty cache, and somebody to hear of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from services.changes import ChangeFeed
from services.config import Config, NewsConfig
from services.http import Door
from services.model.headlines import FeedId, FeedState, Headline, HeadlineId
from services.model.ids import NetworkName
from services.model.news_sources import NewsSource, SourceKind
from services.networks.base import FeedMemory, Headlines, HeadlineSource
from services.networks.bluesky.trends import BlueskyTrends
from services.networks.feeds.parsing import FeedParser
from services.networks.mastodon.trends import MastodonTrends
from services.news import News
from services.store.database import CACHE, Database, Durability, open_database
from services.text.clean import clean_line
from services.web.values import Validators
from tests.builders import a_headline, at
from tests.fakes import NOON, FakeClock
from tests.zoo.server import Zoo, open_zoo

READS = NewsConfig(asked=True, reads=True)
HACKERNEWS = NewsSource(SourceKind.HACKERNEWS)


class Lists:
    """Stands in for the lists of Hacker News: one reading, then silence."""

    def __init__(self, memory: FeedMemory | None) -> None:
        """Begin with what an earlier run remembered."""
        self.memory = memory
        self.is_closed = False

    @property
    def network(self) -> NetworkName:
        """HACKERNEWS."""
        return NetworkName.HACKERNEWS

    async def readings(self) -> AsyncIterator[Headlines]:
        """Give one reading."""
        feed = FeedId("hackernews")
        memory = FeedMemory(
            feed, "https://news.ycombinator.com/", FeedState.WELL, clean_line(""),
            clean_line("Hacker News"), Validators(), at(0), at(90),
        )  # fmt: skip
        story = a_headline("hn1", feed=feed, network=NetworkName.HACKERNEWS)
        yield Headlines(memory, (story,))
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Note it."""
        self.is_closed = True


@dataclass
class Stage:
    """News with everything around it."""

    zoo: Zoo
    clock: FakeClock
    cache: Database
    door: Door
    parser: FeedParser
    file: Path
    config: Config = field(default_factory=Config)
    changes: ChangeFeed = field(default_factory=ChangeFeed)
    told: list[Headline] = field(default_factory=list)
    ended: list[HeadlineId] = field(default_factory=list)
    let_go: list[FeedId] = field(default_factory=list)
    lists: list[Lists] = field(default_factory=list)
    servers: dict[SourceKind, str] = field(default_factory=dict)
    """Where doubles of what is read besides are."""

    async def choose(self, config: Config) -> None:
        """Change what is configured."""
        self.config = config

    async def hear(self, headlines: tuple[Headline, ...], ended: tuple[HeadlineId, ...]) -> None:
        """Take what is new, and what is no more."""
        self.told += headlines
        self.ended += ended

    async def forget(self, feed: FeedId) -> None:
        """Take it that a feed was let go."""
        self.let_go.append(feed)

    def make(self, source: NewsSource, memory: FeedMemory | None) -> HeadlineSource:
        """Make another source, where trends over the same door."""
        match source.kind:
            case SourceKind.BLUESKY_TRENDS:
                return BlueskyTrends(self.door, self.clock, self.servers[source.kind])
            case SourceKind.MASTODON_TRENDS:
                return MastodonTrends(source.server, self.door, self.clock)
            case SourceKind.HACKERNEWS:
                self.lists.append(Lists(memory))
                return self.lists[-1]

    def follows(self, *paths: str, news: NewsConfig = READS) -> None:
        """Write down which animals are followed."""
        self.config = replace(self.config, news=news)
        self.file.write_text("".join(f"[[feed]]\nurl = '{self.zoo.url(path)}'\n" for path in paths))

    @asynccontextmanager
    async def news(self, *, looks_on: bool = False) -> AsyncIterator[News]:
        """Open the news, and start them."""
        news = News(
            cache=self.cache,
            door=self.door,
            parser=self.parser,
            clock=self.clock,
            feeds_file=self.file,
            config=lambda: self.config,
            choose=self.choose,
            changes=self.changes,
            on_headlines=self.hear,
            on_let_go=self.forget,
            make=self.make,
            looks_on=looks_on,
        )
        await news.start()
        try:
            yield news
        finally:
            await news.close()


@asynccontextmanager
async def open_stage(directory: Path) -> AsyncIterator[Stage]:
    """Open a stage on which nobody was asked the question yet."""
    clock = FakeClock()
    cache = await open_database(directory / "cache.db", CACHE, durability=Durability.NORMAL)
    async with open_zoo(now=NOON) as zoo:
        door, parser = Door(clock, named_hosts=zoo.named_hosts), FeedParser(clock)
        yield Stage(zoo, clock, cache, door, parser, directory / "feeds.toml")
        await parser.close()
        await door.close()
    await cache.close()
