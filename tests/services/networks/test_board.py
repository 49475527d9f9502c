"""A board as a network: the promises of all, and its own."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from services.clock import SystemClock
from services.errors import Rejected, Unclear, Unreachable, Untrusted
from services.model.ids import NetworkName, PostId, SendId, ThreadId
from services.model.people import Presence
from services.model.posts import Reach, Relation
from services.model.sending import Target, TargetKind
from services.networks.base import Cursor, Message, Neighbourhood, Network
from services.networks.board import BoardNetwork, whole
from services.store.commons import Board, Byline
from services.store.database import COMMONS, Durability, open_database
from tests.fakes import NOON, FakeClock
from tests.services.networks.conformance import Conformance, Stage, drain

SAM = Byline("@sam", "Sam", 1000)
KIM = Byline("@kim", "Kim", 1001)


async def _open_board(path: Path) -> Board:
    database = await open_database(path, COMMONS, durability=Durability.NORMAL)
    return Board(database, SystemClock())


def _network(board: Board, byline: Byline, verify: Callable[[], None] = lambda: None) -> Network:
    capabilities = whole(NetworkName.COMMONS, Reach.BOX)
    return BoardNetwork(board, byline, capabilities, SystemClock(), verify)


@pytest.fixture
async def theirs(tmp_path: Path) -> AsyncIterator[Board]:
    """A board on which others speak, through connections of their own."""
    board = await _open_board(tmp_path / "board.db")
    yield board
    await board.database.close()


@pytest.fixture
async def ours(theirs: Board) -> AsyncIterator[Board]:
    """The same board through our connections."""
    board = await _open_board(theirs.database.path)
    yield board
    await board.database.close()


@pytest.fixture
def stage(ours: Board, theirs: Board) -> Stage:
    """Sam on a board where Kim speaks."""
    keys = itertools.count()

    async def they_say(body: str, above: PostId | None) -> PostId:
        return (await theirs.publish(f"kim-{next(keys)}", KIM, body, above)).id

    return Stage(_network(ours, SAM), they_say, itertools.count())


class TestBoard(Conformance):
    """A board is a network like any other."""


async def test_a_mention_is_to_us(stage: Stage) -> None:
    """Whoever names us speaks to us, whatever the case; a longer name is somebody else."""
    named = await stage.they_say("ask @Sam about it", None)
    longer = await stage.they_say("ask @samantha about it", None)
    posts, _ = await drain(stage.us)
    relations = {post.id: post.relation for post in posts}
    assert relations == {named: Relation.TO_US, longer: Relation.AROUND}


async def test_a_name_with_capitals_is_spoken_to_without(ours: Board, theirs: Board) -> None:
    """Whoever goes by @Sam is meant by @sam too."""
    await theirs.publish("key", KIM, "is @sam in?")
    posts, _ = await drain(_network(ours, Byline("@Sam", "Sam", 1000)))
    assert [post.relation for post in posts] == [Relation.TO_US]


async def test_tags_and_links_are_found(stage: Stage) -> None:
    """Hashtags and links in a post come along with it."""
    await stage.they_say("the #Heating again, see https://example.org/boiler", None)
    posts, _ = await drain(stage.us)
    assert posts[0].tags == ("heating",)
    assert posts[0].links == ("https://example.org/boiler",)
    assert posts[0].reach is Reach.BOX


async def test_a_topic_target_begins_a_thread_of_its_own(stage: Stage) -> None:
    """What is said to a topic answers nobody."""
    us = stage.us
    target = Target(
        TargetKind.TOPIC, us.account.id, NetworkName.COMMONS, Reach.BOX, us.account.author.handle
    )
    post = await us.send(Message(SendId("topic-1"), target, "about the #heating", NOON))
    assert (post.thread, post.parent) == (ThreadId(post.id), None)


async def test_an_answer_to_a_vanished_post_is_rejected(stage: Stage, theirs: Board) -> None:
    """A reply to what was taken back is refused in words, so that its text comes back."""
    root = await stage.they_say("oh never mind", None)
    posts, _ = await drain(stage.us)
    await theirs.take_back(root, KIM)
    with pytest.raises(Rejected, match="not there any more"):
        await stage.us.send(stage.message("but why", posts[0]))


@pytest.mark.parametrize("body", ["", " \n ", "x" * 20_001])
async def test_no_words_and_too_many_are_rejected(stage: Stage, body: str) -> None:
    """A body that nobody could read is refused before it is stored."""
    with pytest.raises(Rejected, match="between 1 and 20,000"):
        await stage.us.send(stage.message(body))


async def test_half_a_character_does_not_stop_a_send(stage: Stage) -> None:
    """A lone surrogate, which no encoding holds, goes out as a question mark."""
    post = await stage.us.send(stage.message("half \ud83d of it"))
    assert post.body == "half ? of it"


async def test_somebody_elses_key_is_not_ours(stage: Stage, theirs: Board) -> None:
    """A key that another author has used neither publishes nor is found as ours."""
    message = stage.message("mine")
    await theirs.publish(message.key, KIM, "theirs")
    assert await stage.us.look(message) is None
    with pytest.raises(Rejected):
        await stage.us.send(message)


async def test_only_our_own_can_be_taken_back(stage: Stage) -> None:
    """Taking back somebody else's post is refused, and the post stays."""
    post = await stage.they_say("stays", None)
    with pytest.raises(Rejected, match="not yours"):
        await stage.us.take_back(post)
    posts, _ = await drain(stage.us)
    assert [one.body for one in posts] == ["stays"]


