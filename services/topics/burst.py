"""How much something is spoken of, against how much it usually is.

Law: pure formulae over counts; no words, no clocks.
"""

from math import log


def surprise(seen: float, expected: float) -> float:
    """Give the log-likelihood ratio of ``seen`` where ``expected`` was due; 0 where it is less.

    Source: the Poisson likelihood ratio against the rate that was seen.
    """
    if seen <= expected:
        return 0.0
    return seen * log(seen / expected) - (seen - expected)
