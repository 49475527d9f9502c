"""The real app over real files, with a clock that is moved by hand and an account to answer.

Law: a test waits for what it asserts (``until``), never for time; the clock of the session moves
only in ``advance``.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

from services.model.ids import PostId, SendId, ThreadId
from services.model.posts import Post, Reach
from services.model.sending import Send, SendState, Target
from services.model.waiting import Waiting
from services.networks.base import Arrivals, Cursor, Message
from services.paths import Paths
from services.runtime import Runtime, open_runtime
from services.topics.hosting import MakeHost, TopicsHere
from tests.fake_network import FakeNetwork, FakeServer, Keys, Published
from tests.fakes import FakeClock, settle
from tests.obliging import Obliging
from tests.tui.inbox import NETWORK, Inbox
from tui.app import ChinwagApp
from tui.leaving import Leaving
from tui.opening import Opening, OpenLobby
from tui.screens.debrief import DebriefScreen
from tui.screens.live import LiveScreen
from tui.screens.lobby import LobbyScreen

SIZE = (120, 36)
_PATIENCE_S = 10.0
_LOOK_S = 0.02
_BY_HAND = 2


class Correspondence(FakeNetwork):
    """A fake network whose posts say whom they answer, as a real one's do."""

    def __init__(self, server: FakeServer) -> None:
        """Begin as a public account of ours."""
        super().__init__(server, name=NETWORK)
        self._capabilities = replace(self._capabilities, reach=Reach.PUBLIC)
        self._asked: dict[SendId, Target] = {}

    async def send(self, message: Message) -> Post:
        """Publish, where the target says."""
        self._asked[message.key] = message.target
        return self._placed(await super().send(message), message.key)

    async def look(self, message: Message) -> Post | None:
        """Find it, where the target says."""
        found = await super().look(message)
        return None if found is None else self._placed(found, message.key)

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read our latest posts, each where its target said."""
        keys = [published.key for published in self._server.published[::-1]]
        posts = await super().latest(count)
        return tuple(self._placed(post, key) for post, key in zip(posts, keys, strict=False))

    def _placed(self, post: Post, key: SendId) -> Post:
        target = self._asked[key]
        thread = target.thread or type(post.thread)(post.id)
        return replace(
            post, thread=thread, parent=target.post, answers=target.person, reach=target.reach
        )


class Sociable(Obliging, Correspondence):
    """The same, on a network that does everything a network may."""

    def __init__(self, server: FakeServer) -> None:
        """Begin with a choice of everything."""
        Correspondence.__init__(self, server)
        Obliging.__init__(self)
        self._capabilities = replace(
            self._capabilities,
            reaches=(Reach.PUBLIC, Reach.FOLLOWERS, Reach.DIRECT),
            can_edit=True,
            can_warn=True,
            has_languages=True,
            pictures_at_most=2,
            can_quote=True,
            can_moderate=True,
        )
        self.edits: list[tuple[PostId, str]] = []

    async def edit(self, post: PostId, message: Message) -> Post:
        """Put other words in place."""
        self.edits.append((post, message.body))
        return replace(
            self._post(Published(0, message.key, message.body, 0.0)),
            id=post,
            thread=message.target.thread or ThreadId(post),
        )


@dataclass
class Stage:
    """Everything that a journey touches."""

    runtime: Runtime
    clock: FakeClock
    server: FakeServer
    network: Correspondence
    inbox: Inbox
    app: ChinwagApp
    pilot: Pilot[Leaving]

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
    def sociable(self) -> Sociable:
        """The network, which must be one that does everything."""
        assert isinstance(self.network, Sociable)
        return self.network

    @property
    def debrief(self) -> DebriefScreen:
        """The debrief, which must be open."""
        return next(one for one in self.app.screen_stack if isinstance(one, DebriefScreen))

    @property
    def selected(self) -> Waiting | None:
        """Who is under the cursor in the live list."""
        return self.live.unread.list.selected

    def is_on(self, screen: type[Screen[Any]]) -> bool:
        """Whether ``screen`` is on top and laid out."""
        return isinstance(self.app.screen, screen) and self.app.screen.is_mounted

    async def press(self, *keys: str) -> None:
        """Press keys and let the screen take each."""
        for key in keys:
            await self.pilot.press(key)

    async def write(self, words: str) -> None:
        """Type words; of a long text only the beginning key by key."""
        focused = self.app.focused
        takes = isinstance(focused, TextArea | Input)
        by_hand, rest = (words[:_BY_HAND], words[_BY_HAND:]) if takes else (words, "")
        await self.pilot.press(*["space" if char == " " else char for char in by_hand])
        if isinstance(focused, TextArea) and rest:
            focused.insert(rest)
        elif isinstance(focused, Input) and rest:
            focused.insert_text_at_cursor(rest)
        if rest:
            await self.pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        deadline_s = time.monotonic() + _PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline_s, "what was waited for did not happen"
            await asyncio.sleep(_LOOK_S)
        await settle()

    async def until_shown(self, *words: str) -> None:
        """Wait until all of ``words`` stand on the screen."""
        try:
            await self.until(lambda: all(one in self.text() for one in words))
        except AssertionError:
            raise AssertionError(f"{words} not in\n{self.text()}") from None

    async def until_said(self, words: str) -> None:
        """Wait until a notice with ``words`` in it has been given."""
        try:
            await self.until(lambda: words in self.said())
        except AssertionError:
            raise AssertionError(f"{words!r} not in {self.said()!r}") from None

    async def sit(self) -> LiveScreen:
        """Sit down from the lobby with Enter, and wait for the list."""
        await self.press("enter")
        await self.until_live()
        return self.live

    async def until_live(self) -> None:
        """Wait until the live screen has read its stores."""
        await self.until(lambda: self.is_on(LiveScreen))
        await self.until(lambda: self.live.view is not None and self.live.focused is not None)

    async def rest(self) -> None:
        """Let the cursor rest, so that the thread under it is read."""
        await self.clock.advance(0.1)
        await self.pilot.pause()

    async def pass_time(self, seconds: float) -> None:
        """Let the session's clock run, the files keeping pace with it."""
        await self.clock.advance_until(
            _after(self.clock, seconds), within_s=seconds, step_s=5.0, patience_s=0.005
        )
        await self.pilot.pause()

    async def answer(self, words: str) -> None:
        """Write and say ``words`` to whoever the composer is turned to."""
        await self.write(words)
        await self.clock.advance(1)
        await self.press("ctrl+j")

    async def put_cursor_on(self, name: str) -> None:
        """Walk the cursor of the live list to ``name`` with the keys."""
        await self.press("home")
        for _ in range(60):
            if self.selected is not None and name in self.selected.author.name:
                return
            await self.press("j")
        raise AssertionError(f"{name} does not wait")

    async def arrive(self, *posts: Post) -> None:
        """Take in posts as if the network had brought them."""
        desk = self.runtime.real
        heard = await desk.intake.take(self.network.account.id, Arrivals(posts, Cursor("1")))
        for live in heard.live:
            desk.engine.tell(live)
        desk.changes.publish(*heard.families)
        await self.pilot.pause()

    async def sends(self) -> tuple[Send, ...]:
        """Read every send of the last session."""
        latest = self.runtime.real.engine.sitting or await self.runtime.real.reading.last_session()
        assert latest is not None
        return await self.runtime.real.reading.said_in(latest)

    async def until_settled(self, state: SendState, number: int = 1) -> Send:
        """Wait until the ``number``-th send of the session, the last one, is in ``state``."""
        for _ in range(400):
            found = await self.sends()
            if len(found) == number and found[-1].state is state:
                await self.pilot.pause()
                return found[-1]
            await self.clock.advance(0.5)
        raise AssertionError(f"no send became {state}: {await self.sends()}")

    async def names(self) -> list[str]:
        """Name who waits, in order, as the store has it."""
        return [str(row.author.name) for row in (await self.runtime.real.reading.waiting()).rows]

    def text(self) -> str:
        """Read the screen: its rows, joined."""
        rows = self.app.screen._compositor.render_strips()
        return "\n".join("".join(part.text for part in row).rstrip() for row in rows)

    def said(self) -> str:
        """Give every notice that stands."""
        return "\n".join(f"{one.title} {one.message}" for one in self.app._notifications)


