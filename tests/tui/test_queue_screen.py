"""The queue of others: read in the lobby, said by hand in a session, dropped, or kept."""

from datetime import timedelta
from pathlib import Path

from services.errors import Unreachable
from services.model.posts import Reach
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.sending import SendState
from services.model.words import NOTHING
from services.text.clean import clean
from tests.tui.stage import Sociable, Stage, open_stage
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.live import LiveScreen
from tui.screens.queue import QueueScreen


async def _plan(stage: Stage, *bodies: str, minutes: int = 40) -> None:
    """Queue posts that go out so many minutes from now, and an hour after that each."""
    network = stage.sociable
    network.waiting = [
        Queued(
            id=QueuedId(f"q{at}"),
            account=network.account.id,
            network=network.account.network,
            kind=QueuedKind.SCHEDULED,
            body=clean(body),
            warning=NOTHING,
            reach=Reach.PUBLIC,
            due_at=stage.clock.now() + timedelta(minutes=minutes + 60 * at, seconds=30),
        )
        for at, body in enumerate(bodies)
    ]
    await stage.runtime.real.queue.refresh()


async def _open(stage: Stage) -> QueueScreen:
    await stage.press("u")
    await stage.until(lambda: isinstance(stage.app.screen, QueueScreen))
    screen = stage.app.screen
    assert isinstance(screen, QueueScreen)
    await stage.until(lambda: bool(screen.list.values))
    return screen


async def test_the_lobby_says_what_is_queued_and_the_sheet_shows_it(tmp_path: Path) -> None:
    """How many and when the next goes out; beside it who waits; nothing there takes a time."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        await _plan(stage, "Tip of the day.", "Another tip.", "A third.")
        await stage.until_shown("3 posts queued, next in 40 min: u reads them")
        await _open(stage)
        await stage.until_shown("goes out in 40 min", "Tip of the day.", "people wait for you")
        for key in ("t", "m", "plus", "right"):
            await stage.press(key)
        assert not isinstance(stage.app.screen, AskScreen)
        stage.sociable.trouble = Unreachable("The network is away.")
        await stage.runtime.real.queue.refresh()
        await stage.until_shown("could not be read: The network is away.")


async def test_said_by_hand_it_is_cancelled_once_it_is_out(tmp_path: Path) -> None:
    """Enter sits down with the words in the composer; only what was sent is cancelled."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        await _plan(stage, "Tip of the day.", "Another tip.")
        await _open(stage)
        await stage.press("enter")
        await stage.until_live()
        live = stage.live
        await stage.until(lambda: live.composer.text == "Tip of the day.")
        await stage.until(lambda: live.composer.pad.has_focus)
        assert stage.sociable.dropped == []
        await stage.answer(" By hand.")
        await stage.until_settled(SendState.SENT)
        assert stage.server.bodies() == ["Tip of the day. By hand."]
        await stage.until(lambda: stage.sociable.dropped == ["q0"])


async def test_what_is_about_to_go_out_by_itself_is_asked_about(tmp_path: Path) -> None:
    """Within two minutes of its time nothing is said before somebody has answered."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        await _plan(stage, "Tip of the day.", minutes=1)
        live = await stage.sit()
        await stage.press("l")
        await stage.until(lambda: isinstance(stage.app.screen, QueueScreen))
        await stage.until_shown("Tip of the day.")
        await stage.press("s")
        await stage.until(lambda: live.composer.text == "Tip of the day.")
        for answer in ("n", "y"):
            await stage.press("ctrl+j")
            await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
            await stage.until_shown("goes out by itself within two minutes")
            await stage.press(answer)
            await stage.until(lambda: stage.app.screen is live)
            assert answer == "y" or stage.server.bodies() == []
        await stage.until_settled(SendState.SENT)


async def test_dropped_it_is_cancelled_after_a_question(tmp_path: Path) -> None:
    """No leaves it; yes cancels; where that fails it stays and is said."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        await _plan(stage, "Tip of the day.")
        screen = await _open(stage)
        for answer in ("n", "y"):
            await stage.press("x")
            await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
            stage.sociable.trouble = Unreachable("The network is away.") if answer == "y" else None
            await stage.press(answer)
            await stage.until(lambda: stage.app.screen is screen)
        await stage.until_said("The network is away.")
        assert len(screen.list.values) == 1
        stage.sociable.trouble = None
        await stage.press("x")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("y")
        await stage.until(lambda: screen.list.values == ())
        assert stage.sociable.dropped == ["q0"]
        await stage.press("enter", "p", "escape")
        await stage.until(lambda: stage.app.screen is stage.lobby)


async def test_kept_it_is_a_talking_point(tmp_path: Path) -> None:
    """It is cancelled there, stands here in lobby and session, and can be said or dropped."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        await _plan(stage, "Tip of the day.", "Another tip.")
        screen = await _open(stage)
        for number in (1, 2):
            await stage.press("home", "p")
            await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
            await stage.press("y")
            await stage.until(lambda number=number: len(stage.sociable.dropped) == number)  # type: ignore[misc]
            await stage.until(lambda: stage.app.screen is screen)
        await stage.until_shown("talking point")
        await stage.press("home", "x")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("y")
        await stage.until(lambda: len(screen.list.values) == 1)
        await stage.press("escape")
        await stage.until_shown("1 talking point kept: u reads it")
        await stage.sit()
        await stage.press("n")
        await stage.until_said("You kept 1 talking point: esc, then l shows them.")
        await stage.press("escape", "l")
        await stage.until(lambda: isinstance(stage.app.screen, QueueScreen))
        await stage.until_shown("talking point")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, LiveScreen))
        await stage.until(lambda: "tip" in stage.live.composer.text.lower())


async def test_a_narrow_window_shows_the_queue_alone_with_every_key(tmp_path: Path) -> None:
    """In 60 columns nothing stands beside the list, and esc is named with the other keys."""
    async with open_stage(tmp_path, make=Sociable, size=(60, 20)) as stage:
        await _plan(stage, "Tip of the day.")
        await stage.until_shown("1 post queued, next in 40 min: u reads it")
        screen = await _open(stage)
        await stage.until_shown("enter say it now", "x drop", "p keep it", "esc back")
        assert "people wait for you" not in stage.text()
        assert screen.list.size.width > 45
        await stage.press("p")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        words = " ".join(stage.text().split())
        assert "will not say it any more" in words
        name = str(stage.sociable.account.network)
        assert f"{name[:1].upper()}{name[1:]} will not say" in words
