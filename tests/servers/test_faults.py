"""A bad line between the outbox and each real server: nothing is said twice, nothing is lost.

Law: the server's own list is the truth. Each text stands there exactly once, or is back with its
author; where the outbox asks instead, what it shows is what stands there.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.clock import SystemClock
from services.model.ids import TopicId
from services.model.sending import Send, SendState, Target, TargetKind
from services.networks.base import Message
from services.outbox import Decision
from services.targets import new_post, reply_to_post
from tests.servers.bluesky import Bluesky
from tests.servers.places import Place, Theirs, on_bluesky, on_snac, on_wordpress, open_place
from tests.servers.proxy import Fault, Manners, Request, never, seeded
from tests.servers.snac import Snac
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.servers

SEED = 20261123
SENDERS = 10
SCALED = 200
UNSCALED = 20
SCALE = 12.0
"""The servers' own time is real: half a minute of patience is two and a half seconds here."""
WEIGHTS = dict.fromkeys(Fault, 1.0) | {Fault.NONE: 8.0}
PATIENCE_S = 240.0
"""Of the clock, for one send: more than two minutes and the last look."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of so many texts."""

    name: str
    sends: int
    seconds: float
    met: Counter[Fault]
    """Faults by writes that met them."""
    read: int
    """Reads that met one."""
    states: Counter[str]
    doubled: Sequence[str]
    lost: Sequence[str]
    untrue: Sequence[str]
    """Texts of which the outbox says something else than the server shows."""

    @property
    def lines(self) -> str:
        """Write it as lines of a table."""
        met = ", ".join(f"{fault} {self.met[fault]}" for fault in Fault)
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.states.items()))
        return (
            f"\n{self.name}: {self.sends} sends in {self.seconds:.0f} s; {states}; "
            f"doubled {len(self.doubled)}, lost {len(self.lost)}, untrue {len(self.untrue)}"
            f"\n  writes that met: {met}; reads that met a fault: {self.read}"
        )


class Voices:
    """Ten people with one mouth: they say what they have to, each after the other's outcome."""

    def __init__(self, place: Place, sends: int) -> None:
        """Have so many texts to say."""
        self._place = place
        self._desk = place.runtime.real
        self._sends = sends
        self._settled: dict[str, Send] = {}
        self._back: set[str] = set()

    async def say_all(self) -> None:
        """Say everything, and wait for every outcome."""
        await asyncio.gather(*(self._say(speaker) for speaker in range(SENDERS)))

    async def tally(self, seconds: float) -> Tally:
        """Compare what is said of every text with the server's own list."""
        there = Counter(await self._place.theirs.texts())
        states = Counter([await self._decided(send) for send in self._settled.values()])
        said = {text: await self._is_said(send) for text, send in self._settled.items()}
        passages = self._place.line.passages
        return Tally(
            name=self._place.theirs.name,
            sends=len(self._settled),
            seconds=seconds,
            met=Counter(one.fault for one in passages if one.request.is_writing),
            read=sum(one.fault is not Fault.NONE for one in passages if not one.request.is_writing),
            states=states,
            doubled=[text for text in said if there[text] > 1],
            lost=[text for text in said if not there[text] and text not in self._back],
            untrue=[text for text, is_said in said.items() if is_said is not bool(there[text])],
        )

    async def _say(self, speaker: int) -> None:
        for number in range(speaker, self._sends, SENDERS):
            text = f"number {number + 1} of this line"
            send = await self._desk.outbox.say(self._target(number), text, session=None)
            self._settled[text] = settled = await self._outcome(send)
            if settled.state in {SendState.REJECTED, SendState.HELD}:
                await self._take_draft(settled)

    def _target(self, number: int) -> Target:
        """Answer one's own thread, or say something new, by turns."""
        network = self._place.network
        if number // SENDERS % 2:
            return reply_to_post(network.account, self._place.roots[number % SENDERS])
        new = new_post(network.account, network.capabilities.reach)
        return replace(new, kind=TargetKind.TOPIC, topic=TopicId(f"topic {number}"))

    async def _outcome(self, send: Send) -> Send:
        """Wait until it is settled, by the file in which that stands."""
        clock = self._place.runtime.clock
        until_s = clock.monotonic() + PATIENCE_S
        while not (seen := await self._read(send)).state.is_settled:
            assert clock.monotonic() < until_s, f"{send.body} has not been settled"
            await clock.sleep(0.5)
        return seen

    async def _take_draft(self, send: Send) -> None:
        """Take what has come back out of the composer, to say something else there."""
        account, key = send.target.account, send.target.key
        draft = await self._desk.tables.drafts.read(account, key)
        if draft is not None and draft.body == send.body:
            self._back.add(send.body)
            await self._desk.tables.drafts.forget(account, key)

    async def _decided(self, send: Send) -> str:
        """Have the author decide where the program asks, by what it shows; give what it was."""
        if send.state is not SendState.CHECK:
            return send.state.name
        message = Message(send.id, send.target, send.body, send.pressed_at)
        found = await self._place.network.look(message)
        if found is not None:
            await self._desk.outbox.decide(send.id, Decision.IT_IS_THERE, post=found)
            return "CHECK (it is there)"
        await self._desk.outbox.decide(send.id, Decision.NOT_THERE_TAKE_TEXT)
        await self._take_draft(send)
        return "CHECK (it is not there)"

    async def _is_said(self, send: Send) -> bool:
        return (await self._read(send)).state is SendState.SENT

    async def _read(self, send: Send) -> Send:
        seen = await self._desk.tables.outbox.read(send.id)
        assert seen is not None
        return seen


