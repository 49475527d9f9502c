"""How alike a headline and a story are: by what they share, counted by how rare it is.

Law: pure, and in whole numbers wherever something is added that will be taken away again: a
headline that leaves takes exactly what it brought, and nothing drifts however long it goes on.

A headline is an arrow of length ``UNIT`` in the space of words; a story is the sum of its
headlines; the angle between both tells how alike they are. What a headline weighed when it came
it weighs until it leaves.
"""

import math
from collections.abc import Iterable, Mapping
from sys import intern

import msgspec

UNIT = 250
"""Fine enough for a word among fifty, and a weight is one byte."""
SUPPOSED = 3_000
"""Headlines that are supposed to have been read before with none of the words: so the first ones
of a run, of which each word is new, are weighed much as those are that come after a day."""
ALIKE = 0.07
"""Of a story of very many headlines. Chosen on the side of too many rows: at 0.05 one in fifty
more finds its story, but among strangers a third more find one that is not theirs."""
CAUTION = 2.0
"""A story of one headline asks for three times as much, one of four for twice as much: the
fewer there are, the less it is known which of their words are what it is about."""
SHARED_AT_LEAST = 2
"""Words of titles that a headline must share with a story, however large: one is a place where
many things happen, or somebody who does many; and paragraphs share what a publisher sets below
all of them."""
STALE_IN_S = 24 * 3600.0
"""What a story said so long ago, in the middle of all that it said, is worth six tenths, and one
tenth two days ago: the day after, the same words are mostly said of something else, and what goes
on for days would swallow what is new in it."""


class Arrow(msgspec.Struct, frozen=True, gc=False):
    """A headline in the space of words."""

    features: tuple[str, ...]
    """The words of its title first."""
    weights: bytes
    """One for each feature, at least 1."""
    titled: int
    """How many of the features are words of its title."""

    @property
    def words(self) -> list[str]:
        """Give its features that are no pairs."""
        return [feature for feature in self.features if " " not in feature]

    @property
    def title(self) -> frozenset[str]:
        """Give the words of its title alone."""
        return frozenset(self.features[: self.titled])


class Rarity:
    """How many of the headlines that are kept have a word."""

    __slots__ = ("_headlines", "_with")

    def __init__(self) -> None:
        """Begin with none."""
        self._headlines = 0
        self._with: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._with)

    def add(self, words: Iterable[str]) -> None:
        """Count a headline by its words, each once."""
        self._headlines += 1
        for word in words:
            self._with[word] = self._with.get(word, 0) + 1

    def remove(self, words: Iterable[str]) -> None:
        """Count it no more."""
        self._headlines -= 1
        for word in words:
            left = self._with[word] - 1
            if left:
                self._with[word] = left
            else:
                del self._with[word]

    def weigh(self, features: Mapping[str, float], titled: int) -> Arrow:
        """Give the arrow of a headline that was counted; a pair is as rare as its rarer word.

        The first ``titled`` features are words of its title.
        """
        read = math.log(self._headlines + SUPPOSED)
        raw = [count * (read - math.log(self._count(one))) for one, count in features.items()]
        scale = UNIT / (math.hypot(*raw) or 1.0)
        weights = bytes(max(1, round(weight * scale)) for weight in raw)
        return Arrow(tuple(map(intern, features)), weights, titled)

    def _count(self, feature: str) -> int:
        if " " not in feature:
            return self._with[feature]
        return min(self._with.get(word, 1) for word in feature.split())


class Centre:
    """The sum of headlines."""

    __slots__ = ("_one", "_square", "_sums", "headlines")

    def __init__(self) -> None:
        """Begin with none."""
        self.headlines = 0
        self._one: Arrow | None = None
        """Instead of sums, while there is but one, as there is in most."""
        self._sums: dict[str, int] = {}
        self._square = 0

    def __contains__(self, feature: str) -> bool:
        there = self._sums if self._one is None else self._one.features
        return feature in there

    def add(self, arrow: Arrow) -> None:
        """Take a headline in."""
        one, self._one = self._one, None
        self.headlines += 1
        if self.headlines == 1:
            self._one = arrow
            self._square = sum(weight * weight for weight in arrow.weights)
            return
        if one is not None:
            self._sums = dict(zip(one.features, one.weights, strict=True))
        for feature, weight in zip(arrow.features, arrow.weights, strict=True):
            before = self._sums.get(feature, 0)
            self._sums[feature] = before + weight
            self._square += weight * (2 * before + weight)

    def remove(self, arrow: Arrow) -> None:
        """Take a headline out that was taken in."""
        self.headlines -= 1
        if self._one is not None:
            self._one, self._square = None, 0
            return
        for feature, weight in zip(arrow.features, arrow.weights, strict=True):
            left = self._sums[feature] - weight
            self._square -= weight * (2 * left + weight)
            if left:
                self._sums[feature] = left
            else:
                del self._sums[feature]

    def likeness(self, weights: Mapping[str, int], title: frozenset[str]) -> float:
        """Tell how alike a headline is, from 0 to 1; the fewer are here, the less it counts.

        ``weights`` are those of its arrow, ``title`` the words of its title.
        """
        one, sums = self._one, self._sums
        product = shared = 0
        if one is None:
            for feature, weight in weights.items():
                if total := sums.get(feature):
                    product += weight * total
                    shared += feature in title
        else:
            for at, feature in enumerate(one.features):
                if mine := weights.get(feature):
                    product += mine * one.weights[at]
                    shared += at < one.titled or feature in title
        if not product or shared < SHARED_AT_LEAST:
            return 0.0
        angle = product / (UNIT * math.sqrt(self._square))
        return angle / (1 + CAUTION / math.sqrt(self.headlines))


def worth_after(gap_s: float) -> float:
    """Tell what a likeness is worth over a gap in time, from 1 down."""
    return math.exp(-((gap_s / STALE_IN_S) ** 2) / 2)
