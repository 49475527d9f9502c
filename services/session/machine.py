"""The session as a pure machine: what time and people do to it, and what follows from that.

Law: no clock is read here and nothing is awaited. Time is a ``Moment`` in the event. The deadline
is counted on the boot clock, so time away counts; across a reboot, or where boots have no name,
the wall clock stands in. A session that has ended never runs again, and its end sends nothing.

::

    Unbegun ─ Started, Resumed ─▶ Open: RUNNING ▶ CLOSING (2 min left) ▶ GRACE (60 s) ─▶ Over
                                        ▲──────────── put off, twice at most ──┘

The grace lasts its whole minute whether or not anything was begun, so that the last words can be
read in peace; asking for the end cuts it short. Only what was begun before it can be finished in
it. If a send is under way when the minute is over, the end waits for its outcome, ten seconds at
the most.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from services.clock import BootTime
from services.model.session import Ending, SessionClock, Sitting, Stage
from services.session.rhythm import (
    EXTENSION_MINUTES,
    EXTENSIONS_AT_MOST,
    phase_at,
    phase_spans,
)
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
    Over,
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

CLOSING_S = 120.0
"""With this much left the end is announced."""

GRACE_S = 60.0
"""After the deadline: for finishing what was begun."""

SEND_WAIT_S = 10.0
"""After the grace: for the outcome of a send that is under way."""

AWAY_AFTER_S = 30.0
"""Nobody looked at the clock for longer than this: the machine or the program slept."""


_Step = tuple[State, tuple[Effect, ...]]


def advance(state: State, event: Event) -> _Step:
    """Give the state after ``event`` and what has to be done, in order.

    An event that means nothing in ``state`` changes nothing and has no effect.
    """
    if isinstance(state, Unbegun):
        return _from_unbegun(state, event)
    if isinstance(state, Open):
        return _from_open(state, event)
    over: Over = state
    return over, ()


def can_compose(state: State) -> bool:
    """Say whether the composer takes keys: in GRACE only for what was begun before it."""
    return isinstance(state, Open) and (state.is_composing or state.stage is not Stage.GRACE)


def clock_of(state: Open) -> SessionClock:
    """Read the clock of an open session."""
    plan, extensions = state.sitting.plan, state.sitting.extensions
    spans = phase_spans(plan.minutes, plan.rhythm, extensions)
    length_s = _length_s(state.sitting)
    fraction = min(1.0, (length_s - state.left_s) / length_s)
    until_s = state.left_s if state.left_s > 0 else state.left_s + GRACE_S
    return SessionClock(
        session=state.sitting.id,
        stage=state.stage,
        phase=phase_at(spans, fraction),
        seconds_left=max(0, math.ceil(until_s)),
        fraction=fraction,
        spans=spans,
        extensions_left=EXTENSIONS_AT_MOST - extensions,
    )


def _from_unbegun(state: Unbegun, event: Event) -> _Step:
    match event:
        case Started(plan, session, at):
            length = timedelta(minutes=plan.minutes)
            sitting = Sitting(session, plan, at.wall, at.wall + length, extensions=0)
            left_s = length.total_seconds()
            begun = Open(sitting, at.boot, _stage(left_s), left_s, at.boot)
            return begun, (SaveSitting(sitting, at.boot), ChangeStage(clock_of(begun)))
        case Resumed(sitting, anchor, at):
            return _resume(sitting, anchor, at)
        case _:
            return state, ()


def _resume(sitting: Sitting, anchor: BootTime, at: Moment) -> _Step:
    if sitting.ended_at is not None:
        return Over(sitting), ()
    passed_s = at.boot.since(anchor) if at.boot.boot else None
    left_s = _left_s(sitting, passed_s, at.wall)
    if left_s <= 0:
        return _end(sitting, anchor, Ending.AWAY, sitting.ends_at)
    anchor = _anchor(sitting, left_s, at.boot)
    back = Open(sitting, anchor, _stage(left_s), left_s, at.boot)
    clock = clock_of(back)
    effects = (SaveSitting(sitting, anchor), ChangeStage(clock))
    return back, (*effects, *_offers(back))


def _from_open(state: Open, event: Event) -> _Step:
    match event:
        case Ticked(at):
            step = _pass_time(state, at, is_back=False)
        case Resumed(_, _, at):
            step = _pass_time(state, at, is_back=True)
        case ExtendAsked(at):
            step = _then(_pass_time(state, at, is_back=False), _extend)
        case EndAsked(at):
            step = _then(_pass_time(state, at, is_back=False), lambda now: _stop(now, at))
        case Started():
            step = state, ()
        case _:
            step = _write(state, event), ()
    return step


def _write(state: Open, event: ComposeBegun | ComposeEnded | SendBegun | SendEnded) -> Open:
    match event:
        case ComposeBegun():
            is_allowed = state.is_composing or state.stage is not Stage.GRACE
            return replace(state, is_composing=is_allowed)
        case ComposeEnded():
            return replace(state, is_composing=False)
        case SendBegun():
            return replace(state, is_composing=False, sends=state.sends + 1)
        case _:
            is_composing = state.is_composing or event.is_text_back
            return replace(state, is_composing=is_composing, sends=max(0, state.sends - 1))


def _pass_time(state: Open, at: Moment, *, is_back: bool) -> _Step:
    gap_s = at.boot.since(state.seen)
    was_away = is_back or gap_s is None or gap_s > AWAY_AFTER_S
    passed_s = at.boot.since(state.anchor)
    left_s = min(state.left_s, _left_s(state.sitting, passed_s, at.wall))
    if was_away and left_s <= 0 < state.left_s:
        return _end(state.sitting, state.anchor, Ending.AWAY, state.sitting.ends_at)
    patience_s = GRACE_S + (SEND_WAIT_S if state.sends else 0.0)
    if left_s <= -patience_s:
        ended_at = state.sitting.ends_at if was_away else at.wall
        return _end(state.sitting, state.anchor, Ending.TIME, ended_at)
    is_new_boot = gap_s is None
    anchor = _anchor(state.sitting, left_s, at.boot) if is_new_boot else state.anchor
    stage = _stage(left_s)
    moved = replace(state, anchor=anchor, stage=stage, left_s=left_s, seen=at.boot)
    effects: tuple[Effect, ...] = (Tick(clock_of(moved)),)
    if stage is not state.stage:
        effects = (ChangeStage(clock_of(moved)), *effects)
    if is_new_boot:
        effects = (SaveSitting(state.sitting, anchor), *effects)
    return moved, (*effects, *(_offers(moved) if was_away else ()))


def _then(step: _Step, act: Callable[[Open], _Step]) -> _Step:
    state, effects = step
    if not isinstance(state, Open):
        return step
    state, more = act(state)
    return state, (*effects, *more)


def _extend(state: Open) -> _Step:
    sitting = state.sitting
    if sitting.extensions >= EXTENSIONS_AT_MOST:
        return state, ()
    more = timedelta(minutes=EXTENSION_MINUTES)
    longer = replace(sitting, ends_at=sitting.ends_at + more, extensions=sitting.extensions + 1)
    left_s = state.left_s + more.total_seconds()
    put_off = replace(state, sitting=longer, left_s=left_s, stage=_stage(left_s))
    clock = clock_of(put_off)
    saved: tuple[Effect, ...] = (SaveSitting(longer, state.anchor),)
    if put_off.stage is not state.stage:
        saved = (*saved, ChangeStage(clock))
    return put_off, (*saved, Tick(clock))


def _stop(state: Open, at: Moment) -> _Step:
    why = Ending.TIME if state.stage is Stage.GRACE else Ending.ASKED
    return _end(state.sitting, state.anchor, why, at.wall)


def _end(sitting: Sitting, anchor: BootTime, why: Ending, ended_at: datetime) -> _Step:
    ended = replace(sitting, ended_at=ended_at, ending=why)
    return Over(ended), (SaveSitting(ended, anchor), End(ended.id, why))


def _offers(state: Open) -> tuple[Effect, ...]:
    if state.sitting.extensions == 0 and 0 < state.left_s < CLOSING_S:
        return (OfferExtension(clock_of(state)),)
    return ()


def _length_s(sitting: Sitting) -> float:
    return (sitting.plan.minutes + sitting.extensions * EXTENSION_MINUTES) * 60.0


def _left_s(sitting: Sitting, passed_s: float | None, wall: datetime) -> float:
    length_s = _length_s(sitting)
    left_s = (sitting.ends_at - wall).total_seconds() if passed_s is None else length_s - passed_s
    return round(min(length_s, left_s), 3)


def _anchor(sitting: Sitting, left_s: float, boot: BootTime) -> BootTime:
    return BootTime(boot.boot, boot.seconds - (_length_s(sitting) - left_s))


def _stage(left_s: float) -> Stage:
    if left_s > CLOSING_S:
        return Stage.RUNNING
    return Stage.CLOSING if left_s > 0 else Stage.GRACE
