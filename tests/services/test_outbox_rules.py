"""Whatever happens in whatever order, nothing is doubled, lost, or sent without a key press."""

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.model.ids import SendId
from services.model.sending import Send, SendState
from services.outbox import Decision
from tests.fake_network import FakeNetwork, FakeServer, Fault, Keys, LookFault
from tests.fakes import FakeClock, settle
from tests.outbox_stage import Stage, open_watched, reply_to

_T = TypeVar("_T")


class Sends(RuleBasedStateMachine):
    """A person, a network with faults, a machine that sleeps and a program that dies."""

    def __init__(self) -> None:
        """Open everything in a directory of its own."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = tempfile.TemporaryDirectory()
        self.pressed_s: dict[SendId, list[float]] = {}
        self.texts: dict[SendId, str] = {}
        self.let_go: set[SendId] = set()
        self.on: Stage

    def do(self, work: Awaitable[_T]) -> _T:
        """Run to the end of what needs no time."""

        async def run() -> _T:
            result = await work
            await self.on.idle()
            return result

        return self.runner.run(run())

    @initialize(keys=st.sampled_from(Keys))
    def open(self, keys: Keys) -> None:
        """Start with an empty file."""

        async def opened() -> Stage:
            clock = FakeClock()
            server = FakeServer(clock, keys)
            db = await open_watched(Path(self.directory.name) / "private.db")
            return Stage(clock, db, server, FakeNetwork(server))

        self.on = self.runner.run(opened())

    @rule(
        faults=st.lists(st.none() | st.sampled_from(Fault), max_size=3),
        look=st.none() | st.sampled_from(LookFault),
    )
    def break_the_network(self, faults: list[Fault | None], look: LookFault | None) -> None:
        """The next requests and looks go wrong."""
        assert self.on.network is not None
        self.on.network.will(*faults)
        self.on.network.look_fault = look

    @precondition(lambda self: len(self.texts) < 5)
    @rule(name=st.sampled_from(["ben", "cleo"]))
    def say(self, name: str) -> None:
        """Somebody presses the key."""
        body = f"text {len(self.texts)}"
        now_s = self.on.clock.boot().seconds
        send = self.do(self.on.outbox.say(reply_to(name), body, session=None))
        self.texts[send.id] = body
        self.pressed_s[send.id] = [now_s]
        # What stood in the composer went out with the key press: it is this text now.
        self.let_go |= {
            other for other in self.texts if other != send.id and self.is_only_in_draft(other, name)
        }

    def is_only_in_draft(self, send_id: SendId, name: str) -> bool:
        """Tell whether a text had come back to the composer that was just sent from."""
        send = self.do(self.on.rows.read(send_id))
        assert send is not None
        return send.is_given_back and send.target == reply_to(name)

    @rule(seconds=st.sampled_from([1.0, 3.0, 10.0, 31.0, 125.0, 3100.0]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.do(self.on.pass_time(seconds))

    @rule(seconds=st.sampled_from([30.0, 200.0]))
    def sleep(self, seconds: float) -> None:
        """The lid is closed for a while."""
        self.on.clock.suspend(seconds)

    @rule(is_orderly=st.booleans())
    def restart(self, is_orderly: bool) -> None:
        """The program ends, in order or not, and starts again; recovery sends nothing."""

        async def again() -> None:
            asked = len(self.on.server.asked)
            if is_orderly:
                await self.on.outbox.close()
            else:
                for task in tuple(self.on.outbox._deliveries.values()):
                    task.cancel()
                await settle()
            self.on.restart()
            await self.on.outbox.recover()
            await self.on.pass_time(40)
            assert len(self.on.server.asked) == asked

        self.do(again())

    @rule(decision=st.sampled_from(Decision), confirmed=st.booleans())
    def decide(self, decision: Decision, confirmed: bool) -> None:
        """The author deals with the first unsure one, honestly."""
        unsure = [s for s in self.do(self.on.rows.unsure()) if s.state is SendState.CHECK]
        if not unsure or self.on.server.is_busy:
            return
        send = unsure[0]
        is_there = self.on.server.count(send.id) > 0
        match decision:
            case Decision.IT_IS_THERE if is_there:
                self.do(self.on.outbox.decide(send.id, decision))
            case Decision.NOT_THERE_TAKE_TEXT if not is_there:
                self.do(self.on.outbox.decide(send.id, decision))
            case Decision.SAY_AGAIN:
                self.say_again(send, confirmed=confirmed and not is_there)
            case _:
                pass

    def say_again(self, send: Send, *, confirmed: bool) -> None:
        """Press once more; unconfirmed it may be refused."""
        pressed_s = self.on.clock.boot().seconds
        try:
            self.do(self.on.outbox.decide(send.id, Decision.SAY_AGAIN, confirmed=confirmed))
        except Exception as error:  # noqa: BLE001 - the only reason there may be
            assert type(error).__name__ == "NeedsConfirming"  # noqa: PT017
        else:
            self.pressed_s[send.id].append(pressed_s)

    @invariant()
    def nothing_is_doubled_lost_or_sent_unasked(self) -> None:
        """The server's list, the rows and the drafts agree."""
        if not hasattr(self, "on"):
            return
        drafts = "\n".join(draft.body for draft in self.do(self.on.drafts.all()))
        ledger = [send_id for send_id, _ in self.on.ledger]
        for send_id, text in self.texts.items():
            send = self.do(self.on.rows.read(send_id))
            assert send is not None
            assert send.body == text
            count = self.on.server.count(send_id)
            assert count <= 1
            assert ledger.count(send_id) == (send.state is SendState.SENT)
            match send.state:
                case SendState.SENT:
                    assert count == 1
                case SendState.HELD | SendState.REJECTED:
                    assert count == 0
                case _:
                    pass
            is_kept = not send.is_dismissed and send.state is not SendState.SENT
            assert count or text in drafts or is_kept or send_id in self.let_go
            if send.is_given_back and send_id not in self.let_go:
                assert text in drafts
        for asked in self.on.server.asked:
            assert asked.body == self.texts.get(asked.key, asked.body)
            ages = [asked.at.seconds - s for s in self.pressed_s.get(asked.key, [asked.at.seconds])]
            assert any(0 <= age < 120 for age in ages)

    def teardown(self) -> None:
        """Close everything."""
        if hasattr(self, "on"):

            async def closed() -> None:
                self.on.network = None
                await self.on.outbox.close()
                self.on.server.close()
                await settle()
                await self.on.db.close()

            self.runner.run(closed())
        self.runner.close()
        self.directory.cleanup()


TestSends = Sends.TestCase
TestSends.settings = settings(
    max_examples=40,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
