"""What is kept between polls of an account, and which of our threads is worth reading next.

Law: pure, and bounded however much is said. What is lively is read often, what is quiet seldom.
"""

import zlib
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from services.networks.base import Cursor
from services.networks.mastodon.convert import order
from services.networks.mastodon.wire import StatusWire

WATCHED_AT_MOST: Final = 30
"""Posts of ours of which the answers are read again, the liveliest."""
LIVELY_FOR_S: Final = 14 * 86_400
CONTEXTS_A_POLL: Final = 3
TAGS_AT_MOST: Final = 8

_KNOWN_AT_MOST = 80
_HEARD_AT_MOST = 1_200
_RECENT_AT_MOST = 300
_EVERY_S = ((3600, 25), (6 * 3600, 120), (3 * 86_400, 900))
"""Quiet for less than the first: read when the last reading is the second ago, in seconds."""
_QUIET_EVERY_S = 3600
_CURSOR_CHARS_AT_MOST = 1_000_000


class Sweep(msgspec.Struct, frozen=True, array_like=True):
    """How far a list that is given newest first has been read, from its top down to the floor."""

    floor: str = ""
    """Everything up to this id has been taken."""
    top: str = ""
    """The newest of the pass that is under way."""
    down: str = ""
    """Where that pass goes on, below this id; empty between passes."""


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A post as it was seen: its id, and signs of what it is elsewhere and of its words."""

    id: str
    uri: int
    words: int


class Watched(msgspec.Struct, frozen=True, array_like=True):
    """Something of ours that may be answered; moments in seconds since 1970."""

    post: Known
    thread: str
    read_at: int
    active_at: int
    answers: tuple[Known, ...] = ()
    """The latest, as they were seen."""
    heard: tuple[int, ...] = ()
    """Signs of the ids of all that were given away."""


class Mark(msgspec.Struct, frozen=True):
    """How far an account has been read."""

    mentions: Sweep = Sweep()
    ours: Sweep = Sweep()
    tags: dict[str, str] = {}
    """By followed tag the newest that was taken."""
    next_tag: int = 0
    recent: tuple[str, ...] = ()
    """Ids taken of late, for servers that give the same again."""
    watched: tuple[Watched, ...] = ()
    gone: tuple[str, ...] = ()
    """What we took back since the last poll."""


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


def known_of(status: StatusWire) -> Known:
    """Remember a status."""
    words = f"{status.edited_at}\n{status.spoiler_text}\n{status.content}"
    return Known(str(status.id), sign(status.uri or ""), sign(words))


def due(mark: Mark, now_s: int) -> tuple[Watched, ...]:
    """Choose what to read again, what was read longest ago first."""
    chosen = [one for one in mark.watched if now_s - one.read_at >= _every_s(now_s - one.active_at)]
    return tuple(sorted(chosen, key=lambda one: one.read_at)[:CONTEXTS_A_POLL])


def is_taken(mark: Mark, name: str) -> bool:
    """Whether a post has been given away of late."""
    return name in mark.recent


def with_taken(mark: Mark, names: Iterable[str]) -> Mark:
    """Remember what is given away."""
    recent = tuple(dict.fromkeys((*mark.recent, *names)))
    return replace(mark, recent=recent[-_RECENT_AT_MOST:])


def watching(mark: Mark, new: Iterable[Watched], without: Iterable[str], now_s: int) -> Mark:
    """Watch ``new`` as well or as it is now, and not ``without``; the quietest go."""
    gone = frozenset(without)
    by_id = {one.post.id: one for one in (*mark.watched, *new) if one.post.id not in gone}
    lively = [one for one in by_id.values() if now_s - one.active_at < LIVELY_FOR_S]
    lively.sort(key=lambda one: (one.active_at, order(one.post.id)))
    kept = [
        replace(one, answers=one.answers[-_KNOWN_AT_MOST:], heard=one.heard[-_HEARD_AT_MOST:])
        for one in lively
    ]
    return replace(mark, watched=tuple(kept[-WATCHED_AT_MOST:]))


def sign(text: str) -> int:
    """Give a short sign by which a text is known again; 0 for none."""
    return zlib.crc32(text.encode(errors="replace")) if text else 0


def _every_s(quiet_s: int) -> int:
    return next((every for below, every in _EVERY_S if quiet_s < below), _QUIET_EVERY_S)
