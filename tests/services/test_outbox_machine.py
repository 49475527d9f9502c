"""What a send does next, as a table, with every boundary pinned."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import SendId
from services.model.limits import Keying
from services.model.posts import Post
from services.model.sending import SendState
from services.networks.base import Message
from services.outbox import machine
from services.outbox.machine import (
    Absent,
    Found,
    Look,
    LookFailed,
    MayBeOut,
    NothingLeft,
    Outcome,
    Published,
    RefusedForGood,
    RefusedForNow,
    Request,
    Settle,
    Standing,
    Step,
    is_fresh,
    is_key_alive,
    next_step,
)
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import NOON, FakeClock
from tests.outbox_stage import new_post


def a_post() -> Post:
    """Give some post of ours."""
    network = FakeNetwork(FakeServer(FakeClock()))
    return network._post(network._server.commit(Message(SendId("k"), new_post(), "hello", NOON)))


POST = a_post()
FIRST = Standing(keying=Keying.KEYED, was_out=False, attempts=1, age_s=0.0, may_request=True)
SECOND = msgspec.structs.replace(FIRST, was_out=True, attempts=2)
KEYLESS = msgspec.structs.replace(FIRST, keying=Keying.KEYLESS)
RECOVERED = msgspec.structs.replace(FIRST, may_request=False)

HELD, REJECTED, CHECK = (
    Settle(SendState.HELD),
    Settle(SendState.REJECTED),
    Settle(SendState.CHECK),
)


def at(standing: Standing, **changes: float | bool | None) -> Standing:
    """Give the same standing with some things different."""
    return msgspec.structs.replace(standing, **changes)


@pytest.mark.parametrize(
    ("standing", "outcome", "step"),
    [
        (FIRST, Published(POST), Settle(SendState.SENT, POST)),
        (RECOVERED, Found(POST), Settle(SendState.SENT, POST)),
        # Nothing left: again with doubling pauses, in the window, four times at most.
        (FIRST, NothingLeft(), Request(3.0)),
        (at(FIRST, attempts=2), NothingLeft(), Request(6.0)),
        (at(FIRST, attempts=3), NothingLeft(), Request(12.0)),
        (at(FIRST, attempts=4), NothingLeft(), HELD),
        (KEYLESS, NothingLeft(), Request(3.0)),
        (at(FIRST, age_s=116.9), NothingLeft(), Request(3.0)),
        (at(FIRST, age_s=117.0), NothingLeft(), HELD),
        (at(FIRST, age_s=None), NothingLeft(), HELD),
        (RECOVERED, NothingLeft(), HELD),
        # Nothing left now, but something earlier may have: look before anything else.
        (SECOND, NothingLeft(), Look(6.0)),
        (at(SECOND, age_s=114.0), NothingLeft(), Look(3.0, is_last=True)),
        (at(SECOND, attempts=4), NothingLeft(), Look(3.0, is_last=True)),
        # Refused for now: wait as long as they say, if the window allows.
        (FIRST, RefusedForNow(None), Request(3.0)),
        (FIRST, RefusedForNow(5.0), Request(5.0)),
        (FIRST, RefusedForNow(0.5), Request(3.0)),
        (FIRST, RefusedForNow(-5.0), Request(3.0)),
        (FIRST, RefusedForNow(119.9), Request(119.9)),
        (FIRST, RefusedForNow(120.0), HELD),
        (FIRST, RefusedForNow(float("nan")), Request(3.0)),
        (FIRST, RefusedForNow(float("inf")), HELD),
        (at(FIRST, age_s=60.0), RefusedForNow(60.0), HELD),
        (at(FIRST, attempts=4), RefusedForNow(5.0), HELD),
        (KEYLESS, RefusedForNow(5.0), Request(5.0)),
        (SECOND, RefusedForNow(5.0), Look(5.0)),
        (SECOND, RefusedForNow(900.0), Look(3.0, is_last=True)),
        # Refused for good.
        (FIRST, RefusedForGood(), REJECTED),
        (SECOND, RefusedForGood(), Look(3.0, is_last=True)),
        # May be out: look, never before three seconds.
        (FIRST, MayBeOut(), Look(3.0)),
        (KEYLESS, MayBeOut(), Look(3.0)),
        (at(SECOND, attempts=2), MayBeOut(), Look(6.0)),
        (at(SECOND, attempts=4), MayBeOut(), Look(24.0)),
        # Absent: repeat under a live key; else be sure before saying so; else ask.
        (FIRST, Absent(), Request(0.0)),
        (at(FIRST, attempts=3), Absent(), Request(0.0)),
        (at(FIRST, attempts=4, quiet_s=3.0), Absent(), Look(27.0)),
        (at(FIRST, attempts=4, quiet_s=29.999), Absent(), Look(3.0)),
        (at(FIRST, attempts=4, quiet_s=30.0), Absent(), HELD),
        (at(FIRST, age_s=119.9), Absent(), Request(0.0)),
        (at(FIRST, age_s=120.0), Absent(), Look(30.0)),
        (at(FIRST, age_s=120.0, quiet_s=30.0), Absent(), HELD),
        (KEYLESS, Absent(), CHECK),
        (at(KEYLESS, quiet_s=999.0), Absent(), CHECK),
        (RECOVERED, Absent(), Look(30.0)),
        (at(RECOVERED, quiet_s=30.0), Absent(), HELD),
        # A look that fails is made three times.
        (at(FIRST, failed_looks=1), LookFailed(), Look(3.0)),
        (at(FIRST, failed_looks=2), LookFailed(), Look(6.0)),
        (at(FIRST, failed_looks=3), LookFailed(), CHECK),
        (at(RECOVERED, failed_looks=3), LookFailed(), CHECK),
    ],
)
def test_every_outcome_has_its_step(standing: Standing, outcome: Outcome, step: Step) -> None:
    """What follows an outcome is exactly this."""
    assert next_step(standing, outcome) == step


@pytest.mark.parametrize(
    ("age_s", "is_it"), [(0.0, True), (119.999, True), (120.0, False), (-0.001, False)]
)
def test_a_key_press_is_fresh_for_two_minutes(age_s: float, is_it: bool) -> None:
    """A request may begin from the key press until just under 120 seconds after it."""
    assert is_fresh(age_s) is is_it
    assert is_fresh(None) is False


@pytest.mark.parametrize(
    ("age_s", "is_it"), [(0.0, True), (2999.999, True), (3000.0, False), (-0.001, False)]
)
def test_a_key_lives_for_fifty_minutes(age_s: float, is_it: bool) -> None:
    """A network is trusted to know a key until just under 50 minutes after its first use."""
    assert is_key_alive(age_s) is is_it


def test_the_figures_are_those_that_were_measured() -> None:
    """The limits that the proofs were run with are the ones in use."""
    assert (machine.WINDOW_S, machine.TIMEOUT_S, machine.WAIT_S) == (120.0, 30.0, 3.0)
    assert (machine.ATTEMPTS, machine.LOOKS, machine.QUIET_S) == (4, 3, 30.0)
    assert (machine.KEY_LIVES_S, machine.TAKE_BACK_S) == (3000.0, 60.0)


STANDINGS = st.builds(
    Standing,
    keying=st.sampled_from(Keying),
    was_out=st.booleans(),
    attempts=st.integers(1, 6),
    age_s=st.none() | st.floats(-10, 400),
    may_request=st.booleans(),
    quiet_s=st.floats(0, 100),
    failed_looks=st.integers(1, 5),
)
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.sampled_from(
        [NothingLeft(), MayBeOut(), RefusedForGood(), Absent(), LookFailed(), RefusedForNow(None)]
    ),
    st.builds(RefusedForNow, st.floats(allow_nan=True, allow_infinity=True)),
)


@given(STANDINGS, OUTCOMES)
def test_a_request_needs_a_fresh_key_press_and_a_certain_no_or_a_key(
    standing: Standing, outcome: Outcome
) -> None:
    """Whatever happened, a next request is fresh, counted, and cannot make a second post."""
    step = next_step(standing, outcome)
    if isinstance(step, Request):
        assert standing.may_request
        assert standing.attempts < machine.ATTEMPTS
        assert standing.age_s is not None
        assert standing.age_s + step.wait_s < machine.WINDOW_S
        had_no_effect = isinstance(outcome, NothingLeft | RefusedForNow) and not standing.was_out
        assert had_no_effect or (isinstance(outcome, Absent) and standing.keying is Keying.KEYED)


@given(STANDINGS, OUTCOMES)
def test_unsent_is_said_only_of_what_is_certainly_not_out(
    standing: Standing, outcome: Outcome
) -> None:
    """HELD and REJECTED need a certain no, or a key and half a minute without a trace."""
    step = next_step(standing, outcome)
    if isinstance(step, Settle) and step.state in (SendState.HELD, SendState.REJECTED):
        is_certain = not standing.was_out and not isinstance(outcome, MayBeOut | Absent)
        is_traceless = (
            isinstance(outcome, Absent)
            and standing.keying is Keying.KEYED
            and standing.quiet_s >= machine.QUIET_S
        )
        assert is_certain or is_traceless
