"""Publishers as the screens see them, over a real door, a real parser and a real zoo."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.config import NewsConfig
from services.errors import ChinwagError, ConfigError, StoreError
from services.model.changes import Family
from services.model.headlines import FeedId, FeedState, Headline, HeadlineId
from services.model.ids import NetworkName
from services.networks.feeds.subscriptions import read_subscriptions
from services.news import News
from services.store.feeds import read_known
from services.store.headlines import KeptHeadlines
from services.text.clean import clean_line
from tests.builders import at
from tests.fakes import settle, until
from tests.newsroom import HACKERNEWS, READS, Stage, open_stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A zoo, a door, a parser, an empty cache, and a person who was never asked."""
    async with open_stage(tmp_path) as opened:
        yield opened


async def state_of(news: News, name: str) -> FeedState:
    """Give how the feed of that name is."""
    return {feed.name: feed.state for feed in await news.feeds()}[clean_line(name)]


@pytest.mark.parametrize("news", [NewsConfig(), NewsConfig(asked=True), NewsConfig(reads=True)])
async def test_nobody_is_asked_before_the_question_was_answered_with_yes(
    stage: Stage, news: NewsConfig
) -> None:
    """Not even for feeds that stand in the file."""
    stage.follows("rss", news=news)
    async with stage.news() as opened:
        assert [feed.state for feed in await opened.feeds()] == [FeedState.NEW]
        await stage.clock.advance(3600)
    assert stage.zoo.requests == []
    assert stage.parser.pid is None
    assert stage.lists == []


async def test_what_publishers_carry_is_kept_and_told_once(stage: Stage) -> None:
    """Each headline once, also over a second start; the changes are told."""
    stage.follows("rss", "atom")
    heard = stage.changes.follow(0.0)
    async with stage.news() as news:
        await until(lambda: len(stage.told) == 40)
        feeds = await news.feeds()
        assert [(feed.state, feed.headlines) for feed in feeds] == [(FeedState.WELL, 20)] * 2
        assert [feed.name for feed in feeds] == ["The Atom Post", "The Rss Post"]
        assert feeds[0].words == ""
    assert Family.FEEDS in (await anext(heard)).families
    await heard.aclose()
    assert len(await KeptHeadlines(stage.cache).since(at(-86400))) == 40
    stage.clock.step_wall(7200)
    async with stage.news() as news:
        assert await state_of(news, "The Rss Post") is FeedState.LATE
        await stage.clock.advance(2)
        await until(lambda: len(stage.zoo.requests) == 4)
    assert all("if-none-match" in seen.headers for seen in stage.zoo.requests[2:])
    assert len(stage.told) == 40


async def test_the_one_question_is_answered(stage: Stage) -> None:
    """What was chosen is written down and read from then on; nothing chosen reads nothing."""
    async with stage.news() as news:
        await news.answer(())
        assert stage.config.news == NewsConfig(asked=True)
        await news.answer(tuple(one for one in news.offers if one.source == HACKERNEWS))
        assert stage.config.news == NewsConfig(asked=True, sources=(HACKERNEWS,))
        await until(lambda: len(stage.told) == 1)
        assert [feed.name for feed in await news.feeds()] == ["Hacker News"]
        await news.unfollow(FeedId("hackernews"))
        assert stage.let_go == [FeedId("hackernews")]
        assert stage.config.news == NewsConfig(asked=True)
        assert stage.lists[0].is_closed
        assert await news.feeds() == ()
        chosen = tuple(
            replace(offer, subscription=replace(offer.subscription, url=stage.zoo.url("rss")))
            for offer in news.offers[:1]
            if offer.subscription is not None
        )
        await news.answer(chosen)
        assert stage.config.news == READS
        await until(lambda: len(stage.told) == 21)
        assert (await news.feeds())[0].name == news.offers[0].name
        await news.answer(())
        assert stage.config.news == NewsConfig(asked=True)
    assert read_subscriptions(stage.file)[0].url == stage.zoo.url("rss")


