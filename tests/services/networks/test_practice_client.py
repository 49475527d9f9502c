"""The practice network on a real board, lived through by a clock that is moved by hand."""

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from services.clock import SystemClock
from services.errors import Gone, StoreError
from services.model.ids import NetworkName, PostId, SendId
from services.model.posts import Post, Reach, Relation
from services.model.sending import Target, TargetKind
from services.networks.base import Cursor, Message, Network
from services.networks.board import BoardNetwork, whole
from services.networks.practice.cast import Line, Memory, past_key
from services.networks.practice.client import PracticeNetwork, open_practice
from services.networks.practice.director import TRY_AGAIN_S, Director
from services.networks.practice.voices import load_cast
from services.store.commons import Board, Byline, Entry
from services.store.database import COMMONS, Durability, open_database
from tests.fakes import NOON, FakeClock, until
from tests.services.networks.conformance import Conformance, Stage

SEED = 7


@asynccontextmanager
async def practising(path: Path, clock: FakeClock, seed: int = SEED) -> AsyncIterator[Network]:
    """Open the network for a while."""
    network: Network = await open_practice(path, seed=seed, clock=clock, our_name="Sam")
    try:
        yield network
    finally:
        await network.close()


async def everything(network: Network) -> list[Post]:
    """Read all that is on the board."""
    posts: list[Post] = []
    cursor: Cursor | None = None
    while True:
        page = await network.poll(cursor)
        posts.extend(page.posts)
        if not page.has_more:
            return posts
        cursor = page.cursor


async def heard(
    network: Network, clock: FakeClock, wanted: Callable[[Post], bool], within_s: float
) -> Post:
    """Let the clock run until a post that is wanted is on the board, and give it."""
    end = clock.monotonic() + within_s
    patience = 50
    cursor: Cursor | None = None
    while True:
        page = await network.poll(cursor)
        cursor = page.cursor
        found = [post for post in page.posts if wanted(post)]
        if found:
            return found[0]
        if page.has_more:
            continue
        if clock.monotonic() < end:
            await clock.advance(min(2.0, end - clock.monotonic()))
        else:
            assert patience, "nobody said it"
            patience -= 1
            await asyncio.sleep(0.01)


def message(network: Network, key: str, body: str, to: Post | None = None) -> Message:
    """Write to somebody, or to nobody."""
    account = network.account
    kind = TargetKind.NEW if to is None else TargetKind.REPLY
    target = Target(
        kind,
        account.id,
        account.network,
        Reach.PRACTICE,
        account.author.handle,
        thread=to.thread if to else None,
        post=to.id if to else None,
        person=to.author.person if to else None,
    )
    return Message(SendId(key), target, body, NOON)


