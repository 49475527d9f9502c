"""What a session survives: kills, hang-ups, crashes, suspends, and a second terminal."""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.terminal import Terminal
from tests.prove.seat import COMPOSER, Home, await_true, begin_post, type_text

pytestmark = pytest.mark.prove

KILLS = 15
LOST_S = 0.5
GONE_S = 2.0
KEY_S = 0.02
SCALE, AWAY_S = 60, 4.0
"""Four minutes and a bit of the session's clock, in four seconds."""

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l")
"""Alternate screen left, cursor shown, mouse off, bracketed paste off."""

CRASHING = """
import sys
from tui.composing import Composing
kept = Composing.edited
def edited(self, target, body):
    kept(self, target, body)
    if body.endswith("boom"):
        raise ZeroDivisionError("on purpose")
Composing.edited = edited
from tui.cli import main
sys.exit(main())
"""


def _is_restored(written: bytes) -> None:
    """Check that what a full screen turned on was turned off last."""
    for off in RESTORED:
        on = off[:-1] + (b"l" if off.endswith(b"h") else b"h")
        assert off in written, off
        assert written.rfind(off) > written.rfind(on), off


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Somebody who has joined a commons of their own."""
    home = Home(tmp_path / "home")
    home.join_commons()
    return home


def _live(home: Home, *words: str) -> Terminal:
    return home.open("live", "--minutes", "20", *words)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_loses_half_a_second_of_typing(home: Home, seed: int) -> None:
    """SIGKILL at any moment: what was typed half a second before is there, and goes on."""
    chance = random.Random(seed)  # noqa: S311 - a moment, no secret
    letters = [f"{number % 10}" if number % 7 else " " for number in range(300)]
    typed: list[tuple[float, str]] = []
    with _live(home) as terminal:
        begin_post(terminal)
        end_s = time.monotonic() + chance.uniform(0.4, 2.4)
        for letter in letters:
            typed.append((terminal.write(letter), letter))
            time.sleep(KEY_S * chance.uniform(0.2, 2))  # noqa: TID251 - a hand that types
            if time.monotonic() >= end_s:
                break
        killed_s = time.monotonic()
        os.kill(terminal.process.pid, signal.SIGKILL)
        assert terminal.wait_for_end() == -signal.SIGKILL
    sure = "".join(letter for at_s, letter in typed if at_s < killed_s - LOST_S)
    whole = "".join(letter for _, letter in typed)
    kept = "".join(home.drafts()[:1])
    assert whole.startswith(kept)
    assert len(kept) >= len(sure.rstrip()), (sure, kept)
    with home.open() as terminal:
        terminal.wait_for(r"A session was cut off, \d+ min left")
        terminal.press("g")
        terminal.wait_for(r"1[89] min left|20 min left")
        begin_post(terminal)
        if kept.strip():
            terminal.wait_for(re.escape(kept.strip().split(" ")[-1][-20:]))
        assert home.posts() == []


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)], ids=["hup", "term"]
)
def test_a_signal_saves_and_ends_in_order(home: Home, number: int, status: int) -> None:
    """SIGHUP and SIGTERM: all that was typed is saved, gone in two seconds, nothing left on."""
    with _live(home) as terminal:
        begin_post(terminal)
        type_text(terminal, "nearly all of it")
        terminal.write(" and the last words")
        time.sleep(0.03)  # noqa: TID251 - the keys have to have been read, not saved
        sent_s = time.monotonic()
        os.kill(terminal.process.pid, number)
        assert terminal.wait_for_end(GONE_S + 3) == status
        assert time.monotonic() - sent_s <= GONE_S
        terminal.settle(0.1, 2)
        _is_restored(terminal.output())
    assert home.drafts() == ["nearly all of it and the last words"]
    assert home.posts() == []


def test_a_closed_terminal_saves_and_ends(home: Home) -> None:
    """When the pty itself goes away, all that was typed is saved and the process is gone."""
    terminal = _live(home)
    try:
        begin_post(terminal)
        type_text(terminal, "said to nobody")
        os.close(terminal._fd)
        closed_s = time.monotonic()
        terminal.process.wait(GONE_S + 3)
        assert time.monotonic() - closed_s <= GONE_S
    finally:
        terminal._fd = os.open(os.devnull, os.O_RDWR)
        terminal.close()
    assert home.drafts() == ["said to nobody"]


def test_a_crash_leaves_a_sane_terminal_and_the_draft(home: Home) -> None:
    """An error inside the app ends it with words, a sane terminal, and what was typed saved."""
    command = (sys.executable, "-c", CRASHING)
    with home.open("live", command=command) as terminal:
        begin_post(terminal)
        type_text(terminal, "a word")
        terminal.write(" boom")
        assert terminal.wait_for_end() != 0
        terminal.settle(0.1, 2)
        _is_restored(terminal.output())
    assert [draft.startswith("a word") for draft in home.drafts()] == [True]


def test_suspending_gives_the_terminal_back(home: Home) -> None:
    """Ctrl+Z leaves the full screen, SIGCONT comes back to it, and the clock has gone on."""
    fast = Home(home.folder, {"CHINWAG_TIME_SCALE": str(SCALE)})
    with fast.open("live", "--minutes", "30") as terminal:
        terminal.wait_for(r"30 min left")
        terminal.settle(0.2, 2)
        before_s = terminal.press("ctrl+z")
        await_true(lambda: _state(terminal.process.pid) == "T", "it is stopped")
        terminal.settle(0.1, 1)
        _is_restored(terminal.output(before_s))
        time.sleep(AWAY_S)  # noqa: TID251 - time away is what is tested
        back_s = time.monotonic()
        os.kill(terminal.process.pid, signal.SIGCONT)
        terminal.wait_for(r"2[0-6] min left")
        assert b"\x1b[?1049h" in terminal.output(back_s)
        terminal.press("n")
        terminal.wait_for(COMPOSER)


def test_one_lease_and_the_second_looks_on(home: Home) -> None:
    """A second terminal says so and cannot write; t takes over, the first saves and leaves."""
    with _live(home) as first:
        begin_post(first)
        type_text(first, "half a thought")
        with home.open() as second:
            second.wait_for("Here you look on")
            second.press("enter")
            second.wait_for("only look on")
            second.press("p")
            second.settle(0.5, 2)
            assert "Composer" not in second.text()
            second.press("c")
            second.settle(0.5, 2)
            first.press("!")
            first.wait_for("half a thought!")
            pressed_s = second.press("t")
            assert first.wait_for_end(GONE_S + 2) == 0
            assert time.monotonic() - pressed_s <= GONE_S
            _is_restored(first.output())
            assert home.drafts() == ["half a thought!"]
            second.wait_for("A session was cut off")
            second.press("g")
            begin_post(second)
            second.wait_for("half a thought!")


def test_a_killed_holder_has_let_go(home: Home) -> None:
    """After SIGKILL the next start writes at once."""
    with _live(home) as first:
        first.wait_for("Composer")
        os.kill(first.process.pid, signal.SIGKILL)
        first.wait_for_end()
    with home.open() as second:
        second.wait_for("was cut off")
        assert "look on" not in second.text()
        second.press("g")
        begin_post(second)
        type_text(second, "here again")
        second.press("ctrl+j")
        await_true(lambda: home.posts() == ["here again"], "it is said")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not here")
def test_detaching_is_like_nothing_happened(home: Home, tmp_path: Path) -> None:
    """In tmux, a detach and an attach leave the session, its words and its screen as they were."""
    inner, outer = tmp_path / "inner", tmp_path / "outer"

    def tmux(socket: Path, *words: str) -> str:
        environment = {**os.environ, **home.environment, "TERM": "xterm-256color"}
        environment.pop("TMUX", None)
        done = subprocess.run(
            ["tmux", "-S", str(socket), "-f", "/dev/null", *words],
            check=True,
            capture_output=True,
            text=True,
            env=environment | {"LC_ALL": "C.UTF-8"},
        )
        return done.stdout

    def until(socket: Path, words: str) -> None:
        await_true(lambda: words in tmux(socket, "capture-pane", "-p"), words, 20.0)

    def sit_outside() -> None:
        attach = f"env -u TMUX tmux -S {inner} attach; sleep 60"
        tmux(outer, "new-session", "-d", "-x", "120", "-y", "37", attach)

    code = "import sys; from tui.cli import main; sys.exit(main(['live']))"
    tmux(inner, "new-session", "-d", "-x", "120", "-y", "36", sys.executable, "-c", code)
    try:
        sit_outside()
        until(outer, "r answers, n begins")
        tmux(outer, "send-keys", "n")
        until(outer, "ctrl+j say it")
        tmux(outer, "send-keys", "-l", "still the same thought")
        until(outer, "still the same thought")
        tmux(inner, "detach-client")
        tmux(outer, "kill-server")
        until(inner, "still the same thought")
        sit_outside()
        until(outer, "still the same thought")
        tmux(outer, "send-keys", "C-j")
        await_true(lambda: home.posts() == ["still the same thought"], "it is said once")
    finally:
        for socket in (outer, inner):
            with contextlib.suppress(subprocess.CalledProcessError):
                tmux(socket, "kill-server")


def _state(pid: int) -> str:
    """Read what Linux says of a process: T for stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
