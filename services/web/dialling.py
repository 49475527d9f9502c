"""Connecting: a name is looked up once, all it gives is checked, and that is what is dialled.

Law: a name that gives other addresses a moment later changes nothing.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final, Generic, TypeVar

from services.clock import Clock
from services.errors import Unreachable
from services.text.clean import clean_line
from services.web.addresses import in_turns
from services.web.deadlines import TooLate, within
from services.web.gate import Gate

ADDRESSES_AT_MOST: Final = 4
DIAL_S: Final = 2.5
"""For one of several addresses; the last one has all the time that is left."""

T = TypeVar("T")


class Dialler(Generic[T]):
    """Connects to hosts; ``T`` is a connection."""

    def __init__(
        self, clock: Clock, gate: Gate, connect: Callable[[str, int], Coroutine[Any, Any, T]]
    ) -> None:
        """Dial what the gate lets through; ``connect`` raises ``OSError`` where nobody is."""
        self._clock = clock
        self._gate = gate
        self._connect = connect

    async def dial(self, host: str, port: int) -> T:
        """Connect to one of the addresses of a host, in order.

        Raises:
            Unreachable: nobody is at any of them, or they may not be dialled (``Forbidden``).
        """
        found = in_turns(await self._gate.addresses(host, port))[:ADDRESSES_AT_MOST]
        for nth, address in enumerate(found, start=1):
            connecting = self._connect(str(address), port)
            try:
                if nth == len(found):
                    return await connecting
                return await within(self._clock, DIAL_S, connecting)
            except (OSError, TooLate):
                continue
        raise Unreachable(f"{clean_line(host)} cannot be connected to.")
