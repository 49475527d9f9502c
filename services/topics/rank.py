"""In which order topics stand. Pure.

Law: nothing but what a topic says of itself and the moment of asking decide; equal ones stand by
their ids, so that the same facts give the same list.

In four steps. First what breaks, by how strongly it does, counted in steps of a tenth. Then what
two publishers or more have brought within three hours, the most publishers first. Then what
people have spoken of within the hour, the latest first. Then everything else, the latest first: a
story that one publisher carries counts by when it was published. So a source that pours out a
hundred headlines at once stands behind whatever is being talked about; an hour with more than
``RANKED_AT_MOST`` talks, on the other hand, leaves no room for what one publisher carries.
"""

import math
from datetime import datetime, timedelta
from enum import IntEnum

from services.model.ids import TopicId

SEVERAL_WITHIN = timedelta(hours=3)
SPOKEN_WITHIN = timedelta(hours=1)
FRESH_FOR = timedelta(days=1)
"""What nobody has spoken of or published for longer is not listed."""

_SEVERAL = 2
_STEP = 1.1
"""What is less than a tenth stronger is as strong: neither a post more nor a few seconds less
should put one row before another."""
_LEAST = 1e-6


class Step(IntEnum):
    """How far in front a topic stands."""

    BREAKING = 0
    SEVERAL_PUBLISHERS = 1
    SPOKEN_OF_NOW = 2
    OTHERS = 3


Standing = tuple[Step, float, float, TopicId]
"""Sorts topics, the one to show first in front."""


def at_rest(topic: TopicId, last_at: datetime) -> Standing:
    """Tell where a topic stands that nothing brings forward."""
    return Step.OTHERS, 0, -last_at.timestamp(), topic


def in_front(topic: TopicId, score: float, first_at: datetime) -> Standing:
    """Tell where a topic stands that breaks; of equally strong ones the newest first."""
    return Step.BREAKING, -_steps(score), -first_at.timestamp(), topic


def in_steps(score: float) -> float:
    """Give a score as it is told: in steps of a tenth of itself, so that it stays for a while."""
    return round(_STEP ** _steps(score), 2)


def _steps(score: float) -> int:
    return math.floor(math.log(max(score, _LEAST), _STEP) + _LEAST)


def standing(
    rest: Standing, now: datetime, *, publishers: int, spoken_at: datetime | None
) -> Standing:
    """Tell where a topic stands that stands at ``rest`` otherwise.

    ``publishers`` are those who brought it within ``SEVERAL_WITHIN``; ``spoken_at`` is when
    somebody last wrote of it.
    """
    if publishers >= _SEVERAL:
        return Step.SEVERAL_PUBLISHERS, -publishers, *rest[2:]
    if spoken_at is not None and spoken_at > now - SPOKEN_WITHIN:
        return Step.SPOKEN_OF_NOW, *rest[1:]
    return rest
