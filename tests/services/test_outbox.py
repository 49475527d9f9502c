"""From the key press to an outcome: durable first, bounded in time, told once."""

import asyncio
from pathlib import Path

import pytest

from services.clock import BootTime
from services.errors import ChinwagError, DiskFull
from services.model.sending import Draft, SendState
from services.outbox import Decision, Outbox
from tests.fake_network import Fault, Keys
from tests.fakes import NOON, settle
from tests.outbox_stage import SESSION, reply_to, stage

BEN = reply_to("ben")


async def test_a_send_is_durable_first_then_out_then_told(tmp_path: Path) -> None:
    """The row stands before the request, the ledger with SENT, and the author hears of it once."""
    async with stage(tmp_path / "p.db") as on:
        await on.drafts.save(Draft(BEN, "hello", NOON))
        said = await on.say("hello")
        assert said.state is SendState.QUEUED
        assert (said.session, said.pressed_at, said.attempts) == (SESSION, NOON, 0)
        assert await on.rows.read(said.id) is not None
        sent = await on.until_settled()
        assert (sent.id, sent.state, sent.post) == (said.id, SendState.SENT, "p1")
        assert (sent.attempts, sent.reason, sent.settled_at) == (1, None, NOON)
        assert on.server.bodies() == ["hello"]
        assert [asked.key for asked in on.server.asked] == [said.id]
        assert await on.written_ledger() == ["hello"]
        assert on.settled == [sent]
        assert await on.draft_of(BEN) is None


@pytest.mark.parametrize("keys", Keys)
@pytest.mark.parametrize("is_always", [False, True])
@pytest.mark.parametrize(
    "fault",
    [
        Fault.REFUSED,
        Fault.HANG_BEFORE,
        Fault.DROP_AFTER,
        Fault.HANG_AFTER,
        Fault.CRASHING_CLIENT,
        Fault.LATE_COMMIT,
        Fault.RATE_SHORT,
        Fault.SIGNED_OUT,
        Fault.LOOK_LATE,
    ],
)
async def test_no_fault_doubles_or_lies(
    tmp_path: Path, keys: Keys, is_always: bool, fault: Fault
) -> None:
    """After any fault SENT is there once, HELD and REJECTED are not there, the text is kept."""
    async with stage(tmp_path / "p.db", keys) as on:
        assert on.network is not None
        on.network.will(fault)
        on.network.always = fault if is_always else None
        send = await on.say_and_settle()
        await on.pass_time(60)
        count = on.server.count(send.id)
        assert count <= 1
        assert {asked.key for asked in on.server.asked} == {send.id}
        assert {asked.body for asked in on.server.asked} == {"hello"}
        match send.state:
            case SendState.SENT:
                assert count == 1
                assert await on.draft_of(BEN) is None
            case SendState.HELD | SendState.REJECTED:
                assert count == 0
                assert await on.draft_of(BEN) == "hello"
                assert send.reason
            case _:
                assert send.state is SendState.CHECK
                assert await on.rows.unsure() == (send,)
        if keys is Keys.NONE:
            certain = (Fault.REFUSED, Fault.RATE_SHORT)
            assert len(on.server.asked) == 1 or fault in certain


