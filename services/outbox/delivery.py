"""One send on its way: carries out what the machine decides, each step durable before the next.

Law: the row says INFLIGHT before a request begins, and the age of the key press is looked at
immediately before it. What cannot be written is tried again until it can; meanwhile nothing
is requested.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, assert_never

from services.clock import Clock
from services.errors import (
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    StoreError,
    Unreachable,
)
from services.model.ids import AccountId
from services.model.limits import Keying
from services.model.sending import Send, SendState
from services.model.words import Safe
from services.networks.base import Message, Network
from services.outbox.editing import is_edit, look, publish
from services.outbox.machine import (
    QUIET_S,
    TIMEOUT_S,
    WAIT_S,
    Absent,
    Found,
    Look,
    LookFailed,
    MayBeOut,
    NothingLeft,
    Outcome,
    Published,
    RefusedForGood,
    RefusedForNow,
    Request,
    Settle,
    Standing,
    Step,
    is_fresh,
    is_key_alive,
    next_step,
)
from services.store.outbox import OnSent, OutboxRows, Row
from services.text.clean import clean

_T = TypeVar("_T")

NetworkOf = Callable[[AccountId], Network | None]
"""Gives the open connection of an account, if there is one."""

_TOO_LATE = "The two minutes after your key press were over before it could leave."
_NOT_CONNECTED = "This account is not connected."
_NO_ANSWER = "There was no answer."
_STRANGE_ANSWER = "The answer made no sense."


class Delivery:
    """Carries one row to where nothing more happens by itself."""

    def __init__(
        self, rows: OutboxRows, network_of: NetworkOf, clock: Clock, on_sent: OnSent, row: Row
    ) -> None:
        """Begin where ``row`` stands."""
        self._rows = rows
        self._network_of = network_of
        self._clock = clock
        self._on_sent = on_sent
        self._row = row
        self._was_out = row.send.maybe_out
        self._may_request = row.send.state is SendState.QUEUED
        self._quiet_from_s = clock.monotonic()
        self._failed_looks = 0
        self._why: Safe | None = row.send.reason

    async def run(self) -> Send | None:
        """Give the settled send, or ``None`` where somebody else took the row over."""
        step = await self._first_step()
        while not isinstance(step, Settle):
            if step.wait_s > 0:
                await self._clock.sleep(step.wait_s)
            if isinstance(step, Look):
                self._may_request = self._may_request and not step.is_last
                outcome = await self._look()
            elif await self._claim():
                outcome = await self._request()
            else:
                return None
            step = next_step(self._standing(), outcome)
            self._was_out = self._was_out or isinstance(outcome, MayBeOut)
            if isinstance(step, Request) and not self._was_out:
                requeued = await self._written(lambda: self._rows.requeue(self._row.send.id))
                if requeued is None:
                    return None
                self._row = requeued
        return await self._settle(step)

    async def _first_step(self) -> Step:
        """Look for what left earlier; a person who presses again has decided the rest."""
        if not self._was_out:
            return Request(0.0)
        if not self._may_request:
            return Look(0.0)
        match await self._look():
            case Found(post):
                return Settle(SendState.SENT, post)
            case _:
                self._failed_looks = 0
                return Request(0.0)

    def _standing(self) -> Standing:
        send = self._row.send
        network = self._network_of(send.target.account)
        key_age_s = (self._clock.now() - send.pressed_at).total_seconds()
        is_keyed = network is not None and network.capabilities.keying is Keying.KEYED
        may_repeat = is_edit(send) or (is_keyed and is_key_alive(key_age_s))
        return Standing(
            keying=Keying.KEYED if may_repeat else Keying.KEYLESS,
            was_out=self._was_out,
            attempts=send.attempts,
            age_s=self._clock.boot().since(self._row.pressed),
            may_request=self._may_request,
            quiet_s=self._clock.monotonic() - self._quiet_from_s,
            failed_looks=self._failed_looks,
        )

    async def _claim(self) -> bool:
        """Make the next request durable before it begins; tell whether the row is still ours."""
        send = self._row.send
        if send.state is SendState.QUEUED:
            self._was_out = send.maybe_out
            claimed = await self._written(lambda: self._rows.claim(send.id))
        else:
            self._was_out = True
            claimed = await self._written(lambda: self._rows.claim_again(send.id, send.attempts))
        if claimed is None:
            return False
        self._row = claimed
        return True

    async def _request(self) -> Outcome:
        network = self._network_of(self._row.send.target.account)
        if network is None:
            return self._because(NothingLeft(), _NOT_CONNECTED)
        if not is_fresh(self._clock.boot().since(self._row.pressed)):
            return self._because(NothingLeft(), _TOO_LATE)
        try:
            post = await within(self._clock, TIMEOUT_S, publish(network, self._message()))
        except NetworkError as error:
            return self._because(_outcome_of(error), f"{error.what} {error.remedy}".strip())
        except TimeoutError:
            return self._because(MayBeOut(), _NO_ANSWER)
        except Exception:
            # Whatever is wrong with an adapter, the request may have left.
            logging.getLogger(__name__).exception("a network's send failed")
            return self._because(MayBeOut(), _STRANGE_ANSWER)
        finally:
            self._quiet_from_s = self._clock.monotonic()
        return Published(post)

    async def _look(self) -> Outcome:
        network = self._network_of(self._row.send.target.account)
        self._failed_looks += 1
        if network is None:
            return LookFailed()
        try:
            post = await within(self._clock, TIMEOUT_S, look(network, self._message()))
        except (NetworkError, TimeoutError):
            return LookFailed()
        except Exception:
            logging.getLogger(__name__).exception("a network's look failed")
            return LookFailed()
        self._failed_looks = 0
        return Absent() if post is None else Found(post)

    async def _settle(self, step: Settle) -> Send | None:
        send, why = self._row.send.id, self._why
        match step.state:
            case SendState.SENT:
                return await self._written(
                    lambda: self._rows.settle_sent(
                        send, step.post, self._clock.now(), self._on_sent
                    )
                )
            case SendState.REJECTED | SendState.HELD:
                return await self._written(
                    lambda: self._rows.settle_unsent(send, step.state, why, self._clock.now())
                )
            case SendState.CHECK:
                return await self._written(
                    lambda: self._rows.settle_unclear(send, why, self._clock.now())
                )
            case SendState.QUEUED | SendState.INFLIGHT:
                raise AssertionError(step)
            case _:
                assert_never(step.state)

    async def _written(self, write: Callable[[], Awaitable[_T]]) -> _T:
        """Write, again and again where the disk is full or the file held by somebody."""
        wait_s = WAIT_S
        while True:
            try:
                return await write()
            except StoreError:
                logging.getLogger(__name__).exception("the outbox could not be written")
            await self._clock.sleep(wait_s)
            wait_s = min(wait_s * 2, QUIET_S)

    def _message(self) -> Message:
        send = self._row.send
        return Message(send.id, send.target, send.body, send.pressed_at)

    def _because(self, outcome: Outcome, why: str) -> Outcome:
        self._why = clean(why)
        return outcome


async def within(clock: Clock, seconds: float, work: Coroutine[Any, Any, _T]) -> _T:
    """Give what ``work`` gives.

    What does not end when it is cancelled is left to itself, so that nobody waits for it.

    Raises:
        TimeoutError: it took longer than ``seconds`` of the clock, or was cancelled elsewhere.
    """
    task = asyncio.ensure_future(work)
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
        if task.done() and not task.cancelled():
            return task.result()
        raise TimeoutError
    finally:
        timer.cancel()
        task.add_done_callback(_hear)
        task.cancel()


def _hear(task: "asyncio.Future[_T]") -> None:
    """Take notice of an error that came too late to matter."""
    if not task.cancelled():
        task.exception()


def _outcome_of(error: NetworkError) -> Outcome:
    """Tell what an error says about the request; an unknown one says nothing."""
    match error:
        case Unreachable():
            return NothingLeft()
        case RateLimited():
            return RefusedForNow(error.retry_after_s)
        case Rejected() | SignedOut() | Gone():
            return RefusedForGood()
        case _:
            return MayBeOut()
