"""What waits in the queue and speaks of the news, as it is now.

Law: it reads what is here and asks no network; nothing of it sends, cancels or changes anything.
"""

import asyncio

from services.model.queue import QueuedKind
from services.model.touching import Touch
from services.queue import Queue
from services.store.database import Database
from services.store.in_the_news import read_news
from services.text.clean import clean
from services.touching import Comparison, ToSay


class Touching:
    """Compares the queue and the talking points of one desk with what breaks."""

    def __init__(self, queue: Queue, cache: Database) -> None:
        """Read the topics from ``cache``."""
        self._queue = queue
        self._cache = cache
        self._comparison = Comparison()
        self._in_turn = asyncio.Lock()

    async def read(self) -> tuple[Touch, ...]:
        """Tell what touches what: grave news first, then in the order of the topics.

        It may be other after a change of TOPICS, NETWORKS or DRAFTS.

        Raises:
            StoreError: a file cannot be read.
        """
        waiting = await self._waiting()
        if not waiting:
            return ()
        news = await read_news(self._cache)
        if not news:
            return ()
        async with self._in_turn:  # and off the loop: a full queue takes its time
            return await asyncio.to_thread(self._comparison.touches, news, waiting)

    async def _waiting(self) -> list[ToSay]:
        """Give the posts that are queued, and the talking points that were taken from a queue."""
        waits = [
            ToSay(
                account=one.account,
                queued=one.id,
                is_point=False,
                goes_out=one.kind is QueuedKind.SCHEDULED,
                body=one.body,
            )
            for one in self._queue.listed
        ]
        for point in await self._queue.points():
            if point.target.queued is not None:
                account, body = point.target.account, clean(point.body)
                waits.append(ToSay(account, point.target.queued, True, False, body))
        return waits