@pytest.mark.parametrize(
    ("fault", "asked_at_s", "settled_s", "state"),
    [
        (Fault.REFUSED, [0, 3, 9, 21], 21, SendState.HELD),
        (Fault.RATE_SILENT, [0, 3, 9, 21], 21, SendState.HELD),
        (Fault.RATE_SHORT, [0, 5, 10, 15], 15, SendState.HELD),
        (Fault.RATE_LONG, [0], 0, SendState.HELD),
        (Fault.HANG_BEFORE, [0, 33, 69, 111], 171, SendState.HELD),
        (Fault.UNPROCESSABLE, [0], 0, SendState.REJECTED),
        (Fault.PARENT_GONE, [0], 0, SendState.REJECTED),
        (Fault.SLOW, [0], 29, SendState.SENT),
        (Fault.HANG_AFTER, [0], 33, SendState.SENT),
        (Fault.LOOK_FAILS, [0], 12, SendState.CHECK),
        (Fault.LOOK_HANGS, [0], 102, SendState.CHECK),
    ],
)
async def test_requests_come_exactly_when_they_should(
    tmp_path: Path, fault: Fault, asked_at_s: list[float], settled_s: float, state: SendState
) -> None:
    """Pauses double from three seconds, a request has thirty, four are made."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.always = fault
        send = await on.say_and_settle()
        assert [asked.at.seconds - 1000 for asked in on.server.asked] == asked_at_s
        assert send.state is state
        assert (on.clock.now() - NOON).total_seconds() == settled_s
        assert send.attempts == len(asked_at_s)


async def test_a_keyed_repeat_comes_after_a_look_that_found_nothing(tmp_path: Path) -> None:
    """Between two requests that may both be out there is a pause and a look."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.HANG_BEFORE)
        sent = await on.say_and_settle()
        assert (sent.state, sent.attempts) == (SendState.SENT, 2)
        assert on.network.looks == [1033.0]
        assert [asked.at.seconds for asked in on.server.asked] == [1000.0, 1033.0]


async def test_a_refusal_after_an_unclear_answer_is_looked_into(tmp_path: Path) -> None:
    """What may be out from before is not called rejected before it was looked for."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.ERROR_500_BEFORE, Fault.UNPROCESSABLE)
        held = await on.say_and_settle()
        assert (held.state, held.reason) == (SendState.HELD, "It is longer than they take.")
        assert len(on.server.asked) == 2
        assert 30 <= on.network.looks[-1] - on.server.asked[-1].at.seconds <= 33
    async with stage(tmp_path / "q.db", Keys.LATE) as on:
        assert on.network is not None
        on.network.will(Fault.LOOK_LATE, Fault.UNPROCESSABLE)
        sent = await on.say_and_settle()
        assert (sent.state, on.server.count(sent.id)) == (SendState.SENT, 1)


@pytest.mark.parametrize(("age_s", "requests"), [(119.5, 1), (120.0, 0), (500.0, 0)])
async def test_an_old_key_press_sends_nothing(tmp_path: Path, age_s: float, requests: int) -> None:
    """Two minutes after the key press no request begins and the text is back."""
    async with stage(tmp_path / "p.db") as on:
        pressed = BootTime("boot-1", 1000.0 - age_s)
        await on.outbox.say(BEN, "hello", session=None, key_pressed=pressed)
        send = await on.until_settled()
        assert len(on.server.asked) == requests
        if not requests:
            assert send.state is SendState.HELD
            assert send.reason is not None
            assert "two minutes" in send.reason
            assert await on.draft_of(BEN) == "hello"


async def test_a_machine_that_slept_sends_nothing_when_it_wakes(tmp_path: Path) -> None:
    """Time asleep counts: what waited for another try goes back to its author."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.REFUSED)
        await on.say()
        await on.idle()
        on.clock.suspend(200)
        send = await on.until_settled()
        assert send.state is SendState.HELD
        assert len(on.server.asked) == 1
        assert await on.draft_of(BEN) == "hello"


async def test_a_wall_clock_that_jumps_changes_nothing(tmp_path: Path) -> None:
    """Whoever sets the clock neither stops a send nor lengthens its window."""
    async with stage(tmp_path / "p.db", Keys.NONE) as on:
        assert on.network is not None
        on.network.will(Fault.REFUSED)
        await on.say()
        await on.idle()
        on.clock.step_wall(7200)
        assert (await on.until_settled()).state is SendState.SENT


async def test_an_account_that_is_not_connected_holds_the_text(tmp_path: Path) -> None:
    """Without a connection nothing leaves, and the text is back in words that say why."""
    async with stage(tmp_path / "p.db") as on:
        on.network = None
        send = await on.say_and_settle()
        assert (send.state, send.reason) == (SendState.HELD, "This account is not connected.")
        assert await on.draft_of(BEN) == "hello"


