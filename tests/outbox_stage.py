"""A whole outbox on a real file, a fake network and a fake clock, driven until nothing moves.

Law: time passes only when neither the loop nor the database has anything left to do.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.errors import DiskFull
from services.model.ids import NetworkName, PersonId, SendId, SessionId, ThreadId
from services.model.posts import Post, Reach
from services.model.sending import Send, SendState, Target, TargetKind
from services.outbox import Outbox
from services.store.database import PRIVATE, Database, Durability, Params, Transaction, Value
from services.store.database import open_database as open_file
from services.store.drafts import Drafts
from services.store.outbox import OutboxRows
from services.text.clean import clean_line
from tests.fake_network import FakeNetwork, FakeServer, Fault, Keys, LookFault, account
from tests.fakes import NOON, FakeClock, settle

SESSION = SessionId("s1")


class WatchedDatabase(Database):
    """A database that knows whether it is at work, and fails at a statement of one's choice."""

    busy = 0
    finished = 0
    """Reads and writes that are over; what follows one may need a few turns of the loop."""
    written = 0
    """Statements of writes so far, commits included."""
    fails_at: frozenset[int] = frozenset()
    """Which of them fail for want of space."""
    fails_from: int | None = None
    """From which on all of them fail."""

    async def read(self, sql: str, params: Params = ()) -> list[object]:  # type: ignore[override]
        """Read, and be busy meanwhile."""
        self.busy += 1
        try:
            return list(await super().read(sql, params))
        finally:
            self.busy -= 1
            self.finished += 1

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Write, and be busy meanwhile; the commit is a statement too."""
        self.busy += 1
        try:
            async with super().write() as tx:
                yield _WatchedTransaction(tx, self)
                self.count()
        finally:
            self.busy -= 1
            self.finished += 1

    def count(self) -> None:
        """Note one statement, or fail."""
        self.written += 1
        is_full = self.fails_from is not None and self.written >= self.fails_from
        if is_full or self.written in self.fails_at:
            raise DiskFull("The disk is full.", "Make some room.")


class _WatchedTransaction(Transaction):
    def __init__(self, tx: Transaction, database: WatchedDatabase) -> None:
        super().__init__(tx._connection)
        self._database = database

    async def run(self, sql: str, params: Params = ()) -> list[object]:  # type: ignore[override]
        self._database.count()
        return list(await super().run(sql, params))

    async def run_many(self, sql: str, rows: Sequence[Params]) -> None:
        self._database.count()
        await super().run_many(sql, rows)


async def open_watched(path: Path, durability: Durability = Durability.NORMAL) -> WatchedDatabase:
    """Open a private file that can be watched and made to fail."""
    plain = await open_file(path, PRIVATE, durability=durability)
    return WatchedDatabase(plain.path, plain.schema, plain._writer, plain._reader)


@dataclass
class Stage:
    """Everything that a send meets."""

    clock: FakeClock
    db: WatchedDatabase
    server: FakeServer
    network: FakeNetwork | None
    outbox: Outbox = field(init=False)
    rows: OutboxRows = field(init=False)
    drafts: Drafts = field(init=False)
    settled: list[Send] = field(default_factory=list)
    """As ``on_settled`` told them."""
    ledger: list[tuple[SendId, Post | None]] = field(default_factory=list)
    """As ``on_sent`` was asked to write them."""
    taken_back: list[SendId] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.rows = OutboxRows(self.db)
        self.drafts = Drafts(self.db)
        self.restart()

    def restart(self) -> None:
        """Stand a fresh outbox on the same file."""
        self.outbox = Outbox(
            self.rows,
            lambda asked: self.network if asked == account().id else None,
            self.clock,
            on_sent=self._on_sent,
            on_settled=self.settled.append,
            on_taken_back=self._on_taken_back,
        )

    async def idle(self) -> None:
        """Let everything that needs no time happen."""
        seen = -1
        while self.db.busy or seen != self.db.finished:
            seen = self.db.finished
            await settle()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, stopping wherever somebody is due so that all keep pace."""
        end_s = self.clock.monotonic() + seconds
        await self.idle()
        while (due_s := self.due_s()) is not None and due_s <= end_s:
            await self.clock.advance(due_s - self.clock.monotonic())
            await self.idle()
        await self.clock.advance(end_s - self.clock.monotonic())
        await self.idle()

    async def until_settled(self, count: int = 1, within_s: float = 600.0) -> Send:
        """Let time pass until so many outcomes were told, and give the last."""
        end_s = self.clock.monotonic() + within_s
        await self.idle()
        while len(self.settled) < count:
            due_s = self.due_s()
            assert due_s is not None, "nobody waits for anything, and nothing was settled"
            assert due_s <= end_s, "nothing was settled in time"
            await self.clock.advance(due_s - self.clock.monotonic())
            await self.idle()
        return self.settled[-1]

    async def say(self, body: str = "hello", target: Target | None = None) -> Send:
        """Press the key."""
        return await self.outbox.say(target or reply_to("ben"), body, session=SESSION)

    async def say_and_settle(self, body: str = "hello") -> Send:
        """Press the key and wait for the outcome."""
        before = len(self.settled)
        await self.say(body)
        return await self.until_settled(before + 1)

    async def draft_of(self, target: Target) -> str | None:
        """Give the words of the target's draft."""
        draft = await self.drafts.read(target.account, target.key)
        return None if draft is None else draft.body

    async def in_check(self, body: str = "hello") -> Send:
        """Bring a send to CHECK without its being published."""
        assert self.network is not None
        self.network.will(Fault.DROP_BEFORE)
        self.network.look_fault = LookFault.FAILS
        send = await self.say_and_settle(body)
        assert send.state is SendState.CHECK
        self.network.look_fault = None
        return send

    def due_s(self) -> float | None:
        """When the next sleeper is due, on the monotonic clock."""
        return min(
            (due for due, _, woken in self.clock._sleepers if not woken.done()), default=None
        )

    async def _on_sent(self, tx: Transaction, send: Send, post: Post | None) -> None:
        values: tuple[Value, ...] = (send.target.account + send.id, send.body)
        await tx.run("INSERT INTO cursor VALUES (?, ?)", values)
        self.ledger.append((send.id, post))

    async def _on_taken_back(self, tx: Transaction, send: Send) -> None:
        await tx.run("DELETE FROM cursor WHERE account = ?", (send.target.account + send.id,))
        self.taken_back.append(send.id)

    async def written_ledger(self) -> list[str]:
        """Read the texts that ``on_sent`` committed beside a SENT."""
        rows = await Database.read(self.db, "SELECT cursor FROM cursor ORDER BY account")
        return [row[0] for row in rows]


