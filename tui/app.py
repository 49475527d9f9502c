"""The app: opens with a runtime, shows screens, leaves in order whatever happens.

Law: no domain logic; what the first screen does not need is imported when it is; what leaves is
saved first, and a terminal is never left as it was not.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, assert_never

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter

from services.errors import ChinwagError
from services.log import open_log
from services.model.changes import Family
from services.paths import own_paths
from services.runtime import Runtime, open_runtime
from services.text.clean import clean
from tui.actions import Place, bindings
from tui.leaving import Leaving
from tui.opening import Opening, OpenLive, OpenLobby, OpenPractice
from tui.report import sentence
from tui.screens.lobby import LobbyScreen
from tui.theme import choose, dress, variable_defaults
from tui.writing import Writing
from widgets.paint_filter import PaintFilter, harmless

if TYPE_CHECKING:
    from textual.command import Provider

_PATIENCE_S = 1.5
"""After a signal: how long saving may take before the process goes all the same."""

_INTERVAL_S, _SSH_INTERVAL_S = 0.1, 0.25
_SWITCH_S = 0.001
_LOST_TERMINAL = 129
_TERMINATED = 143


def _palette() -> "type[Provider]":
    """Give the palette's provider, when it is first opened."""
    from tui.palette import ActionProvider

    return ActionProvider


class ChinwagApp(App[Leaving]):
    """Chinwag on a full screen."""

    TITLE = "chinwag"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {_palette}
    CSS_PATH = "styles/chinwag.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.EVERYWHERE)]

    def __init__(self, runtime: Runtime, opening: Opening, interval_s: float | None = None) -> None:
        """Show what ``runtime`` has opened, beginning with ``opening``.

        ``interval_s`` is the least time between two paintings, unless told otherwise a tenth of
        a second, and a quarter over SSH.
        """
        chosen = choose(runtime.config.theme, os.environ)
        super().__init__(ansi_color=chosen.ansi_color)
        self.runtime = runtime
        self.opening = opening
        pace_s = _SSH_INTERVAL_S if "SSH_CONNECTION" in os.environ else _INTERVAL_S
        self._interval_s = pace_s if interval_s is None else interval_s
        self._exit_status = 0
        self._second_wall = PaintFilter()
        self._unsaved: tuple[str, ...] = ()
        dress(self, chosen)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Look at everything that is painted once more, last of all."""
        return [*super().get_line_filters(), self._second_wall]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Name our colours for the moment before a theme is on."""
        return variable_defaults()

    async def on_mount(self) -> None:
        """Open the first screen, and listen for what may end us."""
        # A background thread that works gives way to keys and painting within a millisecond.
        sys.setswitchinterval(_SWITCH_S)
        loop = asyncio.get_running_loop()
        for number, status in ((signal.SIGHUP, _LOST_TERMINAL), (signal.SIGTERM, _TERMINATED)):
            loop.add_signal_handler(number, self._leave_by_signal, status)
        self.app_resume_signal.subscribe(self, lambda _: self._note_back())
        self.run_worker(self._follow_lease(), group="lease")
        lobby = LobbyScreen(self.runtime, self._interval_s)
        await self.push_screen(lobby)
        match self.opening:
            case OpenLobby():
                pass
            case OpenLive(plan):
                lobby.doors.sit_down_at_once(plan)
            case OpenPractice(seed):
                lobby.begin_practice(seed)
            case _:
                assert_never(self.opening)

    def on_key(self, event: events.Key) -> None:
        """Note that somebody is here; a letter that came too early for the composer is put in."""
        self.runtime.note_key()
        if isinstance(self.screen, Writing) and self.screen.take_letter(event):
            event.stop()
            event.prevent_default()

    def action_help(self) -> None:
        """Show every key."""
        from tui.screens.help import HelpScreen
        from widgets.pad import Pad

        if not isinstance(self.screen, HelpScreen):
            place = getattr(self.screen, "PLACE", None)
            writes = place is Place.LIVE and isinstance(self.focused, Pad)
            self.push_screen(HelpScreen(Place.COMPOSER if writes else place))

    async def action_leave(self) -> None:
        """Leave; a session that is on can be gone on with."""
        await self._save_all()
        self.exit(Leaving.QUIT)

    @property
    def exit_status(self) -> int:
        """What the process gives back."""
        return self._exit_status

    @property
    def unsaved_words(self) -> tuple[str, ...]:
        """What could not be saved, a text each; it is given back in the terminal."""
        return self._unsaved

    def keep_words(self, texts: tuple[str, ...]) -> None:
        """Keep texts that could not be saved."""
        self._unsaved += texts

    async def _follow_lease(self) -> None:
        """Leave when another terminal of the same user takes over."""
        async for changes in self.runtime.real.changes.follow(0.0):
            if Family.LEASE in changes.families:
                await self._save_all()
                self.exit(Leaving.TAKEN_OVER)
                return

    def _leave_by_signal(self, status: int) -> None:
        """Save and go, within two seconds whatever hangs."""
        self._exit_status = status
        # Not on the loop: writing to a terminal that has gone may hold that up for ever.
        patience = threading.Timer(_PATIENCE_S, os._exit, (status,))
        patience.daemon = True
        patience.start()
        self.run_worker(self._save_and_go(), group="leaving")

    async def _save_and_go(self) -> None:
        await self._save_all()
        self.exit(Leaving.QUIT)

    async def _save_all(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Writing):
                # What cannot be saved now is tried again when the screen goes, and kept if need be.
                with contextlib.suppress(ChinwagError):
                    await screen.save()

    def _note_back(self) -> None:
        self.run_worker(self.runtime.desk.engine.note_back(), group="back")


def run_app(opening: Opening) -> int:
    """Run the full screen until somebody leaves; gives the exit status."""
    return asyncio.run(_run(opening))


async def _run(opening: Opening) -> int:
    with open_log(own_paths().log_file):
        return await _run_logged(opening)


async def _run_logged(opening: Opening) -> int:
    takes_over = False
    app: ChinwagApp | None = None
    while True:
        try:
            async with open_runtime(takes_over=takes_over) as runtime:
                if takes_over and runtime.looks_on:
                    _write("The other terminal did not let go; here you look on.")
                began_at = runtime.clock.now()
                app = ChinwagApp(runtime, opening)
                leaving = await app.run_async()
                from tui.farewell import farewell

                lines = await farewell(runtime, began_at)
        except ChinwagError as error:
            _write(sentence(error))
            _give_back(app)
            return 1
        match leaving:
            case Leaving.TAKE_OVER:
                takes_over, opening = True, OpenLobby()
            case Leaving.TAKEN_OVER:
                saved = "" if app.unsaved_words else "; everything is saved"
                _write(f"Another terminal of yours has taken over{saved}.")
                _give_back(app)
                return 0
            case Leaving.QUIT | None:
                for line in lines:
                    _write(line)
                _give_back(app)
                return app.exit_status or app.return_code or 0
            case _:
                assert_never(leaving)


def _give_back(app: ChinwagApp | None) -> None:
    """Write out what could not be saved, so that its author still has it."""
    for text in app.unsaved_words if app is not None else ():
        _write("This could not be saved, so here it is:")
        for line in clean(text, lines=100_000, chars=1_000_000).split("\n"):
            _write(line)


def _write(words: str) -> None:
    """Say something after the screen has closed; both walls stand here, too."""
    with contextlib.suppress(OSError):
        sys.stderr.write(harmless(clean(words)) + "\n")
