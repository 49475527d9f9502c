"""One line for a password: it shows dots and copies its words nowhere.

Law: what is in it is never painted and never handed to a clipboard.
"""

from textual import events
from textual.actions import SkipAction
from textual.widgets import Input

_CHARACTERS_AT_MOST = 1_000


class SecretInput(Input):
    """A line whose words cannot be read from the screen."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  (Textual's own word)
        """Make an empty line."""
        super().__init__(password=True, max_length=_CHARACTERS_AT_MOST, id=id, classes=classes)

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
