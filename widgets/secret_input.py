"""One line for a password: it shows dots, gives its words once, and copies them nowhere.

Law: what is in it is never painted, never handed to a clipboard and never part of a message.
"""

from dataclasses import dataclass

from textual import events
from textual.actions import SkipAction
from textual.message import Message
from textual.widgets import Input

_CHARACTERS_AT_MOST = 1_000


class SecretInput(Input):
    """A line whose words cannot be read from the screen."""

    @dataclass
    class Finished(Message):
        """Enter was pressed; the words are asked for by whoever needs them."""

        line: "SecretInput"

        @property
        def control(self) -> "SecretInput":
            """The line it happened in."""
            return self.line

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  (Textual's own word)
        """Make an empty line."""
        super().__init__(password=True, max_length=_CHARACTERS_AT_MOST, id=id, classes=classes)

    async def action_submit(self) -> None:
        """Tell that Enter was pressed, and not what stands here."""
        self.post_message(self.Finished(self))

    def action_copy(self) -> None:
        """Copy nothing."""
        raise SkipAction

    def action_cut(self) -> None:
        """Cut nothing."""
        raise SkipAction

    def on_paste(self, event: events.Paste) -> None:
        """Put in the first line that has words; line ends and the space around are left out."""
        event.stop()
        event.prevent_default()
        lines = [line.strip() for line in event.text.splitlines()]
        words = next((line for line in lines if line), "")
        self.replace("".join(char for char in words if char.isprintable()), *self.selection)
