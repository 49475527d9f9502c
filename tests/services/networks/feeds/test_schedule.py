"""When a feed is asked next."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.headlines import FeedId
from services.networks.feeds.schedule import (
    FIRST_S,
    OFTEN_S,
    SELDOM_S,
    SOONEST_S,
    Pace,
    Turn,
    after,
    asked_of,
    is_due,
    late_by_s,
    pace_of,
    pause_s,
    schedule_of,
    spread_s,
)
from tests.builders import at

FEED = FeedId("feed1")
DAY_S = 86400.0


def paces(turn: Turn, count: int, pace: Pace = Pace()) -> list[Pace]:  # noqa: B008 - frozen
    """Give the paces of ``count`` readings that all go alike."""
    found = [pace]
    for _ in range(count):
        found.append(after(found[-1], turn))
    return found[1:]


def test_one_that_publishes_is_asked_more_often_down_to_five_minutes() -> None:
    """A changed feed halves its interval, and never falls below the shortest."""
    assert [pace.every_s for pace in paces(Turn.CHANGED, 3)] == [FIRST_S / 2, OFTEN_S, OFTEN_S]


def test_one_that_is_quiet_is_asked_less_often_up_to_six_hours() -> None:
    """Each reading without news lengthens the interval, up to the longest."""
    every = [pace.every_s for pace in paces(Turn.SAME, 12)]
    assert all(one <= two for one, two in pairwise(every))
    assert every[0] == FIRST_S * 1.5
    assert every[-1] == SELDOM_S


def test_a_publisher_is_never_asked_more_often_than_it_wants() -> None:
    """Whatever the changes tell; what it asks for is bounded by a day."""
    busy = Pace(every_s=OFTEN_S, asks_s=3600.0)
    assert 3600.0 <= pause_s(busy, Turn.CHANGED, FEED) <= 3960.0
    assert pause_s(Pace(asks_s=DAY_S), Turn.SAME, FEED) >= DAY_S


def test_failures_wait_longer_and_longer_and_a_good_reading_begins_anew() -> None:
    """What never left this machine is tried again sooner than what a server could not do."""
    failed = [pause_s(pace, Turn.FAILED, FEED) for pace in paces(Turn.FAILED, 12)]
    assert OFTEN_S <= failed[0] <= OFTEN_S * 1.5
    assert SELDOM_S <= failed[-1] <= SELDOM_S * 1.5
    away = [pause_s(pace, Turn.AWAY, FEED) for pace in paces(Turn.AWAY, 12)]
    assert SOONEST_S <= away[0] <= SOONEST_S * 1.5
    assert away[-1] <= 5400.0
    gone = [pause_s(pace, Turn.GONE, FEED) for pace in paces(Turn.GONE, 12)]
    assert gone[0] >= DAY_S
    assert gone[-1] >= 7 * DAY_S
    assert after(paces(Turn.FAILED, 5)[-1], Turn.SAME).failures == 0


def test_a_wait_that_a_server_asks_for_is_kept() -> None:
    """To the second at least, within a week; a short one is still two minutes."""
    assert 720.0 <= pause_s(Pace(), Turn.FAILED, FEED, wait_s=720.0) <= 792.0
    assert pause_s(Pace(), Turn.FAILED, FEED, wait_s=1e12) == 7 * DAY_S
    assert pause_s(Pace(), Turn.FAILED, FEED, wait_s=0.0) == SOONEST_S


@given(
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    st.integers(0, 10**6),
    st.sampled_from(Turn),
    st.none() | st.floats(-1e9, 1e12),
)
def test_nobody_is_asked_sooner_than_after_two_minutes(
    every: float, asks: float, failures: int, turn: Turn, wait: float | None
) -> None:
    """Whatever is remembered and whatever was said."""
    pace = after(Pace(every_s=every, asks_s=asks, failures=failures), turn)
    assert SOONEST_S <= pause_s(pace, turn, FEED, wait_s=wait) <= 15 * DAY_S


def test_two_feeds_do_not_march_in_step_and_one_repeats_itself() -> None:
    """The chance in a pause is the feed's own, and another at each turn."""
    pauses = {pause_s(Pace(failures=1), Turn.FAILED, FeedId(f"f{n}")) for n in range(20)}
    assert len(pauses) == 20
    assert pause_s(Pace(turns=1), Turn.SAME, FEED) == pause_s(Pace(turns=1), Turn.SAME, FEED)
    assert pause_s(Pace(turns=1), Turn.SAME, FEED) != pause_s(Pace(turns=2), Turn.SAME, FEED)


