"""The debrief as somebody reads it: it grows, it is judged, it is kept, it can be written out."""

import stat
from pathlib import Path

from services.model.session import Verdict
from tests.tui.inbox import LIVE, PEOPLE
from tests.tui.stage import Stage, open_stage
from tui.screens.debrief import DebriefScreen
from tui.screens.debriefs import DebriefsScreen


async def _answer_petra_and_end(stage: Stage) -> None:
    await stage.press("i")
    await stage.write("ask back")
    await stage.press("enter")
    await stage.sit()
    await stage.put_cursor_on("Petra")
    await stage.press("r")
    await stage.until(lambda: stage.live.composer.pad.has_focus)
    await stage.answer("Cotton. #paper")
    await stage.until_shown("1 answered")
    await stage.clock.advance(180)
    await stage.press("q", "y")
    await stage.until(lambda: stage.is_on(DebriefScreen))


async def test_it_tells_the_session_and_grows_when_somebody_writes_back(tmp_path: Path) -> None:
    """Who was answered is named; who writes back appears; the verdict and the file are kept."""
    async with open_stage(tmp_path) as stage:
        await _answer_petra_and_end(stage)
        await stage.until_shown(
            "with 1 person", "You meant to ask back.", "Was that it?", "1 answer.",
            "Petra had waited 10 hours for you.", "When Petra writes back",
            "1 question answered", f"and {PEOPLE - 1 - 5} more.",
        )  # fmt: skip
        debrief = await stage.runtime.real.reading.debriefs.latest()
        thread = (await stage.sends())[-1].target.thread
        await stage.clock.advance(120)
        stage.inbox.now = stage.clock.now()
        await stage.arrive(stage.inbox.comment("Petra", "Same here!", 0, thread=str(thread)))
        await stage.until_shown("Petra wrote back since.")

        await stage.press("s")
        await stage.until_shown("That was partly it, you said.")
        await stage.press("y")
        await stage.until_shown("That was it, you said.")
        kept = await stage.runtime.real.reading.last_session()
        assert kept is not None
        assert kept.verdict is Verdict.YES
        assert kept.id == debrief[0].sitting.id

        await stage.press("e")
        await stage.until_said("Written to")
        file = tmp_path / "chinwag-2026-11-22-1200.md"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        text = file.read_text("utf-8")
        assert text.startswith("# 3 minutes with 1 person")
        assert "- Petra wrote back since." in text
        assert "## Left for next time" in text

        await stage.press("enter")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        await stage.press("d")
        await stage.until(lambda: isinstance(stage.app.screen, DebriefsScreen))
        await stage.until_shown("enter reads")
        await stage.press("enter")
        await stage.until_shown("That was it, you said.", "Petra wrote back since.")


async def test_five_more_minutes_with_whoever_is_left_first(tmp_path: Path) -> None:
    """R in the debrief sits down for five minutes with the first of those who still wait."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await stage.press("q", "y")
        await stage.until_shown(f"five more minutes with {LIVE}")
        await stage.press("y", "s")
        assert "you said" not in stage.text()
        await stage.press("r")
        await stage.until_live()
        sitting = stage.runtime.real.engine.sitting
        assert sitting is not None
        assert sitting.plan.minutes == 5
        await stage.until(lambda: stage.selected is not None and stage.selected.author.name == LIVE)
