"""The sources: each network is polled as long as a desk is open, and what it brings is taken in.

Law: one network in trouble is a word in the status line; it stops no other and loses nothing.
One that does not know us any more is not asked again until somebody has signed in.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from services.changes import ChangeFeed
from services.clock import Clock
from services.errors import ChinwagError, RateLimited, SignedOut
from services.intake import Intake
from services.model.changes import Family
from services.model.ids import AccountId
from services.model.session import WentLive
from services.model.words import Safe
from services.networks.base import Arrivals, Cursor, Neighbourhood, Network
from services.outbox.delivery import within
from services.places import place_name
from services.store.cursors import read_cursor
from services.store.database import Database
from services.text.clean import clean_line

_LOG = logging.getLogger(__name__)
POLL_AT_MOST_S = 60.0
"""A poll that takes longer is given up; the next one begins where it began."""
ROUNDS_AT_ONCE = 100
"""Polls without a pause between them, while each says that there is more."""
_ROUNDS_APART_S = 1.0
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
        self._signed_out: set[AccountId] = set()
        self._catching_up: dict[AccountId, int] = {}

    @property
    def troubles(self) -> Mapping[AccountId, Safe]:
        """What is wrong now, by account."""
        return self._troubles

    @property
    def catching_up(self) -> Mapping[AccountId, int]:
        """How many posts of an account have been read so far, while its first reading goes on."""
        return self._catching_up

    @property
    def signed_out(self) -> frozenset[AccountId]:
        """Accounts that their networks do not know any more; they are not asked until anew."""
        return frozenset(self._signed_out)

    def follow(self, network: Network) -> None:
        """Read a network from now on, until ``close``."""
        account = network.account.id
        self._signed_out.discard(account)
        self._tasks[account] = asyncio.create_task(self._read(network), name=f"source {account}")

    async def leave(self, account: AccountId) -> None:
        """Read a network no more."""
        self._troubles.pop(account, None)
        self._signed_out.discard(account)
        self._catching_up.pop(account, None)
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
                await self._take_all(network)
                self._note_well(account)
                pause_s = _FIRST_PAUSE_S
                await network.wait()
                if isinstance(network, Neighbourhood):
                    self._changes.publish(Family.PRESENCE)
            except SignedOut:
                self._signed_out.add(account)
                name = place_name(network.account.network)
                self._note(account, clean_line(f"{name} has signed you out; a signs in again."))
                return
            except ChinwagError as error:
                if isinstance(error, RateLimited):
                    asked_s = error.retry_after_s or 0.0
                self._note(account, clean_line(f"{network.account.network}: {error.what}"))
            except TimeoutError:
                name = place_name(network.account.network)
                words = f"{name[:1].upper()}{name[1:]} has not answered for a minute."
                self._note(account, clean_line(words))
            except Exception:  # noqa: BLE001 - one network must not end the others
                _LOG.exception("reading %s failed", account)
                self._note(account, clean_line(f"{network.account.network} cannot be read now."))
            else:
                continue
            await self._clock.sleep(max(pause_s, asked_s))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _take_all(self, network: Network) -> None:
        """Poll until there is no more; one that never comes to an end is asked once a second."""
        rounds = 0
        while await self._take(network):
            rounds += 1
            if rounds >= ROUNDS_AT_ONCE:
                await self._clock.sleep(_ROUNDS_APART_S)

    async def _take(self, network: Network) -> bool:
        """Poll once; whether there is more."""
        account = network.account.id
        cursor = await read_cursor(self._private, account)
        if cursor is None:
            self._catching_up.setdefault(account, 0)
        arrivals = await self._poll(network, cursor)
        heard = await self._intake.take(account, arrivals)
        if account in self._catching_up:
            self._catching_up[account] += len(arrivals.posts)
            self._changes.publish(Family.NETWORKS)
        if heard.families:
            self._changes.publish(*heard.families)
        for live in heard.live:
            self._tell(live)
        return arrivals.has_more

    async def _poll(self, network: Network, cursor: Cursor | None) -> Arrivals:
        """Poll, and give up after a minute; one that has its answer at once is not timed."""
        poll = asyncio.ensure_future(network.poll(cursor))
        try:
            await asyncio.wait({poll}, timeout=0)
            if poll.done():
                return poll.result()
            return await within(self._clock, POLL_AT_MOST_S, _end_of(poll))
        finally:
            poll.cancel()

    def _note_well(self, account: AccountId) -> None:
        was_behind = self._catching_up.pop(account, None) is not None
        was_ill = self._troubles.pop(account, None) is not None
        self._signed_out.discard(account)
        if was_behind or was_ill:
            self._changes.publish(Family.NETWORKS)

    def _note(self, account: AccountId, words: Safe) -> None:
        if self._troubles.get(account) != words:
            self._troubles[account] = words
            self._changes.publish(Family.NETWORKS)


async def _end_of(poll: "asyncio.Future[Arrivals]") -> Arrivals:
    return await poll
