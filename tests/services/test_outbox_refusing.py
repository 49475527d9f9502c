"""What the outbox will not do, in which words, and that it goes on with the rest."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.clock import BootTime
from services.errors import ChinwagError, DiskFull, Unclear
from services.model.ids import SendId
from services.model.sending import SendState
from services.outbox import Decision
from services.outbox.runner import NeedsConfirming
from tests.fake_network import Fault, Keys
from tests.fakes import NOON, settle
from tests.outbox_stage import SESSION, new_post, queued, reply_to, stage

BEN = reply_to("ben")


async def test_no_words_yet(tmp_path: Path) -> None:
    """A blank text is answered with what to do."""
    async with stage(tmp_path / "p.db") as on:
        with pytest.raises(ChinwagError) as raised:
            await on.say(" ")
        assert said(raised) == ("There are no words in it yet.", "Write something first.")


async def test_closing(tmp_path: Path) -> None:
    """Whoever speaks while the program closes is told where the text is."""
    async with stage(tmp_path / "p.db") as on:
        await on.outbox.close()
        with pytest.raises(ChinwagError) as raised:
            await on.say()
        assert said(raised) == ("Chinwag is closing.", "Your text is kept as a draft.")


async def test_closing_waits_for_what_is_being_kept(tmp_path: Path) -> None:
    """A text whose row is being written while the program closes is a draft again after it."""
    async with stage(tmp_path / "p.db") as on:
        async with on.db.write():
            saying = asyncio.ensure_future(on.say())
            await settle()
            closing = asyncio.ensure_future(on.outbox.close())
            for _ in range(3):
                await on.rows.open()
            assert not closing.done()
        await closing
        assert (await saying).state is SendState.QUEUED
        assert await on.rows.open() == ()
        assert await on.draft_of(BEN) == "hello"
        assert [send.state for send in on.settled] == [SendState.HELD]


async def test_closing_goes_on_though_something_could_not_be_kept(tmp_path: Path) -> None:
    """Whoever pressed the key hears of the full disk, and the program closes all the same."""
    async with stage(tmp_path / "p.db") as on:
        on.db.fails_at = frozenset({1})
        saying = asyncio.ensure_future(on.say())
        await asyncio.sleep(0)
        await on.outbox.close()
        with pytest.raises(DiskFull):
            await saying
        assert on.settled == []


async def test_what_would_be_said_twice(tmp_path: Path) -> None:
    """The second key press is asked for with the reason."""
    async with stage(tmp_path / "p.db", Keys.NONE) as on:
        check = await on.in_check()
        with pytest.raises(NeedsConfirming) as raised:
            await on.outbox.decide(check.id, Decision.SAY_AGAIN)
        assert said(raised) == (
            "If it is there already, this would say it twice.",
            "Look once more, then press again to send it all the same.",
        )


@pytest.mark.parametrize("decision", Decision)
async def test_nothing_is_decided_about_what_is_unknown(tmp_path: Path, decision: Decision) -> None:
    """A send that is not there counts as settled."""
    async with stage(tmp_path / "p.db") as on:
        with pytest.raises(ChinwagError) as raised:
            await on.outbox.decide(SendId("unknown"), decision)
        assert said(raised) == ("This one is settled already.", "")
        assert on.settled == []


@pytest.mark.parametrize("decision", [Decision.IT_IS_THERE, Decision.SAY_AGAIN])
async def test_what_certainly_did_not_leave_is_not_in_doubt(
    tmp_path: Path, decision: Decision
) -> None:
    """A text that was held is said anew from its draft, and nobody can have seen it there."""
    async with stage(tmp_path / "p.db", Keys.NONE) as on:
        assert on.network is not None
        on.network.will(Fault.RATE_LONG)
        held = await on.say_and_settle()
        with pytest.raises(ChinwagError) as raised:
            await on.outbox.decide(held.id, decision)
        assert said(raised) == ("This one is settled already.", "")
        assert await on.rows.unsure() == (held,)


async def test_taking_back_what_is_not_out(tmp_path: Path) -> None:
    """There is nothing to take back where nothing was published."""
    async with stage(tmp_path / "p.db") as on:
        with pytest.raises(ChinwagError) as raised:
            await on.outbox.take_back(SendId("unknown"))
        assert said(raised) == ("There is no post of yours to take back here.", "")


async def test_taking_back_too_late(tmp_path: Path) -> None:
    """After the minute the other way is named."""
    async with stage(tmp_path / "p.db") as on:
        sent = await on.say_and_settle()
        await on.pass_time(61)
        with pytest.raises(ChinwagError) as raised:
            await on.outbox.take_back(sent.id)
        assert said(raised) == (
            "It has been out for more than a minute.",
            "You can still delete it on its network.",
        )


async def test_taking_back_where_nothing_is_given_back(tmp_path: Path) -> None:
    """A network that cannot delete leaves the post and makes no draft."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        sent = await on.say_and_settle()
        on.network._capabilities = replace(on.network.capabilities, can_take_back=False)
        with pytest.raises(ChinwagError) as raised:
            await on.outbox.take_back(sent.id)
        assert said(raised) == ("This network takes nothing back from here.", "")
        assert on.server.bodies() == ["hello"]
        assert await on.draft_of(BEN) is None


