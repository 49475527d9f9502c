"""A page to read: literal lines in voices, scrolled with the usual keys."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.voices import Palette, Part, Voice, fold, paint, palette_of

PageLine = tuple[Part, ...]
"""One line of a page."""


class Page(ScrollView, can_focus=True):
    """Lines under one another; one wider than the page is folded, or cut where asked for."""

    DEFAULT_CSS = """
    Page {
        color: $ink;
        scrollbar-size: 0 0;
        overflow-x: hidden;
    }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_by(1)", "Down", show=False),
        Binding("up,k", "scroll_by(-1)", "Up", show=False),
        Binding("pagedown,space", "scroll_by(10)", "Page down", show=False),
        Binding("pageup", "scroll_by(-10)", "Page up", show=False),
        Binding("home", "scroll_by(-100000)", "First", show=False),
        Binding("end", "scroll_by(100000)", "Last", show=False),
    ]

    lines: reactive[tuple[PageLine, ...]] = reactive((), repaint=False)
    """What is read, a tuple of parts per line."""

    is_cut: bool = False
    """Whether a line that is too wide is cut."""

    _palette: Palette | None = None
    _laid: tuple[PageLine, ...] = ()

    def watch_lines(self) -> None:
        """Take new lines; the place stays."""
        self._lay()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Fold anew."""
        self._lay()
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Give how many lines there are, folded to ``width``."""
        return len(self._folded(width))

    def notify_style_update(self) -> None:
        """Forget the colours when the theme changes."""
        self._palette = None
        super().notify_style_update()

    def action_scroll_by(self, by: int) -> None:
        """Scroll by some lines."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False, immediate=True)

    def _lay(self) -> None:
        self._laid = self._folded(self.size.width)
        self.virtual_size = Size(0, len(self._laid))

    def _folded(self, cells: int) -> tuple[PageLine, ...]:
        if self.is_cut:
            return self.lines
        return tuple(line for parts in self.lines for line in fold(parts, cells))

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        cells = self.size.width
        index = y + self.scroll_offset.y
        if self._palette is None:
            self._palette = palette_of(self)
        if index >= len(self._laid):
            return Strip.blank(cells, self.rich_style)
        return paint(self._laid[index], cells, self._palette, self.rich_style)


def keys_page(keys: Iterable[tuple[str, str]]) -> Page:
    """Give the foot of a sheet: its keys, each with what it does. It takes no keys itself."""
    said: list[Part] = []
    for key, label in keys:
        gap = "   " if said else ""
        said += [(f"{gap}{key}", Voice.KEY), (f" {label}", Voice.QUIET)]
    page = Page(id="keys")
    page.can_focus = False
    page.lines = (tuple(said),)
    return page
