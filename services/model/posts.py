"""Posts, threads, and how public a thing is."""

from datetime import datetime
from enum import Enum, IntEnum

import msgspec

from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.people import Author
from services.model.words import NOTHING, Safe


class Reach(Enum):
    """Who can read a post."""

    PUBLIC = "public"
    UNLISTED = "public, in no list"
    FOLLOWERS = "followers only"
    BOX = "only this box"
    PRACTICE = "practice, nobody outside"
    DIRECT = "only the two of you"

    @property
    def width(self) -> int:
        """How many can read it, as a rank: a reply is never wider than what it answers."""
        return _WIDTHS[self]


_WIDTHS = {
    Reach.DIRECT: 0,
    Reach.FOLLOWERS: 1,
    Reach.PRACTICE: 2,
    Reach.BOX: 2,
    Reach.UNLISTED: 3,
    Reach.PUBLIC: 4,
}


class Relation(IntEnum):
    """How a post stands to one of our accounts."""

    AROUND = 0
    """Neither ours nor addressed to us."""
    TO_US = 1
    """A comment: it replies to us or names us."""
    OURS = 2
    """We wrote it, here or in another client."""


class PostState(Enum):
    """What a post is where it was published."""

    UP = "up"
    HELD = "held for moderation"
    SPAM = "marked as spam"
    DELETED = "deleted"
    MISSING = "not to be had"
    """It is there, or was, and we are not shown it."""
    BLOCKED = "blocked"


class MediumKind(Enum):
    """What hangs on a post beside its words."""

    PICTURE = "picture"
    VIDEO = "video"
    SOUND = "sound"
    CARD = "link"
    OTHER = "file"


class Medium(msgspec.Struct, frozen=True):
    """One thing that hangs on a post, as words and an address."""

    kind: MediumKind
    alt: Safe
    """What it shows, in its author's words; empty where they gave none."""
    url: Safe | None


class Post(msgspec.Struct, frozen=True):
    """Anything published, as one of our accounts sees it."""

    id: PostId
    account: AccountId
    network: NetworkName
    thread: ThreadId
    parent: PostId | None
    answers: PersonId | None
    """Whose post it replies to, where it is a reply and the network says."""
    author: Author
    body: Safe
    created_at: datetime
    """UTC, as the network says it."""
    relation: Relation
    reach: Reach
    url: Safe | None = None
    """Where a browser shows it; http or https."""
    tags: tuple[Safe, ...] = ()
    """Hashtags in it, without the ``#``, lower case, at most 10."""
    links: tuple[Safe, ...] = ()
    """Links in it, http or https, at most 10."""
    state: PostState = PostState.UP
    warning: Safe = NOTHING
    """Its content warning, which is read before it."""
    language: str = ""
    """BCP 47, as its author said; empty where they did not."""
    media: tuple[Medium, ...] = ()
    """At most 16."""
    quotes: PostId | None = None
    """The post that it quotes."""
    names: tuple[Safe, ...] = ()
    """Handles of the others that it names, as a reply keeps them; at most 50."""
    edited_at: datetime | None = None
    can_be_quoted: bool = False
    """Whether its author lets us quote it."""


class Thread(msgspec.Struct, frozen=True):
    """A post with what hangs under it, oldest first, at most 200 posts."""

    id: ThreadId
    posts: tuple[Post, ...]
    more: int = 0
    """How many others are known that are older than the latest of these."""
