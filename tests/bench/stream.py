"""A network of the benches: makes as many events a second as it is asked for, and on orders.

Law: every event comes as a service would send it, as text that nobody has cleaned, and goes
through the same cleaning and conversion as any.
"""

import asyncio
import json
import os
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from services.errors import Gone, Rejected
from services.model.ids import PersonId, PostId, ThreadId
from services.model.limits import Capabilities, Keying
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Relation, Thread
from services.networks.base import Arrivals, Cursor, Message
from services.text.clean import clean, clean_line
from services.text.marks import find_links, find_tags
from tests.bench.seed import US
from tests.hostile import PAYLOADS

TO_US_EVERY = 50
"""One of so many events is a comment to us; the others are said around us."""

_AT_ONCE = 250
_DUE_S = 0.05
_YIELD_EVERY = 5
_TAGS, _THREADS, _PEOPLE = 300, 5_000, 3_000
_SAYINGS = (
    "The <b>ferry</b> stands still since six and nobody at the pier says why \u2013 #{tag}",
    "did anybody else hear that? the whole valley went dark for a minute #{tag}",
    "Notes from tonight: https://paper.example/{tag}/{number} \u2014 part two is the better one",
    "\u6f22\u5b57 and caf\u00e9 and na\u00efve, all in one line, for whoever asked #{tag}",
)


class BenchNetwork:
    """Makes ``per_s`` events a second; says what ``orders`` tells it, by name of a payload."""

    def __init__(self, per_s: int, orders: Path | None, tally: Path | None) -> None:
        """Read orders from the named pipe ``orders``; leave at the end in ``tally`` what it did."""
        self._per_s = per_s
        self._tally = tally
        self._due = asyncio.Event()
        self._ordered: deque[str] = deque()
        self._begun_s: float | None = None
        self._handed = 0
        self._pipe = None if orders is None else os.open(orders, os.O_RDWR | os.O_NONBLOCK)
        if self._pipe is not None:
            asyncio.get_running_loop().add_reader(self._pipe, self._take_order, self._pipe)

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return US

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do."""
        return Capabilities(US.network, Keying.KEYLESS, Reach.PUBLIC, 500, can_take_back=True)

    async def poll(self, cursor: Cursor | None) -> Arrivals:  # noqa: ARG002 - as every network
        """Give what has come since, at most 250."""
        now_s = time.monotonic()
        self._begun_s = self._begun_s or now_s
        made = int(self._per_s * (now_s - self._begun_s))
        first, last = self._handed, min(made, self._handed + _AT_ONCE)
        self._handed = last
        posts = [self._ordered_post(self._ordered.popleft()) for _ in range(len(self._ordered))]
        self._due.clear()
        for number in range(first, last):
            posts.append(_convert(_event(number)))
            if number % _YIELD_EVERY == 0:
                # The loop is the screen's too.
                await asyncio.sleep(0)
        return Arrivals(tuple(posts), Cursor(str(last)), has_more=made > last)

    async def wait(self) -> None:
        """Return when something has come."""
        if self._per_s:
            await asyncio.sleep(_DUE_S)
        else:
            await self._due.wait()

    async def thread(self, thread: ThreadId) -> Thread:  # noqa: ARG002
        """Know no thread."""
        raise Gone("There is no such thread.", "")

    async def send(self, message: Message) -> Post:  # noqa: ARG002
        """Take nothing."""
        raise Rejected("Nothing is taken here.", "")

    async def look(self, message: Message) -> Post | None:  # noqa: ARG002
        """Find nothing."""
        return None

    async def latest(self, count: int) -> tuple[Post, ...]:  # noqa: ARG002
        """Have nothing of ours."""
        return ()

    async def take_back(self, post: PostId) -> None:
        """Have nothing to take back."""

    async def close(self) -> None:
        """Say how much was asked for and how much was handed on."""
        if self._pipe is not None:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)
        if self._tally is not None and self._begun_s is not None:
            passed_s = time.monotonic() - self._begun_s
            told = {"handed": self._handed, "seconds": passed_s}
            self._tally.write_text(json.dumps(told), "utf-8")

    def _take_order(self, pipe: int) -> None:
        self._ordered.extend(os.read(pipe, 4_096).decode().splitlines())
        self._due.set()

    def _ordered_post(self, order: str) -> Post:
        """Make the comment that an order names: who says it, and which payload."""
        who, name = order.split(" ", 1)
        body = next((one.text for one in PAYLOADS if one.name == name), name)
        return _convert(
            {
                "id": f"o-{who}",
                "thread": f"o-{who}",
                "by": who,
                "name": who,
                "body": body,
                "to": US.author.handle,
            }
        )


def _event(number: int) -> dict[str, str]:
    """Make an event as it comes over a wire; the same number makes the same."""
    person = number * 7 % _PEOPLE
    saying = _SAYINGS[number % len(_SAYINGS)]
    event = {
        "id": f"e{number}",
        "thread": f"s{number % _THREADS}",
        "by": f"w{person}",
        "name": f"Wren {person}",
        "body": saying.format(tag=f"topic{number * 13 % _TAGS}", number=number % _THREADS),
    }
    return event | {"to": US.author.handle} if number % TO_US_EVERY == 0 else event


def _convert(event: dict[str, str]) -> Post:
    """Clean and convert an event."""
    body = clean(event["body"])
    handle = clean_line(f"@{event['by']}@far.example")
    is_to_us = event.get("to") == US.author.handle
    return Post(
        id=PostId(event["id"]),
        account=US.id,
        network=US.network,
        thread=ThreadId(event["thread"]),
        parent=PostId(event["thread"]),
        answers=US.author.person if is_to_us else None,
        author=Author(PersonId(f"mastodon:{handle}"), handle, clean_line(event["name"])),
        body=body,
        created_at=datetime.now(UTC),
        relation=Relation.TO_US if is_to_us else Relation.AROUND,
        reach=Reach.PUBLIC,
        tags=find_tags(body),
        links=find_links(body),
    )
