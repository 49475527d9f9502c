"""The score of one series of counts, and the formulae under it."""

import random
from collections.abc import Callable
from math import isclose

import pytest

from services.topics.levels import Fading, dispersion, kept, log_likelihood_ratio
from services.topics.series import burst_scores

STEP_S = 300
DAY = 86_400 // STEP_S


def calm(days: int, level: float, *, seed: int = 1) -> list[float]:
    """Make counts that vary as chance does."""
    chance = random.Random(seed)  # noqa: S311 - made-up counts
    return [float(round(chance.gauss(level, level**0.5))) for _ in range(days * DAY)]


def leap(counts: list[float], at: int, height: float, steps: int = 6) -> list[float]:
    """Add a burst."""
    return [c + height * (at <= i < at + steps) for i, c in enumerate(counts)]


def test_a_burst_stands_out() -> None:
    """What leaps above its usual level scores far above everything before it."""
    at = 4 * DAY
    scores = burst_scores(leap(calm(5, 20), at, 60), STEP_S)
    assert max(scores[at : at + 6]) > 5 * max(scores[:at])


def test_only_the_past_counts() -> None:
    """The score of a step stays what it is, whatever comes later."""
    counts = leap(calm(3, 9), 2 * DAY, 50)
    cut = 2 * DAY + 3
    assert burst_scores(counts, STEP_S)[:cut] == burst_scores(counts[:cut], STEP_S)


def test_nothing_is_unusual_before_a_day() -> None:
    """While less than a day is known, all scores are nought."""
    scores = burst_scores(leap(calm(2, 5), DAY // 2, 500), STEP_S)
    assert not any(scores[:DAY])


def test_one_scale_serves_busy_and_quiet_series() -> None:
    """Calm series, a hundredfold apart, stay under a score that a tripling passes in both."""
    at = 3 * DAY
    for level in (2.0, 200.0):
        calm_scores = burst_scores(calm(4, level), STEP_S)
        tripled = burst_scores(leap(calm(4, level), at, 2 * level, 12), STEP_S)
        assert max(calm_scores) < 10 < max(tripled[at : at + 12])


def test_a_restless_series_has_to_leap_higher() -> None:
    """The same leap scores less where there were many like it."""
    at = 6 * DAY
    quiet = leap(calm(7, 10), at, 60)
    restless = quiet
    for past in range(2 * DAY, at - DAY, DAY // 3):
        restless = leap(restless, past, 60)
    peaks = [max(burst_scores(one, STEP_S)[at : at + 6]) for one in (quiet, restless)]
    assert peaks[1] < peaks[0] / 3


def test_what_lasts_is_no_longer_news() -> None:
    """A level that stays up scores ever less."""
    at = 3 * DAY
    scores = burst_scores(leap(calm(7, 10), at, 30, 4 * DAY), STEP_S)
    assert max(scores[at + 2 * DAY :]) < max(scores[at : at + 20]) / 5


@pytest.mark.parametrize("counts", [[], [0.0] * (3 * DAY)])
def test_where_nothing_is_said_nothing_bursts(counts: list[float]) -> None:
    """No counts, and counts of nought, score nought each."""
    assert burst_scores(counts, STEP_S) == [0.0] * len(counts)


def test_what_was_never_there_is_a_finite_surprise() -> None:
    """The first words after days of silence score, and more words score more."""
    scores = [burst_scores([0.0] * (3 * DAY) + [n], STEP_S)[-1] for n in (1.0, 5.0)]
    assert 0 < scores[0] < scores[1] < 100


def test_the_step_is_told_in_seconds() -> None:
    """Half as many steps of double length find the same burst."""
    at = 4 * DAY
    fine = leap(calm(5, 20), at, 60)
    coarse = [a + b for a, b in zip(fine[::2], fine[1::2], strict=True)]
    peaks = [max(burst_scores(fine, STEP_S)), max(burst_scores(coarse, 2 * STEP_S))]
    assert isclose(peaks[0], peaks[1], rel_tol=0.3)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        (lambda: kept(1_800, 1_800), 0.5),
        (lambda: log_likelihood_ratio(3, 3), 0.0),
        (lambda: log_likelihood_ratio(1, 3), 0.0),
        (lambda: log_likelihood_ratio(2.718281828459045, 1), 1.0),
        (lambda: dispersion(6, 3), 2.0),
        (lambda: dispersion(1, 3), 1.0),
    ],
)
def test_the_formulae(told: Callable[[], float], due: float) -> None:
    """Each formula gives what can be reckoned by hand."""
    assert isclose(told(), due)


def test_a_fading_mean_forgets() -> None:
    """It is the mean of what is left, each step less than the next; before all, nought."""
    fading = Fading()
    assert fading.mean == 0
    for value in (8.0, 2.0):
        fading.take(value, 0.5)
    assert (fading.level, fading.steps, fading.mean) == (6.0, 1.5, 4.0)
