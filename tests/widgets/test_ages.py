"""Time in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.ages import day, days, duration, short, since, time_left, times, when

_NOW = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (12, "12 seconds"),
        (59.9, "59 seconds"),
        (60, "1 min"),
        (40 * 60, "40 min"),
        (3600, "1 hour"),
        (4 * 3600, "4 hours"),
        (86_400, "1 day"),
        (2 * 86_400, "2 days"),
        (21 * 86_400, "3 weeks"),
        (250 * 86_400, "8 months"),
        (800 * 86_400, "2 years"),
        (-5, "0 seconds"),
    ],
)
def test_a_duration_is_one_whole_unit(seconds: float, words: str) -> None:
    """A length of time is said in the unit a person would choose."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1200, "20 min left"),
        (781, "14 min left"),
        (780, "13 min left"),
        (61, "2 min left"),
        (60, "60 seconds left"),
        (40, "40 seconds left"),
        (1, "1 second left"),
        (-3, "0 seconds left"),
    ],
)
def test_time_left_counts_seconds_in_the_last_minute_only(seconds: int, words: str) -> None:
    """What is left is said in minutes until the last one."""
    assert time_left(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "now"), (360, "6 min"), (3700, "1 h"), (90_000, "1 day")]
)
def test_a_short_age_takes_few_cells(seconds: float, words: str) -> None:
    """In a narrow list ages are shorter."""
    assert short(seconds) == words


@given(st.integers(0, 40_000))
def test_more_days_are_never_said_as_nothing(number: int) -> None:
    """Days never come out as zero of a larger unit."""
    assert number == 0 or not days(number).startswith("0")


def test_days_are_said_as_people_say_them() -> None:
    """Recent days have names, older ones a month, long ago also a year."""
    assert when(_NOW, _NOW) == "today"
    assert when(_NOW - timedelta(days=1), _NOW) == "yesterday"
    assert when(_NOW - timedelta(days=4), _NOW) == "4 days ago"
    assert when(datetime(2026, 3, 14, tzinfo=UTC), _NOW) == "in March"
    assert when(datetime(2015, 3, 14, tzinfo=UTC), _NOW) == "in March 2015"
    assert day(datetime(2015, 3, 14, tzinfo=UTC)) == "14 March 2015"


def test_how_often_is_said_in_words() -> None:
    """Once and twice have words of their own."""
    assert [times(1), times(2), times(7)] == ["once", "twice", "7 times"]


def test_the_future_is_now() -> None:
    """A clock that is ahead never makes a negative age, and no clock makes none."""
    assert since(_NOW + timedelta(hours=1), _NOW) == 0
    assert since(_NOW, None) == 0
