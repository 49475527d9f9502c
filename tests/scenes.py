"""What the screenshots show: each function drives the app to one scene and takes its picture.

Law: a scene is made from seeds and a clock of its own. Those of the inbox are the same every time;
in practice a word may come a second earlier or later, as threads have it.
``python -m tests.scenes [SCENE...]`` writes them.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from textual.pilot import Pilot

from services.config import Config, NewsConfig, save_config
from services.model.changes import Family
from services.model.session import Plan
from services.model.topics import OpenTopic
from services.model.waiting import Order
from services.paths import Paths
from services.runtime import Runtime, open_runtime
from services.text.clean import clean_line
from services.topics.hosting import TopicsHere
from tests.fakes import FakeClock, settle, until
from tests.inbox import open_inbox
from tests.shoot import main, scene, take
from tests.square import fill_square
from tests.tui.newsstand import carry, front_page
from tui.app import ChinwagApp
from tui.live_view import read_live
from tui.lobby_view import read_lobby
from tui.opening import Opening, OpenLobby, OpenPractice
from tui.screens.debrief import DebriefScreen
from tui.screens.live import LiveScreen
from tui.screens.lobby import LobbyScreen

WIDE, MIDDLE, NARROW = (120, 36), (80, 24), (60, 20)
_SEED = 7
_STILL = 4
"""So many looks in a row see nothing new: what a second brought has been taken in."""
_LOOKS_AT_MOST = 60
_PATIENCE_S = 60.0
_MINUTE_S = 60
_BETWEEN_LOOKS_S = 0.1


@asynccontextmanager
async def _app(
    size: tuple[int, int],
    *,
    theme: str = "hearth",
    opening: Opening | None = None,
    has_inbox: bool = True,
) -> AsyncIterator[tuple[ChinwagApp, Pilot[Any], FakeClock, Runtime]]:
    """Open the app over files that are swept away, with or without an inbox of 40."""
    os.environ["TZ"] = "UTC"
    clock = FakeClock()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        paths = Paths(root / "config.toml", root / "data", root / "cache")
        news = NewsConfig(asked=has_inbox)
        save_config(paths.config_file, msgspec.structs.replace(Config(), theme=theme, news=news))
        async with open_runtime(
            paths=paths, clock=clock, environment={}, topics=TopicsHere
        ) as runtime:
            if has_inbox:
                await open_inbox(runtime, clock)
                await runtime.tastes.follow("#python")
                await fill_square(runtime, clock.now())
                await carry(runtime, *front_page(clock.now()))
            app = ChinwagApp(runtime, opening or OpenLobby(), interval_s=0.0)
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                yield app, pilot, clock, runtime


async def _until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    await until(holds)
    await pilot.pause()
    await pilot.pause()


async def _is_current(app: ChinwagApp) -> bool:
    """Whether the screen shows what the stores hold now."""
    match app.screen:
        case LobbyScreen() as lobby:
            held: object = await read_lobby(lobby.runtime, Order.BY_LANE, lobby.cut_off)
            return lobby.has_looked.is_set() and held == lobby.view
        case LiveScreen() as live:
            held = await read_live(live.desk, live.wanted, live.view)
            return held == live.view and live.unread.now == live.runtime.clock.now()
        case _:
            return True


async def _until_current(pilot: Pilot[Any], app: ChinwagApp) -> None:
    """Wait until the screen shows what the stores hold: facts come in by threads of their own."""
    async with asyncio.timeout(_PATIENCE_S):
        while not await _is_current(app):
            await pilot.pause()
    await pilot.pause()


async def _pass(pilot: Pilot[Any], screen: LiveScreen, clock: FakeClock, *, seconds: int) -> None:
    """Let time pass second by second, each with all that comes of it, whoever is slow."""
    app, desk = screen.app, screen.desk
    assert isinstance(app, ChinwagApp)
    for second in range(1, seconds + 1):
        await clock.advance(1)
        async with desk.engine._turn:  # it has been counted and kept
            pass
        await settle()
        if second % _MINUTE_S and second != seconds:
            continue
        await desk.topics.hear(())  # topics are in order as of now
        desk.changes.publish(Family.WAITING)
        await _until_current(pilot, app)


async def _still(pilot: Pilot[Any], app: ChinwagApp) -> str:
    """Take the picture once the screen is current and nothing moves on it any more."""
    await _until_current(pilot, app)
    drawn, same = take(app), 0
    for _ in range(_LOOKS_AT_MOST):
        await pilot.pause(_BETWEEN_LOOKS_S)
        before, drawn = drawn, take(app)
        same = same + 1 if drawn == before else 0
        if same == _STILL:
            break
    return drawn


async def _live(size: tuple[int, int], theme: str = "hearth", *, writes: bool = True) -> str:
    """Sit down with the second of those who wait, and begin to answer."""
    async with _app(size, theme=theme) as (app, pilot, clock, _):
        lobby = app.screen
        assert isinstance(lobby, LobbyScreen)
        lobby.plans.plan = Plan(20, intention=clean_line("answer the old ones first"))
        await pilot.press("enter")
        await _until(pilot, lambda: isinstance(app.screen, LiveScreen))
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        await _until(pilot, lambda: screen.view is not None and bool(screen.view.waiting.rows))
        await _pass(pilot, screen, clock, seconds=7 * _MINUTE_S)
        await _until(pilot, lambda: screen.thread_view.subject is not None)
        if writes:
            await pilot.press("r")
            await _until(pilot, lambda: screen.composer.target is not None)
            screen.composer.text = (
                "It mostly does, Em. Two of the five I would now swap: start from the question\n"
                "people really asked you, and cut the executive summary."
            )
        return await _still(pilot, app)


@scene("lobby")
async def lobby() -> str:
    """The lobby with forty people waiting."""
    async with _app(WIDE) as (app, pilot, _, _):
        return await _still(pilot, app)


@scene("lobby-80x24")
async def lobby_middle() -> str:
    """The lobby in a common window."""
    async with _app(MIDDLE) as (app, pilot, _, _):
        return await _still(pilot, app)


@scene("welcome")
async def welcome() -> str:
    """The lobby of somebody who is new."""
    async with _app(MIDDLE, has_inbox=False) as (app, pilot, _, _):
        return await _still(pilot, app)


@scene("live")
async def live() -> str:
    """A session in a large window."""
    return await _live(WIDE)


@scene("live-paper")
async def live_paper() -> str:
    """The same on paper."""
    return await _live(WIDE, "paper")


@scene("live-terminal")
async def live_terminal() -> str:
    """The same in the terminal's own colours."""
    return await _live(WIDE, "terminal")


