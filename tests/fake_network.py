"""A network that can be given every fault, over a server that remembers what it published.

Law: the server's list is the truth that a test compares the outbox with; nothing here is random,
and all its time is the clock's.
"""

import asyncio
import itertools
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from services.clock import BootTime, Clock
from services.errors import Gone, RateLimited, Rejected, SignedOut, Unclear, Unreachable
from services.model.ids import (
    AccountId,
    NetworkName,
    PersonId,
    PostId,
    SendId,
    ThreadId,
)
from services.model.limits import Capabilities, Keying
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Relation, Thread
from services.networks.base import Arrivals, Cursor, Message
from services.text.clean import clean, clean_line

KEY_LATE_S = 1.0
"""How long after a post its key is known, where a server writes the key late."""

COMMIT_LATE_S = 2.0
"""How long after the client stopped waiting a late server publishes."""

INDEX_LATE_S = 10.0
"""How long after a post a lagging server shows it."""

_CLIENT_TIMEOUT_S = 30.0
_ANSWER_S = 0.1


class Keys(Enum):
    """How a server knows a send that comes twice."""

    ATOMIC = auto()
    LATE = auto()
    NONE = auto()


class Fault(Enum):
    """What goes wrong with one request to publish."""

    REFUSED = auto()
    DNS = auto()
    DROP_BEFORE = auto()
    HANG_BEFORE = auto()
    ERROR_500_BEFORE = auto()
    UNAVAILABLE_503 = auto()
    DROP_AFTER = auto()
    HANG_AFTER = auto()
    ERROR_500_AFTER = auto()
    CUT_MID_ANSWER = auto()
    GARBAGE = auto()
    CRASHING_CLIENT = auto()
    """The adapter itself fails on the answer."""
    LATE_COMMIT = auto()
    """The server works on after the client gave up waiting."""
    LATE_COMMIT_DROPPED = auto()
    """The server works on after the connection broke."""
    SLOW = auto()
    RATE_SHORT = auto()
    RATE_LONG = auto()
    RATE_SILENT = auto()
    SIGNED_OUT = auto()
    UNPROCESSABLE = auto()
    PARENT_GONE = auto()
    LOOK_FAILS = auto()
    """Published, dropped, and afterwards no look succeeds."""
    LOOK_HANGS = auto()
    """Published, dropped, and afterwards every look hangs."""
    LOOK_LATE = auto()
    """Published, dropped, and shown only later."""


class LookFault(Enum):
    """What goes wrong with looks."""

    FAILS = auto()
    HANGS = auto()
    LATE = auto()
    CRASHES = auto()


@dataclass(frozen=True, slots=True)
class Published:
    """One post as the server keeps it."""

    number: int
    key: SendId
    body: str
    at_s: float
    """On the monotonic clock."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to publish as it left the client."""

    key: SendId
    body: str
    at: BootTime


