"""The practice network: a board of its own, and a cast that speaks on it by itself.

Law: to the rest of the program it is a network like any other. What a run of practice depends on
besides the board, its seed and its beginning, is kept beside it and survives a restart.
"""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from services.clock import Clock
from services.errors import StoreError
from services.model.ids import NetworkName, PostId, ThreadId
from services.model.limits import Capabilities
from services.model.people import Account
from services.model.posts import Post, Reach, Thread
from services.networks.base import Arrivals, Cursor, Message
from services.networks.board import BoardNetwork, whole
from services.networks.practice.cast import Memory, opening, script
from services.networks.practice.director import Director
from services.networks.practice.voices import load_cast
from services.store.commons import Board, Byline
from services.store.database import COMMONS, Durability, open_database
from services.text.clean import clean_line

OUR_HANDLE = "@you"
"""How the cast addresses whoever practises."""


class PracticeNetwork:
    """Somebody's view of the made-up place, with the director at work behind it."""

    def __init__(self, board: BoardNetwork, director: Director) -> None:
        """Speak through ``board``, and set ``director`` to work."""
        self._board = board
        self._director = director
        self._work = asyncio.create_task(director.run(), name="practice")

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._board.account

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do."""
        return self._board.capabilities

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Read what is new since ``cursor``."""
        return await self._board.poll(cursor)

    async def wait(self) -> None:
        """Return when somebody has written."""
        await self._board.wait()

    async def thread(self, thread: ThreadId) -> Thread:
        """Read a whole thread."""
        return await self._board.thread(thread)

    async def send(self, message: Message) -> Post:
        """Publish once, and let the cast hear it."""
        try:
            return await self._board.send(message)
        finally:
            self._director.nudge()

    async def look(self, message: Message) -> Post | None:
        """Find what a send of ``message`` published."""
        return await self._board.look(message)

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest posts, newest first."""
        return await self._board.latest(count)

    async def take_back(self, post: PostId) -> None:
        """Delete a post of ours; nobody answers it any more."""
        await self._board.take_back(post)

    async def close(self) -> None:
        """Send the cast home and close the board; a mistake of the director's comes out here."""
        self._work.cancel()
        await asyncio.wait({self._work})
        await self._board.close()
        if not self._work.cancelled():
            self._work.result()


async def open_practice(
    path: Path, *, seed: int, clock: Clock, our_name: str = "You"
) -> PracticeNetwork:
    """Open the practice board at ``path``, or make it, with the time before on it.

    A board that is there goes on with the seed and from the beginning it was made with; to
    practise anew, give another path or delete both files.

    Raises:
        StoreError: it cannot be opened, or what stands beside it is damaged.
        ConfigError: the cast cannot be read.
    """
    cast = await asyncio.to_thread(load_cast)
    run = await asyncio.to_thread(_run_at, path, _Run(seed, clock.now()))
    ours = Byline(OUR_HANDLE, clean_line(our_name) or "You", 0)
    database = await open_database(path, COMMONS, durability=Durability.NORMAL)
    try:
        memory = Memory(cast, run.seed)
        director = Director(database, clock, OUR_HANDLE, memory)
        await director.set_stage(opening(cast, run.seed, run.started_at, ours))
        director.schedule(script(cast, run.seed, run.started_at))
    except BaseException:
        await database.close()
        raise
    capabilities = whole(NetworkName.PRACTICE, Reach.PRACTICE)
    board = BoardNetwork(Board(database, clock), ours, capabilities, clock)
    return PracticeNetwork(board, director)


class _Run(msgspec.Struct, frozen=True):
    """What everything the cast says follows from."""

    seed: int
    started_at: Annotated[datetime, msgspec.Meta(tz=True)]


def _run_at(path: Path, fresh: _Run) -> _Run:
    """Read the run kept beside ``path``, or keep ``fresh`` there."""
    beside = path.with_suffix(".json")
    try:
        if beside.exists():
            return msgspec.json.decode(beside.read_bytes(), type=_Run)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = beside.with_suffix(".new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
            file.write(msgspec.json.encode(fresh))
        unfinished.replace(beside)
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(
            f"The practice file {clean_line(str(beside))} cannot be used.",
            "Delete it; practice then begins anew.",
        ) from error
    return fresh
