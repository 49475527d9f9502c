"""How often each feature is heard in the long run: the usual, against which a burst is seen.

Law: bounded. What is counted is a sum over posts, each weighed by its own time alone, so that
posts may come in any order. The newest hours hardly weigh yet: what breaks is no usual thing.
"""

from array import array
from collections.abc import Iterable
from typing import Final

import msgspec

SLOW_S: Final = 48 * 3600.0
"""Half of the usual is older than two days, so that one day of the week does not rule it."""
QUICK_S: Final = 3 * 3600.0
"""What a burst said in its first hours is not yet counted as usual."""


class UsualState(msgspec.Struct, frozen=True, array_like=True):
    """All that is known of the usual."""

    zero_s: float | None
    total: tuple[float, float]
    names: list[str]
    slow: bytes
    quick: bytes


class Usual:
    """Sums over features, in columns; a feature is known by the number of its row."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self.ids: dict[str, int] = {}
        self.names: list[str] = []
        self.slow = array("d")
        self.quick = array("d")
        self.zero_s: float | None = None
        self.total_slow = 0.0
        self.total_quick = 0.0

    def weights(self, at_s: float) -> tuple[float, float]:
        """Give what a post of that time weighs, in the slow sums and in the quick ones."""
        if self.zero_s is None:
            self.zero_s = at_s
        age_s = at_s - self.zero_s
        return 2.0 ** (age_s / SLOW_S), 2.0 ** (age_s / QUICK_S)

    def id_of(self, feature: str) -> int:
        """Give the number of a feature, a new one if it was never heard."""
        found = self.ids.get(feature)
        if found is None:
            found = self.ids[feature] = len(self.names)
            self.names.append(feature)
            self.slow.append(0.0)
            self.quick.append(0.0)
        return found

    def count(self, features: Iterable[int], at_s: float, sign: float = 1.0) -> None:
        """Count a post with these features, or with a ``sign`` of -1 count it no more."""
        slow, quick = self.weights(at_s)
        slow, quick = slow * sign, quick * sign
        slows, quicks = self.slow, self.quick
        for feature in features:
            slows[feature] += slow
            quicks[feature] += quick
        self.total_slow += slow
        self.total_quick += quick

    def total(self, now_s: float) -> float:
        """Give how many posts the usual stands on."""
        slow, quick = self.weights(now_s)
        return max(0.0, self.total_slow / slow - self.total_quick / quick)

    def state(self) -> UsualState:
        """Give all of it, to be kept."""
        return UsualState(
            self.zero_s,
            (self.total_slow, self.total_quick),
            list(self.names),
            self.slow.tobytes(),
            self.quick.tobytes(),
        )

    def restore(self, state: UsualState) -> None:
        """Be as it was when ``state`` was given."""
        self.zero_s = state.zero_s
        self.total_slow, self.total_quick = state.total
        self.names = list(state.names)
        self.ids = {name: row for row, name in enumerate(self.names)}
        self.slow, self.quick = array("d"), array("d")
        self.slow.frombytes(state.slow)
        self.quick.frombytes(state.quick)
