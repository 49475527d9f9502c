"""The outbox: takes what a person says, sees it through, and lets its author decide the rest.

Law: nothing is requested without a key press of the last two minutes. What a crash or a closed
program left is looked up, given back or asked about, never sent.
"""

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from datetime import timedelta
from enum import Enum
from typing import Any, assert_never

from services.clock import BootTime, Clock
from services.errors import ChinwagError, Unclear
from services.model.ids import PostId, SendId, SessionId
from services.model.limits import Keying
from services.model.posts import Post
from services.model.sending import Send, SendState, Target
from services.networks.base import Network
from services.outbox.admission import admit
from services.outbox.delivery import Delivery, NetworkOf, within
from services.outbox.editing import is_edit
from services.outbox.machine import TAKE_BACK_S, TIMEOUT_S, is_key_alive
from services.store.database import Transaction
from services.store.outbox import OnSent, OnTakenBack, OutboxRows, Row
from services.text.clean import clean

_TAKE_BACK = timedelta(seconds=TAKE_BACK_S)
_CUT_OFF = "Chinwag was closed before it could leave."


class Decision(Enum):
    """What the author of an unsure send makes of it."""

    IT_IS_THERE = "it is there"
    NOT_THERE_TAKE_TEXT = "it is not there, give me the text"
    SAY_AGAIN = "say it again"
    DISMISS = "leave it"


class NeedsConfirming(ChinwagError):
    """Saying it again could say it twice, so a second key press is asked for."""


async def _nothing_beside(_tx: Transaction, _send: Send) -> None:
    """Write nothing beside a post that was taken back."""


def _new_id() -> SendId:
    return SendId(uuid.uuid4().hex)