async def test_it_opens_with_a_past(tmp_path: Path) -> None:
    """At the first look there are old posts of ours, and people who have written under them."""
    clock = FakeClock()
    async with practising(tmp_path / "p.db", clock) as network:
        posts = await everything(network)
        latest = await network.latest(3)
        thread = await network.thread(latest[0].thread)
    assert network.account.network is NetworkName.PRACTICE
    assert network.account.author.name == "Sam"
    assert network.capabilities.reach is Reach.PRACTICE
    assert len({post.author.person for post in posts if post.relation is Relation.TO_US}) >= 8
    assert all(post.created_at < NOON for post in posts)
    assert {post.relation for post in latest} == {Relation.OURS}
    assert thread.posts[0].id == PostId(thread.id)
    assert (tmp_path / "p.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "p.db").stat().st_mode & 0o777 == 0o600


async def test_within_a_minute_a_comment_comes_and_a_topic_is_new(tmp_path: Path) -> None:
    """Nobody has to do anything for the first comment and the first topic."""
    clock = FakeClock()
    async with practising(tmp_path / "p.db", clock) as network:

        def is_new_comment(post: Post) -> bool:
            return post.relation is Relation.TO_US and post.created_at > NOON

        def is_topic(post: Post) -> bool:
            return bool(post.tags or post.links) and post.created_at > NOON

        comment = await heard(network, clock, is_new_comment, 60)
        topic = await heard(network, clock, is_topic, 60 - (clock.monotonic() - 1000))
    assert comment.created_at - NOON < timedelta(seconds=60)
    assert topic.created_at - NOON < timedelta(seconds=60)


async def test_a_reply_is_answered(tmp_path: Path) -> None:
    """Somebody we answer by hand speaks again within two minutes, under our words."""
    clock = FakeClock()
    async with practising(tmp_path / "p.db", clock) as network:
        comment = next(
            post for post in await everything(network) if post.relation is Relation.TO_US
        )
        ours = await network.send(message(network, "send-1", "Vinegar, and an hour.", comment))
        answer = await heard(network, clock, lambda post: post.parent == ours.id, 120)
        looked = await network.look(message(network, "send-1", "Vinegar, and an hour.", comment))
    assert answer.author == comment.author
    assert answer.relation is Relation.TO_US
    assert looked == ours
    assert timedelta(seconds=20) <= answer.created_at - ours.created_at


async def test_waiting_is_woken_by_somebody_else(tmp_path: Path) -> None:
    """The network's wait returns once the cast has spoken."""
    clock = FakeClock()
    async with practising(tmp_path / "p.db", clock) as network:
        await network.poll(None)
        waiting = asyncio.create_task(network.wait())
        for _ in range(400):
            await clock.advance(0.2)
            await asyncio.sleep(0)
            if waiting.done():
                break
        await until(waiting.done)
        await waiting


async def test_what_was_taken_back_is_not_answered(tmp_path: Path) -> None:
    """An answer that was on its way to words that are gone stays unsaid."""
    clock = FakeClock()
    async with practising(tmp_path / "p.db", clock) as network:
        comment = next(
            post for post in await everything(network) if post.relation is Relation.TO_US
        )
        ours = await network.send(message(network, "send-1", "Oh, never mind.", comment))
        await network.take_back(ours.id)
        late = NOON + timedelta(seconds=150)
        await heard(network, clock, lambda post: post.created_at >= late, 400)
        assert all(post.parent != ours.id for post in await everything(network))


async def test_a_crash_changes_nothing(tmp_path: Path) -> None:
    """Closed in the middle and opened again, the same lines come, each once."""
    whole, broken = FakeClock(), FakeClock()

    async def talk(network: Network, clock: FakeClock) -> Post:
        comment = next(
            post for post in await everything(network) if post.relation is Relation.TO_US
        )
        await clock.advance(5)
        return await network.send(message(network, "send-1", "It is a stubborn one.", comment))

    def told(posts: list[Post]) -> list[tuple[str, str, object]]:
        done = [post for post in posts if post.created_at <= NOON + timedelta(seconds=200)]
        return sorted((post.id, post.body, post.created_at) for post in done)

    def is_late(post: Post) -> bool:
        return post.created_at > NOON + timedelta(seconds=200)

    async with practising(tmp_path / "whole.db", whole) as network:
        await talk(network, whole)
        await heard(network, whole, is_late, 300)
        expected = told(await everything(network))
    async with practising(tmp_path / "broken.db", broken) as network:
        await talk(network, broken)
        await broken.advance(10)
    broken.reboot()
    async with practising(tmp_path / "broken.db", broken, seed=99) as network:
        await heard(network, broken, is_late, 300)
        assert told(await everything(network)) == expected
    assert any("practice.re." in key for key, _, _ in expected)


async def test_damage_beside_the_board_is_said(tmp_path: Path) -> None:
    """A run that cannot be read names its file and what to do."""
    (tmp_path / "p.json").write_text('{"seed": 1, "started_at": "2026-11-22T12:00:00"}')
    with pytest.raises(StoreError, match=r"p\.json") as caught:
        await open_practice(tmp_path / "p.db", seed=1, clock=FakeClock())
    assert "Delete" in caught.value.remedy


async def test_a_board_that_is_none_is_let_go(tmp_path: Path) -> None:
    """A file that is no board is refused, and nothing is left open."""
    (tmp_path / "p.db").write_bytes(b"not a database, but long enough to be looked at" * 40)
    with pytest.raises(StoreError):
        await open_practice(tmp_path / "p.db", seed=1, clock=FakeClock())


async def test_a_board_without_its_posts_is_let_go(tmp_path: Path) -> None:
    """A board on which the past cannot be put is refused, and nothing is left open."""
    async with practising(tmp_path / "p.db", FakeClock()):
        pass
    rename(tmp_path / "p.db", "post", "away")
    with pytest.raises(StoreError):
        await open_practice(tmp_path / "p.db", seed=1, clock=FakeClock())


@asynccontextmanager
async def directing(path: Path, clock: FakeClock) -> AsyncIterator[tuple[Director, Board]]:
    """Give a director alone with its board."""
    database = await open_database(path, COMMONS, durability=Durability.NORMAL)
    director = Director(database, clock, "@you", Memory(load_cast(), SEED))
    task = asyncio.create_task(director.run())
    try:
        yield director, Board(database, clock)
    finally:
        task.cancel()
        await asyncio.wait({task})
        await database.close()


def line(key: str, after_s: float, parent: str | None = None) -> Line:
    """Give something that somebody will say."""
    due_at = NOON + timedelta(seconds=after_s)
    by = Byline("@plot19", "Dilys", 4)
    return Line(PostId(key), by, f"I am {key}.", due_at, PostId(parent) if parent else None)


async def first(board: Board, count: int) -> tuple[Entry, ...]:
    """Give what is on the board once it is ``count`` posts or more."""
    for _ in range(1000):
        entries = (await board.since(0, 9)).entries
        if len(entries) >= count:
            return entries
        await asyncio.sleep(0.005)
    raise AssertionError("it was never said")


def rename(path: Path, old: str, new: str) -> None:
    """Take the board's table away, or bring it back, from another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"ALTER TABLE {old} RENAME TO {new}")


async def test_lines_are_dated_when_they_were_due(tmp_path: Path) -> None:
    """However late the director comes to it, a line carries its own moment, in order."""
    clock = FakeClock()
    async with directing(tmp_path / "b.db", clock) as (director, board):
        director.schedule([line("late", 9), line("early", 3), line("lost", 4, "no-such-parent")])
        clock.suspend(30)
        director.nudge()
        entries = await first(board, 2)
    assert [(entry.id, (entry.created_at - NOON).seconds) for entry in entries] == [
        ("early", 3),
        ("late", 9),
    ]


async def test_a_sleep_is_never_so_long_that_a_suspend_goes_unnoticed(tmp_path: Path) -> None:
    """After the machine slept, the next look comes within twenty seconds."""
    clock = FakeClock()
    async with directing(tmp_path / "b.db", clock) as (director, board):
        director.schedule([line("far", 3600)])
        await until(lambda: clock.sleepers == 1)
        clock.suspend(3600)
        await clock.advance(20)
        assert await first(board, 1)


async def test_trouble_with_the_board_is_tried_again(tmp_path: Path) -> None:
    """A board that cannot be used for a while costs the cast a second, not its lines."""
    clock = FakeClock()
    async with directing(tmp_path / "b.db", clock) as (director, board):
        await until(lambda: clock.sleepers == 1)
        rename(tmp_path / "b.db", "post", "away")
        director.schedule([line("soon", 0)])
        director.nudge()
        await until(lambda: clock.sleepers == 1 and not director._nudged.is_set())
        rename(tmp_path / "b.db", "away", "post")
        assert (await board.since(0, 9)).entries == ()
        await clock.advance(TRY_AGAIN_S)
        assert [entry.id for entry in await first(board, 1)] == ["soon"]


async def test_a_stage_is_set_once(tmp_path: Path) -> None:
    """What is on the board already is not said again, and ours in it is no cue."""
    clock = FakeClock()
    ours = Line(past_key("x"), Byline("@you", "Sam", 0), "Long ago.", NOON)
    async with directing(tmp_path / "b.db", clock) as (director, board):
        await director.set_stage(())
        await director.set_stage([ours, line("theirs", 0, ours.key)])
        await director.set_stage([ours, line("theirs", 0, ours.key)])
        director.nudge()
        await clock.advance(200)
        assert len((await board.since(0, 9)).entries) == 2
        with pytest.raises(Gone):
            await board.publish("k", Byline("@you", "Sam", 0), "Hm.", PostId("nowhere"))


async def test_closing_tells_of_a_mistake(tmp_path: Path) -> None:
    """A bug in the cast does not go under when the network is closed."""
    network = await open_practice(tmp_path / "p.db", seed=1, clock=FakeClock())
    assert isinstance(network, PracticeNetwork)
    network._director._memory = None  # type: ignore[assignment]
    await network.send(message(network, "send-1", "Hello there."))
    await until(network._work.done)
    with pytest.raises(AttributeError):
        await network.close()


class TestPractice(Conformance):
    """Practice is a network like any other."""

    @pytest.fixture
    async def stage(self, tmp_path: Path) -> AsyncIterator[Stage]:
        """Practise on a board with nothing on it yet; Dilys speaks when she is told to."""
        clock = SystemClock()
        database = await open_database(tmp_path / "b.db", COMMONS, durability=Durability.NORMAL)
        board = Board(database, clock)
        director = Director(database, clock, "@you", Memory(load_cast(), SEED))
        us = Byline("@you", "Sam", 0)
        capabilities = whole(NetworkName.PRACTICE, Reach.PRACTICE)
        network = PracticeNetwork(BoardNetwork(board, us, capabilities, clock), director)
        keys = itertools.count()

        async def they_say(body: str, above: PostId | None) -> PostId:
            by = Byline("@plot19", "Dilys", 4)
            return (await board.publish(f"dilys-{next(keys)}", by, body, above)).id

        yield Stage(network, they_say, itertools.count())
        await network.close()
