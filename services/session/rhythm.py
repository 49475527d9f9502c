"""How a session's time is shared between its phases, and how many people fit into it.

Law: a phase is advice. Extra time never moves what has already passed: the wrap keeps its
length and moves to the new end, and the phase before it stretches to meet it.
"""

from itertools import pairwise

from services.model.session import Phase, PhaseSpan, Rhythm

EXTENSION_MINUTES = 5
"""What putting the end off once adds."""

EXTENSIONS_AT_MOST = 2
"""How often the end can be put off."""

ANSWER_S = 55.0
"""Seconds that reading and answering one person takes, until somebody's own pace is known."""

FASTEST_ANSWER_S = 15.0
"""No pace quicker than this is believed when people are counted."""

_SHARES: dict[Rhythm, tuple[tuple[Phase, int], ...]] = {
    Rhythm.REPLY_FIRST: (
        (Phase.LISTEN, 10),
        (Phase.REPLY, 55),
        (Phase.JOIN, 25),
        (Phase.WRAP, 10),
    ),
    Rhythm.ON_THE_STORY: (
        (Phase.LISTEN, 20),
        (Phase.JOIN, 40),
        (Phase.REPLY, 30),
        (Phase.WRAP, 10),
    ),
}
"""Each phase's share in hundredths of the planned length, in order; the last is the wrap."""


def phase_spans(minutes: int, rhythm: Rhythm, extensions: int = 0) -> tuple[PhaseSpan, ...]:
    """Lay the phases over the whole length, extensions included.

    Shape: in order, from 0.0 to 1.0 without a gap.
    """
    shares = _SHARES[rhythm]
    total = (minutes + extensions * EXTENSION_MINUTES) * 100
    edges = [0]
    for _, share in shares:
        edges.append(edges[-1] + share * minutes)
    edges[-2] += total - edges[-1]
    edges[-1] = total
    return tuple(
        PhaseSpan(phase, starts / total, ends / total)
        for (phase, _), (starts, ends) in zip(shares, pairwise(edges), strict=True)
    )


def phase_at(spans: tuple[PhaseSpan, ...], fraction: float) -> Phase:
    """Name the phase at ``fraction`` of the length; a border belongs to the phase it begins."""
    for span in spans:
        if fraction < span.ends:
            return span.phase
    return spans[-1].phase


def people_that_fit(minutes: int, rhythm: Rhythm, median_answer_s: float | None = None) -> int:
    """Say about how many people can be answered in the rhythm's time for replies.

    Args:
        minutes: planned length.
        rhythm: how the time is shared.
        median_answer_s: how long this person takes for one answer, in seconds, where known.

    Returns:
        At least 1: somebody can always be answered.
    """
    share = dict(_SHARES[rhythm])[Phase.REPLY]
    pace_s = ANSWER_S if median_answer_s is None else max(median_answer_s, FASTEST_ANSWER_S)
    return max(1, int(minutes * 60 * share / 100 / pace_s))
