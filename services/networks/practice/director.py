"""The director: puts the cast's lines on the board when they are due, and lets it hear ours.

Law: every line has a key of its own, so that saying it again is saying it once; what is due is
worked out anew from the board at every start, and nothing else is kept.
"""

import asyncio
import heapq
from collections.abc import Iterable
from datetime import datetime

from services.clock import BootTime, Clock
from services.errors import Gone, Rejected, StoreError
from services.model.ids import PostId
from services.networks.practice.cast import Heard, Line, Memory, react
from services.store.commons import Board, Entry, Laid
from services.store.database import Database

TRY_AGAIN_S = 1.0
"""After the board could not be read or written."""

LOOK_UP_S = 20.0
"""No sleep is longer, so that a machine that slept itself is noticed."""

_PAGE = 500


class Director:
    """Runs the cast on one board; made by ``services.networks.practice.client``."""

    def __init__(self, database: Database, clock: Clock, our_handle: str, memory: Memory) -> None:
        """Take a board that is set up, and a cast that has heard nothing yet."""
        self._database = database
        self._board = Board(database, clock)
        self._clock = clock
        self._our_handle = our_handle
        self._memory = memory
        self._change = 0
        self._known: set[PostId] = set()
        self._due: list[tuple[datetime, PostId, Line]] = []
        self._nudged = asyncio.Event()

    async def set_stage(self, lines: Iterable[Line]) -> None:
        """Put what was said before on the board; ours among it is nothing to react to.

        Raises:
            StoreError: it could not be written.
        """
        lines = tuple(lines)
        self._known.update(line.key for line in lines)
        if lines and await self._board.post(lines[-1].key) is None:
            await self._board.lay_out(
                Laid(line.key, line.by, line.body, line.due_at, line.parent) for line in lines
            )

    def schedule(self, lines: Iterable[Line]) -> None:
        """Have ``lines`` said when they are due; at once where that is past."""
        for line in lines:
            heapq.heappush(self._due, (line.due_at, line.key, line))

    def nudge(self) -> None:
        """Tell that something may have been said on the board."""
        self._nudged.set()

    async def run(self) -> None:
        """Listen and speak until cancelled; trouble with the board is tried again."""
        while True:
            self._nudged.clear()
            try:
                await self._listen()
                await self._speak()
            except StoreError:
                await self._clock.sleep(TRY_AGAIN_S)
            else:
                await self._wait()

    async def _listen(self) -> None:
        has_more = True
        while has_more:
            page = await self._board.since(self._change, _PAGE)
            for entry in page.entries:
                self._hear(entry)
            self._change, has_more = page.change, page.has_more

    def _hear(self, entry: Entry) -> None:
        if entry.handle != self._our_handle or entry.is_gone or entry.id in self._known:
            return
        self._known.add(entry.id)
        heard = Heard(
            post=entry.id,
            thread=entry.thread,
            answers=entry.answers,
            is_reply=entry.parent is not None,
            body=entry.body,
            at=entry.created_at,
        )
        self._memory, lines = react(self._memory, heard)
        self.schedule(lines)

    async def _speak(self) -> None:
        while self._due and self._due[0][0] <= self._clock.now():
            await self._publish(self._due[0][2])
            heapq.heappop(self._due)

    async def _publish(self, line: Line) -> None:
        """Say one line, dated when it was due; one that has lost its parent stays unsaid."""
        board = Board(self._database, _Dated(self._clock, line.due_at))
        try:
            await board.publish(line.key, line.by, line.body, line.parent)
        except (Gone, Rejected):
            return

    async def _wait(self) -> None:
        """Return when the next line is due or somebody has nudged, after a while in any case."""
        seconds = LOOK_UP_S
        if self._due:
            seconds = min(seconds, (self._due[0][0] - self._clock.now()).total_seconds())
        both = (
            asyncio.create_task(self._clock.sleep(seconds)),
            asyncio.create_task(self._nudged.wait()),
        )
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)


class _Dated:
    """A clock whose wall stands at one moment: what is published by it is dated so."""

    def __init__(self, clock: Clock, now: datetime) -> None:
        self._clock = clock
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def boot(self) -> BootTime:
        return self._clock.boot()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
