"""Does this read like a robot? One quiet sentence each, for the author alone.

Law: pure, names what it saw, never blocks; it runs while somebody types, so what was said
before is prepared once, in a ``Memory``.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Final, Self
from urllib.parse import urlsplit

import msgspec

from services.model.ids import NetworkName, PersonId
from services.model.sending import Target, TargetKind
from services.model.words import Safe
from services.text.clean import clean, clean_line
from services.text.cues import is_praise_for_anything
from services.text.marks import MENTION, find_links, without_links

REMEMBERED_AT_MOST: Final = 200

_PIECE_CHARS = 5
_COMPARED_CHARS_AT_MOST = 400
_ALIKE = 0.6
_SHORT = 24
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+")
_WEEK_DAYS = 7


class RemarkKind(Enum):
    """What there is to point out."""

    SAID_BEFORE = "said before"
    PRAISE = "praise that fits any post"
    SAME_WORDS_ELSEWHERE = "same words elsewhere"
    OWN_LINK = "own link"


class Remark(msgspec.Struct, frozen=True):
    """One thing that was seen, in one sentence."""

    kind: RemarkKind
    words: Safe


class Said(msgspec.Struct, frozen=True):
    """A text that went out earlier."""

    body: str
    person: PersonId | None
    """Whom it answered; ``None`` for a post of our own."""
    to_name: Safe | None
    said_at: datetime


class Memory:
    """What was said before, ready to be compared with; made once and never changed."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Sequence[tuple[Said, frozenset[str]]]) -> None:
        """Take what ``of`` prepared."""
        self._entries = tuple(entries)

    @classmethod
    def of(cls, said: Iterable[Said]) -> Self:
        """Prepare the latest texts.

        Args:
            said: Newest first; the first 200 are remembered, short ones are not.
        """
        latest = [one for one, _ in zip(said, range(REMEMBERED_AT_MOST), strict=False)]
        prepared = [(one, _pieces(one.body)) for one in latest]
        return cls([(one, pieces) for one, pieces in prepared if pieces])

    def alike(self, body: str, person: PersonId | None) -> Said | None:
        """Find the text most like ``body`` that was said to somebody else than ``person``."""
        pieces = _pieces(body)
        best: Said | None = None
        best_share = _ALIKE
        for said, theirs in self._entries:
            if person is not None and said.person == person:
                continue
            share = _share(pieces, theirs, best_share)
            if share > best_share or (best is None and share == best_share):
                best, best_share = said, share
        return best


def remarks(
    body: str,
    *,
    memory: Memory,
    target: Target,
    own_hosts: frozenset[str],
    said_this_session: Sequence[tuple[NetworkName, str]],
    now: datetime,
) -> tuple[Remark, ...]:
    """Say what in a text reads like a robot's.

    Args:
        body: What is being written.
        memory: What was said before this session or in it, on every network.
        target: To whom it is about to be said.
        own_hosts: Our own sites, lower case; what stands under them counts too.
        said_this_session: Every text of this session and where it went.
        now: The moment, in the author's own time zone: days are counted by it.

    Returns:
        At most one remark of each kind, in the order of ``RemarkKind``; nothing is a verdict.
    """
    text = clean(body)
    found: list[Remark] = []
    if said := memory.alike(text, target.person):
        found.append(Remark(RemarkKind.SAID_BEFORE, _said_before(said, now)))
    if is_praise_for_anything(text):
        found.append(Remark(RemarkKind.PRAISE, clean_line("These words would fit any post.")))
    if place := _elsewhere(text, target.network, said_this_session):
        words = clean_line(f"You have said these words on {place} in this session too.")
        found.append(Remark(RemarkKind.SAME_WORDS_ELSEWHERE, words))
    is_in_topic = target.kind is TargetKind.TOPIC or target.topic is not None
    if is_in_topic and (host := _own_host(text, own_hosts)):
        words = clean_line(f"This brings a link to your own {host} into a topic of others.")
        found.append(Remark(RemarkKind.OWN_LINK, words))
    return tuple(found)


def _said_before(said: Said, now: datetime) -> Safe:
    """Word a repetition: to whom and when."""
    to_whom = f" to {said.to_name}" if said.to_name else " in a post"
    return clean_line(f"You said nearly this{to_whom} {_day(said.said_at, now)}.")


def _day(then: datetime, now: datetime) -> str:
    """Name a day as one would in talk."""
    day = then.astimezone(now.tzinfo).date()
    match (now.date() - day).days:
        case days if days <= 0:
            return "today"
        case 1:
            return "yesterday"
        case days if days < _WEEK_DAYS:
            return f"on {day:%A}"
        case _ if day.year == now.year:
            return f"on {day.day} {day:%B}"
        case _:
            return f"on {day.day} {day:%B %Y}"


def _elsewhere(
    body: Safe, network: NetworkName, said_this_session: Sequence[tuple[NetworkName, str]]
) -> NetworkName | None:
    """Find another network on which the same was said in this session."""
    pieces = _pieces(body)
    if not pieces:
        return None
    for place, text in said_this_session:
        if place is not network and _share(pieces, _pieces(text), _ALIKE) >= _ALIKE:
            return place
    return None


def _own_host(body: Safe, own_hosts: frozenset[str]) -> str | None:
    """Find the first of our own sites that the text links to."""
    for link in find_links(body):
        host = urlsplit(link).hostname or ""
        for own in own_hosts:
            if host == own or host.endswith("." + own):
                return host
    return None


@lru_cache(maxsize=256)
def _pieces(body: str) -> frozenset[str]:
    """Cut a text into overlapping pieces; none where it is too short to be anybody's own words."""
    spoken = MENTION.sub(" ", without_links(body[: 4 * _COMPARED_CHARS_AT_MOST]))
    text = " ".join(_WORD.findall(spoken.casefold()))[:_COMPARED_CHARS_AT_MOST]
    if len(text) + len(_WIDE.findall(text)) < _SHORT:
        return frozenset()
    return frozenset(text[at : at + _PIECE_CHARS] for at in range(len(text) - _PIECE_CHARS + 1))


def _share(ours: frozenset[str], theirs: frozenset[str], at_least: float) -> float:
    """Give how much two texts have in common (Jaccard), 0 where it cannot reach ``at_least``."""
    small, large = sorted((len(ours), len(theirs)))
    if small == 0 or small < at_least * large:
        return 0.0
    both = len(ours & theirs)
    return both / (len(ours) + len(theirs) - both)
