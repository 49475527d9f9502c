"""Publishers as the screens see them, over a real door, a real parser and a real zoo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.changes import ChangeFeed
from services.config import Config, NewsConfig
from services.errors import ChinwagError, ConfigError, StoreError
from services.http import Door
from services.model.changes import Family
from services.model.headlines import FeedId, FeedState, Headline
from services.model.ids import NetworkName
from services.networks.base import FeedMemory, Headlines
from services.networks.feeds.parsing import FeedParser
from services.networks.feeds.subscriptions import read_subscriptions
from services.news import News
from services.store.database import CACHE, Database, Durability, open_database
from services.store.feeds import read_known
from services.store.headlines import KeptHeadlines
from services.text.clean import clean_line
from services.web.values import Validators
from tests.builders import a_headline, at
from tests.fakes import NOON, FakeClock, settle, until
from tests.zoo.server import Zoo, open_zoo

READS = NewsConfig(asked=True, reads=True)


class Lists:
    """Stands in for the lists of Hacker News: one reading, then silence."""

    def __init__(self, memory: FeedMemory | None) -> None:
        """Begin with what an earlier run remembered."""
        self.memory = memory
        self.is_closed = False

    @property
    def network(self) -> NetworkName:
        """HACKERNEWS."""
        return NetworkName.HACKERNEWS

    async def readings(self) -> AsyncIterator[Headlines]:
        """Give one reading."""
        feed = FeedId("hackernews")
        memory = FeedMemory(
            feed, "https://news.ycombinator.com/", FeedState.WELL, clean_line(""),
            clean_line("Hacker News"), Validators(), at(0), at(90),
        )  # fmt: skip
        story = a_headline("hn1", feed=feed, network=NetworkName.HACKERNEWS)
        yield Headlines(memory, (story,))
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Note it."""
        self.is_closed = True


