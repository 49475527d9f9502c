"""The parser of captured streams catches each class of violation, and nothing honest."""

import pytest

from tests.stream_grammar import Breach, Screen, violations

_SETUP = (
    "\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?25l\x1b[?1004h\x1b[>25u"
    "\x1b[?2026$p\x1b[?2048$p\x1b[?2004h\x1b[?7l\x1b]22;default\x07\x1b[?2048h\x1b[?1016h"
)
_FRAME = (
    "\x1b[?2026h\x1b[1;1H\x1b[1;7;38;2;224;224;224;48;2;18;18;18mhello, wörld "
    "漢字 👩\u200d👧\x1b[0m"
    "\x1b[48;5;16m  \x1b[0m\x1b[91;100mx\x1b[0m\x1b[39;49mx\x1b[0m\x1b[4mx\x1b[0mplain\r\n"
    "\x1b[2;1H\x1b[31mred\x1b[0m\x1b[24;80H\x1b[?2026l"
)
_END = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u"
    "\x1b[?1049l\x1b[?25h\x1b[?1004l12 minutes, with Em.\r\n"
)
_SCREEN = Screen(columns=80, rows=24)


def test_a_whole_run_parses() -> None:
    """Start, frames, end and the lines after it are all known."""
    assert violations((_SETUP + _FRAME + _FRAME + _END).encode(), _SCREEN) == ()


@pytest.mark.parametrize(
    ("foreign", "breach"),
    [
        ("\x1b[2J", Breach.SEQUENCE),
        ("\x1b[6n", Breach.SEQUENCE),
        ("\x1b[21t", Breach.SEQUENCE),
        ("\x1b[?1h", Breach.SEQUENCE),
        ("\x1b[?1016l", Breach.SEQUENCE),
        ("\x1b[>31u", Breach.SEQUENCE),
        ("\x1b[201~", Breach.SEQUENCE),
        ("\x1b[m", Breach.SEQUENCE),
        ("\x1b[4:3m", Breach.SEQUENCE),
        ("\x1b[38;2;256;0;0m", Breach.SEQUENCE),
        ("\x1b[48;2;0;0;0;38;2;0;0;0m", Breach.SEQUENCE),
        ("\x1b[01m", Breach.SEQUENCE),
        ("\x1b[31;m", Breach.SEQUENCE),
        ("\x1b[H", Breach.SEQUENCE),
        ("\x1b[0;1H", Breach.SEQUENCE),
        ("\x1b]0;title\x07", Breach.SEQUENCE),
        ("\x1b]8;;https://x.example\x1b\\", Breach.SEQUENCE),
        ("\x1b]8;id=1;https://x.example\x1b\\", Breach.SEQUENCE),
        ("\x1b]52;c;aGVq\x07", Breach.SEQUENCE),
        ("\x1b]52;c;aGVq\x1b\\", Breach.SEQUENCE),
        ("\x1b]22;default\x1b\\", Breach.SEQUENCE),
        ("\x1bPq#0~\x1b\\", Breach.SEQUENCE),
        ("\x1b_Ga=T;AAAA\x1b\\", Breach.SEQUENCE),
        ("\x1b^x\x1b\\", Breach.SEQUENCE),
        ("\x1bXx\x1b\\", Breach.SEQUENCE),
        ("\x1bc", Breach.SEQUENCE),
        ("\x1b(0", Breach.SEQUENCE),
        ("\x1b\x1b", Breach.SEQUENCE),
        ("\x00", Breach.CONTROL),
        ("\x07", Breach.CONTROL),
        ("\b", Breach.CONTROL),
        ("\t", Breach.CONTROL),
        ("\r", Breach.CONTROL),
        ("\n", Breach.CONTROL),
        ("\x0e", Breach.CONTROL),
        ("\x7f", Breach.DEL),
        ("\x80", Breach.C1),
        ("\x9b31m", Breach.C1),
        ("\x85", Breach.C1),
        ("\u202e", Breach.BIDI),
        ("\u2066", Breach.BIDI),
        ("\u200e", Breach.BIDI),
        ("\u061c", Breach.BIDI),
        ("\u200b", Breach.HIDDEN),
        ("\ufeff", Breach.HIDDEN),
        ("\u2028", Breach.HIDDEN),
        ("\ufff9", Breach.HIDDEN),
        ("\uffff", Breach.HIDDEN),
        ("\U000e0041", Breach.HIDDEN),
        ("\U0010eeee", Breach.HIDDEN),
        ("\x1b[0m", Breach.MISPLACED),
        ("\x1b[?2026h", Breach.MISPLACED),
        ("\x1b[25;1H", Breach.OUTSIDE),
        ("\x1b[1;81H", Breach.OUTSIDE),
    ],
)
def test_what_is_foreign_is_told_where_it_stands(foreign: str, breach: Breach) -> None:
    """Between two runs of a frame, each foreign thing is blamed once, by offset and kind."""
    before, after = _FRAME.split("plain")
    found = violations((_SETUP + before + foreign + after + _END).encode(), _SCREEN)
    assert found
    assert found[0].breach is breach
    assert found[0].offset == len((_SETUP + before).encode())


@pytest.mark.parametrize(
    "own", ["\x1b[31m", "\x1b[2;2H", "\x1b[?25h", "\x1b[?2004l", "\r\n", "\x1b]22;text\x07"]
)
def test_our_own_sequences_are_foreign_inside_a_styled_run(own: str) -> None:
    """What the program may write between runs is a stranger's where a run is open."""
    stream = _FRAME.replace("hello", f"hel{own}lo")
    (first, *_) = violations(stream.encode(), _SCREEN)
    assert first.breach is Breach.MISPLACED


def test_bytes_that_are_no_text() -> None:
    """Eight-bit controls that were written raw are no UTF-8."""
    (found,) = violations(b"a\x9bb")
    assert (found.offset, found.breach) == (1, Breach.ENCODING)


def test_what_was_begun_has_to_end() -> None:
    """A style or an update left open is blamed, unless the program was killed there."""
    for open_end in (
        _FRAME[: _FRAME.index("llo")],
        "\x1b[?2026h\x1b[1;1H",
        "\x1b[31mx\x1b[",
        "a\x1b",
    ):
        assert violations(open_end.encode())
        assert violations(open_end.encode(), Screen(may_be_cut=True)) == ()


def test_a_cut_forgives_nothing_before_it() -> None:
    """Only the very end of a stream may be incomplete."""
    assert violations(b"a\x1b[2Jb\x1b[", Screen(may_be_cut=True))


def test_only_what_was_asked_for_goes_to_the_clipboard() -> None:
    """An OSC 52 passes with the text that this run may copy and with no other."""
    copy = b"\x1b]52;c;aGVq\x07"
    assert violations(copy, Screen(copies=frozenset({"hej"}))) == ()
    assert violations(copy, Screen(copies=frozenset({"hello"})))
    assert violations(b"\x1b]52;c;a===\x07", Screen(copies=frozenset({"hej"})))


def test_a_bell_only_where_one_is_rung() -> None:
    """A bell is known when the run may ring it."""
    assert violations(b"\x07", Screen(may_ring=True)) == ()


def test_many_violations_are_told_up_to_a_number() -> None:
    """A stream full of them does not take forever."""
    assert len(violations(b"\x00" * 100_000, at_most=7)) == 7
