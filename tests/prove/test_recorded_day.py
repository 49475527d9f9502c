"""A recorded day gives the same list, whatever happens to the stream, the worker or the clock."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from services.child import Child, start_child
from services.topics.engine import TopicEngine
from services.topics.replay import Row, item_of
from services.topics.values import HeadlineItem, Item, Rank, Ranking, StreamPost, Take
from tests.bench.topics_stream import BEGUN_S, HOUR_S, Plan, Stream

pytestmark = pytest.mark.prove

DAY = Plan(hours=16, posts_per_hour=1_000, events=10, headlines_per_hour=20, seed=7)
EVERY_S = 600.0
BREAK_S = (BEGUN_S + 13.2 * HOUR_S, BEGUN_S + 14.2 * HOUR_S)
RESTART_S, KILLED_S = BEGUN_S + 12 * HOUR_S, BEGUN_S + 14.5 * HOUR_S
_ANSWER_S = 30.0

Told = tuple[float, Item]
"""When it comes, and what."""


class Listener(Protocol):
    """An engine, wherever it lives."""

    async def take(self, items: Sequence[Item]) -> None:
        """Take in what came."""

    async def rank(self, at_s: float) -> Ranking:
        """Put topics in order."""


class Here:
    """The engine in this process."""

    def __init__(self) -> None:
        """Begin with a new one."""
        self.engine = TopicEngine()

    async def take(self, items: Sequence[Item]) -> None:
        """Take in what came."""
        self.engine.take(items)

    async def rank(self, at_s: float) -> Ranking:
        """Put topics in order."""
        return self.engine.rank(_moment(at_s))


class Worker:
    """The engine in its own process, over its pipes."""

    def __init__(self, child: Child) -> None:
        """Speak with a child."""
        self.child = child

    async def take(self, items: Sequence[Item]) -> None:
        """Hand over what came."""
        await self.child.put(msgspec.msgpack.encode(Take(tuple(items))))

    async def rank(self, at_s: float) -> Ranking:
        """Ask, and wait for the answer."""
        await self.child.put(msgspec.msgpack.encode(Rank(_moment(at_s))))
        async with asyncio.timeout(_ANSWER_S):
            return msgspec.msgpack.decode(await self.child.get(), type=Ranking)


@asynccontextmanager
async def a_worker(file: Path) -> AsyncIterator[Worker]:
    """Start the real program; at the end its input ends, and with it the program."""
    child = await start_child("services.topics.worker", str(file))
    try:
        yield Worker(child)
    finally:
        await child.close()


@pytest.fixture(scope="module")
def day() -> list[Told]:
    """Make up the day."""
    rows = [msgspec.convert(made.row(), Row) for made in Stream(DAY)]
    return [(row.ts, item_of(row)) for row in rows]


def _moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


async def tell(listener: Listener, told: Iterable[Told], since_s: float, until_s: float) -> None:
    """Tell what comes between two moments, and have it put in order every ten minutes."""
    waiting: list[Item] = []
    due_s = since_s + EVERY_S
    for at_s, item in told:
        if not since_s < at_s <= until_s:
            continue
        while at_s > due_s:
            await listener.take(waiting)
            waiting = []
            await listener.rank(due_s)
            due_s += EVERY_S
        waiting.append(item)
    await listener.take(waiting)
    await listener.rank(until_s)


def listed(ranking: Ranking) -> list[tuple[object, ...]]:
    """Give what a person sees of a list, in its order."""
    return [
        (
            topic.id,
            topic.title,
            topic.is_breaking,
            tuple(post.key for post in topic.stream_posts),
            topic.headline_ids,
            topic.sources,
            topic.first_at,
            topic.posts,
            topic.people,
        )
        for topic in ranking.topics
    ]


async def undisturbed(day: Sequence[Told]) -> list[tuple[object, ...]]:
    """Give the list at the end of the day when nothing is amiss; something breaks by then."""
    here = Here()
    await tell(here, day, BEGUN_S, DAY.end_s)
    ranking = await here.rank(DAY.end_s)
    breaking = [topic for topic in ranking.topics if topic.is_breaking]
    assert len(breaking) >= 2
    assert any(topic.stream_posts for topic in breaking)
    assert any(topic.headline_ids for topic in breaking)
    return listed(ranking)


async def test_a_break_in_the_stream_is_made_good(day: list[Told]) -> None:
    """For an hour nothing comes, and then all that was missed, late: the day ends the same."""
    begun_s, ended_s = BREAK_S
    here = Here()
    late = [
        (ended_s + 1.0 if begun_s < at_s <= ended_s else at_s, item)
        for at_s, item in day
    ]  # fmt: skip
    await tell(here, sorted(late, key=lambda told: told[0]), BEGUN_S, DAY.end_s)
    assert listed(await here.rank(DAY.end_s)) == await undisturbed(day)


async def test_a_restart_of_the_worker_is_not_noticed(day: list[Told], tmp_path: Path) -> None:
    """It ends and goes on; it is killed and told again what came since; the day ends the same."""
    file = tmp_path / "topics"
    async with a_worker(file) as worker:
        await tell(worker, day, BEGUN_S, RESTART_S)
    async with a_worker(file) as worker:
        await tell_again(worker, day, RESTART_S)
        await tell(worker, day, RESTART_S, KILLED_S)
        await worker.child.kill()
    async with a_worker(file) as worker:
        # Its file is as it was at the restart; streams are read again from a little before.
        await tell_again(worker, day, KILLED_S)
        await worker.take([
            item for at_s, item in day
            if RESTART_S - HOUR_S < at_s <= KILLED_S and isinstance(item, StreamPost)
        ])  # fmt: skip
        await tell(worker, day, KILLED_S, DAY.end_s)
        ranking = await worker.rank(DAY.end_s)
    assert listed(ranking) == await undisturbed(day)


async def tell_again(worker: Worker, day: Sequence[Told], until_s: float) -> None:
    """Tell what the cache holds still: the headlines."""
    kept = [item for at_s, item in day if at_s <= until_s and isinstance(item, HeadlineItem)]
    await worker.take(kept)


async def test_a_clock_that_is_stepped_leaves_no_trace(day: list[Told]) -> None:
    """Asked all day by a clock that goes an hour back and forth, it ends the day the same."""

    class Stepped(Here):
        async def rank(self, at_s: float) -> Ranking:
            for step_s in (-HOUR_S, HOUR_S):
                await super().rank(at_s + step_s)
            return await super().rank(at_s)

    here = Stepped()
    await tell(here, day, BEGUN_S, DAY.end_s)
    assert listed(await here.rank(DAY.end_s)) == await undisturbed(day)


async def test_state_taken_and_given_to_another_is_the_same_engine(day: list[Told]) -> None:
    """In the middle of the day another engine goes on, and nobody can tell them apart."""
    here = Here()
    await tell(here, day, BEGUN_S, RESTART_S)
    state = here.engine.state()
    other = Here()
    other.engine.restore(state)
    await other.take([item for at_s, item in day if at_s <= RESTART_S and is_headline(item)])
    assert listed(await other.rank(RESTART_S)) == listed(await here.rank(RESTART_S))
    await tell(other, day, RESTART_S, DAY.end_s)
    assert listed(await other.rank(DAY.end_s)) == await undisturbed(day)


def is_headline(item: Item) -> bool:
    """Tell whether the cache tells it again."""
    return isinstance(item, HeadlineItem)
