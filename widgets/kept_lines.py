"""A scrolling widget of lines, without scrollbars, that keeps on the screen what reads the same.

Law: a line is written to the terminal again only where it differs from what stands there, whether
the words changed or the window moved over them. Over a slow line a cursor key is felt by its bytes.
"""

from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip


class KeptLines(ScrollView):
    """Paints line by line; a subclass says what stands in each line of the window."""

    _painted: dict[int, Strip] | None = None

    def line(self, y: int) -> Strip:
        """Say the line of the window at ``y``, as wide as the window."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Paint one line of the window, and note what it was."""
        if self._painted is None:
            self._painted = {}
        strip = self._painted[y] = self.line(y)
        return strip

    def refresh_changed(self) -> None:
        """Repaint the lines that read differently from what was painted."""
        painted, (width, height) = self._painted or {}, self.size
        for y in range(height):
            if painted.get(y) != self.line(y):
                self.refresh(Region(0, y, width, 1))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Take the window over the lines; most of what it shows may be elsewhere already."""
        if round(old_value) != round(new_value):
            self.refresh_changed()
