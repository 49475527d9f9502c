"""How large a window is, as far as a layout cares. Pure."""

from enum import Enum


class Window(Enum):
    """A kind of window; the value is the class its screen gets."""

    WIDE = "-wide"
    MIDDLE = "-middle"
    NARROW = "-narrow"
    TINY = "-tiny"
    """Too small for anything; the screen says so."""


_LEAST = (
    (Window.WIDE, 100, 28),
    (Window.MIDDLE, 72, 22),
    (Window.NARROW, 40, 14),
)
"""The least columns and rows of each, the largest first."""


def window_of(columns: int, rows: int) -> Window:
    """Give the largest kind of window that fits."""
    for window, least_columns, least_rows in _LEAST:
        if columns >= least_columns and rows >= least_rows:
            return window
    return Window.TINY
