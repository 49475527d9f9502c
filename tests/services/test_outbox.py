"""From the key press to an outcome: durable, bounded in time, decided by its author."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from services.clock import BootTime
from services.errors import ChinwagError, DiskFull, Unclear, Unreachable
from services.model.ids import SendId
from services.model.sending import Draft, Send, SendState, Target
from services.outbox import Decision, Outbox
from services.outbox.runner import NeedsConfirming
from tests.fake_network import Fault, Keys, LookFault
from tests.fakes import NOON, settle
from tests.outbox_stage import SESSION, Stage, new_post, reply_to, stage

BEN = reply_to("ben")


async def draft_of(on: Stage, target: Target = BEN) -> str | None:
    """Give the words of the target's draft."""
    draft = await on.drafts.read(target.account, target.key)
    return None if draft is None else draft.body


async def in_check(on: Stage, body: str = "hello") -> Send:
    """Bring a send to CHECK without its being published."""
    assert on.network is not None
    on.network.will(Fault.DROP_BEFORE)
    on.network.look_fault = LookFault.FAILS
    send = await on.say_and_settle(body)
    assert send.state is SendState.CHECK
    on.network.look_fault = None
    return send


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
        assert await draft_of(on) is None


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
                assert await draft_of(on) is None
            case SendState.HELD | SendState.REJECTED:
                assert count == 0
                assert await draft_of(on) == "hello"
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
            assert await draft_of(on) == "hello"


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
        assert await draft_of(on) == "hello"


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
        assert await draft_of(on) == "hello"


