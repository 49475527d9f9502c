"""The burst score of one series of counts, step by step.

Law: pure; the score of a step follows from this step and those before it. One scale for every
series: how busy it is, and how restless, is taken out, so that one threshold serves all.
"""

from collections.abc import Iterable

from services.topics.levels import Fading, dispersion, kept, log_likelihood_ratio

WINDOW_S = 1_800.0
"""Half-life of what counts as now: a burst of a few minutes still stands when it is looked for,
and one that people come back to for an hour adds up."""
BASELINE_S = 72 * 3_600.0
"""Half-life of what is usual: days, so that every hour of the day is in it, and a quiet weekend
does not make every Monday a burst."""
WARM_S = 24 * 3_600.0
"""Before a whole day is known nothing is unusual."""
_LEAST = 0.01
"""Expected at least: what was never there before is a surprise, but not an endless one."""


def burst_scores(counts: Iterable[float], step_s: int) -> list[float]:
    """Give for each count how far its level stands above what is usual, 0 where it does not.

    The log-likelihood ratio of the level over the dispersion that the level has shown before: a
    series that often leaps has to leap higher. A burst becomes part of what is usual, and of the
    dispersion, as it goes on; so one that lasts does not go on being news.
    """
    window, usual, spread = Fading(), Fading(), Fading()
    keep_now, keep_usual = kept(step_s, WINDOW_S), kept(step_s, BASELINE_S)
    scores = []
    for step, count in enumerate(counts):
        window.take(count, keep_now)
        expected = usual.mean * window.steps
        is_warm = step * step_s >= WARM_S
        scores.append(_score(window.level, expected, spread.mean) if is_warm else 0.0)
        usual.take(count, keep_usual)
        spread.take((window.level - expected) ** 2, keep_usual)
    return scores


def _score(seen: float, expected: float, variance: float) -> float:
    """Score one level."""
    expected = max(expected, _LEAST)
    return log_likelihood_ratio(seen, expected) / dispersion(variance, expected)
