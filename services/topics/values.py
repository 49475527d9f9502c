"""What goes into the topic engine and what comes out, as it goes over a pipe.

Law: texts are plain ``str`` here. Those that go in have been cleaned before; those that come out
are cleaned again by whoever shows them.
"""

from datetime import datetime, timedelta
from enum import Enum

import msgspec

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import AccountId, NetworkName, PostId, TopicId
from services.model.posts import Reach, Relation
from services.model.topics import Tastes, TopicKind

STORIES_KEPT_FOR = timedelta(hours=48)
TALK_KEPT_FOR = timedelta(days=1)
AHEAD_AT_MOST = timedelta(hours=3)
"""What claims to be written so much later than now says nothing of what is said now."""
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


class StreamPost(msgspec.Struct, frozen=True, gc=False, tag="stream"):
    """A post of a firehose; it enters no store but where a topic shows it."""

    key: str
    """Its address on its network: an at:// address, or where it is on the web."""
    network: NetworkName
    source: str
    """Where it was said, by the name that people read."""
    person: str
    body: str
    tags: tuple[str, ...]
    links: tuple[str, ...]
    language: str
    is_adult: bool
    created_at: datetime


class LetGo(msgspec.Struct, frozen=True, tag="let go"):
    """A feed that is followed no more, with all that it said."""

    feed: FeedId


class Unsaid(msgspec.Struct, frozen=True, tag="unsaid"):
    """A post of a firehose that its author has taken back."""

    key: str


Item = PostItem | HeadlineItem | Ended | Withdrawn | LetGo | StreamPost | Unsaid


class Take(msgspec.Struct, frozen=True, tag="take"):
    """Items for the worker, in the order in which they came; it answers nothing."""

    items: tuple[Item, ...]


class Rank(msgspec.Struct, frozen=True, tag="rank"):
    """A question to the worker, which answers with one ``Ranking``."""

    at: datetime


class Prefer(msgspec.Struct, frozen=True, tag="prefer"):
    """What somebody wants to see from now on; the worker answers nothing."""

    tastes: Tastes


class StreamKind(Enum):
    """By which protocol a firehose is read."""

    JETSTREAM_1 = "jetstream 1"
    JETSTREAM_2 = "jetstream 2"
    MASTODON = "mastodon"


class Firehose(msgspec.Struct, frozen=True):
    """A stream of public posts that the worker reads itself."""

    kind: StreamKind
    name: str
    """What people call it; a source by that name."""
    url: str
    token: str = ""
    """What lets us in, where one has to be known; never written down by the worker."""
    languages: tuple[str, ...] = ()
    """Only posts in these, where their language is told; all without one."""
    words: tuple[str, ...] = ()
    """Only posts that hold one of these; all without one."""
    per_s_at_most: float = 3_000.0
    """Of more posts a second only some are looked at, evenly, and that is said."""
    named_hosts: tuple[str, ...] = ()
    """Hosts that may be private, as the door has it."""


class Listen(msgspec.Struct, frozen=True, tag="listen"):
    """Which firehoses the worker reads from now on; it answers nothing."""

    firehoses: tuple[Firehose, ...]


Asked = Take | Rank | Prefer | Listen


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
    is_breaking: bool = False
    times_usual: float | None = None
    score: float = 0.0
    """How strongly it breaks; sorts what does."""
    sources: tuple[str, ...] = ()
    """Publishers and networks, at most 12."""
    rates: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    """What holds it together, the strongest first, as people write it."""
    stream_posts: tuple[StreamPost, ...] = ()
    """Those that show it and are in no store, at most ten."""
    follows: tuple[str, ...] = ()
    known: int = 0
    is_joined: bool = False
    reasons: tuple[str, ...] = ()
    """Why it stands where it does, at length, a sentence each."""


class Tally(msgspec.Struct):
    """What became of everything that came over one firehose."""

    came: int = 0
    """Messages; the sum of all others."""
    looked_at: int = 0
    gone: int = 0
    """Posts that were taken back."""
    passed_over: int = 0
    """Posts that were too many to look at."""
    unwanted: int = 0
    """Posts in other languages, or without the words."""
    unreadable: int = 0
    other: int = 0
    """Messages that tell of no post."""


class Ranking(msgspec.Struct, frozen=True):
    """All topics in order at one moment."""

    at: datetime
    topics: tuple[Ranked, ...]
    """At most ``RANKED_AT_MOST``, the one to show first in front."""
    is_warming: bool = False
    """Whether it is not known yet what is usual."""
    words: tuple[str, ...] = ()
    """What has to be known: that a stream is sampled, or that one is not there."""
    tallies: dict[str, Tally] = {}
    """What became of all that came over each firehose since this worker began, by its address."""