class FakeServer:
    """What the other end knows; with a path it outlives the process."""

    def __init__(self, clock: Clock, keys: Keys = Keys.ATOMIC, path: Path | None = None) -> None:
        """Begin with what the file holds."""
        self.clock = clock
        self.keys = keys
        self.published: list[Published] = []
        self.asked: list[Asked] = []
        self.deleted: set[int] = set()
        self._known: dict[SendId, tuple[float, Published]] = {}
        self._numbers = itertools.count(1)
        self._late: set[asyncio.Task[None]] = set()
        self._file = None if path is None else sqlite3.connect(path, isolation_level=None)
        if self._file is not None:
            self._file.execute("CREATE TABLE IF NOT EXISTS post (key TEXT, body TEXT)")
            for key, body in self._file.execute("SELECT key, body FROM post").fetchall():
                self._remember(SendId(key), body, -1e6)

    def commit(self, message: Message) -> Published:
        """Publish, or give what the key is known for."""
        now_s = self.clock.monotonic()
        known_from_s, known = self._known.get(message.key, (0.0, None))
        if known is not None and self.keys is not Keys.NONE and known_from_s <= now_s:
            return known
        if self._file is not None:
            self._file.execute("INSERT INTO post VALUES (?, ?)", (message.key, message.body))
        return self._remember(message.key, message.body, now_s)

    def commit_later(self, message: Message, seconds: float) -> None:
        """Publish after a while, whatever becomes of the client."""
        task = asyncio.get_running_loop().create_task(self._commit_after(message, seconds))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    @property
    def is_busy(self) -> bool:
        """Whether something will still be published."""
        return bool(self._late)

    def bodies(self) -> list[str]:
        """Give the texts that stand, oldest first."""
        return [post.body for post in self.published if post.number not in self.deleted]

    def count(self, key: SendId) -> int:
        """Give how often a send was published, deleted or not."""
        return sum(post.key == key for post in self.published)

    def close(self) -> None:
        """Stop working on."""
        for task in self._late:
            task.cancel()
        if self._file is not None:
            self._file.close()

    def _remember(self, key: SendId, body: str, now_s: float) -> Published:
        post = Published(next(self._numbers), key, body, now_s)
        self.published.append(post)
        lag_s = KEY_LATE_S if self.keys is Keys.LATE else 0.0
        self._known.setdefault(key, (now_s + lag_s, post))
        return post

    async def _commit_after(self, message: Message, seconds: float) -> None:
        await self.clock.sleep(seconds)
        self.commit(message)


