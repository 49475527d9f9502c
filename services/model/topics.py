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
    BURST = "burst"
    """What many speak of at once, whatever words they use for it."""


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
    is_breaking: bool = False
    """Whether it rises far above its own usual level now."""
    times_usual: float | None = None
    """How many times its usual level, of what breaks."""
    sources: tuple[Safe, ...] = ()
    """Publishers that carry it and networks on which it is talked about, at most 12."""
    rates: tuple[int, ...] = ()
    """Posts and headlines in each of the last eight times ten minutes, oldest first."""
    follows: tuple[Safe, ...] = ()
    """What of it we follow: tags with their sign, and words."""
    known: int = 0
    """How many of those who speak we know."""
    is_joined: bool = False
    """Whether we have said something about it."""

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


class TopicsNow(msgspec.Struct, frozen=True):
    """The list of topics, and what there is to say about it."""

    topics: tuple[Topic, ...]
    is_warming: bool = False
    """Whether it is not known yet what is usual, so that nothing can be told to break."""
    words: tuple[Safe, ...] = ()
    """What has to be known of the list: that a stream is sampled, or that one is not there."""


class TopicMark(Enum):
    """What somebody did with a topic, so that it is remembered."""

    JOINED = "joined"
    DISMISSED = "dismissed"


class Tastes(msgspec.Struct, frozen=True):
    """What somebody wants to see, and what not."""

    follows: tuple[str, ...] = ()
    """Tags with their sign, and words."""
    mutes: tuple[str, ...] = ()
    """Tags with their sign, and words: what speaks of them is left out."""
    known: tuple[str, ...] = ()
    """People we know, by their ids, those we spoke with last in front, at most 5,000."""
    joined: tuple[TopicId, ...] = ()
    dismissed: tuple[TopicId, ...] = ()
    shows_adult: bool = False
    """Whether what is for adults may be raised."""
