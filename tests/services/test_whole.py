"""What must not be left half done is done to its end."""

import asyncio

import pytest

from services.whole import whole
from tests.fakes import settle


async def test_who_is_told_to_stop_stops_afterwards() -> None:
    """The work ends first, and whether it went well is told to nobody then."""
    go_on, done = asyncio.Event(), []

    async def work(*, fails: bool) -> None:
        await go_on.wait()
        done.append(fails)
        if fails:
            raise OSError("the disk is full")

    tasks = [asyncio.create_task(whole(work(fails=fails))) for fails in (False, True)]
    await settle()
    for task in tasks:
        task.cancel()
    await settle()
    assert not any(task.done() for task in tasks)
    go_on.set()
    await asyncio.wait(tasks)
    assert sorted(done) == [False, True]
    assert all(task.cancelled() for task in tasks)


async def test_a_fault_is_told_to_whoever_waits() -> None:
    """As if there were nothing between; work that is stopped itself is stopped."""

    async def fail() -> None:
        raise OSError("the disk is full")

    async def stop() -> None:
        raise asyncio.CancelledError

    with pytest.raises(OSError, match="full"):
        await whole(fail())
    with pytest.raises(asyncio.CancelledError):
        await whole(stop())
