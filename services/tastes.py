"""What we want to see, gathered and handed to the topics: words, people, joined and dismissed.

Law: only what somebody chose is written down, in ``config.toml``. Tags that an account follows on
its own network are followed here as well, and nobody whom we keep away counts as known. Nothing
of this asks for more than reading, and nothing of it is ever said to anybody.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from msgspec.structs import replace

from services.clock import Clock
from services.config import Config, TopicsConfig
from services.desk import Desk
from services.errors import ChinwagError, ConfigError, StoreError
from services.model.changes import Family
from services.model.ids import AccountId
from services.model.topics import Tastes
from services.model.words import Safe
from services.networks.base import Tagging
from services.text.clean import clean_line
from services.topics.sought import folded

WORDS_AT_MOST: Final = 200
"""Of each kind: more than that is no taste."""
WORD_CHARS_AT_MOST: Final = 60
FOLLOWED_AT_MOST: Final = 600
"""Ours, and the tags of two accounts that follow as many as we ask for."""
KNOWN_AT_MOST: Final = 5_000
TAGS_EVERY_S: Final = 1_800.0
"""Between two readings of the tags that an account follows: they are seldom changed."""
_LOOKED_EVERY_S = 60.0
"""Between two looks whether the tags of an account are due."""
_ANEW_S = 600.0
"""Between two gatherings while nothing changes: what was dismissed long ago comes back."""
_GATHERED_EVERY_S = 0.25
"""At most: whoever dismisses one topic after the other sees each of them go."""
_CONCERNS: Final = frozenset({Family.TASTES, Family.NETWORKS})
_OTHERS: Final = frozenset(Family) - _CONCERNS

_LOG = logging.getLogger(__name__)


class Tastebook:
    """Knows what is wanted at one desk, and tells its topics; made once for each."""

    def __init__(
        self,
        desk: Desk,
        config: Callable[[], Config],
        choose: Callable[[Config], Awaitable[None]],
        clock: Clock,
    ) -> None:
        """Tell the topics of ``desk``, from ``start`` on."""
        self._desk = desk
        self._config = config
        self._choose = choose
        self._clock = clock
        self._tags: dict[AccountId, tuple[Safe, ...]] = {}
        self._asked_at_s: dict[AccountId, float] = {}
        self._changed = asyncio.Event()
        self._connected = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def follows(self) -> tuple[str, ...]:
        """The tags and words that we chose to follow."""
        return self._config().topics.follow

    @property
    def mutes(self) -> tuple[str, ...]:
        """The tags and words of which we want to see nothing."""
        return self._config().topics.mute

    @property
    def tags(self) -> tuple[Safe, ...]:
        """The tags that our accounts follow on their networks, with their signs."""
        here = [self._tags.get(account, ()) for account in self._desk.networks]
        return tuple(dict.fromkeys(clean_line(f"#{tag}") for some in here for tag in some))

    async def follow(self, word: str) -> None:
        """Follow a tag, with its sign, or a word; it is muted no more.

        Raises:
            ConfigError: it is no word, there are too many, or it could not be written down.
        """
        topics, kept = self._config().topics, _word_of(word)
        follow = _with(topics.follow, kept, "followed")
        await self._change(replace(topics, follow=follow, mute=_without(topics.mute, kept)))

    async def unfollow(self, word: str) -> None:
        """Follow a tag or a word no more; nothing happens where it was not.

        Raises:
            ConfigError: it could not be written down.
        """
        topics = self._config().topics
        await self._change(replace(topics, follow=_without(topics.follow, word)))

    async def mute_word(self, word: str) -> None:
        """Leave out what speaks of a tag, with its sign, or a word; it is followed no more.

        Raises:
            ConfigError: it is no word, there are too many, or it could not be written down.
        """
        topics, kept = self._config().topics, _word_of(word)
        mute = _with(topics.mute, kept, "muted")
        await self._change(replace(topics, mute=mute, follow=_without(topics.follow, kept)))

    async def unmute_word(self, word: str) -> None:
        """Leave out no more what speaks of a tag or a word; nothing happens where it was not.

        Raises:
            ConfigError: it could not be written down.
        """
        topics = self._config().topics
        await self._change(replace(topics, mute=_without(topics.mute, word)))

    async def show_adult(self, *, is_shown: bool) -> None:
        """Say whether what is for adults may be raised.

        Raises:
            ConfigError: it could not be written down.
        """
        await self._change(replace(self._config().topics, adult=is_shown))

    def start(self) -> None:
        """Tell the topics now and whenever something has changed; a second call changes nothing."""
        if not self._tasks and not self._desk.looks_on:
            self._tasks = (
                asyncio.create_task(self._hear(), name="tastes heard"),
                asyncio.create_task(self._tell(), name="tastes"),
                asyncio.create_task(self._ask(), name="followed tags"),
            )

    async def close(self) -> None:
        """Tell nothing more."""
        tasks, self._tasks = self._tasks, ()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def gather(self) -> Tastes:
        """Put together what is wanted now.

        Raises:
            StoreError: a file cannot be read.
        """
        tables, topics, now = self._desk.tables, self._config().topics, self._clock.now()
        follows = _each_once((*topics.follow[:WORDS_AT_MOST], *self.tags))
        return Tastes(
            follows=follows[:FOLLOWED_AT_MOST],
            mutes=_each_once(topics.mute[:WORDS_AT_MOST]),
            known=await tables.exchanges.spoken_with(KNOWN_AT_MOST),
            joined=tuple(one.topic for one in await tables.marks.joined(now)),
            dismissed=tuple(one.topic for one in await tables.marks.dismissed(now)),
            shows_adult=topics.adult,
        )

    async def _hear(self) -> None:
        """Note what has changed."""
        changes = self._desk.changes.follow(_GATHERED_EVERY_S, without=_OTHERS)
        async with contextlib.aclosing(changes):
            accounts = set(self._desk.networks)
            async for change in changes:
                if accounts != set(self._desk.networks):
                    accounts = set(self._desk.networks)
                    self._connected.set()
                    self._changed.set()
                elif Family.TASTES in change.families:
                    self._changed.set()

    async def _tell(self) -> None:
        """Tell the topics what is wanted, again where that is something else than they know."""
        told: Tastes | None = None
        while True:
            self._changed.clear()
            try:
                tastes = await self.gather()
            except StoreError as error:
                _LOG.warning("what is wanted could not be read: %s", error.what)
            else:
                if tastes != told:
                    await self._desk.topics.prefer(tastes)
                told = tastes
            await self._wait(_ANEW_S, self._changed)

    async def _ask(self) -> None:
        """Read the tags of each account when it comes, and every half hour."""
        while True:
            self._connected.clear()
            for account, network in tuple(self._desk.networks.items()):
                if isinstance(network, Tagging) and self._is_due(account):
                    await self._ask_one(account, network)
            await self._wait(_LOOKED_EVERY_S, self._connected)

    async def _ask_one(self, account: AccountId, network: Tagging) -> None:
        """Read the tags of one account; in trouble it follows what it did."""
        self._asked_at_s[account] = self._clock.monotonic()
        before = self.tags
        try:
            self._tags[account] = await network.followed_tags()
        except ChinwagError as error:
            _LOG.info("the tags of %s could not be read: %s", account, type(error).__name__)
        except Exception:  # noqa: BLE001 - one network must not end the others
            _LOG.exception("reading the tags of %s failed", account)
        if self.tags != before:
            self._desk.changes.publish(Family.TASTES)

    def _is_due(self, account: AccountId) -> bool:
        asked_s = self._asked_at_s.get(account)
        return asked_s is None or self._clock.monotonic() - asked_s >= TAGS_EVERY_S

    async def _wait(self, seconds: float, event: asyncio.Event) -> None:
        """Return after so long, or when something has happened."""
        waits = {
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(event.wait()),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _change(self, topics: TopicsConfig) -> None:
        config = self._config()
        if topics != config.topics:
            await self._choose(replace(config, topics=topics))


def _word_of(typed: str) -> str:
    """Give a word as it is kept.

    Raises:
        ConfigError: it is none.
    """
    word = str(clean_line(typed, chars=WORD_CHARS_AT_MOST + 1)).replace("\uff03", "#")
    if not any(map(str.isalnum, word)):
        raise ConfigError("There is no word in it.", "Type a word, or a tag as #tea.")
    if len(word) > WORD_CHARS_AT_MOST:
        raise ConfigError(
            f"A word has at most {WORD_CHARS_AT_MOST} characters here.", "Type a shorter one."
        )
    if word.startswith("#") and " " in word:
        raise ConfigError("A tag has no space in it.", "Leave the # out for words.")
    return word


def _key(word: str) -> str:
    """Give what is the same for words that are found in the same texts."""
    return " ".join(folded(word).split())


def _with(words: tuple[str, ...], word: str, deed: str) -> tuple[str, ...]:
    """Add a word where it is not there already.

    Raises:
        ConfigError: there are too many.
    """
    if _key(word) in map(_key, words):
        return words
    if len(words) >= WORDS_AT_MOST:
        raise ConfigError(f"{len(words)} words are {deed} already.", "Let go of one first.")
    return (*words, word)


def _without(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(one for one in words if _key(one) != _key(word))


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    """Give what can be looked for, each once, as it was written first."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(_key(word), word)
    return tuple(first.values())
