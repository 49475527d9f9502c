"""Where the lobby's keys lead: into a session, a practice, a debrief, a sheet.

Law: one worker per door; a door that does not open says why; what is behind a door is imported
when it is opened first, or while nobody is waiting for it.
"""

import asyncio
import importlib
import os
from collections.abc import Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from services.desk import Desk
from services.errors import ChinwagError
from services.model.ids import SessionId
from services.model.sending import Target
from services.model.session import Plan
from services.model.waiting import Waiting
from services.runtime import CutOff
from tui.leaving import Leaving
from tui.report import show_error, show_words

if TYPE_CHECKING:
    from tui.screens.lobby import LobbyScreen


_FIVE = 5
_BEHIND_DOORS = ("tui.screens.live", "tui.screens.debrief")


class LobbyDoors:
    """The doors of one lobby."""

    def __init__(self, lobby: "LobbyScreen") -> None:
        """Lead away from ``lobby``."""
        self._lobby = lobby
        self._runtime = lobby.runtime
        self._is_away = False
        """Somebody is on their way through a door, or behind it."""

    def sit_down(self, plan: Plan, first: Waiting | None) -> None:
        """Begin a session at the real desk."""
        self._open(self._sit_down(plan, first))

    def sit_down_at_once(self, plan: Plan) -> None:
        """Begin a session without a question; with no account, on the commons."""
        self._open(self._sit_down_at_once(plan))

    def practise(self, plan: Plan, seed: int | None) -> None:
        """Begin a practice session."""
        self._open(self._practise(plan, seed))

    def go_on(self, cut_off: CutOff | None) -> None:
        """Go on with a session that was cut off, or read what it was."""
        if cut_off is None:
            show_words(self._lobby.app, "No session was cut off. enter begins one.")
        else:
            self._open(self._go_on(cut_off))

    def say_nobody_waits(self) -> None:
        """Say why a key for those who wait does nothing."""
        show_words(self._lobby.app, "Nobody waits for you yet.")

    def join(self) -> None:
        """Join the commons."""
        self._open(self._join())

    def take_over(self) -> None:
        """Leave, so that the program is opened again with the lease."""
        if self._runtime.looks_on:
            self._lobby.app.exit(Leaving.TAKE_OVER)
        else:
            show_words(self._lobby.app, "This is the only terminal of yours.")

    def debriefs(self) -> None:
        """Choose a past session and read it."""
        self._open(self._debriefs())

    def accounts(self) -> None:
        """Show who we are, and where."""
        from tui.screens.accounts import AccountsScreen

        self._lobby.app.push_screen(AccountsScreen(self._runtime))

    def held_back(self) -> None:
        """Say whom a network holds back, and where that is decided."""
        from tui.screens.held_back import HeldBackScreen

        view = self._lobby.view
        if view is None or not view.held_back:
            show_words(self._lobby.app, "No network holds anybody back from you.")
            return
        self._lobby.app.push_screen(HeldBackScreen(view.held_back, view.held_at))

    def queue(self, plan: Plan) -> None:
        """Read what other tools have queued; what is to be said is begun in a session."""
        self._open(self._queue(plan))

    def headlines(self) -> None:
        """Ask whose headlines are read, the first time; then show them."""
        self._open(self._headlines())

    def settings(self) -> None:
        """Change settings."""
        from tui.screens.settings import SettingsScreen

        self._lobby.app.push_screen(SettingsScreen(self._runtime))

    def tastes(self) -> None:
        """Show what is followed and what is muted."""
        from tui.screens.tastes import TastesScreen

        self._lobby.app.push_screen(TastesScreen(self._runtime, self._lobby.interval_s))

    def look_after(self) -> None:
        """Look after what is not settled."""
        self._open(self._look_after())

    async def prepare(self) -> None:
        """Open what leads out of this box and import what is behind the doors taken most.

        Nobody waits for it: the lobby has been painted.
        """
        if await self._is_anything_agreed():
            # Who has agreed to nothing has no use for all that this reads in.
            await asyncio.to_thread(importlib.import_module, "services.connections")
            await self._told(self._connect())
        if not self._runtime.looks_on:
            self._runtime.real.queue.start()
            if self._runtime.real.networks:
                self._runtime.real.topics.prepare()
        for name in _BEHIND_DOORS:
            await asyncio.to_thread(importlib.import_module, name)

    def keep(self, *, minutes: int | None = None, rhythm: str | None = None) -> None:
        """Keep a choice for the next time."""
        config = self._runtime.config
        if minutes is not None:
            config = msgspec.structs.replace(config, minutes=minutes)
        if rhythm is not None:
            config = msgspec.structs.replace(config, rhythm=rhythm)
        self._lobby.run_worker(self._told(self._runtime.choose(config)), group="keep")

    def _open(self, door: Coroutine[Any, Any, None]) -> None:
        """Go through one door at a time; a second key on the way changes nothing."""
        if self._is_away:
            door.close()
            return
        self._is_away = True
        self._lobby.run_worker(self._there_and_back(door), group="door")

    async def _there_and_back(self, door: Coroutine[Any, Any, None]) -> None:
        try:
            await self._told(door)
        finally:
            self._is_away = False

    async def _told(self, door: Coroutine[Any, Any, None]) -> None:
        try:
            await door
        except ChinwagError as error:
            show_error(self._lobby.app, error)

    async def _queue(self, plan: Plan) -> None:
        from tui.screens.queue import QueueScreen

        target = await self._lobby.app.push_screen_wait(QueueScreen(self._runtime.real))
        if target is not None:
            await self._sit_down(plan, None, target)

    async def _sit_down(
        self, plan: Plan, first: Waiting | None, begins_with: Target | None = None
    ) -> None:
        runtime = self._runtime
        if runtime.looks_on:
            raise ChinwagError("Here you only look on.", "t takes Chinwag over.")
        if not runtime.real.networks and not await runtime.real.reading.topics():
            raise ChinwagError(
                "There is nobody to talk with yet.",
                "a signs in, c joins the commons of this box, p practises with a made-up cast.",
            )
        sitting = await runtime.real.engine.sit_down(plan)
        long_waits = await runtime.real.tables.waiting.waited_a_day(runtime.clock.now())
        await runtime.real.tables.sessions.note_long_waits(sitting.id, long_waits)
        await self._live(runtime.real, first, begins_with)

    async def _sit_down_at_once(self, plan: Plan) -> None:
        if not self._runtime.real.networks:
            await self._runtime.join_commons()
        await self._sit_down(plan, None)

    async def _practise(self, plan: Plan, seed: int | None) -> None:
        runtime = self._runtime
        if runtime.looks_on:
            raise ChinwagError("Here you only look on.", "t takes Chinwag over.")
        # Looking for one that was cut off opens the very files that a new one sweeps away.
        await self._lobby.has_looked.wait()
        if self._lobby.cut_off is not None and self._lobby.cut_off.is_practice:
            self._lobby.cut_off = None
        desk = await runtime.begin_practice(seed)
        await desk.engine.sit_down(replace(plan, is_practice=True))
        await self._live(desk, None)

    async def _go_on(self, cut_off: CutOff) -> None:
        runtime = self._runtime
        desk = runtime.practice if cut_off.is_practice else runtime.real
        if desk is None:
            return
        if await desk.engine.resume() is not None:
            await self._live(desk, None)
        else:
            await self._debrief(desk, cut_off.sitting.id)

    async def _live(
        self, desk: Desk, first: Waiting | None, begins_with: Target | None = None
    ) -> None:
        """Sit; then the debrief, then whom it leads to."""
        from tui.screens.live import LiveScreen

        live = LiveScreen(self._runtime, desk, first, self._lobby.interval_s)
        live.begins_with = begins_with
        session = await self._lobby.app.push_screen_wait(live)
        if session is not None:
            await self._debrief(desk, session)

    async def _debrief(self, desk: Desk, session: SessionId) -> None:
        from tui.screens.debrief import DebriefScreen

        again = await self._lobby.app.push_screen_wait(DebriefScreen(self._runtime, desk, session))
        if desk.is_practice:
            await self._runtime.end_practice()
        elif again is not None:
            await self._sit_down(replace(self._lobby.plans.plan, minutes=_FIVE), again)

    async def _is_anything_agreed(self) -> bool:
        """Whether anything is read or signed in to, or was until its file was taken away."""
        runtime = self._runtime
        config = runtime.config
        if config.news.reads or config.news.sources or config.hackernews.user:
            return True
        if config.firehose.sources:
            return True
        if await asyncio.to_thread(os.path.lexists, runtime.paths.accounts_file):
            return True
        return bool(await runtime.real.tables.accounts.present())

    async def _connect(self) -> None:
        await self._runtime.connect()

    async def _join(self) -> None:
        network = await self._runtime.join_commons()
        show_words(
            self._lobby.app,
            f"You are {network.account.author.handle} on the commons of this box. "
            "Only this box reads it; names on it are no proof of who wrote.",
        )

    async def _debriefs(self) -> None:
        from tui.screens.debriefs import DebriefsScreen

        desk = self._runtime.real
        session = await self._lobby.app.push_screen_wait(DebriefsScreen(desk.reading))
        if session is not None:
            await self._debrief(desk, session)

    async def _headlines(self) -> None:
        if self._runtime.looks_on:
            raise ChinwagError("Here you only look on.", "t takes Chinwag over.")
        news = (await self._runtime.connect()).news
        app = self._lobby.app
        if self._runtime.config.news.asked:
            from tui.screens.feeds import FeedsScreen

            await app.push_screen_wait(FeedsScreen(self._runtime, news, self._lobby.interval_s))
            return
        from tui.screens.offer import offer_screen

        chosen = await app.push_screen_wait(offer_screen(news.offers))
        if chosen is None:
            return
        await news.answer(tuple(news.offers[at] for at in chosen))
        show_words(
            app,
            "Their headlines come in from now on, under Topics. b shows how each feed is."
            if chosen
            else "Nothing is read then. b chooses, should you change your mind.",
        )
        await self._lobby.refresh_view()

    async def _look_after(self) -> None:
        from tui.screens.unsettled import UnsettledScreen

        unsure = await self._runtime.real.reading.unsure()
        if unsure:
            await self._lobby.app.push_screen_wait(UnsettledScreen(self._runtime.real, unsure[0]))
        else:
            show_words(self._lobby.app, "Everything you sent is settled.")