@pytest.mark.parametrize(
    ("ttl", "headers", "seconds"),
    [
        (None, {}, 0.0),
        (1800.0, {}, 1800.0),
        (1e9, {}, DAY_S),
        (-5.0, {}, 0.0),
        (None, {"cache-control": "public, max-age=600"}, 600.0),
        (None, {"cache-control": 'Max-Age = "600"'}, 600.0),
        (None, {"cache-control": "s-maxage=9000"}, 0.0),
        (None, {"cache-control": "max-age=31536000"}, 3600.0),
        (7200.0, {"cache-control": "max-age=600"}, 7200.0),
        (
            None,
            {
                "expires": "Sun, 22 Nov 2026 12:30:00 GMT",
                "date": "Sun, 22 Nov 2026 12:00:00 GMT",
            },
            1800.0,
        ),
        (
            None,
            {
                "expires": "Sun, 22 Nov 2026 12:30:00 -0000",
                "date": "Sun, 22 Nov 2026 12:00:00 GMT",
            },
            1800.0,
        ),
        (
            None,
            {
                "expires": "Thu, 01 Jan 1970 00:00:00 GMT",
                "date": "Sun, 22 Nov 2026 12:00:00 GMT",
            },
            0.0,
        ),
        (None, {"expires": "0"}, 0.0),
        (None, {"expires": "Sun, 99 Nov 99999999999 12:30:00 GMT"}, 0.0),
        (None, {"expires": "Sun, 22 Nov 2026 12:30:00 GMT"}, 0.0),
    ],
)
def test_what_a_publisher_wants_is_read(
    ttl: float | None, headers: dict[str, str], seconds: float
) -> None:
    """The feed's own word up to a day, a header's up to an hour; nonsense asks for nothing."""
    assert asked_of(ttl, headers) == seconds


def test_a_start_is_spread_over_half_a_minute_at_most() -> None:
    """A few feeds are asked within a second or two."""
    many = [spread_s(FeedId(f"f{number}"), 1000) for number in range(200)]
    assert max(many) <= 30.0
    assert max(many) - min(many) > 20.0
    assert max(spread_s(FeedId(f"f{number}"), 8) for number in range(8)) <= 1.0


def test_what_is_remembered_comes_back_and_what_is_not_ours_does_not() -> None:
    """A schedule that nobody can read begins anew."""
    pace = Pace(every_s=400.0, asks_s=60.0, failures=2, turns=9, digest=b"d")
    assert pace_of(schedule_of(pace)) == pace
    assert pace_of(b"") == pace_of(b"\xc1nonsense") == Pace()


def test_late_means_more_than_a_minute() -> None:
    """Nobody calls a reading late that is just being made."""
    assert late_by_s(at(0), at(60)) == 0.0
    assert late_by_s(at(0), at(240)) == 240.0
    assert late_by_s(at(60), at(0)) == 0.0


def test_a_moment_that_another_clock_has_set_is_due() -> None:
    """A clock that was a year ahead does not silence a feed for a year."""
    assert is_due(at(0), at(0))
    assert not is_due(at(1), at(0))
    assert not is_due(at(14 * DAY_S), at(0))
    assert is_due(at(365 * DAY_S), at(0))
