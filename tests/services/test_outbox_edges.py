"""What a delivery hands on, counts and notes, to the letter."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.errors import Rejected
from services.model.posts import Post
from services.model.sending import SendState
from services.networks.base import Message
from services.outbox import Decision
from services.outbox.delivery import within
from tests.fake_network import FakeNetwork, FakeServer, Fault, Keys, LookFault
from tests.fakes import FakeClock, settle
from tests.outbox_stage import Stage, reply_to, stage

BEN = reply_to("ben")


class ListeningNetwork(FakeNetwork):
    """A network that keeps what it was handed, and fails looks by a script."""

    def __init__(self, server: FakeServer) -> None:
        """Begin with no faults."""
        super().__init__(server)
        self.sent: list[Message] = []
        self.looked: list[Message] = []
        self.look_script: list[LookFault | None] = []

    def will_look(self, *faults: LookFault | None) -> None:
        """Give the next looks these faults."""
        self.look_script = list(faults)

    async def send(self, message: Message) -> Post:
        """Publish, and keep the message."""
        self.sent.append(message)
        return await super().send(message)

    async def look(self, message: Message) -> Post | None:
        """Look, and keep the message."""
        self.looked.append(message)
        if self.look_script:
            self.look_fault = self.look_script.pop(0)
        return await super().look(message)


@asynccontextmanager
async def listening(
    path: Path, faults: Iterable[Fault | None] = (), keys: Keys = Keys.ATOMIC
) -> AsyncIterator[tuple[Stage, ListeningNetwork]]:
    """Open a stage on a network that keeps what it was handed."""
    async with stage(path, keys) as on:
        network = ListeningNetwork(on.server)
        network.will(*faults)
        on.network = network
        yield on, network


async def test_the_same_message_is_sent_and_looked_for(tmp_path: Path) -> None:
    """Key, target and words are those of the key press, in requests and in looks."""
    async with listening(tmp_path / "p.db", [Fault.DROP_BEFORE]) as (on, network):
        sent = await on.say_and_settle()
        message = Message(sent.id, BEN, "hello", sent.pressed_at)
        assert network.sent == [message, message]
        assert network.looked == [message]


async def test_a_post_that_a_look_found_is_the_sends(tmp_path: Path) -> None:
    """The record and the ledger get the post that was found."""
    async with listening(tmp_path / "p.db", [Fault.DROP_AFTER], Keys.NONE) as (on, _):
        sent = await on.say_and_settle()
        assert (sent.state, sent.post) == (SendState.SENT, "p1")
        ((send, post),) = on.ledger
        assert send == sent.id
        assert post is not None
        assert post.id == "p1"


async def test_a_post_that_was_found_before_saying_it_again_is_the_sends(tmp_path: Path) -> None:
    """The first look of a second key press may already find it."""
    async with listening(tmp_path / "p.db", [Fault.LOOK_FAILS], Keys.NONE) as (on, network):
        check = await on.say_and_settle()
        assert check.reason == "The connection broke."
        network.look_fault = None
        await on.outbox.decide(check.id, Decision.SAY_AGAIN, confirmed=True)
        assert (await on.until_settled(2)).post == "p1"
        assert on.ledger[0][1] is not None


async def test_looks_that_fail_are_counted_from_the_last_that_did_not(tmp_path: Path) -> None:
    """Three in a row are too many, whatever was before."""
    faults = [Fault.DROP_BEFORE, Fault.DROP_BEFORE]
    async with listening(tmp_path / "p.db", faults) as (on, network):
        fails = LookFault.FAILS
        network.will_look(fails, fails, None, fails, fails, None)
        sent = await on.say_and_settle()
        assert (sent.state, sent.attempts) == (SendState.SENT, 3)
        assert len(network.looks) == 6


@pytest.mark.parametrize("fault", [LookFault.FAILS, LookFault.CRASHES])
async def test_a_failed_look_before_saying_it_again_counts_for_nothing(
    tmp_path: Path, fault: LookFault
) -> None:
    """The person who pressed again has seen that nothing can be known, and gets all the looks."""
    async with listening(tmp_path / "p.db") as (on, network):
        check = await on.in_check()
        before = len(network.looks)
        network.will(Fault.DROP_BEFORE)
        network.will_look(fault, fault, fault, None)
        await on.outbox.decide(check.id, Decision.SAY_AGAIN)
        sent = await on.until_settled(2)
        assert (sent.state, sent.attempts) == (SendState.SENT, 2)
        assert len(network.looks) - before == 4


async def test_saying_it_again_takes_no_pause(tmp_path: Path) -> None:
    """The look has its answer and the request follows at once."""
    async with listening(tmp_path / "p.db") as (on, _):
        check = await on.in_check()
        pressed = on.clock.boot()
        await on.outbox.decide(check.id, Decision.SAY_AGAIN)
        assert (await on.until_settled(2)).state is SendState.SENT
        assert on.server.asked[-1].at == pressed


async def test_a_refusal_after_saying_it_again_is_looked_into(tmp_path: Path) -> None:
    """The first try may be out, so the second one's refusal is not called a rejection."""
    async with listening(tmp_path / "p.db") as (on, network):
        check = await on.in_check()
        network.will(Fault.UNPROCESSABLE)
        await on.outbox.decide(check.id, Decision.SAY_AGAIN)
        again = await on.until_settled(2)
        assert (again.state, again.reason) == (SendState.HELD, "It is longer than they take.")
        assert len(network.looks) > 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.REFUSED, "The network refused the connection. Try again later."),
        (Fault.SIGNED_OUT, "You are signed out there. Sign in again."),
        (Fault.DROP_BEFORE, "The network had trouble of its own."),
        (Fault.HANG_BEFORE, "There was no answer."),
        (Fault.CRASHING_CLIENT, "The answer made no sense."),
        (Fault.RATE_LONG, "Too many posts."),
    ],
)
async def test_the_reason_says_what_happened_and_what_to_do(
    tmp_path: Path, fault: Fault, reason: str
) -> None:
    """The author reads the network's own sentence, or ours where there was none."""
    async with listening(tmp_path / "p.db", [fault] * 4, Keys.NONE) as (on, network):
        network.look_fault = LookFault.FAILS
        assert (await on.say_and_settle()).reason == reason


