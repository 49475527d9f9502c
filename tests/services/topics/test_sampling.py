"""How many are looked at where they are more than can be."""

from collections.abc import Iterable

import pytest

from services.topics.sampling import BEHIND_S, DEPTH_S, Sampler


def _pour(
    sampler: Sampler, per_s: int, seconds: float, start_s: float, late_s: float | None = None
) -> set[str]:
    """Let so many come a second; give those that are looked at."""
    keys = [(f"{start_s}-{n}", start_s + n / per_s) for n in range(int(per_s * seconds))]
    return _come(sampler, keys, late_s)


def _come(
    sampler: Sampler, keys: Iterable[tuple[str, float]], late_s: float | None = None
) -> set[str]:
    return {
        key
        for key, now_s in keys
        if sampler.takes(key, now_s, None if late_s is None else now_s - late_s)
    }


def test_what_can_be_looked_at_is() -> None:
    """All of it, and nothing is said."""
    sampler = Sampler(100, 0.0)
    assert len(_pour(sampler, 100, 60, 0.0)) == 6_000
    assert sampler.said(60.0) == 1


def test_a_short_rush_is_read_whole() -> None:
    """Ten seconds' worth at once, as after a break, is no reason to pass anything over."""
    sampler = Sampler(100, 0.0)
    assert len(_pour(sampler, int(100 * DEPTH_S), 1, 0.0)) == 100 * DEPTH_S
    assert sampler.said(1.0) == 1


def test_of_too_many_an_even_share_is_taken_and_said_once_it_lasts() -> None:
    """No more than allowed in the long run; said after twenty seconds, unsaid a minute after."""
    sampler = Sampler(100, 0.0)
    _pour(sampler, 290, 15, 0.0)
    assert sampler.said(15.0) == 1
    taken = _pour(sampler, 290, 60, 15.0)
    assert sampler.said(75.0) == 3
    assert 0.8 * 6_000 < len(taken) < 1.15 * 6_000
    assert not sampler.is_behind
    _pour(sampler, 50, 40, 75.0)
    assert sampler.said(115.0) >= 2
    assert len(_pour(sampler, 50, 40, 115.0)) == 2_000
    assert sampler.said(155.0) == 1


def test_quiet_lets_it_be_unsaid() -> None:
    """Also where nothing comes any more at all."""
    sampler = Sampler(100, 0.0)
    _pour(sampler, 400, 60, 0.0)
    assert sampler.said(60.0) == 4
    assert sampler.said(119.0) >= 2
    assert sampler.said(121.0) == 1


def test_the_same_post_is_taken_by_everybody_who_takes_as_many() -> None:
    """The share is by the key alone, and a larger share holds the smaller one."""
    two, four = Sampler(100, 0.0), Sampler(100, 0.0)
    _pour(two, 190, 40, 0.0)
    _pour(four, 390, 40, 0.0)
    keys = [f"k{n}" for n in range(400)]
    few = _come(four, [(key, 40.0) for key in keys])
    many = _come(two, [(key, 40.0) for key in keys])
    assert few < many
    assert 60 < len(few) < 140 < len(many) < 260


def test_who_falls_behind_looks_at_less_until_it_is_over() -> None:
    """Later and later: a half, a quarter; once it is on time again, at all."""
    sampler = Sampler(1_000, 0.0)
    for second in range(120):
        sampler.takes(f"k{second}", float(second), second - second / 2)  # half as fast as told
    assert sampler.is_behind
    assert sampler.one_in > 8
    assert sampler.said(120.0) > 1
    for second in range(120, 240):
        sampler.takes(f"k{second}", float(second), float(second))
    assert not sampler.is_behind
    assert sampler.one_in == 1


def test_catching_up_is_no_falling_behind() -> None:
    """An hour late and less so every second: all of it is looked at."""
    sampler = Sampler(1_000, 0.0)
    taken = [
        sampler.takes(f"k{second}", float(second), second - max(0.0, 3_600 - 9 * second))
        for second in range(600)
    ]
    assert all(taken)
    assert not sampler.is_behind


@pytest.mark.parametrize("leap_s", [3_600.0, -3_600.0])
def test_a_clock_that_is_set_is_no_falling_behind(leap_s: float) -> None:
    """There or here, forth or back, and constant lateness is nobody's fault."""
    sampler = Sampler(1_000, 0.0)
    for second in range(300):
        late_s = 2.0 + (leap_s if 100 <= second < 200 else 0.0)
        assert sampler.takes(f"k{second}", float(second), second - late_s)
    assert not sampler.is_behind


def test_a_little_late_is_on_time() -> None:
    """Up to half a minute."""
    sampler = Sampler(1_000, 0.0)
    for second in range(60):
        assert sampler.takes(f"k{second}", float(second), second - second * (BEHIND_S - 1) / 60)
    assert not sampler.is_behind


def test_another_limit_holds_at_once() -> None:
    """What was saved up under the old one is not more than the new one has."""
    sampler = Sampler(1_000, 0.0)
    sampler.change(10)
    assert len(_pour(sampler, 1_000, 0.9, 0.0)) == 10 * DEPTH_S


def test_the_stream_may_say_itself_that_we_are_slow() -> None:
    """Then less is looked at from the next moment on, and that is said as our own fault."""
    sampler = Sampler(1_000, 0.0)
    for _ in range(20):
        sampler.fall_behind()
    sampler.takes("a", 1.0)
    assert sampler.is_behind
    assert sampler.one_in == 1_024
