"""When a feed is asked next, and how late it is.

Law: pure; the only chance in it comes from the feed's own id, so that many feeds do not march in
step and one feed always does the same. Never sooner than the publisher wants, never sooner than
two minutes.
"""

import contextlib
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import assert_never

import msgspec

from services.model.headlines import FeedId

SOONEST_S = 120.0
OFTEN_S = 300.0
"""How often one that publishes all the time is asked."""
SELDOM_S = 6 * 3600.0
"""How often one that hardly ever publishes is asked."""
FIRST_S = 900.0
LATE_AFTER_S = 60.0

_DAY_S = 86400.0
_LONGEST_S = 7 * _DAY_S
_FRESH_S_AT_MOST = 3600.0
_AWAY_S_AT_MOST = 3600.0
_JITTER = 0.1
_FAILURE_JITTER = 0.5
_SPREAD_S_AT_MOST = 30.0
_SPREAD_S_EACH = 0.125
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)


class Turn(Enum):
    """What a reading was, as far as the next one goes."""

    CHANGED = "there was something new"
    SAME = "nothing had changed"
    AWAY = "nothing arrived there"
    FAILED = "it could not be read"
    GONE = "it is no more"


class Pace(msgspec.Struct, frozen=True):
    """What is remembered of a feed's rhythm; ``FeedMemory.schedule`` holds it."""

    every_s: float = FIRST_S
    """How often it is worth asking, as far as its changes tell."""
    asks_s: float = 0.0
    """What the publisher wants at least between two readings."""
    failures: int = 0
    """In a row."""
    turns: int = 0
    """How often it was asked, which makes each chance another."""
    digest: bytes = b""
    """Of the last body that was understood, for servers that never say that nothing changed."""


def pace_of(schedule: bytes) -> Pace:
    """Read what is remembered; the first pace where that is nothing, or nothing of ours."""
    with contextlib.suppress(msgspec.DecodeError):
        return msgspec.msgpack.decode(schedule, type=Pace)
    return Pace()


def schedule_of(pace: Pace) -> bytes:
    """Give a pace as it is remembered."""
    return msgspec.msgpack.encode(pace)


def after(pace: Pace, turn: Turn) -> Pace:
    """Go on with a pace after a reading: changes shorten it, their absence lengthens it."""
    turns = pace.turns + 1
    match turn:
        case Turn.CHANGED:
            every_s = max(OFTEN_S, pace.every_s / 2)
        case Turn.SAME:
            every_s = min(SELDOM_S, pace.every_s * 1.5)
        case Turn.AWAY | Turn.FAILED | Turn.GONE:
            return msgspec.structs.replace(pace, failures=pace.failures + 1, turns=turns)
        case _:
            assert_never(turn)
    return msgspec.structs.replace(pace, every_s=every_s, failures=0, turns=turns)


def pause_s(pace: Pace, turn: Turn, feed: FeedId, *, wait_s: float | None = None) -> float:
    """Give how long to leave a feed alone after a reading.

    Args:
        pace: As it is after the reading.
        turn: What the reading was.
        feed: Whose chance it is.
        wait_s: How long its server has asked us to wait, where it has.
    """
    chance = _chance(feed, pace.turns)
    if wait_s is not None:
        return _within(wait_s * (1 + _JITTER * chance), _LONGEST_S)
    match turn:
        case Turn.CHANGED | Turn.SAME:
            pause = max(pace.every_s, pace.asks_s) * (1 + _JITTER * chance)
            return _within(pause, _DAY_S * (1 + _JITTER))
        case Turn.AWAY:
            pause = min(_AWAY_S_AT_MOST, SOONEST_S * 2.0 ** min(pace.failures - 1, 10))
        case Turn.FAILED:
            pause = min(SELDOM_S, OFTEN_S * 2.0 ** min(pace.failures - 1, 10))
        case Turn.GONE:
            pause = min(_LONGEST_S, _DAY_S * 2.0 ** min(pace.failures - 1, 10))
        case _:
            assert_never(turn)
    return _within(max(pause, pace.asks_s) * (1 + _FAILURE_JITTER * chance), _LONGEST_S * 2)


def asked_of(ttl_s: float | None, headers: Mapping[str, str]) -> float:
    """Give what a publisher wants at least between two readings, in seconds.

    The feed's own word counts up to a day; that of a header, which many set for pictures as well,
    up to an hour.

    Source: RFC 9111, 4.2.1 and 5.2.2.1; RSS 2.0, ``ttl``, 2026-11.
    """
    fresh_s = 0.0
    if (age := _MAX_AGE.search(headers.get("cache-control", ""))) is not None:
        fresh_s = float(age[1])
    elif (until := _moment(headers.get("expires", ""))) is not None:
        since = _moment(headers.get("date", ""))
        fresh_s = (until - since).total_seconds() if since is not None else 0.0
    return max(min(max(ttl_s or 0.0, 0.0), _DAY_S), min(max(fresh_s, 0.0), _FRESH_S_AT_MOST))


def spread_s(feed: FeedId, count: int) -> float:
    """Give how long the first of ``count`` readings at a start is put off: half a minute at most.

    It is for feeds that were read in an earlier run; what was never read is not put off.
    """
    return min(_SPREAD_S_AT_MOST, count * _SPREAD_S_EACH) * _chance(feed, 0)


def is_due(next_at: datetime, now: datetime) -> bool:
    """Whether it is time; a moment further away than any pause was set by another clock."""
    return next_at <= now or next_at - now > timedelta(seconds=2.5 * _LONGEST_S)


def late_by_s(next_at: datetime, now: datetime) -> float:
    """Give by how much a reading is late, in seconds; 0 while nobody would call it late."""
    late_s = (now - next_at).total_seconds()
    return late_s if late_s > LATE_AFTER_S else 0.0


def _within(pause: float, longest_s: float) -> float:
    return min(max(pause, SOONEST_S), longest_s)


def _chance(feed: FeedId, turn: int) -> float:
    """Give a number from 0 to 1 that is this feed's alone, and another at each turn."""
    digest = hashlib.blake2b(f"{feed} {turn}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _moment(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
