"""What goes with a text: who reads it, a warning, a language, pictures with what they show.

Law: nothing is sent and nothing read but the pictures that are chosen; what a network does not
take is not offered.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import ModalScreen

from services.errors import ChinwagError
from services.model.limits import Capabilities
from services.model.posts import Reach
from services.model.sending import Picture, Target, TargetKind
from services.pictures import picture_at
from services.targets import next_reach
from tui.report import show_error
from tui.screens.ask import AskScreen
from tui.workers import start
from widgets.cells import clip
from widgets.page import Page, PageLine
from widgets.target_line import reach_words
from widgets.voices import Part, Voice

_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_LABEL_CELLS = 12
_VALUE_CELLS = 50
_WARNING_CHARS = 200
_PATH_CHARS = 1_000


class OptionsScreen(ModalScreen[Target]):
    """Gives the target with what was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reach", "Who reads it", show=False),
        Binding("w", "warning", "Warning", show=False),
        Binding("l", "language", "Language", show=False),
        Binding("p", "picture", "Add a picture", show=False),
        Binding("d", "describe", "Describe the last picture", show=False),
        Binding("x", "drop_picture", "Take the last picture away", show=False),
        Binding("escape,q,enter,ctrl+t", "close_sheet", "Back", show=False),
    ]

    sheet = query_one(Page)

    def __init__(self, target: Target, can: Capabilities, reaches: tuple[Reach, ...]) -> None:
        """Choose for ``target`` among what its network takes."""
        super().__init__()
        self._target = target
        self._can = can
        self._reaches = reaches

    def compose(self) -> ComposeResult:
        """A sheet."""
        with Vertical(classes="sheet"):
            yield Page()

    def on_mount(self) -> None:
        """Say what is chosen."""
        self._show()

    def action_close_sheet(self) -> None:
        """Give it."""
        self.dismiss(self._target)

    def action_reach(self) -> None:
        """Let fewer people read it, and after the fewest as many as may."""
        if len(self._reaches) > 1:
            self._choose(replace(self._target, reach=next_reach(self._target.reach, self._reaches)))

    def action_warning(self) -> None:
        """Write what is read before the words."""
        if self._can.can_warn:
            self._do(self._warning)

    def action_language(self) -> None:
        """Say in which language it is."""
        if self._can.has_languages:
            self._do(self._language)

    def action_picture(self) -> None:
        """Add a picture."""
        if self._takes_pictures and len(self._target.pictures) < self._can.pictures_at_most:
            self._do(self._add_picture)

    def action_describe(self) -> None:
        """Say again what the last picture shows."""
        if self._target.pictures:
            self._do(self._describe)

    def action_drop_picture(self) -> None:
        """Take the last picture away."""
        self._choose(replace(self._target, pictures=self._target.pictures[:-1]))

    @property
    def _takes_pictures(self) -> bool:
        return self._can.pictures_at_most > 0 and self._target.kind is not TargetKind.EDIT

    async def _warning(self) -> None:
        ask = AskScreen(
            "What is it about, for whoever would rather not read it?",
            self._target.warning,
            "empty takes the warning away",
            chars=_WARNING_CHARS,
        )
        words = await self.app.push_screen_wait(ask)
        if words is not None:
            self._choose(replace(self._target, warning=str(words)))

    async def _language(self) -> None:
        ask = AskScreen("In which language? Two letters, as in en, de, fr.", self._target.language)
        words = await self.app.push_screen_wait(ask)
        if words is None:
            return
        if words and not _LANGUAGE.match(words):
            raise ChinwagError(f"“{clip(words, 20)}” is no language tag.", "Write en, or pt-BR.")
        self._choose(replace(self._target, language=str(words)))

    async def _add_picture(self) -> None:
        typed = await self.app.push_screen_wait(AskScreen("Which picture?", chars=_PATH_CHARS))
        if not typed:
            return
        picture = await asyncio.to_thread(_found, typed)
        self._choose(replace(self._target, pictures=(*self._target.pictures, picture)))
        await self._describe()

    async def _describe(self) -> None:
        *before, last = self._target.pictures
        ask = AskScreen(
            "What does it show, for whoever cannot see it?",
            last.alt,
            Path(last.path).name,
            chars=self._can.alt_graphemes_at_most,
        )
        words = await self.app.push_screen_wait(ask)
        if words is not None:
            described = replace(last, alt=str(words))
            self._choose(replace(self._target, pictures=(*before, described)))

    def _choose(self, target: Target) -> None:
        self._target = target
        self._show()

    def _do(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def told() -> None:
            try:
                await deed()
            except ChinwagError as error:
                show_error(self.app, error)

        start(self, told, "deed")

    def _show(self) -> None:
        target, can = self._target, self._can
        changes = "  r narrows it" if len(self._reaches) > 1 else ""
        lines: list[PageLine] = [
            (("What goes with it", Voice.NAME),),
            (),
            _row("r" if changes else " ", "Who reads it", f"{reach_words(target)}{changes}"),
        ]
        if can.can_warn:
            lines.append(_row("w", "Warning", target.warning or "none"))
        if can.has_languages:
            lines.append(_row("l", "Language", target.language or "not said"))
        if self._takes_pictures:
            many, most = len(target.pictures), can.pictures_at_most
            lines.append(
                _row(
                    "p",
                    "Pictures",
                    f"{many} of {most}; p adds one" if many < most else f"{many}, no more",
                )
            )
            for one in target.pictures:
                name = clip(Path(one.path).name, 24)
                alt = f"“{clip(one.alt, _VALUE_CELLS)}”" if one.alt else "without a description"
                lines.append(_row(" ", "", f"{name}: {alt}"))
        keys: list[Part] = []
        if target.pictures:
            keys += [("d", Voice.KEY), (" describes the last   ", Voice.QUIET)]
            keys += [("x", Voice.KEY), (" takes it away   ", Voice.QUIET)]
        lines += [(), (*keys, ("esc", Voice.KEY), (" back to the text", Voice.QUIET))]
        self.sheet.lines = tuple(lines)


def _found(typed: str) -> Picture:
    return picture_at(Path(typed).expanduser())


def _row(key: str, label: str, value: str) -> tuple[Part, ...]:
    return (
        (f"{key}  ", Voice.KEY),
        (f"{label}".ljust(_LABEL_CELLS + 2), Voice.INK),
        (value, Voice.QUIET),
    )
