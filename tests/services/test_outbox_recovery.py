"""Closing, and coming back after a crash: looked up, given back, never sent."""

from pathlib import Path

import pytest

from services.clock import BootTime
from services.errors import ChinwagError
from services.model.ids import SendId
from services.model.sending import SendState
from tests.fake_network import Fault, Keys, LookFault
from tests.outbox_stage import new_post, queued, reply_to, stage

BEN = reply_to("ben")


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
        assert await on.draft_of(BEN) == "hello"
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
        assert await on.draft_of(BEN) == "text a"
        assert (await on.until_settled(2)).state is SendState.CHECK
        assert on.server.asked == []


async def test_recovery_asks_about_what_was_said_again_and_then_cut_off(tmp_path: Path) -> None:
    """A second try that never left is still unsure because of the first."""
    async with stage(tmp_path / "p.db") as on:
        check = await on.in_check()
        await on.rows.press_again(check.id, on.clock.boot())
        on.restart()
        await on.outbox.recover()
        again = on.settled[-1]
        assert (again.id, again.state) == (check.id, SendState.CHECK)
        assert await on.draft_of(BEN) is None
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
