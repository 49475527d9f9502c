"""How fast a story is taken up, beside others of its age.

Law: pure. A story counts once in each age group, with its latest rate. Points and comments go
in, and only a ratio comes out.

The age groups double, because a story is taken up ever more slowly.
"""

from bisect import bisect_right
from datetime import timedelta
from statistics import median
from typing import Final

import msgspec

TOO_YOUNG: Final = timedelta(minutes=10)
"""Before this a vote or two says nothing."""

TOO_OLD: Final = timedelta(hours=48)
"""After this nothing is taken up any more that one would call breaking."""

FEW: Final = 12
"""Fewer stories than this in a group are filled up with what is usual."""

SIGHTS_AT_MOST: Final = 100
"""Stories that are remembered of each age group."""

_UNTIL_H: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Where the age groups end, in hours; the last has no end."""

USUAL: Final = (12.0, 12.0, 11.0, 10.0, 9.0, 8.0, 6.0)
"""Points and comments an hour in each group before enough was seen: an assumption of ours, set
so that a story in the middle of the first pages is about 1."""


class Sight(msgspec.Struct, frozen=True, array_like=True):
    """A story as it was seen in one age group."""

    story: int
    rate: float
    """Points and comments for each hour of its age."""


class Pace(msgspec.Struct, frozen=True):
    """What was seen lately, by age group; the latest sight is the last."""

    groups: tuple[tuple[Sight, ...], ...] = ((),) * len(USUAL)


def rate_of(points: int | None, comments: int | None, age: timedelta) -> float | None:
    """Give points and comments an hour; ``None`` where it says nothing."""
    if points is None or not TOO_YOUNG <= age <= TOO_OLD:
        return None
    return (max(points, 1) + max(comments or 0, 0)) / _hours(age)


def remember(pace: Pace, story: int, rate: float | None, age: timedelta) -> Pace:
    """Give the memory with a story as it was seen at ``age``; the oldest sights go."""
    if rate is None:
        return pace
    group = _group(age)
    others = tuple(sight for sight in pace.groups[group] if sight.story != story)
    seen = (*others, Sight(story, float(f"{rate:.3g}")))[-SIGHTS_AT_MOST:]
    return Pace((*pace.groups[:group], seen, *pace.groups[group + 1 :]))


def speed_of(pace: Pace, rate: float | None, age: timedelta) -> float | None:
    """Say how many times as fast as the middle one of its age group; ``None`` while unknown.

    To two digits: more would be pretence.
    """
    if rate is None:
        return None
    group = _group(age)
    seen = [sight.rate for sight in pace.groups[group]]
    seen += [USUAL[group]] * (FEW - len(seen))
    return float(f"{rate / median(seen):.2g}")


def pack(pace: Pace) -> bytes:
    """Write the memory down."""
    return msgspec.msgpack.encode(pace)


def unpack(packed: bytes) -> Pace:
    """Read a memory that was written down; an empty one where it cannot be read."""
    try:
        pace = msgspec.msgpack.decode(packed, type=Pace)
    except msgspec.DecodeError:
        return Pace()
    groups = tuple(
        tuple(sight for sight in group if 0 < sight.rate < float("inf"))[-SIGHTS_AT_MOST:]
        for group in pace.groups
    )
    return Pace(groups) if len(groups) == len(USUAL) else Pace()


def _group(age: timedelta) -> int:
    return bisect_right(_UNTIL_H, _hours(age))


def _hours(age: timedelta) -> float:
    return age / timedelta(hours=1)
