"""One question with yes or no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from widgets.page import Page
from widgets.voices import Voice


class ConfirmScreen(ModalScreen[bool]):
    """Asks and gives what was answered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape,q", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str, detail: str = "") -> None:
        """Ask ``question``; ``detail`` says what follows."""
        super().__init__()
        self._question = question
        self._detail = detail

    def compose(self) -> ComposeResult:
        """Show the question."""
        page = Page()
        page.lines = (
            ((self._question, Voice.NAME),),
            ((self._detail, Voice.QUIET),),
            (),
            (("y", Voice.KEY), (" yes   ", Voice.QUIET), ("n", Voice.KEY), (" no", Voice.QUIET)),
        )
        with Vertical(classes="sheet"):
            yield page

    def action_answer(self, answer: bool) -> None:
        """Give the answer."""
        self.dismiss(answer)
