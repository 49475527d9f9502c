"""Headlines: what publishers carry, and how each feed is."""

from datetime import datetime
from enum import Enum
from typing import NewType

import msgspec

from services.model.ids import NetworkName
from services.model.words import Safe

FeedId = NewType("FeedId", str)
"""One source of headlines: a feed, or one list of Hacker News."""

HeadlineId = NewType("HeadlineId", str)
"""One headline of one source; the same when it is read again."""


class Headline(msgspec.Struct, frozen=True):
    """One item that a publisher carries."""

    id: HeadlineId
    feed: FeedId
    network: NetworkName
    """FEEDS or HACKERNEWS; of a trend BLUESKY or MASTODON."""
    publisher: Safe
    """Who carries it, as people call them."""
    title: Safe
    paragraph: Safe
    """The publisher's own first words about it; empty where there are none."""
    url: Safe | None
    """Where it is read; http or https."""
    published_at: datetime
    """UTC, as the publisher says it, never later than ``seen_at``."""
    seen_at: datetime
    """UTC: when it was read here first."""
    speed: float | None = None
    """How many times as fast as others of its age it is taken up, where the source shows it."""
    discussion: Safe | None = None
    """Where it is talked about, if that is another address."""


class FeedState(Enum):
    """How a feed is."""

    OFF = "not read"
    """It is offered, and was not chosen."""
    NEW = "not read yet"
    WELL = "well"
    LATE = "late"
    MOVED = "moved"
    GONE = "gone"
    NOT_A_FEED = "not a feed any more"
    BROKEN = "broken"
    """It comes, but cut off or not to be made sense of."""
    UNREACHABLE = "not reached"
    WAITS = "asked us to wait"
    REFUSED = "refused"
    """By the rules of our door, or by the publisher."""


class Feed(msgspec.Struct, frozen=True):
    """One feed that is followed, as people see it."""

    id: FeedId
    url: Safe
    name: Safe
    state: FeedState
    words: Safe
    """How it is, as one plain sentence or less: ``4 min late``. Empty where it is well, and
    there is no more to say than when it was read."""
    checked_at: datetime | None
    next_at: datetime | None
    headlines: int
    """How many of its headlines are kept."""