async def test_a_newer_draft_is_not_overwritten(tmp_path: Path) -> None:
    """Words typed meanwhile stay, and the row keeps what did not go out."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.SIGNED_OUT)
        await on.say("first")
        await on.drafts.save(Draft(BEN, "newer", NOON))
        send = await on.until_settled()
        assert (send.state, send.is_given_back) == (SendState.REJECTED, False)
        assert await draft_of(on) == "newer"
        assert await on.rows.unsure() == (send,)
        dealt = await on.outbox.decide(send.id, Decision.NOT_THERE_TAKE_TEXT)
        assert dealt.is_dismissed
        assert await draft_of(on) == "newer\n\nfirst"
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
        assert await draft_of(on) is None


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


# The author decides.


async def test_it_is_there(tmp_path: Path) -> None:
    """A post that its author recognised makes the send SENT, the ledger with it."""
    async with stage(tmp_path / "p.db", Keys.NONE) as on:
        assert on.network is not None
        on.network.will(Fault.LOOK_FAILS)
        check = await on.say_and_settle()
        on.network.look_fault = None
        (post,) = await on.network.latest(5)
        sent = await on.outbox.decide(check.id, Decision.IT_IS_THERE, post=post)
        assert (sent.state, sent.post) == (SendState.SENT, post.id)
        assert on.ledger == [(check.id, post)]
        assert on.settled[-1] == sent
        assert await on.rows.unsure() == ()


async def test_it_is_there_though_none_was_chosen(tmp_path: Path) -> None:
    """Its author may know that it is there without being able to point at it."""
    async with stage(tmp_path / "p.db") as on:
        check = await in_check(on)
        sent = await on.outbox.decide(check.id, Decision.IT_IS_THERE)
        assert (sent.state, sent.post) == (SendState.SENT, None)
        assert on.ledger == [(check.id, None)]
        with pytest.raises(ChinwagError, match="no post of yours"):
            await on.outbox.take_back(check.id)


async def test_it_is_not_there_so_the_text_comes_back(tmp_path: Path) -> None:
    """The text is a draft again and nobody is asked any more."""
    async with stage(tmp_path / "p.db") as on:
        check = await in_check(on)
        assert not check.is_given_back
        assert await draft_of(on) is None
        dealt = await on.outbox.decide(check.id, Decision.NOT_THERE_TAKE_TEXT)
        assert (dealt.state, dealt.is_dismissed) == (SendState.CHECK, True)
        assert await draft_of(on) == "hello"
        assert await on.rows.unsure() == ()
        assert on.settled[-1] == dealt
        for decision in Decision:
            with pytest.raises(ChinwagError, match="settled already"):
                await on.outbox.decide(check.id, decision)


async def test_dismissing_leaves_everything_as_it_is(tmp_path: Path) -> None:
    """The row stays for the record and is no longer unsure."""
    async with stage(tmp_path / "p.db") as on:
        check = await in_check(on)
        dealt = await on.outbox.decide(check.id, Decision.DISMISS)
        assert dealt.is_dismissed
        assert await on.rows.unsure() == ()
        assert on.settled[-1] == dealt


async def test_said_again_under_the_same_key(tmp_path: Path) -> None:
    """A keyed network gets the same key and body in a fresh window."""
    async with stage(tmp_path / "p.db") as on:
        check = await in_check(on)
        await on.pass_time(600)
        again = await on.outbox.decide(check.id, Decision.SAY_AGAIN)
        assert (again.state, again.attempts, again.reason) == (SendState.QUEUED, 0, None)
        sent = await on.until_settled(2)
        assert (sent.id, sent.state, sent.pressed_at) == (check.id, SendState.SENT, NOON)
        assert [(asked.key, asked.body) for asked in on.server.asked] == [(check.id, "hello")] * 2
        assert on.server.count(check.id) == 1


async def test_said_again_is_looked_for_first(tmp_path: Path) -> None:
    """What turned up meanwhile is not sent a second time."""
    async with stage(tmp_path / "p.db", Keys.NONE) as on:
        assert on.network is not None
        on.network.will(Fault.LOOK_FAILS)
        check = await on.say_and_settle()
        on.network.look_fault = None
        await on.outbox.decide(check.id, Decision.SAY_AGAIN, confirmed=True)
        sent = await on.until_settled(2)
        assert sent.state is SendState.SENT
        assert len(on.server.asked) == 1


@pytest.mark.parametrize(
    ("keys", "minutes", "needs"),
    [
        (Keys.ATOMIC, 0.0, False),
        (Keys.ATOMIC, 49.0, False),
        (Keys.ATOMIC, 50.0, True),
        (Keys.NONE, 0.0, True),
    ],
)
async def test_a_second_copy_is_risked_only_when_confirmed(
    tmp_path: Path, keys: Keys, minutes: float, needs: bool
) -> None:
    """Where the network would not notice, a second key press is asked for."""
    async with stage(tmp_path / "p.db", keys) as on:
        check = await in_check(on)
        await on.pass_time(minutes * 60 - (on.clock.now() - NOON).total_seconds())
        if needs:
            with pytest.raises(NeedsConfirming) as raised:
                await on.outbox.decide(check.id, Decision.SAY_AGAIN)
            assert raised.value.what == "If it is there already, this would say it twice."
            assert raised.value.remedy
            assert await on.rows.unsure() == (check,)
        await on.outbox.decide(check.id, Decision.SAY_AGAIN, confirmed=needs)
        sent = await on.until_settled(2)
        assert (sent.state, on.server.count(check.id)) == (SendState.SENT, 1)


async def test_an_old_key_is_not_trusted_for_a_repeat(tmp_path: Path) -> None:
    """After fifty minutes an unclear answer to a second try is asked about, never repeated."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        check = await in_check(on)
        await on.pass_time(3001)
        on.network.will(Fault.DROP_BEFORE)
        await on.outbox.decide(check.id, Decision.SAY_AGAIN, confirmed=True)
        again = await on.until_settled(2)
        assert again.state is SendState.CHECK
        assert len(on.server.asked) == 2


