"""What the zoo is made of: animals, visits to them, and what was seen of the visitors.

Law: an animal only writes to the visitor who came; what it remembers is in the visit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import Final

MEGABYTE: Final = 1_000_000
MOST_BYTES: Final = 64 * MEGABYTE
"""What an animal that does not end by itself sends at most."""


class Verdict(Enum):
    """What a reader should make of what it got."""

    GOOD = "good"
    """Topics."""
    BAD = "bad"
    """One sentence, and no topics."""
    EITHER = "either"
    """Topics, a sentence or both, as the reader is lenient or strict; harm never."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that arrived."""

    host: str
    """The address and port it was sent to: where the connection ended, whatever it said."""
    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """By name in lower case; of several with one name the last."""
    at: float
    """Monotonic seconds."""


@dataclass(slots=True)
class Visit:
    """One request that is being answered."""

    seen: Seen
    rest: str
    """What follows the animal's name in the path."""
    query: Mapping[str, str]
    nth: int
    """How often this path has been asked for, this time included."""
    now: datetime
    """When the zoo opened: stories are as old as they say from here."""
    places: Mapping[str, str]
    """``host:port`` by name: ``home``, ``other``, ``stranger``."""
    writer: asyncio.StreamWriter
    is_kept: bool = False
    """Whether the connection can be used again."""

    def number(self, name: str, default: float) -> float:
        """Give a number of the query."""
        return float(self.query.get(name, default))

    def count(self, name: str, default: int) -> int:
        """Give a whole number of the query."""
        return int(self.query.get(name, default))

    def url(self, path: str, place: str = "home") -> str:
        """Give the address of another animal."""
        return f"http://{self.places[place]}/{path}"

    async def write(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send a status line and headers as they are."""
        await self.write(head(status, headers))

    async def send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a whole and honest answer; the connection can be used again."""
        length = {} if status == HTTPStatus.NOT_MODIFIED else {"content-length": str(len(body))}
        await self.write(head(status, {**headers, **length}), body if length else b"")
        self.is_kept = True

    def reset(self) -> None:
        """Break the connection without a word."""
        self.writer.transport.abort()


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Write a status line and headers."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


Answering = Callable[[Visit], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Animal:
    """One way to answer."""

    name: str
    """The first part of its path."""
    what: str
    """What it does, in one line."""
    verdict: Verdict
    answer: Answering

    def __repr__(self) -> str:
        return f"Animal({self.name})"


def good(name: str, what: str, answer: Answering) -> Animal:
    """Make an animal that a reader should get topics from."""
    return Animal(name, what, Verdict.GOOD, answer)


def bad(name: str, what: str, answer: Answering) -> Animal:
    """Make an animal that a reader should say one sentence about."""
    return Animal(name, what, Verdict.BAD, answer)


def either(name: str, what: str, answer: Answering) -> Animal:
    """Make an animal that a reader may take or leave."""
    return Animal(name, what, Verdict.EITHER, answer)
