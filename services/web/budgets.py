"""How much of a host is ours: a few requests at once, and none before its time.

Law: one budget per host for the whole program. Nothing here sleeps or reads a clock; moments
are handed in, in seconds of one clock.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

AT_ONCE_PER_HOST: Final = 4
AT_ONCE: Final = 24
WAIT_AT_MOST_S: Final = 86_400.0
"""A host that wants to be left alone for longer is asked again after a day."""

_HOLDS_LOOKED_THROUGH = 256


class Budgets:
    """What every host has left for us."""

    def __init__(self) -> None:
        """Start with all of it."""
        self._all = asyncio.Semaphore(AT_ONCE)
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()
        self._holds: dict[tuple[str, str], float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at ``host``; it is given back at the end."""
        places = self._hosts.setdefault(host, asyncio.Semaphore(AT_ONCE_PER_HOST))
        self._users[host] += 1
        try:
            # The host's place first: whoever waits for a slow host takes nothing from the others.
            async with places, self._all:
                yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._hosts[host]

    def hold(self, host: str, budget: str, wait_s: float, now_s: float) -> None:
        """Send nothing to ``host`` from this share before ``wait_s`` have passed."""
        if len(self._holds) > _HOLDS_LOOKED_THROUGH:
            self._holds = {key: until for key, until in self._holds.items() if until > now_s}
        until = now_s + min(max(wait_s, 0.0), WAIT_AT_MOST_S)
        self._holds[host, budget] = max(until, self._holds.get((host, budget), until))

    def wait_s(self, host: str, budget: str, now_s: float) -> float:
        """Give how many seconds nothing may be sent there; 0 where something may."""
        until = self._holds.get((host, budget), now_s)
        if until <= now_s:
            self._holds.pop((host, budget), None)
            return 0.0
        return until - now_s
