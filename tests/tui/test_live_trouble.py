"""When a send does not simply go out: its words, where its text is, and the four ways on."""

from pathlib import Path

from services.model.sending import SendState
from tests.fake_network import Fault, Keys
from tests.tui.inbox import PEOPLE
from tests.tui.stage import Stage, open_stage
from tui.screens.unsettled import UnsettledScreen

_WORDS = "Plain cotton."
_REFUSALS = (
    (Fault.REFUSED, SendState.HELD, "did not go out: ", "did not go out: f"),
    (Fault.UNPROCESSABLE, SendState.REJECTED, "on Bluesky: It is longer", "was refused: f"),
    (Fault.SIGNED_OUT, SendState.REJECTED, "You are signed out there.", "was refused: f"),
)


async def _say_to_petra(stage: Stage, *faults: Fault | None, always: Fault | None = None) -> None:
    """Sit down and answer Petra through a network in trouble."""
    await stage.sit()
    stage.network.will(*faults)
    stage.network.always = always
    await stage.put_cursor_on("Petra")
    await stage.press("r")
    await stage.until(lambda: stage.live.composer.pad.has_focus)
    await stage.answer(_WORDS)


async def test_what_did_not_go_out_is_back_with_its_reason(tmp_path: Path) -> None:
    """The text stands in the composer, the reason is said, the status line keeps it until f."""
    async with open_stage(tmp_path) as stage:
        await _say_to_petra(stage, always=Fault.REFUSED)
        live = stage.live
        for number, (fault, state, said, stands) in enumerate(_REFUSALS, 1):
            if number > 1:
                stage.network.always = fault
                await stage.press("r")
                await stage.until(lambda: live.composer.pad.has_focus)
                assert live.composer.text == _WORDS
                await stage.answer("")
            await stage.until_settled(state, number)
            await stage.until_said(said)
            await stage.until_said("Your text is back in the composer.")
            await stage.until(lambda: live.composer.text == _WORDS)
            await stage.until_shown(stands, f"{PEOPLE} people wait")
            await stage.press("escape", "f")
            await stage.until(lambda: isinstance(stage.app.screen, UnsettledScreen))
            await stage.until_shown(_WORDS, "give me the text", "leave it")
            assert "say it again" not in stage.text()
            await stage.press("s", "y")
            assert isinstance(stage.app.screen, UnsettledScreen)
            await stage.press("d")
            await stage.until(lambda: stage.app.screen is live)
            await stage.until(lambda stands=stands: stands not in stage.text())  # type: ignore[misc]
            stage.app.clear_notifications()
        assert stage.server.bodies() == []


async def _until_unsure(stage: Stage) -> None:
    """Answer into a silence that no look can clear up, and open the sheet."""
    await _say_to_petra(stage, Fault.LOOK_FAILS)
    await stage.until_settled(SendState.CHECK)
    await stage.until_said("may be on Bluesky")
    await stage.until_shown("a text may be out: f looks after it", f"{PEOPLE} people wait")
    assert stage.live.composer.text == ""
    stage.network.look_fault = None
    await stage.press("f")
    await stage.until(lambda: isinstance(stage.app.screen, UnsettledScreen))
    await stage.until_shown("Your latest posts there:", "it is there", "say it again")


async def test_what_may_be_out_is_known_by_its_author(tmp_path: Path) -> None:
    """Y says it is there: the person is answered, and the status line is quiet again."""
    async with open_stage(tmp_path) as stage:
        await _until_unsure(stage)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.live)
        await stage.until_shown("a text may be out")
        await stage.press("f")
        await stage.until_shown("Your latest posts there:")
        await stage.press("y")
        await stage.until_settled(SendState.SENT)
        await stage.until(lambda: stage.app.screen is stage.live)
        await stage.until_shown(f"{PEOPLE - 1} people wait", "1 answered")
        assert "may be out" not in stage.text()
        assert stage.server.bodies() == [_WORDS]


async def test_what_may_be_out_can_be_taken_back_as_text(tmp_path: Path) -> None:
    """T gives the text back as the draft of its target, and nothing is sent."""
    async with open_stage(tmp_path) as stage:
        await _until_unsure(stage)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.live)
        await stage.press("r")
        await stage.until(lambda: stage.live.composer.pad.has_focus)
        await stage.write("More")
        await stage.press("escape", "f")
        await stage.until(lambda: isinstance(stage.app.screen, UnsettledScreen))
        await stage.press("t")
        await stage.until(lambda: stage.app.screen is stage.live)
        await stage.until(lambda: _WORDS in stage.live.composer.text)
        assert stage.live.composer.text.startswith("More")
        drafts = await stage.runtime.real.reading.drafts()
        assert [one.body for one in drafts] == [stage.live.composer.text]
        assert len(stage.server.asked) == 1


async def test_saying_it_again_asks_once_more_where_it_could_double(tmp_path: Path) -> None:
    """On a network without keys s asks before it repeats; no keeps it unsettled, yes sends."""
    async with open_stage(tmp_path, keys=Keys.NONE) as stage:
        await _say_to_petra(stage, Fault.DROP_BEFORE)
        await stage.until_settled(SendState.CHECK)
        await stage.press("f")
        await stage.until_shown("Your latest posts there:", "none")
        await stage.press("s")
        await stage.until_shown("this would say it twice", "Say it again all the same?")
        await stage.press("n")
        await stage.until(lambda: isinstance(stage.app.screen, UnsettledScreen))
        assert len(stage.server.asked) == 1
        await stage.press("s")
        await stage.until_shown("Say it again all the same?")
        await stage.press("y")
        await stage.until_settled(SendState.SENT)
        await stage.until_shown("1 answered")
        assert stage.server.bodies() == [_WORDS]


async def test_a_timeout_is_looked_up_before_it_is_repeated(tmp_path: Path) -> None:
    """A server that answered too late is asked what it has; the text is said once."""
    async with open_stage(tmp_path) as stage:
        await _say_to_petra(stage, Fault.HANG_AFTER)
        await stage.until_shown("sending")
        await stage.until_settled(SendState.SENT)
        await stage.until_shown("1 answered")
        assert stage.server.bodies() == [_WORDS]
        assert len(stage.server.asked) == 1


async def test_trouble_of_the_last_session_is_looked_after_in_the_lobby(tmp_path: Path) -> None:
    """What is not settled is the lobby's banner, the debrief's last word, and f's in both."""
    async with open_stage(tmp_path) as stage:
        await _say_to_petra(stage, Fault.UNPROCESSABLE)
        await stage.until_settled(SendState.REJECTED)
        await stage.press("escape", "q", "y")
        await stage.until_shown("1 text is not settled; the lobby looks after it.")
        await stage.press("enter")
        await stage.until_shown("1 text is not settled.", "looks after it")
        await stage.press("f")
        await stage.until_shown(_WORDS)
        await stage.press("d")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        await stage.until(lambda: "not settled" not in stage.text())
