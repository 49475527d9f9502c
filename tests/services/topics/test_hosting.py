"""The topics are kept up to date, in this process or by a child that may die unnoticed."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from services.changes import ChangeFeed
from services.child import Child
from services.desk import Files
from services.model.ids import PostId
from services.model.posts import Post
from services.model.topics import Tastes, Topic
from services.store.database import Database
from services.store.headlines import keep
from services.store.threads import add_post
from services.store.topics import Topics
from services.topics import hosting
from services.topics.engine import TopicEngine
from services.topics.hosting import TopicsChild, TopicsHere, TopicsHost, _rest_s
from services.topics.state_file import Kept, StateFile
from services.topics.values import Firehose, HeadlineItem, Ranking, StreamKind
from tests.builders import US, a_post_around, at, open_pair
from tests.fakes import FakeClock, until
from tests.services.topics.samples import a_headline, a_reading

DAM = "Dam at Weirford bursts after three days of rain"


@dataclass
class Rig:
    """A cache, and what is told to a host of topics."""

    files: Files
    clock: FakeClock = field(default_factory=FakeClock)
    changes: ChangeFeed = field(default_factory=ChangeFeed)

    @asynccontextmanager
    async def host(self, make: hosting.MakeHost) -> AsyncIterator[TopicsHost]:
        """Open a host."""
        host = make(self.files.cache, self.changes, self.clock)
        host.start()
        try:
            yield host
        finally:
            await host.close()

    @asynccontextmanager
    async def child(self) -> AsyncIterator[TopicsChild]:
        """Open the host with a child."""
        host = TopicsChild(self.files.cache, self.changes, self.clock)
        host.start()
        try:
            yield host
        finally:
            await host.close()

    async def keep(self, *posts: Post) -> tuple[Post, ...]:
        """Keep posts as the intake does."""
        async with self.files.cache.write() as tx:
            return tuple([post for post in posts if await add_post(tx, post)])

    async def listed(self) -> tuple[Topic, ...]:
        """Read the topics."""
        return await Topics(self.files.cache).ranked(self.clock.now())

    async def titles(self) -> list[str]:
        """Read what the topics are called."""
        return [topic.title for topic in await self.listed()]

    async def until_titles(self, *titles: str) -> None:
        """Let time pass in small steps until the list is this one."""
        async with asyncio.timeout(20):
            while await self.titles() != list(titles):
                await self.clock.advance(0.2)
                await asyncio.sleep(0.005)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Everything on fresh files."""
    async with open_pair(tmp_path) as files:
        yield Rig(files)


async def test_here_the_list_is_in_order_when_taking_returns(rig: Rig) -> None:
    """Posts, headlines, and what is taken back; every change is told once."""
    async with rig.host(TopicsHere) as host:
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        assert await rig.titles() == ["#weir"]
        told = rig.changes.revision
        await host.take(())
        assert rig.changes.revision == told == 1
        await host.hear((a_headline("h1", DAM),))
        assert await rig.titles() == ["#weir", DAM]
        await host.take((), ((US.id, PostId("p1")),))
        assert await rig.titles() == [DAM]


async def test_here_old_topics_leave_as_time_goes_by(rig: Rig) -> None:
    """Within a minute, though nobody says anything."""
    async with rig.host(TopicsHere) as host:
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        await until(lambda: rig.clock.sleepers == 1)
        await rig.clock.advance(60)
        rig.clock.step_wall(24 * 3600)
        await until(lambda: rig.clock.sleepers == 1)
        await rig.clock.advance(60)
        revision = rig.changes.revision
        await until(lambda: rig.clock.sleepers == 1)
        assert await rig.files.cache.read("SELECT id FROM topic") == []
        assert revision <= rig.changes.revision


@pytest.mark.parametrize("make", [TopicsHere, TopicsChild])
async def test_a_feed_that_is_let_go_takes_its_topics_with_it(
    rig: Rig, make: hosting.MakeHost
) -> None:
    """Those that another feed carries as well stay, and what comes again counts again."""
    dam = a_headline("h1", DAM, publisher="Dam Post", published_at=at(-60))
    heron = a_headline("h2")
    both = a_headline("h3", DAM, publisher="Heron Post")
    await keep(rig.files.cache, a_reading(dam, heron, both))
    async with rig.host(make) as host:
        await host.hear((dam, heron, both))
        await rig.until_titles(DAM, "A heron is back")
        async with rig.files.cache.write() as tx:
            await tx.run("DELETE FROM headline WHERE id IN ('h2', 'h3')")
        await host.let_go(heron.feed)
        await rig.until_titles(DAM)
        assert (await rig.listed())[0].publishers == ("Dam Post",)
        await host.hear((heron,))
        await rig.until_titles("A heron is back", DAM)


