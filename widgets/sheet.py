"""The frame of what stands over a screen.

Law: nothing is cut off without a sign: where more is below than it shows, its lower edge says so.
"""

from textual.containers import Vertical
from textual.scroll_view import ScrollView
from textual.widget import Widget

MORE = "↓ more"


class Sheet(Vertical):
    """A frame that tells whether what is read in it goes on below."""

    DEFAULT_CSS = """
    Sheet {
        border-subtitle-color: $quiet;
        border-subtitle-style: $quiet-style;
    }
    """

    def __init__(self, *parts: Widget) -> None:
        """Make one that is styled as every sheet is, around ``parts``."""
        super().__init__(*parts, classes="sheet")

    def on_mount(self) -> None:
        """Follow whatever scrolls in it."""
        for part in self._parts():
            self.watch(part, "scroll_y", self._look)
            self.watch(part, "virtual_size", self._look)

    def on_resize(self) -> None:
        """Look again what fits."""
        self._look()

    def _parts(self) -> list[ScrollView]:
        return [part for part in self.query(ScrollView) if part.can_focus]

    def _look(self) -> None:
        """Say it once everything has its place."""
        self.call_after_refresh(self._tell)

    def _tell(self) -> None:
        is_cut = any(part.scroll_offset.y < part.max_scroll_y for part in self._parts())
        self.border_subtitle = MORE if is_cut else ""
