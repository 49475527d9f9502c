"""Of all terminals of one user one writes, and who dies has let go."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.clock import SystemClock
from services.errors import StoreError
from services.store.database import PRIVATE, Database, Durability, open_database
from services.store.lease import Lease, LeaseLock
from tests.fakes import NOON, FakeClock

_OTHER = """
import asyncio, sys
from pathlib import Path
from services.clock import SystemClock
from services.store.database import PRIVATE, Durability, open_database
from services.store.lease import Lease, LeaseLock

async def main(folder, manner):
    db = await open_database(folder / "private.db", PRIVATE, durability=Durability.NORMAL)
    lease = Lease(db, LeaseLock(folder / "lease.lock"), SystemClock(), "other")
    print(await lease.acquire(), flush=True)
    while manner == "polite" and not await lease.is_wanted():
        await asyncio.sleep(0.02)
    if manner == "stubborn":
        await asyncio.sleep(600)
    lease.release()
    print("let go", flush=True)
    await db.close()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A private file."""
    opened = await open_database(tmp_path / "private.db", PRIVATE, durability=Durability.NORMAL)
    yield opened
    await opened.close()


def lease_of(db: Database, name: str = "us") -> Lease:
    """Speak for a terminal of this process."""
    return Lease(db, LeaseLock(db.path.parent / "lease.lock"), SystemClock(), name)


async def another(folder: Path, manner: str) -> asyncio.subprocess.Process:
    """Start a terminal that takes the lease, and wait until it has tried."""
    root = Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _OTHER,
        str(folder),
        manner,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() in (b"True", b"False")
    return process


async def test_two_processes_have_one_lease(db: Database, tmp_path: Path) -> None:
    """While one has it the other cannot, and knows who it is; killed, it has let go."""
    process = await another(tmp_path, "stubborn")
    ours = lease_of(db)
    try:
        assert not await ours.acquire()
        assert not ours.is_held
        holder = await ours.holder()
        assert holder is not None
        assert holder.pid == process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    assert await ours.acquire()
    assert ours.is_held
    ours.release()
    assert not ours.is_held


async def test_taking_over_takes_less_than_two_seconds(db: Database, tmp_path: Path) -> None:
    """The other hears that it is wanted, lets go, and we have it."""
    process = await another(tmp_path, "polite")
    ours, clock = lease_of(db), SystemClock()
    began = clock.monotonic()
    try:
        assert await ours.take_over(5.0)
        assert clock.monotonic() - began < 2.0
        holder = await ours.holder()
        assert holder is not None
        assert holder.pid == os.getpid()
        assert not await ours.is_wanted()
    finally:
        ours.release()
        await process.communicate()


async def test_who_does_not_let_go_keeps_it(db: Database) -> None:
    """Patience ends, and nothing is taken by force."""
    holder, clock = lease_of(db, "holder"), FakeClock()
    assert await holder.acquire()
    assert await holder.acquire()
    asker = Lease(db, LeaseLock(db.path.parent / "lease.lock"), clock, "asker")
    asking = asyncio.create_task(asker.take_over(1.0))
    await clock.advance_until(asking.done, within_s=3.0, step_s=0.05)
    assert not asking.result()
    assert await holder.is_wanted()
    holder.release()
    holder.release()
    assert await asker.acquire()
    assert not await holder.is_wanted()
    asker.release()


async def test_a_lease_nobody_ever_had_has_no_holder(db: Database) -> None:
    """Before the first start nothing is known; after it, since when."""
    lease = Lease(db, LeaseLock(db.path.parent / "lease.lock"), FakeClock(), "us")
    assert await lease.holder() is None
    assert not await lease.is_wanted()
    assert await lease.acquire()
    holder = await lease.holder()
    assert holder is not None
    assert holder.since_at == NOON
    lease.release()


def test_a_lock_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """A directory in its place is said, and is not held."""
    (tmp_path / "lease.lock").mkdir()
    lock = LeaseLock(tmp_path / "lease.lock")
    with pytest.raises(StoreError, match="lock beside your private file"):
        lock.acquire()
    assert not lock.is_held


def test_a_lock_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Nobody else can hold it up."""
    lock = LeaseLock(tmp_path / "lease.lock")
    assert lock.acquire()
    assert (tmp_path / "lease.lock").stat().st_mode & 0o077 == 0
    lock.release()