async def test_what_the_cache_knows_is_known_again(rig: Rig) -> None:
    """A desk that is opened again has the same list, with tags and links as they were told."""
    tagged = msgspec.structs.replace(a_post_around("p1", "Look."), tags=(a_post_around().body,))
    posts = tagged, a_post_around("p2", "https://dam.example/a", created_at=at(5))
    reading = a_reading(a_headline("h1", DAM), a_headline("h2", DAM, publisher="The Weir"))
    async with rig.host(TopicsHere) as host:
        await host.hear(await keep(rig.files.cache, reading))
        await host.take(await rig.keep(*posts))
        before = await rig.listed()
    assert len(before) == 3
    async with rig.files.cache.write() as tx:
        await tx.run("DELETE FROM topic")
    async with rig.host(TopicsHere) as host:
        await host.take(())
        assert await rig.listed() == before


async def test_posts_from_before_tags_were_kept_are_read_again(rig: Rig) -> None:
    """Their tags and links are those that stand in them."""
    await rig.keep(a_post_around("p1", "#weir"), a_post_around("p2", "https://dam.example/a"))
    async with rig.files.cache.write() as tx:
        await tx.run("UPDATE post SET tags = NULL, links = NULL")
    async with rig.host(TopicsHere) as host:
        await host.take(())
        assert sorted(await rig.titles()) == ["#weir", "dam.example/a"]