async def test_a_newer_draft_is_not_overwritten(tmp_path: Path) -> None:
    """Words typed meanwhile stay, and the row keeps what did not go out."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.SIGNED_OUT)
        await on.say("first")
        await on.drafts.save(Draft(BEN, "newer", NOON))
        send = await on.until_settled()
        assert (send.state, send.is_given_back) == (SendState.REJECTED, False)
        assert await on.draft_of(BEN) == "newer"
        assert await on.rows.unsure() == (send,)
        dealt = await on.outbox.decide(send.id, Decision.NOT_THERE_TAKE_TEXT)
        assert dealt.is_dismissed
        assert await on.draft_of(BEN) == "newer\n\nfirst"
        assert await on.rows.unsure() == ()


async def test_nothing_is_said_twice_by_saying_it_anew(tmp_path: Path) -> None:
    """A text that came back and is sent again leaves nothing unsure behind."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.RATE_LONG)
        await on.say_and_settle("hello")
        assert len(await on.rows.unsure()) == 1
        sent = await on.say_and_settle("hello, edited")
        assert sent.state is SendState.SENT
        assert await on.rows.unsure() == ()
        assert await on.draft_of(BEN) is None


@pytest.mark.parametrize("body", ["", " ", "\n\t"])
async def test_no_words_are_no_send(tmp_path: Path, body: str) -> None:
    """A blank text makes no row."""
    async with stage(tmp_path / "p.db") as on:
        with pytest.raises(ChinwagError, match="no words"):
            await on.say(body)
        assert on.db.written == 0


async def test_whoever_stops_waiting_does_not_stop_the_send(tmp_path: Path) -> None:
    """A screen that is left while the row is being written changes nothing."""
    async with stage(tmp_path / "p.db") as on:
        saying = asyncio.ensure_future(on.say())
        await asyncio.sleep(0)
        saying.cancel()
        assert (await on.until_settled()).state is SendState.SENT
        assert saying.cancelled()


async def test_no_space_for_the_row_means_no_send(tmp_path: Path) -> None:
    """Whichever statement of the first write fails, nothing is sent and the draft stands."""
    for statement in (1, 2, 3, 4):
        async with stage(tmp_path / f"{statement}.db") as on:
            await on.drafts.save(Draft(BEN, "hello", NOON))
            on.db.fails_at = frozenset({on.db.written + statement})
            with pytest.raises(DiskFull):
                await on.say()
            await on.pass_time(200)
            assert on.server.asked == []
            assert await on.rows.open() == ()
            assert await on.draft_of(BEN) == "hello"


@pytest.mark.parametrize("fault", [None, Fault.REFUSED, Fault.SIGNED_OUT, Fault.DROP_BEFORE])
async def test_any_later_write_that_fails_is_written_again(
    tmp_path: Path, fault: Fault | None
) -> None:
    """One failed statement anywhere in a delivery loses nothing and doubles nothing."""
    for statement in range(5, 16):
        async with stage(tmp_path / f"{statement}.db", Keys.LATE) as on:
            assert on.network is not None
            on.network.will(fault)
            on.db.fails_at = frozenset({statement})
            send = await on.say_and_settle()
            assert on.server.count(send.id) == (send.state is SendState.SENT)
            if send.state is not SendState.SENT:
                assert await on.draft_of(BEN) == "hello"
            assert len(on.settled) == 1
            assert await on.written_ledger() == on.server.bodies()


async def test_while_nothing_can_be_written_nothing_is_requested(tmp_path: Path) -> None:
    """A disk that stays full holds the send until its window is over, then gives it back."""
    async with stage(tmp_path / "p.db") as on:
        said = await on.say()
        on.db.fails_from = on.db.written + 1
        await on.pass_time(130)
        assert on.server.asked == []
        on.db.fails_from = None
        send = await on.until_settled()
        assert (send.id, send.state) == (said.id, SendState.HELD)
        assert on.server.asked == []
        assert await on.draft_of(BEN) == "hello"


async def test_every_send_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Two sends of the same words are two posts."""
    async with stage(tmp_path / "p.db") as on:
        first = await on.say_and_settle("hello")
        second = await on.say_and_settle("hello")
        assert first.id != second.id
        assert on.server.bodies() == ["hello", "hello"]
        assert isinstance(on.outbox, Outbox)
        await settle()
