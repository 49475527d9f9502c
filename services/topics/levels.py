"""Levels that fade, and how surprising a level is: the formulae that every burst score is made of.

Law: pure, and of one step at a time: nothing here looks ahead, and nothing grows.
"""

from math import exp2, log


def kept(elapsed_s: float, half_life_s: float) -> float:
    """Give the share of a level that is left when ``elapsed_s`` seconds have passed."""
    return exp2(-elapsed_s / half_life_s)


def log_likelihood_ratio(seen: float, expected: float) -> float:
    """Tell how much likelier ``seen`` is at its own rate than at the expected one.

    The logarithm of the ratio of the two Poisson likelihoods; 0 for what is not above
    ``expected``, which has to be above 0.
    """
    if seen <= expected:
        return 0.0
    return seen * log(seen / expected) - (seen - expected)


def dispersion(variance: float, expected: float) -> float:
    """Tell how many times a level varies as much as counts by pure chance would.

    Never below 1: what is rare has not shown yet how it varies, and nothing that people say is
    steadier than chance.
    """
    return max(1.0, variance / expected)


class Fading:
    """A mean over the past in which what is old counts less and less."""

    __slots__ = ("_sum", "_weight")

    def __init__(self) -> None:
        """Know of nothing."""
        self._sum = 0.0
        self._weight = 0.0

    def take(self, value: float, keep: float) -> None:
        """Count one step in; ``keep`` is the share of all before that is left."""
        self._sum = self._sum * keep + value
        self._weight = self._weight * keep + 1.0

    @property
    def mean(self) -> float:
        """The mean of a step; 0 before the first."""
        return self._sum / self._weight if self._weight else 0.0

    @property
    def level(self) -> float:
        """All steps that are left, as one level."""
        return self._sum

    @property
    def steps(self) -> float:
        """How many full steps are left in ``level``."""
        return self._weight