async def test_a_cache_of_many_pages_is_known_again(rig: Rig) -> None:
    """Every post once, whatever the page it stands on."""
    posts = [a_post_around(f"p{n}", "#weir", created_at=at(n // 3)) for n in range(1203)]
    await rig.keep(*posts)
    headlines = [a_headline(f"h{n}", DAM, published_at=at(n // 3 - 600)) for n in range(603)]
    await keep(rig.files.cache, a_reading(*headlines))
    rig.clock.step_wall(600)
    async with rig.host(TopicsHere) as host:
        await host.take(())
        assert [topic.posts for topic in await rig.listed()] == [1203, 0]


async def test_a_cache_that_is_closed_stops_nobody(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever hands something over hears nothing of it; the log does."""
    async with rig.host(TopicsHere) as host:
        await rig.files.cache.close()
        await host.take(())
    assert "topics could not be kept" in caplog.text


async def test_a_child_starts_with_the_first_item(rig: Rig) -> None:
    """It keeps the list as the engine here would, and ends with its host."""
    async with rig.child() as host:
        assert host.pid is None
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        await host.hear((a_headline("h1", DAM),))
        await rig.until_titles("#weir", DAM)
        pid = host.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_child_that_is_killed_is_missed_by_nobody(rig: Rig) -> None:
    """The next one knows the same, and gives the same list and the same ids."""
    reading = a_reading(a_headline("h1", DAM), a_headline("h2", DAM, publisher="The Weir"))
    async with rig.child() as host:
        await host.hear(await keep(rig.files.cache, reading))
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        await rig.until_titles(DAM, "#weir")
        before, first = await rig.listed(), host.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with rig.files.cache.write() as tx:
            await tx.run("DELETE FROM topic")
        await host.take(await rig.keep(a_post_around("p2", "#dam", created_at=at(-60))))
        await rig.until_titles(DAM, "#weir", "#dam")
        assert (await rig.listed())[:2] == before
        assert host.pid not in {None, first}


async def test_the_engine_is_left_alone_in_between(rig: Rig) -> None:
    """The first change after quiet is told at once; what follows waits its turn, if not long."""
    async with rig.child() as host:
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        await until(lambda: rig.clock.sleepers == 1, 20)
        assert await rig.titles() == ["#weir"]
        await host.take(await rig.keep(a_post_around("p2", "#dam", created_at=at(5))))
        await asyncio.sleep(0.05)
        assert await rig.titles() == ["#weir"]
        await rig.clock.advance(0.05)
        await until(lambda: rig.changes.revision == 2)
        assert await rig.titles() == ["#dam", "#weir"]


@pytest.mark.parametrize(("took_s", "rest_s"), [(0, 0.05), (0.01, 0.2), (0.04, 0.8), (5, 2.0)])
def test_a_ranking_that_takes_long_is_asked_for_less_often(took_s: float, rest_s: float) -> None:
    """The engine has the same share of the processor, however much it knows."""
    assert _rest_s(took_s) == pytest.approx(rest_s)


async def test_a_child_is_ready_before_anything_comes(rig: Rig) -> None:
    """Whoever expects something has it started ahead, and it tells nothing new."""
    async with rig.child() as host:
        assert host.pid is None
        host.prepare()
        await until(lambda: host.pid is not None and rig.clock.sleepers == 1, 20)
        assert await rig.titles() == []


async def test_a_child_lets_old_topics_leave(rig: Rig) -> None:
    """Within a minute, though nobody says anything."""
    async with rig.child() as host:
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        await until(lambda: rig.clock.sleepers == 1, 20)
        rig.clock.step_wall(24 * 3600)
        await rig.clock.advance(1)
        await until(lambda: rig.clock.sleepers == 1)
        await rig.clock.advance(60)
        await until(lambda: rig.changes.revision == 2)
        assert await rig.files.cache.read("SELECT id FROM topic") == []


async def test_a_queue_that_is_full_drops_the_oldest_and_says_so(
    rig: Rig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hands over never waits."""
    monkeypatch.setattr(hosting, "QUEUED_AT_MOST", 2)
    host = TopicsChild(rig.files.cache, rig.changes, rig.clock)
    with caplog.at_level(logging.WARNING):
        await host.hear(tuple(a_headline(f"h{n}") for n in range(5)))
    heard = [item.id for item in host._heard if isinstance(item, HeadlineItem)]
    assert heard == ["h3", "h4"]
    assert "not told of 3 items" in caplog.text
    await host.close()


async def test_a_host_that_is_closed_at_any_moment_leaves_no_child(rig: Rig) -> None:
    """While it starts, while it is told, while it answers."""
    for delay_s in (0.0, 0.001, 0.01, 0.03):
        async with rig.child() as host:
            await host.take(await rig.keep(a_post_around("p1", "#weir")))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay_s):
                    await asyncio.Event().wait()
        assert host.pid is None


async def test_a_child_that_cannot_be_told_is_started_anew_ever_more_slowly(rig: Rig) -> None:
    """A cache that is away is asked again after a pause, and after a longer one."""
    async with rig.child() as host:
        await rig.files.cache.close()
        await host.take((a_post_around("p1", "#weir"),))
        for pause_s in (0.2, 0.4, 0.8):
            await until(lambda: rig.clock.sleepers == 1, 20)
            assert host.pid is None
            await rig.clock.advance(pause_s - 0.01)
            assert rig.clock.sleepers == 1
            await rig.clock.advance(0.01)


async def until_begun(rig: Rig, host: TopicsChild, but: int | None = None) -> int:
    """Let time pass in small steps until a child has given its first ranking; give its id."""
    async with asyncio.timeout(20):
        while host.pid in {None, but} or host._begun_badly:
            await rig.clock.advance(0.2)
            await asyncio.sleep(0.005)
    assert host.pid is not None
    return host.pid


async def test_a_child_that_is_started_anew_has_the_same_tastes(rig: Rig) -> None:
    """What was chosen holds whether a child is there, is starting, or was killed since."""
    async with rig.child() as host:
        await host.prefer(Tastes(mutes=("#weir",)))
        posts = a_post_around("p1", "#weir"), a_post_around("p2", "#dam", created_at=at(5))
        await host.take(await rig.keep(*posts))
        await rig.until_titles("#dam")
        first = await until_begun(rig, host)
        os.kill(first, signal.SIGKILL)
        await host.take(await rig.keep(a_post_around("p3", "#kiln", created_at=at(9))))
        await rig.until_titles("#kiln", "#dam")
        assert await until_begun(rig, host, first) != first
        await host.prefer(Tastes(mutes=("#kiln",)))
        await rig.until_titles("#dam", "#weir")


async def test_who_wants_no_stream_starts_no_child(rig: Rig) -> None:
    """Neither do tastes alone; a stream does."""
    async with rig.child() as host:
        host.listen(())
        await host.prefer(Tastes(mutes=("#weir",)))
        assert not host._wake.is_set()
        gone = Firehose(StreamKind.JETSTREAM_2, "nowhere", "wss://127.0.0.1:9/subscribe")
        host.listen((gone,))
        await until(lambda: host.pid is not None, 20)


async def test_a_child_that_is_closed_keeps_what_is_usual(rig: Rig) -> None:
    """So that the next run begins with it."""
    state = rig.files.cache.path.with_name(hosting.STATE_NAME)
    async with rig.child() as host:
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        await rig.until_titles("#weir")
    assert StateFile(state).read() is not None


async def test_what_kills_every_child_is_dropped(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A state is given up after two children that were gone before their first ranking."""
    state = rig.files.cache.path.with_name(hosting.STATE_NAME)
    StateFile(state).write(Kept(b"it kills", {}))
    start = hosting._start
    began: list[bool] = []

    async def dies_of_its_state(cache: Database) -> Child:
        child = await start(cache)
        began.append(StateFile(state).read() is not None)
        if began[-1]:
            await child.kill()
        return child

    monkeypatch.setattr(hosting, "_start", dies_of_its_state)
    async with rig.child() as host:
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        await rig.until_titles("#weir")
    assert began == [True, True, False]
    assert "begins anew" in caplog.text


async def test_here_an_engine_that_fails_begins_anew(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever hands something over hears nothing of it; the next item brings the list."""

    def faulty(engine: TopicEngine, now: datetime) -> Ranking:
        raise ZeroDivisionError(engine.posts, now)

    async with rig.host(TopicsHere) as host:
        with monkeypatch.context() as patch:
            patch.setattr(TopicEngine, "rank", faulty)
            await host.take(await rig.keep(a_post_around("p1", "#weir")))
        assert "the topic engine failed" in caplog.text
        await host.take(await rig.keep(a_post_around("p2", "#dam", created_at=at(5))))
        assert await rig.titles() == ["#dam", "#weir"]


async def test_here_tastes_hold_at_once(rig: Rig) -> None:
    """Before the first item, and after."""
    async with rig.host(TopicsHere) as host:
        host.prepare()
        await host.prefer(Tastes(mutes=("#weir",)))
        await host.take(await rig.keep(a_post_around("p1", "#weir")))
        assert await rig.titles() == []
        await host.prefer(Tastes())
        assert await rig.titles() == ["#weir"]
