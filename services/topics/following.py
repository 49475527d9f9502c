"""One firehose, followed: opened, read, opened again, and what there is to say about it.

Law: whatever comes over it, nothing is raised and nothing goes unsaid: each post is handed on or
counted. Where it breaks it is opened anew, later and later, from a little before where it was
left; what comes twice that way is known by its key to whoever takes it.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Final, assert_never

from msgspec.structs import replace

from services.clock import Clock
from services.errors import (
    ChinwagError,
    Forbidden,
    Garbled,
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    TooLarge,
    Unclear,
)
from services.secrets import Secret
from services.topics.came import Came, Kind, Wire
from services.topics.sampling import Sampler
from services.topics.values import Firehose, StreamPost, Tally, Unsaid
from services.topics.wanted import Wanted
from services.web.gate import Gate
from services.web.values import MEGABYTE, Limits, Request
from services.web.websocket import Websocket, open_websocket

_LOG = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 300.0
NOWHERE_PAUSE_S: Final = 1_800.0
"""Before it is tried again where we are not let in, or where nothing streams."""
STEADY_S: Final = 60.0
"""A stream over which something came for so long begins again with the shortest pause."""
REWOUND_S: Final = 5.0
"""So much is read twice, for what was on its way when it broke."""
RESUMED_S: Final = 3_600.0
"""From further back nothing is read again: what breaks is a matter of the last hour."""
SAID_AFTER_S: Final = 30.0
"""A break that is over sooner is not worth a word."""
MISSED_SAID_S: Final = 600.0
"""So long it is said that something is missing: about as long as it matters to what rises."""
FRAME_CHARS_AT_MOST: Final = 65_536
"""A post has 300 characters; what is so much larger is none, and is not even read."""
_MESSAGE_BYTES: Final = 4 * MEGABYTE
"""A larger message ends the connection; a record has at most 1 MB, and twice that as JSON."""
_OPENING_S: Final = 20.0
_TURN_S: Final = 0.02
"""So long in one go, then the others of this process have their turn."""
_MANY: Final = 20
_MUCH: Final = 100
"""One in so many that cannot be read is worth a word, once there are ``_MANY``."""
_MOMENTS_FROM: Final = 10**15
"""A cursor below is a number of a server's own, and not a moment."""

OnItem = Callable[[StreamPost | Unsaid], None]


