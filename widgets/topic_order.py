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
