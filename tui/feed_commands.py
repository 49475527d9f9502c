"""``chinwag feeds``: what is followed, and adding, removing, bringing and taking it.

Law: listing asks nobody. What writes needs the lease, as a terminal that is open would not hear
of it; nothing is written over.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.changes import ChangeFeed
from services.clock import SystemClock
from services.config import Config, read_config
from services.desk import open_files
from services.errors import ChinwagError
from services.feed_import import Importing
from services.model.headlines import FeedId, Headline, HeadlineId
from services.model.news_sources import NewsSource
from services.networks.base import FeedMemory, HeadlineSource
from services.networks.feeds.subscriptions import canonical, feed_id
from services.networks.feeds.wire import Finding, ParseJob
from services.news import News
from services.paths import own_paths, shown_path
from services.runtime import open_runtime
from services.text.clean import clean
from services.web.values import Answer, Request
from tui.screens.import_report import is_lost, progress, summary
from widgets.ages import count
from widgets.cells import clip, pad
from widgets.feed_list import feed_words


async def show() -> int:
    """Print what is followed, and how each feed is."""
    now = SystemClock().now()
    async with _listing() as news:
        feeds = await news.feeds()
    for feed in feeds:
        words, _ = feed_words(feed, now)
        # Words are given whole, whatever becomes of the column: they are what was asked for.
        _print(f"{pad(clip(feed.name, 26), 28)}{words.ljust(38)}  {feed.url}")
    if not feeds:
        _print("No feed is followed yet. “chinwag feeds --add ADDRESS” follows one.")
    return 0


async def add(address: str) -> int:
    """Follow the feed at an address, or the one that the page there names."""
    async with _writing() as news:
        found = await news.find(address)
        if len(found) > 1:
            _print(f"That page names {len(found)} feeds; add one of them by its address:")
            for one in found:
                _print(f"{pad(clip(one.name, 26), 28)}{one.url}")
            return 1
        for one in found:
            feed = await news.follow(one.url, one.name)
            _print(f"{feed.name} is followed: {feed.url}")
    return 0


async def remove(address: str) -> int:
    """Follow a feed no longer."""
    url = canonical(address if "://" in address else f"https://{address}")
    async with _writing() as news:
        for feed in await news.feeds():
            if url is not None and (feed.url == url or feed.id == feed_id(url)):
                await news.unfollow(feed.id)
                _print(f"{feed.name} is followed no longer.")
                return 0
    raise ChinwagError(f"{address} is not followed.", "“chinwag feeds” lists what is.")


async def bring(file: str) -> int:
    """Follow the feeds of another reader's list; 1 where some did not come in."""
    path = await _path(file)
    last: Importing | None = None
    async with _writing() as news:
        async for step in news.import_opml(path):
            last = step
            _tell_progress(step)
    if last is None:
        return 0
    _print(f"{summary(last)}.")
    for fault in last.failed:
        name = f"{fault.name}: " if fault.name else ""
        _print(f"  {name}{fault.words}\n    {fault.url}")
    return int(any(is_lost(fault) for fault in last.failed))


async def take(file: str) -> int:
    """Write what is followed as a list for other readers; nothing is written over."""
    path = await _path(file)
    if await asyncio.to_thread(path.exists):
        raise ChinwagError(f"{shown_path(path)} is there already.", "Name another file.")
    async with _listing() as news:
        many = await news.export_opml(path)
    _print(f"{count(many, 'feed')} written to {shown_path(path)}.")
    return 0


async def _path(file: str) -> Path:
    return await asyncio.to_thread(Path(file).absolute)


def _tell_progress(step: Importing) -> None:
    """Say how far it is on one line, where somebody looks."""
    if sys.stderr.isatty():
        end = "\n" if step.is_done else ""
        sys.stderr.write(f"\r{progress(step)}\x1b[K{end}")
        sys.stderr.flush()


@asynccontextmanager
async def _writing() -> AsyncIterator[News]:
    """Open the news of this user, as the only terminal that does."""
    async with open_runtime() as runtime:
        if runtime.looks_on:
            raise ChinwagError("Chinwag is open in another terminal.", "b in its lobby does this.")
        yield (await runtime.connect()).news


@asynccontextmanager
async def _listing() -> AsyncIterator[News]:
    """Open what is known of the feeds; nobody is asked for anything."""
    paths, clock, nobody = own_paths(), SystemClock(), _Nobody()
    config = await asyncio.to_thread(read_config, paths.config_file)
    files = await open_files(paths.private_file, paths.cache_file)
    try:
        yield News(
            cache=files.cache,
            door=nobody,
            parser=nobody,
            clock=clock,
            feeds_file=paths.feeds_file,
            config=lambda: config,
            choose=nobody.choose,
            changes=ChangeFeed(),
            on_headlines=nobody.hear,
            on_let_go=nobody.forget,
            make=nobody.make,
            looks_on=True,
        )
    finally:
        await files.close()


class _Nobody:
    """Stands where others are asked, and asks nobody."""

    async def fetch(self, request: Request) -> Answer:
        """Fetch nothing."""
        raise ChinwagError(f"{request.url} is not asked for here.")

    async def parse(self, job: ParseJob) -> Finding:
        """Parse nothing."""
        raise ChinwagError(f"{job.kind.value} is not read here.")

    async def choose(self, config: Config) -> None:
        """Change nothing."""

    async def hear(self, headlines: tuple[Headline, ...], ended: tuple[HeadlineId, ...]) -> None:
        """Tell nobody."""

    async def forget(self, feed: FeedId) -> None:
        """Tell nobody."""

    def make(self, source: NewsSource, memory: FeedMemory | None) -> HeadlineSource:
        """Make no source."""
        raise ChinwagError(f"{memory or source} is not read here.")


def _print(words: str) -> None:
    sys.stdout.write(clean(words, lines=1_000_000, chars=10_000_000) + "\n")
