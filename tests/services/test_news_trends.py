"""Trends as news: over a real door from servers that behave as Bluesky and Mastodon do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.config import NewsConfig
from services.http import Door
from services.model.headlines import FeedState
from services.model.ids import NetworkName, TopicId
from services.model.news_sources import NewsSource, SourceKind
from services.model.topics import Topic, TopicKind
from services.networks.bluesky.trends import FEED, POLL_S
from services.networks.hackernews.convert import FEED as LISTS
from services.networks.mastodon.trends import MastodonTrends
from services.store.feeds import read_known
from services.store.headlines import KeptHeadlines, keep
from services.store.topics import Topics
from services.topics.hosting import TopicsHere
from tests.builders import at
from tests.doubles.bluesky import BlueskyDouble, serve_bluesky
from tests.doubles.mastodon import MastodonDouble, serve_mastodon
from tests.fakes import until
from tests.newsroom import HACKERNEWS, Stage, open_stage
from tests.services.topics.samples import a_headline, a_reading

BLUESKY = NewsSource(SourceKind.BLUESKY_TRENDS)
LINK = "https://dam.example/a"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """News with a door to servers on this machine, and a person who was never asked."""
    async with open_stage(tmp_path) as opened:
        opened.door = Door(opened.clock, named_hosts=frozenset({"127.0.0.1"}))
        yield opened
        await opened.door.close()


@pytest.fixture
async def bluesky(stage: Stage) -> AsyncIterator[BlueskyDouble]:
    """A network that talks of one thing."""
    async with serve_bluesky(stage.clock) as double:
        double.trends = [{"topic": "tide", "displayName": "Low tide", "link": "/search?q=tide"}]
        stage.servers[SourceKind.BLUESKY_TRENDS] = double.base_url
        yield double


@pytest.fixture
async def mastodon() -> AsyncIterator[MastodonDouble]:
    """A server that talks of a tag and of an article."""
    async with serve_mastodon() as double:
        double.lists["/api/v1/trends/tags"] = [
            {"name": "Weir", "url": f"{double.url}/tags/Weir", "history": [{"uses": "4711"}]}
        ]
        double.lists["/api/v1/trends/links"] = [
            {"url": LINK, "title": "A dam", "published_at": "2026-11-01T10:00:00Z"}
        ]
        yield double


async def test_trends_are_read_only_where_they_were_chosen(
    stage: Stage, bluesky: BlueskyDouble, mastodon: MastodonDouble
) -> None:
    """Nobody is asked before; each is a row of its own with its state, and goes when turned off."""
    tags = NewsSource(SourceKind.MASTODON_TRENDS, mastodon.url)
    stage.config = replace(stage.config, news=NewsConfig(sources=(BLUESKY, tags)))
    async with stage.news() as news:
        await stage.clock.advance(3600)
        assert (bluesky.asked, mastodon.asked, stage.told) == ([], [], [])
        await news.answer(tuple(one for one in news.offers if one.source == BLUESKY))
        assert stage.config.news == NewsConfig(asked=True, sources=(BLUESKY,))
        await until(lambda: len(stage.told) == 1)
        assert mastodon.asked == []
        await news.read_source(tags, reads=True)
        await until(lambda: len(stage.told) == 3)
        rows = {feed.name: feed.state for feed in await news.feeds()}
        assert rows == {BLUESKY.name: FeedState.WELL, tags.name: FeedState.WELL}
        assert [row.state for row in news.unread()] == [FeedState.OFF] * 2
        assert news.source_of(tags.feed) == tags
        assert news.source_of(HACKERNEWS.feed) == HACKERNEWS
        await news.read_source(tags, reads=False)
        assert stage.let_go == [tags.feed]
        assert set(await read_known(stage.cache)) == {BLUESKY.feed}
        await news.unfollow(BLUESKY.feed)
        assert stage.let_go == [tags.feed, BLUESKY.feed]
        assert stage.config.news == NewsConfig(asked=True)
        assert await news.feeds() == ()


async def test_a_trend_is_of_now_and_ends(stage: Stage, bluesky: BlueskyDouble) -> None:
    """It counts from when it was seen; what trends no more is forgotten, but not for a fault."""
    bluesky.trends[0]["startedAt"] = "2026-11-01T10:00:00Z"
    stage.config = replace(stage.config, news=NewsConfig(asked=True, sources=(BLUESKY,)))
    async with stage.news():
        await until(lambda: len(stage.told) == 1)
        (kept,) = await KeptHeadlines(stage.cache).since(at(-60))
        assert kept.published_at == kept.seen_at
        asked = len(bluesky.asked)
        bluesky.trends, trends = 3, bluesky.trends  # type: ignore[assignment]  # as a broken server
        await stage.clock.advance_until(
            lambda: len(bluesky.asked) > asked, within_s=2 * POLL_S, step_s=60.0
        )
        assert stage.ended == []
        bluesky.trends = [{**trends[0], "topic": "bread", "displayName": "Slow bread"}]
        await stage.clock.advance_until(
            lambda: len(stage.told) == 2, within_s=9 * POLL_S, step_s=60.0
        )
        assert stage.ended == [kept.id]
        assert [one.title for one in await KeptHeadlines(stage.cache).since(at(-60))] == [
            "Slow bread"
        ]


async def test_trends_and_publishers_make_topics_together(
    stage: Stage, mastodon: MastodonDouble
) -> None:
    """One article is one topic of one source; a tag alone says where it trends, without counts."""
    host = TopicsHere(stage.cache, stage.changes, stage.clock)
    stage.hear = host.hear  # type: ignore[method-assign]  # the topics of this test
    tags = NewsSource(SourceKind.MASTODON_TRENDS, mastodon.url)
    stage.config = replace(stage.config, news=NewsConfig(asked=True, sources=(tags,)))
    await host.hear(
        await keep(stage.cache, a_reading(a_headline("h1", "The dam gave way", url=LINK)))
    )
    topics: dict[str, Topic] = {}

    async def listed() -> dict[str, Topic]:
        found = await Topics(stage.cache).ranked(stage.clock.now())
        return {str(topic.title): topic for topic in found}

    async with stage.news():
        async with asyncio.timeout(5):
            while "#Weir" not in topics:
                topics = await listed()
        dam, weir = topics["The dam gave way"], topics["#Weir"]
        assert (dam.publishers, dam.trends_on) == (("Heron Post",), (mastodon.host,))
        assert dam.is_unverified
        assert (weir.kind, weir.publishers, weir.trends_on) == (
            TopicKind.TAG,
            (),
            (mastodon.host,),
        )
        assert not weir.is_unverified
        assert len(topics) == 2
        assert "4711" not in repr(topics)
    # An engine that begins anew makes the same of the cache.
    again = TopicsHere(stage.cache, stage.changes, stage.clock)
    await again.hear(())
    assert await listed() == topics
    found = await Topics(stage.cache).open(TopicId(weir.id))
    assert found is not None
    assert [one.network for one in found.headlines] == [NetworkName.MASTODON]


def test_a_source_is_known_by_the_id_that_it_gives(stage: Stage) -> None:
    """What the configuration names and what the sources tell is one id."""
    assert BLUESKY.feed == FEED
    assert HACKERNEWS.feed == LISTS
    tags = NewsSource.parse("Mastodon-Trends: chat.example:8443/")
    assert (tags.server, tags.feed) == ("https://chat.example:8443", "mastodon:chat.example:8443")
    assert MastodonTrends(tags.server, stage.door, stage.clock)._feed == tags.feed
    assert str(tags) == "mastodon-trends:chat.example:8443"