class FakeNetwork:
    """One account on a ``FakeServer``; ``services.networks.base.Network``."""

    def __init__(
        self,
        server: FakeServer,
        script: Iterable[Fault | None] = (),
        *,
        always: Fault | None = None,
        look: LookFault | None = None,
        name: NetworkName = NetworkName.COMMONS,
    ) -> None:
        """Give each request the next fault of ``script``, and after these ``always``."""
        self._server = server
        self._clock = server.clock
        self._script = list(script)
        self.always = always
        self.look_fault = look
        self.take_back_fault: Fault | None = None
        self.looks: list[float] = []
        """When they began, on the monotonic clock."""
        self._account = account(name)
        self._capabilities = Capabilities(
            network=name,
            keying=Keying.KEYLESS if server.keys is Keys.NONE else Keying.KEYED,
            reach=Reach.BOX,
            graphemes_at_most=500,
            can_take_back=True,
        )

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._account

    @property
    def capabilities(self) -> Capabilities:
        """What the place can do."""
        return self._capabilities

    def will(self, *faults: Fault | None) -> None:
        """Give the next requests these faults."""
        self._script = list(faults)

    async def send(self, message: Message) -> Post:
        """Publish, unless the next fault is in the way."""
        self._server.asked.append(Asked(message.key, message.body, self._clock.boot()))
        fault = self._script.pop(0) if self._script else self.always
        await self._before(fault, message)
        published = self._server.commit(message)
        await self._after(fault)
        return self._post(published)

    async def look(self, message: Message) -> Post | None:
        """Find a post among our own latest, by its key."""
        now_s = self._clock.monotonic()
        self.looks.append(now_s)
        await self._look_trouble()
        lag_s = INDEX_LATE_S if self.look_fault is LookFault.LATE else 0.0
        found = [
            post
            for post in self._server.published
            if post.key == message.key and post.at_s + lag_s <= now_s
        ]
        return self._post(found[0]) if found else None

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our own latest posts, newest first."""
        await self._look_trouble()
        return tuple(self._post(post) for post in self._server.published[::-1][:count])

    async def take_back(self, post: PostId) -> None:
        """Delete a post."""
        match self.take_back_fault:
            case None:
                pass
            case Fault.HANG_BEFORE:
                await self._hang()
            case Fault.CRASHING_CLIENT:
                raise ValueError(post)
            case _:
                raise Unreachable("The network is away.", "Try again.")
        self._server.deleted.add(int(post.removeprefix("p")))

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Bring nothing."""
        return Arrivals((), cursor or Cursor("0"))

    async def wait(self) -> None:
        """Wait a minute."""
        await self._clock.sleep(60)

    async def thread(self, thread: ThreadId) -> Thread:
        """Hold no threads."""
        raise Gone(f"{thread} is not there.")

    async def close(self) -> None:
        """Let go of nothing."""

    async def _before(self, fault: Fault | None, message: Message) -> None:  # noqa: C901, PLR0912
        """Fail before anything is published, or publish later."""
        match fault:
            case Fault.REFUSED:
                raise Unreachable("The network refused the connection.", "Try again later.")
            case Fault.DNS:
                raise Unreachable("Its name could not be found.")
            case Fault.DROP_BEFORE | Fault.ERROR_500_BEFORE | Fault.UNAVAILABLE_503:
                await self._clock.sleep(_ANSWER_S)
                raise Unclear("The network had trouble of its own.")
            case Fault.HANG_BEFORE:
                await self._hang()
            case Fault.LATE_COMMIT:
                self._server.commit_later(message, _CLIENT_TIMEOUT_S + COMMIT_LATE_S)
                await self._hang()
            case Fault.LATE_COMMIT_DROPPED:
                self._server.commit_later(message, COMMIT_LATE_S)
                raise Unclear("The connection broke.")
            case Fault.SLOW:
                await self._clock.sleep(_CLIENT_TIMEOUT_S - 1)
            case Fault.RATE_SHORT:
                raise RateLimited("Too many posts.", 5.0)
            case Fault.RATE_LONG:
                raise RateLimited("Too many posts.", 900.0)
            case Fault.RATE_SILENT:
                raise RateLimited("Too many posts.")
            case Fault.SIGNED_OUT:
                raise SignedOut("You are signed out there.", "Sign in again.")
            case Fault.UNPROCESSABLE:
                raise Rejected("It is longer than they take.")
            case Fault.PARENT_GONE:
                raise Gone("What you answer has been deleted.")
            case _:
                await asyncio.sleep(0)

    async def _after(self, fault: Fault | None) -> None:
        """Fail after it has been published."""
        match fault:
            case Fault.DROP_AFTER | Fault.ERROR_500_AFTER | Fault.CUT_MID_ANSWER | Fault.GARBAGE:
                await self._clock.sleep(_ANSWER_S)
                raise Unclear("The answer could not be read.")
            case Fault.HANG_AFTER:
                await self._hang()
            case Fault.CRASHING_CLIENT:
                raise ValueError(fault)
            case Fault.LOOK_FAILS:
                self.look_fault = LookFault.FAILS
                raise Unclear("The connection broke.")
            case Fault.LOOK_HANGS:
                self.look_fault = LookFault.HANGS
                raise Unclear("The connection broke.")
            case Fault.LOOK_LATE:
                self.look_fault = LookFault.LATE
                raise Unclear("The connection broke.")
            case _:
                await asyncio.sleep(0)

    async def _look_trouble(self) -> None:
        match self.look_fault:
            case LookFault.FAILS:
                raise Unreachable("The network is away.")
            case LookFault.HANGS:
                await self._hang()
            case LookFault.CRASHES:
                raise ValueError(self.look_fault)
            case LookFault.LATE | None:
                await asyncio.sleep(0)

    async def _hang(self) -> None:
        await self._clock.sleep(1e9)

    def _post(self, published: Published) -> Post:
        return Post(
            id=PostId(f"p{published.number}"),
            account=self._account.id,
            network=self._account.network,
            thread=ThreadId("t1"),
            parent=None,
            answers=None,
            author=self._account.author,
            body=clean(published.body),
            created_at=self._clock.now(),
            relation=Relation.OURS,
            reach=Reach.BOX,
        )


def account(name: NetworkName = NetworkName.COMMONS) -> Account:
    """Give the account that a fake network speaks as."""
    handle = clean_line("@ada")
    author = Author(PersonId(f"{name.value}:ada"), handle, clean_line("Ada"))
    return Account(AccountId(f"{name.value}:ada"), name, author)
