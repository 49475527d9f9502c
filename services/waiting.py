"""Who waits, in which order, and why: a pure ranking over what the indexed lanes give.

Law: the same candidates and the same moment give the same order, in the lobby and in a session.
No signal of popularity enters it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from services.ledger import is_live
from services.model.waiting import Lane, Order, Waiting

SHOWN_AT_MOST = 300
"""Rows that a list holds; who stands further back is counted, and found by searching."""

PILE_FROM = 5
"""So many people waiting under one post are one row."""

_STEPS = (
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(days=1),
    timedelta(days=7),
)


class Candidate(msgspec.Struct, frozen=True):
    """A waiting row as stored, and when we last spoke to that person there."""

    waiting: Waiting
    ours_at: datetime | None


def rank(candidates: Iterable[Candidate], now: datetime, order: Order) -> tuple[Waiting, ...]:
    """Give each candidate its lane at ``now`` and sort them; each id once."""
    placed = {one.waiting.id: _placed(one, now) for one in candidates}
    return tuple(sorted(placed.values(), key=_key(order, now))[:SHOWN_AT_MOST])


def waited_step(waited: timedelta) -> int:
    """Count the steps (an hour, four, a day, a week) that somebody has waited, 0 to 4."""
    return sum(waited >= step for step in _STEPS)


def _key(order: Order, now: datetime) -> Callable[[Waiting], tuple[int, int, datetime, int]]:
    match order:
        case Order.BY_LANE:
            return lambda one: _by_lane(one, now)
        case Order.OLDEST:
            return _by_age


def _placed(candidate: Candidate, now: datetime) -> Waiting:
    waiting = candidate.waiting
    if is_live(candidate.ours_at, waiting.last_at, now) and waiting.lane is not Lane.LAST_WORD:
        return replace(waiting, lane=Lane.LIVE)
    if waiting.lane is Lane.REST and waited_step(now - waiting.since_at):
        return replace(waiting, lane=Lane.LONGEST)
    return waiting


def _by_lane(one: Waiting, now: datetime) -> tuple[int, int, datetime, int]:
    step = waited_step(now - one.since_at) if one.lane is Lane.LONGEST else 0
    return (one.lane, -step, one.since_at, one.id)


def _by_age(one: Waiting) -> tuple[int, int, datetime, int]:
    return (one.lane is Lane.LAST_WORD, 0, one.since_at, one.id)
