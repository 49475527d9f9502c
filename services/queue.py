"""The queue, read: what other tools have queued for our accounts, and what is made of it here.

Law: nothing here is given a time. A queued post is cancelled on its network because somebody said
it by hand, dropped it or kept it, never otherwise; and one that was said only once it is out.
"""

import asyncio
import logging
from collections.abc import Mapping

from services.changes import ChangeFeed
from services.clock import Clock
from services.errors import ChinwagError
from services.model.changes import Family
from services.model.ids import AccountId
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.sending import Draft, Send, SendState
from services.model.words import Safe
from services.networks.base import Network, Queueing
from services.store.drafts import Drafts
from services.store.outbox import OutboxRows
from services.targets import said_by_hand
from services.text.clean import clean_line

EVERY_S = 300.0
"""Between two readings."""
TRIES_S = (3.0, 15.0, 60.0)
"""How long after one failure to cancel what was said it is tried again."""
_QUOTED_CHARS = 40

_LOG = logging.getLogger(__name__)
_Key = tuple[AccountId, QueuedId]


class Queue:
    """What waits on the networks of one desk."""

    def __init__(
        self,
        networks: Mapping[AccountId, Network],
        drafts: Drafts,
        outbox: OutboxRows,
        changes: ChangeFeed,
        clock: Clock,
    ) -> None:
        """Read nothing yet."""
        self._networks = networks
        self._drafts = drafts
        self._outbox = outbox
        self._changes = changes
        self._clock = clock
        self._found: dict[AccountId, tuple[Queued, ...]] = {}
        self._troubles: dict[AccountId, Safe] = {}
        self._alarms: dict[_Key, Safe] = {}
        self._following: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked = asyncio.Event()
        self._in_turn = asyncio.Lock()

    @property
    def listed(self) -> tuple[Queued, ...]:
        """What waits there: what goes out next first, drafts last."""
        found = [one for account, some in self._found.items() if self._has(account) for one in some]
        return tuple(sorted(found, key=_place))

    @property
    def troubles(self) -> tuple[Safe, ...]:
        """Which networks could not be asked, in words."""
        here = self._troubles.items()
        return tuple(words for account, words in here if not account or self._has(account))

    @property
    def alarms(self) -> tuple[Safe, ...]:
        """What was said here and may go out a second time, in words."""
        return tuple(self._alarms.values())

    def start(self) -> None:
        """Read from now on, every five minutes; a second call changes nothing."""
        if self._following is None:
            self._following = asyncio.create_task(self._follow(), name="queue")

    def wake(self) -> None:
        """Read now, where it is read at all."""
        self._asked.set()

    async def close(self) -> None:
        """Stop reading."""
        tasks = (*self._tasks, *((self._following,) if self._following else ()))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def refresh(self) -> None:
        """Ask every network now; one that cannot be asked is a trouble, not an error.

        What stands in a queue though it was said here is cancelled: an earlier run was cut off.
        """
        async with self._in_turn:
            before = (self.listed, self.troubles)
            for account, network in tuple(self._networks.items()):
                if isinstance(network, Queueing):
                    await self._read(account, network)
            if before != (self.listed, self.troubles):
                self._tell()
        said = await self._said()
        for one in self.listed:
            if (one.account, one.id) in said:
                await self._cancel_said((one.account, one.id), said[one.account, one.id])

    async def drop(self, queued: Queued) -> None:
        """Cancel one for good.

        Raises:
            NetworkError: it may still go out.
            ChinwagError: its account is not connected.
        """
        await self._cancel((queued.account, queued.id))
        self._tell()

    async def keep(self, queued: Queued) -> None:
        """Keep the words of one as a talking point here, and cancel it there.

        Raises:
            NetworkError: it may still go out, and nothing was kept.
            StoreError: it could not be kept, and nothing was cancelled.
            ChinwagError: its account is not connected.
        """
        network = self._network(queued.account)
        target = said_by_hand(network.account, queued)
        had = await self._drafts.read(target.account, target.key)
        if had is None:
            await self._drafts.save(Draft(target, str(queued.body), self._clock.now()))
        try:
            await self._cancel((queued.account, queued.id))
        except ChinwagError:
            if had is None:
                await self._drafts.forget(target.account, target.key)
            raise
        self._tell()

    async def points(self) -> tuple[Draft, ...]:
        """Give the talking points: words from a queue that no network will send any more.

        Raises:
            StoreError: they cannot be read.
        """
        listed = {(one.account, one.id) for one in self.listed}
        return tuple(
            one
            for one in await self._drafts.all()
            if one.target.queued and (one.target.account, one.target.queued) not in listed
        )

    def is_listed(self, account: AccountId, queued: QueuedId) -> bool:
        """Tell whether one was still queued when its network was asked last."""
        return any(one.id == queued for one in self._found.get(account, ()))

    def note_settled(self, send: Send) -> None:
        """Cancel what was queued once its words are out; while it cannot be, it is an alarm."""
        queued = send.target.queued
        if queued is None or send.state is not SendState.SENT or send.taken_back_at is not None:
            return
        work = self._cancel_until((send.target.account, queued), send)
        task = asyncio.create_task(work, name=f"cancel {queued}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self) -> None:
        while True:
            self._asked.clear()
            try:
                await self.refresh()
            except ChinwagError as error:
                self._troubles[AccountId("")] = clean_line(error.what)
            else:
                self._troubles.pop(AccountId(""), None)
            waits = {
                asyncio.ensure_future(self._clock.sleep(EVERY_S)),
                asyncio.ensure_future(self._asked.wait()),
            }
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waits:
                    one.cancel()

    async def _read(self, account: AccountId, network: Queueing) -> None:
        try:
            found = await network.queued()
        except ChinwagError as error:
            self._note(account, error.what)
            return
        except Exception:  # noqa: BLE001 - one network must not end the others
            _LOG.exception("reading what %s has queued failed", account)
            self._note(account, "its answer made no sense.")
            return
        self._found[account] = found
        self._troubles.pop(account, None)
        there = {one.id for one in found}
        for key in [key for key in self._alarms if key[0] == account and key[1] not in there]:
            del self._alarms[key]

    def _note(self, account: AccountId, why: str) -> None:
        """Note why a queue could not be read; that of an account that has gone is nobody's."""
        if (network := self._networks.get(account)) is not None:
            place = network.account.network.value
            words = f"What {place} has queued could not be read: {why}"
            self._troubles[account] = clean_line(words)

    async def _said(self) -> dict[_Key, Send]:
        return {
            (send.target.account, send.target.queued): send
            for send in await self._outbox.said_sends()
            if send.target.queued is not None
        }

    async def _cancel_until(self, key: _Key, send: Send) -> None:
        """Cancel what was said, again after a while where that fails."""
        for wait_s in (*TRIES_S, None):
            if await self._cancel_said(key, send) or wait_s is None:
                return
            await self._clock.sleep(wait_s)

    async def _cancel_said(self, key: _Key, send: Send) -> bool:
        try:
            await self._cancel(key)
        except ChinwagError as error:
            words = clean_line(send.body, chars=_QUOTED_CHARS)
            place = send.target.network.value
            self._alarms[key] = clean_line(
                f"“{words}” is said, but {place} has not cancelled the queued one: it may go out "
                f"again. {error.what}",
                chars=400,
            )
            self._tell()
            return False
        self._tell()
        return True

    async def _cancel(self, key: _Key) -> None:
        account, queued = key
        network = self._network(account)
        if isinstance(network, Queueing):
            await network.drop_queued(queued)
        self._alarms.pop(key, None)
        self._found[account] = tuple(
            one for one in self._found.get(account, ()) if one.id != queued
        )

    def _network(self, account: AccountId) -> Network:
        network = self._networks.get(account)
        if network is None:
            raise ChinwagError("This account is not connected.", "Sign in again first.")
        return network

    def _has(self, account: AccountId) -> bool:
        return account in self._networks

    def _tell(self) -> None:
        self._changes.publish(Family.NETWORKS, Family.DRAFTS)


def _place(queued: Queued) -> tuple[bool, float, str]:
    is_draft = queued.kind is QueuedKind.DRAFT or queued.due_at is None
    due_s = 0.0 if queued.due_at is None else queued.due_at.timestamp()
    return is_draft, due_s, queued.id
