"""One question that is answered with a line of text."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from services.model.words import Safe
from services.text.clean import clean_line
from widgets.page import Page
from widgets.said_line import SaidLine
from widgets.voices import Voice


class AskScreen(ModalScreen[Safe | None]):
    """Asks for a line; ``None`` when somebody goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False, priority=True)
    ]

    def __init__(self, question: str, value: str = "", hint: str = "", *, chars: int = 200) -> None:
        """Ask ``question``, with ``value`` to begin from, for at most ``chars`` characters."""
        super().__init__()
        self._question = question
        self._value = value
        self._hint = hint
        self._chars = chars

    def compose(self) -> ComposeResult:
        """Show the question and a line to write on."""
        question = SaidLine()
        question.said = ((self._question, Voice.NAME),)
        hint = Page()
        hint.can_focus = False
        hint.lines = (
            (
                ("enter", Voice.KEY),
                (" keeps it   ", Voice.QUIET),
                ("esc", Voice.KEY),
                (" back   ", Voice.QUIET),
                (self._hint, Voice.QUIET),
            ),
        )
        with Vertical(classes="sheet"):
            yield question
            yield Input(self._value, max_length=self._chars)
            yield hint

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the line, cleaned."""
        event.stop()
        self.dismiss(clean_line(event.value, chars=self._chars))

    def action_back(self) -> None:
        """Give nothing."""
        self.dismiss(None)
