"""Sitting down from the lobby."""

import asyncio
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from services.paths import Paths, own_paths
from services.runtime import open_runtime
from tui.app import ChinwagApp, _run
from tui.opening import Opening, OpenLobby
from tui.screens.live import LiveScreen


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
