"""The course of a topic in eight cells."""

import pytest

from widgets.sparkline import CELLS, sparkline


@pytest.mark.parametrize(
    ("rates", "drawn"),
    [
        ((0, 0, 1, 1, 2, 5, 9, 14), "▁▁▂▂▂▄▆█"),
        ((1, 1, 1, 1, 1, 1, 1, 1), "████████"),
        ((0, 0, 0, 0, 0, 0, 1, 100), "▁▁▁▁▁▁▂█"),
        ((3, 7), "▁▁▁▁▁▁▄█"),
        ((9, 0, 0, 0, 0, 0, 0, 0, 7), "▁▁▁▁▁▁▁█"),
        ((-4, 0, 0, 0, 0, 0, 0, 2), "▁▁▁▁▁▁▁█"),
        ((0,) * 8, ""),
        ((), ""),
    ],
)
def test_a_course_is_drawn_against_its_own_highest(rates: tuple[int, ...], drawn: str) -> None:
    """The highest is a full cell, one post beside a hundred is seen, nothing draws nothing."""
    assert sparkline(rates) == drawn
    assert len(drawn) in (0, CELLS)
