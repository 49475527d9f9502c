"""Stand-ins that every test shares: a clock that moves by hand, and patience without sleeping.

Law: a test never waits for real time to pass; it moves this clock, and where a thread of the
database has to finish first it asks ``until`` for the outcome.
"""

import asyncio
import contextlib
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.clock import BootTime

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""When a fake clock starts, unless told otherwise."""

_TURNS = 25
_POLL_S = 0.002


async def settle(turns: int = _TURNS) -> None:
    """Give every task that can run ``turns`` turns of the loop, without any real time passing.

    What waits for a thread (the database) may still be under way afterwards: use ``until``.
    """
    for _ in range(turns):
        await asyncio.sleep(0)


async def until(predicate: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Let the loop run until ``predicate`` holds.

    Raises:
        AssertionError: it did not within ``timeout_s`` real seconds.
    """
    deadline = time.monotonic() + timeout_s
    while not predicate():
        await settle()
        if predicate():
            return
        assert time.monotonic() < deadline, "what was waited for did not happen"
        await asyncio.sleep(_POLL_S)


class FakeClock:
    """A ``services.clock.Clock`` whose time passes only in ``advance``, ``suspend``, ``reboot``."""

    def __init__(
        self, now: datetime = NOON, *, boot: str = "boot-1", boot_seconds: float = 1000.0
    ) -> None:
        """Stand still at ``now``, ``boot_seconds`` after the start of the machine."""
        self.boot_id = boot
        """Empty where the system does not tell boots apart."""
        self._wall = now
        self._monotonic = boot_seconds
        self._boot_seconds = boot_seconds
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Give the wall clock."""
        return self._wall

    def monotonic(self) -> float:
        """Give seconds that never go back and stand still while the machine sleeps."""
        return self._monotonic

    def boot(self) -> BootTime:
        """Give the moment on the boot clock."""
        return BootTime(self.boot_id, self._boot_seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait until somebody has advanced this clock by ``seconds``."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._order), woken))
        await woken

    @property
    def sleepers(self) -> int:
        """How many tasks wait for this clock."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass: wakes sleepers in the order they are due, each at its moment.

        Whoever is woken runs before the next is; a sleep begun on the way counts.
        """
        await settle()
        target = self._monotonic + seconds
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue
            self._pass(due - self._monotonic)
            woken.set_result(None)
            await settle()
        self._pass(target - self._monotonic)
        await settle()

    async def advance_until(
        self,
        predicate: Callable[[], bool],
        *,
        within_s: float,
        step_s: float = 1.0,
        patience_s: float = 0.01,
    ) -> float:
        """Advance in steps until ``predicate`` holds, and give the seconds of this clock it took.

        Between steps it waits up to ``patience_s`` real seconds, so that threads keep pace.

        Raises:
            AssertionError: ``within_s`` seconds of this clock were not enough.
        """
        start = self._monotonic
        while True:
            with contextlib.suppress(AssertionError):
                await until(predicate, patience_s)
            passed = self._monotonic - start
            if predicate():
                return passed
            assert passed < within_s, f"it did not happen within {within_s} s of the clock"
            await self.advance(min(step_s, within_s - passed))

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep: boot and wall clock go on, sleepers and monotonic do not."""
        self._boot_seconds += seconds
        self._wall += timedelta(seconds=seconds)

    def reboot(self, boot: str = "boot-2", *, off_s: float = 30.0, up_s: float = 5.0) -> None:
        """Start the machine anew as ``boot``: off for ``off_s``, then up for ``up_s`` seconds."""
        self.boot_id = boot
        self._boot_seconds = up_s
        self._wall += timedelta(seconds=off_s + up_s)

    def step_wall(self, seconds: float) -> None:
        """Set the wall clock ``seconds`` forward or back; nothing else notices."""
        self._wall += timedelta(seconds=seconds)

    def _pass(self, seconds: float) -> None:
        self._monotonic += seconds
        self._boot_seconds += seconds
        self._wall += timedelta(seconds=seconds)