async def said_over(theirs: Theirs, folder: Path, clock: SystemClock, sends: int) -> Tally:
    """Say so much over a bad line, and look what became of it once the line is good."""
    manners = Manners(drip_bytes=48, drip_s=0.2 if sends == UNSCALED else 0.02)
    async with open_place(theirs, folder, clock, manners) as place:
        voices = Voices(place, sends)
        place.line.passages.clear()
        place.line.choose = seeded(SEED, WEIGHTS, _is_ours)
        start_s = time.monotonic()
        await voices.say_all()
        seconds = time.monotonic() - start_s
        place.line.choose = never
        await clock.sleep(40.0)  # the hold of a 429
        return await voices.tally(seconds)


def _is_ours(request: Request) -> bool:
    """Leave alone what renews a sign-in: that has a proof of its own."""
    return "refreshSession" not in request.target


def _check(tally: Tally) -> None:
    assert tally.doubled == []
    assert tally.lost == []
    assert tally.untrue == []
    assert sum(tally.states.values()) == tally.sends
    assert tally.states["SENT"] > tally.sends / 4


def _check_met(tally: Tally) -> None:
    assert all(tally.met[fault] for fault in Fault), tally.met


async def test_bluesky(
    bluesky: Bluesky, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two hundred texts none is in the repository twice, and none is nowhere."""
    tally = await said_over(await on_bluesky(bluesky), tmp_path, SystemClock(SCALE), SCALED)
    with capsys.disabled():
        print(tally.lines)  # noqa: T201 - the table of the proof
    _check(tally)
    _check_met(tally)


async def test_wordpress(
    wordpress: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two hundred comments and posts none is on the blog twice, and none is nowhere."""
    tally = await said_over(await on_wordpress(wordpress), tmp_path, SystemClock(SCALE), SCALED)
    with capsys.disabled():
        print(tally.lines)  # noqa: T201 - as above
    _check(tally)
    _check_met(tally)


async def test_snac(snac: Snac, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of two hundred texts none is on a server twice that knows no keys, and none is nowhere."""
    tally = await said_over(await on_snac(snac), tmp_path, SystemClock(SCALE), SCALED)
    with capsys.disabled():
        print(tally.lines)  # noqa: T201 - as above
    _check(tally)
    _check_met(tally)


async def test_in_real_time(
    bluesky: Bluesky,
    wordpress: WordPress,
    snac: Snac,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Twenty texts on each network, all waiting as long as it is for everybody."""
    theirs = (await on_bluesky(bluesky), await on_wordpress(wordpress), await on_snac(snac))
    tallies = await asyncio.gather(
        *(said_over(one, tmp_path / one.name, SystemClock(), UNSCALED) for one in theirs)
    )
    with capsys.disabled():
        print("\nin real time:", *(tally.lines for tally in tallies))  # noqa: T201 - as above
    for tally in tallies:
        _check(tally)
