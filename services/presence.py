"""Being seen: says on the commons that we are here, live, or away from the keys.

Law: whoever hides is never written down; whoever leaves is gone at once, and whoever is cut off
within two minutes.
"""

import asyncio
import contextlib
import math
from collections.abc import Callable

from services.clock import Clock
from services.errors import ChinwagError
from services.model.people import Presence
from services.model.session import SessionClock
from services.networks.base import Neighbourhood

AWAY_AFTER_S = 120.0
"""Without a key for so long, somebody is away."""

_AGAIN_S = 20.0


class PresenceKeeper:
    """Keeps our presence on one neighbourhood true."""

    def __init__(
        self,
        neighbourhood: Neighbourhood,
        clock: Clock,
        session: Callable[[], SessionClock | None],
        is_hidden: bool,
    ) -> None:
        """Speak for us there; ``session`` gives the clock of a session that is on."""
        self._neighbourhood = neighbourhood
        self._clock = clock
        self._session = session
        self._is_hidden = is_hidden
        self._key_at = clock.monotonic()
        self._task: asyncio.Task[None] | None = None

    def note_key(self) -> None:
        """Note that somebody is at the keys."""
        self._key_at = self._clock.monotonic()

    def start(self) -> None:
        """Begin to be seen."""
        self._task = asyncio.create_task(self._keep(), name="presence")

    async def hide(self, *, is_hidden: bool) -> None:
        """Stop or begin to be seen."""
        self._is_hidden = is_hidden
        await self._announce()

    async def close(self) -> None:
        """Be gone."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(ChinwagError):
            await self._neighbourhood.announce(None, None)

    async def _keep(self) -> None:
        while True:
            await self._announce()
            await self._clock.sleep(_AGAIN_S)

    async def _announce(self) -> None:
        # Not being seen for a moment hurts nobody; the network's own trouble is told elsewhere.
        with contextlib.suppress(ChinwagError):
            if self._is_hidden:
                await self._neighbourhood.announce(None, None)
                return
            session = self._session()
            if self._clock.monotonic() - self._key_at > AWAY_AFTER_S:
                await self._neighbourhood.announce(Presence.AWAY, None)
            elif session is None:
                await self._neighbourhood.announce(Presence.HERE, None)
            else:
                minutes = math.ceil(session.seconds_left / 60)
                await self._neighbourhood.announce(Presence.LIVE, minutes)
