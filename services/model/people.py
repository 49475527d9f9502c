"""People: who wrote, and what we know of our talks with them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from services.model.ids import AccountId, NetworkName, PersonId
from services.model.words import Safe


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever wrote a post, as their network names them."""

    person: PersonId
    handle: Safe
    """How one addresses them, with the ``@`` where the network has one."""
    name: Safe
    """What they call themselves; the handle where they have no name."""


@dataclass(frozen=True, slots=True)
class Account:
    """One identity of ours on one network."""

    id: AccountId
    network: NetworkName
    author: Author


class Acquaintance(Enum):
    """How well we knew a person at the moment we answered."""

    NEW = "new"
    AGAIN = "again"
    BACK = "back"
    """They had not written for ``services.waiting.LONG_AWAY`` or more."""


@dataclass(frozen=True, slots=True)
class Talks:
    """What we remember of our talks with one person; all zero and ``None`` for a stranger."""

    exchanges: int = 0
    last_words: Safe | None = None
    """The last thing they had written to us before what waits now."""
    last_at: datetime | None = None
    """When that was, UTC."""


class Presence(Enum):
    """Whether somebody on this box is at their keys."""

    HERE = "here"
    LIVE = "live"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody else on this box who lets themselves be seen."""

    author: Author
    presence: Presence
    minutes_left: int | None
    """Of their session, where they sit in one."""
