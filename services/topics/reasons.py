"""Why a topic stands where it does, in sentences: what its row says in a few signs, at length.

Law: pure; it says what was counted and what was made of it, and claims nothing else.
"""

from collections.abc import Iterator
from datetime import datetime

from services.topics.rank import Step, in_steps
from services.topics.values import Ranked

_NAMES_AT_MOST = 6


def reasons_of(topic: Ranked, step: Step, *, factor: float = 1.0) -> tuple[str, ...]:
    """Tell why a topic stands where it does; ``factor`` is by how much we have raised it."""
    return tuple(_sentences(topic, step, factor))


def _sentences(topic: Ranked, step: Step, factor: float) -> Iterator[str]:
    yield _place(step)
    if topic.is_breaking and topic.times_usual is not None:
        yield f"It is at {_times(in_signs(topic.times_usual))} times its own usual level."
    yield from _sayers(topic)
    yield f"The first word of it that is known is of {_moment(topic.first_at)}."
    yield from _ours(topic)
    if topic.is_breaking:
        raised = f", raised by {factor:.1f} for what is yours" if factor > 1 else ""
        strength = f"{in_steps(topic.score):.1f}{raised}"
        yield f"What breaks stands by its strength, the strongest first: this one's is {strength}."


def _sayers(topic: Ranked) -> Iterator[str]:
    """Tell who says it, and in which words."""
    if topic.people:
        posts = "1 post" if topic.posts == 1 else f"{topic.posts:,} posts"
        people = "1 person" if topic.people == 1 else f"{topic.people:,} people"
        places = tuple(one for one in topic.sources if one not in topic.publishers)
        where = f", on {_listed(places)}" if places else ""
        yield f"{posts} of late, by {people}{where}."
    if topic.publishers:
        carry = "carries" if len(topic.publishers) == 1 else "carry"
        yield f"{_listed(topic.publishers)} {carry} it."
    if topic.names:
        yield f"What holds it together: {', '.join(topic.names[:_NAMES_AT_MOST])}."
    if topic.speed is not None:
        yield f"It is taken up {_times(topic.speed)} times as fast as others of its age."
    if topic.trends_on:
        yield f"It trends on {_listed(topic.trends_on)}, which counts as no source."


def _ours(topic: Ranked) -> Iterator[str]:
    """Tell what it is to us."""
    if topic.follows:
        yield f"You follow {_listed(topic.follows)}."
    if topic.known:
        yield f"You know {topic.known} of those who speak."
    if topic.is_joined:
        yield "You have said something about it."


def _place(step: Step) -> str:
    match step:
        case Step.BREAKING:
            return "It breaks: it rises far above its own usual level now."
        case Step.SEVERAL_PUBLISHERS:
            return "Several publishers have brought it within three hours."
        case Step.SPOKEN_OF_NOW:
            return "Somebody has spoken of it within the hour."
        case Step.OTHERS:
            return "It is among the latest; nothing else brings it forward."


def in_signs(times: float) -> float:
    """Give how many times something is its usual as people read it, which moves less often."""
    return float(round(times)) if times >= 3 else round(times, 1)  # noqa: PLR2004 - 2.5, then 3, 4


def _times(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")  # noqa: PLR2004 - two digits


def _listed(names: tuple[str, ...]) -> str:
    *first, last = names[:_NAMES_AT_MOST]
    more = len(names) - _NAMES_AT_MOST
    if more > 0:
        return f"{', '.join((*first, last))} and {more} more"
    return f"{', '.join(first)} and {last}" if first else last


def _moment(moment: datetime) -> str:
    return f"{moment:%d %B, %H:%M} UTC".lstrip("0")
