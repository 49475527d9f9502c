"""Which thread a comment belongs to, and whom it answers: found by going up from it.

Law: every item above is read once; a line that does not end within ``STEPS_AT_MOST`` ends there.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from services.model.ids import ThreadId
from services.networks.hackernews.client import HackerNewsClient
from services.networks.hackernews.wire import Item

STEPS_AT_MOST: Final = 100
_KEPT_AT_MOST = 2_000


class Place(msgspec.Struct, frozen=True):
    """Where an item stands."""

    root: int
    parent: Item | None
    """The item right above it, where there is one that can be read."""

    @property
    def thread(self) -> ThreadId:
        """The story, as a thread."""
        return ThreadId(str(self.root))


class Ancestry:
    """Finds the places of items, and remembers what stands above them."""

    def __init__(self, client: HackerNewsClient) -> None:
        """Read through ``client``."""
        self._client = client
        self._above: dict[int, Item | None] = {}

    async def places(
        self, items: Iterable[Item], roots: Mapping[int, int] | None = None
    ) -> dict[int, Place]:
        """Find where each stands; ``roots`` names the stories that are known, by item.

        Raises:
            NetworkError: what stands above could not be read.
        """
        known, wanted = roots or {}, tuple(items)
        for _ in range(STEPS_AT_MOST):
            steps = (self._next(item, known) for item in wanted)
            missing = sorted({step for step in steps if step is not None})
            if not missing:
                break
            read: dict[int, Item | None] = {}
            await self._client.items(missing, read.__setitem__)
            self._above |= {number: _bare(item) for number, item in read.items()}
        found = {item.id: self._place(item, known) for item in wanted}
        self._tidy()
        return found

    def _next(self, item: Item, known: Mapping[int, int]) -> int | None:
        """Name what has to be read next above ``item``; nothing once its story is known."""
        if item.parent is not None and item.parent not in self._above:
            return item.parent  # whose it is has to be known, even where the thread is
        top = self._top(item, known)
        if isinstance(top, int) or top.parent in self._above:
            return None
        return top.parent

    def _place(self, item: Item, known: Mapping[int, int]) -> Place:
        top = self._top(item, known)
        parent = None if item.parent is None else self._above.get(item.parent)
        return Place(top if isinstance(top, int) else top.id, parent)

    def _top(self, item: Item, known: Mapping[int, int]) -> Item | int:
        """Go up as far as it was read: the number of a story that is known, or the last item."""
        for _ in range(STEPS_AT_MOST):
            if item.id in known:
                return known[item.id]
            above = None if item.parent is None else self._above.get(item.parent)
            if above is None:
                return item
            item = above
        return item

    def _tidy(self) -> None:
        """Forget the oldest, and what was not there: it may be another time."""
        kept = [(number, item) for number, item in self._above.items() if item is not None]
        self._above = dict(kept[-_KEPT_AT_MOST:])


def _bare(item: Item | None) -> Item | None:
    """Keep of an item what places need."""
    return None if item is None else replace(item, text=None, kids=None)
