"""Who waits for an answer: one value per (account, thread, person) or per pile-on."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum

import msgspec

from services.model.ids import AccountId, NetworkName, PostId, ThreadId, WaitingId
from services.model.people import Author
from services.model.posts import Reach
from services.model.words import NOTHING, Safe


class Lane(IntEnum):
    """Why somebody stands where they stand; the order is the order on screen."""

    LIVE = 0
    QUESTION = 1
    BACK = 2
    LONGEST = 3
    REST = 4
    LAST_WORD = 5


class WaitState(IntEnum):
    """What became of somebody who wrote to us."""

    UNREAD = 0
    SEEN = 1
    ANSWERED = 2
    SET_ASIDE = 3
    WATCHING = 4


class Order(Enum):
    """How the waiting are sorted."""

    BY_LANE = "who needs you first"
    OLDEST = "oldest first"


class Waiting(msgspec.Struct, frozen=True):
    """Somebody whose last word is theirs, or the many under one post (``people`` > 1)."""

    id: WaitingId
    account: AccountId
    network: NetworkName
    thread: ThreadId
    author: Author
    """The person; of a pile-on whoever has waited longest."""
    post: PostId
    """Their last word to us: what a reply replies to."""
    body: Safe
    """What that last word says, whole."""
    since_at: datetime
    """Since when they wait: their first word that we have not answered."""
    last_at: datetime
    """When they wrote last."""
    lane: Lane
    state: WaitState
    reach: Reach
    words: int = 1
    """How many posts of theirs wait."""
    people: int = 1
    """How many people this row stands for."""
    away_days: int | None = None
    """In lane BACK: how long they had been silent before."""
    is_held: bool = False
    """Whether their last word waits for our leave to be seen."""
    warning: Safe = NOTHING
    """The content warning over their last word, which is read before it."""


@dataclass(frozen=True, slots=True)
class WaitingList:
    """One reading of who waits: the first few hundred in order, and how many there are."""

    rows: tuple[Waiting, ...]
    people: int
    """Everybody who waits, last words not counted."""
    last_words: int
    """People in the quiet group."""
    order: Order = Order.BY_LANE
