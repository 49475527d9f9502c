"""What the real desk has of the world outside this box: the door, the news, the accounts.

Law: opening asks nobody for anything that was not agreed to, and waits for no network. It is
closed before the desk is.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from services.clock import Clock
from services.config import Config, HackerNewsConfig
from services.desk import Desk
from services.errors import ChinwagError
from services.firehoses import Firehoses
from services.http import Door
from services.identities import Identities
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.model.news_sources import NewsSource, SourceKind
from services.model.words import Safe
from services.networks.base import FeedMemory, HeadlineSource, Network
from services.networks.feeds.parsing import FeedParser
from services.networks.hackernews.account import HackerNewsAccount, open_hackernews
from services.networks.hackernews.client import BASE, HackerNewsClient
from services.networks.hackernews.lists import HackerNewsLists
from services.networks.registry import (
    SIGNED_IN,
    begin_mastodon,
    enter_bluesky,
    enter_wordpress,
    finish_mastodon,
    make_trends,
)
from services.news import News
from services.paths import Paths
from services.secrets import Secret
from services.vault import Vault, open_vault

if TYPE_CHECKING:
    from services.networks.mastodon.signin import Authorization

_THROUGH_THE_DOOR = frozenset({NetworkName.HACKERNEWS, *SIGNED_IN})


class Connections:
    """The ways out of one real desk; made by ``open_connections``."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        config: Callable[[], Config],
        choose: Callable[[Config], Awaitable[None]],
        paths: Paths,
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
            feeds_file=paths.feeds_file,
            config=config,
            choose=choose,
            changes=desk.changes,
            on_headlines=desk.topics.hear,
            on_let_go=desk.topics.let_go,
            make=self._source,
            looks_on=desk.looks_on,
        )
        """The publishers that are followed."""
        self.identities = Identities(
            desk, self._door, clock, paths.accounts_file, partial(_vault_of, paths, config)
        )
        """The accounts that were signed in."""
        self.firehoses = Firehoses(
            desk, self._door, config, lambda: self.identities.who, lambda: self.identities.vault
        )
        """The streams of public posts that were chosen."""

    @property
    def vault(self) -> Vault:
        """Where the sign-ins are kept.

        Raises:
            VaultError: the keyring that was asked for is not there.
        """
        return self.identities.vault

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
            StoreError: the cache cannot be read, or who is here could not be written down.
        """
        self._stack.push_async_callback(self._door.close)
        self._stack.push_async_callback(self._parser.close)
        self._stack.push_async_callback(self.news.close)
        self._stack.push_async_callback(self.firehoses.close)
        if self._desk.looks_on:
            return
        if user := self._config().hackernews.user:
            client = HackerNewsClient(self._door, self._hackernews_base)
            self._desk.add(HackerNewsAccount(user, client, self._clock))
        await self.identities.open()
        await self.news.start()
        self.firehoses.start()
        self._desk.outside = lambda: (
            *self.identities.words,
            *self.news.troubles,
            *self.firehoses.words,
        )

    async def close(self) -> None:
        """Let go of all of it; whoever speaks through the door is gone before it closes."""
        for network in tuple(self._desk.networks.values()):
            if network.account.network in _THROUGH_THE_DOOR:
                await self._desk.remove(network.account.id)
        await self._stack.aclose()

    async def sign_in_bluesky(self, handle: str, password: Secret, server: str = "") -> SignedIn:
        """Sign in with a handle and an app password, at bsky.social unless another is named.

        Raises:
            NetworkError: it does not let us in, or could not be asked.
            ChinwagError: it could not be kept, or this terminal only looks on.
        """
        self._check_hand()
        entered = await enter_bluesky(handle, password, self._door, self._clock, server)
        return await self.identities.take_in(entered)

    async def begin_mastodon(self, server: str) -> "Authorization":
        """Register with a server; ``url`` of what it gives is where the person gets their code.

        Raises:
            ConfigError: no server is named, or it is none that speaks as Mastodon does.
            NetworkError: it could not be asked.
            ChinwagError: this terminal only looks on.
        """
        self._check_hand()
        return await begin_mastodon(server, self._door)

    async def finish_mastodon(self, authorization: "Authorization", code: str) -> SignedIn:
        """Sign in with the code that was pasted.

        Raises:
            ConfigError: the code is wrong, was used, or is too old.
            NetworkError: the server could not be asked.
            ChinwagError: it could not be kept, or this terminal only looks on.
        """
        self._check_hand()
        entered = await finish_mastodon(authorization, code, self._door, self._clock)
        return await self.identities.take_in(entered)

    async def sign_in_wordpress(self, site: str, user: str, password: Secret) -> SignedIn:
        """Sign in to a blog with an application password.

        Raises:
            NetworkError: it does not let us in, or could not be asked.
            ChinwagError: it could not be kept, or this terminal only looks on.
        """
        self._check_hand()
        entered = await enter_wordpress(site, user, password, self._door, self._clock)
        return await self.identities.take_in(entered)

    async def sign_out(self, account: AccountId, *, forget_words: bool) -> Safe:
        """Revoke a sign-in and let its account go; a sentence where the server was not told.

        Raises:
            ChinwagError: as ``Identities.sign_out``, or this terminal only looks on.
        """
        self._check_hand()
        return await self.identities.sign_out(account, forget_words=forget_words)

    async def join_hackernews(self, user: str) -> Network:
        """Read from now on who answers ``user`` on Hacker News.

        Raises:
            ConfigError: nobody goes by that name there, or it could not be written down.
            NetworkError: it could not be looked up.
            ChinwagError: this terminal only looks on.
        """
        self._check_hand()
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

    def _check_hand(self) -> None:
        if self._desk.looks_on:
            raise ChinwagError("Another terminal of yours is open.", "Take it over first.")

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

    def _source(self, source: NewsSource, memory: FeedMemory | None) -> HeadlineSource:
        if source.kind is SourceKind.HACKERNEWS:
            return HackerNewsLists(self._door, self._clock, self._hackernews_base, memory)
        return make_trends(source, self._door, self._clock)


async def open_connections(
    desk: Desk,
    clock: Clock,
    config: Callable[[], Config],
    choose: Callable[[Config], Awaitable[None]],
    paths: Paths,
) -> Connections:
    """Open the ways out of a desk; whoever opens them closes them.

    Raises:
        StoreError: the cache cannot be read.
    """
    connections = Connections(desk, clock, config, choose, paths)
    try:
        await connections.open()
    except BaseException:
        await connections.close()
        raise
    return connections


def _vault_of(paths: Paths, config: Callable[[], Config]) -> Vault:
    return open_vault(paths.secrets_file, wants_keyring=config().secrets.keyring)
