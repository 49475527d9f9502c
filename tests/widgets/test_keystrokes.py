"""A line feed out of a paste never sends; one pressed by hand does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.keystrokes import ALONE_S, Keystrokes, Ruling

_GAPS = st.floats(0, 0.2, allow_nan=False)


def _play(strokes: list[tuple[float, str]], until_s: float) -> list[Ruling]:
    """Play keys at their times; give every ruling but WAIT."""
    state = Keystrokes()
    ruled: list[Ruling] = []
    for at_s, key in strokes:
        ruled += state.line_feed(at_s) if key == "\n" else state.other(at_s)
    last = state.silence(until_s)
    ruled += [last] if last is not None else []
    return [ruling for ruling in ruled if ruling is not Ruling.WAIT]


@pytest.mark.parametrize(
    ("strokes", "expected"),
    [
        ([(1.0, "\n")], [Ruling.SEND]),
        ([(1.0, "a"), (1.5, "\n")], [Ruling.SEND]),
        ([(1.0, "a"), (1.0, "\n")], [Ruling.NEWLINE]),
        ([(1.0, "a"), (1.029, "\n")], [Ruling.NEWLINE]),
        ([(1.0, "\n"), (1.0, "b")], [Ruling.NEWLINE]),
        ([(1.0, "\n"), (1.029, "b")], [Ruling.NEWLINE]),
        ([(1.0, "\n"), (1.5, "b")], [Ruling.SEND]),
        ([(1.0, "\n"), (1.0, "\n")], [Ruling.NEWLINE, Ruling.NEWLINE]),
        ([(1.0, "\n"), (2.0, "\n")], [Ruling.SEND, Ruling.SEND]),
        ([(1.0, "a"), (1.0, "\n"), (1.0, "\n"), (1.0, "b")], [Ruling.NEWLINE] * 2),
    ],
)
def test_table(strokes: list[tuple[float, str]], expected: list[Ruling]) -> None:
    """Each of these is ruled on as a person would rule."""
    assert _play(strokes, 9.0) == expected


def test_it_waits_until_silence_is_long_enough() -> None:
    """Before thirty milliseconds are over nothing is sent."""
    state = Keystrokes()
    assert state.line_feed(1.0) == (Ruling.WAIT,)
    assert state.is_waiting
    assert state.silence(1.0 + ALONE_S - 0.001) is Ruling.WAIT
    assert state.silence(1.0 + ALONE_S + 0.001) is Ruling.SEND
    assert state.silence(2.0) is None


def test_a_forgotten_line_feed_does_nothing() -> None:
    """A wish to send a text that is gone is gone."""
    state = Keystrokes()
    state.line_feed(1.0)
    state.forget()
    assert state.silence(2.0) is None


@given(st.lists(st.tuples(_GAPS, st.sampled_from("ab\n")), max_size=30))
def test_a_send_is_always_alone(steps: list[tuple[float, str]]) -> None:
    """Every send is a line feed with thirty milliseconds of silence on both sides."""
    at_s, strokes = 1.0, []
    for gap, key in steps:
        at_s += gap
        strokes.append((at_s, key))
    times = [when for when, _ in strokes]
    alone = [
        when
        for index, (when, key) in enumerate(strokes)
        if key == "\n"
        and all(abs(when - other) > ALONE_S for j, other in enumerate(times) if j != index)
    ]
    ruled = _play(strokes, at_s + 1)
    assert ruled.count(Ruling.SEND) == len(alone)
    assert len(ruled) == sum(key == "\n" for _, key in strokes)


@given(st.text("ab\n", min_size=2, max_size=60), st.floats(0, 0.0299))
def test_a_paste_never_sends(text: str, apart_s: float) -> None:
    """Characters that come at once, or within thirty milliseconds of each other, never send."""
    strokes = [(1.0 + index * apart_s, key) for index, key in enumerate(text)]
    assert Ruling.SEND not in _play(strokes, 99.0)
