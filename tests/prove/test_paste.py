"""Pasting at a real terminal sends nothing; the key that sends, sends once."""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bench.terminal import PASTE_END, PASTE_START, Terminal
from tests.prove.seat import REST_S, Home, await_true, begin_post, type_text

pytestmark = pytest.mark.prove

FEEDS = {"lf": "\n", "cr": "\r", "crlf": "\r\n"}
CTRL_ENTER = {
    "kitty": "\x1b[13;5u",
    "xterm": "\x1b[27;5;13~",
}
STALL_S = 0.3
LONG = 200
APART_S = 0.020

STALLED = """
import sys, time
from widgets.pad import Pad
slept = []
kept = Pad._on_key
async def on_key(self, event):
    if event.character == "~" and not slept:
        slept.append(True)
        time.sleep(0.3)
    await kept(self, event)
Pad._on_key = on_key
from tui.cli import main
sys.exit(main())
"""
"""Chinwag on a machine that stalls once, for 300 ms, while a tilde is typed."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Somebody who has joined a commons of their own."""
    home = Home(tmp_path / "home")
    home.join_commons()
    return home


@pytest.fixture
def terminal(home: Home) -> Iterator[Terminal]:
    """A session with an empty new post under the caret."""
    with home.open("live") as terminal:
        begin_post(terminal)
        yield terminal


def _text(lines: int, feed: str, *, ends: bool) -> str:
    said = feed.join(f"line {number}" for number in range(1, lines + 1))
    return said + (feed if ends else "")


def _expect_kept(home: Home, terminal: Terminal, pasted: str) -> None:
    """Wait until the draft holds every line that was pasted, and check that nothing was said."""
    want = pasted.replace("\r\n", "\n").replace("\r", "\n").split()
    await_true(
        lambda: "".join(home.drafts()[:1]).split() == want,
        f"the draft holds {pasted[:30]!r}, it holds {home.drafts()!r:.200}",
    )
    terminal.settle(0.2, 3)
    assert home.posts() == []
    assert home.private("SELECT 1 FROM outbox") == []


@pytest.mark.parametrize("bracketed", [True, False], ids=["bracketed", "raw"])
@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("lines", [1, 2, LONG])
@pytest.mark.parametrize("ends", [True, False], ids=["fed", "open"])
def test_a_paste_sends_nothing(
    terminal: Terminal, home: Home, feed: str, lines: int, *, bracketed: bool, ends: bool
) -> None:
    """Whatever its line ends, its length and its last line, a paste is only text."""
    text = _text(lines, FEEDS[feed], ends=ends)
    terminal.write(f"{PASTE_START}{text}{PASTE_END}" if bracketed else text)
    _expect_kept(home, terminal, text)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_paste_in_pieces_sends_nothing(
    terminal: Terminal, home: Home, feed: str, seed: int
) -> None:
    """Pieces cut anywhere, up to 20 ms apart, are a paste all the same."""
    chance = random.Random(seed)  # noqa: S311 - where to cut, no secret
    text = _text(40, FEEDS[feed], ends=True)
    cuts = [0, *sorted(chance.sample(range(1, len(text)), 25)), len(text)]
    for start, end in pairwise(cuts):
        terminal.write(text[start:end])
        time.sleep(chance.uniform(0, APART_S) * 0.8)  # noqa: TID251 - as a slow line brings it
    _expect_kept(home, terminal, text)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_paste_into_a_stalled_program_sends_nothing(home: Home, feed: str) -> None:
    """Keys that wait for 300 ms until the program looks at them are still a paste."""
    text = _text(20, FEEDS[feed], ends=True)
    with home.open("live", command=(sys.executable, "-c", STALLED)) as terminal:
        begin_post(terminal)
        terminal.write("~")
        time.sleep(APART_S)  # noqa: TID251 - the program stalls now
        for line in text.splitlines(keepends=True):
            terminal.write(line)
            time.sleep(APART_S / 4)  # noqa: TID251 - as a slow line brings it
        _expect_kept(home, terminal, f"~{text}")


def test_a_paste_into_a_stopped_program_sends_nothing(home: Home, terminal: Terminal) -> None:
    """What came while the whole program stood still is still a paste."""
    text = _text(20, "\n", ends=True)
    os.kill(terminal.process.pid, signal.SIGSTOP)
    try:
        for line in text.splitlines(keepends=True):
            terminal.write(line)
            time.sleep(APART_S / 2)  # noqa: TID251 - as a slow line brings it
        time.sleep(STALL_S)  # noqa: TID251 - the stall
    finally:
        os.kill(terminal.process.pid, signal.SIGCONT)
    _expect_kept(home, terminal, text)


def _say(home: Home, terminal: Terminal, key: str) -> None:
    type_text(terminal, "said by hand")
    terminal.write(key)
    await_true(home.posts, "it is said")
    time.sleep(REST_S)  # noqa: TID251 - a second one would come now
    terminal.settle(0.3, 3)
    assert home.posts() == ["said by hand"]
    assert len(home.private("SELECT 1 FROM outbox")) == 1


def test_ctrl_j_by_hand_sends_once(home: Home, terminal: Terminal) -> None:
    """One press of Ctrl+J is one post."""
    _say(home, terminal, "\n")


@pytest.mark.parametrize("form", CTRL_ENTER)
def test_ctrl_enter_sends_once(home: Home, terminal: Terminal, form: str) -> None:
    """Ctrl+Enter is one post, in the form of newer key protocols and in xterm's."""
    _say(home, terminal, CTRL_ENTER[form])


def test_enter_by_hand_is_a_new_line(home: Home, terminal: Terminal) -> None:
    """One press of Enter breaks the line and says nothing."""
    type_text(terminal, "first")
    terminal.press("enter")
    time.sleep(REST_S)  # noqa: TID251 - a hand that types
    type_text(terminal, "second")
    _expect_kept(home, terminal, "first\nsecond")
    assert home.drafts() == ["first\nsecond"]