async def test_another_source_goes_on_from_its_memory(stage: Stage) -> None:
    """Of its last reading in an earlier run."""
    stage.config = replace(stage.config, news=NewsConfig(asked=True, sources=(HACKERNEWS,)))
    for _ in range(2):
        async with stage.news() as news:
            await until(lambda: len(stage.told) == 1)
            await news.start()
    assert [one.memory is None for one in stage.lists] == [True, False]


async def test_a_feed_is_followed_by_its_address_and_let_go(stage: Stage) -> None:
    """Whoever does that has answered the question; what is let go is forgotten."""
    async with stage.news() as news:
        feed = await news.follow(stage.zoo.url("rss"), "Mine")
        assert (feed.name, feed.state, feed.words) == ("Mine", FeedState.NEW, "not read yet")
        assert stage.config.news == READS
        await until(lambda: len(stage.told) == 20)
        await news.follow(stage.zoo.url("atom"))
        await until(lambda: len(stage.told) == 40)
        await news.unfollow(feed.id)
        assert [one.name for one in await news.feeds()] == ["The Atom Post"]
        assert feed.id not in await read_known(stage.cache)
        assert stage.let_go == [feed.id]
        left = await KeptHeadlines(stage.cache).since(at(-86400))
        assert {one.publisher for one in left} == {"The Atom Post"}
        with pytest.raises(ChinwagError, match="no address of a feed"):
            await news.follow("javascript:alert(1)")


async def test_what_was_begun_is_done_whole_though_nobody_waits_for_it(stage: Stage) -> None:
    """Whoever closes the sheet on the way leaves the file, the readings and the cache as one."""
    stage.follows("rss")
    async with stage.news() as news:
        await until(lambda: len(stage.told) == 20)
        (one,) = read_subscriptions(stage.file)
        letting_go = asyncio.create_task(news.unfollow(one.id))
        await settle()
        letting_go.cancel()
        await asyncio.gather(letting_go, return_exceptions=True)
        assert read_subscriptions(stage.file) == ()
        assert await KeptHeadlines(stage.cache).since(at(-86400)) == ()
        assert stage.let_go == [one.id]
        following = asyncio.create_task(news.follow(stage.zoo.url("atom")))
        await settle()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        assert len(read_subscriptions(stage.file)) == 1
        await until(lambda: len(stage.told) == 40)


async def test_a_feed_is_found_from_what_somebody_types(stage: Stage) -> None:
    """The feed itself, where it has moved to, or those that a page names."""
    async with stage.news() as news:
        (found,) = await news.find(stage.zoo.url("rss"))
        assert (found.name, found.url) == ("The Rss Post", stage.zoo.url("rss"))
        (found,) = await news.find(f" {stage.zoo.url('moved')} ")
        assert found.url == stage.zoo.url("rss")
        named = await news.find(stage.zoo.url("page"))
        assert [one.url for one in named] == [stage.zoo.url("rss"), stage.zoo.url("atom")]
        with pytest.raises(ChinwagError, match="its page names none"):
            await news.find(stage.zoo.url("not-a-feed"))
        with pytest.raises(ChinwagError):
            await news.find(stage.zoo.url("gone"))
        with pytest.raises(ChinwagError, match="no address of the web"):
            await news.find("herons and other birds")
        with pytest.raises(ChinwagError, match=r"127\.0\.0\.3"):
            await news.find("127.0.0.3")


async def test_who_looks_on_sees_and_asks_nobody(stage: Stage) -> None:
    """Nothing is followed from there either."""
    stage.follows("rss")
    async with stage.news(looks_on=True) as news:
        assert len(await news.feeds()) == 1
        for verb in (
            news.follow("https://a.example/"),
            news.unfollow(FeedId("f")),
            news.answer(()),
            anext(news.import_opml(stage.file)),
        ):
            with pytest.raises(ChinwagError, match="Another terminal"):
                await verb
    assert stage.zoo.requests == []


