"""The lease: of all terminals of one user, one writes.

Law: a lock of the system decides who holds it, so a holder that dies has let go. The row beside
it only says who that is and who would like to have it.
"""

import fcntl
import os
from datetime import datetime
from pathlib import Path

import msgspec

from services.clock import Clock
from services.errors import StoreError
from services.store.database import Database
from services.store.instants import from_row, to_row

_LOOK_S = 0.05


class Holder(msgspec.Struct, frozen=True):
    """Who has the lease."""

    pid: int
    since_at: datetime


class LeaseLock:
    """The lock file; held from ``acquire`` until ``release`` or the end of the process."""

    def __init__(self, path: Path) -> None:
        """Stand for the lock at ``path`` without touching it."""
        self._path = path
        self._handle: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process has it."""
        return self._handle is not None

    def acquire(self) -> bool:
        """Take the lock if nobody has it; whether we have it now.

        Raises:
            StoreError: the file cannot be made.
        """
        if self._handle is not None:
            return True
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            handle = os.open(self._path, flags, 0o600)
        except OSError as error:
            raise StoreError(
                f"The lock beside your private file cannot be made: {error.strerror}.",
                "`chinwag doctor` says more.",
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Let go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Lease:
    """The lease of one private file."""

    def __init__(self, db: Database, lock: LeaseLock, clock: Clock, name: str) -> None:
        """Speak for the process called ``name``, a name that no other process has."""
        self._db = db
        self._lock = lock
        self._clock = clock
        self._name = name

    @property
    def is_held(self) -> bool:
        """Whether this process is the one that writes."""
        return self._lock.is_held

    async def acquire(self) -> bool:
        """Take the lease if it is free; whether we have it now.

        Raises:
            StoreError: neither can be found out.
        """
        if not self._lock.acquire():
            return False
        async with self._db.write() as tx:
            await tx.run(
                """INSERT INTO lease (id, holder, pid, since_at) VALUES (1, ?1, ?2, ?3)
                   ON CONFLICT (id) DO UPDATE SET holder = ?1, pid = ?2, since_at = ?3,
                     wanted_by = NULL""",
                (self._name, os.getpid(), to_row(self._clock.now())),
            )
        return True

    async def holder(self) -> Holder | None:
        """Give who has it, as far as the row knows."""
        rows = await self._db.read("SELECT pid, since_at FROM lease")
        return Holder(rows[0]["pid"], from_row(rows[0]["since_at"])) if rows else None

    async def is_wanted(self) -> bool:
        """Whether another terminal has asked us to let go."""
        rows = await self._db.read(
            "SELECT 1 FROM lease WHERE holder = ? AND wanted_by IS NOT NULL", (self._name,)
        )
        return bool(rows)

    async def take_over(self, patience_s: float) -> bool:
        """Ask the holder to let go and wait for it; whether we have the lease now.

        Raises:
            StoreError: it could not be asked.
        """
        async with self._db.write() as tx:
            await tx.run("UPDATE lease SET wanted_by = ?", (self._name,))
        until = self._clock.monotonic() + patience_s
        while not await self.acquire():
            if self._clock.monotonic() > until:
                return False
            await self._clock.sleep(_LOOK_S)
        return True

    def release(self) -> None:
        """Let go of it."""
        self._lock.release()