def _after(clock: FakeClock, seconds: float) -> Callable[[], bool]:
    until_s = clock.monotonic() + seconds
    return lambda: clock.monotonic() >= until_s


def paths_in(folder: Path) -> Paths:
    """Put everything of one user below ``folder``."""
    return Paths(folder / "config" / "config.toml", folder / "data", folder / "cache")


@asynccontextmanager
async def open_stage(
    folder: Path,
    *,
    size: tuple[int, int] = SIZE,
    is_seeded: bool = True,
    keys: Keys = Keys.ATOMIC,
    clock: FakeClock | None = None,
    opening: Opening | None = None,
    extra: Iterable[Callable[[Inbox], Post]] = (),
    make: Callable[[FakeServer], Correspondence] = Correspondence,
    topics: MakeHost = TopicsHere,
) -> AsyncIterator[Stage]:
    """Open the app in the lobby; seeded, with an account and forty people who wrote to it.

    ``topics`` makes what keeps the topics.
    """
    clock = clock or FakeClock()
    server = FakeServer(clock, keys)
    network = make(server)
    inbox = Inbox(network.account, clock.now())
    async with open_runtime(
        paths=paths_in(folder), clock=clock, environment={}, topics=topics
    ) as runtime:
        if is_seeded:
            posts = (*inbox.everybody(), *(make(inbox) for make in extra))
            await runtime.real.intake.take(network.account.id, Arrivals(posts, Cursor("0")))
            runtime.real.add(network)
        app = ChinwagApp(runtime, opening or OpenLobby(), interval_s=0)
        async with app.run_test(size=size) as pilot:
            stage = Stage(runtime, clock, server, network, inbox, app, pilot)
            await stage.until(lambda: len(app.screen_stack) > 1)
            await stage.until(lambda: stage.lobby.view is not None)
            yield stage
    server.close()
