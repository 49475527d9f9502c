"""The measuring tools measure what they say."""

import sys
from pathlib import Path

import pytest

from tests.bench.figures import Figure, Verdict, write_table
from tests.bench.measures import Program, Spread, measure_keys, measure_startup
from tests.bench.terminal import NotShown, Terminal

ECHO = """
import os, signal, sys, termios, tty
tty.setraw(0)
sys.stdout.write("\\x1b[6n\\x1b]52;c;aGk=\\x07\\x1b[>1uready\\r\\n"); sys.stdout.flush()
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, b"%d wide" % os.get_terminal_size()[0]))
while (data := os.read(0, 100)) != b"q":
    os.write(1, repr(data).encode() + b"\\r\\n")
"""


def echo() -> Terminal:
    """Start a program that shows what it is sent."""
    return Terminal([sys.executable, "-c", ECHO], columns=60, rows=10)


def test_queries_are_answered_and_strings_are_not_shown() -> None:
    """A cursor query gets its answer; an OSC and a keyboard mode leave nothing on the screen."""
    with echo() as terminal:
        terminal.wait_for(r"\[1;1R")
        assert terminal.line(0).rstrip() == "ready"
        assert b"\x1b]52" in terminal.output()


def test_keys_pastes_and_sizes_arrive() -> None:
    """Keys, pastes and a new size reach the program as a terminal sends them."""
    with echo() as terminal:
        terminal.wait_for(r"\[1;1R")  # or its answer and the key are read as one
        terminal.press("ctrl+j")
        terminal.wait_for(r"b'\\n'")
        terminal.press("down")
        terminal.wait_for(r"x1b\[B'")
        terminal.paste("two")
        terminal.wait_for(r"200~two.*201~")
        terminal.resize(44, 10)
        terminal.wait_for("44 wide")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_what_does_not_come_is_told_with_the_screen() -> None:
    """Waiting in vain names what was expected and shows what was there."""
    with echo() as terminal:
        terminal.wait_for("ready")
        with pytest.raises(NotShown, match=r"(?s)'nowhere'.*ready"):
            terminal.wait_for("nowhere", timeout_s=0.1)


def test_a_hang_up_ends_a_program_that_does_not_listen() -> None:
    """SIGHUP arrives: a program without a handler is gone by it."""
    with echo() as terminal:
        terminal.wait_for("ready")
        terminal.hang_up()
        assert terminal.wait_for_end() == -1


def test_an_early_end_is_noticed() -> None:
    """A program that ends before it shows what is waited for is no endless wait."""
    with (
        Terminal([sys.executable, "-c", "print('bye')"]) as terminal,
        pytest.raises(NotShown, match=r"(?s)has ended.*bye"),
    ):
        terminal.wait_for("nowhere")


def test_start_and_keys_are_measured() -> None:
    """A start takes some time, every key is answered once and counted."""
    program = Program("echo", (sys.executable, "-c", ECHO), "ready", columns=60, rows=10)
    assert 5 < measure_startup([program], runs=1)["echo"].median < 20_000
    keys = measure_keys(program, ["a", "b", "c"], interval_s=0.15)
    assert keys.unanswered == 0
    assert len(keys.latency_ms.values) == 3
    assert 4 <= keys.bytes_each <= 10


def test_a_region_leaves_the_rest_out() -> None:
    """What changes outside of the region does not count."""
    program = Program("echo", (sys.executable, "-c", ECHO), "ready", columns=60, rows=10)
    keys = measure_keys(program, ["a"], interval_s=0.1, region=(50, 8, 5, 2))
    assert keys.unanswered == 1


def test_what_comes_long_after_the_last_key_is_not_its_answer() -> None:
    """A screen that changes of itself, later than a key is waited for, answers no key."""
    late = "import time" + ECHO.replace("\\x1b[6n", "")
    late = late.replace("    os.write(1, repr", "    time.sleep(0.6); os.write(1, repr")
    program = Program("late", (sys.executable, "-c", late), "ready")
    assert measure_keys(program, ["a"], interval_s=1.0).unanswered == 1


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.0, 1)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    """Of 1 to 100 the p-th percentile is p."""
    assert Spread.of([float(value) for value in range(100, 0, -1)]).at(share) == expected


def test_the_table_says_what_holds() -> None:
    """A figure at its limit is kept, over it missed, and without a value not measured."""
    figures = [
        Figure("a", 1.3, 1.3, "×"),
        Figure("b", 1.31, 1.3, "×"),
        Figure("c", None, 1.3, "×", "no server"),
    ]
    assert [f.verdict for f in figures] == [Verdict.KEPT, Verdict.MISSED, Verdict.NOT_MEASURED]
    table = write_table(figures).splitlines()
    assert len({len(line) for line in table}) == 1
    assert "MISSED" in table[3]
    assert "no server" in table[4]


def test_the_smallest_app_is_there() -> None:
    """The app that others are measured beside runs."""
    tiny = Path(__file__).with_name("tiny.py")
    with Terminal([sys.executable, str(tiny)]) as terminal:
        terminal.wait_for("ready")
        assert terminal.usage().rss_mb > 10
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
