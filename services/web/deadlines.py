"""An end to waiting, by the clock that is handed in.

Law: whoever waits is let go when the time is up, and nothing of what was waited for goes on
behind its back.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from services.clock import Clock

T = TypeVar("T")


class TooLate(Exception):
    """The time is up."""


class Patience:
    """So many seconds in all, spent bit by bit."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        """Have ``seconds`` of this clock left."""
        self._clock = clock
        self.left_s = seconds

    async def spend(self, work: Coroutine[Any, Any, T]) -> T:
        """Give what ``work`` gives, as long as it comes in what is left.

        Raises:
            TooLate: it did not, and was ended.
        """
        start = self._clock.monotonic()
        try:
            return await within(self._clock, self.left_s, work)
        finally:
            self.left_s = max(0.0, self.left_s - (self._clock.monotonic() - start))

    async def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass, of what is left.

        Raises:
            TooLate: there are not so many left.
        """
        await self.spend(self._clock.sleep(seconds))


async def within(clock: Clock, seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Give what ``work`` gives, as long as it comes within ``seconds`` of this clock.

    Raises:
        TooLate: it did not, and was ended.
    """
    task = asyncio.ensure_future(work)
    bell = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, bell}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise TooLate
    finally:
        task.cancel()
        bell.cancel()
        await asyncio.gather(task, bell, return_exceptions=True)
