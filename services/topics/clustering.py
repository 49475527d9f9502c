"""How alike a headline and a story are: by what they share, counted by how rare it is.

Law: pure, and in whole numbers wherever something is added that will be taken away again: a
headline that leaves takes exactly what it brought, and nothing drifts however long it goes on.

A headline is an arrow of length ``UNIT`` in the space of words; a story is the sum of its
headlines; the angle between both tells how alike they are. What a headline weighed when it came
it weighs until it leaves.
"""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from sys import intern

UNIT = 1_000
"""Fine enough for a word among fifty, and small in memory."""
SUPPOSED = 3_000
"""Headlines that are supposed to have been read before with none of the words: so the first ones
of a run, of which each word is new, are weighed much as those are that come after a day."""
ALIKE = 0.08
"""Of a story of very many headlines. Chosen on the side of too many rows: at 0.06 a few more find
their story, but among strangers half as many again find one that is not theirs."""
CAUTION = 2.0
"""A story of one headline asks for three times as much, one of four for twice as much: the
fewer there are, the less it is known which of their words are what it is about."""
SHARED_WITH_ONE = 2
"""Words that two headlines alone must share: one is a name or a habit of speech."""
STALE_IN = timedelta(hours=24)
"""What a story said so long ago is worth six tenths, and one tenth two days ago: the day after,
the same words are mostly said of something else."""

Weights = tuple[tuple[str, int], ...]
"""Features with what each counts, words before pairs."""


class Rarity:
    """How many of the headlines that are kept have a word."""

    __slots__ = ("_headlines", "_with")

    def __init__(self) -> None:
        """Begin with none."""
        self._headlines = 0
        self._with: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._with)

    def add(self, features: Iterable[str]) -> None:
        """Count a headline."""
        self._headlines += 1
        self._with.update(iter(features))

    def remove(self, features: Iterable[str]) -> None:
        """Count it no more."""
        self._headlines -= 1
        for feature in features:
            self._with[feature] -= 1
            if not self._with[feature]:
                del self._with[feature]

    def weigh(self, features: dict[str, float]) -> Weights:
        """Give what each feature of a headline that was counted weighs; together ``UNIT``."""
        read = math.log(self._headlines + SUPPOSED)
        raw = [count * (read - math.log(self._with[one])) for one, count in features.items()]
        scale = UNIT / (math.hypot(*raw) or 1.0)
        return tuple(
            (intern(feature), max(1, round(weight * scale)))
            for feature, weight in zip(features, raw, strict=True)
        )


class Centre:
    """The sum of headlines."""

    __slots__ = ("_square", "sums")

    def __init__(self) -> None:
        """Begin with none."""
        self.sums: dict[str, int] = {}
        self._square = 0

    def add(self, weights: Weights) -> list[str]:
        """Take a headline in; give what is new with it."""
        sums, new = self.sums, []
        for feature, weight in weights:
            before = sums.get(feature, 0)
            if not before:
                new.append(feature)
            sums[feature] = before + weight
            self._square += weight * (2 * before + weight)
        return new

    def remove(self, weights: Weights) -> list[str]:
        """Take a headline out that was taken in; give what is gone with it."""
        sums, gone = self.sums, []
        for feature, weight in weights:
            left = sums[feature] - weight
            self._square -= weight * (2 * left + weight)
            if left:
                sums[feature] = left
            else:
                del sums[feature]
                gone.append(feature)
        return gone

    def likeness(self, weights: Weights, headlines: int) -> float:
        """Tell how alike a headline is, from 0 to 1; the fewer are here, the less it counts."""
        sums = self.sums
        product = shared = 0
        for feature, weight in weights:
            there = sums.get(feature)
            if there is not None:
                product += weight * there
                shared += " " not in feature
        if not product or (headlines == 1 and shared < SHARED_WITH_ONE):
            return 0.0
        angle = product / (UNIT * math.sqrt(self._square))
        return angle / (1 + CAUTION / math.sqrt(headlines))


def worth_after(gap: timedelta) -> float:
    """Tell what a likeness is worth over a gap in time, from 1 down."""
    return math.exp(-((gap / STALE_IN) ** 2) / 2)
