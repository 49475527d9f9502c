"""The session's law, to the millisecond."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clock import BootTime
from services.model.ids import SessionId
from services.model.session import Ending, Phase, Plan, Rhythm, SessionClock, Sitting, Stage
from services.session.machine import advance, can_compose, clock_of
from services.session.rhythm import phase_spans
from services.session.values import (
    ChangeStage,
    ComposeBegun,
    ComposeEnded,
    Effect,
    End,
    EndAsked,
    Event,
    ExtendAsked,
    Moment,
    OfferExtension,
    Open,
    Over,
    Resumed,
    SaveSitting,
    SendBegun,
    SendEnded,
    Started,
    State,
    Tick,
    Ticked,
    Unbegun,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOOT_S = 5000.0
ID = SessionId("s1")
PLAN = Plan(20)


def at(seconds: float, *, boot: str = "b1", boot_s: float | None = None) -> Moment:
    """Give the moment ``seconds`` after the start, on both clocks."""
    wall = NOON + timedelta(seconds=seconds)
    return Moment(BootTime(boot, BOOT_S + seconds if boot_s is None else boot_s), wall)


def started(plan: Plan = PLAN) -> Open:
    """Give a session that has just begun."""
    state, _ = advance(Unbegun(), Started(plan, ID, at(0)))
    assert isinstance(state, Open)
    return state


def after(state: State, *events: Event) -> State:
    """Give the state after all of ``events``."""
    for event in events:
        state, _ = advance(state, event)
    return state


def ticked(seconds: float, state: State | None = None, *, every_s: float = 20.0) -> State:
    """Give the state after ticks that reach ``seconds`` without a gap."""
    state = started() if state is None else state
    moment = state.seen.seconds - BOOT_S if isinstance(state, Open) else seconds
    while moment + every_s < seconds:
        moment += every_s
        state = after(state, Ticked(at(moment)))
    return after(state, Ticked(at(seconds)))


def opened(state: State) -> Open:
    """Hold that the session is open."""
    assert isinstance(state, Open)
    return state


def kinds(effects: tuple[Effect, ...]) -> list[type[Effect]]:
    """Name what has to be done."""
    return [type(effect) for effect in effects]


def test_a_start_is_saved_and_announced() -> None:
    """Sitting down keeps the sitting with both clocks and shows the whole of the time."""
    state, effects = advance(Unbegun(), Started(PLAN, ID, at(0)))
    sitting = Sitting(ID, PLAN, NOON, NOON + timedelta(minutes=20), 0)
    clock = SessionClock(
        ID, Stage.RUNNING, Phase.LISTEN, 1200, 0.0, phase_spans(20, Rhythm.REPLY_FIRST), 2
    )
    anchor = BootTime("b1", BOOT_S)
    assert effects == (SaveSitting(sitting, anchor), ChangeStage(clock))
    assert state == Open(sitting, anchor, Stage.RUNNING, 1200.0, anchor)


@pytest.mark.parametrize(
    ("seconds", "stage", "phase", "left", "fraction"),
    [
        (0.4, Stage.RUNNING, Phase.LISTEN, 1200, 0.4 / 1200),
        (1.0, Stage.RUNNING, Phase.LISTEN, 1199, 1 / 1200),
        (120.0, Stage.RUNNING, Phase.REPLY, 1080, 0.1),
        (1079.999, Stage.RUNNING, Phase.JOIN, 121, 1079.999 / 1200),
        (1080.0, Stage.CLOSING, Phase.WRAP, 120, 0.9),
        (1199.999, Stage.CLOSING, Phase.WRAP, 1, 1199.999 / 1200),
        (1200.0, Stage.GRACE, Phase.WRAP, 60, 1.0),
        (1230.5, Stage.GRACE, Phase.WRAP, 30, 1.0),
        (1259.999, Stage.GRACE, Phase.WRAP, 1, 1.0),
    ],
)
def test_the_clock_of_twenty_minutes(
    seconds: float, stage: Stage, phase: Phase, left: int, fraction: float
) -> None:
    """Each stage begins at its moment, and seconds are counted up to the next whole one."""
    clock = clock_of(opened(ticked(seconds)))
    assert (clock.stage, clock.phase, clock.seconds_left) == (stage, phase, left)
    assert clock.fraction == pytest.approx(fraction, abs=1e-9)
    assert clock.session == ID
    assert clock.extensions_left == 2


def test_a_tick_that_changes_nothing_only_shows_the_clock() -> None:
    """Between borders a tick writes nothing to disk."""
    state, effects = advance(started(), Ticked(at(1)))
    assert effects == (Tick(clock_of(opened(state))),)


@pytest.mark.parametrize(("before", "then"), [(1079.0, 1080.0), (1199.0, 1200.0)])
def test_a_new_stage_is_said_once(before: float, then: float) -> None:
    """The tick that crosses a border says so, the next one does not."""
    state, effects = advance(ticked(before), Ticked(at(then)))
    clock = clock_of(opened(state))
    assert effects == (ChangeStage(clock), Tick(clock))
    assert kinds(advance(state, Ticked(at(then + 1)))[1]) == [Tick]


@pytest.mark.parametrize(("minutes", "stage"), [(1, Stage.CLOSING), (2, Stage.CLOSING)])
def test_two_minutes_begin_in_their_closing(minutes: int, stage: Stage) -> None:
    """A session of two minutes is announced as ending from its start."""
    assert started(Plan(minutes)).stage is stage


def test_the_end_after_the_grace() -> None:
    """A minute after the deadline the session is over, with its time and its reason kept."""
    state, effects = advance(ticked(1259.9), Ticked(at(1260)))
    assert isinstance(state, Over)
    assert state.sitting.ended_at == NOON + timedelta(seconds=1260)
    assert state.sitting.ending is Ending.TIME
    assert effects == (
        SaveSitting(state.sitting, BootTime("b1", BOOT_S)),
        End(ID, Ending.TIME),
    )


def test_the_end_waits_ten_seconds_for_a_send() -> None:
    """A send under way keeps the debrief back until its outcome, but not for ever."""
    state = after(ticked(1259), SendBegun())
    held = opened(after(state, Ticked(at(1260)), Ticked(at(1269.999))))
    assert clock_of(held).seconds_left == 0
    assert isinstance(after(held, Ticked(at(1270))), Over)
    assert isinstance(after(held, SendEnded(), Ticked(at(1269.999))), Over)
    two = after(state, SendBegun(), SendEnded(), Ticked(at(1261)))
    assert isinstance(two, Open)


def test_asking_for_the_end() -> None:
    """Stopping early is ASKED; in the grace, where time is up anyway, it is TIME."""
    state, effects = advance(ticked(60), EndAsked(at(61)))
    assert isinstance(state, Over)
    assert state.sitting.ended_at == NOON + timedelta(seconds=61)
    assert state.sitting.ending is Ending.ASKED
    assert kinds(effects) == [Tick, SaveSitting, End]
    assert effects[1:] == (
        SaveSitting(state.sitting, BootTime("b1", BOOT_S)),
        End(ID, Ending.ASKED),
    )
    _, effects = advance(ticked(1190), EndAsked(at(1201)))
    assert kinds(effects) == [ChangeStage, Tick, SaveSitting, End]
    assert effects[-1] == End(ID, Ending.TIME)


def test_an_act_after_the_grace_comes_too_late() -> None:
    """A key pressed before the last tick has come finds the session over, once."""
    for event in (ExtendAsked(at(1260)), EndAsked(at(1260))):
        state, effects = advance(ticked(1259), event)
        assert isinstance(state, Over)
        assert kinds(effects) == [SaveSitting, End]
        assert effects[-1] == End(ID, Ending.TIME)
        assert state.sitting.extensions == 0


def test_the_end_is_put_off_twice_at_most() -> None:
    """Each time adds five minutes to the deadline; the third time nothing happens."""
    state, effects = advance(ticked(1100), ExtendAsked(at(1110)))
    clock = clock_of(opened(state))
    sitting = opened(state).sitting
    assert kinds(effects) == [Tick, SaveSitting, ChangeStage, Tick]
    assert effects[1:] == (
        SaveSitting(sitting, BootTime("b1", BOOT_S)),
        ChangeStage(clock),
        Tick(clock),
    )
    assert (sitting.extensions, sitting.ends_at) == (1, NOON + timedelta(minutes=25))
    assert (clock.stage, clock.seconds_left, clock.extensions_left) == (Stage.RUNNING, 390, 1)
    assert clock.fraction == pytest.approx(1110 / 1500)
    assert clock.phase is Phase.JOIN
    assert clock.spans == phase_spans(20, Rhythm.REPLY_FIRST, 1)

    state, effects = advance(state, ExtendAsked(at(1111)))
    assert kinds(effects) == [Tick, SaveSitting, Tick]
    assert clock_of(opened(state)).seconds_left == 689
    assert clock_of(opened(state)).extensions_left == 0

    third, effects = advance(state, ExtendAsked(at(1112)))
    assert kinds(effects) == [Tick]
    assert opened(third).sitting == opened(state).sitting
    assert isinstance(ticked(1860, third), Over)


def test_the_grace_can_be_put_off_too() -> None:
    """Five minutes more in the grace count from the deadline and open the composer again."""
    state = opened(after(ticked(1230), ExtendAsked(at(1230))))
    assert (state.stage, state.left_s) == (Stage.RUNNING, 270.0)
    assert can_compose(state)


def test_what_was_begun_may_be_finished_in_the_grace() -> None:
    """The composer opens freely before the deadline; after it only what was begun goes on."""
    assert not can_compose(Unbegun())
    assert can_compose(started())
    assert can_compose(ticked(1100))
    assert not can_compose(ticked(1200))
    assert not can_compose(after(ticked(1200), ComposeBegun()))
    begun = ticked(1200, after(ticked(1199), ComposeBegun()))
    assert can_compose(begun)
    assert can_compose(after(begun, ComposeBegun()))
    assert not can_compose(after(begun, ComposeEnded()))
    assert after(started(), ComposeBegun(), ComposeEnded()) == started()
    assert not can_compose(after(begun, SendBegun()))
    assert not can_compose(after(begun, SendBegun(), SendEnded()))
    assert can_compose(after(begun, SendBegun(), SendEnded(is_text_back=True)))
    assert not can_compose(ticked(1260, begun))


def test_sends_are_counted_and_never_below_none() -> None:
    """Beginning and ending a send balance; an outcome from before the session is no debt."""
    state = opened(after(started(), SendEnded()))
    assert state.sends == 0
    state = opened(after(state, ComposeBegun(), SendBegun(), SendBegun()))
    assert (state.sends, state.is_composing) == (2, False)
    state = opened(after(state, ComposeBegun(), SendEnded()))
    assert (state.sends, state.is_composing) == (1, True)
    for event in (ComposeBegun(), ComposeEnded(), SendBegun(), SendEnded()):
        assert advance(state, event)[1] == ()


@pytest.mark.parametrize(
    ("gap_s", "left", "is_offered"),
    [(1110.0, 90, True), (1080.001, 120, True), (1080.0, 120, False), (1199.0, 1, True)],
)
def test_back_from_sleep_with_little_left(gap_s: float, left: int, *, is_offered: bool) -> None:
    """Time asleep counts, and with less than two minutes left the first extension is offered."""
    state, effects = advance(started(), Ticked(at(gap_s)))
    clock = clock_of(opened(state))
    assert clock.seconds_left == left
    expected: tuple[Effect, ...] = (ChangeStage(clock), Tick(clock))
    assert effects == ((*expected, OfferExtension(clock)) if is_offered else expected)


def test_a_stepped_wall_clock_moves_nothing() -> None:
    """Within one boot only the boot clock counts, to the millisecond, from the same anchor."""
    begun = started()
    moment = Moment(BootTime("b1", BOOT_S + 10.0004), NOON + timedelta(hours=9))
    state = opened(after(begun, Ticked(moment)))
    assert (state.left_s, state.anchor, state.seen) == (1190.0, begun.anchor, moment.boot)


def test_back_at_the_first_moment_of_the_grace() -> None:
    """Whoever saw the deadline come keeps the grace, and is offered nothing for being away."""
    state = opened(ticked(1200))
    assert state.left_s == 0.0
    back, effects = advance(state, Ticked(at(1235)))
    assert clock_of(opened(back)).seconds_left == 25
    assert kinds(effects) == [Tick]
    assert kinds(advance(state, Resumed(state.sitting, state.anchor, at(1200)))[1]) == [Tick]


def test_only_the_first_extension_is_offered() -> None:
    """Who has put the end off before is not asked again, and can still do it."""
    state = after(started(), ExtendAsked(at(10)))
    _, effects = advance(state, Ticked(at(1400)))
    assert kinds(effects) == [ChangeStage, Tick]


@pytest.mark.parametrize(
    ("gap_s", "is_away"), [(30.0, False), (30.001, True), (90.0, True), (5000.0, True)]
)
def test_asleep_over_the_deadline(gap_s: float, *, is_away: bool) -> None:
    """Coming back after the deadline is the debrief; a late tick is only the grace."""
    state, effects = advance(ticked(1185), Ticked(at(1185 + gap_s)))
    if not is_away:
        assert opened(state).stage is Stage.GRACE
        return
    assert isinstance(state, Over)
    assert state.sitting.ended_at == state.sitting.ends_at == NOON + timedelta(minutes=20)
    assert state.sitting.ending is Ending.AWAY
    assert effects == (SaveSitting(state.sitting, BootTime("b1", BOOT_S)), End(ID, Ending.AWAY))


def test_the_deadline_itself_is_after_it() -> None:
    """Back at exactly the deadline is too late; a millisecond earlier is not."""
    assert isinstance(after(started(), Ticked(at(1200))), Over)
    assert isinstance(after(started(), Ticked(at(1199.999))), Open)


def test_asleep_in_the_grace() -> None:
    """Who was there when time was up is not told they were away, however long it took."""
    state = after(ticked(1210), Ticked(at(1245)))
    assert isinstance(state, Open)
    state, effects = advance(ticked(1210), Ticked(at(9000)))
    assert isinstance(state, Over)
    assert effects[-1] == End(ID, Ending.TIME)
    assert state.sitting.ended_at == NOON + timedelta(minutes=20)


def test_stopped_and_continued() -> None:
    """Back from a stop is coming back, however short it was."""
    before = opened(ticked(1100))
    event = Resumed(before.sitting, before.anchor, at(1101))
    state, effects = advance(before, event)
    clock = clock_of(opened(state))
    assert effects == (Tick(clock), OfferExtension(clock))
    late, effects = advance(state, Resumed(opened(state).sitting, opened(state).anchor, at(1201)))
    assert isinstance(late, Over)
    assert effects[-1] == End(ID, Ending.AWAY)


def test_resumed_after_a_crash_in_the_same_boot() -> None:
    """The boot clock alone decides, even when the wall clock was set meanwhile."""
    begun = started()
    moment = Moment(BootTime("b1", BOOT_S + 700), NOON + timedelta(days=3))
    state, effects = advance(Unbegun(), Resumed(begun.sitting, begun.anchor, moment))
    assert state == Open(begun.sitting, begun.anchor, Stage.RUNNING, 500.0, moment.boot)
    clock = clock_of(opened(state))
    assert effects == (SaveSitting(begun.sitting, begun.anchor), ChangeStage(clock))


@pytest.mark.parametrize(("boot", "stored"), [("b2", "b1"), ("", ""), ("", "b1"), ("b1", "")])
def test_resumed_where_boots_differ_or_have_no_name(boot: str, stored: str) -> None:
    """Then the wall clock decides, and the deadline moves over to the present boot clock."""
    sitting = started().sitting
    moment = at(700, boot=boot, boot_s=40.0)
    state, effects = advance(Unbegun(), Resumed(sitting, BootTime(stored, BOOT_S), moment))
    anchor = BootTime(boot, -660.0)
    assert state == Open(sitting, anchor, Stage.RUNNING, 500.0, moment.boot)
    assert effects[0] == SaveSitting(sitting, anchor)
    assert opened(after(state, Ticked(at(710, boot=boot, boot_s=50.0)))).left_s == 490.0


def test_resumed_by_a_wall_clock_that_went_back() -> None:
    """A wrong clock never makes a session longer than it was meant to be."""
    sitting = started().sitting
    state = after(Unbegun(), Resumed(sitting, BootTime("b1", 0), at(-900, boot="b2")))
    assert opened(state).left_s == 1200.0


@pytest.mark.parametrize(
    ("seconds", "offered"), [(1080.0, False), (1080.001, True), (1199.999, True), (100.0, False)]
)
def test_resumed_with_little_left(seconds: float, *, offered: bool) -> None:
    """Back after a crash with less than two minutes left, the first extension is offered."""
    begun = started()
    state, effects = advance(Unbegun(), Resumed(begun.sitting, begun.anchor, at(seconds)))
    clock = clock_of(opened(state))
    assert (OfferExtension(clock) in effects) is offered
    assert kinds(effects)[:2] == [SaveSitting, ChangeStage]


@pytest.mark.parametrize("seconds", [1200.0, 1230.0, 90000.0])
def test_resumed_after_the_deadline(seconds: float) -> None:
    """The debrief comes at once, and the session is kept as ended at its deadline."""
    begun = started()
    state, effects = advance(Unbegun(), Resumed(begun.sitting, begun.anchor, at(seconds)))
    assert isinstance(state, Over)
    assert state.sitting.ended_at == begun.sitting.ends_at
    assert state.sitting.ending is Ending.AWAY
    assert effects == (SaveSitting(state.sitting, begun.anchor), End(ID, Ending.AWAY))


def test_resumed_with_its_extensions() -> None:
    """Extensions survive a crash: they count for the deadline and against the next one."""
    state = opened(after(started(), ExtendAsked(at(10))))
    back = after(Unbegun(), Resumed(state.sitting, state.anchor, at(1210)))
    assert opened(back).left_s == 290.0
    twice = after(back, ExtendAsked(at(1211)), ExtendAsked(at(1212)))
    assert opened(twice).sitting.extensions == 2


def test_ticking_over_a_change_of_boot() -> None:
    """A machine that wakes as another boot goes on by the wall clock, with the anchor saved."""
    state, effects = advance(ticked(600), Ticked(at(1090, boot="b2", boot_s=3.0)))
    clock = clock_of(opened(state))
    anchor = BootTime("b2", 3.0 - 1090)
    assert clock.seconds_left == 110
    assert effects == (
        SaveSitting(opened(state).sitting, anchor),
        ChangeStage(clock),
        Tick(clock),
        OfferExtension(clock),
    )
    assert opened(state).anchor == anchor
    assert opened(after(state, Ticked(at(1100, boot="b2", boot_s=13.0)))).left_s == 100.0
    backwards = opened(after(ticked(600), Ticked(at(0, boot="b2", boot_s=3.0))))
    assert (backwards.left_s, backwards.anchor) == (600.0, BootTime("b2", -597.0))


def test_what_is_over_stays_over() -> None:
    """No event opens a session again or asks for anything."""
    over = after(started(), EndAsked(at(5)))
    assert isinstance(over, Over)
    stored = Resumed(over.sitting, BootTime("b1", BOOT_S), at(6))
    assert advance(Unbegun(), stored) == (over, ())
    for event in (stored, *every_event(7)):
        assert advance(over, event) == (over, ())


def test_what_means_nothing_does_nothing() -> None:
    """Before the start nothing but a start counts; a second start is none."""
    for event in every_event(1)[1:]:
        assert advance(Unbegun(), event) == (Unbegun(), ())
    state = started()
    assert advance(state, Started(Plan(45), SessionId("s2"), at(9))) == (state, ())


def every_event(seconds: float) -> tuple[Event, ...]:
    """Give one of each event, a start first."""
    moment = at(seconds)
    return (
        Started(PLAN, ID, moment),
        Ticked(moment),
        ExtendAsked(moment),
        EndAsked(moment),
        ComposeBegun(),
        ComposeEnded(),
        SendBegun(),
        SendEnded(),
    )


PASSING = st.floats(0, 400, allow_nan=False)
ACTS = st.sampled_from(range(1, 9))


@given(
    minutes=st.integers(1, 60),
    rhythm=st.sampled_from(Rhythm),
    steps=st.lists(st.tuples(PASSING, ACTS, st.floats(-9e4, 9e4)), max_size=60),
)
def test_whatever_happens_the_law_holds(
    minutes: int, rhythm: Rhythm, steps: list[tuple[float, int, float]]
) -> None:
    """Left time only falls but for extensions, at most two come, and the end comes once."""
    state: State = started(Plan(minutes, rhythm))
    seconds, ends = 0.0, 0
    for passing, act, wall_step in steps:
        seconds += passing
        event = every_event(seconds)[act] if act < 8 else Ticked(at(seconds))
        if isinstance(event, Ticked):
            drifted = event.at.wall + timedelta(seconds=wall_step)
            event = Ticked(Moment(event.at.boot, drifted))
        before = state
        state, effects = advance(state, event)
        ends += sum(isinstance(effect, End) for effect in effects)
        match before, state:
            case Open(), Open():
                extended = state.sitting.extensions - before.sitting.extensions
                assert extended in ({0, 1} if isinstance(event, ExtendAsked) else {0})
                assert state.left_s <= before.left_s + extended * 300
                assert state.sitting.extensions <= 2
                assert state.left_s > -70
                clock = clock_of(state)
                assert 0 <= clock.fraction <= 1
                assert clock.seconds_left <= (minutes + 10) * 60
                if not extended:
                    order = [Stage.RUNNING, Stage.CLOSING, Stage.GRACE]
                    assert order.index(state.stage) >= order.index(before.stage)
            case Over(), _:
                assert state == before
                assert effects == ()
            case _, Over():
                assert state.sitting.ended_at is not None
                assert state.sitting.ending is not None
            case _:
                raise AssertionError
    assert ends == isinstance(state, Over)
