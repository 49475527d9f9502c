"""People whom a network holds back: what that is, and the address where one lets them through.

Law: nobody is let through from here, and nothing is opened; the address is shown whole.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from services.text.clean import clean_line
from tui.report import show_words
from widgets.ages import count
from widgets.page import Page, PageLine
from widgets.sheet import Sheet
from widgets.voices import Voice

_REQUESTS = "notifications/requests"
"""Where a server lists them for a browser; seen on Mastodon 4.5, 2026-11."""

_MEANING = (
    "They wrote to you, and your own settings hold back people such as them: new accounts, or "
    "people you do not follow. They do not know, and none of them stands under Unread. Whom you "
    "let through comes in with the next reading."
)


class HeldBackScreen(ModalScreen[None]):
    """Says who waits to be let through, and where that is decided."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v,enter", "close_sheet", "Back", show=False),
        Binding("y", "copy", "Copy the address", show=False),
    ]

    def __init__(self, people: int, hosts: tuple[str, ...]) -> None:
        """Tell of ``people`` on ``hosts``."""
        super().__init__()
        self._people = people
        self._addresses = tuple(clean_line(f"https://{host}/{_REQUESTS}") for host in hosts)

    def compose(self) -> ComposeResult:
        """What it is, and where."""
        waits = "waits" if self._people == 1 else "wait"
        copy: PageLine = (("y", Voice.KEY), (" copies the address   ", Voice.QUIET))
        page = Page()
        page.lines = (
            ((f"{count(self._people, 'person', 'people')} {waits} to be let through", Voice.NAME),),
            ((_MEANING, Voice.QUIET),),
            (),
            (
                (
                    "You decide in a browser, here:"
                    if self._addresses
                    else "You decide in a browser, on that network's own pages.",
                    Voice.INK,
                ),
            ),
            *(((address, Voice.NAME),) for address in self._addresses),
            (),
            (*(copy if self._addresses else ()), ("esc", Voice.KEY), (" back", Voice.QUIET)),
        )
        with Sheet():
            yield page

    def action_copy(self) -> None:
        """Hand the addresses to the terminal."""
        self.app.copy_to_clipboard("\n".join(self._addresses))
        show_words(self.app, f"Copied, if your terminal allows it: {', '.join(self._addresses)}")

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)
