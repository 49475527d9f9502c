"""The animals that go on speaking: server-sent events, well and badly told.

Law: they say what is asked for in the query and end, or hang until the zoo closes.
"""

import asyncio
from typing import Final

from tests.zoo.values import Animal, Visit, either

_EVENTS: Final = {"content-type": "text/event-stream", "transfer-encoding": "chunked"}


async def _say(visit: Visit, text: bytes) -> None:
    """Send one chunk."""
    await visit.write(b"%x\r\n%b\r\n" % (len(text), text))


async def _events(visit: Visit) -> None:
    """Send ``n`` events after the one that is known, comments between them, and end."""
    first = int(visit.seen.headers.get("last-event-id", 0)) + 1
    await visit.begin(200, _EVENTS)
    await _say(visit, b"\xef\xbb\xbfretry: 1500\n\n")
    for number in range(first, first + visit.count("n", 3)):
        await _say(visit, b":thump\n")
        await _say(visit, f"event: update\r\nid: {number}\r\ndata: story".encode())
        await _say(visit, f" {number}\r\n\r\n".encode())
    await visit.write(b"0\r\n\r\n")


async def _silent(visit: Visit) -> None:
    """Send one event, and nothing more."""
    await visit.begin(200, _EVENTS)
    await _say(visit, b"data: once\n\n")
    await asyncio.Event().wait()


async def _alive(visit: Visit) -> None:
    """Send ``n`` comments, one every ``every`` seconds, then an event."""
    await visit.begin(200, _EVENTS)
    for _ in range(visit.count("n", 5)):
        await _say(visit, b":thump\n")
        await asyncio.sleep(visit.number("every", 15.0))
    await _say(visit, b"data: late\n\n")
    await visit.write(b"0\r\n\r\n")


async def _too_large(visit: Visit) -> None:
    """Send one event of ``bytes``."""
    await visit.begin(200, _EVENTS)
    left = visit.count("bytes", 2_000_000)
    while left > 0:
        await _say(visit, b"data: " + b"a" * min(left, 60_000) + b"\n")
        left -= 60_000
    await _say(visit, b"\n")
    await visit.write(b"0\r\n\r\n")


STREAMS: Final[tuple[Animal, ...]] = (
    either("events", "a few events that can be resumed, then the end", _events),
    either("events-silent", "one event, then silence", _silent),
    either("events-alive", "comments for a while, then an event", _alive),
    either("events-large", "one event of 2 MB", _too_large),
)
