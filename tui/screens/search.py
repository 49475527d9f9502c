"""Searching what was said to us and by us, as one types."""

from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input

from services.model.posts import Post
from services.reading import Reading
from tui.workers import start
from widgets.found_list import FoundList
from widgets.lines import Lines
from widgets.said_line import SaidLine
from widgets.sheet import Sheet
from widgets.voices import Voice


class SearchScreen(ModalScreen[Post | None]):
    """Gives the post that was chosen."""

    DEFAULT_CSS = """
    SearchScreen .sheet { height: 24; max-height: 100%; }
    SearchScreen FoundList { height: 1fr; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False, priority=True),
        Binding("down", "to_list", "To what was found", show=False),
    ]

    found = query_one(FoundList)
    status = query_one(SaidLine)

    def __init__(self, reading: Reading) -> None:
        """Search in ``reading``."""
        super().__init__()
        self._reading = reading

    def compose(self) -> ComposeResult:
        """A line to write on, and what was found."""
        with Sheet():
            yield Input(placeholder="search what was said", max_length=200)
            yield FoundList()
            yield SaidLine()

    def on_mount(self) -> None:
        """Say what to do."""
        self._say("type a word; the last one may be a beginning")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what stands there now."""
        event.stop()
        start(self, partial(self._search, event.value), "search")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to what was found."""
        event.stop()
        self.action_to_list()

    @on(Lines.Chosen)
    def choose(self) -> None:
        """Give the post under the cursor."""
        self.dismiss(self.found.selected)

    def action_to_list(self) -> None:
        """Put the keys to what was found."""
        if self.found.values:
            self.found.focus()

    def action_back(self) -> None:
        """Give nothing."""
        self.dismiss(None)

    async def _search(self, words: str) -> None:
        posts = await self._reading.search(words)
        self.found.now = self._reading.now()
        self.found.values = posts
        if not words.strip():
            self._say("type a word; the last one may be a beginning")
        elif posts:
            self._say_found()
        else:
            self._say("nothing found; fewer or shorter words find more")

    @on(events.DescendantFocus)
    def say_what_enter_does(self) -> None:
        """Say it anew for where the keys are."""
        if self.found.values:
            self._say_found()

    def _say_found(self) -> None:
        does = "reads the thread" if self.focused is self.found else "goes to them"
        self._say(f"{len(self.found.values)} found, newest first; enter {does}, esc goes back")

    def _say(self, words: str) -> None:
        self.status.said = ((words, Voice.QUIET),)
