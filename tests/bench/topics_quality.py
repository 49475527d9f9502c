"""How early and how cleanly what happens in a made-up stream is found.

Law: whoever is measured sees only what a line of the file says; what a post is of is known here
alone. A topic is of an event if at least half of the posts that it shows are, and three at least.
An event is found when two ticks in a row show it.
"""

import math
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from tests.bench.topics_stream import HOUR_S, Event, Made

EVERY_S: Final = 300.0
SHOWN: Final = 10
_POSTS_AT_LEAST: Final = 3
_FRESH_S: Final = 3 * HOUR_S
_MARK: Final = re.compile(r"#\w+|https?://\S+")

Topic = tuple[str, Sequence[str]]
"""Its id, and those of the posts that it shows."""
Listed = tuple[float, Sequence[Topic]]
"""A moment, and the topics shown then, the best first."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How well topics were found; all but ``delay_min`` are shares from 0 to 1."""

    found_in_30: float
    """Events found within 30 minutes of their first post."""
    found_in_60: float
    delay_min: float
    """The median; infinite where most were never found."""
    precise: float
    """Of the topics shown, those that are of an event."""
    distinct: float
    """Different events, of the topics shown."""
    shown: float
    """Topics at a time."""
    ids: float
    """Under how many ids an event that was found was shown; 1 where they stay."""


def judge(
    events: Sequence[Event], event_of: Mapping[str, str], listed: Iterable[Listed]
) -> Quality:
    """Score what was shown; ``event_of`` tells by a post's id what it is of."""
    found: dict[str, float] = {}
    ids: defaultdict[str, set[str]] = defaultdict(set)
    before: set[str] = set()
    precise, distinct, shown = [], [], []
    for at_s, topics in listed:
        owners = [_owner(posts, event_of) for _, posts in topics[:SHOWN]]
        for owner, (name, _) in zip(owners, topics, strict=False):
            ids[owner].add(name)
        of_any = {owner for owner in owners if owner}
        fresh = any(0 <= at_s - event.begun_s <= _FRESH_S for event in events)
        if at_s >= events[0].begun_s and (owners or fresh):
            precise.append(sum(map(bool, owners)) / len(owners) if owners else 0.0)
            distinct.append(len(of_any) / len(owners) if owners else 0.0)
            shown.append(float(len(owners)))
        for owner in of_any & before:
            found.setdefault(owner, at_s - EVERY_S)
        before = of_any
    delays = sorted((found.get(one.key, math.inf) - one.begun_s) / 60 for one in events)
    return Quality(
        sum(delay <= 30 for delay in delays) / len(delays),
        sum(delay <= 60 for delay in delays) / len(delays),
        delays[len(delays) // 2],
        fmean(precise or [0.0]),
        fmean(distinct or [0.0]),
        fmean(shown or [0.0]),
        fmean([float(len(ids[key])) for key in found] or [0.0]),
    )


def _owner(posts: Sequence[str], event_of: Mapping[str, str]) -> str:
    of = Counter(event_of.get(key, "") for key in posts)
    key, count = of.most_common(1)[0] if of else ("", 0)
    return key if key and count >= max(_POSTS_AT_LEAST, len(posts) / 2) else ""


def raw_counts(made: Sequence[Made]) -> Iterator[Listed]:
    """Show the tags and links of which there were most in the last hour."""
    recent: deque[tuple[float, str, str]] = deque()
    due_s = made[0].ts + EVERY_S
    for one in made:
        while one.ts > due_s:
            while recent and recent[0][0] < due_s - HOUR_S:
                recent.popleft()
            by_mark: defaultdict[str, list[str]] = defaultdict(list)
            for _, mark, key in recent:
                by_mark[mark].append(key)
            most = sorted(by_mark.items(), key=lambda each: len(each[1]), reverse=True)
            yield due_s, most[:SHOWN]
            due_s += EVERY_S
        marks = {mark.lower() for mark in _MARK.findall(one.text)}
        recent.extend((one.ts, mark, one.id) for mark in marks)
