"""Topics as a test lays them out: a host that tells what it is given, and rankings to give it.

Law: what is laid out goes the way of every ranking, through the cache to the screens.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from services.changes import ChangeFeed
from services.clock import Clock
from services.model.changes import Family
from services.model.topics import Tastes, TopicKind
from services.store.database import Database
from services.store.topics import put_ranking
from services.topics.hosting import TopicsHost
from services.topics.values import Firehose, Ranked, Ranking, StreamPost
from tests.builders import a_ranked, a_streamed


class Announcer(TopicsHost):
    """Keeps the topics that it was given, whatever it is told, and what somebody wants."""

    def __init__(self, cache: Database, changes: ChangeFeed, clock: Clock) -> None:
        """Write to ``cache`` and say so through ``changes``."""
        self._cache = cache
        self._changes = changes
        self._clock = clock
        self.tastes = Tastes()
        self.firehoses: tuple[Firehose, ...] = ()

    async def announce(
        self, *topics: Ranked, is_warming: bool = False, words: tuple[str, ...] = ()
    ) -> None:
        """Let these be the topics."""
        async with self._cache.write() as tx:
            await put_ranking(tx, Ranking(self._clock.now(), topics, is_warming, words))
        self._changes.publish(Family.TOPICS)

    async def prefer(self, tastes: Tastes) -> None:
        """Keep what is wanted."""
        self.tastes = tastes

    def listen(self, firehoses: tuple[Firehose, ...]) -> None:
        """Keep what is to be read."""
        self.firehoses = firehoses


def ranked(
    number: int,
    title: str,
    times: float | None,
    now: datetime,
    *,
    minutes: int = 6,
    kind: TopicKind = TopicKind.BURST,
    is_grave: bool = False,
    follows: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    stream_posts: tuple[StreamPost, ...] = (),
) -> Ranked:
    """Make a topic that breaks, on two networks."""
    return a_ranked(
        f"burst:{number}",
        kind=kind,
        title=title,
        lead=title,
        people=31,
        posts=44,
        first_at=now - timedelta(minutes=minutes),
        last_at=now,
        is_grave=is_grave,
        is_breaking=True,
        times_usual=times,
        score=9.0,
        sources=("Bluesky", "Mastodon"),
        rates=(0, 0, 0, 1, 2, 5, 9, 14),
        names=names,
        stream_posts=stream_posts,
        follows=follows,
        reasons=(
            "It breaks: it rises far above its own usual level now.",
            "44 posts of late, by 31 people.",
        ),
    )


def said(number: int, body: str, at: datetime, person: str = "did:plc:whosaid") -> StreamPost:
    """Make a post that only a firehose has brought."""
    return replace(a_streamed(f"{number}", body, person), created_at=at)
