"""The stream of what happens to an account, over a websocket or as server-sent events.

Law: a stream says only that there is something to read; what is believed is what a poll reads.
Where it is silent or breaks it is opened anew, later and later, and each opening asks for a poll,
so that no gap stays.

Source: docs.joinmastodon.org/methods/streaming, 4.5, 2026-11: ``:thump`` every 15 s; an account's
token is needed since 4.2. snac2 2.75 names an address at which there is nothing, as seen on the
wire, 2026-11.
"""

import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from enum import Enum
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import msgspec

from services.clock import Clock
from services.errors import Forbidden, Garbled, Gone, NetworkError, RateLimited, Rejected, SignedOut
from services.secrets import Secret
from services.web.events import EventParser
from services.web.gate import Gate
from services.web.values import Limits, Request
from services.web.websocket import HungUp, open_websocket

SILENT_S: Final = 60.0
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 300.0
NOWHERE_PAUSE_S: Final = 1800.0
"""Before it is tried again where nothing streams at all."""
_STEADY_S: Final = 60.0
"""A stream that lived so long begins again with the shortest pause."""

OnEvent = Callable[[str, str], None]
"""Takes the kind of an event and its payload, both as a stranger sent them."""


class Streams(Protocol):
    """What of the door is used here."""

    @property
    def gate(self) -> Gate:
        """The rules of where one may go."""

    def stream(self, request: Request) -> AbstractAsyncContextManager[Any]:
        """Open a body that goes on."""


class Manner(Enum):
    """How a stream comes."""

    WEBSOCKET = "wss"
    EVENTS = "https"


class Place(msgspec.Struct, frozen=True):
    """Where a stream may be had, and how."""

    manner: Manner
    url: str


class _Message(msgspec.Struct, frozen=True):
    """One message of a websocket; a deletion's payload is no text everywhere."""

    event: str = ""
    payload: Any = None


def places(stated: str, server: str) -> tuple[Place, ...]:
    """Give where a stream may be: where the server says, and otherwise on the server itself.

    Our token goes along, so from a secure server nobody is led to a place that is not.
    """
    found: list[Place] = []
    for base in (stated, server):
        try:
            parts = urlsplit(base)
        except ValueError:
            continue
        is_plain = parts.scheme in {"http", "ws"}
        if not parts.netloc or (is_plain and server.startswith("https://")):
            continue
        socket, web = ("ws", "http") if is_plain else ("wss", "https")
        path = parts.path.rstrip("/").removesuffix("/api/v1/streaming")
        root = f"://{parts.netloc}{path}/api/v1/streaming"
        found += (
            Place(Manner.WEBSOCKET, f"{socket}{root}?stream=user"),
            Place(Manner.EVENTS, f"{web}{root}/user"),
        )
    return tuple(dict.fromkeys(found))


class Stream:
    """Follows one account's stream for as long as it is run."""

    def __init__(
        self,
        door: Streams,
        clock: Clock,
        authorization: Secret | None,
        budget: str,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Open through ``door``; ``chance`` gives numbers from 0 to 1 for its pauses."""
        self._door = door
        self._clock = clock
        self._authorization = authorization
        self._budget = budget
        self._chance = chance
        self.is_live = False
        """Whether it is open now."""

    async def follow(
        self, where: tuple[Place, ...], on_event: OnEvent, on_open: Callable[[], None]
    ) -> None:
        """Follow for ever, wherever it is to be had.

        Raises:
            SignedOut: nowhere are we known any more.
        """
        at, failed, pause_s = 0, 0, FIRST_PAUSE_S
        unknown: set[int] = set()
        while where:
            opened_s: float | None = None

            def opened() -> None:
                nonlocal opened_s
                opened_s = self._clock.monotonic()
                self.is_live = True
                on_open()

            error = await self._listen(where[at], on_event, opened)
            if opened_s is not None:
                failed = 0
                unknown.clear()
                if self._clock.monotonic() - opened_s >= _STEADY_S:
                    pause_s = FIRST_PAUSE_S
            else:
                if isinstance(error, SignedOut):
                    unknown.add(at)  # a stated address may be that of somebody else
                    if len(unknown) == len(where):
                        raise error
                at, failed = (at + 1) % len(where), failed + _is_final(error)
            pause_s, wait_s = self._pauses(error, pause_s, is_nowhere=failed >= len(where))
            if failed >= len(where):
                failed = 0
            await self._clock.sleep(wait_s)

    def _pauses(
        self, error: NetworkError, pause_s: float, *, is_nowhere: bool
    ) -> tuple[float, float]:
        """Give the pause to remember, and how long to wait now, which nobody else waits."""
        asked_s = (error.retry_after_s or 0.0) if isinstance(error, RateLimited) else 0.0
        if is_nowhere:
            return FIRST_PAUSE_S, max(asked_s, NOWHERE_PAUSE_S * (1 + self._chance()))
        if _is_final(error):
            return pause_s, asked_s  # elsewhere, at once
        longer_s = min(2 * pause_s, LONGEST_PAUSE_S)
        return longer_s, max(asked_s, pause_s * (0.5 + self._chance()))

    async def _listen(
        self, place: Place, on_event: OnEvent, opened: Callable[[], None]
    ) -> NetworkError:
        """Listen at one place until it ends; give why it did."""
        try:
            match place.manner:
                case Manner.WEBSOCKET:
                    await self._listen_socket(place.url, on_event, opened)
                case Manner.EVENTS:
                    await self._listen_events(place.url, on_event, opened)
        except NetworkError as error:
            return error
        finally:
            self.is_live = False
        return HungUp("The server ended the stream.", 1000)

    async def _listen_socket(self, url: str, on_event: OnEvent, opened: Callable[[], None]) -> None:
        request = self._request(url)
        async with open_websocket(request, gate=self._door.gate, clock=self._clock) as socket:
            opened()
            while True:
                came = await socket.receive()
                try:
                    message = msgspec.json.decode(came, type=_Message)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    continue
                on_event(message.event, str(message.payload or ""))

    async def _listen_events(self, url: str, on_event: OnEvent, opened: Callable[[], None]) -> None:
        parser = EventParser()
        async with self._door.stream(self._request(url)) as pieces:
            opened()
            async for piece in pieces:
                for event in parser.feed(piece):
                    on_event(event.event, event.data)

    def _request(self, url: str) -> Request:
        return Request(
            url,
            accept="text/event-stream",
            authorization=self._authorization,
            budget=self._budget,
            limits=Limits(deadline_s=SILENT_S),
        )


def _is_final(error: NetworkError) -> bool:
    """Whether there is nothing to be had there, rather than nothing for now."""
    return isinstance(error, Gone | Rejected | Forbidden | Garbled | SignedOut)
