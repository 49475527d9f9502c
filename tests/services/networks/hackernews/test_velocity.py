"""How fast a story is taken up: beside its equals, and never as a number of points."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.networks.hackernews.velocity import (
    FEW,
    SIGHTS_AT_MOST,
    USUAL,
    Pace,
    pack,
    rate_of,
    remember,
    speed_of,
    unpack,
)

HOUR = timedelta(hours=1)


def paced(rate: float, age: timedelta, count: int, start: int = 0) -> Pace:
    """Remember ``count`` stories of one age and rate."""
    pace = Pace()
    for story in range(start, start + count):
        pace = remember(pace, story, rate, age)
    return pace


@pytest.mark.parametrize(
    ("points", "comments", "age", "rate"),
    [
        (30, 10, HOUR, 40.0),
        (30, 10, 4 * HOUR, 10.0),
        (1, None, HOUR, 1.0),
        (0, 0, HOUR, 1.0),
        (-4, -1, HOUR, 1.0),
        (30, 10, timedelta(minutes=9), None),
        (30, 10, timedelta(minutes=10), 240.0),
        (30, 10, timedelta(hours=48), 40 / 48),
        (30, 10, timedelta(hours=49), None),
        (None, 10, HOUR, None),
    ],
)
def test_a_rate_is_points_and_comments_an_hour(
    points: int | None, comments: int | None, age: timedelta, rate: float | None
) -> None:
    """Too young, too old or without points says nothing."""
    assert rate_of(points, comments, age) == (None if rate is None else pytest.approx(rate))


@pytest.mark.parametrize(
    ("rate", "count", "speed"),
    [(10.0, FEW, 1.0), (31.0, FEW, 3.1), (5.0, FEW, 0.5), (25.0, 0, 2.5), (None, FEW, None)],
)
def test_a_speed_is_beside_the_middle_of_its_age(
    rate: float | None, count: int, speed: float | None
) -> None:
    """Against what was seen, and against what is usual while little was."""
    assert speed_of(paced(10.0, 3 * HOUR, count), rate, 3 * HOUR) == speed


def test_ages_are_not_mixed() -> None:
    """Old stories, which slow down, say nothing of young ones."""
    pace = paced(1000.0, 20 * HOUR, 50)
    assert speed_of(pace, USUAL[0], timedelta(minutes=20)) == 1.0
    assert speed_of(pace, 1000.0, 20 * HOUR) == 1.0


def test_a_story_counts_once_in_its_group() -> None:
    """One that is read at every poll does not become the measure of all."""
    pace = paced(10.0, HOUR, FEW)
    for _ in range(50):
        pace = remember(pace, 999, 500.0, HOUR)
    assert speed_of(pace, 10.0, HOUR) == 1.0


def test_the_memory_is_of_the_latest() -> None:
    """It is bounded, and what was seen long ago goes."""
    pace = paced(10.0, HOUR, SIGHTS_AT_MOST)
    for story in range(1000, 1000 + SIGHTS_AT_MOST):
        pace = remember(pace, story, 20.0, HOUR)
    assert sum(map(len, pace.groups)) == SIGHTS_AT_MOST
    assert speed_of(pace, 20.0, HOUR) == 1.0
    assert len(pack(pace)) < 2_000


@pytest.mark.parametrize("packed", [b"", b"\xff", b"\x80", pack(Pace(((),)))])
def test_a_memory_that_cannot_be_read_is_empty(packed: bytes) -> None:
    """A damaged one, or one of other groups, is begun anew."""
    assert unpack(packed) == Pace()


RATES = st.floats(min_value=0.01, max_value=1e6)
AGES = st.timedeltas(min_value=timedelta(minutes=10), max_value=timedelta(hours=48))


@given(st.lists(st.tuples(st.integers(0, 400), RATES, AGES), max_size=150), RATES, AGES)
def test_a_speed_is_above_nothing_and_rises_with_the_rate(
    sights: list[tuple[int, float, timedelta]], rate: float, age: timedelta
) -> None:
    """Whatever was seen: the faster story is never the slower one, and a trip to disk is none."""
    pace = Pace()
    for story, seen, at in sights:
        pace = remember(pace, story, seen, at)
    slow, fast = speed_of(pace, rate, age), speed_of(pace, 2 * rate, age)
    assert slow is not None
    assert fast is not None
    assert 0 < slow <= fast < float("inf")
    assert unpack(pack(pace)) == pace
    assert all(len(group) <= SIGHTS_AT_MOST for group in pace.groups)