async def test_without_a_connection_the_key_is_not_trusted(tmp_path: Path) -> None:
    """Nobody can tell whether a network that is not open knows keys."""
    async with stage(tmp_path / "p.db") as on:
        check = await in_check(on)
        on.network = None
        with pytest.raises(NeedsConfirming):
            await on.outbox.decide(check.id, Decision.SAY_AGAIN)


# Taking back.


async def test_taking_back_deletes_and_returns_the_text(tmp_path: Path) -> None:
    """Within a minute the post goes, the text is a draft, the ledger and the guard forget it."""
    async with stage(tmp_path / "p.db") as on:
        sent = await on.say_and_settle()
        await on.pass_time(60)
        taken = await on.outbox.take_back(sent.id)
        assert taken.taken_back_at == NOON + timedelta(seconds=60)
        assert on.server.bodies() == []
        assert await draft_of(on) == "hello"
        assert on.taken_back == [sent.id]
        assert await on.written_ledger() == []
        assert await on.rows.said() == ()
        assert on.settled[-1] == taken
        with pytest.raises(ChinwagError, match="settled already"):
            await on.outbox.take_back(sent.id)


async def test_after_a_minute_it_stands(tmp_path: Path) -> None:
    """A second too late nothing is deleted and no draft appears."""
    async with stage(tmp_path / "p.db") as on:
        sent = await on.say_and_settle()
        await on.pass_time(60.001)
        with pytest.raises(ChinwagError, match="more than a minute") as raised:
            await on.outbox.take_back(sent.id)
        assert raised.value.remedy == "You can still delete it on its network."
        assert on.server.bodies() == ["hello"]
        assert await draft_of(on) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.REFUSED, Unreachable),
        (Fault.HANG_BEFORE, Unclear),
        (Fault.CRASHING_CLIENT, ValueError),
    ],
)
async def test_a_post_that_could_not_be_deleted_leaves_no_draft(
    tmp_path: Path, fault: Fault, error: type[Exception]
) -> None:
    """What may still be there is not offered for saying again, and it may be tried once more."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        sent = await on.say_and_settle()
        on.network.take_back_fault = fault
        taking = asyncio.ensure_future(on.outbox.take_back(sent.id))
        await on.pass_time(30)
        with pytest.raises(error):
            await taking
        assert await draft_of(on) is None
        assert on.server.bodies() == ["hello"]
        on.network.take_back_fault = None
        taken = await on.outbox.take_back(sent.id)
        assert taken.taken_back_at is not None
        assert await draft_of(on) == "hello"


async def test_only_what_was_sent_is_taken_back(tmp_path: Path) -> None:
    """An unknown, an unsent and a disconnected one are refused in words."""
    async with stage(tmp_path / "p.db") as on:
        with pytest.raises(ChinwagError, match="no post of yours"):
            await on.outbox.take_back(SendId("unknown"))
        check = await in_check(on)
        with pytest.raises(ChinwagError, match="no post of yours"):
            await on.outbox.take_back(check.id)
        sent = await on.say_and_settle()
        on.network = None
        with pytest.raises(ChinwagError, match="takes nothing back"):
            await on.outbox.take_back(sent.id)


# Closing and coming back.


async def test_closing_gives_back_what_has_not_left(tmp_path: Path) -> None:
    """What waits for another try is HELD, and nothing is requested any more."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.REFUSED)
        await on.say()
        await on.idle()
        await on.outbox.close()
        (held,) = await on.rows.unsure()
        assert held.state is SendState.HELD
        assert held.reason is not None
        assert await draft_of(on) == "hello"
        assert [send.state for send in on.settled] == [SendState.HELD]
        with pytest.raises(ChinwagError, match="closing"):
            await on.say()
        await on.pass_time(300)
        assert len(on.server.asked) == 1


