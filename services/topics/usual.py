"""How often each feature is heard in the long run: the usual, against which a burst is seen.

Law: bounded, whatever is said. What is counted is a sum over posts, each weighed by its own time
alone, so that posts may come in any order. Only what has left the window is counted: what breaks
is not usual.

The sums stand in a count-min sketch: each feature has a cell in either of two rows, which it has
in common with others, and its sum is the smaller one. So nothing is ever forgotten but by its
age, and what is rare seems a little less so: among a million posts an hour's twelve thousand are
taken to have said a word an eighth of a time that nobody ever said. What is counted may be words or
couples of words, of which there are more: at two thousand posts an hour one that never met is
taken to have met a quarter of a time.

Source: G. Cormode, S. Muthukrishnan, "An improved data stream summary: the count-min sketch and
its applications", Journal of Algorithms 55 (2005).
"""

import math
from array import array
from collections.abc import Iterable
from typing import Final
from zlib import crc32

import msgspec

HALVED_IN_S: Final = 72 * 3600.0
"""Three days: a day of the week does not rule what is usual, and last week is forgotten."""
SUPPOSED: Final = 0.5
"""Posts in which a word never heard before is taken to have been heard."""
SUPPOSED_OF: Final = 1_000.0
"""The posts these are supposed among."""
_CELLS: Final = 1 << 19
"""Of one row; with four bytes each, two rows are four megabytes."""
_MASK: Final = _CELLS - 1
_OTHER_BITS: Final = 13
"""The other row goes by the last bits of a number of 32, this one by the first."""
_TYPE: Final = "f"
_LARGEST: Final = 40.0
"""Doublings after which all weights are made small again; a sum loses nothing there."""
_OUTERMOST: Final = 400.0
"""Doublings beyond which a post weighs nothing, or everything: three years."""
_MOST: Final = 1e15
"""More posts than anybody hears."""


def number_of(feature: str) -> int:
    """Give the number of 32 bits that a feature is counted by, the same in every run."""
    return crc32(feature.encode("utf-8", "surrogatepass"))


class UsualState(msgspec.Struct, frozen=True, array_like=True):
    """All that is known, to be kept between runs."""

    cells: bytes
    total: float
    zero_s: float | None


class Usual:
    """Sums over features."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self.total = 0.0
        """Weight of all posts, on the scale of the sums."""
        self._cells = array(_TYPE)  # as long as nothing was counted there are none
        self._zero_s: float | None = None

    def count(self, features: tuple[str, ...], at_s: float) -> None:
        """Count a post that was written at ``at_s``."""
        self.count_numbers([number_of(feature) for feature in features], at_s)

    def count_numbers(self, numbers: Iterable[int], at_s: float) -> None:
        """Count a post by the numbers of what it says, as ``number_of`` gives them."""
        if self._zero_s is None:
            self._zero_s = at_s
            self._cells = array(_TYPE, [0.0]) * (2 * _CELLS)
        if self._doublings(at_s) > _LARGEST:
            self._shrink(at_s)
        weight = self._weight(at_s)
        cells = self._cells
        for number in numbers:
            cells[number & _MASK] += weight
            cells[_CELLS + (number >> _OTHER_BITS)] += weight
        self.total += weight

    def posts(self, at_s: float) -> float:
        """Tell how many posts there were, as of ``at_s``: those of long ago count less."""
        return min(_MOST, self.total / self._weight(at_s))

    def shares(self, at_s: float) -> "Shares":
        """Tell in which share of posts features are usually heard; never nothing at all."""
        posts = self.posts(at_s)
        of = posts + SUPPOSED_OF
        if not self._cells:
            return _Unheard(self._cells, 0.0, SUPPOSED / of)
        scale = posts / (self.total * of) if self.total > 0 else 0.0
        return Shares(self._cells, scale, SUPPOSED / of)

    def state(self) -> UsualState:
        """Give all that is known."""
        return UsualState(self._cells.tobytes(), self.total, self._zero_s)

    def restore(self, state: UsualState) -> None:
        """Know what ``state`` says, and nothing else.

        Raises:
            ValueError: something was heard, and it is of another size.
        """
        cells = array(_TYPE)
        if state.zero_s is not None:
            if len(state.cells) != 2 * _CELLS * cells.itemsize:
                raise ValueError("a state of another size")
            cells.frombytes(state.cells)
        self._cells, self.total, self._zero_s = cells, state.total, state.zero_s

    def _doublings(self, at_s: float) -> float:
        return 0.0 if self._zero_s is None else (at_s - self._zero_s) / HALVED_IN_S

    def _weight(self, at_s: float) -> float:
        """Give what a post of that moment weighs; to ask changes nothing."""
        return math.pow(2.0, min(_OUTERMOST, max(-_OUTERMOST, self._doublings(at_s))))

    def _shrink(self, at_s: float) -> None:
        """Count from another moment on, so that no weight grows too large."""
        factor = 1.0 / self._weight(at_s)
        self._cells = array(_TYPE, (sum_ * factor for sum_ in self._cells))
        self.total *= factor
        self._zero_s = at_s


class Shares:
    """In which share of posts features are usually heard, as of one moment."""

    __slots__ = ("_cells", "_scale", "_supposed")

    def __init__(self, cells: "array[float]", scale: float, supposed: float) -> None:
        """Read ``cells`` on a scale; ``supposed`` is the share of what was never heard."""
        self._cells = cells
        self._scale = scale
        self._supposed = supposed

    def of(self, features: Iterable[str]) -> list[float]:
        """Give the share of each of these, which is faster for many at once."""
        cells, scale, supposed = self._cells, self._scale, self._supposed
        found: list[float] = []
        for number in map(number_of, features):
            one, other = cells[number & _MASK], cells[_CELLS + (number >> _OTHER_BITS)]
            found.append(min(one, other) * scale + supposed)
        return found

    def of_number(self, number: int) -> float:
        """Give the share of what has a number."""
        cells = self._cells
        least = min(cells[number & _MASK], cells[_CELLS + (number >> _OTHER_BITS)])
        return least * self._scale + self._supposed


class _Unheard(Shares):
    """The same where nothing was ever heard."""

    __slots__ = ()

    def of(self, features: Iterable[str]) -> list[float]:
        """Give what is supposed of each."""
        return [self._supposed for _ in features]

    def of_number(self, number: int) -> float:  # noqa: ARG002 - of whichever
        """Give what is supposed."""
        return self._supposed
