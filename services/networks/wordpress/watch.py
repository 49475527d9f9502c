"""What is kept between polls of a blog: how far it was read, and the comments that we know.

Law: pure, and bounded however much is said on a blog. What was seen longest ago stands first
and is looked at again first.

Source: WordPress 6.1.9 on the wire, 2026-11: ``after`` leaves its own second out, and several
comments share one; nothing tells that a comment was changed, approved, or thrown away. ``after``
is compared with the blog's local time, so that in the hour that a clock is set back comments
are passed over: the newest by number are read now and then as well.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zlib import crc32

import msgspec
from msgspec.structs import replace

from services.model.posts import PostState
from services.networks.base import Cursor
from services.networks.wordpress.convert import moment_of, state_of
from services.networks.wordpress.wire import Comment

KNOWN_AT_MOST: Final = 1_000
CHECK_EVERY_S: Final = 300
"""How often the newest, and those that we know, are looked at again."""
CHECKED_AT_ONCE: Final = 100

_CURSOR_CHARS_AT_MOST = 100_000


class Mark(msgspec.Struct, frozen=True):
    """How far a blog has been read; moments in seconds since 1970."""

    after: int
    """What is asked for lies after this second."""
    page: int = 1
    """Of what is asked for; more than 1 while a whole page shares one second."""
    checked_at: int = 0
    known: dict[int, int] = {}
    """Comments by number, each with a stamp of what it said; what was seen last at the end."""


class Taken(msgspec.Struct, frozen=True):
    """What a list brought."""

    mark: Mark
    fresh: tuple[Comment, ...]
    """New ones, and known ones that are not as they were."""
    edited: frozenset[int] = frozenset()
    """Of these, known ones whose words are others now."""


def mark_of(cursor: Cursor | None, back_to: datetime) -> Mark:
    """Read a cursor; the beginning where there is none, or one that is not of this network."""
    beginning = Mark(int(back_to.timestamp()) - 1)
    if cursor is None or len(cursor) > _CURSOR_CHARS_AT_MOST:
        return beginning
    try:
        return msgspec.json.decode(cursor, type=Mark)
    except msgspec.DecodeError:
        return beginning


def cursor_of(mark: Mark) -> Cursor:
    """Write a mark down."""
    return Cursor(msgspec.json.encode(mark).decode())


def after_of(mark: Mark) -> str:
    """Give the moment to ask after; without its zone it would be the blog's own."""
    return datetime.fromtimestamp(mark.after, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def advanced(mark: Mark, comments: Iterable[Comment], now: datetime, *, is_full: bool) -> Mark:
    """Go on behind a page: a second before its last, never beyond what is now.

    A comment that claims to be of next year would otherwise hide all that come before it.
    """
    dates = [moment for one in comments if (moment := moment_of(one.date_gmt)) is not None]
    last = int(min(max(dates), now).timestamp()) - 1 if dates else mark.after
    if last > mark.after:
        return replace(mark, after=last, page=1)
    return replace(mark, page=mark.page + 1 if is_full else 1)


def taken(mark: Mark, comments: Iterable[Comment]) -> Taken:
    """Take comments that count; known ones that are as they were are dropped."""
    known = dict(mark.known)
    fresh: dict[int, Comment] = {}
    edited = set()
    for comment in comments:
        before, stamp = known.pop(comment.id, None), _stamp(comment)
        known[comment.id] = stamp
        if before == stamp:
            continue
        fresh[comment.id] = comment
        if before is not None and before >> 1 != stamp >> 1:
            edited.add(comment.id)
    kept = dict(list(known.items())[-KNOWN_AT_MOST:])
    return Taken(replace(mark, known=kept), tuple(fresh.values()), frozenset(edited))


def is_due(mark: Mark, now: datetime) -> bool:
    """Whether it is time to look at what we know again."""
    age_s = int(now.timestamp()) - mark.checked_at
    return not 0 <= age_s < CHECK_EVERY_S


def missing_of(mark: Mark, newest: Sequence[Comment], *, is_all: bool) -> tuple[int, ...]:
    """Give the known ones that ought to be among the newest by number, and are not.

    ``is_all``: there are no others on the blog.
    """
    seen = {comment.id for comment in newest}
    least = 0 if is_all else min(seen, default=0)
    return tuple(number for number in mark.known if number >= least and number not in seen)


def checks_of(mark: Mark, seen: Collection[int]) -> tuple[int, ...]:
    """Choose known ones to look at again: those that were seen longest ago."""
    return tuple(number for number in mark.known if number not in seen)[:CHECKED_AT_ONCE]


def checked(mark: Mark, gone: Collection[int], now: datetime) -> Mark:
    """Note that a look is over, and forget what is gone."""
    known = {number: stamp for number, stamp in mark.known.items() if number not in gone}
    return replace(mark, known=known, checked_at=int(now.timestamp()))


def is_young(comment: Comment, back_to: datetime) -> bool:
    """Whether it is not from before what is fetched at all; without a date it is new."""
    moment = moment_of(comment.date_gmt)
    return moment is None or moment >= back_to - timedelta(seconds=1)


def _stamp(comment: Comment) -> int:
    """Give a number for what a comment says and whether it is held."""
    words = comment.content.rendered if comment.content.raw is None else comment.content.raw
    is_held = state_of(comment) is PostState.HELD
    return crc32(words.encode("utf-8", "replace")) << 1 | is_held
