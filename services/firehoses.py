"""Which streams of public posts are read: from what was chosen to what the topics are told.

Law: none unless somebody chose it by name. The token of an account of ours goes to its own server
and nowhere else; a name that cannot be had is told, and stops no other.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from services.config import Config
from services.desk import Desk
from services.errors import ChinwagError, ConfigError, Forbidden, NetworkError
from services.http import Door
from services.model.accounts import SignedIn
from services.model.changes import Family
from services.model.ids import AccountId, NetworkName
from services.model.words import Safe
from services.secrets import Secret
from services.text.clean import clean_line
from services.topics.values import Firehose, StreamKind
from services.vault import Vault
from services.web.gate import read_place

if TYPE_CHECKING:
    from services.networks.mastodon.client import Fetches

_LOG = logging.getLogger(__name__)
SOURCES_AT_MOST: Final = 8
"""Each is a line that stays open."""
_NAMES: Final = "There are jetstream, jetstream:wss://host/path and mastodon:host."
_PACE_S: Final = 1.0
"""Between two looks at what has changed; a sign-in changes several things at once."""
_CONCERNS: Final = frozenset({Family.NETWORKS, Family.TASTES})


class Wish(msgspec.Struct, frozen=True):
    """One name of the configuration, understood."""

    kind: StreamKind
    host: str
    """Where it is; of a server of Mastodon's kind what people call it."""
    url: str = ""
    """Where it is opened, where the name says so."""


class Standing(msgspec.Struct, frozen=True):
    """An account of ours on a server whose public posts are wanted."""

    server: str
    token: str
    streaming: str = ""
    """Where the server says that it streams."""


def wish_of(name: str) -> Wish:
    """Understand a name.

    Raises:
        ConfigError: it means nothing.
    """
    kind, _, where = name.strip().partition(":")
    match kind.lower():
        case "jetstream":
            return _jetstream(name, where)
        case "mastodon" if where and not set(where) & set("/@ \t?#"):
            return Wish(StreamKind.MASTODON, where.lower())
        case _:
            raise ConfigError(f"“{clean_line(name)}” is no firehose.", _NAMES)


def account_for(wish: Wish, who: Iterable[SignedIn]) -> SignedIn:
    """Give the account of ours with which a server is read.

    Raises:
        ConfigError: we are not signed in there.
    """
    for one in who:
        hosts = {urlsplit(one.server).netloc.lower(), one.handle.lower().rpartition("@")[2]}
        if one.network is NetworkName.MASTODON and wish.host in hosts:
            return one
    host = clean_line(wish.host)
    raise ConfigError(
        f"What is public on {host} is streamed to those who are signed in there.",
        f"Sign in to {host}, or take it out of [firehose] in config.toml.",
    )


def firehose_of(wish: Wish, config: Config, name: str, standing: Standing | None) -> Firehose:
    """Make what the topics are told of a wish, under the name by which people know it."""
    url, token = wish.url, ""
    if standing is not None:
        from services.networks.mastodon.public import address_of  # noqa: PLC0415 - for few

        url, token = address_of(standing.server, standing.streaming), standing.token
    chosen = config.firehose
    return Firehose(
        kind=wish.kind,
        name=name,
        url=url,
        token=token,
        languages=chosen.languages,
        words=chosen.words,
        per_s_at_most=float(chosen.per_s_at_most),
        named_hosts=config.door.named_hosts,
    )


class Firehoses:
    """Tells the topics of one real desk what to read, and again when that changes."""

    def __init__(
        self,
        desk: Desk,
        door: Door,
        config: Callable[[], Config],
        who: Callable[[], tuple[SignedIn, ...]],
        vault: Callable[[], Vault],
    ) -> None:
        """Tell nothing yet; ``vault`` may take a moment and is called in a thread."""
        self._desk = desk
        self._door = door
        self._config = config
        self._who = who
        self._vault = vault
        self._told: tuple[Firehose, ...] = ()
        self._words: tuple[Safe, ...] = ()
        self._streaming: dict[AccountId, str] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def words(self) -> tuple[Safe, ...]:
        """What cannot be read that was chosen, and why."""
        return self._words

    def start(self) -> None:
        """Begin to look, until ``close``; no server is waited for."""
        self._task = asyncio.create_task(self._keep_telling(), name="firehoses")

    async def close(self) -> None:
        """Look no more; what is read goes on as long as the topics do."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_telling(self) -> None:
        changes = self._desk.changes.follow(_PACE_S, without=frozenset(Family) - _CONCERNS)
        await self._tell()
        async for _ in changes:
            await self._tell()

    async def _tell(self) -> None:
        found: dict[str, Firehose] = {}
        words: list[Safe] = []
        names = tuple(dict.fromkeys(self._config().firehose.sources))
        if len(names) > SOURCES_AT_MOST:
            words.append(clean_line(f"Only the first {SOURCES_AT_MOST} firehoses are read."))
        for name in names[:SOURCES_AT_MOST]:
            try:
                made = await self._made(name, found)
                found.setdefault(made.url, made)
            except ChinwagError as error:
                words.append(clean_line(error.what))
        if tuple(words) != self._words:
            self._words = tuple(words)
            self._desk.changes.publish(Family.NETWORKS)
        if (told := tuple(found.values())) != self._told:
            self._told = told
            self._desk.topics.listen(told)

    async def _made(self, name: str, found: dict[str, Firehose]) -> Firehose:
        wish = wish_of(name)
        config = self._config()
        if wish.kind is not StreamKind.MASTODON:
            is_first = all(one.kind is StreamKind.MASTODON for one in found.values())
            called = "Bluesky" if is_first else f"Bluesky ({clean_line(wish.host)})"
            return firehose_of(wish, config, called, None)
        who = account_for(wish, self._who())
        vault = await asyncio.to_thread(self._vault)
        token = (await vault.read(who.id)).get("token")
        if token is None:
            raise ConfigError(f"There is no sign-in kept for {who.handle}.")
        streaming = await self._streams_at(who, token)
        standing = Standing(who.server, token.reveal(), streaming)
        return firehose_of(wish, config, clean_line(wish.host), standing)

    async def _streams_at(self, who: SignedIn, token: Secret) -> str:
        """Ask a server where it streams; where it does not say, it is tried on itself."""
        if who.id not in self._streaming:
            try:
                self._streaming[who.id] = await _ask(self._door, who, token)
            except NetworkError as error:
                _LOG.info("%s does not say where it streams: %s", who.server, error.what)
                return ""
        return self._streaming[who.id]


async def _ask(door: "Fetches", who: SignedIn, token: Secret) -> str:
    from services.networks.mastodon.client import MastodonClient  # noqa: PLC0415 - for few
    from services.networks.mastodon.instance import read_instance  # noqa: PLC0415 - as above

    return (await read_instance(MastodonClient(door, who.server, token, who.id))).streaming


def _jetstream(name: str, where: str) -> Wish:
    from services.networks.bluesky.jetstream import PUBLIC, is_second  # noqa: PLC0415 - for few

    url = where or PUBLIC
    try:
        place = read_place(url)
    except Forbidden as error:
        raise ConfigError(f"“{clean_line(name)}” leads nowhere.", error.remedy) from error
    if place.scheme not in {"ws", "wss"}:
        raise ConfigError(
            f"“{clean_line(name)}” is no address of a stream.", "It begins with wss:// and a host."
        )
    kind = StreamKind.JETSTREAM_2 if is_second(url) else StreamKind.JETSTREAM_1
    return Wish(kind, place.host, url)
