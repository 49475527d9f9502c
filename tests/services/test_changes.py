"""Invalidations reach every follower, soon, whole, and not too often."""

import asyncio

from services.changes import ChangeFeed
from services.model.changes import Changes, Family
from tests.fakes import settle, until


async def collect(feed: ChangeFeed, into: list[Changes], interval_s: float = 0.0) -> None:
    """Follow and keep what is told."""
    async for changes in feed.follow(interval_s):
        into.append(changes)  # noqa: PERF401 - seen while it goes on


async def stop(*tasks: asyncio.Task[None]) -> None:
    """End followers."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_first_change_after_quiet_is_told_at_once() -> None:
    """Without waiting for the interval, and with the revision."""
    feed, told = ChangeFeed(), list[Changes]()
    task = asyncio.create_task(collect(feed, told, interval_s=3600))
    await settle()
    feed.publish(Family.WAITING)
    await settle()
    assert told == [Changes(frozenset({Family.WAITING}), 1)]
    feed.publish(Family.TOPICS)
    await settle()
    assert len(told) == 1
    assert feed.revision == 2
    await stop(task)


async def test_what_happens_meanwhile_comes_in_one() -> None:
    """Many changes within an interval are told once, with all their families."""
    feed, told = ChangeFeed(), list[Changes]()
    task = asyncio.create_task(collect(feed, told, interval_s=0.02))
    await settle()
    for family in (Family.WAITING, Family.TOPICS, Family.OUTBOX, Family.TOPICS):
        feed.publish(family)
    feed.publish(Family.DRAFTS, Family.LEASE)
    await until(lambda: bool(told))
    feed.publish(Family.THREADS)
    feed.publish(Family.PRESENCE)
    await until(lambda: len(told) == 2)
    everything = {Family.WAITING, Family.TOPICS, Family.OUTBOX, Family.DRAFTS, Family.LEASE}
    assert told[0] == Changes(frozenset(everything), 5)
    assert told[1] == Changes(frozenset({Family.THREADS, Family.PRESENCE}), 7)
    await stop(task)


async def test_every_follower_hears_all_of_it() -> None:
    """One that is slow or gone takes nothing from another."""
    feed, one, two = ChangeFeed(), list[Changes](), list[Changes]()
    first = asyncio.create_task(collect(feed, one))
    second = asyncio.create_task(collect(feed, two))
    await settle()
    feed.publish(Family.WAITING)
    await settle()
    await stop(first)
    feed.publish(Family.TOPICS)
    await settle()
    assert len(one) == 1
    assert [changes.families for changes in two] == [{Family.WAITING}, {Family.TOPICS}]
    await stop(second)
    assert feed._pending == {}
    assert feed._wake == {}


async def test_what_was_before_is_not_told() -> None:
    """A follower hears from its beginning on; it reads everything first anyway."""
    feed, told = ChangeFeed(), list[Changes]()
    feed.publish(Family.WAITING)
    task = asyncio.create_task(collect(feed, told))
    await settle()
    assert told == []
    await stop(task)
