"""The course of a topic in a few cells: how much was said of it, ten minutes to a cell.

Law: pure. Each course is drawn against its own highest cell, so that its shape can be read; how
much that is, is said in words and in numbers beside it.
"""

from collections.abc import Sequence

CELLS = 8
"""Eight times ten minutes."""

_LEVELS = "▁▂▃▄▅▆▇█"


def sparkline(rates: Sequence[int]) -> str:
    """Draw the last ``CELLS`` of ``rates``, oldest first; nothing where nothing was said.

    Shape: empty, or exactly ``CELLS`` characters of one cell each.
    """
    course = [max(0, rate) for rate in rates[-CELLS:]]
    highest = max(course, default=0)
    if not highest:
        return ""
    missing = _LEVELS[0] * (CELLS - len(course))
    # Rounded up, so that a single post is seen beside a hundred.
    return missing + "".join(_LEVELS[-(-rate * (len(_LEVELS) - 1) // highest)] for rate in course)
