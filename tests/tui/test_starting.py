"""Sitting down from the lobby."""

import asyncio
from pathlib import Path

from services.paths import Paths
from services.runtime import open_runtime
from tui.app import ChinwagApp
from tui.opening import OpenLobby
from tui.screens.live import LiveScreen


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
