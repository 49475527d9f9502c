"""Posts, threads, and how public a thing is."""

from datetime import datetime
from enum import Enum, IntEnum

import msgspec

from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.people import Author
from services.model.words import Safe


class Reach(Enum):
    """Who can read a post."""

    PUBLIC = "public"
    BOX = "only this box"
    PRACTICE = "practice, nobody outside"
    DIRECT = "only the two of you"


class Relation(IntEnum):
    """How a post stands to one of our accounts."""

    AROUND = 0
    """Neither ours nor addressed to us."""
    TO_US = 1
    """A comment: it replies to us or names us."""
    OURS = 2
    """We wrote it, here or in another client."""


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


class Thread(msgspec.Struct, frozen=True):
    """A post with what hangs under it, oldest first, at most 200 posts."""

    id: ThreadId
    posts: tuple[Post, ...]
