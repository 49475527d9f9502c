"""Signing out: asked once, and with it whether what was said is forgotten too."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from widgets.page import Page
from widgets.voices import Voice


class SignOutScreen(ModalScreen[bool | None]):
    """Gives whether what was said is forgotten; ``None`` when nobody is signed out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(False)", "Sign out", show=False),
        Binding("f", "answer(True)", "Sign out and forget", show=False),
        Binding("n,escape,q", "stay", "Stay", show=False),
    ]

    def __init__(self, handle: str, network: str) -> None:
        """Ask about ``handle`` on ``network``."""
        super().__init__()
        self._handle = handle
        self._network = network

    def compose(self) -> ComposeResult:
        """Show the question and its three answers."""
        page = Page()
        page.lines = (
            ((f"Sign {self._handle} out of {self._network}?", Voice.NAME),),
            (("Its server forgets this sign-in, and nothing of it is kept here.", Voice.QUIET),),
            (),
            (("y  ", Voice.KEY), ("sign out; what was said stays for the next time", Voice.INK)),
            (
                ("f  ", Voice.KEY),
                ("sign out, and forget here what was said to it and by it", Voice.INK),
            ),
            (("n  ", Voice.KEY), ("stay", Voice.INK)),
        )
        with Vertical(classes="sheet"):
            yield page

    def action_answer(self, forgets: bool) -> None:
        """Sign out."""
        self.dismiss(forgets)

    def action_stay(self) -> None:
        """Stay signed in."""
        self.dismiss(None)
