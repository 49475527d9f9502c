"""In which order topics stand, and that little changes leave it alone."""

import pytest

from services.model.ids import TopicId
from services.topics.rank import Step, at_rest, in_front, in_steps, standing
from tests.builders import at

ONE, TWO = TopicId("one"), TopicId("two")


def test_of_what_breaks_the_stronger_stands_in_front() -> None:
    """And what breaks before all that does not."""
    rest = at_rest(TWO, at(0))
    several = standing(rest, at(0), publishers=3, spoken_at=None)
    assert in_front(ONE, 5.0, at(0)) < in_front(TWO, 4.0, at(9)) < several < rest


def test_what_is_nearly_as_strong_is_as_strong() -> None:
    """Of two such the newer stands in front, whichever has a post more at this moment."""
    older, newer = in_front(ONE, 4.25, at(0)), in_front(TWO, 4.18, at(60))
    assert newer < older
    assert in_front(ONE, 4.18, at(0)) == older
    assert in_front(ONE, 4.18, at(0)) < in_front(TWO, 4.18, at(0))


@pytest.mark.parametrize("score", [0.0, 1e-9, 1.0, 1.1, 250.0, 1e12])
def test_a_score_is_told_in_steps_of_a_tenth(score: float) -> None:
    """Never above itself by more than a rounding, and never a tenth below."""
    told = in_steps(score)
    assert told - 0.01 <= score <= 1.1 * told + 0.01
    assert in_steps(score * 1.0000001) == told


def test_several_publishers_stand_before_talk_and_talk_before_the_rest() -> None:
    """The most publishers first; talk counts for an hour."""
    rest = at_rest(ONE, at(0))
    steps = [
        standing(rest, at(3600), publishers=publishers, spoken_at=spoken_at)[0]
        for publishers, spoken_at in ((2, None), (1, at(1)), (1, at(0)), (0, None))
    ]
    assert steps == [Step.SEVERAL_PUBLISHERS, Step.SPOKEN_OF_NOW, Step.OTHERS, Step.OTHERS]
    three = standing(rest, at(0), publishers=3, spoken_at=None)
    assert three < standing(rest, at(0), publishers=2, spoken_at=at(0))
