"""A sign-in: a few lines that are filled, asked with once, and kept as typed where that fails.

Law: what stands in a masked line leaves it as a ``Secret`` alone, for the one who asks; it is
never shown, and it is gone with this screen. While the server is asked, esc stops it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import Worker

from services.errors import ChinwagError
from services.secrets import Secret
from services.text.clean import clean_line
from tui.report import refusal_words
from tui.signing_in import host_of
from widgets.page import Page, PageLine
from widgets.said_line import SaidLine
from widgets.secret_input import SecretInput
from widgets.voices import Part, Voice

_CHARS = 400

Got = TypeVar("Got")
"""What asking gives: who was signed in, or where to go on."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line to fill."""

    name: str
    label: str
    missing: str
    """What is said when nothing stands in it; empty where nothing may."""
    value: str = ""
    example: str = ""
    """What stands in it, quietly, while it is empty."""
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked, and of whom."""

    heading: str
    fields: Sequence[Field]
    note: str
    """What one has to know to fill it."""
    asks: Callable[[Mapping[str, str]], str]
    """Gives the server that is asked, of what was typed."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed: plain lines by name, and the masked one."""

    lines: Mapping[str, str]
    password: Secret


class SignInScreen(ModalScreen[Got | None], Generic[Got]):
    """Asks for a sign-in; ``None`` when somebody goes back."""

    CSS_PATH = "signin.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False, priority=True),
        # Before the line has it: what is typed or pasted right behind is meant for the next one.
        Binding("enter", "next_line", "Next line", show=False, priority=True),
        Binding("down", "app.focus_next", "Next line", show=False),
        Binding("up", "app.focus_previous", "Line before", show=False),
    ]

    said_page = query_one("#said", Page)
    keys_line = query_one("#keys", SaidLine)

    def __init__(self, form: Form, sign_in: Callable[[Filled], Awaitable[Got]]) -> None:
        """Ask what ``form`` says; ``sign_in`` asks the server."""
        super().__init__()
        self._form = form
        self._sign_in = sign_in
        self._asking: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """A heading, the lines, what to know, what happens, and the keys."""
        heading = SaidLine()
        heading.said = ((self._form.heading, Voice.NAME),)
        notes = Page(id="notes")
        notes.can_focus = False
        notes.lines = (((self._form.note, Voice.QUIET),),)
        said = Page(id="said")
        said.can_focus = False
        with Vertical(classes="sheet"):
            yield heading
            for field in self._form.fields:
                label = SaidLine(classes="label")
                label.said = ((field.label, Voice.QUIET),)
                with Horizontal(classes="field"):
                    yield label
                    yield _line(field)
            yield notes
            yield said
            yield SaidLine(id="keys")

    def on_mount(self) -> None:
        """Begin with the first line that is empty."""
        empty = [one for one in self._form.fields if not one.value and one.missing]
        self.set_focus(self._input(empty[0] if empty else self._form.fields[0]))
        self._say_keys()

    def action_next_line(self) -> None:
        """Go to the next line at once; after the last one, ask."""
        if self._is_asking:
            return
        lines = [self._input(field) for field in self._form.fields]
        at = next((i for i, line in enumerate(lines) if line is self.focused), -1)
        if at + 1 < len(lines):
            self.set_focus(lines[at + 1])
        else:
            # In its turn: letters of this line may still be on their way into it.
            lines[at].call_later(self._ask)

    @on(Input.Changed)
    def take_change(self, event: Input.Changed) -> None:
        """Let nobody else hear of what was typed; what was said of it before is over."""
        event.stop()
        if not self._is_asking:
            self._say(())

    def action_back(self) -> None:
        """Stop asking; or go back."""
        if self._is_asking and self._asking is not None:
            self._asking.cancel()
            self._say((("Stopped; nobody was signed in.", Voice.QUIET),))
            self._say_keys()
            return
        self.dismiss(None)

    @property
    def _is_asking(self) -> bool:
        return self._asking is not None and not self._asking.is_finished

    def _ask(self) -> None:
        if self._is_asking:
            return
        for field in self._form.fields:
            if field.missing and not self._input(field).value.strip():
                self._say(((field.missing, Voice.NOW),))
                self.set_focus(self._input(field))
                return
        plain = {
            field.name: self._input(field).value.strip()
            for field in self._form.fields
            if not field.is_secret
        }
        masked = [self._input(field) for field in self._form.fields if field.is_secret]
        filled = Filled(plain, Secret(masked[0].value.strip() if masked else ""))
        host = clean_line(host_of(self._form.asks(plain)))
        self._say(((f"asking {host}…", Voice.NOW),))
        self.keys_line.said = (("esc", Voice.KEY), (" stops", Voice.QUIET))
        self._asking = self.run_worker(self._await(filled), group="asking", exclusive=True)

    async def _await(self, filled: Filled) -> None:
        try:
            got = await self._sign_in(filled)
        except ChinwagError as error:
            self._say(((refusal_words(error), Voice.FAILURE),))
            self._say_keys()
            return
        self.dismiss(got)

    def _input(self, field: Field) -> Input:
        return self.query_one(f"#{field.name}", Input)

    def _say(self, said: PageLine) -> None:
        self.said_page.lines = (said,) if said else ()

    def _say_keys(self) -> None:
        is_one = len(self._form.fields) == 1
        keys: tuple[Part, ...] = (
            ("enter", Voice.KEY),
            (" asks   " if is_one else " next line, after the last it asks   ", Voice.QUIET),
            ("esc", Voice.KEY),
            (" back", Voice.QUIET),
        )
        self.keys_line.said = keys


def _line(field: Field) -> Input:
    if field.is_secret:
        return SecretInput(id=field.name)
    return Input(field.value, field.example, max_length=_CHARS, id=field.name)