async def test_what_was_taken_back_is_not_said_again(stage: Stage) -> None:
    """A late repetition of a send does not bring back what its author has taken back."""
    message = stage.message("hm")
    await stage.us.take_back((await stage.us.send(message)).id)
    with pytest.raises(Rejected, match="taken this back"):
        await stage.us.send(message)


@pytest.mark.parametrize("cursor", ["", "12x", "٣", "9" * 40, "999999", "-4"])
async def test_a_strange_cursor_starts_anew(stage: Stage, cursor: str) -> None:
    """A cursor that is not of this board costs a reading from the beginning, not the talk."""
    said = await stage.they_say("hello", None)
    posts, _ = await drain(stage.us, Cursor(cursor))
    assert [post.id for post in posts] == [said]


async def test_a_busy_board_before_the_insert_is_unreachable(stage: Stage, theirs: Board) -> None:
    """When somebody holds the file for too long, certainly nothing was published."""
    assert isinstance(stage.us, BoardNetwork)
    await stage.us._board.database._writer.execute("PRAGMA busy_timeout = 1")
    async with theirs.database.write():
        with pytest.raises(Unreachable):
            await stage.us.send(stage.message("too soon"))
    posts, _ = await drain(stage.us)
    assert posts == []


async def test_a_failed_commit_is_unclear(stage: Stage) -> None:
    """When the commit itself fails, nobody can say whether the post is there."""
    assert isinstance(stage.us, BoardNetwork)
    writer = stage.us._board.database._writer
    # A deferred constraint is the one thing that makes SQLite refuse at the commit.
    await writer.executescript(
        "CREATE TEMP TABLE above (id INTEGER PRIMARY KEY);"
        "CREATE TEMP TABLE below (id REFERENCES above DEFERRABLE INITIALLY DEFERRED);"
        "CREATE TEMP TRIGGER break AFTER INSERT ON main.post"
        " BEGIN INSERT INTO below VALUES (1); END;"
    )
    with pytest.raises(Unclear):
        await stage.us.send(stage.message("at the last moment"))


async def test_a_full_disk_rejects_in_words(stage: Stage) -> None:
    """Without room the text comes back with the reason."""
    assert isinstance(stage.us, BoardNetwork)
    await stage.us._board.database._writer.execute("PRAGMA max_page_count = 1")
    for _ in range(5):
        with pytest.raises(Rejected, match="disk is full"):
            await stage.us.send(stage.message("x" * 20_000))


async def test_a_board_that_fails_its_check_is_not_used(ours: Board) -> None:
    """What the check before a poll or a send refuses is unreachable."""

    def refuse() -> None:
        raise Untrusted("The file has been replaced.", "Start again.")

    network = _network(ours, SAM, refuse)
    stage = Stage(network, lambda _body, _above: asyncio.Future(), itertools.count())
    with pytest.raises(Unreachable, match="replaced"):
        await network.poll(None)
    with pytest.raises(Unreachable, match="replaced"):
        await network.send(stage.message("hello"))


async def test_a_board_that_lost_its_table_is_unreachable(stage: Stage, theirs: Board) -> None:
    """When somebody has broken the file, every reading says so in a network's words."""
    async with theirs.database.write() as tx:
        await tx.run("DROP TABLE post")
    us, message = stage.us, stage.message("hello")
    readings: list[Callable[[], Awaitable[object]]] = [
        lambda: us.poll(None),
        lambda: us.latest(1),
        lambda: us.thread(ThreadId("any")),
        lambda: us.look(message),
        lambda: us.take_back(PostId("any")),
        lambda: us.send(message),
    ]
    for reading in readings:
        with pytest.raises(Unreachable, match="could not be used"):
            await reading()


async def test_neighbours_are_the_others_of_the_last_two_minutes(theirs: Board) -> None:
    """One sees who announced themselves lately, not oneself, nobody who left or hides."""
    clock = FakeClock()
    board = Board(theirs.database, clock)

    def at(byline: Byline) -> Neighbourhood:
        capabilities = whole(NetworkName.COMMONS, Reach.BOX)
        return BoardNetwork(board, byline, capabilities, clock)

    sam, kim, lee = at(SAM), at(KIM), at(Byline("@lee", "", 1002))
    await sam.announce(Presence.HERE, None)
    await kim.announce(Presence.LIVE, 12)
    await lee.announce(Presence.AWAY, None)
    seen = await sam.neighbours()
    assert [(one.author.name, one.presence, one.minutes_left) for one in seen] == [
        ("Kim", Presence.LIVE, 12),
        ("@lee", Presence.AWAY, None),
    ]
    await lee.announce(None, None)
    assert [one.author.handle for one in await sam.neighbours()] == ["@kim"]
    clock.step_wall(timedelta(minutes=2, seconds=1).total_seconds())
    assert await sam.neighbours() == ()


async def test_a_wait_ends_after_a_minute_without_news(theirs: Board) -> None:
    """Even when nothing seems new, a poll is due once a minute."""
    clock = FakeClock()
    network = BoardNetwork(theirs, SAM, whole(NetworkName.COMMONS, Reach.BOX), clock)
    await network.poll(None)
    waiting = asyncio.create_task(network.wait())
    took = await clock.advance_until(waiting.done, within_s=62, step_s=2)
    assert took > 50