class Follower:
    """Follows one firehose for as long as ``follow`` runs."""

    def __init__(
        self,
        firehose: Firehose,
        wire: Wire,
        gate: Gate,
        clock: Clock,
        on_item: OnItem,
        *,
        cursor: int | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Go on from ``cursor``; ``chance`` gives numbers from 0 to 1 for the pauses."""
        self.firehose = firehose
        self.tally = Tally()
        self.cursor = cursor
        """How far it was read: microseconds since 1970."""
        self._wire = wire
        self._gate = gate
        self._clock = clock
        self._on_item = on_item
        self._chance = chance
        self._wanted = Wanted(firehose.languages, firehose.words)
        now_s = clock.monotonic()
        self._sampler = Sampler(firehose.per_s_at_most, now_s)
        self._is_open = False
        self._opened_s: float | None = None
        self._heard_s = now_s
        self._down_s = now_s
        self._trouble: NetworkError | None = None
        self._missed_s: float | None = None

    def change(self, firehose: Firehose) -> None:
        """Want other posts of the same stream from now on."""
        self.firehose = firehose
        self._wanted = Wanted(firehose.languages, firehose.words)
        self._sampler.change(firehose.per_s_at_most)

    @property
    def words(self) -> tuple[str, ...]:
        """What has to be known of it, in a sentence each."""
        name, now_s = self.firehose.name, self._clock.monotonic()
        said = []
        if not self._is_open and (trouble := self._told_trouble(now_s)):
            said.append(f"{name}: {trouble}")
        if self._missed_s is not None and now_s - self._missed_s < MISSED_SAID_S:
            said.append(f"{name}: a while of it is missing.")
        if (one_in := self._sampler.said(now_s)) > 1:
            behind = "this machine does not keep up; " if self._sampler.is_behind else ""
            said.append(f"{name}: {behind}1 post in {one_in} is looked at.")
        tally = self.tally
        if tally.unreadable >= max(_MANY, tally.came // _MUCH):
            said.append(f"{name}: some of what comes cannot be read.")
        return tuple(said)

    async def follow(self) -> None:
        """Follow for ever."""
        pause_s = FIRST_PAUSE_S
        while True:
            asked = self._asked()
            self._opened_s = None
            error = await self._listen(self._wire.address(asked))
            if self._is_too_old(error, asked):
                self.cursor, self._missed_s = None, self._clock.monotonic()
                self._trouble = None  # there is a way on
                if not self._was_open:
                    continue
            if self._heard_for_s >= STEADY_S:
                pause_s = FIRST_PAUSE_S
            if not self._was_open and _is_final(error):
                await self._clock.sleep(NOWHERE_PAUSE_S * (1 + self._chance()))
                continue
            asked_s = (error.retry_after_s or 0.0) if isinstance(error, RateLimited) else 0.0
            await self._clock.sleep(max(asked_s, pause_s * (0.5 + self._chance())))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    @property
    def _was_open(self) -> bool:
        """Whether the last attempt got as far as listening."""
        return self._opened_s is not None

    @property
    def _lived_s(self) -> float:
        """How long the last line was open."""
        return 0.0 if self._opened_s is None else self._clock.monotonic() - self._opened_s

    @property
    def _heard_for_s(self) -> float:
        """How long something came over it."""
        return 0.0 if self._opened_s is None else self._heard_s - self._opened_s

    def _told_trouble(self, now_s: float) -> str:
        """Say why it is not there, unless that will soon be over."""
        if (error := self._trouble) is None:
            return ""
        if not self._was_open and _is_final(error):
            return error.what
        is_brief = now_s - self._down_s < SAID_AFTER_S
        return "" if is_brief else f"{error.what} It is tried again."

    def _asked(self) -> int | None:
        """Give from when on to ask: a little before where it was left, but not from long ago."""
        if self.cursor is None or not self._wire.has_cursor:
            return None
        if self.cursor < _MOMENTS_FROM:
            return self.cursor
        oldest = int((self._clock.now().timestamp() - RESUMED_S) * 1e6)
        if self.cursor < oldest:
            self._missed_s = self._clock.monotonic()
            return oldest
        return self.cursor - int(REWOUND_S * 1e6)

    def _is_too_old(self, error: NetworkError, asked: int | None) -> bool:
        """Whether it has to begin from now: the server has not kept what we ask for, or we cannot.

        A server says ``CursorTooOld`` with 400, and so it does of anything else that it does not
        like; without a cursor it is then asked once more.
        """
        if not self._was_open:
            return asked is not None and isinstance(error, Rejected)
        return isinstance(error, TooLarge) and self.cursor is not None

    async def _listen(self, url: str) -> NetworkError:
        """Listen until it ends; give why it did."""
        token = self.firehose.token
        request = Request(
            url,
            authorization=Secret(f"Bearer {token}") if token else None,
            limits=Limits(deadline_s=_OPENING_S),
        )
        try:
            async with open_websocket(
                request,
                gate=self._gate,
                clock=self._clock,
                subprotocols=self._wire.subprotocols,
                message_bytes=_MESSAGE_BYTES,
            ) as socket:
                self._opened()
                await self._read_on(socket)
        except NetworkError as error:
            self._trouble = error
        except Exception:  # noqa: BLE001 - whoever takes the posts may fail; the stream goes on
            _LOG.exception("%s failed", self.firehose.name)
            self._trouble = Unclear("It broke off.")
        finally:
            self._down()
        return self._trouble or Unclear("It broke off.")

    def _opened(self) -> None:
        now_s = self._clock.monotonic()
        was_there = self._trouble is not None and not self._wire.has_cursor
        if was_there and now_s - self._down_s > REWOUND_S:
            self._missed_s = now_s
        self._is_open, self._trouble = True, None
        self._opened_s = self._heard_s = now_s

    def _down(self) -> None:
        if self._is_open and self._lived_s >= REWOUND_S:
            self._down_s = self._clock.monotonic()  # who hangs up at once was hardly there
        self._is_open = False

    async def _read_on(self, socket: Websocket) -> None:
        """Read until it ends or falls silent.

        Raises:
            NetworkError: it did.
        """
        reading = asyncio.create_task(self._read(socket), name=f"{self.firehose.name} reads")
        watching = asyncio.create_task(self._watch(), name=f"{self.firehose.name} watches")
        try:
            done, _ = await asyncio.wait({reading, watching}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            reading.cancel()
            watching.cancel()
            await asyncio.gather(reading, watching, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            left_s = self._heard_s + self._wire.silent_s - self._clock.monotonic()
            if left_s <= 0:
                raise Unclear("It has fallen silent.")
            await self._clock.sleep(left_s)

    async def _read(self, socket: Websocket) -> None:
        begun_s = self._clock.monotonic()
        while True:
            frame = await socket.receive()
            self._heard_s = now_s = self._clock.monotonic()
            self._take(frame, now_s)
            if self._clock.monotonic() - begun_s > _TURN_S:
                await asyncio.sleep(0)
                begun_s = self._clock.monotonic()

    def _take(self, frame: str | bytes, now_s: float) -> None:
        tally = self.tally
        tally.came += 1
        if len(frame) > FRAME_CHARS_AT_MOST:
            tally.unreadable += 1
            return
        came = self._wire.read(frame)
        match came.kind:
            case Kind.POST:
                self._look(came, now_s)
            case Kind.GONE:
                tally.gone += 1
                self._on_item(Unsaid(came.key))
            case Kind.OTHER:
                tally.other += 1
            case Kind.UNREADABLE:
                tally.unreadable += 1
            case Kind.GAP:
                tally.other += 1
                self._missed_s = now_s
            case Kind.SLOW:
                tally.other += 1
                self._sampler.fall_behind()
            case _ as never:
                assert_never(never)
        if came.at_us >= _MOMENTS_FROM:
            self.cursor = came.at_us

    def _look(self, came: Came, now_s: float) -> None:
        tally = self.tally
        if not self._wanted.wants(came.text, came.tags, came.languages):
            tally.unwanted += 1
            return
        at_s = came.at_us / 1e6 if came.at_us else None
        if not self._sampler.takes(came.key, now_s, at_s):
            tally.passed_over += 1
            return
        post = self._wire.post(came)
        if post is None:
            tally.unreadable += 1
            return
        tally.looked_at += 1
        now = self._clock.now()  # nobody writes later than now, whatever their clock says
        self._on_item(post if post.created_at <= now else replace(post, created_at=now))


def _is_final(error: ChinwagError) -> bool:
    """Whether there is nothing to be had there, rather than nothing for now."""
    return isinstance(error, Gone | Rejected | Forbidden | Garbled | SignedOut)
