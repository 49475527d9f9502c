"""The animals that misbehave as servers: slow, silent, lying, sending elsewhere.

Law: bounded in bytes by themselves and in time by the zoo, which ends every visit.
"""

import asyncio
from datetime import timedelta
from email.utils import format_datetime
from typing import Final

from tests.zoo.stories import rss
from tests.zoo.tame import TYPES, feed_of
from tests.zoo.values import MEGABYTE, Animal, Answering, Visit, bad, either, good

_FOREVER_S: Final = 3600.0
_XML: Final = {"content-type": "application/rss+xml"}


def _feed(visit: Visit) -> bytes:
    return rss(feed_of(visit, "The Wild Post")).encode()


async def _drip(visit: Visit, text: bytes) -> None:
    """Send a byte every ``every`` seconds."""
    for at in range(len(text)):
        await visit.write(text[at : at + 1])
        await asyncio.sleep(visit.number("every", 1.0))


async def _slow_headers(visit: Visit) -> None:
    await _drip(visit, b"HTTP/1.1 200 OK\r\n" + b"x-slow: 1\r\n" * 1_000)


async def _slow_body(visit: Visit) -> None:
    body = _feed(visit)
    await visit.begin(200, {**_XML, "content-length": str(len(body))})
    await _drip(visit, body)


async def _hang(_visit: Visit) -> None:
    await asyncio.sleep(_FOREVER_S)


async def _hang_in_body(visit: Visit) -> None:
    body = _feed(visit)
    await visit.begin(200, {**_XML, "content-length": str(len(body))})
    await visit.write(body[: len(body) // 2])
    await asyncio.sleep(_FOREVER_S)


async def _reset(visit: Visit) -> None:
    visit.reset()


async def _reset_in_body(visit: Visit) -> None:
    body = _feed(visit)
    await visit.begin(200, {**_XML, "content-length": str(len(body))})
    await visit.write(body[: len(body) // 2])
    visit.reset()


async def _says_more(visit: Visit) -> None:
    body = _feed(visit)
    await visit.begin(200, {**_XML, "content-length": str(len(body) * 2)})
    await visit.write(body)


async def _says_less(visit: Visit) -> None:
    body = _feed(visit)
    await visit.begin(200, {**_XML, "content-length": str(len(body) // 2)})
    await visit.write(body)


async def _two_lengths(visit: Visit) -> None:
    await visit.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\n<rss/>.")


async def _many_headers(visit: Visit) -> None:
    await visit.write(b"HTTP/1.1 200 OK\r\n", *[b"x-more: 1\r\n" * 1_000] * 200, b"\r\n<rss/>")


async def _large_header(visit: Visit) -> None:
    await visit.write(
        b"HTTP/1.1 200 OK\r\nx-large: ",
        *[b"a" * 65_536] * (10 * MEGABYTE // 65_536 + 1),
        b"\r\n\r\n",
    )


def _raw(text: bytes) -> Answering:
    """Send bytes that are no answer, and close."""

    async def answer(visit: Visit) -> None:
        await visit.write(text)

    return answer


def _redirect(path: str, *, place: str = "home", status: int = 302) -> Answering:
    """Send the visitor to another animal, or to the address that ``path`` is."""

    async def answer(visit: Visit) -> None:
        target = path if ":" in path else visit.url(path, place)
        await visit.send(status, b"", {"location": target})

    return answer


async def _chain(visit: Visit) -> None:
    """Redirect ``n`` times, then serve a feed."""
    left = int(visit.rest or visit.count("n", 5))
    if left > 0:
        await visit.send(302, b"", {"location": f"/redirect-chain/{left - 1}"})
    else:
        await visit.send(200, _feed(visit), {"content-type": TYPES["rss"]})


def _status(status: int, **headers: str) -> Answering:
    """Answer with a status and a page for people."""

    async def answer(visit: Visit) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        page = f"<!doctype html><title>{status}</title><p>No feed here.".encode()
        await visit.send(status, page, {"content-type": "text/html", **named})

    return answer


async def _wait_until(visit: Visit) -> None:
    until = visit.now + timedelta(seconds=visit.number("wait_s", 900))
    await visit.send(429, b"", {"retry-after": format_datetime(until, usegmt=True)})


async def _echo(visit: Visit) -> None:
    """Serve a feed to whoever comes; what came is in the requests."""
    await visit.send(200, _feed(visit), {"content-type": TYPES["rss"]})


SLOW: Final = (
    bad("slow-headers", "headers at a byte a second", _slow_headers),
    bad("slow-body", "a body at a byte a second", _slow_body),
    bad("hang", "no answer at all", _hang),
    bad("hang-in-body", "half a body, then silence", _hang_in_body),
    bad("reset", "breaks before the answer", _reset),
    bad("reset-in-body", "breaks in the middle of the body", _reset_in_body),
)
LIARS: Final = (
    bad("says-more", "Content-Length is twice the body", _says_more),
    either("says-less", "Content-Length is half the body", _says_less),
    bad("two-lengths", "two Content-Lengths that differ", _two_lengths),
    bad("many-headers", "200,000 headers", _many_headers),
    bad("large-header", "one header of 10 MB", _large_header),
    bad("garbage", "a status line that is none", _raw(b"\x16\x03\x01\x00garbage\r\n\r\n")),
    bad("http-0.9", "a body without status or headers", _raw(b"<rss version='2.0'/>\n")),
    bad("status-only", "a status line and the end", _raw(b"HTTP/1.1 200 OK\r\n")),
)
GUIDES: Final = (
    good("echo", "a feed; what was asked is in the requests", _echo),
    good("redirect", "302 to the RSS feed", _redirect("rss")),
    bad("redirect-other", "302 to another host that is named", _redirect("echo", place="other")),
    bad("redirect-loop", "302 to itself", _redirect("redirect-loop")),
    bad("redirect-chain", "redirect-chain/{n}: n hops, then a feed", _chain),
    bad("redirect-inward", "302 to a private host", _redirect("echo", place="stranger")),
    bad("redirect-name", "302 to a private name", _redirect("http://localhost/", status=307)),
    bad(
        "redirect-number", "302 to an address written as a number", _redirect("http://2130706435/")
    ),
    bad("redirect-mapped", "302 to a mapped address", _redirect("http://[::ffff:127.0.0.3]/")),
    bad("redirect-file", "302 to a file", _redirect("file:///etc/hostname")),
    either("redirect-plain", "302 to http, asked over https or not", _redirect("echo")),
    bad("redirect-nowhere", "302 without a Location", _status(302)),
)
STATUSES: Final = (
    bad("missing", "404", _status(404)),
    bad("gone", "410", _status(410)),
    bad("signed-out", "401", _status(401, www_authenticate="Bearer")),
    bad("forbidden", "403", _status(403)),
    bad("wait", "429, 2 s", _status(429, retry_after="2")),
    bad("wait-long", "429, 900 s", _status(429, retry_after="900")),
    bad("wait-until", "429 with a date", _wait_until),
    bad("wait-untold", "429 without a time", _status(429)),
    bad("broken", "500", _status(500)),
    bad("busy", "503, 30 s", _status(503, retry_after="30")),
)
WILD: Final[tuple[Animal, ...]] = (*SLOW, *LIARS, *GUIDES, *STATUSES)
