"""People in a session: their card, what keeps them away, and what is held of theirs."""

from pathlib import Path

from msgspec.structs import replace

from services.errors import Unreachable
from services.model.posts import Post, PostState
from services.networks.base import Distance
from tests.tui.inbox import PEOPLE, Inbox
from tests.tui.stage import Sociable, Stage, open_stage
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.person import PersonScreen


def _held(inbox: Inbox) -> Post:
    """A comment that waits for our leave."""
    return replace(inbox.comment("Hedy", "First comment here.", 33), state=PostState.HELD)


async def _card(stage: Stage, name: str) -> None:
    await stage.put_cursor_on(name)
    await stage.press("i")
    await stage.until(lambda: isinstance(stage.app.screen, PersonScreen))


async def _confirm(stage: Stage, key: str) -> None:
    await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
    await stage.press(key)


async def test_a_card_says_who_and_keeps_them_away_at_once(tmp_path: Path) -> None:
    """Muted, once confirmed, their row is gone and so is one from the count."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        live = await stage.sit()
        await _card(stage, "Noor")
        await stage.until_shown("@noor", "You have talked once.", "m mute", "h hide here")
        await stage.press("m")
        await _confirm(stage, "n")
        assert stage.sociable.kept_away == []
        await stage.until(lambda: isinstance(stage.app.screen, PersonScreen))
        await stage.press("m")
        await _confirm(stage, "y")
        await stage.until_said("Noor is muted.")
        await stage.until(lambda: stage.app.screen is live)
        assert [one for _, one in stage.sociable.kept_away] == [Distance.MUTE]
        await stage.until_shown(f"{PEOPLE - 1} people wait")
        assert "Noor" not in await stage.names()


async def test_what_cannot_be_done_is_said_and_nothing_is_gone(tmp_path: Path) -> None:
    """The network's trouble is told, the person stands where they stood."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        await stage.sit()
        stage.sociable.trouble = Unreachable("The network is away.", "Try again.")
        await _card(stage, "Petra")
        await stage.press("b")
        await _confirm(stage, "y")
        await stage.until_said("The network is away.")
        assert "Petra" in await stage.names()


async def test_a_report_goes_in_our_own_words(tmp_path: Path) -> None:
    """The words are asked for and the sending confirmed."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        await stage.sit()
        await _card(stage, "Petra")
        await stage.press("p")
        await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, PersonScreen))
        await stage.press("p")
        await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
        await stage.write("It sells things.")
        await stage.press("enter")
        await _confirm(stage, "y")
        await stage.until_said("It is reported.")
        assert [words for _, words in stage.sociable.reported] == ["It sells things."]


async def test_hiding_works_on_any_network_and_is_undone_on_the_card(tmp_path: Path) -> None:
    """Where nobody can be muted they are hidden here, and shown again from what they said."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.put_cursor_on("Petra")
        await stage.rest()
        await stage.until(lambda: live.thread_view.marked_post is not None)
        await stage.press("i")
        await stage.until(lambda: isinstance(stage.app.screen, PersonScreen))
        assert "m mute" not in stage.text()
        await stage.press("m", "p", "h")
        await _confirm(stage, "y")
        await stage.until_said("Petra is hidden here.")
        assert "Petra" not in await stage.names()
        await stage.press("slash")
        await stage.write("cotton paper print")
        await stage.press("escape")
        screen = PersonScreen(stage.runtime.real, stage.network.account.id,
                              stage.inbox.comment("Petra", "x", 0).author, None)  # fmt: skip
        await stage.app.push_screen(screen)
        await stage.until_shown("hidden here: nothing of theirs waits", "h show again")
        await stage.press("h")
        await stage.until_said("stands under Unread again")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is not screen)


async def test_held_comments_are_let_through_or_taken_away(tmp_path: Path) -> None:
    """The row says held; v and d ask first; approved it waits on, as spam it is gone."""
    async with open_stage(tmp_path, make=Sociable, extra=(_held,)) as stage:
        live = await stage.sit()
        await stage.press("v")
        await stage.until_said("Nothing under the cursor waits for your leave.")
        await stage.put_cursor_on("Hedy")
        await stage.until_shown("held for moderation", "v let through", "d spam")
        await stage.press("v")
        await _confirm(stage, "n")
        await stage.until(lambda: stage.app.screen is live)
        assert stage.sociable.approved == []
        await stage.press("v")
        await _confirm(stage, "y")
        await stage.until_said("It can be seen now.")
        await stage.until(lambda: "held for moderation" not in stage.text())
        assert "Hedy" in await stage.names()
        await stage.press("d")
        await _confirm(stage, "y")
        await stage.until_said("It is marked as spam.")
        await stage.until(lambda: all(one.author.name != "Hedy" for one in live.waiting.rows))
        assert "Hedy" not in await stage.names()
        assert len(stage.sociable.spam) == 1


async def test_a_name_that_is_its_own_handle_is_said_once(tmp_path: Path) -> None:
    """A visitor of a blog has no handle but the name, and the card does not repeat it."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await _card(stage, "Petra")
        card = stage.app.screen
        assert isinstance(card, PersonScreen)
        card._who = replace(card._who, handle=card._who.name)
        card._show()
        await stage.rest()
        assert len([line for line in stage.text().splitlines() if "│   Petra   " in line]) == 1
