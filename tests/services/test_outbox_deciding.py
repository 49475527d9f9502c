"""What its author makes of a send: it is there, it is not, again, never mind, take it back."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from services.errors import ChinwagError, Unclear, Unreachable
from services.model.ids import SendId
from services.model.sending import SendState
from services.outbox import Decision
from services.outbox.runner import NeedsConfirming
from tests.fake_network import Fault, Keys
from tests.fakes import NOON
from tests.outbox_stage import reply_to, stage

BEN = reply_to("ben")


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
        check = await on.in_check()
        sent = await on.outbox.decide(check.id, Decision.IT_IS_THERE)
        assert (sent.state, sent.post) == (SendState.SENT, None)
        assert on.ledger == [(check.id, None)]
        with pytest.raises(ChinwagError, match="no post of yours"):
            await on.outbox.take_back(check.id)


async def test_it_is_not_there_so_the_text_comes_back(tmp_path: Path) -> None:
    """The text is a draft again and nobody is asked any more."""
    async with stage(tmp_path / "p.db") as on:
        check = await on.in_check()
        assert not check.is_given_back
        assert await on.draft_of(BEN) is None
        dealt = await on.outbox.decide(check.id, Decision.NOT_THERE_TAKE_TEXT)
        assert (dealt.state, dealt.is_dismissed) == (SendState.CHECK, True)
        assert await on.draft_of(BEN) == "hello"
        assert await on.rows.unsure() == ()
        assert on.settled[-1] == dealt
        for decision in Decision:
            with pytest.raises(ChinwagError, match="settled already"):
                await on.outbox.decide(check.id, decision)


async def test_dismissing_leaves_everything_as_it_is(tmp_path: Path) -> None:
    """The row stays for the record and is no longer unsure."""
    async with stage(tmp_path / "p.db") as on:
        check = await on.in_check()
        dealt = await on.outbox.decide(check.id, Decision.DISMISS)
        assert dealt.is_dismissed
        assert await on.rows.unsure() == ()
        assert on.settled[-1] == dealt


async def test_said_again_under_the_same_key(tmp_path: Path) -> None:
    """A keyed network gets the same key and body in a fresh window."""
    async with stage(tmp_path / "p.db") as on:
        check = await on.in_check()
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
        check = await on.in_check()
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
        check = await on.in_check()
        await on.pass_time(3001)
        on.network.will(Fault.DROP_BEFORE)
        await on.outbox.decide(check.id, Decision.SAY_AGAIN, confirmed=True)
        again = await on.until_settled(2)
        assert again.state is SendState.CHECK
        assert len(on.server.asked) == 2


async def test_without_a_connection_the_key_is_not_trusted(tmp_path: Path) -> None:
    """Nobody can tell whether a network that is not open knows keys."""
    async with stage(tmp_path / "p.db") as on:
        check = await on.in_check()
        on.network = None
        with pytest.raises(NeedsConfirming):
            await on.outbox.decide(check.id, Decision.SAY_AGAIN)


async def test_taking_back_deletes_and_returns_the_text(tmp_path: Path) -> None:
    """Within a minute the post goes, the text is a draft, the ledger and the guard forget it."""
    async with stage(tmp_path / "p.db") as on:
        sent = await on.say_and_settle()
        await on.pass_time(60)
        taken = await on.outbox.take_back(sent.id)
        assert taken.taken_back_at == NOON + timedelta(seconds=60)
        assert on.server.bodies() == []
        assert await on.draft_of(BEN) == "hello"
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
        assert await on.draft_of(BEN) is None


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
        assert await on.draft_of(BEN) is None
        assert on.server.bodies() == ["hello"]
        on.network.take_back_fault = None
        taken = await on.outbox.take_back(sent.id)
        assert taken.taken_back_at is not None
        assert await on.draft_of(BEN) == "hello"


async def test_only_what_was_sent_is_taken_back(tmp_path: Path) -> None:
    """An unknown, an unsent and a disconnected one are refused in words."""
    async with stage(tmp_path / "p.db") as on:
        with pytest.raises(ChinwagError, match="no post of yours"):
            await on.outbox.take_back(SendId("unknown"))
        check = await on.in_check()
        with pytest.raises(ChinwagError, match="no post of yours"):
            await on.outbox.take_back(check.id)
        sent = await on.say_and_settle()
        on.network = None
        with pytest.raises(ChinwagError, match="takes nothing back"):
            await on.outbox.take_back(sent.id)
