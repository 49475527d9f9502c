"""Where one writes: a text area that cannot be made to send by what is pasted into it.

Law: nothing that is not text gets into the text; Enter is always a new line; only a line feed
that a hand pressed alone is a wish to send.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location

from widgets.keystrokes import ALONE_S, Keystrokes, Ruling

CHARACTERS_AT_MOST = 20_000
NAME_KEYS = frozenset({"tab", "enter", "down", "up", "escape"})
"""What these keys do is the list's, while names are offered."""
SEND_KEYS = frozenset({"ctrl+j", "ctrl+enter", "ctrl+\r"})
"""Ctrl+Enter has two names: that of the newer key protocols, and what xterm makes of it."""
_PARAGRAPHS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_NOT_TEXT = dict.fromkeys(
    [
        *(code for code in range(0x20) if chr(code) not in "\n\t"),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x200E,
        0x200F,
        0x061C,
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),
    ]
)
"""Controls, direction controls and lone surrogates: nobody types them, and a screen obeys them."""


def plain_text(pasted: str) -> str:
    """Give what is text in ``pasted``: controls left out, every line end one feed."""
    unified = pasted.replace("\r\n", "\n").replace("\r", "\n").translate(_PARAGRAPHS)
    return unified.replace("\t", "    ").translate(_NOT_TEXT)


class Pad(TextArea):
    """The text that is being written."""

    DEFAULT_CSS = """
    Pad, Pad:focus {
        border: none;
        padding: 0 1;
        height: 1fr;
        color: $ink;
        background: $surface;
        scrollbar-size: 0 0;
        & .text-area--placeholder { color: $quiet; text-style: $quiet-style; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back, text is kept", show=False),
        Binding("ctrl+e", "editor", "Write in $EDITOR", show=False),
    ]

    class SendPressed(Message):
        """Somebody pressed the key that sends."""

    @dataclass
    class Refused(Message):
        """Something was not put in, because the text would have become too long."""

        characters: int

    class Left(Message):
        """Somebody wants out; the text stays."""

    @dataclass
    class NameKey(Message):
        """A key was pressed that is for the list of names while that is open."""

        key: str

    class CaretMoved(Message):
        """The caret stands elsewhere."""

    class EditorAsked(Message):
        """Somebody wants to write in an editor of their own."""

    class CtrlEnterSeen(Message):
        """This terminal can tell Ctrl+Enter from Enter."""

    def __init__(self, *, classes: str | None = None) -> None:
        """Make an empty pad."""
        super().__init__(
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
            compact=False,
            classes=classes,
        )
        self.cursor_blink = False
        self.match_cursor_bracket = False
        self.offers_names = False
        """Whether a list of names is open over the text."""
        self._keystrokes = Keystrokes()
        self._quiet: Timer | None = None

    def load_text(self, text: str) -> None:
        """Show another text, cleaned; what was typed for the old one sends nothing."""
        self._stop_waiting()
        super().load_text(plain_text(text)[:CHARACTERS_AT_MOST])

    def action_leave(self) -> None:
        """Say that somebody wants out."""
        self.post_message(self.Left())

    def action_editor(self) -> None:
        """Say that somebody wants their editor."""
        self.post_message(self.EditorAsked())

    async def _on_key(self, event: events.Key) -> None:
        """Rule on line feeds before the text area sees the key."""
        if self.offers_names and event.key in NAME_KEYS:
            event.stop()
            event.prevent_default()
            self._carry_out(self._keystrokes.other(event.time))
            self.post_message(self.NameKey(event.key))
            return
        if event.key not in SEND_KEYS:
            self._carry_out(self._keystrokes.other(event.time))
            return
        event.stop()
        event.prevent_default()
        if event.key != "ctrl+j":
            self.post_message(self.CtrlEnterSeen())
        self._carry_out(self._keystrokes.line_feed(event.time))

    async def _on_paste(self, event: events.Paste) -> None:
        """Put in what is text in what was pasted; it sends nothing, whatever it holds."""
        event.stop()
        event.prevent_default()
        self._carry_out(self._keystrokes.other(event.time))
        self._replace_via_keyboard(event.text, *self.selection)

    def _replace_via_keyboard(
        self, insert: str, start: Location, end: Location
    ) -> EditResult | None:
        """Put ``insert`` in, cleaned, unless the text would become too long."""
        words = plain_text(insert)
        replaced = len(self.get_text_range(start, end))
        if len(self.text) - replaced + len(words) > CHARACTERS_AT_MOST:
            self.post_message(self.Refused(len(words)))
            return None
        result = super()._replace_via_keyboard(words, start, end)
        if result is not None:
            self.move_cursor(result.end_location)
        return result

    def before_caret(self) -> str:
        """Give what stands before the caret in its line."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def complete(self, begun: str, whole: str) -> None:
        """Put ``whole`` in the place of ``begun``, which ends at the caret, and a space."""
        row, column = self.cursor_location
        if self.before_caret().endswith(begun):
            self._replace_via_keyboard(f"{whole} ", (row, column - len(begun)), (row, column))

    def _carry_out(self, rulings: tuple[Ruling, ...]) -> None:
        for ruling in rulings:
            match ruling:
                case Ruling.WAIT:
                    self._quiet = self.set_timer(ALONE_S, self._hear_out)
                case Ruling.NEWLINE:
                    self._replace_via_keyboard("\n", *self.selection)
                case Ruling.SEND:
                    self.post_message(self.SendPressed())

    def _hear_out(self) -> None:
        """Let every key that was read before now arrive first, then rule.

        Keys go through the app's queue before they come into this one; a question sent the
        same way cannot overtake them.
        """
        self.app.call_later(self.call_later, self._rule)

    def _rule(self) -> None:
        ruling = self._keystrokes.silence(self._now_s())
        if ruling is not None:
            self._carry_out((ruling,))

    def _now_s(self) -> float:
        """Read the clock that stamps keys."""
        return Message().time

    def _stop_waiting(self) -> None:
        self._keystrokes.forget()
        if self._quiet is not None:
            self._quiet.stop()
            self._quiet = None