class Outbox:
    """Every send of this program, from ``recover`` to ``close``."""

    def __init__(
        self,
        rows: OutboxRows,
        network_of: NetworkOf,
        clock: Clock,
        *,
        on_sent: OnSent,
        on_settled: Callable[[Send], None],
        on_taken_back: OnTakenBack = _nothing_beside,
        new_id: Callable[[], SendId] = _new_id,
    ) -> None:
        """Work on ``rows``; nothing starts before ``recover`` or ``say``.

        ``on_sent`` and ``on_taken_back`` write into the transaction that notes it; ``on_settled``
        is called after the commit, once per outcome, and must not block.
        """
        self._rows = rows
        self._network_of = network_of
        self._clock = clock
        self._on_sent = on_sent
        self._on_settled = on_settled
        self._on_taken_back = on_taken_back
        self._new_id = new_id
        self._deliveries: dict[SendId, asyncio.Task[None]] = {}
        self._admissions: set[asyncio.Task[Send]] = set()
        self._is_closed = False

    async def recover(self) -> None:
        """Settle what an earlier run left: give back what never left, look for what may have.

        Returns when what never left is given back; looks go on by themselves.

        Raises:
            StoreError: the outbox cannot be read or written.
        """
        for row in await self._rows.open():
            if row.send.id in self._deliveries:
                continue
            if row.send.state is SendState.QUEUED:
                await self._put_down(row.send)
            else:
                self._deliver(row)

    async def say(
        self,
        target: Target,
        body: str,
        *,
        session: SessionId | None,
        key_pressed: BootTime | None = None,
    ) -> Send:
        """Keep a text as a send and start it; the outcome comes through ``on_settled``.

        ``key_pressed`` is the moment somebody asked for it, now unless told otherwise. Whoever
        stops waiting for this does not stop the send.

        Raises:
            StoreError: it could not be kept; nothing is sent and the draft still stands.
            ChinwagError: there is nothing to say, the network would not take it, or the program
                is closing.
        """
        if not body.strip():
            raise ChinwagError("There are no words in it yet.", "Write something first.")
        if (network := self._network_of(target.account)) is not None:
            await admit(target, body, network.capabilities)
        send = Send(
            id=self._new_id(),
            session=session,
            target=target,
            body=body,
            state=SendState.QUEUED,
            maybe_out=False,
            attempts=0,
            reason=None,
            post=None,
            pressed_at=self._clock.now(),
            settled_at=None,
        )
        pressed = key_pressed or self._clock.boot()
        return await self._admit(self._enqueue(send, pressed))

    async def decide(
        self,
        send_id: SendId,
        decision: Decision,
        *,
        post: Post | None = None,
        confirmed: bool = False,
    ) -> Send:
        """Do what the author of an unsure send decided; ``post`` is the one they recognised.

        Raises:
            NeedsConfirming: SAY_AGAIN where the network would not notice a second copy.
            ChinwagError: it is not unsure any more, or not in a state for this.
            StoreError: it could not be written.
        """
        match decision:
            case Decision.IT_IS_THERE:
                before = await self._in_doubt(send_id)
                dealt = await self._rows.settle_sent(
                    before.id, post, self._clock.now(), self._on_sent
                )
            case Decision.NOT_THERE_TAKE_TEXT:
                dealt = await self._rows.take_text(send_id, self._clock.now())
            case Decision.DISMISS:
                dealt = await self._rows.dismiss(send_id)
            case Decision.SAY_AGAIN:
                before = await self._in_doubt(send_id)
                if not (confirmed or self._is_recognised(before)):
                    raise NeedsConfirming(
                        "If it is there already, this would say it twice.",
                        "Look once more, then press again to send it all the same.",
                    )
                return await self._admit(self._press_again(send_id, self._clock.boot()))
            case _:
                assert_never(decision)
        if dealt is None:
            raise _settled_already()
        self._on_settled(dealt)
        return dealt

    async def take_back(self, send_id: SendId) -> Send:
        """Delete a post within a minute of its publishing and make its text a draft again.

        Raises:
            ChinwagError: it is too late, or there is nothing that could be deleted.
            NetworkError: it may still be there; its text is not a draft.
            StoreError: it could not be written.
        """
        send = await self._rows.read(send_id)
        network = None if send is None else self._network_of(send.target.account)
        if send is None or send.state is not SendState.SENT or send.post is None:
            raise ChinwagError("There is no post of yours to take back here.")
        if is_edit(send):
            raise ChinwagError(
                "An edit is not taken back.", "Edit it again, with the words from before."
            )
        if send.settled_at is None or self._clock.now() - send.settled_at > _TAKE_BACK:
            raise ChinwagError(
                "It has been out for more than a minute.", "You can still delete it on its network."
            )
        if network is None or not network.capabilities.can_take_back:
            raise ChinwagError("This network takes nothing back from here.")
        begun = await self._rows.begin_taking_back(send_id, self._clock.now())
        if begun is None:
            raise _settled_already()
        await self._delete(network, begun, send.post)
        taken = await self._rows.finish_taking_back(send_id, self._clock.now(), self._on_taken_back)
        if taken is None:
            raise _settled_already()
        self._on_settled(taken)
        return taken

    async def close(self) -> None:
        """Stop: what has not left goes back to its author, what is under way is left to recovery.

        Raises:
            StoreError: what has not left could not be given back; recovery will.
        """
        self._is_closed = True
        await asyncio.gather(*self._admissions, return_exceptions=True)
        deliveries = tuple(self._deliveries.values())
        for task in deliveries:
            task.cancel()
        await asyncio.gather(*deliveries, return_exceptions=True)
        for row in await self._rows.open():
            if row.send.state is SendState.QUEUED:
                await self._put_down(row.send)

    async def _admit(self, work: Coroutine[Any, Any, Send]) -> Send:
        """Finish what a key press began even where the caller goes away."""
        if self._is_closed:
            work.close()
            raise ChinwagError("Chinwag is closing.", "Your text is kept as a draft.")
        task = asyncio.create_task(work)
        self._admissions.add(task)
        task.add_done_callback(self._admissions.discard)
        return await asyncio.shield(task)

    async def _enqueue(self, send: Send, pressed: BootTime) -> Send:
        row = await self._rows.enqueue(send, pressed)
        self._deliver(row)
        return row.send

    async def _press_again(self, send_id: SendId, pressed: BootTime) -> Send:
        row = await self._rows.press_again(send_id, pressed)
        if row is None:
            raise _settled_already()
        self._deliver(row)
        return row.send

    def _deliver(self, row: Row) -> None:
        """Start a task for a row; while closing it stays as it is."""
        if self._is_closed:
            return
        delivery = Delivery(self._rows, self._network_of, self._clock, self._on_sent, row)
        task = asyncio.create_task(self._follow(delivery), name=f"send {row.send.id}")
        self._deliveries[row.send.id] = task
        task.add_done_callback(lambda _: self._forget(row.send.id, task))

    async def _follow(self, delivery: Delivery) -> None:
        settled = await delivery.run()
        if settled is not None:
            self._on_settled(settled)

    def _forget(self, send_id: SendId, task: asyncio.Task[None]) -> None:
        if self._deliveries.get(send_id) is task:
            del self._deliveries[send_id]

    async def _put_down(self, send: Send) -> None:
        """Give back what is QUEUED; after an earlier press it may be out, so ask instead."""
        reason = send.reason or clean(_CUT_OFF)
        settled = (
            await self._rows.settle_unclear(send.id, reason, self._clock.now())
            if send.maybe_out
            else await self._rows.settle_unsent(send.id, SendState.HELD, reason, self._clock.now())
        )
        if settled is not None:
            self._on_settled(settled)

    async def _in_doubt(self, send_id: SendId) -> Send:
        send = await self._rows.read(send_id)
        if send is None or send.state is not SendState.CHECK or send.is_dismissed:
            raise _settled_already()
        return send

    def _is_recognised(self, send: Send) -> bool:
        network = self._network_of(send.target.account)
        age_s = (self._clock.now() - send.pressed_at).total_seconds()
        return (
            network is not None
            and network.capabilities.keying is Keying.KEYED
            and is_key_alive(age_s)
        )

    async def _delete(self, network: Network, send: Send, post: PostId) -> None:
        try:
            await within(self._clock, TIMEOUT_S, network.take_back(post))
        except TimeoutError as error:
            await self._rows.undo_taking_back(send)
            raise Unclear(
                "There was no answer, so it may still be there.", "Try again, or look there."
            ) from error
        except Exception:
            await self._rows.undo_taking_back(send)
            raise


def _settled_already() -> ChinwagError:
    return ChinwagError("This one is settled already.")
