"""The accounts sheet: Hacker News by user name, read and answered on its own pages."""

from pathlib import Path

from msgspec.structs import replace

from services.config import DoorConfig, HackerNewsConfig
from tests.fakes import FakeClock
from tests.hackernews_server import HackerNewsServer, serve_hackernews
from tests.tui.stage import Stage, open_stage
from tui.screens.accounts import AccountsScreen
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen


def _point(stage: Stage, server: HackerNewsServer) -> None:
    """Let the runtime of ``stage`` find Hacker News on this machine; ada is somebody there."""
    server.story(by="ada", title="An engine of brass")
    runtime = stage.runtime
    runtime.config = replace(
        runtime.config,
        hackernews=HackerNewsConfig(address=server.base_url),
        door=DoorConfig((server.host,)),
    )


async def _connect(stage: Stage, name: str) -> None:
    await stage.press("h")
    await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
    await stage.until_shown("Nothing is signed in", "read is read.")
    await stage.write(name)
    await stage.press("enter")
    await stage.until(lambda: isinstance(stage.app.screen, AccountsScreen))


async def test_hacker_news_is_connected_by_name_and_removed(tmp_path: Path) -> None:
    """H asks who we are there, a name that nobody has is a sentence, x removes after a question."""
    async with serve_hackernews() as server, open_stage(tmp_path) as stage:
        _point(stage, server)
        await stage.press("a")
        await stage.until_shown("h  Hacker News  your name there")
        await _connect(stage, "nobody")
        await stage.until_said("Nobody goes by nobody on Hacker News")
        await _connect(stage, "ada")
        await stage.press("j")
        await stage.until_shown("Hacker News  ada", "read only", "answered on its own", "x removes")
        assert "user/nobody.json" in server.asked
        for answer, there in (("n", True), ("y", False)):
            await stage.press("x")
            await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
            await stage.press(answer)
            await stage.until(lambda: isinstance(stage.app.screen, AccountsScreen))
            await stage.until_shown("x removes" if there else "x signs out")


async def test_looking_on_connects_nothing(tmp_path: Path) -> None:
    """A second terminal says that it only looks on, and esc leaves a question unanswered."""
    clock = FakeClock()
    async with (
        open_stage(tmp_path, clock=clock) as first,
        open_stage(tmp_path, clock=clock, is_seeded=False) as second,
    ):
        await second.press("a", "h")
        await second.until_said("Here you only look on.")
        assert second.runtime.config.hackernews.user == ""
        await first.press("a", "h")
        await first.until(lambda: isinstance(first.app.screen, AskScreen))
        await first.press("escape")
        await first.until(lambda: isinstance(first.app.screen, AccountsScreen))
        assert first.runtime.config.hackernews.user == ""
