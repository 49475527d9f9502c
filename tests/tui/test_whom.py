"""As whom: asked with the first new post of a session, kept for the next, changed with ctrl+o."""

from pathlib import Path

from msgspec.structs import replace

from services.errors import SignedOut
from services.model.ids import AccountId, PersonId
from services.model.posts import Reach
from services.model.sending import SendState, TargetKind
from services.networks.base import Arrivals, Cursor
from services.text.clean import clean_line
from tests.tui.inbox import NETWORK
from tests.tui.stage import Correspondence, Stage, open_stage
from tui.screens.accounts import AccountsScreen
from tui.screens.debrief import DebriefScreen
from tui.screens.whom import WhomScreen


def _another(stage: Stage, handle: str = "@bea") -> Correspondence:
    """Let there be another account of ours on the same network."""
    network = Correspondence(stage.server)
    author = replace(
        network.account.author,
        person=PersonId(f"{NETWORK.value}:{handle}"),
        handle=clean_line(handle),
        name=clean_line(handle),
    )
    network._account = replace(
        network.account, id=AccountId(f"{NETWORK.value}:{handle}"), author=author
    )
    network._capabilities = replace(network.capabilities, reach=Reach.UNLISTED)
    stage.runtime.real.add(network)
    return network


async def _begin(stage: Stage) -> None:
    await stage.press("n")
    await stage.until(lambda: isinstance(stage.app.screen, WhomScreen))


async def _chosen(stage: Stage, handle: str) -> None:
    await stage.until(lambda: stage.live.composer.pad.has_focus)
    target = stage.live.composer.target
    assert target is not None
    assert target.as_handle == handle


async def test_the_first_new_post_asks_as_whom_and_the_next_does_not(tmp_path: Path) -> None:
    """The answer holds for the session; the next session begins with the account of last time."""
    async with open_stage(tmp_path) as stage:
        _another(stage)
        await stage.sit()
        await _begin(stage)
        await stage.until_shown("As whom?", "@ada", "@bea")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.live)
        assert stage.live.composer.target is None
        await _begin(stage)
        await stage.press("j", "enter")
        await _chosen(stage, "@bea")
        await stage.answer("The tide is out.")
        send = await stage.until_settled(SendState.SENT)
        assert send.target.account == f"{NETWORK.value}:@bea"
        await stage.press("n")
        await _chosen(stage, "@bea")
        await stage.press("escape", "q", "y")
        await stage.until(lambda: stage.is_on(DebriefScreen))
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        await stage.sit()
        await _begin(stage)
        await stage.until_shown("last time")
        screen = stage.app.screen
        assert isinstance(screen, WhomScreen)
        assert screen.list.values[0].handle == "@bea"


async def test_ctrl_o_takes_a_new_post_along_and_no_answer(tmp_path: Path) -> None:
    """The text goes with the change, which is said; an answer stays who was spoken to."""
    async with open_stage(tmp_path) as stage:
        _another(stage)
        await stage.sit()
        await stage.press("ctrl+o")
        await stage.until_said("Nothing is begun yet.")
        await _begin(stage)
        await stage.press("enter")
        await _chosen(stage, "@ada")
        await stage.until_shown("ctrl+o as whom")
        await stage.write("The near side.")
        await stage.press("ctrl+o")
        await stage.until(lambda: isinstance(stage.app.screen, WhomScreen))
        await stage.press("j", "enter")
        await stage.until_said("This goes out as @bea now")
        await _chosen(stage, "@bea")
        assert stage.live.composer.text == "The near side."
        drafts = await stage.runtime.real.reading.drafts()
        assert [(one.target.as_handle, one.body) for one in drafts] == [("@bea", "The near side.")]
        await stage.press("escape", "r")
        await stage.until(
            lambda: (
                stage.live.composer.target is not None
                and stage.live.composer.target.kind is TargetKind.REPLY
            )
        )
        await stage.press("ctrl+o")
        await stage.until_said("who was spoken to")


async def test_what_is_for_few_is_not_taken_to_where_all_would_read_it(tmp_path: Path) -> None:
    """Another account that knows no such reach is refused, with the way; text and account stay."""
    async with open_stage(tmp_path) as stage:
        few = (Reach.PUBLIC, Reach.FOLLOWERS)
        stage.network._capabilities = replace(stage.network.capabilities, reaches=few)
        bea = _another(stage)
        bea._capabilities = replace(bea.capabilities, reach=Reach.PUBLIC, reaches=(Reach.PUBLIC,))
        await stage.sit()
        await _begin(stage)
        await stage.press("enter")
        await _chosen(stage, "@ada")
        await stage.press("ctrl+r")
        await stage.until_shown(Reach.FOLLOWERS.value)
        await stage.write("The near side.")
        await stage.press("ctrl+o")
        await stage.until(lambda: isinstance(stage.app.screen, WhomScreen))
        await stage.press("j", "enter")
        await stage.until_said("so this stays as it is. Choose with ctrl+r")
        await _chosen(stage, "@ada")
        target = stage.live.composer.target
        assert target is not None
        assert target.reach is Reach.FOLLOWERS
        assert stage.live.composer.text == "The near side."


async def test_rows_name_the_account_where_there_are_several(tmp_path: Path) -> None:
    """With one account of a network nothing is said; with two each row says to whom."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await stage.rest()
        assert "to @ada" not in stage.text()
        _another(stage)
        await stage.until_shown("to @ada")


async def test_a_sign_out_in_a_session_is_said_and_a_leads_back(tmp_path: Path) -> None:
    """The words name where; a opens the accounts there, and the draft is as it was."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await stage.press("r")
        await stage.until(lambda: stage.live.composer.pad.has_focus)
        await stage.write("Half a thou")
        network = stage.network

        async def gone(cursor: Cursor | None) -> Arrivals:
            raise SignedOut(f"Expired at {cursor}.")

        network.poll = gone  # type: ignore[method-assign] # the fault
        await stage.clock.advance(61)
        await stage.until_shown("signed out of Bluesky; a signs in")
        await stage.press("escape", "a")
        await stage.until(lambda: stage.is_on(AccountsScreen))
        await stage.until_shown("signed out there", "has signed you out.", "enter signs in again")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.live)
        assert stage.live.composer.text == "Half a thou"


async def test_the_end_of_a_session_closes_what_was_opened_over_it(tmp_path: Path) -> None:
    """Time that runs out while the accounts are open leads to the debrief all the same."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await stage.press("a")
        await stage.until(lambda: stage.is_on(AccountsScreen))
        await stage.runtime.real.engine.end()
        await stage.until(lambda: stage.is_on(DebriefScreen))
        assert len(stage.app.screen_stack) == 3
