"""Server-sent events: pieces of bytes in, events out.

Law: ``EventParser`` is pure, and what it gives does not depend on where the pieces were cut. It
holds one event at a time and no more than ``EVENT_BYTES`` of it.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from typing import Final

import msgspec

from services.errors import TooLarge
from services.http import Door
from services.web.values import Request

EVENT_BYTES: Final = 1_000_000
SILENT_S: Final = 60.0
"""Servers say something every 15 to 30 s, if only a comment."""

_END_OF_LINE: Final = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LONGEST_RETRY_S: Final = 24 * 3600.0
_RETRY_DIGITS: Final = 12
_ID_CHARS: Final = 1_000
_LINE_BYTES: Final = 64
"""What it costs to hold a line, beside what is in it."""


class ServerEvent(msgspec.Struct, frozen=True):
    """One event, as a stranger sent it."""

    event: str
    """What kind it is; ``message`` where the server does not say."""
    data: str
    id: str
    """The last one that was said, in this event or before it; empty where there was none."""


class EventParser:
    """Reads one stream, and remembers what the next one has to be told.

    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6, 2026-11.
    """

    def __init__(self) -> None:
        """Have read nothing."""
        self.last_id = ""
        """Where to go on from after a break, as ``Last-Event-ID``."""
        self.retry_s: float | None = None
        """How long the server wants us to wait before we come again."""
        self.heartbeats = 0
        """How many comments came: Mastodon's ``:thump`` says that the stream lives."""
        self._line = bytearray()
        self._is_first = True
        self._ends_with_return = False
        self._event = ""
        self._id = ""
        self._data: list[bytes] = []
        self._data_bytes = 0

    def restart(self) -> None:
        """Be ready for a new stream: half an event is forgotten, as the standard has it."""
        self._line.clear()
        self._is_first = True
        self._ends_with_return = False
        self._forget()

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        """Read on, and give each event as it ends.

        Raises:
            TooLarge: the event that begins here has more than ``EVENT_BYTES``.
        """
        if self._ends_with_return and piece:
            self._ends_with_return = False
            piece = piece.removeprefix(b"\n")
        start = 0
        for end in _END_OF_LINE.finditer(piece):
            self._take(piece[start : end.start()])
            start = end.end()
            line = bytes(self._line)
            self._line.clear()
            # Known before the event is given away: nobody has to come back for the rest of it.
            self._ends_with_return = start == len(piece) and end.group() == b"\r"
            if (event := self._end_line(line)) is not None:
                yield event
        self._take(piece[start:])

    def _take(self, part: bytes) -> None:
        if self._data_bytes + len(self._line) + len(part) > EVENT_BYTES:
            raise TooLarge("The server sends an event that is larger than may be.")
        self._line += part

    def _end_line(self, line: bytes) -> ServerEvent | None:
        """Make sense of one whole line; an empty one ends the event."""
        if self._is_first:
            self._is_first = False
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not line:
            return self._end_event()
        name, _, value = line.partition(b":")
        self._set(name, value.removeprefix(b" "))
        return None

    def _set(self, name: bytes, value: bytes) -> None:
        match name:
            case b"":
                self.heartbeats += 1
            case b"event":
                self._event = value.decode(errors="replace")
            case b"data":
                self._data.append(value)
                self._data_bytes += len(value) + _LINE_BYTES
            case b"id" if b"\0" not in value:
                self._id = value.decode(errors="replace")
            case b"retry" if value.isdigit():
                self.retry_s = min(int(value[:_RETRY_DIGITS]) / 1000, _LONGEST_RETRY_S)
            case _:
                pass  # the standard: any other field is ignored

    def _end_event(self) -> ServerEvent | None:
        self.last_id = self._id
        event = None
        if self._data:
            data = b"\n".join(self._data).decode(errors="replace")
            event = ServerEvent(self._event or "message", data, self.last_id)
        self._forget()
        return event

    def _forget(self) -> None:
        self._event = ""
        self._id = self.last_id
        self._data.clear()
        self._data_bytes = 0


async def follow_events(
    door: Door,
    request: Request,
    *,
    parser: EventParser | None = None,
    silent_s: float = SILENT_S,
) -> AsyncGenerator[ServerEvent, None]:
    """Ask for a stream and give its events until the server ends it.

    Whoever comes back after a break hands in the same ``parser``: the server is told where to go
    on from, and ``parser.retry_s`` says when to come. Close it with ``contextlib.aclosing``.

    Raises:
        Unreachable, RateLimited: nothing was asked.
        Unclear: nothing came for ``silent_s``, not even a comment; or the line broke.
        TooLarge: an event has more than ``EVENT_BYTES``.
        NetworkError: the server refused, as ``services.http.expect_ok`` says.
    """
    reading = parser or EventParser()
    reading.restart()
    async with door.stream(_resumed(request, reading.last_id, silent_s)) as pieces:
        async for piece in pieces:
            for event in reading.feed(piece):
                yield event


def _resumed(request: Request, last_id: str, silent_s: float) -> Request:
    """Ask for events, from after the last one on.

    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.4, 2026-11.
    """
    headers = (*request.headers, ("cache-control", "no-store"))
    # An identifier is a stranger's text: one that is no plain header is not sent back.
    if last_id and last_id.isascii() and last_id.isprintable() and len(last_id) <= _ID_CHARS:
        headers = (*headers, ("last-event-id", last_id))
    limits = msgspec.structs.replace(request.limits, deadline_s=silent_s)
    return msgspec.structs.replace(
        request, accept="text/event-stream", headers=headers, limits=limits
    )
