"""How time is shared, pinned to the minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.session import Phase, PhaseSpan, Rhythm
from services.session.rhythm import people_that_fit, phase_at, phase_spans

RHYTHMS = st.sampled_from(Rhythm)


@pytest.mark.parametrize(
    ("rhythm", "extensions", "expected"),
    [
        (
            Rhythm.REPLY_FIRST,
            0,
            [(Phase.LISTEN, 2), (Phase.REPLY, 13), (Phase.JOIN, 18), (Phase.WRAP, 20)],
        ),
        (
            Rhythm.ON_THE_STORY,
            0,
            [(Phase.LISTEN, 4), (Phase.JOIN, 12), (Phase.REPLY, 18), (Phase.WRAP, 20)],
        ),
        (
            Rhythm.REPLY_FIRST,
            1,
            [(Phase.LISTEN, 2), (Phase.REPLY, 13), (Phase.JOIN, 23), (Phase.WRAP, 25)],
        ),
        (
            Rhythm.ON_THE_STORY,
            2,
            [(Phase.LISTEN, 4), (Phase.JOIN, 12), (Phase.REPLY, 28), (Phase.WRAP, 30)],
        ),
    ],
)
def test_phases_of_twenty_minutes(
    rhythm: Rhythm, extensions: int, expected: list[tuple[Phase, int]]
) -> None:
    """Each phase ends at its minute, and extra time goes to the one before the wrap."""
    spans = phase_spans(20, rhythm, extensions)
    total = expected[-1][1]
    assert [(span.phase, span.ends) for span in spans] == [
        (phase, minute / total) for phase, minute in expected
    ]


@given(minutes=st.integers(1, 600), rhythm=RHYTHMS, extensions=st.integers(0, 2))
def test_phases_cover_the_length(minutes: int, rhythm: Rhythm, extensions: int) -> None:
    """The track has no gap, no overlap and no phase without time."""
    spans = phase_spans(minutes, rhythm, extensions)
    assert spans[0].starts == 0.0
    assert spans[-1].ends == 1.0
    assert [span.ends for span in spans[:-1]] == [span.starts for span in spans[1:]]
    assert all(span.starts < span.ends for span in spans)


def test_a_border_belongs_to_the_phase_it_begins() -> None:
    """At exactly a tenth listening is over; past the end it is still the wrap."""
    spans = phase_spans(20, Rhythm.REPLY_FIRST)
    assert phase_at(spans, 0.0) is Phase.LISTEN
    assert phase_at(spans, 0.0999) is Phase.LISTEN
    assert phase_at(spans, 0.1) is Phase.REPLY
    assert phase_at(spans, 0.65) is Phase.JOIN
    assert phase_at(spans, 0.9) is Phase.WRAP
    assert phase_at(spans, 1.0) is Phase.WRAP
    assert phase_at((PhaseSpan(Phase.JOIN, 0.0, 1.0),), 2.0) is Phase.JOIN


@pytest.mark.parametrize(
    ("minutes", "rhythm", "median_answer_s", "people"),
    [
        (20, Rhythm.REPLY_FIRST, None, 12),
        (20, Rhythm.REPLY_FIRST, 60.0, 11),
        (20, Rhythm.REPLY_FIRST, 60.1, 10),
        (20, Rhythm.REPLY_FIRST, 14.0, 44),
        (20, Rhythm.REPLY_FIRST, 0.0, 44),
        (20, Rhythm.ON_THE_STORY, None, 6),
        (5, Rhythm.REPLY_FIRST, None, 3),
        (45, Rhythm.REPLY_FIRST, None, 27),
        (5, Rhythm.ON_THE_STORY, 3600.0, 1),
        (3, Rhythm.REPLY_FIRST, 19.8, 5),
    ],
)
def test_how_many_people_fit(
    minutes: int, rhythm: Rhythm, median_answer_s: float | None, people: int
) -> None:
    """The figure is the time for replies over the person's own pace, and never nobody."""
    assert people_that_fit(minutes, rhythm, median_answer_s) == people
