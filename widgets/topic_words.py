"""Why a topic stands where it does, in one line of words.

Law: pure. Words about conversation and pace, never about approval. Where not all of it fits, what
one can do without is left out rather than cut.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.model.posts import Reach
from services.model.topics import Topic, TopicKind
from widgets.ages import count, short, since
from widgets.cells import clip
from widgets.voices import Part, Voice, fit, measure

VERIFY = "verify first"
"""What stands beside a story that nobody or one source alone carries."""
GRAVE = "grave news"
"""What stands beside a topic that speaks of death or disaster."""
TOUCHED = "touches your queue"
"""What stands beside a topic that something queued speaks of."""

TIMES_CELLS = 3
"""What ``times_words`` takes at most."""
_TIMES_AT_MOST = 99
_NOTABLE_SPEED = 2.0
"""How many times its usual pace is worth a word."""
_ALL = 200
"""Cells that are as good as any number of them."""


def times_words(topic: Topic) -> str:
    """Say how many times its usual level something that breaks has reached, in three cells.

    What nobody has spoken of before has no usual level: it is new.
    """
    return times_in_words(topic.times_usual) if topic.is_breaking else ""


def times_in_words(times_usual: float | None) -> str:
    """Say a number of times in three cells; without one it is new."""
    if times_usual is None:
        return "new"
    times = round(times_usual)
    return f"×{times}" if times <= _TIMES_AT_MOST else f"{_TIMES_AT_MOST}+"


def topic_words(
    topic: Topic,
    now: datetime | None,
    cells: int = _ALL,
    *,
    is_checked: bool = False,
    queued: int = 0,
) -> str:
    """Say why a topic stands here, in at most ``cells`` cells.

    Args:
        topic: What is spoken of.
        now: What its age is counted to.
        cells: How much room there is.
        is_checked: Whether "verify first" is said elsewhere.
        queued: How many queued posts of ours touch it.
    """
    parts = topic_parts(topic, now, cells, is_checked=is_checked, queued=queued)
    return "".join(words for words, _ in parts)


def topic_parts(
    topic: Topic,
    now: datetime | None,
    cells: int = _ALL,
    *,
    is_checked: bool = False,
    queued: int = 0,
) -> list[Part]:
    """Say the same in voices: what is ours in teal, and that the queue touches it in amber."""
    least: list[Part] = []
    for said in _forms(topic, now, is_checked=is_checked, queued=queued):
        least = _joined(said)
        if measure(least) <= cells:
            return least
    first = _quiet(VERIFY) if topic.is_unverified and least[0][1] is Voice.QUIET else least[:1]
    if measure(first) <= cells:
        return first
    return fit([(clip("".join(words for words, _ in least), cells), Voice.QUIET)], cells)


def least_cells(topic: Topic, now: datetime | None, queued: int = 0) -> int:
    """Tell the cells that the shortest words need which still say why it stands here."""
    *_, least = _forms(topic, now, is_checked=False, queued=queued)
    return min(_ALL, measure(_joined(least)))


def own_words(topic: Topic) -> list[Part]:
    """Say what it has to do with us, the strongest first."""
    said: list[Part] = []
    if topic.is_joined:
        said.append(("you joined", Voice.PEOPLE))
    if topic.follows:
        said.append((f"you follow {topic.follows[0]}", Voice.PEOPLE))
    if topic.known:
        said.append((f"{topic.known} you know", Voice.PEOPLE))
    return said


def _forms(
    topic: Topic, now: datetime | None, *, is_checked: bool, queued: int
) -> Iterator[tuple[Part, ...]]:
    """Give the words, all of them first, then fewer and fewer."""
    age = (short(since(topic.first_at, now)), Voice.QUIET)
    place = _quiet(topic.reach.value if topic.reach is Reach.BOX else "")
    trends = _quiet(_trend_words(topic))
    warned = [(GRAVE, Voice.QUIET)] if topic.is_grave else []
    warned += [(TOUCHED, Voice.NOW)] if queued else []
    ours = own_words(topic)
    carried = _source_words(topic, is_checked=is_checked)
    people = _people_words(topic)
    if trends and not (topic.publishers or topic.people):
        carried, trends = [*carried, *trends], []
    for pace in _pace_words(topic):
        yield (*warned, *ours, *carried, *people, *trends, *pace, age, *place)
    for pace in _pace_words(topic):
        yield (*warned, *ours, *carried, *people, *pace, age, *place)
    for pace in _pace_words(topic):
        yield (*warned, *ours, *carried, *people, *pace, age)
    yield (*warned, *ours, *carried, *people, age)
    if people and not carried:
        people = _quiet(count(topic.people, "person", "people"))
        yield (*warned, *ours, *people, age)
        if not (warned or ours):
            return
    yield (*warned, *ours, *carried, age)
    if warned or ours:
        must = carried if topic.is_unverified and not is_checked else []
        yield (*warned, *ours[:1], *must, age)
        yield (*(warned or ours[:1]), *must, age)
        if len(warned) > 1:
            yield (*warned, *must)


def _source_words(topic: Topic, *, is_checked: bool) -> list[Part]:
    """Say how many carry it, and that one should look further."""
    many = len(topic.sources) if topic.is_breaking else len(topic.publishers)
    if topic.is_unverified and not is_checked:
        return _quiet(count(many, "source"), "verify") if many else _quiet(VERIFY)
    if topic.kind is not TopicKind.STORY and many == 1:
        return []  # where people talk is said beside how many they are
    return _quiet(count(many, "source") if many else "")


def _people_words(topic: Topic) -> list[Part]:
    """Say how many talk, and where, if that is one place."""
    if topic.people <= topic.known:
        return []  # all of them have been counted among those we know
    where = f" on {topic.sources[0]}" if topic.is_breaking and len(topic.sources) == 1 else ""
    if topic.kind is TopicKind.STORY or topic.reach in (Reach.BOX, Reach.PRACTICE):
        where = ""
    return _quiet(count(topic.people, "person", "people") + where)


def _trend_words(topic: Topic) -> str:
    """Say where people talk about it besides."""
    if not topic.trends_on:
        return ""
    *others, last = topic.trends_on
    where = f"{', '.join(others)} and {last}" if others else last
    is_extra = topic.publishers or topic.people
    return f"and trends on {where}" if is_extra else f"trending on {where}"


def _pace_words(topic: Topic) -> tuple[list[Part], ...]:
    """Say how much faster than usual it is taken up, in full and in short.

    What breaks has its number in front of it; a second one beside it would be read as the same.
    """
    if topic.is_breaking or topic.speed is None or topic.speed < _NOTABLE_SPEED:
        return ([],)
    return (
        _quiet(f"×{topic.speed:.0f} its usual pace"),
        _quiet(f"×{topic.speed:.0f} usual"),
    )


def _quiet(*words: str) -> list[Part]:
    return [(word, Voice.QUIET) for word in words if word]


def _joined(said: Iterable[Part]) -> list[Part]:
    """Put commas between what is said."""
    parts: list[Part] = []
    for part in said:
        if parts:
            parts.append((", ", Voice.QUIET))
        parts.append(part)
    return parts
