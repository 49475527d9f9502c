"""How often each feature is heard in the long run: the usual, against which a burst is seen.

Law: bounded. What is counted is a sum over posts, each weighed by its own time alone, so that
posts may come in any order. Only what has left the window is counted: what breaks is not usual.
"""

import math
from typing import Final

import msgspec

HALVED_IN_S: Final = 72 * 3600.0
"""Three days: a day of the week does not rule what is usual, and last week is forgotten."""
FEATURES_AT_MOST: Final = 100_000
SUPPOSED: Final = 0.5
"""Posts in which a word never heard before is taken to have been heard."""
SUPPOSED_OF: Final = 1_000.0
"""The posts these are supposed among."""
_LARGEST: Final = 40.0
"""Doublings after which all weights are made small again; a sum of doubles loses nothing there."""
_OUTERMOST: Final = 400.0
"""Doublings beyond which a post weighs nothing, or everything: three years."""
_MOST: Final = 1e15
"""More posts than anybody hears."""
_LOOKED_AT: Final = 12
"""Features looked at for each one too many, so that forgetting never takes long at once."""


class UsualState(msgspec.Struct, frozen=True, array_like=True):
    """All that is known, to be kept between runs."""

    counts: dict[str, float]
    total: float
    zero_s: float | None
    bar: float


class Usual:
    """Sums over features."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self.total = 0.0
        """Weight of all posts, on the scale of the sums."""
        self._counts: dict[str, float] = {}
        self._zero_s: float | None = None
        self._bar = 1.0
        self._looking: list[str] = []

    def count(self, features: tuple[str, ...], at_s: float) -> None:
        """Count a post that was written at ``at_s``."""
        if self._zero_s is None:
            self._zero_s = at_s
        if self._doublings(at_s) > _LARGEST:
            self._shrink(at_s)
        weight = self._weight(at_s)
        counts = self._counts
        for feature in features:
            counts[feature] = counts.get(feature, 0.0) + weight
        self.total += weight
        if len(counts) > FEATURES_AT_MOST:
            self._forget(len(features) * _LOOKED_AT, weight)

    def posts(self, at_s: float) -> float:
        """Tell how many posts there were, as of ``at_s``: those of long ago count less."""
        return min(_MOST, self.total / self._weight(at_s))

    def shares(self, at_s: float) -> "Shares":
        """Tell in which share of posts features are usually heard; never nothing at all."""
        posts = self.posts(at_s)
        of = posts + SUPPOSED_OF
        scale = posts / (self.total * of) if self.total > 0 else 0.0
        return Shares(self._counts, scale, SUPPOSED / of)

    def state(self) -> UsualState:
        """Give all that is known."""
        return UsualState(self._counts, self.total, self._zero_s, self._bar)

    def restore(self, state: UsualState) -> None:
        """Know what ``state`` says, and nothing else."""
        self._counts, self.total = state.counts, state.total
        self._zero_s, self._bar, self._looking = state.zero_s, state.bar, []

    def _doublings(self, at_s: float) -> float:
        return 0.0 if self._zero_s is None else (at_s - self._zero_s) / HALVED_IN_S

    def _weight(self, at_s: float) -> float:
        """Give what a post of that moment weighs; to ask changes nothing."""
        return math.pow(2.0, min(_OUTERMOST, max(-_OUTERMOST, self._doublings(at_s))))

    def _shrink(self, at_s: float) -> None:
        """Count from another moment on, so that no weight grows too large."""
        factor = 1.0 / self._weight(at_s)
        self._counts = {one: kept for one, sum_ in self._counts.items() if (kept := sum_ * factor)}
        self.total *= factor
        self._zero_s = at_s

    def _forget(self, looks: int, weight: float) -> None:
        """Look at some features, and forget those that are hardly ever heard."""
        for _ in range(looks):
            if not self._looking:
                self._looking = list(self._counts)
                if len(self._looking) > 1.05 * FEATURES_AT_MOST:
                    self._bar *= 1.5  # a whole round was not enough
                elif self._bar > 1:
                    self._bar /= 1.5
            feature = self._looking.pop()
            if self._counts.get(feature, 0.0) <= self._bar * weight:
                self._counts.pop(feature, None)


class Shares:
    """In which share of posts features are usually heard, as of one moment."""

    __slots__ = ("_counts", "_scale", "_supposed")

    def __init__(self, counts: dict[str, float], scale: float, supposed: float) -> None:
        """Read ``counts`` on a scale; ``supposed`` is the share of what was never heard."""
        self._counts = counts
        self._scale = scale
        self._supposed = supposed

    def __getitem__(self, feature: str) -> float:
        heard = self._counts.get(feature, 0.0)
        return (heard * self._scale if heard > 0 else 0.0) + self._supposed
