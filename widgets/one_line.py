"""One line that is told anew: the base of everything that is a single row high.

Law: a change repaints this row and nothing else, and not even that when it reads the same.
"""

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from widgets.voices import Palette, Part, paint, palette_of


class OneLine(Widget):
    """A row of words in voices; a subclass says them in ``parts``."""

    DEFAULT_CSS = """
    OneLine {
        height: 1;
        width: 1fr;
        color: $ink;
    }
    """
    ALLOW_SELECT = False

    _palette: Palette | None = None
    _painted: tuple[int, list[Part]] | None = None

    def parts(self, cells: int) -> list[Part]:
        """Say the row, in at most ``cells`` cells."""
        raise NotImplementedError

    def tell(self) -> None:
        """Repaint if what there is to say has changed; never lays out anything."""
        if not self.is_mounted or self._painted is None:
            return
        cells, said = self._painted
        if cells != self.size.width or said != self.parts(cells):
            self.refresh()

    def notify_style_update(self) -> None:
        """Forget the colours when the theme changes."""
        self._palette = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint the row."""
        cells = self.size.width
        base: Style = self.rich_style
        if y or cells <= 0:
            return Strip.blank(max(0, cells), base)
        if self._palette is None:
            self._palette = palette_of(self)
        said = self.parts(cells)
        self._painted = (cells, said)
        return paint(said, cells, self._palette, base)
