"""What is kept between polls: how far two lists were read, and which posts are watched.

Law: pure, and bounded however much is said. A list is read from its newest end; what was not
reached is a gap, and is closed before the newest end is looked at again.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from services.networks.base import Cursor

OVERLAP: Final = timedelta(hours=1)
"""So far behind the newest what comes up is taken: the network sorts by the writers' clocks."""
AHEAD: Final = timedelta(days=2)
"""So far ahead of ours another clock may be and still be believed."""
WATCHED_AT_MOST: Final = 30
LIVELY_FOR: Final = timedelta(days=14)
HEARD_AT_MOST: Final = 60
HEARD_FOR: Final = timedelta(days=1)
KNOWN_AT_MOST: Final = 800
CHECKED_EVERY: Final = timedelta(seconds=60)
READ_EVERY: Final = timedelta(minutes=10)

_CURSOR_CHARS_AT_MOST: Final = 100_000
_CURSOR_SAID_CHARS: Final = 2_000
"""Of the server's own; a longer one is none, and would let all of ours be forgotten."""


class Gap(msgspec.Struct, frozen=True, array_like=True):
    """The part of a list that was not reached."""

    cursor: str
    """Where it begins, in the server's words."""
    until: datetime
    """Where it ends: everything from before this moment is known, or too old."""


class Line(msgspec.Struct, frozen=True):
    """How far a list was read."""

    newest: datetime | None = None
    gap: Gap | None = None


class Watched(msgspec.Struct, frozen=True, array_like=True):
    """A post of ours that may be answered."""

    key: str
    written_at: datetime
    active_at: datetime
    """When it was written, or answered last."""
    read_at: datetime
    answers: int = 0
    """How many there were when they were read last."""


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """A post of somebody else that was given, looked at again while it may be taken back."""

    uri: str
    at: datetime
    read_at: datetime


class Mark(msgspec.Struct, frozen=True):
    """How far an account has been read."""

    told: Line = Line()
    said: Line = Line()
    watched: tuple[Watched, ...] = ()
    heard: tuple[Heard, ...] = ()
    known: tuple[str, ...] = ()
    """Signs of the posts that were given of late, the newest last."""


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


def sign_of(uri: str) -> str:
    """Give the short sign by which a post is known again."""
    return hashlib.blake2b(uri.encode("utf-8", "replace"), digest_size=6).hexdigest()


def until_of(line: Line, back_to: datetime) -> datetime:
    """Say how far back a list has to be read now."""
    if line.gap is not None:
        return line.gap.until
    return back_to if line.newest is None else max(back_to, line.newest)


def floor_of(line: Line, until: datetime, back_to: datetime) -> datetime:
    """Say how old a post may be that is taken, should it come up on the way."""
    return until if line.newest is None else max(back_to, until - OVERLAP)


def newest_of(moments: Iterable[datetime], line: Line, now: datetime) -> datetime | None:
    """Give up to which moment a list was read.

    What claims to be of next year would hide all that comes before it, so it does not count; but
    where all do so it is our own clock that stands behind.
    """
    latest, found = now + AHEAD, list(moments)
    is_believed = line.newest is not None and line.newest <= latest
    sound = [moment for moment in found if moment <= latest]
    return max(sound if sound or is_believed else found, default=None)


def after_reading(line: Line, newest: datetime | None, until: datetime, cursor: str | None) -> Line:
    """Give how far a list was read; with a ``cursor`` it goes on there the next time."""
    gap = None if cursor is None or len(cursor) > _CURSOR_SAID_CHARS else Gap(cursor, until)
    if line.gap is not None or newest is None:
        return replace(line, gap=gap)
    return Line(newest if line.newest is None else max(line.newest, newest), gap)


def with_known(mark: Mark, uris: Iterable[str]) -> Mark:
    """Remember posts as given."""
    signs = dict.fromkeys((*mark.known, *(sign_of(uri) for uri in uris)))
    return replace(mark, known=tuple(signs)[-KNOWN_AT_MOST:])


def due(mark: Mark, counts: dict[str, int], now: datetime, at_most: int) -> tuple[Watched, ...]:
    """Choose whose answers to read: where their number has changed, then the one read longest ago.

    ``counts`` are the answers that the network counts now, by key.
    """
    changed = [one for one in mark.watched if counts.get(one.key, one.answers) != one.answers]
    quiet = [one for one in mark.watched if now - one.read_at >= READ_EVERY and one not in changed]
    quiet.sort(key=lambda one: one.read_at)
    return tuple([*changed, *quiet[:1]][:at_most])


def checks(mark: Mark, now: datetime, at_most: int) -> tuple[Heard, ...]:
    """Choose posts of others to look at again, whether they still stand."""
    chosen = [one for one in mark.heard if now - one.read_at >= CHECKED_EVERY]
    return tuple(sorted(chosen, key=lambda one: one.read_at)[:at_most])


def pruned(mark: Mark, now: datetime) -> Mark:
    """Let go of what is quiet or old."""
    watched = sorted(
        (one for one in mark.watched if now - one.active_at < LIVELY_FOR),
        key=lambda one: one.written_at,
    )
    heard = sorted((one for one in mark.heard if now - one.at < HEARD_FOR), key=lambda one: one.at)
    return replace(
        mark, watched=tuple(watched[-WATCHED_AT_MOST:]), heard=tuple(heard[-HEARD_AT_MOST:])
    )