async def test_a_key_press_that_is_too_old_says_so(tmp_path: Path) -> None:
    """The author reads that the two minutes were over."""
    async with listening(tmp_path / "p.db", [Fault.REFUSED]) as (on, _):
        await on.say()
        await on.idle()
        on.clock.suspend(200)
        held = await on.until_settled()
        assert (
            held.reason == "The two minutes after your key press were over before it could leave."
        )


async def test_an_adapter_that_fails_is_noted_with_its_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever an adapter raises that it should not stands in the log, with where it was."""
    async with listening(tmp_path / "p.db", [Fault.CRASHING_CLIENT]) as (on, network):
        network.will_look(LookFault.CRASHES, None)
        await on.say_and_settle()
    assert noted(caplog) == ["a network's send failed", "a network's look failed"]


async def test_a_write_that_fails_is_noted_with_its_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk that is full stands in the log each time."""
    async with stage(tmp_path / "p.db") as on:
        await on.say()
        on.db.fails_at = frozenset({on.db.written + 1})
        await on.until_settled()
    assert noted(caplog) == ["the outbox could not be written"]


async def test_writing_is_tried_again_after_three_seconds_and_then_less_often(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Pauses between writes double up to half a minute."""
    async with stage(tmp_path / "p.db") as on:
        await on.say()
        on.db.fails_from = on.db.written + 1
        counts = []
        for seconds in (2.9, 0.1, 5.9, 0.1, 11.9, 0.1, 23.9, 0.1, 29.9, 0.1, 29.9, 0.1):
            await on.pass_time(seconds)
            counts.append(len(noted(caplog)))
        assert counts == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7]


def noted(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Give what the outbox's log says, and hold that each line has its error."""
    records = [record for record in caplog.records if record.name == "services.outbox.delivery"]
    for record in records:
        assert record.levelno == logging.ERROR
        assert record.exc_info is not None
        assert record.exc_info[0] is not None
    return [record.getMessage() for record in records]


async def test_work_that_ends_in_time_gives_what_it_gave() -> None:
    """Its value and its error come through, and nothing is left waiting."""
    clock = FakeClock()

    async def work(error: Exception | None) -> str:
        await clock.sleep(1)
        if error is not None:
            raise error
        return "done"

    ended = asyncio.ensure_future(within(clock, 2, work(None)))
    failed = asyncio.ensure_future(within(clock, 2, work(Rejected("no"))))
    await clock.advance(1)
    assert await ended == "done"
    with pytest.raises(Rejected):
        await failed
    await settle()
    assert clock.sleepers == 0


async def test_an_error_that_comes_too_late_bothers_nobody() -> None:
    """What fails after it was given up, or was cancelled, is neither raised nor complained of."""
    clock = FakeClock()
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    async def stubborn() -> None:
        try:
            await clock.sleep(1e6)
        except asyncio.CancelledError:
            await clock.sleep(5)
            raise ValueError from None

    async def obedient() -> None:
        await clock.sleep(1e6)

    works = [asyncio.ensure_future(within(clock, 1, work)) for work in (stubborn(), obedient())]
    await clock.advance(1)
    for late in works:
        with pytest.raises(TimeoutError):
            await late
    await clock.advance(5)
    del works, late
    gc.collect()
    await settle()
    assert complaints == []
    assert clock.sleepers == 0
