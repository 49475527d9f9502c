"""Topics: posts and headlines about one thing."""

from datetime import datetime
from enum import Enum

import msgspec

from services.model.ids import AccountId, NetworkName, PostId, TopicId
from services.model.posts import Post, Reach
from services.model.words import Safe


class TopicKind(Enum):
    """What holds a topic together."""

    TAG = "tag"
    LINK = "link"
    TALK = "talk"
    """A thread that somebody began, with no tag and no link in it."""


class Topic(msgspec.Struct, frozen=True):
    """One topic as the list shows it."""

    id: TopicId
    account: AccountId
    network: NetworkName
    kind: TopicKind
    title: Safe
    lead: Safe
    """The first words said about it."""
    people: int
    """Distinct authors."""
    posts: int
    first_at: datetime
    last_at: datetime
    reach: Reach
    root: PostId
    """The newest post to answer; of a TALK the one that began it."""
    is_grave: bool
    """It speaks of death or disaster."""
    url: Safe | None = None


class OpenTopic(msgspec.Struct, frozen=True):
    """A topic with what was said about it, oldest first, at most 50 posts."""

    topic: Topic
    posts: tuple[Post, ...]
