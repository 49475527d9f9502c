"""In which order topics stand on screen while their ranking changes: calmly.

Law: pure. What is new comes in at its place at once, and so does what begins or ceases to break;
what is there already changes places with its like only where that is asked for.
"""

from collections.abc import Sequence

from services.model.topics import Topic


def by_rank(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """Give topics as they were ranked, what breaks in front."""
    return tuple(sorted(topics, key=lambda one: not one.is_breaking))


def steady(shown: Sequence[Topic], ranked: Sequence[Topic]) -> tuple[Topic, ...]:
    """Give what is ranked, those in front that break; of like ones the shown keep their order."""
    breaks = {one.id: one.is_breaking for one in ranked}
    alike = [one for one in shown if breaks.get(one.id) is one.is_breaking]
    return by_rank(held(alike, ranked))


def followed(shown: Sequence[Topic], ranked: Sequence[Topic]) -> tuple[Topic, ...]:
    """Give what is shown; in the place of one that is gone the one of its title that has come.

    What is talked of becomes another topic when it breaks, and is the same to whoever reads it.
    """
    left, known = {one.id for one in ranked}, {one.id for one in shown}
    come = {one.title: one for one in reversed(ranked) if one.id not in known}
    return tuple(one if one.id in left else come.pop(one.title, one) for one in shown)


def held(shown: Sequence[Topic], ranked: Sequence[Topic]) -> tuple[Topic, ...]:
    """Give what is ranked; whatever was shown keeps its order, and the others come between.

    One that comes stands in front of the first of those shown that it is ranked above.
    """
    places = {one.id: place for place, one in enumerate(ranked)}
    kept = [places[one.id] for one in shown if one.id in places]
    known = set(kept)
    coming = [place for place in range(len(ranked)) if place not in known]
    order: list[int] = []
    at = 0
    for place in kept:
        while at < len(coming) and coming[at] < place:
            order.append(coming[at])
            at += 1
        order.append(place)
    return tuple(ranked[place] for place in (*order, *coming[at:]))
