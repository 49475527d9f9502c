"""Sitting down from the lobby."""

import asyncio
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.config import Config, NewsConfig
from services.model.ids import AccountId, NetworkName
from services.model.news_sources import NewsSource, SourceKind
from services.paths import Paths, own_paths
from services.runtime import open_runtime
from tests.tui.stage import open_stage
from tui.app import ChinwagApp, _run
from tui.lobby_doors import LobbyDoors
from tui.opening import Opening, OpenLobby
from tui.screens.live import LiveScreen

NOWHERE = NewsSource(SourceKind.MASTODON_TRENDS, "https://127.0.0.1:1")
"""A place that the door goes to only where the configuration names it."""


async def test_what_goes_wrong_on_a_full_screen_is_kept_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the first moment to the last an error goes into the log and not to the terminal."""

    async def go_wrong(_: Opening) -> int:
        logging.getLogger("services.sources").error("it is bad")
        return 7

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    own_paths().data.mkdir(parents=True)
    monkeypatch.setattr("tui.app._run_logged", go_wrong)
    assert await _run(OpenLobby()) == 7
    assert "it is bad" in own_paths().log_file.read_text("utf-8")
    assert capsys.readouterr().err == ""
    assert not any(isinstance(one, RotatingFileHandler) for one in logging.getLogger().handlers)


async def test_enter_starts_where_nobody_waits(tmp_path: Path) -> None:
    """A session begins with one key in a lobby whose list is empty, too."""
    paths = Paths(tmp_path / "config.toml", tmp_path / "data", tmp_path / "cache")
    async with open_runtime(paths=paths, environment={}) as runtime:
        await runtime.join_commons()
        app = ChinwagApp(runtime, OpenLobby(), interval_s=0.01)
        async with app.run_test(size=(120, 36)) as pilot, asyncio.timeout(10):
            await pilot.press("enter")
            while not isinstance(app.screen, LiveScreen):
                await pilot.pause(0.01)
            assert runtime.real.engine.session is not None


async def test_who_has_agreed_to_nothing_has_no_way_out_opened(tmp_path: Path) -> None:
    """An account, a source of headlines or a file that cannot be used opens it."""
    async with open_stage(tmp_path) as stage:
        runtime, doors = stage.runtime, LobbyDoors(stage.lobby)
        runtime.paths.accounts_file.parent.mkdir(parents=True, exist_ok=True)
        await doors.prepare()
        assert runtime.connections is None
        agreed = replace(runtime.config, news=NewsConfig(asked=True, sources=(NOWHERE,)))
        for config, accounts, was_there in (
            (agreed, "", False),
            (Config(), "accounts = [", False),
            (Config(), "", True),
        ):
            runtime.config, runtime.connections = config, None
            if accounts:
                runtime.paths.accounts_file.write_text(accounts)
            else:
                runtime.paths.accounts_file.unlink(missing_ok=True)
            if was_there:
                await runtime.real.tables.accounts.arrive(AccountId("a"), NetworkName.BLUESKY)
            await doors.prepare()
            assert runtime.connections is not None
