"""What goes into the topic engine and what comes out, as it goes over a pipe.

Law: texts are plain ``str`` here. Those that go in have been cleaned before; those that come out
are cleaned again by whoever shows them.
"""

from datetime import datetime, timedelta

import msgspec

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import AccountId, NetworkName, PostId, TopicId
from services.model.posts import Reach, Relation
from services.model.topics import TopicKind

STORIES_KEPT_FOR = timedelta(hours=48)
TALK_KEPT_FOR = timedelta(days=1)
RANKED_AT_MOST = 200
SHOWN_AT_MOST = 50
"""Posts, and headlines, that a topic names."""


class PostItem(msgspec.Struct, frozen=True, tag="post"):
    """A post that somebody wrote."""

    account: AccountId
    network: NetworkName
    id: PostId
    thread: str
    parent: PostId | None
    person: str
    body: str
    tags: tuple[str, ...]
    links: tuple[str, ...]
    relation: Relation
    reach: Reach
    created_at: datetime


class HeadlineItem(msgspec.Struct, frozen=True, tag="headline"):
    """A headline that a publisher carries."""

    id: HeadlineId
    feed: FeedId
    network: NetworkName
    publisher: str
    title: str
    paragraph: str
    url: str | None
    published_at: datetime
    seen_at: datetime
    speed: float | None
    trends_on: str | None = None
    """Where people talk about it, if that is all that brings it here: nobody carries it there."""


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """A headline that is no more: what was talked about is so no longer."""

    headline: HeadlineId


class Withdrawn(msgspec.Struct, frozen=True, tag="withdrawn"):
    """A post that its author has taken back."""

    account: AccountId
    post: PostId


class LetGo(msgspec.Struct, frozen=True, tag="let go"):
    """A feed that is followed no more, with all that it said."""

    feed: FeedId


Item = PostItem | HeadlineItem | Ended | Withdrawn | LetGo


class Take(msgspec.Struct, frozen=True, tag="take"):
    """Items for the worker, in the order in which they came; it answers nothing."""

    items: tuple[Item, ...]


class Rank(msgspec.Struct, frozen=True, tag="rank"):
    """A question to the worker, which answers with one ``Ranking``."""

    at: datetime


Asked = Take | Rank


class Ranked(msgspec.Struct, frozen=True):
    """One topic, with everything that its row says and why it stands where it does."""

    id: TopicId
    kind: TopicKind
    account: AccountId | None
    network: NetworkName
    title: str
    lead: str
    people: int
    posts: int
    first_at: datetime
    last_at: datetime
    reach: Reach
    root: PostId | None
    is_grave: bool
    url: str | None
    publishers: tuple[str, ...]
    speed: float | None
    post_keys: tuple[tuple[AccountId, PostId], ...]
    """The latest, oldest first, at most ``SHOWN_AT_MOST``."""
    headline_ids: tuple[HeadlineId, ...]
    """The earliest first, at most ``SHOWN_AT_MOST``."""
    trends_on: tuple[str, ...] = ()
    """Where people talk about it besides, by name; no publisher, and never how many do."""


class Ranking(msgspec.Struct, frozen=True):
    """All topics in order at one moment."""

    at: datetime
    topics: tuple[Ranked, ...]
    """At most ``RANKED_AT_MOST``, the one to show first in front."""
