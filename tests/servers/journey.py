"""One person's way through the real app: signing in, being written to, answering, leaving.

Law: everything is done with keys, and every one is counted; what is waited for is on the screen,
in a file of theirs, or on the server. The clock is the real one.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

from services.clock import SystemClock
from services.model.ids import AccountId
from services.model.posts import Post
from services.model.waiting import Lane, Waiting
from services.paths import Paths
from services.runtime import Runtime, open_runtime
from services.topics.hosting import TopicsHere
from tests.servers.places import name_host, paths_in
from tests.servers.proxy import Proxy, bad_line
from tui.app import ChinwagApp
from tui.leaving import Leaving
from tui.opening import OpenLobby
from tui.screens.accounts import AccountsScreen
from tui.screens.debrief import DebriefScreen
from tui.screens.live import LiveScreen
from tui.screens.lobby import LobbyScreen
from tui.screens.signin import SignInScreen
from tui.screens.signin_code import CodeScreen
from tui.screens.signout import SignOutScreen

SIZE = (120, 36)
PATIENCE_S = 60.0
"""Longer is a hang, on a box that is busy as well."""
_LOOK_S = 0.05
_HAND_S = 0.1
"""A line feed that comes sooner belongs to what was pasted."""


@dataclass(slots=True)
class Journey:
    """The app on its way, and what the way has taken."""

    runtime: Runtime
    app: ChinwagApp
    pilot: Pilot[Leaving]
    line: Proxy
    name: str
    keys: int = 0
    """Pressed, words and passwords aside."""
    _start_s: float = field(default_factory=time.monotonic)
    _told: list[str] = field(default_factory=list)

    @property
    def lobby(self) -> LobbyScreen:
        """The lobby, which lies under everything."""
        found = self.app.screen_stack[1]
        assert isinstance(found, LobbyScreen)
        return found

    @property
    def live(self) -> LiveScreen:
        """The live screen, which must be open."""
        return next(one for one in self.app.screen_stack if isinstance(one, LiveScreen))

    @property
    def paths(self) -> Paths:
        """Where everything of theirs is."""
        return self.runtime.paths

    async def press(self, *keys: str) -> None:
        """Press keys."""
        self.keys += len(keys)
        await self.pilot.press(*keys)

    async def enter(self, words: str) -> None:
        """Type or paste words."""
        focused = self.app.focused
        assert isinstance(focused, Input | TextArea), focused
        focused.post_message(events.Paste(words))
        await self.pilot.pause()

    async def until(
        self, holds: Callable[[], bool | Awaitable[bool]], within_s: float = PATIENCE_S
    ) -> float:
        """Wait until something holds, and give the seconds that it took."""
        start_s = time.monotonic()
        while True:
            there = holds()
            if there if isinstance(there, bool) else await there:
                await self.pilot.pause()
                return time.monotonic() - start_s
            late = time.monotonic() - start_s > within_s
            assert not late, f"it did not happen within {within_s} s:\n{self.shown()}"
            await asyncio.sleep(_LOOK_S)

    async def until_on(self, screen: type[Screen[Any]]) -> None:
        """Wait until a screen is on top."""
        await self.until(lambda: isinstance(self.app.screen, screen) and self.app.screen.is_mounted)

    async def until_shown(self, *words: str, within_s: float = PATIENCE_S) -> float:
        """Wait until words stand on the screen or in a notice, however they are broken there."""
        return await self.until(lambda: all(one in self.shown() for one in words), within_s)

    def shown(self) -> str:
        """Read the screen and every notice, spaces as one."""
        rows = self.app.screen._compositor.render_strips()
        text = "\n".join("".join(part.text for part in row) for row in rows).replace("│", " ")
        told = "\n".join(f"{one.title} {one.message}" for one in self.app._notifications)
        return " ".join(f"{text}\n{told}".split())

    def tell(self, what: str) -> None:
        """Note how far we are, and what it took so far."""
        passed = time.monotonic() - self._start_s
        self._told.append(f"{what} {passed:.1f} s, {self.keys} keys")

    @property
    def story(self) -> str:
        """Everything that was noted, as a line."""
        return f"\n{self.name}: " + "; ".join(self._told)

    async def open_form(self, key: str) -> None:
        """Go to the accounts and begin a sign-in."""
        await self.press("a")
        await self.until_on(AccountsScreen)
        await self.press(key)
        await self.until_on(SignInScreen)

    async def fill(self, *lines: str) -> None:
        """Fill the lines of a sign-in, each with enter."""
        for line in lines:
            await self.enter(line)
            await self.press("enter")

    async def until_welcome(self) -> AccountId:
        """Wait until we are somebody; give who."""
        await self.until_on(AccountsScreen)
        await self.until_shown("You are ", "Sign-ins are kept in")
        self.tell("signed in after")
        (account,) = [str(one) for one in self.runtime.real.networks]
        assert account in self.paths.accounts_file.read_text("utf-8")
        assert account in self.paths.secrets_file.read_text("utf-8")
        assert self.paths.secrets_file.stat().st_mode & 0o777 == 0o600
        return AccountId(account)

    def kept(self, account: AccountId) -> dict[str, str]:
        """Read what is kept of a sign-in."""
        kept = msgspec.json.decode(self.paths.secrets_file.read_bytes())
        return dict(kept[account])

    async def enter_code(self, allow: Callable[[str], Awaitable[str]]) -> None:
        """Open the address that is shown elsewhere, and paste the code it gives."""
        await self.until_on(CodeScreen)
        screen = self.app.screen
        assert isinstance(screen, CodeScreen)
        await self.press("y")
        code = await allow(self.app.clipboard)
        await self.press("enter")
        await self.enter(code)
        await self.press("enter")

    async def sit_with(self, name: str, words: str) -> None:
        """Find somebody waiting in the lobby with their words, and sit down with them."""
        await self.press("escape")
        await self.until_on(LobbyScreen)
        await self.until(lambda: any(name in one.author.name for one in self.waiting()), 60.0)
        self.tell("their comment waits after")
        for _ in range(20):
            selected = self.lobby.waiters.selected
            if selected is not None and name in selected.author.name:
                break
            await self.press("j")
        await self.press("enter")
        await self.until_on(LiveScreen)
        await self.until_shown(words)
        await self.until(lambda: self.selected is not None and name in self.selected.author.name)

    @property
    def selected(self) -> Waiting | None:
        """Who is under the cursor of the live list."""
        return self.live.unread.list.selected

    def waiting(self) -> tuple[Waiting, ...]:
        """Give who waits, as the lobby shows it."""
        return tuple(self.lobby.waiters.values)

    async def answer(self, words: str) -> Post:
        """Answer whoever is under the cursor, and wait until it is said."""
        await self.say(words)
        return await self.said(words)

    async def say(self, words: str) -> None:
        """Answer whoever is under the cursor."""
        await self.press("r")
        await self.until(lambda: self.live.composer.pad.has_focus)
        await self.enter(words)
        await self.until(lambda: self.live.composer.text.endswith(words))
        await asyncio.sleep(_HAND_S)
        await self.press("ctrl+j")
        await self.until(lambda: not self.live.composer.pad.has_focus)

    async def said(self, words: str) -> Post:
        """Wait until a text of ours stands in its thread as said."""
        found: list[Post] = []

        async def is_said() -> bool:
            for send in await self.runtime.real.reading.said():
                if send.body.endswith(words) and send.post is not None:
                    assert send.target.thread is not None
                    thread = await self.runtime.real.reading.thread(
                        send.target.account, send.target.thread
                    )
                    found.extend(post for post in thread.posts if post.id == send.post)
            return bool(found)

        await self.until(is_said, 40.0)
        return found[-1]

    async def until_live(self, name: str, words: str, within_s: float) -> float:
        """Wait until somebody's answer stands in their row, which is live; give the seconds."""

        def is_live() -> bool:
            rows = self.live.unread.list.values
            return any(
                name in one.author.name and one.lane is Lane.LIVE and words in one.body
                for one in rows
            )

        seconds = await self.until(is_live, within_s)
        await self.until_shown("has answered you")
        self.tell(f"their answer on screen {seconds:.1f} s after it was said, after")
        await self.press("home")
        await self.until_shown("live, wrote", words)
        return seconds

    async def end(self) -> None:
        """End the session and go back to the lobby by its debrief."""
        await self.press("escape", "q")
        await self.until_shown("End the session")
        await self.press("y")
        await self.until_on(DebriefScreen)
        await self.press("enter")
        await self.until_on(LobbyScreen)
        self.tell("debrief read after")

    async def sign_out(self, account: AccountId) -> str:
        """Sign out in the accounts; give what is said of it."""
        await self.press("a")
        await self.until_on(AccountsScreen)
        await self.until_shown("signs out")
        await self.press("x")
        await self.until_on(SignOutScreen)
        await self.press("y")
        await self.until_shown("is signed out", "What was")  # a long name breaks the sentence
        self.tell("signed out after")
        assert account not in self.paths.accounts_file.read_text("utf-8")
        kept = msgspec.json.decode(self.paths.secrets_file.read_bytes())
        assert account not in kept
        assert account not in self.runtime.real.networks
        return self.shown()


@asynccontextmanager
async def begin_journey(
    name: str, origin: str, folder: Path, *, is_direct: bool = False
) -> AsyncIterator[Journey]:
    """Open the app for somebody without an account, who has named the server's host.

    ``is_direct`` for what no line of ours carries: streams.
    """
    async with bad_line(origin) as line:
        paths = paths_in(folder)
        name_host(paths, origin if is_direct else line.url)
        async with (
            open_runtime(
                paths=paths, clock=SystemClock(), environment={}, topics=TopicsHere
            ) as runtime,
            open_app(runtime, line, name) as journey,
        ):
            yield journey


@asynccontextmanager
async def open_app(runtime: Runtime, line: Proxy, name: str) -> AsyncIterator[Journey]:
    """Open the app in the lobby."""
    app = ChinwagApp(runtime, OpenLobby())
    async with app.run_test(size=SIZE) as pilot:
        journey = Journey(runtime, app, pilot, line, name)
        await journey.until(lambda: len(app.screen_stack) > 1)
        await journey.until(lambda: journey.lobby.view is not None)
        yield journey
