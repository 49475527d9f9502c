"""The engine: gives the session machine its moments and carries out what it asks for.

Law: facts of a session leave here as events; nothing but the machine decides about time.
"""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import assert_never

from services.clock import BootTime, Clock
from services.errors import StoreError
from services.model.changes import Family
from services.model.ids import SessionId
from services.model.session import (
    ClockTicked,
    ExtensionOffered,
    Plan,
    SessionClock,
    SessionEnded,
    SessionEvent,
    Sitting,
    StageChanged,
)
from services.session.machine import advance, can_compose, clock_of
from services.session.values import (
    ChangeStage,
    ComposeBegun,
    ComposeEnded,
    Effect,
    End,
    EndAsked,
    Event,
    ExtendAsked,
    Moment,
    OfferExtension,
    Open,
    Resumed,
    SaveSitting,
    SendBegun,
    SendEnded,
    Started,
    State,
    Tick,
    Ticked,
    Unbegun,
)
from services.store.sessions import Sessions

_LOG = logging.getLogger(__name__)
_UNREAD_AT_MOST = 256


def _new_session_id() -> SessionId:
    return SessionId(uuid.uuid4().hex)


class Engine:
    """The one session that a desk can have at a time."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        publish: Callable[[Family], None],
        *,
        new_id: Callable[[], SessionId] = _new_session_id,
    ) -> None:
        """Work on ``sessions``; nothing runs before somebody sits down."""
        self._sessions = sessions
        self._clock = clock
        self._publish = publish
        self._new_id = new_id
        self._state: State = Unbegun()
        self._turn = asyncio.Lock()
        self._ticking: asyncio.Task[None] | None = None
        self._followers: dict[object, deque[SessionEvent]] = {}
        self._wake: dict[object, asyncio.Event] = {}

    @property
    def session(self) -> SessionId | None:
        """Which session is on."""
        return self._state.sitting.id if isinstance(self._state, Open) else None

    @property
    def sitting(self) -> Sitting | None:
        """The session that is on."""
        return self._state.sitting if isinstance(self._state, Open) else None

    @property
    def clock(self) -> SessionClock | None:
        """What the clock of the session says, as of the last tick."""
        return clock_of(self._state) if isinstance(self._state, Open) else None

    @property
    def can_compose(self) -> bool:
        """Whether something may be written now."""
        return can_compose(self._state)

    async def sit_down(self, plan: Plan) -> Sitting:
        """Begin a session and its clock.

        Raises:
            StoreError: it could not be kept, so it has not begun.
        """
        self._state = Unbegun()
        await self._apply(Started(plan, self._new_id(), self._moment()))
        self._start_ticking()
        assert isinstance(self._state, Open)  # noqa: S101 - the machine's promise
        return self._state.sitting

    async def resume(self) -> Sitting | None:
        """Go on with a session that was cut off, if its time is not over; end it if it is.

        Raises:
            StoreError: it could not be read or kept.
        """
        cut_off = await self._sessions.unfinished()
        if cut_off is None:
            return None
        sitting, anchor = cut_off
        self._state = Unbegun()
        await self._apply(Resumed(sitting, anchor, self._moment()))
        if isinstance(self._state, Open):
            self._start_ticking()
        return self.sitting

    async def extend(self) -> None:
        """Put the end off by five minutes, where that is still possible."""
        await self._apply(ExtendAsked(self._moment()))

    async def end(self) -> None:
        """End the session because somebody asked for it."""
        await self._apply(EndAsked(self._moment()))

    async def note_back(self) -> None:
        """Look at the clock after the program was stopped for a while."""
        if isinstance(self._state, Open):
            anchor = BootTime("", 0.0)
            await self._apply(Resumed(self._state.sitting, anchor, self._moment()))

    def note_composing(self, *, is_begun: bool) -> None:
        """Tell whether there is something in the composer."""
        self._state, _ = advance(self._state, ComposeBegun() if is_begun else ComposeEnded())

    def note_send_begun(self) -> None:
        """Tell that a text was handed to the outbox."""
        self._state, _ = advance(self._state, SendBegun())

    def note_send_ended(self, *, is_text_back: bool) -> None:
        """Tell that a send came to its outcome."""
        self._state, _ = advance(self._state, SendEnded(is_text_back))

    def tell(self, event: SessionEvent) -> None:
        """Hand an event to everybody who follows; a clock that nobody has read is replaced."""
        for follower, queue in self._followers.items():
            if queue and isinstance(event, ClockTicked) and isinstance(queue[-1], ClockTicked):
                queue.pop()
            queue.append(event)
            self._wake[follower].set()

    async def events(self) -> AsyncIterator[SessionEvent]:
        """Give what happens from now on."""
        me = object()
        queue: deque[SessionEvent] = deque(maxlen=_UNREAD_AT_MOST)
        wake = asyncio.Event()
        self._followers[me], self._wake[me] = queue, wake
        try:
            while True:
                await wake.wait()
                while queue:
                    yield queue.popleft()
                wake.clear()
        finally:
            del self._followers[me], self._wake[me]

    async def close(self) -> None:
        """Stop the clock; a session that is on stays to be resumed."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
            self._ticking = None

    def _moment(self) -> Moment:
        return Moment(self._clock.boot(), self._clock.now())

    def _start_ticking(self) -> None:
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick(), name="session clock")

    async def _tick(self) -> None:
        while isinstance(self._state, Open):
            await self._clock.sleep(1.0)
            try:
                await self._apply(Ticked(self._moment()))
            except StoreError as error:
                _LOG.warning("the session's clock could not be saved: %s", error)

    async def _apply(self, event: Event) -> None:
        """Advance the machine and carry out its effects, one event at a time.

        A session that is on goes on, and ends, even where that cannot be written down.

        Raises:
            StoreError: it could not be written down; one that was to begin has not.
        """
        async with self._turn:
            before = self._state
            self._state, effects = advance(before, event)
            trouble: StoreError | None = None
            for effect in effects:
                try:
                    await self._carry_out(effect)
                except StoreError as error:
                    if isinstance(before, Unbegun):
                        self._state = before
                        raise
                    trouble = error
            if trouble is not None:
                raise trouble

    async def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Tick(clock):
                self.tell(ClockTicked(clock))
            case ChangeStage(clock):
                self.tell(StageChanged(clock))
            case OfferExtension(clock):
                self.tell(ExtensionOffered(clock))
            case SaveSitting(sitting, anchor):
                await self._sessions.save(sitting, anchor)
                self._publish(Family.SESSIONS)
            case End(session, why):
                self.tell(SessionEnded(session, why))
            case _:
                assert_never(effect)
