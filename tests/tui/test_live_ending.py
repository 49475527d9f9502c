"""The end of a session: announced, put off twice, a minute's grace, and nothing sent by itself."""

import os
import signal
from pathlib import Path

import pytest

from services.model.sending import SendState
from services.model.session import Ending
from services.model.session import Stage as SessionStage
from tests.tui.stage import Stage, open_stage
from tui.app import _give_back
from tui.leaving import Leaving
from tui.screens.confirm import ConfirmScreen
from tui.screens.debrief import DebriefScreen

_FIVE_MINUTES = 300


async def _five_minutes(stage: Stage) -> None:
    await stage.press("r")
    await stage.until_live()


async def _begin(stage: Stage, words: str) -> None:
    await stage.press("r")
    await stage.until(lambda: stage.live.composer.pad.has_focus)
    await stage.write(words)


async def test_it_is_put_off_twice_at_most(tmp_path: Path) -> None:
    """Each + adds five minutes, the third adds none, and the clock says so."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        for seconds, extensions in ((1500, 1), (1800, 0), (1800, 0)):
            await stage.press("plus")
            await stage.until(
                lambda seconds=seconds: (
                    live.clock is not None  # type: ignore[misc]
                    and live.clock.seconds_left == seconds
                )
            )
            assert live.clock is not None
            assert live.clock.extensions_left == extensions
        await stage.until_said("The end was put off twice")
        await stage.pass_time(1800 - 60)
        await stage.until_shown("r reply")
        assert live.clock is not None
        assert live.clock.stage is SessionStage.CLOSING
        await stage.pilot.pause()
        assert "five more" not in stage.text()


async def test_q_asks_and_ends(tmp_path: Path) -> None:
    """Q asks first; no goes back, yes leads to the debrief, and the draft is kept."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await _begin(stage, "half")
        await stage.press("escape", "q")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, ConfirmScreen), "only y is yes"
        await stage.press("n")
        await stage.until(lambda: stage.app.screen is live)
        await stage.press("q", "y")
        await stage.until(lambda: isinstance(stage.app.screen, DebriefScreen))
        await stage.until_shown("Nobody was answered.")
        last = await stage.runtime.real.reading.last_session()
        assert last is not None
        assert last.ending is Ending.ASKED
        assert [one.body for one in await stage.runtime.real.reading.drafts()] == ["half"]
        assert stage.server.asked == []


async def test_the_end_is_announced_and_grace_lets_what_was_begun_be_sent(tmp_path: Path) -> None:
    """At two minutes it says who is live; in the grace the begun text goes, nothing new begins."""
    async with open_stage(tmp_path) as stage:
        await _five_minutes(stage)
        live = stage.live
        await stage.pass_time(_FIVE_MINUTES - 120)
        await stage.until_shown("2 minutes are left", "+ adds five")
        await _begin(stage, "Last thing")
        await stage.pass_time(120)
        await stage.until_shown("time is up; what you have begun may be finished and sent")
        assert live.clock is not None
        assert live.clock.stage is SessionStage.GRACE
        await stage.answer(" I know.")
        await stage.until_settled(SendState.SENT)
        assert stage.server.bodies() == ["Last thing I know."]
        await stage.press("r")
        await stage.until_said("Time is up, so nothing new is begun.")
        assert not live.composer.pad.has_focus
        await stage.pass_time(60)
        await stage.until_shown("Was it a conversation?", "1 answer.")
        last = await stage.runtime.real.reading.last_session()
        assert last is not None
        assert last.ending is Ending.TIME


async def test_the_end_sends_nothing_and_keeps_what_was_typed(tmp_path: Path) -> None:
    """A text that nobody sent when the grace is over is a draft, and was never asked for."""
    async with open_stage(tmp_path) as stage:
        await _five_minutes(stage)
        await _begin(stage, "unsaid")
        await stage.pass_time(_FIVE_MINUTES + 61)
        await stage.until_shown("Nobody was answered.")
        assert [one.body for one in await stage.runtime.real.reading.drafts()] == ["unsaid"]
        assert stage.server.asked == []


async def _fill_disk(stage: Stage) -> None:
    """Let nothing more be written into the private file."""
    writer = stage.runtime.real.files.private._writer
    await writer.execute("PRAGMA max_page_count = 1")


_TOO_LONG = "unsaved\x1b[2J\n" + "and more " * 2000


@pytest.mark.parametrize("way", ["time", "ctrl+q"])
async def test_what_cannot_be_saved_at_the_end_is_given_back(
    tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a full disk the end keeps the text, and it stands in the terminal after leaving."""
    async with open_stage(tmp_path) as stage:
        await _five_minutes(stage)
        await _begin(stage, "so")
        await stage.until(lambda: not stage.live.composing.unsaved)
        await _fill_disk(stage)
        stage.live.composer.pad.insert(f"{_TOO_LONG}")
        await stage.until_said("what you typed is still here")
        if way == "time":
            await stage.pass_time(_FIVE_MINUTES + 61)
            await stage.until(lambda: isinstance(stage.app.screen, DebriefScreen))
        else:
            await stage.app.action_leave()
            assert stage.app.return_value is Leaving.QUIT
    assert [text[:9] for text in stage.app.unsaved_words] == ["sounsaved"]
    capsys.readouterr()
    _give_back(stage.app)
    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "This could not be saved, so here it is:"
    assert second.startswith("sounsaved")
    assert second.isprintable()
    assert third.startswith("and more and more")


async def test_time_away_counts(tmp_path: Path) -> None:
    """A machine that slept past the deadline wakes to the debrief, the draft kept."""
    async with open_stage(tmp_path) as stage:
        await _five_minutes(stage)
        await _begin(stage, "asleep")
        await stage.until(lambda: not stage.live.composing.unsaved)
        stage.clock.suspend(900)
        await stage.runtime.desk.engine.note_back()
        await stage.until_shown("The time ran out while you were away; drafts are kept.")
        assert [one.body for one in await stage.runtime.real.reading.drafts()] == ["asleep"]
        assert stage.server.asked == []


async def test_coming_back_late_offers_five_more(tmp_path: Path) -> None:
    """With under two minutes left after a sleep the first five are offered, and + takes them."""
    async with open_stage(tmp_path) as stage:
        await _five_minutes(stage)
        stage.clock.suspend(220)
        await stage.runtime.desk.engine.note_back()
        await stage.until_shown("under two minutes are left: + adds five")
        await stage.press("plus")
        await stage.until(
            lambda: stage.live.clock is not None and stage.live.clock.seconds_left == 380
        )


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
async def test_a_signal_saves_and_leaves(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was typed a moment ago is in the file, and the app ends with the signal's status."""
    monkeypatch.setattr("tui.app._PATIENCE_S", 600)
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await _begin(stage, "cut o")
        os.kill(os.getpid(), number)
        await stage.until(lambda: stage.app.return_value is not None)
        assert [one.body for one in await stage.runtime.real.reading.drafts()] == ["cut o"]
        assert stage.app.exit_status == 128 + number
        assert await stage.runtime.real.reading.cut_off() is not None
