"""People: who wrote, and what we know of our talks with them."""

from datetime import datetime
from enum import Enum

import msgspec

from services.model.ids import AccountId, NetworkName, PersonId
from services.model.words import Safe


class Author(msgspec.Struct, frozen=True):
    """Whoever wrote a post, as their network names them."""

    person: PersonId
    handle: Safe
    """How one addresses them, with the ``@`` where the network has one."""
    name: Safe
    """What they call themselves; the handle where they have no name."""


class Account(msgspec.Struct, frozen=True):
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


class Talks(msgspec.Struct, frozen=True):
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


class Neighbour(msgspec.Struct, frozen=True):
    """Somebody else on this box who lets themselves be seen."""

    author: Author
    presence: Presence
    minutes_left: int | None
    """Of their session, where they sit in one."""
