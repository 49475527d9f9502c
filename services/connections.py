"""What the real desk has of the world outside this box: the door, the news, the accounts.

Law: opening asks nobody for anything that was not agreed to, and waits for no network. It is
closed before the desk is.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from msgspec.structs import replace

from services.clock import Clock
from services.config import Config, HackerNewsConfig
from services.desk import Desk
from services.errors import ChinwagError
from services.http import Door
from services.model.ids import NetworkName
from services.networks.base import FeedMemory, HeadlineSource, Network
from services.networks.feeds.parsing import FeedParser
from services.networks.hackernews.account import HackerNewsAccount, open_hackernews
from services.networks.hackernews.client import BASE, HackerNewsClient
from services.networks.hackernews.lists import HackerNewsLists
from services.news import News


class Connections:
    """The ways out of one real desk; made by ``open_connections``."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        config: Callable[[], Config],
        choose: Callable[[Config], Awaitable[None]],
        feeds_file: Path,
    ) -> None:
        """Open nothing yet."""
        self._desk = desk
        self._clock = clock
        self._config = config
        self._choose = choose
        self._door = Door(clock, named_hosts=frozenset(config().door.named_hosts))
        self._parser = FeedParser(clock)
        self._stack = AsyncExitStack()
        self.news = News(
            cache=desk.files.cache,
            door=self._door,
            parser=self._parser,
            clock=clock,
            feeds_file=feeds_file,
            config=config,
            choose=choose,
            changes=desk.changes,
            on_headlines=desk.topics.hear,
            hackernews=self._lists,
            looks_on=desk.looks_on,
        )
        """The publishers that are followed."""

    @property
    def hackernews(self) -> Network | None:
        """Our name on Hacker News, where we have one."""
        for network in self._desk.networks.values():
            if network.account.network is NetworkName.HACKERNEWS:
                return network
        return None

    async def open(self) -> None:
        """Begin with everything that was agreed to in an earlier run.

        Raises:
            StoreError: the cache cannot be read.
        """
        self._stack.push_async_callback(self._door.close)
        self._stack.push_async_callback(self._parser.close)
        self._stack.push_async_callback(self.news.close)
        if self._desk.looks_on:
            return
        if user := self._config().hackernews.user:
            client = HackerNewsClient(self._door, self._hackernews_base)
            self._desk.add(HackerNewsAccount(user, client, self._clock))
        await self.news.start()
        self._desk.outside = lambda: self.news.troubles

    async def close(self) -> None:
        """Let go of all of it."""
        await self._stack.aclose()

    async def join_hackernews(self, user: str) -> Network:
        """Read from now on who answers ``user`` on Hacker News.

        Raises:
            ConfigError: nobody goes by that name there, or it could not be written down.
            NetworkError: it could not be looked up.
            ChinwagError: this terminal only looks on.
        """
        if self._desk.looks_on:
            raise ChinwagError("Another terminal of yours is open.", "Take it over first.")
        network = await open_hackernews(user, self._door, self._clock, self._hackernews_base)
        await self._remove_hackernews()
        self._desk.add(network)
        await self._keep_user(network.account.author.handle.removeprefix("@"))
        return network

    async def leave_hackernews(self) -> None:
        """Read there no more; what was read stays.

        Raises:
            ConfigError: it could not be written down.
        """
        await self._remove_hackernews()
        await self._keep_user("")

    @property
    def _hackernews_base(self) -> str:
        return self._config().hackernews.address or BASE

    async def _remove_hackernews(self) -> None:
        if (there := self.hackernews) is not None:
            await self._desk.remove(there.account.id)

    async def _keep_user(self, user: str) -> None:
        config = self._config()
        kept = HackerNewsConfig(user=user, address=config.hackernews.address)
        await self._choose(replace(config, hackernews=kept))

    def _lists(self, memory: FeedMemory | None) -> HeadlineSource:
        return HackerNewsLists(self._door, self._clock, self._hackernews_base, memory)


async def open_connections(
    desk: Desk,
    clock: Clock,
    config: Callable[[], Config],
    choose: Callable[[Config], Awaitable[None]],
    feeds_file: Path,
) -> Connections:
    """Open the ways out of a desk; whoever opens them closes them.

    Raises:
        StoreError: the cache cannot be read.
    """
    connections = Connections(desk, clock, config, choose, feeds_file)
    try:
        await connections.open()
    except BaseException:
        await connections.close()
        raise
    return connections
