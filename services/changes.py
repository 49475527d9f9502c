"""Invalidations: what may have changed, told to whoever follows, never more often than they paint.

Law: a follower holds one set of families, so a slow one costs nothing and misses nothing. The
first two changes after quiet are told at once, since one often follows from the other: what was
said, and the topic that it makes. The pace is that of real time, whatever clock the
facts live by: it is about eyes.
"""

import asyncio
from collections.abc import AsyncGenerator

from services.model.changes import Changes, Family


class ChangeFeed:
    """Takes invalidations from anybody in this process and hands them to every follower."""

    def __init__(self) -> None:
        """Start with nothing changed."""
        self._revision = 0
        self._pending: dict[object, set[Family]] = {}
        self._wake: dict[object, asyncio.Event] = {}
        self._without: dict[object, frozenset[Family]] = {}

    @property
    def revision(self) -> int:
        """How many changes there have been."""
        return self._revision

    def publish(self, *families: Family) -> None:
        """Say that facts of these families may have changed."""
        self._revision += 1
        for follower, pending in self._pending.items():
            if heard := set(families) - self._without[follower]:
                pending.update(heard)
                self._wake[follower].set()

    def follow(
        self, interval_s: float, *, without: frozenset[Family] = frozenset()
    ) -> AsyncGenerator[Changes, None]:
        """Give changes as they come, two after quiet at once, then one per ``interval_s``.

        It hears from this call on: whoever calls it first and reads then misses nothing that
        changed during the reading. Families of ``without`` are not heard at all, so that what
        comes right after them need not wait for an interval that they began.
        """
        me = object()
        self._pending[me], self._wake[me], self._without[me] = set(), asyncio.Event(), without
        return self._tell(me, interval_s)

    async def _tell(self, me: object, interval_s: float) -> AsyncGenerator[Changes, None]:
        loop = asyncio.get_running_loop()
        pending, wake = self._pending[me], self._wake[me]
        due_s = float("-inf")
        try:
            while True:
                await wake.wait()
                if (rest_s := due_s - interval_s - loop.time()) > 0:
                    await asyncio.sleep(rest_s)
                wake.clear()
                families = frozenset(pending)
                pending.clear()
                due_s = max(due_s, loop.time()) + interval_s
                yield Changes(families, self._revision)
        finally:
            del self._pending[me], self._wake[me], self._without[me]
