"""Deadlines: by the clock that is handed in, and nothing goes on behind them."""

import asyncio

import pytest

from services.web.deadlines import Patience, TooLate, within
from tests.fakes import FakeClock, settle


async def test_in_time() -> None:
    """What comes in time comes as it is, result and error alike."""
    clock = FakeClock()

    async def fail() -> None:
        raise LookupError

    assert await within(clock, 5.0, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(LookupError):
        await within(clock, 5.0, fail())
    assert clock.sleepers == 0


async def test_too_late() -> None:
    """What does not come is ended before anybody hears of it."""
    clock, ended = FakeClock(), asyncio.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.create_task(within(clock, 5.0, forever()))
    await clock.advance(4.9)
    assert not task.done()
    await clock.advance(0.2)
    with pytest.raises(TooLate):
        await task
    assert ended.is_set()


async def test_cancelled_from_outside() -> None:
    """Whoever gives up waiting ends what was waited for."""
    clock = FakeClock()
    task = asyncio.create_task(within(clock, 5.0, clock.sleep(100.0)))
    await settle()
    assert clock.sleepers == 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.sleepers == 0


async def test_patience_runs_out_bit_by_bit() -> None:
    """What was spent on one thing is not there for the next."""
    clock = FakeClock()
    patience = Patience(clock, 10.0)
    first = asyncio.create_task(patience.sleep(7.0))
    await clock.advance(7.0)
    await first
    assert patience.left_s == pytest.approx(3.0)
    second = asyncio.create_task(patience.sleep(7.0))
    await clock.advance(3.0)
    with pytest.raises(TooLate):
        await second
    assert patience.left_s == 0.0
