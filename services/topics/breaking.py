"""Whether a story of publishers is breaking: new, and carried by several at once.

Law: pure. Who carries a story decides, never how many headlines they make of it; where people
talk about it is no publisher. The moment of asking changes what is new, never what was counted.

Counts of headlines tell nothing here: what breaks is one item of one feed at first. What tells
is that publishers who have nothing to do with each other bring it within the same hour.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from services.model.ids import NetworkName
from services.topics.values import HeadlineItem
from services.topics.words import title_key

WITHIN = timedelta(hours=1)
"""Publishers who follow each other more slowly than this tell what is known already."""
NEW_FOR = timedelta(hours=6)
"""From its first headline on; by then a score has been halved twice and is no news."""
HALVED_IN = timedelta(hours=3)
"""In which a score is halved: half a morning, after which people have heard of it."""
ENOUGH = 2.0
"""Publishers, or what counts as much: one alone may be mistaken, or write for itself."""
COPY = 0.5
"""What a publisher counts who has another's title word for word, as wires are reprinted: it was
chosen by somebody else too, but nobody else has written it."""
SPOKEN = 1.0
"""What counts that people speak of it: as one publisher more."""
PACE = 4.0
"""Times the usual pace that counts as one publisher; each doubling is one more. In the middle of
a front page, a story is taken up some four times as fast as a usual one."""

_SECOND = re.compile(r"(?:ac|co|com|edu|gob|gouv|gov|mil|ne|net|nom|or|org)")
"""What stands before a country's two letters and belongs to nobody."""
_HOUSES = frozenset(
    ("blogspot.com", "github.io", "medium.com", "substack.com", "tumblr.com", "wordpress.com")
)
"""Where each host is somebody else's."""
_OWN_LABELS = 2


class Coverage(msgspec.Struct, frozen=True):
    """Who carries a story, counted once for all moments; made by ``coverage_of``."""

    first_at: datetime
    """When its first headline was published."""
    publishers: int
    """Independent ones, in the hour in which most weight came together."""
    weight: float
    """Theirs: a copy counts ``COPY``."""
    sources: int
    """Independent ones at any time."""
    speed: float | None
    """Times the usual pace of its age at which the fastest of its items is taken up."""


class Breaking(msgspec.Struct, frozen=True):
    """How a story stands at one moment."""

    is_breaking: bool
    publishers: int
    """Independent ones within one hour."""
    times_usual: float
    """A usual story is carried by one publisher of those who are read, so this is how many
    carried it within the hour, copies and people's talk counted as the rule counts them; or, if
    that is more telling, how many times its usual pace it is taken up."""
    first_at: datetime
    score: float
    """Sorts stories, the largest first: burst x (1 + log2 of sources), halved in ``HALVED_IN``."""


def coverage_of(headlines: Iterable[HeadlineItem]) -> Coverage | None:
    """Count who carries a story; ``None`` where nobody does."""
    told = [item for item in headlines if item.trends_on is None]
    if not told:
        return None
    told.sort(key=lambda item: (item.published_at, item.id))
    carriers = _carriers(told)
    publishers, weight = _best_hour(carriers)
    speeds = [item.speed for item in told if item.speed is not None]
    return Coverage(
        told[0].published_at, publishers, weight, len(carriers), max(speeds, default=None)
    )


def breaking(coverage: Coverage, now: datetime, *, is_spoken_of: bool = False) -> Breaking:
    """Tell how a story stands at ``now``.

    ``is_spoken_of`` says that people speak of it far more than usual: that is one source more.
    """
    carried = coverage.weight + (SPOKEN if is_spoken_of else 0.0)
    pace = _publishers_of_pace(coverage.speed)
    burst = max(carried, pace)
    age = max(now - coverage.first_at, timedelta())
    sources = coverage.sources + (1 if is_spoken_of else 0)
    return Breaking(
        is_breaking=burst >= ENOUGH and age <= NEW_FOR,
        publishers=coverage.publishers,
        times_usual=coverage.speed if coverage.speed is not None and pace > carried else carried,
        first_at=coverage.first_at,
        score=burst * (1 + math.log2(sources)) * 0.5 ** (age / HALVED_IN),
    )


def house_of(url: str | None) -> str | None:
    """Give whose a link is: the part of its host that somebody has to register.

    ``None`` where there is no host. Without a list of all registries: after the two letters of
    a country, the common second parts are known; any other is taken for a name.
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".") if url else ""
    except ValueError:
        return None
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit() or len(labels) <= _OWN_LABELS:
        return host or None
    own = _OWN_LABELS
    is_country = len(labels[-1]) == len("uk")
    if (is_country and _SECOND.fullmatch(labels[-2])) or ".".join(labels[-2:]) in _HOUSES:
        own += 1
    return ".".join(labels[-own:])


class _Carrier:
    """A publisher, whatever it calls itself."""

    __slots__ = ("at", "weight")

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.weight = COPY


def _carriers(told: list[HeadlineItem]) -> list[_Carrier]:
    """Give independent publishers in the order in which they came, with their weights.

    Whoever has a name or a house of somebody before is the same one. That one name stands for
    several houses makes these no relations: some feeds only point to what others carry.
    """
    carriers: list[_Carrier] = []
    known: dict[str, _Carrier] = {}
    written: dict[str, _Carrier] = {}
    for item in told:
        house, name = house_of(item.url), item.publisher.casefold()
        # What is read there points to others by its nature, and is none of them.
        is_pointer = item.network is NetworkName.HACKERNEWS and house is not None
        names = [] if is_pointer else [f"name {name}"]
        homes = [] if house is None else [f"house {house}"]
        carrier = next((known[key] for key in (*homes, *names) if key in known), None)
        if carrier is None:
            carrier = _Carrier(item.published_at)
            carriers.append(carrier)
            names += homes
        for key in names:
            known.setdefault(key, carrier)
        if written.setdefault(title_key(item.title, item.publisher), carrier) is carrier:
            carrier.weight = 1.0
    return carriers


def _best_hour(carriers: list[_Carrier]) -> tuple[int, float]:
    """Give how many came within an hour, and their weight, where that is most."""
    times = [one.at for one in carriers]
    sums = [0.0]
    for one in carriers:
        sums.append(sums[-1] + one.weight)
    best = (0, 0.0)
    for end, at in enumerate(times, 1):
        begin = bisect_left(times, at - WITHIN)
        best = max(best, (end - begin, sums[end] - sums[begin]), key=lambda one: (one[1], one[0]))
    return best


def _publishers_of_pace(speed: float | None) -> float:
    return 0.0 if speed is None or speed < PACE else 1 + math.log2(speed / PACE)