@scene("live-80x24")
async def live_middle() -> str:
    """The same in a common window."""
    return await _live(MIDDLE)


async def _story(size: tuple[int, int], theme: str = "hearth") -> str:
    """Open the first topic of a session in which publishers carry something."""
    async with _app(size, theme=theme) as (app, pilot, _, _):
        await pilot.press("enter")
        await _until(pilot, lambda: isinstance(app.screen, LiveScreen))
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        await _until(pilot, lambda: screen.view is not None and bool(screen.view.topics.topics))
        await pilot.press("t", "home", "enter")
        await _until(pilot, lambda: isinstance(screen.thread_view.subject, OpenTopic))
        return await _still(pilot, app)


@scene("story")
async def story() -> str:
    """A story by source, the earliest first."""
    return await _story(WIDE)


@scene("story-80x24")
async def story_middle() -> str:
    """The same in a common window, on paper."""
    return await _story(MIDDLE, "paper")


@scene("topics-80x24")
async def topics_middle() -> str:
    """What breaks, in a common window: the list with its reasons."""
    async with _app(MIDDLE) as (app, pilot, clock, _):
        await pilot.press("enter")
        await _until(pilot, lambda: isinstance(app.screen, LiveScreen))
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        await _until(pilot, lambda: screen.view is not None and bool(screen.view.topics.topics))
        await pilot.press("t", "home")
        await _pass(pilot, screen, clock, seconds=1)  # the cursor of the list below has rested
        return await _still(pilot, app)


@scene("live-60x20")
async def live_narrow() -> str:
    """The same in a small window."""
    return await _live(NARROW, writes=False)


async def _second(pilot: Pilot[Any], screen: LiveScreen, clock: FakeClock) -> None:
    """Let a second pass, and everything that comes of it."""
    await clock.advance(1)
    seen, still = -1, 0
    while still < _STILL:
        await pilot.pause(0.002)
        revision = screen.desk.changes.revision
        still = still + 1 if revision == seen else 0
        seen = revision


async def _practice(pilot: Pilot[Any], app: ChinwagApp, clock: FakeClock) -> LiveScreen:
    """Answer somebody in practice and wait until they have written back."""
    await _until(pilot, lambda: isinstance(app.screen, LiveScreen))
    screen = app.screen
    assert isinstance(screen, LiveScreen)
    await _until(pilot, lambda: screen.view is not None and bool(screen.view.waiting.rows))
    for _ in range(30):
        await _second(pilot, screen, clock)
    await pilot.press("r")
    await _until(pilot, lambda: screen.composer.target is not None)
    screen.composer.text = "Both: the sky on the left page, what it did to me on the right."
    await pilot.press("ctrl+j")
    await _until(pilot, lambda: screen.view is not None and screen.view.answered > 0)
    for _ in range(150):
        if screen.view is not None and screen.view.live:
            break
        await _second(pilot, screen, clock)
    screen.unread.list.show_held()
    screen.unread.list.action_first()
    await pilot.pause(0.1)
    await _second(pilot, screen, clock)
    await pilot.pause(0.2)
    return screen


@scene("exchange")
async def exchange() -> str:
    """Somebody answers while one is there: practice, seeded."""
    opening = OpenPractice(_SEED)
    async with _app(WIDE, has_inbox=False, opening=opening) as (app, pilot, clock, _):
        await _practice(pilot, app, clock)
        return take(app)


@scene("debrief")
async def debrief() -> str:
    """What that session was."""
    opening = OpenPractice(_SEED)
    async with _app(WIDE, theme="paper", has_inbox=False, opening=opening) as (
        app,
        pilot,
        clock,
        _,
    ):
        screen = await _practice(pilot, app, clock)
        for _ in range(5 * 60):
            await _second(pilot, screen, clock)
        await pilot.press("q")
        await pilot.pause(0.1)
        await pilot.press("y")
        await _until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        return await _still(pilot, app)


if __name__ == "__main__":
    sys.exit(main())
