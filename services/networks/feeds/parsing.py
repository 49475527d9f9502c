"""Parsing in a child that can be ended: the one way by which strangers' bytes become values.

Law: one child, one job at a time, in the order of asking. A job that takes too long or ends the
child is given up and not tried again; the next one gets a new child. Nothing is started before
the first job.
"""

import asyncio

import msgspec

from services.child import Child, ChildGone, start_child
from services.clock import Clock
from services.networks.feeds.wire import (
    BODY_BYTES_AT_MOST,
    Finding,
    NotUnderstood,
    ParseJob,
    Reason,
    finding_of,
    job_frame,
)

CHILD = "services.networks.feeds.parser"


class ParserLimits(msgspec.Struct, frozen=True):
    """How much one job may take, and one child may do."""

    wall_s: float = 10.0
    cpu_s: int = 5
    memory_bytes: int = 512_000_000
    jobs: int = 200
    """After so many the child is replaced, and what it never gave back is given back."""


LIMITS = ParserLimits()


class FeedParser:
    """Parses feeds, pages and lists of feeds."""

    def __init__(self, clock: Clock, limits: ParserLimits = LIMITS) -> None:
        """Parse by ``clock``; starts nothing yet."""
        self._clock = clock
        self._limits = limits
        self._turn = asyncio.Lock()
        self._child: Child | None = None
        self._jobs = 0
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the child, while there is one."""
        return None if self._child is None else self._child.pid

    async def parse(self, job: ParseJob) -> Finding:
        """Do a job; whatever is in it, there is a finding."""
        if len(job.body) > BODY_BYTES_AT_MOST:
            return NotUnderstood(Reason.TOO_MUCH)
        async with self._turn:
            try:
                child = await self._ready()
            except ChildGone:
                return NotUnderstood(Reason.NOT_READ)
            self._jobs += 1
            answer: bytes | None = None
            try:
                answer = await self._asked(child, job_frame(job))
                return finding_of(answer)
            except (TimeoutError, ChildGone, msgspec.DecodeError):
                answer = None
                return NotUnderstood(Reason.NOT_READ if self._is_closed else Reason.TOO_MUCH)
            finally:
                # Also when nobody waits for the answer any more: it must not be the next one's.
                if answer is None:
                    await self._drop()

    async def close(self) -> None:
        """End the child, and with it the job that is under way; nothing is started again."""
        self._is_closed = True
        child = self._child
        if child is None:
            return
        if self._turn.locked():
            await child.kill()
        else:
            self._child = None
            await child.close()

    async def _ready(self) -> Child:
        """Give a child that can take a job.

        Raises:
            ChildGone: there is none, and none can be started.
        """
        if self._is_closed:
            raise ChildGone("there will be no more jobs")
        if self._child is not None and (
            not self._child.is_running or self._jobs >= self._limits.jobs
        ):
            child, self._child = self._child, None
            await child.close()
        if self._child is None:
            arguments = (str(self._limits.cpu_s), str(self._limits.memory_bytes))
            self._child = await start_child(CHILD, *arguments)
            self._jobs = 0
            if self._is_closed:
                await self._drop()
                raise ChildGone("we have closed meanwhile")
        return self._child

    async def _asked(self, child: Child, frame: bytes) -> bytes:
        """Hand a job over and wait for its answer.

        Raises:
            ChildGone: the job ended the child.
            TimeoutError: it took too long by our clock.
        """
        asking = asyncio.ensure_future(_ask(child, frame))
        limit = asyncio.ensure_future(self._clock.sleep(self._limits.wall_s))
        try:
            await asyncio.wait({asking, limit}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise TimeoutError("the job took too long")
            return asking.result()
        finally:
            asking.cancel()
            limit.cancel()
            await asyncio.gather(asking, limit, return_exceptions=True)

    async def _drop(self) -> None:
        """End the child, which is in the middle of something or dead."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()


async def _ask(child: Child, frame: bytes) -> bytes:
    """Speak with the child once."""
    await child.put(frame)
    return await child.get()
