"""The clock that the other tests trust."""

import asyncio
from datetime import timedelta

import pytest

from services.clock import Clock
from tests.fakes import NOON, FakeClock, settle, until


async def test_sleepers_wake_in_the_order_they_are_due() -> None:
    """Whoever is due first runs first, each at exactly its own moment."""
    clock = FakeClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        for name, seconds in (("late", 3.0), ("early", 1.0), ("later", 3.0)):
            group.create_task(sleeper(name, seconds))
        await settle()
        assert clock.sleepers == 3
        await clock.advance(0.999)
        assert woken == []
        await clock.advance(5)
    assert woken == [("early", 1001.0), ("late", 1003.0), ("later", 1003.0)]
    assert clock.now() == NOON + timedelta(seconds=5.999)


async def test_a_loop_that_sleeps_again_is_woken_again() -> None:
    """One advance lets a ticking task tick as often as time allows."""
    clock: Clock = FakeClock()
    assert isinstance(clock, FakeClock)
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            await clock.sleep(1)
            ticks.append(clock.boot().seconds)

    task = asyncio.create_task(tick())
    await clock.advance(3)
    task.cancel()
    await settle()
    assert ticks == [1001.0, 1002.0, 1003.0]
    assert clock.sleepers == 0
    await clock.advance(5)
    assert len(ticks) == 3


async def test_suspend_reboot_and_a_stepped_wall_clock_move_what_they_move() -> None:
    """Sleep is seen by boot and wall, a new boot by its name, a step by the wall alone."""
    clock = FakeClock()
    clock.suspend(60)
    assert (clock.monotonic(), clock.boot().seconds) == (1000.0, 1060.0)
    clock.step_wall(-90)
    assert clock.now() == NOON - timedelta(seconds=30)
    before = clock.boot()
    clock.reboot(off_s=10, up_s=2)
    assert clock.boot().since(before) is None
    assert clock.boot().seconds == 2
    assert clock.now() == NOON - timedelta(seconds=18)


async def test_waiting_for_what_never_happens_fails() -> None:
    """Neither kind of patience is endless."""
    clock = FakeClock()
    with pytest.raises(AssertionError, match="did not happen"):
        await until(lambda: False, timeout_s=0.01)
    with pytest.raises(AssertionError, match="within 3 s"):
        await clock.advance_until(lambda: False, within_s=3, patience_s=0)
    assert clock.monotonic() == 1003.0
    assert await clock.advance_until(lambda: clock.monotonic() >= 1005, within_s=9) == 2.0
