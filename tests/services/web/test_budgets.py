"""Budgets: a few at once at each host, and none before its time."""

import asyncio
from contextlib import AsyncExitStack

from services.web.budgets import AT_ONCE, AT_ONCE_PER_HOST, WAIT_AT_MOST_S, Budgets
from tests.fakes import settle


async def test_a_few_at_once_at_one_host() -> None:
    """No host has more than its share at once, and each that ends lets the next one go."""
    budgets, gate, inside = Budgets(), asyncio.Semaphore(0), 0

    async def one() -> None:
        nonlocal inside
        async with budgets.turn("a"):
            inside += 1
            await gate.acquire()
            inside -= 1

    tasks = [asyncio.create_task(one()) for _ in range(10)]
    await settle()
    assert inside == AT_ONCE_PER_HOST
    gate.release()
    await settle()
    assert inside == AT_ONCE_PER_HOST
    assert not all(task.done() for task in tasks)
    for _ in range(9):
        gate.release()
    await asyncio.gather(*tasks)


async def test_all_hosts_together() -> None:
    """All hosts together have a limit, and whoever waits and is cancelled takes nothing along."""
    budgets = Budgets()
    async with AsyncExitStack() as stack:
        for n in range(AT_ONCE):
            await stack.enter_async_context(budgets.turn(f"host{n}"))
        more = asyncio.create_task(stack.enter_async_context(budgets.turn("more")))
        await settle()
        assert not more.done()
        more.cancel()
        await settle()
    async with budgets.turn("more"):
        pass
    assert not budgets._hosts
    assert not budgets._users


def test_holds() -> None:
    """A host is left alone by the one share until its time; a shorter wish does not shorten it."""
    budgets = Budgets()
    budgets.hold("a", "me", 10.0, 100.0)
    budgets.hold("a", "me", 5.0, 100.0)
    assert budgets.wait_s("a", "me", 104.0) == 6.0
    assert budgets.wait_s("a", "you", 104.0) == 0.0
    assert budgets.wait_s("b", "me", 104.0) == 0.0
    assert budgets.wait_s("a", "me", 110.0) == 0.0


def test_a_hold_ends_some_day() -> None:
    """A host that wants to be left alone for years is asked again after a day."""
    budgets = Budgets()
    budgets.hold("a", "", 1e12, 0.0)
    assert budgets.wait_s("a", "", 0.0) == WAIT_AT_MOST_S


def test_old_holds_are_forgotten() -> None:
    """Holds that are over do not pile up."""
    budgets = Budgets()
    for n in range(1_000):
        budgets.hold(f"host{n}", "", 1.0, float(n * 2))
    assert len(budgets._holds) < 300
