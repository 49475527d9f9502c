"""The debrief: what a session was, claimed only as far as we know it."""

from datetime import datetime

import msgspec

from services.model.ids import NetworkName
from services.model.people import Acquaintance, Author
from services.model.session import Sitting
from services.model.waiting import Waiting
from services.model.words import Safe


class Exchange(msgspec.Struct, frozen=True):
    """Their words and our answer."""

    author: Author
    network: NetworkName
    acquaintance: Acquaintance
    asked_at: datetime
    answered_at: datetime
    was_question: bool
    returned_at: datetime | None
    """When they spoke again after our answer; ``None`` until they do."""
    away_days: int | None = None
    their_words: Safe | None = None
    our_words: Safe | None = None
    returned_words: Safe | None = None


class Debrief(msgspec.Struct, frozen=True):
    """One session, told. It grows: who writes back later is in ``exchanges`` later."""

    sitting: Sitting
    exchanges: tuple[Exchange, ...]
    """In the order they were answered."""
    posts: int
    """Everything said in the session."""
    posts_own_link: int
    """Of these, how many linked to our own site."""
    links_shared: int
    topics_joined: tuple[tuple[Safe, int], ...]
    """Topics we said something to: title, and minutes after it came up."""
    unsure: int
    """Sends that are not settled: CHECK, HELD or REJECTED and not dealt with."""
    left: tuple[Waiting, ...]
    """Who waits now, the first few."""
    left_people: int
    long_waits: int
    """How many had waited more than a day when the session began."""
    long_waits_answered: int
    watching: tuple[Safe, ...]
    """Whom or what is watched."""
