"""What makes a topic ours: what we follow, whom we know, what we want to see nothing of. Pure.

Law: the first that holds decides. What was dismissed is left out; what speaks of something muted
is left out, whatever else it speaks of; what is for adults is left out unless that is wanted.
Everything else stays, and may be raised.

A topic speaks of a word where its title, its names or its tags do, or where a third of its posts
do: one post among fifty that mentions something makes a topic of nobody's. Where only few posts
of a topic say something muted, the topic stays and ``hides`` tells which of them are not shown.

The rule of raising: following half again, somebody we know a tenth each, at most half; together a
score is never more than doubled. So of two things that break equally what we follow stands in
front, and what everybody speaks of sixteen times as much as usual still stands before a followed
one at twice its usual. What we have joined is marked and not raised: we know of it already.
"""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from services.model.ids import TopicId
from services.model.topics import Tastes
from services.topics.sought import Sought, folded

FOLLOWED_FACTOR: Final = 0.5
KNOWN_FACTOR: Final = 0.1
KNOWN_COUNTED: Final = 5
"""People we know beyond these raise a topic no further."""
SHARE: Final = 3
"""One post in so many speaks for the whole topic."""
FOLLOWS_TOLD: Final = 5
"""A row has room for no more."""
BODIES_READ: Final = 50
"""As many posts as a topic names."""
_REMEMBERED: Final = 8_192
"""Texts of which it is remembered what they say: about those of two hundred topics."""

ADULT_TAGS: Final = frozenset(
    {"#nsfw", "#nsfwart", "#porn", "#xxx", "#hentai", "#nudes", "#onlyfans", "#r18", "#18plus"}
)
"""Tags by which people say themselves that something is for adults; it knows no others."""


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """A topic that is about to be put in order, as far as it is judged by."""

    title: str
    names: tuple[str, ...] = ()
    """What holds it together, as people write it."""
    tags: tuple[str, ...] = ()
    """Tags that hold it together, without their signs; not each that some post of it bears."""
    bodies: tuple[str, ...] = ()
    """What its posts and headlines say; the first fifty are read."""
    persons: tuple[str, ...] = ()
    """Who speaks, as ``PersonId``."""
    adult_share: float = 0.0
    """How much of its posts is marked as for adults, from 0 to 1."""


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What a row says of a topic that stays, and by how much it is raised."""

    follows: tuple[str, ...] = ()
    """What we follow of it, as we wrote it, at most ``FOLLOWS_TOLD``."""
    known: int = 0
    """How many of those who speak we know."""
    is_joined: bool = False
    factor: float = 1.0
    """What its score is multiplied with, from 1 to 2."""


_PLAIN: Final = Judged()

_Words = tuple[tuple[int, str, Sought], ...]
"""Words with their numbers and what is looked for first."""


class _Says(msgspec.Struct, frozen=True, gc=False):
    """What one text speaks of."""

    follows: tuple[int, ...] = ()
    is_muted: bool = False
    is_adult: bool = False


_NOTHING: Final = _Says()


class Taste:
    """What somebody wants to see, ready to judge topics by."""

    __slots__ = ("_adult", "_dismissed", "_follows", "_joined", "_known", "_mutes", "_says")

    def __init__(self, tastes: Tastes) -> None:
        """Get ready, once for all topics."""
        self._follows = _numbered(tastes.follows)
        self._mutes = _numbered(tastes.mutes)
        self._adult = () if tastes.shows_adult else _numbered(sorted(ADULT_TAGS))
        self._known = frozenset(tastes.known)
        self._joined = frozenset(tastes.joined)
        self._dismissed = frozenset(tastes.dismissed)
        self._says: dict[str, _Says] = {}

    def dismisses(self, ids: Iterable[TopicId]) -> bool:
        """Tell whether a topic was dismissed under one of the ids that it goes by, or went by."""
        return not self._dismissed.isdisjoint(ids)

    def judge(self, spoken: Spoken, ids: Collection[TopicId] = ()) -> Judged | None:
        """Tell what a topic that goes by ``ids`` is to us; ``None`` where it is left out."""
        if self.dismisses(ids):
            return None
        if self._adult and spoken.adult_share * SHARE >= 1:
            return None
        follows = self._read(spoken)
        if follows is None:
            return None
        known = len(self._known.intersection(spoken.persons)) if self._known else 0
        is_joined = not self._joined.isdisjoint(ids)
        if not (follows or known or is_joined):
            return _PLAIN
        raised = FOLLOWED_FACTOR * bool(follows) + KNOWN_FACTOR * min(known, KNOWN_COUNTED)
        told = tuple(self._follows[one][2].written for one in sorted(follows)[:FOLLOWS_TOLD])
        return Judged(told, known, is_joined, 1.0 + raised)

    def hides(self, body: str, tags: Iterable[str] = (), *, is_adult: bool = False) -> bool:
        """Tell whether a single post is not shown, though the topic that it is of may be."""
        if is_adult and self._adult:
            return True
        said = (self._hear(body), *(self._hear(f"#{tag}") for tag in tags))
        return any(one.is_muted or one.is_adult for one in said)

    def _read(self, spoken: Spoken) -> set[int] | None:
        """Tell which of the things we follow it speaks of; ``None`` where it is left out."""
        follows: set[int] = set()
        for text in (spoken.title, *spoken.names, *(f"#{tag}" for tag in spoken.tags)):
            said = self._hear(text)
            if said is not _NOTHING:
                if said.is_muted or said.is_adult:
                    return None
                follows.update(said.follows)
        bodies = spoken.bodies[:BODIES_READ]
        found = [said for body in bodies if (said := self._hear(body)) is not _NOTHING]
        if not found:
            return follows
        if _is_third(sum(one.is_muted for one in found), bodies):
            return None
        if _is_third(sum(one.is_adult for one in found), bodies):
            return None
        for one in {index for said in found for index in said.follows}:
            if _is_third(sum(one in said.follows for said in found), bodies):
                follows.add(one)
        return follows

    def _hear(self, text: str) -> _Says:
        """Tell what a text speaks of; the same texts are asked for again and again."""
        known = self._says.get(text)
        if known is not None:
            return known
        if len(self._says) >= _REMEMBERED:
            self._says.clear()
        said = folded(text)
        found = _Says(
            _places(said, self._follows),
            bool(_places(said, self._mutes)),
            "#" in said and bool(_places(said, self._adult)),
        )
        self._says[text] = found = _NOTHING if found == _NOTHING else found
        return found


def _numbered(words: Iterable[str]) -> _Words:
    soughts = enumerate(map(Sought, words))
    return tuple((at, one.longest, one) for at, one in soughts)


def _places(said: str, words: _Words) -> tuple[int, ...]:
    """Tell which of these a ``folded`` text says."""
    return tuple([at for at, part, one in words if part in said and one.is_in(said)])


def _is_third(count: int, bodies: tuple[str, ...]) -> bool:
    return count * SHARE >= len(bodies) > 0
