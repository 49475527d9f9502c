"""The debrief: what a session was, in sentences; it grows while people write back."""

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one
from textual.screen import Screen

from services.desk import Desk
from services.errors import ChinwagError
from services.model.debrief import Debrief
from services.model.ids import SessionId
from services.model.session import Verdict
from services.model.waiting import Waiting
from services.runtime import Runtime
from services.text.clean import clean_line
from tui.actions import Place, bindings, hint
from tui.report import show_error, show_words
from tui.telling import markdown, page, tell
from tui.workers import start
from widgets.page import Page
from widgets.status_line import StatusLine


class DebriefScreen(Screen[Waiting | None]):
    """One session, told; gives whom to sit down with for five minutes, if anybody."""

    DEFAULT_CSS = """
    DebriefScreen {
        & > Page { height: 1fr; margin: 1 2; max-width: 110; }
        & > StatusLine { padding: 0 2; }
        &.-roomy > Page { margin: 4 10 1 12; }
        &.-roomy > StatusLine { padding: 0 12; margin-bottom: 2; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (100, "-roomy")]  # noqa: RUF012 - as Screen has it
    PLACE: ClassVar = Place.DEBRIEF
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PLACE)]

    sheet = query_one(Page)
    status = query_one(StatusLine)

    def __init__(self, runtime: Runtime, desk: Desk, session: SessionId) -> None:
        """Tell ``session``, which was sat at ``desk``."""
        super().__init__()
        self._runtime = runtime
        self._desk = desk
        self._session = session
        self._debrief: Debrief | None = None

    def compose(self) -> ComposeResult:
        """A page, and the keys."""
        yield Page()
        yield StatusLine()

    def on_mount(self) -> None:
        """Tell it, and again whenever something changes."""
        self.sheet.focus()
        start(self, self._follow, "follow")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Ask for a verdict only where something was intended."""
        if action == "verdict":
            return bool(self._debrief and self._debrief.sitting.plan.intention)
        if action == "five_minutes":
            return bool(self._debrief and self._debrief.left) and not self._desk.is_practice
        return True

    def action_verdict(self, word: str) -> None:
        """Keep what was answered."""
        start(self, partial(self._judge, Verdict(word)), "judge")

    def action_export(self) -> None:
        """Write the debrief to a file in the working folder or at home."""
        if self._debrief is not None:
            text = markdown(tell(self._debrief, self._runtime.clock.now()))
            self.run_worker(self._write(text), group="export", exclusive=True)

    def action_five_minutes(self) -> None:
        """Go on with whoever is left first."""
        if self._debrief is not None and self._debrief.left:
            self.dismiss(self._debrief.left[0])

    def action_done(self) -> None:
        """Back to the lobby."""
        self.dismiss(None)

    async def _follow(self) -> None:
        changes = self._desk.changes.follow(0.5)
        await self._tell()
        async for _ in changes:
            await self._tell()

    async def _judge(self, verdict: Verdict) -> None:
        await self._desk.reading.debriefs.judge(self._session, verdict)
        await self._tell()

    async def _tell(self) -> None:
        try:
            debrief = await self._desk.reading.debriefs.read(self._session)
        except ChinwagError as error:
            show_error(self.app, error)
            return
        if debrief is None:
            return
        self._debrief = debrief
        self.sheet.lines = page(tell(debrief, self._runtime.clock.now()))
        hints = [hint(Place.DEBRIEF, "export")]
        if debrief.left and not self._desk.is_practice:
            hints.append(("r", f"five more minutes with {debrief.left[0].author.name}"))
        self.status.hints = (*hints, hint(Place.DEBRIEF, "done"))

    async def _write(self, text: str) -> None:
        started = self._debrief.sitting.started_at if self._debrief else self._runtime.clock.now()
        name = f"chinwag-{started.astimezone():%Y-%m-%d-%H%M}.md"
        folder = Path.cwd() if os.access(Path.cwd(), os.W_OK) else Path.home()
        path = folder / name
        try:
            await asyncio.to_thread(_write_new, path, text)
        except OSError as error:
            show_words(self.app, f"{path} could not be written: {error.strerror}.")
            return
        show_words(self.app, clean_line(f"Written to {path}"))


def _write_new(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