async def test_a_file_that_cannot_be_read_is_a_trouble(stage: Stage) -> None:
    """Nothing is guessed; once mended, it is read again."""
    stage.config = replace(stage.config, news=READS)
    stage.file.write_text("[[feed]]\nurl = 'nonsense'\n")
    async with stage.news() as news:
        assert "line 1" in news.troubles[0]
        with pytest.raises(ConfigError):
            await news.feeds()
        stage.follows("rss")
        await news.start()
        assert news.troubles == ()
        await until(lambda: len(stage.told) == 20)


async def test_only_when_nobody_is_reached_is_that_a_trouble(stage: Stage) -> None:
    """One publisher in trouble is a state of its feed."""
    nowhere = "http://127.0.0.3/feed"
    stage.config = replace(stage.config, news=READS)
    stage.file.write_text("[[feed]]\nurl = 'http://no-such-name.invalid/feed'\n")
    async with stage.news() as news:
        await stage.clock.advance_until(lambda: bool(news.troubles), within_s=60.0)
        assert news.troubles == ("the news cannot be reached",)
        await news.follow(nowhere)
        await until(lambda: not news.troubles)
        feeds = {feed.name: feed for feed in await news.feeds()}
        assert feeds[clean_line("127.0.0.3")].state is FeedState.REFUSED
        assert "private" in feeds[clean_line("127.0.0.3")].words


async def test_a_reading_that_cannot_be_kept_is_asked_for_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As a whole; until then nothing of it is told."""
    stage.follows("rss")
    faults = [StoreError("The disk is full.")]
    whole = stage.cache.write_whole

    async def write(work: object) -> object:
        if faults:
            raise faults.pop()
        return await whole(work)  # type: ignore[arg-type]  # what it was asked to do

    monkeypatch.setattr(stage.cache, "write_whole", write)
    async with stage.news():
        await until(lambda: "could not be kept" in caplog.text)
        assert stage.told == []
        await stage.clock.advance(300)  # nothing is due so early, however its address spreads it
        await stage.clock.advance_until(lambda: len(stage.told) == 20, within_s=700.0)


async def test_what_is_let_go_while_it_is_written_is_forgotten(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading under way does not bring a feed back."""
    stage.follows("rss")
    written, go_on = asyncio.Event(), asyncio.Event()
    whole = stage.cache.write_whole

    async def write(work: object) -> object:
        written.set()
        await go_on.wait()
        return await whole(work)  # type: ignore[arg-type]  # what it was asked to do

    monkeypatch.setattr(stage.cache, "write_whole", write)
    async with stage.news() as news:
        await written.wait()
        await news.unfollow(read_subscriptions(stage.file)[0].id)
        go_on.set()
        await news.follow(stage.zoo.url("atom"))
        await until(lambda: len(stage.told) == 20)
        assert [known.memory.name for known in (await read_known(stage.cache)).values()] == [
            "The Atom Post"
        ]
    assert {one.publisher for one in stage.told} == {"The Atom Post"}


async def test_hacker_news_is_switched_on_and_off(stage: Stage) -> None:
    """Apart from the feeds."""
    async with stage.news() as news:
        await news.read_source(HACKERNEWS, reads=True)
        await until(lambda: len(stage.told) == 1)
        await news.read_source(HACKERNEWS, reads=False)
        assert stage.lists[0].is_closed
    assert stage.config.news == NewsConfig(asked=True)


async def test_a_source_that_breaks_is_tried_again(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """After a minute; the other goes on meanwhile."""
    stage.follows("rss", news=NewsConfig(asked=True, reads=True, sources=(HACKERNEWS,)))
    hear, faults = stage.hear, [KeyError("ours")]

    async def once(headlines: tuple[Headline, ...], ended: tuple[HeadlineId, ...]) -> None:
        if headlines[0].network is NetworkName.HACKERNEWS and faults:
            raise faults.pop()
        await hear(headlines, ended)

    stage.hear = once  # type: ignore[method-assign]  # the fault of this test
    async with stage.news():
        await until(lambda: len(stage.told) == 20)
        await until(lambda: "reading hackernews failed" in caplog.text)
        await stage.clock.advance(61)
        await settle()
        assert {one.network for one in stage.told} == {NetworkName.FEEDS}
        assert not stage.lists[0].is_closed
