"""Every key, made from the registry."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.actions import ACTIONS, Place
from widgets.page import Page, PageLine
from widgets.sheet import Sheet
from widgets.voices import Voice

_KEY_CELLS = 13


class HelpScreen(ModalScreen[None]):
    """What can be done, place by place."""

    CSS = """
    HelpScreen .sheet { height: 32; max-height: 90%; }
    HelpScreen .sheet > Page { height: 1fr; max-height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "close_help", "Back", show=False)
    ]

    def __init__(self, here: Place | None = None) -> None:
        """Show every key, those that work ``here`` first."""
        super().__init__()
        self._here = here

    def compose(self) -> ComposeResult:
        """Show the keys."""
        page = Page()
        page.lines = help_lines(self._here)
        with Sheet():
            yield page

    def action_close_help(self) -> None:
        """Back to where it was opened."""
        self.dismiss(None)


def help_lines(here: Place | None = None) -> tuple[PageLine, ...]:
    """Give the keys, place by place, in the order of the registry but for ``here``."""
    lines: list[PageLine] = []
    for place in sorted(Place, key=lambda place: place is not here):
        lines += [((place.value, Voice.NAME),)]
        lines += [
            ((action.shown.ljust(_KEY_CELLS), Voice.KEY), (action.help, Voice.QUIET))
            for action in ACTIONS
            if action.place is place
        ]
        lines.append(())
    lines.append((("In a text field letters are letters. esc comes back from here.", Voice.QUIET),))
    return tuple(lines)