@asynccontextmanager
async def stage(
    path: Path,
    keys: Keys = Keys.ATOMIC,
    *,
    clock: FakeClock | None = None,
    server: FakeServer | None = None,
) -> AsyncIterator[Stage]:
    """Open a stage on a file; on leaving it is closed as the program would."""
    clock = clock or FakeClock()
    server = server or FakeServer(clock, keys)
    db = await open_watched(path)
    made = Stage(clock, db, server, FakeNetwork(server))
    try:
        yield made
    finally:
        db.fails_at, db.fails_from = frozenset(), None
        await made.outbox.close()
        server.close()
        await settle()
        await db.close()


def reply_to(name: str) -> Target:
    """Give a reply to somebody."""
    speaker = account()
    return Target(
        kind=TargetKind.REPLY,
        account=speaker.id,
        network=NetworkName.COMMONS,
        reach=Reach.BOX,
        as_handle=speaker.author.handle,
        thread=ThreadId("t1"),
        person=PersonId(f"commons:{name}"),
        to_name=clean_line(name.capitalize()),
    )


def new_post() -> Target:
    """Give a post of our own."""
    speaker = account()
    return Target(
        kind=TargetKind.NEW,
        account=speaker.id,
        network=NetworkName.COMMONS,
        reach=Reach.BOX,
        as_handle=speaker.author.handle,
    )


def queued(name: str, target: Target) -> Send:
    """Give a send that was just asked for."""
    return Send(
        id=SendId(name),
        session=SESSION,
        target=target,
        body=f"text {name}",
        state=SendState.QUEUED,
        maybe_out=False,
        attempts=0,
        reason=None,
        post=None,
        pressed_at=NOON,
        settled_at=None,
    )
