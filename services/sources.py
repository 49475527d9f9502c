"""The sources: each network is polled as long as a desk is open, and what it brings is taken in.

Law: one network in trouble is a word in the status line; it stops no other and loses nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from services.changes import ChangeFeed
from services.clock import Clock
from services.errors import ChinwagError, RateLimited
from services.intake import Intake
from services.model.changes import Family
from services.model.ids import AccountId
from services.model.session import WentLive
from services.model.words import Safe
from services.networks.base import Neighbourhood, Network
from services.store.cursors import read_cursor
from services.store.database import Database
from services.text.clean import clean_line

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


class Sources:
    """Follows every network of one desk."""

    def __init__(
        self,
        private: Database,
        intake: Intake,
        changes: ChangeFeed,
        clock: Clock,
        tell: Callable[[WentLive], None],
    ) -> None:
        """Take in through ``intake``; ``tell`` hears who has just answered us."""
        self._private = private
        self._intake = intake
        self._changes = changes
        self._clock = clock
        self._tell = tell
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._troubles: dict[AccountId, Safe] = {}

    @property
    def troubles(self) -> Mapping[AccountId, Safe]:
        """What is wrong now, by account."""
        return self._troubles

    def follow(self, network: Network) -> None:
        """Read a network from now on, until ``close``."""
        account = network.account.id
        self._tasks[account] = asyncio.create_task(self._read(network), name=f"source {account}")

    async def leave(self, account: AccountId) -> None:
        """Read a network no more."""
        self._troubles.pop(account, None)
        if (task := self._tasks.pop(account, None)) is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        """Stop reading."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _read(self, network: Network) -> None:
        account, pause_s = network.account.id, _FIRST_PAUSE_S
        while True:
            asked_s = 0.0
            try:
                while await self._take(network):
                    pass
                if self._troubles.pop(account, None) is not None:
                    self._changes.publish(Family.NETWORKS)
                pause_s = _FIRST_PAUSE_S
                await network.wait()
                if isinstance(network, Neighbourhood):
                    self._changes.publish(Family.PRESENCE)
            except ChinwagError as error:
                if isinstance(error, RateLimited):
                    asked_s = error.retry_after_s or 0.0
                self._note(account, clean_line(f"{network.account.network}: {error.what}"))
            except Exception:  # noqa: BLE001 - one network must not end the others
                _LOG.exception("reading %s failed", account)
                self._note(account, clean_line(f"{network.account.network} cannot be read now."))
            else:
                continue
            await self._clock.sleep(max(pause_s, asked_s))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _take(self, network: Network) -> bool:
        """Poll once; whether there is more."""
        account = network.account.id
        arrivals = await network.poll(await read_cursor(self._private, account))
        heard = await self._intake.take(account, arrivals)
        if heard.families:
            self._changes.publish(*heard.families)
        for live in heard.live:
            self._tell(live)
        return arrivals.has_more

    def _note(self, account: AccountId, words: Safe) -> None:
        if self._troubles.get(account) != words:
            self._troubles[account] = words
            self._changes.publish(Family.NETWORKS)