async def test_taking_back_without_an_answer(tmp_path: Path) -> None:
    """A deletion has half a minute, and then it is said that the post may still be there."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        sent = await on.say_and_settle()
        on.network.take_back_fault = Fault.HANG_BEFORE
        taking = asyncio.ensure_future(on.outbox.take_back(sent.id))
        await on.pass_time(29.9)
        assert not taking.done()
        await on.pass_time(0.1)
        with pytest.raises(Unclear) as raised:
            await taking
        assert said(raised) == (
            "There was no answer, so it may still be there.",
            "Try again, or look there.",
        )


async def test_taking_back_twice_at_once(tmp_path: Path) -> None:
    """The second of two key presses is told that it is dealt with, and one draft is made."""
    async with stage(tmp_path / "p.db") as on:
        sent = await on.say_and_settle()
        async with asyncio.timeout(30):
            outcomes = await asyncio.gather(
                on.outbox.take_back(sent.id), on.outbox.take_back(sent.id), return_exceptions=True
            )
        (failed,) = [outcome for outcome in outcomes if isinstance(outcome, ChinwagError)]
        assert (failed.what, failed.remedy) == ("This one is settled already.", "")
        assert await on.draft_of(BEN) == "hello"
        assert len(on.settled) == 2


async def test_the_row_is_what_was_said(tmp_path: Path) -> None:
    """Everything that the key press meant stands in the row before anything happens."""
    async with stage(tmp_path / "p.db") as on:
        await on.pass_time(7)
        pressed = BootTime("boot-1", 1001.5)
        said_ = await on.outbox.say(BEN, " hello ", session=SESSION, key_pressed=pressed)
        row = await on.rows.row(said_.id)
        assert row is not None
        assert row.pressed == pressed
        assert said_ == replace(
            queued(said_.id, BEN), body=" hello ", pressed_at=NOON + timedelta(seconds=7)
        )


async def test_recovery_goes_on_after_a_row_that_is_looked_after(tmp_path: Path) -> None:
    """A send under way is left to its delivery, and what stands behind it is given back."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.HANG_AFTER)
        await on.say()
        await on.idle()
        await on.rows.enqueue(queued("zz", new_post()), on.clock.boot())
        await on.outbox.recover()
        assert [(send.id, send.state) for send in on.settled] == [("zz", SendState.HELD)]
        await on.until_settled(2)
        await on.pass_time(200)
        assert len(on.settled) == 2


async def test_recovery_tells_whom_it_asks_and_why(tmp_path: Path) -> None:
    """A second try that was cut off is told as one that its author has to look at."""
    async with stage(tmp_path / "p.db") as on:
        check = await on.in_check()
        await on.rows.press_again(check.id, on.clock.boot())
        await on.pass_time(5)
        on.restart()
        await on.outbox.recover()
        again = on.settled[-1]
        assert len(on.settled) == 2
        assert (again.id, again.state) == (check.id, SendState.CHECK)
        assert again.reason == "Chinwag was closed before it could leave."
        assert again.settled_at == on.clock.now()


async def test_each_send_has_a_task_with_its_name(tmp_path: Path) -> None:
    """Whoever looks at what runs sees which send it is, and nothing stays when it is over."""
    async with stage(tmp_path / "p.db") as on:
        assert on.network is not None
        on.network.will(Fault.HANG_AFTER)
        made = await on.say()
        await on.idle()
        names = {task.get_name() for task in asyncio.all_tasks()}
        assert f"send {made.id}" in names
        await on.until_settled()
        await on.idle()
        assert f"send {made.id}" not in {task.get_name() for task in asyncio.all_tasks()}
        assert on.outbox._deliveries == {}
        assert on.outbox._admissions == set()


def said(raised: pytest.ExceptionInfo[ChinwagError]) -> tuple[str, str]:
    """Give both sentences of an error."""
    return raised.value.what, raised.value.remedy
