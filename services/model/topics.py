"""Topics: posts and headlines about one thing."""

from datetime import datetime
from enum import Enum

import msgspec

from services.model.headlines import Headline
from services.model.ids import AccountId, NetworkName, PostId, TopicId
from services.model.posts import Post, Reach
from services.model.words import Safe


class TopicKind(Enum):
    """What holds a topic together."""

    TAG = "tag"
    LINK = "link"
    TALK = "talk"
    """A thread that somebody began, with no tag and no link in it."""
    STORY = "story"
    """What publishers carry."""


class Topic(msgspec.Struct, frozen=True):
    """One topic as the list shows it."""

    id: TopicId
    account: AccountId | None
    """Whose network it is talked about on; ``None`` where only publishers carry it."""
    network: NetworkName
    kind: TopicKind
    title: Safe
    lead: Safe
    """The first words said about it."""
    people: int
    """Distinct authors of posts."""
    posts: int
    first_at: datetime
    last_at: datetime
    reach: Reach
    root: PostId | None
    """The newest post to answer; of a TALK the one that began it."""
    is_grave: bool
    """It speaks of death or disaster."""
    url: Safe | None = None
    publishers: tuple[Safe, ...] = ()
    """Who carries it, the earliest first, each once, at most 12."""
    speed: float | None = None
    """How many times as fast as others of its age it is taken up, where a source shows it."""
    trends_on: tuple[Safe, ...] = ()
    """Where people talk about it besides, by name; those are no sources."""

    @property
    def is_unverified(self) -> bool:
        """Whether it stands on one source alone."""
        return self.kind is TopicKind.STORY and len(self.publishers) < 2  # noqa: PLR2004


class OpenTopic(msgspec.Struct, frozen=True):
    """A topic with what was said about it."""

    topic: Topic
    posts: tuple[Post, ...]
    """Oldest first, at most 50."""
    headlines: tuple[Headline, ...] = ()
    """The earliest first, at most 50."""