@pytest.mark.parametrize(
    ("keys", "fault", "state", "seconds"),
    [
        (Keys.ATOMIC, Fault.HANG_AFTER, SendState.SENT, 0),
        (Keys.NONE, Fault.HANG_AFTER, SendState.SENT, 0),
        (Keys.ATOMIC, Fault.HANG_BEFORE, SendState.HELD, 30),
        (Keys.NONE, Fault.HANG_BEFORE, SendState.CHECK, 0),
        (Keys.LATE, Fault.LATE_COMMIT, SendState.SENT, 30),
    ],
)
async def test_what_was_under_way_is_looked_up_at_the_next_start(
    tmp_path: Path, keys: Keys, fault: Fault, state: SendState, seconds: float
) -> None:
    """Closing leaves it INFLIGHT; the next start finds out and requests nothing."""
    async with stage(tmp_path / "p.db", keys) as on:
        assert on.network is not None
        on.network.will(fault)
        said = await on.say()
        await on.pass_time(10)
        await on.outbox.close()
        (row,) = await on.rows.open()
        assert (row.send.state, row.send.maybe_out) == (SendState.INFLIGHT, True)
        assert on.settled == []
        started = on.clock.monotonic()
        on.restart()
        await on.outbox.recover()
        await on.outbox.recover()
        settled = await on.until_settled()
        assert (settled.id, settled.state) == (said.id, state)
        assert on.clock.monotonic() - started == seconds
        assert len(on.server.asked) == 1
        await on.pass_time(200)
        assert len(on.settled) == 1


async def test_recovery_gives_back_what_never_left_before_it_returns(tmp_path: Path) -> None:
    """A QUEUED row is a draft again at once, and an INFLIGHT does not hold that up."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        one, two = BootTime("boot-1", 1000.0), BootTime("boot-1", 1000.0)
        await on.rows.enqueue(queued("a", BEN), one)
        await on.rows.enqueue(queued("b", new_post()), two)
        await on.rows.claim(SendId("b"))
        on.network.look_fault = LookFault.HANGS
        await on.outbox.recover()
        assert [(send.id, send.state) for send in on.settled] == [("a", SendState.HELD)]
        assert on.settled[0].reason == "Chinwag was closed before it could leave."
        assert await draft_of(on) == "text a"
        assert (await on.until_settled(2)).state is SendState.CHECK
        assert on.server.asked == []


async def test_recovery_asks_about_what_was_said_again_and_then_cut_off(tmp_path: Path) -> None:
    """A second try that never left is still unsure because of the first."""
    async with stage(tmp_path / "p.db") as on:
        check = await in_check(on)
        await on.rows.press_again(check.id, on.clock.boot())
        on.restart()
        await on.outbox.recover()
        again = on.settled[-1]
        assert (again.id, again.state) == (check.id, SendState.CHECK)
        assert await draft_of(on) is None
        assert len(on.server.asked) == 1


@pytest.mark.parametrize("state", [SendState.HELD, SendState.QUEUED])
async def test_a_row_that_somebody_else_took_is_left_alone(
    tmp_path: Path, state: SendState
) -> None:
    """Losing the row between two tries means no request and no outcome."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        first = Fault.REFUSED if state is SendState.HELD else Fault.DROP_BEFORE
        on.network.will(first)
        said = await on.say()
        await on.pass_time(1)
        async with on.db.write() as tx:
            await tx.run("UPDATE outbox SET state = ? WHERE id = ?", (state, said.id))
        await on.pass_time(200)
        assert len(on.server.asked) == 1
        assert on.settled == []


# Want of space.


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
            assert await draft_of(on) == "hello"


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
                assert await draft_of(on) == "hello"
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
        assert await draft_of(on) == "hello"


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


async def test_every_send_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Two sends of the same words are two posts."""
    async with stage(tmp_path / "p.db") as on:
        first = await on.say_and_settle("hello")
        second = await on.say_and_settle("hello")
        assert first.id != second.id
        assert on.server.bodies() == ["hello", "hello"]
        assert isinstance(on.outbox, Outbox)
        await settle()
