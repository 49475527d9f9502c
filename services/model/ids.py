"""The names of things: opaque identifiers and the kinds of network.

Law: an identifier is compared and stored, never parsed outside the network that made it.
"""

from enum import StrEnum
from typing import NewType

AccountId = NewType("AccountId", str)
"""One identity on one network, as ``network:handle``; unique in a store."""

PersonId = NewType("PersonId", str)
"""An author, as ``network:handle``; unique in a store."""

PostId = NewType("PostId", str)
"""One post on its network; unique per network."""

ThreadId = NewType("ThreadId", str)
"""The id of the post that a thread hangs under."""

TopicId = NewType("TopicId", str)
"""One topic in the cache."""

SessionId = NewType("SessionId", str)
"""One session in the private store."""

SendId = NewType("SendId", str)
"""One send in the outbox; it is also the idempotency key that goes to the network."""

WaitingId = NewType("WaitingId", int)
"""One row of the waiting table."""


class NetworkName(StrEnum):
    """The kinds of place that Chinwag talks with, by the word shown to people."""

    COMMONS = "commons"
    PRACTICE = "practice"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    WORDPRESS = "wordpress"
    HACKERNEWS = "hackernews"
    FEEDS = "feeds"
