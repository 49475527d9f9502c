"""The lobby: who waits, what is up, who wrote back, and sitting down.

Law: reading only; everything that speaks needs a session, and starting one is one key.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.screen import Screen

from services.errors import ChinwagError
from services.model.changes import Changes
from services.model.waiting import Order, Waiting
from services.runtime import CutOff, Runtime
from tui import lobby_view
from tui.actions import Place, bindings
from tui.lobby_doors import LobbyDoors
from tui.lobby_lines import LobbyLines
from tui.lobby_plan import LobbyPlan
from tui.lobby_view import LobbyView, read_lobby
from tui.report import show_error
from tui.sight import is_seen
from tui.windows import Window, window_of
from tui.workers import start
from widgets.choice_line import ChoiceLine
from widgets.empty_state import EmptyState
from widgets.lines import Lines
from widgets.page import Page
from widgets.said_line import SaidLine
from widgets.waiter_list import WaiterList

_PREPARE_AFTER_S = 0.5
"""After the first paint: what is behind the doors is made ready."""
_ROOMY_COLUMNS, _ROOMY_ROWS = 100, 32
_NARROW_COLUMNS, _NARROW_ROWS = 76, 24
_FIVE = 5


class LobbyScreen(Screen[None]):
    """Before and between sessions."""

    CSS_PATH = "lobby.tcss"
    PLACE: ClassVar = Place.LOBBY
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PLACE)]

    waiters = query_one(WaiterList)

    def __init__(self, runtime: Runtime, interval_s: float) -> None:
        """Show the lobby of ``runtime``, read at most once every ``interval_s``."""
        super().__init__()
        self.interval_s = interval_s
        self.runtime = runtime
        self.doors = LobbyDoors(self)
        """Where the keys lead."""
        self.view: LobbyView | None = None
        self.cut_off: CutOff | None = None
        self.has_looked = asyncio.Event()
        """Whether it is known if something was cut off."""
        self.plans = LobbyPlan(self)
        """What one would sit down for."""
        self.lines = LobbyLines(self)
        """What is said of what was read."""
        self._order = Order.BY_LANE

    def compose(self) -> ComposeResult:
        """Lay it out."""
        # Before there are children, so that they are styled once.
        self._fit(self.app.size.width, self.app.size.height)
        yield SaidLine(id="hello")
        yield SaidLine(id="banner")
        with Horizontal(id="columns"):
            with Vertical(id="who"):
                yield SaidLine(id="waits")
                waiters = WaiterList()
                waiters.row_height = 1
                yield waiters
                yield SaidLine(id="others")
            page = Page(id="topics")
            page.can_focus = False
            page.is_cut = True
            yield page
        welcome = Page(id="welcome")
        welcome.can_focus = False
        welcome.lines = lobby_view.WELCOME
        yield welcome
        yield SaidLine(id="since")
        yield SaidLine(id="held")
        yield ChoiceLine("Sit down for", classes="choice", id="length")
        yield ChoiceLine("Rhythm", classes="choice", id="rhythm")
        yield SaidLine(id="intention", classes="choice")
        yield SaidLine(id="keys")
        yield SaidLine(id="here")
        yield EmptyState("This window is too small.", "Make it 40 columns by 14 rows at least.")

    async def on_mount(self) -> None:
        """Show what the stores have, then follow them."""
        self.plans.say()
        changes = self.runtime.real.changes.follow(self.interval_s)
        await self.refresh_view()
        self.waiters.focus()
        self.run_worker(self._find_cut_off(), group="cut off")
        start(self, partial(self._follow, changes), "follow")
        self.set_timer(_PREPARE_AFTER_S, self._prepare)

    def on_resize(self, event: events.Resize) -> None:
        """Reflow."""
        self._fit(event.size.width, event.size.height)

    def on_screen_resume(self) -> None:
        """Read again after a session."""
        if self.view is not None:
            start(self, self.refresh_view, "view")

    @on(Lines.Chosen)
    def start_with(self) -> None:
        """Sit down with whoever is under the cursor."""
        self.action_start()

    @on(Lines.Highlighted)
    def name_first(self) -> None:
        """Say with whom Enter starts."""
        self.lines.say_keys()

    def action_start(self) -> None:
        """Sit down."""
        self.doors.sit_down(self.plans.plan, self.waiters.selected)

    def action_five_minutes(self) -> None:
        """Sit down for five minutes with one person."""
        if self.waiters.selected is not None:
            self.sit_with(self.waiters.selected)
        else:
            self.doors.say_nobody_waits()

    def sit_with(self, waiting: Waiting) -> None:
        """Sit down for five minutes with one person."""
        self.doors.sit_down(replace(self.plans.plan, minutes=_FIVE), waiting)

    def action_longer(self) -> None:
        """Choose the next length."""
        self.plans.lengthen()

    def action_shorter(self) -> None:
        """Choose the length before."""
        self.plans.shorten()

    def action_minutes(self) -> None:
        """Type a length."""
        start(self, self.plans.ask_minutes, "ask")

    def action_rhythm(self) -> None:
        """Turn to the other rhythm."""
        self.plans.turn_rhythm()

    def action_intention(self) -> None:
        """Say what one sits down for."""
        start(self, self.plans.ask_intention, "ask")

    def action_order(self) -> None:
        """Turn to the other order."""
        if not self.waiters.values:
            self.doors.say_nobody_waits()
            return
        self._order = Order.OLDEST if self._order is Order.BY_LANE else Order.BY_LANE
        start(self, self.refresh_view, "view")

    def action_practice(self) -> None:
        """Sit down with the made-up cast."""
        self.begin_practice(None)

    def begin_practice(self, seed: int | None) -> None:
        """Sit down with the made-up cast; ``seed`` gives a practice again."""
        self.doors.practise(self.plans.plan, seed)

    def action_commons(self) -> None:
        """Take part in the commons."""
        self.doors.join()

    def action_go_on(self) -> None:
        """Go on with a session that was cut off."""
        cut_off, self.cut_off = self.cut_off, None
        self.doors.go_on(cut_off)

    def action_take_over(self) -> None:
        """Take over from another terminal."""
        self.doors.take_over()

    def action_debriefs(self) -> None:
        """Read past debriefs."""
        self.doors.debriefs()

    def action_accounts(self) -> None:
        """Show who we are, and where."""
        self.doors.accounts()

    def action_held_back(self) -> None:
        """Say whom a network holds back, and where that is decided."""
        self.doors.held_back()

    def action_queue(self) -> None:
        """Read what other tools have queued."""
        self.doors.queue(self.plans.plan)

    def action_headlines(self) -> None:
        """Choose whose headlines are read."""
        self.doors.headlines()

    def action_tastes(self) -> None:
        """Show what is followed and what is muted."""
        self.doors.tastes()

    def action_settings(self) -> None:
        """Change settings."""
        self.doors.settings()

    def action_check(self) -> None:
        """Look after what is not settled."""
        self.doors.look_after()

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.run_action("leave")

    async def refresh_view(self) -> None:
        """Read everything again and show it."""
        try:
            view = await read_lobby(self.runtime, self._order, self.cut_off)
        except ChinwagError as error:
            show_error(self.app, error)
            return
        self.view = view
        self.lines.show(view)

    def _prepare(self) -> None:
        start(self, self.doors.prepare, "prepare")

    async def _find_cut_off(self) -> None:
        try:
            self.cut_off = await self.runtime.cut_off()
        except ChinwagError as error:
            show_error(self.app, error)
        finally:
            self.has_looked.set()
        if self.cut_off is not None:
            await self.refresh_view()

    async def _follow(self, changes: AsyncIterator[Changes]) -> None:
        async for _ in changes:
            if is_seen(self):
                await self.refresh_view()

    def _fit(self, columns: int, rows: int) -> None:
        is_roomy = columns >= _ROOMY_COLUMNS and rows >= _ROOMY_ROWS
        self.set_class(is_roomy, "-roomy")
        self.set_class(columns < _NARROW_COLUMNS or rows < _NARROW_ROWS, "-narrow")
        self.set_class(window_of(columns, rows) is Window.TINY, "-tiny")
        if self.view is not None:
            self.plans.say()
            self.lines.show(self.view)