@dataclass
class Stage:
    """News with everything around it."""

    zoo: Zoo
    clock: FakeClock
    cache: Database
    door: Door
    parser: FeedParser
    file: Path
    config: Config = field(default_factory=Config)
    changes: ChangeFeed = field(default_factory=ChangeFeed)
    told: list[Headline] = field(default_factory=list)
    lists: list[Lists] = field(default_factory=list)

    async def choose(self, config: Config) -> None:
        """Change what is configured."""
        self.config = config

    async def hear(self, headlines: tuple[Headline, ...]) -> None:
        """Take what is new."""
        self.told += headlines

    def make_lists(self, memory: FeedMemory | None) -> Lists:
        """Make the other source."""
        self.lists.append(Lists(memory))
        return self.lists[-1]

    def follows(self, *paths: str, news: NewsConfig = READS) -> None:
        """Write down which animals are followed."""
        self.config = replace(self.config, news=news)
        self.file.write_text("".join(f"[[feed]]\nurl = '{self.zoo.url(path)}'\n" for path in paths))

    @asynccontextmanager
    async def news(self, *, looks_on: bool = False) -> AsyncIterator[News]:
        """Open the news, and start them."""
        news = News(
            cache=self.cache,
            door=self.door,
            parser=self.parser,
            clock=self.clock,
            feeds_file=self.file,
            config=lambda: self.config,
            choose=self.choose,
            changes=self.changes,
            on_headlines=self.hear,
            hackernews=self.make_lists,
            looks_on=looks_on,
        )
        await news.start()
        try:
            yield news
        finally:
            await news.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A zoo, a door, a parser, an empty cache, and a person who was never asked."""
    clock = FakeClock()
    cache = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
    async with open_zoo(now=NOON) as zoo:
        door, parser = Door(clock, named_hosts=zoo.named_hosts), FeedParser(clock)
        yield Stage(zoo, clock, cache, door, parser, tmp_path / "feeds.toml")
        await parser.close()
        await door.close()
    await cache.close()


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
        assert feeds[0].words == "read just now"
    assert {Family.NETWORKS, Family.TOPICS} <= (await anext(heard)).families
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
        hackernews = tuple(offer for offer in news.offers if offer.subscription is None)
        await news.answer(hackernews)
        assert stage.config.news == NewsConfig(asked=True, hackernews=True)
        await until(lambda: len(stage.told) == 1)
        assert [feed.name for feed in await news.feeds()] == ["Hacker News"]
        await news.unfollow(FeedId("hackernews"))
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
    stage.config = replace(stage.config, news=NewsConfig(asked=True, hackernews=True))
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
        left = await KeptHeadlines(stage.cache).since(at(-86400))
        assert {one.publisher for one in left} == {"The Atom Post"}
        with pytest.raises(ChinwagError, match="no address of a feed"):
            await news.follow("javascript:alert(1)")


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


async def test_a_list_of_another_reader_is_imported(stage: Stage, tmp_path: Path) -> None:
    """Each is asked once; what does not come in is named with why; progress is told."""
    outlines = {
        "Good": stage.zoo.url("rss"),
        "Known": stage.zoo.url("atom"),
        "Gone": stage.zoo.url("gone"),
        "Page": stage.zoo.url("not-a-feed"),
        "Inward": stage.zoo.url("rss", "stranger"),
        "Later": stage.zoo.url("busy"),
        "Broken": stage.zoo.url("empty"),
    }
    path = tmp_path / "list.opml"
    path.write_text(
        "<opml version='2.0'><body>"
        + "".join(f"<outline text='{n}' xmlUrl='{u}'/>" for n, u in outlines.items())
        + "</body></opml>"
    )
    async with stage.news() as news:
        await news.follow(outlines["Known"])
        await until(lambda: len(stage.told) == 20)
        steps = [step async for step in news.import_opml(path)]
        assert [step.done for step in steps] == [*range(8), 7]
        assert [step.is_done for step in steps] == [False] * 8 + [True]
        assert {step.total for step in steps} == {7}
        failed = {str(fault.name): fault for fault in steps[-1].failed}
        assert set(failed) == {"Gone", "Page", "Inward", "Later", "Broken"}
        assert [name for name, fault in failed.items() if fault.is_followed] == ["Later"]
        assert failed["Gone"].words == "gone: the publisher says it is no more"
        assert "tried again later" in failed["Later"].words
        assert len({fault.words for fault in failed.values()}) == 5
        assert len(stage.told) == 40
        feeds = {feed.name: feed.state for feed in await news.feeds()}
        assert feeds == {
            "Good": FeedState.WELL,
            "Later": FeedState.WAITS,
            "The Atom Post": FeedState.WELL,
        }
        await stage.clock.advance(60)
    assert len(stage.zoo.asked("rss")) == 1


async def test_an_import_that_is_broken_off_keeps_what_it_has(stage: Stage, tmp_path: Path) -> None:
    """And is the first answer to the question where it was never asked."""
    path = tmp_path / "list.opml"
    path.write_text(
        "<opml version='2.0'><body>"
        + "".join(
            f"<outline xmlUrl='{stage.zoo.url(f'feeds/{n}.xml', items=1)}'/>" for n in range(60)
        )
        + "</body></opml>"
    )
    async with stage.news() as news:
        importing = news.import_opml(path)
        async for step in importing:
            if step.done == 25:
                break
        await importing.aclose()
        assert len(await news.feeds()) == 25
        assert stage.config.news == READS
        assert len(stage.told) == 25


async def test_a_list_comes_back_from_what_was_exported(stage: Stage, tmp_path: Path) -> None:
    """With names and addresses that would break careless XML."""
    stage.follows("rss", news=NewsConfig(asked=True))
    path = tmp_path / "out" / "list.opml"
    async with stage.news() as news:
        stage.file.write_text(
            f"[[feed]]\nurl = '{stage.zoo.url('rss', items=2, ttl=5)}'\nname = 'A \"<&>\" b'\n"
        )
        assert await news.export_opml(path) == 1
        before = await news.feeds()
        await news.unfollow(before[0].id)
        steps = [step async for step in news.import_opml(path)]
        assert steps[-1].failed == ()
        assert [(feed.name, feed.url) for feed in await news.feeds()] == [
            (feed.name, feed.url) for feed in before
        ]
        with pytest.raises(ChinwagError, match="cannot be written"):
            await news.export_opml(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"hello", "cannot be used"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
async def test_a_list_that_is_none_is_a_sentence(
    stage: Stage, tmp_path: Path, content: bytes | None, says: str
) -> None:
    """And nothing is followed."""
    path = tmp_path / "list.opml"
    if content is not None:
        path.write_bytes(content)
    async with stage.news() as news:
        with pytest.raises(ChinwagError, match=says):
            await anext(news.import_opml(path))
        assert await news.feeds() == ()


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
        await stage.clock.advance(496)
        await until(lambda: len(stage.told) == 20)


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


async def test_a_list_is_imported_where_nothing_is_read_yet(stage: Stage, tmp_path: Path) -> None:
    """One that names nothing new changes nothing, and asks nobody."""
    stage.follows("rss", news=NewsConfig())
    path = tmp_path / "list.opml"
    path.write_text(
        f"<opml version='2.0'><body><outline xmlUrl='{stage.zoo.url('rss')}'/></body></opml>"
    )
    async with stage.news() as news:
        steps = [step async for step in news.import_opml(path)]
        assert (steps[-1].done, steps[-1].failed) == (1, ())
    assert stage.zoo.requests == []
    assert stage.config.news == NewsConfig()


async def test_a_source_that_breaks_is_tried_again(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """After a minute; the other goes on meanwhile."""
    stage.follows("rss", news=NewsConfig(asked=True, reads=True, hackernews=True))
    hear, faults = stage.hear, [KeyError("ours")]

    async def once(headlines: tuple[Headline, ...]) -> None:
        if headlines[0].network is NetworkName.HACKERNEWS and faults:
            raise faults.pop()
        await hear(headlines)

    stage.hear = once  # type: ignore[method-assign]  # the fault of this test
    async with stage.news():
        await until(lambda: len(stage.told) == 20)
        await until(lambda: "reading hackernews failed" in caplog.text)
        await stage.clock.advance(61)
        await settle()
        assert {one.network for one in stage.told} == {NetworkName.FEEDS}
        assert not stage.lists[0].is_closed
