"""The address where a sign-in is allowed, in full, and the code that it gives.

Law: the address stands at the left edge with nothing beside it, so that a terminal can select it
whole; nothing is opened here, and the code goes to the server alone.
"""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import Worker

from services.errors import ChinwagError
from services.model.accounts import SignedIn
from services.model.words import Safe
from services.secrets import Secret
from tui.report import refusal_words
from widgets.page import Page
from widgets.said_line import SaidLine
from widgets.secret_input import SecretInput
from widgets.voices import Part, Voice

_COPIED = "Copied, if your terminal allows it; otherwise select it, with shift held."


class AddressPage(Page):
    """The address, with the keys while no code is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "screen.copy", "Copy the address", show=False),
    ]


class CodeScreen(ModalScreen[SignedIn | None]):
    """Shows where to allow the sign-in and takes the code; ``None`` when somebody goes back."""

    CSS_PATH = "signin_code.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False, priority=True),
        # Before the line has it: what is pasted right behind is the code.
        Binding("enter", "go_on", "To the code; sign in", show=False, priority=True),
    ]

    said_page = query_one("#said", Page)
    code_line = query_one(SecretInput)
    address = query_one(AddressPage)
    _keys_line = query_one("#keys", SaidLine)

    def __init__(
        self, host: Safe, url: Safe, finish: Callable[[Secret], Awaitable[SignedIn]]
    ) -> None:
        """Show ``url`` of ``host``; ``finish`` signs in with the code."""
        super().__init__()
        self._host = host
        self._url = url
        self._finish = finish
        self._asking: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """What to do, the address, the code, what happens, and the keys."""
        with Vertical(classes="plain"):
            yield _still(
                f"Open this address on any device; {self._host} asks you there, and gives a code.",
                f"Allow Chinwag on {self._host}",
            )
            address = AddressPage(id="address")
            address.lines = (((self._url, Voice.INK),),)
            yield address
            label = SaidLine(classes="label")
            label.said = (("Code", Voice.QUIET),)
            with Horizontal(classes="field"):
                yield label
                yield SecretInput(id="code")
            said = Page(id="said")
            said.can_focus = False
            yield said
            yield SaidLine(id="keys")

    def on_mount(self) -> None:
        """Begin with the address."""
        self.address.focus()
        self._say_keys()

    @on(events.DescendantFocus)
    def name_keys(self) -> None:
        """Say the keys that work here."""
        self._say_keys()

    def on_paste(self, event: events.Paste) -> None:
        """Put a code into its line, wherever the keys are."""
        if self.focused is not self.code_line:
            event.stop()
            self.set_focus(self.code_line)
            self.code_line.on_paste(event)

    @on(Input.Changed)
    def take_change(self, event: Input.Changed) -> None:
        """Let nobody else hear of it."""
        event.stop()

    def action_copy(self) -> None:
        """Hand the address to the terminal."""
        self.app.copy_to_clipboard(self._url)
        self._say(_COPIED, Voice.QUIET)

    def action_go_on(self) -> None:
        """Go on to the code; from there, ask."""
        if self.focused is self.code_line:
            # In its turn: letters of the code may still be on their way into it.
            self.code_line.call_later(self._ask)
        else:
            self.set_focus(self.code_line)

    def action_back(self) -> None:
        """Stop asking; or go back."""
        if self._is_asking and self._asking is not None:
            self._asking.cancel()
            self._say("Stopped; nobody was signed in.", Voice.QUIET)
            self._say_keys()
            return
        self.dismiss(None)

    @property
    def _is_asking(self) -> bool:
        return self._asking is not None and not self._asking.is_finished

    def _ask(self) -> None:
        """Sign in with the code, once."""
        if self._is_asking:
            return
        code = self.code_line.value.strip()
        if not code:
            self._say("The code is what the page shows once you have allowed it.", Voice.NOW)
            return
        self._say(f"asking {self._host}…", Voice.NOW)
        self._keys_line.said = (("esc", Voice.KEY), (" stops", Voice.QUIET))
        self._asking = self.run_worker(self._await(Secret(code)), group="asking", exclusive=True)

    async def _await(self, code: Secret) -> None:
        try:
            who = await self._finish(code)
        except ChinwagError as error:
            self._say(refusal_words(error), Voice.FAILURE)
            self._say_keys()
            return
        self.dismiss(who)

    def _say(self, words: str, voice: Voice) -> None:
        self.said_page.lines = (((words, voice),),)

    def _say_keys(self) -> None:
        types = self.focused is self.code_line
        copy: tuple[Part, ...] = (
            (("enter", Voice.KEY), (" signs in   ", Voice.QUIET), ("shift+tab", Voice.KEY),
             (" to the address", Voice.QUIET))
            if types
            else (("y", Voice.KEY), (" copies it   ", Voice.QUIET), ("enter", Voice.KEY),
                  (" to the code", Voice.QUIET))
        )  # fmt: skip
        back: tuple[Part, ...] = (("   esc", Voice.KEY), (" back", Voice.QUIET))
        self._keys_line.said = (*copy, *back)


def _still(words: str, heading: str) -> Page:
    page = Page(id="what")
    page.can_focus = False
    page.lines = (((heading, Voice.NAME),), ((words, Voice.QUIET),))
    return page
