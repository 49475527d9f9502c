"""What is kept between polls of an account, and what is worth reading next.

Law: pure, and bounded however much somebody writes. What is lively is read at every poll, what
is quiet now and then.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from services.networks.base import Cursor

REACH_BACK: Final = timedelta(days=90)
"""How old what we wrote may be when it is read first."""

NEWEST: Final = 60
"""Of what we wrote: these are watched, and what has been answered of late."""

LIVELY_FOR: Final = timedelta(days=14)
"""So long after its last answer something is watched that is not among the newest."""

CHUNK: Final = 20
"""Of what we wrote, read for the first time in one poll."""

DUE_AT_MOST: Final = 20
CHECKS_AT_MOST: Final = 8

_WATCHED_AT_MOST = 100
_HEARD_AT_MOST = 60
_LATE_AT_MOST = 10
_CHECKED_FOR_S = 86_400
_CHECKED_EVERY_S = 300
_EVERY_S = ((6 * 3600, 30), (3 * 86_400, 300))
"""Quiet for less than the first: read when the last reading is the second ago, in seconds."""
_QUIET_EVERY_S = 1800
_CURSOR_CHARS_AT_MOST = 100_000


class Watched(msgspec.Struct, frozen=True, array_like=True):
    """Something that we wrote and that may be answered; moments in seconds since 1970."""

    id: int
    thread: int
    read_at: int
    active_at: int
    """When it was written, or answered last."""
    heard: int = 0
    """Answers up to this number have been taken."""
    late: tuple[int, ...] = ()
    """Of these, the ones that were named and not there yet."""


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """An answer that was taken, looked at again while its author can take it back."""

    id: int
    at: int
    read_at: int


class Mark(msgspec.Struct, frozen=True):
    """How far an account has been read."""

    newest: int = 0
    """Of what we wrote, everything up to this number is watched, waits, or was passed over."""
    waiting: tuple[int, ...] = ()
    """Of what we wrote, what has not been read yet, the oldest first."""
    watched: tuple[Watched, ...] = ()
    heard: tuple[Heard, ...] = ()


def mark_of(cursor: Cursor | None) -> Mark:
    """Read a cursor; the beginning where there is none, or one that is not of this network."""
    if cursor is None or len(cursor) > _CURSOR_CHARS_AT_MOST:
        return Mark()
    try:
        return msgspec.json.decode(cursor, type=Mark)
    except msgspec.DecodeError:
        return Mark()


def cursor_of(mark: Mark) -> Cursor:
    """Write a mark down."""
    return Cursor(msgspec.json.encode(mark).decode())


def with_submitted(mark: Mark, submitted: Iterable[int]) -> Mark:
    """Add what we have written since, of the newest ``NEWEST``."""
    new = sorted(number for number in _newest(submitted) if number > mark.newest)
    return replace(
        mark, newest=max((mark.newest, *new)), waiting=(*mark.waiting, *new)[-3 * NEWEST :]
    )


def after_chunk(mark: Mark, chunk: Sequence[int], missing: Iterable[int]) -> Mark:
    """Take ``chunk`` off what waits; the newest of those that are ``missing`` are asked again."""
    asked = frozenset(chunk)
    left = tuple(number for number in mark.waiting if number not in asked)
    return replace(mark, waiting=(*left, *sorted(missing)[-_LATE_AT_MOST:]))


def due(mark: Mark, changed: frozenset[int], now: datetime) -> tuple[Watched, ...]:
    """Choose what to read again: what has changed first, then what was read longest ago."""
    now_s = int(now.timestamp())
    chosen = [
        one
        for one in mark.watched
        if one.id in changed or now_s - one.read_at >= _every_s(now_s - one.active_at)
    ]
    chosen.sort(key=lambda one: (one.id not in changed, one.read_at))
    return tuple(chosen[:DUE_AT_MOST])


def checks(mark: Mark, changed: frozenset[int], now: datetime) -> tuple[Heard, ...]:
    """Choose answers to look at again, whether they still stand."""
    now_s = int(now.timestamp())
    chosen = [
        one for one in mark.heard if one.id in changed or now_s - one.read_at >= _CHECKED_EVERY_S
    ]
    chosen.sort(key=lambda one: (one.id not in changed, one.read_at))
    return tuple(chosen[:CHECKS_AT_MOST])


def new_answers(one: Watched, kids: Iterable[int], room: int) -> tuple[tuple[int, ...], bool]:
    """Name the answers to read now, at most ``room``, and whether new ones are left for later."""
    fresh = sorted({kid for kid in kids if kid > one.heard})
    asked = fresh[: max(room, 0)]
    late = sorted(one.late)[: max(room - len(asked), 0)]
    return (*asked, *late), len(asked) < len(fresh)


def after_answers(
    one: Watched, asked: Sequence[int], missing: Iterable[int], active_at: int, read_at: int
) -> Watched:
    """Give what is watched after ``asked`` of its answers were read; moments in seconds."""
    behind = set(one.late) - set(asked)
    return replace(
        one,
        read_at=read_at,
        active_at=max(one.active_at, active_at),
        heard=max((one.heard, *asked)),
        late=tuple(sorted(behind | set(missing))[-_LATE_AT_MOST:]),
    )


def pruned(mark: Mark, submitted: Iterable[int], now: datetime) -> Mark:
    """Let go of what is not among the newest and has been quiet for long."""
    now_s = int(now.timestamp())
    newest = frozenset(_newest(submitted))
    watched = [
        one
        for one in mark.watched
        if one.id in newest or now_s - one.active_at < LIVELY_FOR.total_seconds()
    ]
    watched.sort(key=lambda one: one.active_at)
    heard = [one for one in mark.heard if now_s - one.at < _CHECKED_FOR_S]
    heard.sort(key=lambda one: one.at)
    return replace(
        mark, watched=tuple(watched[-_WATCHED_AT_MOST:]), heard=tuple(heard[-_HEARD_AT_MOST:])
    )


def _newest(submitted: Iterable[int]) -> list[int]:
    return sorted(set(submitted), reverse=True)[:NEWEST]


def _every_s(quiet_s: int) -> int:
    return next((every for below, every in _EVERY_S if quiet_s < below), _QUIET_EVERY_S)
