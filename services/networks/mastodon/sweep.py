"""Reading a list from its newest entry down to what is known already.

Law: nothing between two readings is missed, whatever the server makes of its paging parameters,
and no pass goes on for ever.

``min_id`` is not used: snac2 2.75 gives the newest after it, not the next ones, as seen on the
wire, 2026-11. ``since_id`` holds its own id there and not on Mastodon
(docs.joinmastodon.org/api/guidelines#pagination, 2026-11); both are served.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

from services.networks.mastodon.client import Query
from services.networks.mastodon.convert import moment_of, order
from services.networks.mastodon.mark import Sweep
from services.networks.mastodon.wire import Id, Moment

SHORT: Final = 15
"""A page of no more is the last one: no server is known to give fewer when there are more."""


class Entry(Protocol):
    """What such a list holds."""

    @property
    def id(self) -> Id:
        """What the server calls it."""

    @property
    def created_at(self) -> Moment | None:
        """When it came to be."""


E = TypeVar("E", bound=Entry)
Fetch = Callable[[Query], Awaitable[Sequence[E]]]


async def sweep_down(
    sweep: Sweep, fetch: Fetch[E], back_to: datetime, pages: int
) -> tuple[list[E], Sweep]:
    """Read at most ``pages`` pages on; give what is new, and where to go on.

    Raises:
        NetworkError: it could not be read.
    """
    found: list[E] = []
    top, down = sweep.top, sweep.down
    for _ in range(pages):
        page = [one for one in await fetch(_query(sweep.floor, down)) if str(one.id) != down]
        fresh = [one for one in page if _is_fresh(one, sweep.floor, down, back_to)]
        found += fresh
        top = max((top, *(str(one.id) for one in page)), key=order) if not down else top
        # An entry that is not fresh lies below the floor, or shows that nobody heeds ``down``.
        if len(page) <= SHORT or len(fresh) < len(page):
            return found, Sweep(floor=max(top, sweep.floor, key=order))
        down = min((str(one.id) for one in fresh), key=order)
    return found, Sweep(sweep.floor, top, down)


def _query(floor: str, down: str) -> Query:
    query = [("limit", "40")]
    if floor:
        query.append(("since_id", floor))
    if down:
        query.append(("max_id", down))
    return query


def _is_fresh(one: Entry, floor: str, down: str, back_to: datetime) -> bool:
    name, at = str(one.id), moment_of(one.created_at)
    if down and order(name) >= order(down):
        return False
    if floor and order(name) <= order(floor):
        return False
    return at is None or at >= back_to
