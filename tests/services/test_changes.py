"""The feed of invalidations: coalescing, prompt, and deaf to what a follower does not show."""

import asyncio

from services.changes import ChangeFeed
from services.model.changes import Family

_LONG_S = 60.0


async def test_what_a_follower_does_not_hear_costs_it_nothing() -> None:
    """A change that is shown comes at once, though one that is not shown came just before."""
    feed = ChangeFeed()
    following = feed.follow(_LONG_S, without=frozenset({Family.PRESENCE}))
    told = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    feed.publish(Family.PRESENCE)
    await asyncio.sleep(0)
    feed.publish(Family.WAITING, Family.PRESENCE)
    async with asyncio.timeout(5):
        assert (await told).families == {Family.WAITING}
    await following.aclose()


async def test_what_follows_from_a_change_comes_at_once_too() -> None:
    """Two are told after quiet; the third waits for the pace."""
    feed = ChangeFeed()
    following = feed.follow(_LONG_S)
    async with asyncio.timeout(5):
        for family in (Family.THREADS, Family.TOPICS):
            feed.publish(family)
            assert (await anext(following)).families == {family}
    feed.publish(Family.THREADS)
    third = asyncio.ensure_future(anext(following))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not third.done()
    third.cancel()
    await asyncio.gather(third, return_exceptions=True)


async def test_changes_between_two_tellings_are_told_as_one() -> None:
    """A slow follower gets one set, and misses nothing."""
    feed = ChangeFeed()
    following = feed.follow(0.0)
    first = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    feed.publish(Family.WAITING)
    async with asyncio.timeout(5):
        assert (await first).families == {Family.WAITING}
        feed.publish(Family.TOPICS)
        feed.publish(Family.DRAFTS, Family.TOPICS)
        again = await anext(following)
    assert again.families == {Family.TOPICS, Family.DRAFTS}
    assert again.revision == feed.revision == 3
    await following.aclose()


async def test_a_follower_hears_from_the_call_on() -> None:
    """What changes between the call and the first waiting is told, so no reading misses it."""
    feed = ChangeFeed()
    following = feed.follow(0.0)
    feed.publish(Family.WAITING)
    async with asyncio.timeout(1.0):
        changes = await anext(following)
    assert changes.families == {Family.WAITING}
    await following.aclose()
