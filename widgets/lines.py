"""The one virtual list: rows of equal height, painted line by line as they are looked at.

Law: the cursor is a key, not a place, so that the list never jumps while somebody reads; a
cursor move repaints two rows; what a row costs does not depend on how many there are.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic

from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from widgets.kept_lines import KeptLines
from widgets.reading import Row, settle
from widgets.voices import Palette, Part, Voice, fit, paint, palette_of

_CACHED_ROWS = 256
_DOUBLE = 2


class Lines(KeptLines, Generic[Row], can_focus=True):
    """A list of any length; a subclass names a row's key and says its lines."""

    DEFAULT_CSS = """
    Lines {
        color: $ink;
        scrollbar-size: 0 0;
        overflow-x: hidden;
    }
    """
    ALLOW_SELECT = False
    REST_ON: ClassVar[str] = "surface"
    """The CSS variable of what the row under the cursor stands on without the keys."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    values: reactive[tuple[Row, ...]] = reactive((), repaint=False)
    """All rows there are, in order; keys differ."""
    row_height: reactive[int] = reactive(2, repaint=False)
    """Lines per row, the air between rows among them."""
    held: reactive[int] = reactive(0, repaint=False, init=False)
    """Rows that wait above until the reader asks for them."""
    keeps_top: reactive[bool] = reactive(default=False, repaint=False, init=False)
    """Nobody reads yet: the cursor is on whatever comes first, until it is moved."""

    @dataclass
    class Highlighted(Message):
        """The cursor came to another row, or a row to the cursor."""

        lines: "Lines[Any]"
        key: Hashable | None

        @property
        def control(self) -> "Lines[Any]":
            """The list it happened in."""
            return self.lines

    @dataclass
    class Chosen(Message):
        """A row was opened, with Enter or two clicks."""

        lines: "Lines[Any]"
        key: Hashable

        @property
        def control(self) -> "Lines[Any]":
            """The list it happened in."""
            return self.lines

    @dataclass
    class Held(Message):
        """The number of rows that wait above has changed."""

        lines: "Lines[Any]"
        count: int

        @property
        def control(self) -> "Lines[Any]":
            """The list it happened in."""
            return self.lines

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        """Make an empty list."""
        super().__init__(name=name, id=id, classes=classes)
        self._shown: tuple[Row, ...] = ()
        self._cursor = -1
        self._palette: Palette | None = None
        self._strips: LRUCache[tuple[Hashable, bool], tuple[Row, int, tuple[Strip, ...]]] = (
            LRUCache(_CACHED_ROWS)
        )

    def key_of(self, value: Row) -> Hashable:
        """Give what stays the same about a row when its words change."""
        raise NotImplementedError

    def render_row(self, value: Row, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say one row's lines, at most ``row_height``, each in at most ``cells`` cells."""
        raise NotImplementedError

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows on screen or a scroll away; those that are held are not among them."""
        return self._shown

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor in ``shown``; -1 when there is none."""
        return self._cursor

    @property
    def selected(self) -> Row | None:
        """The row under the cursor."""
        return self._shown[self._cursor] if 0 <= self._cursor < len(self._shown) else None

    def select(self, key: Hashable) -> bool:
        """Put the cursor on ``key``, showing what is held if it is there; say whether it was."""
        if not self._select_shown(key):
            self.show_held()
            return self._select_shown(key)
        return True

    def show_held(self) -> None:
        """Let the rows that wait above in; the cursor stays on its row."""
        if not self.held:
            return
        selected = self.selected
        self._lay(self.values, self._index_in(self.values, selected), 0)

    def refresh_rows(self) -> None:
        """Say the visible rows again and repaint those that read differently."""
        visible = self._visible()
        before = {index: self._strips.get(self._slot(index)) for index in visible}
        self._strips.clear()
        for index in visible:
            old = before[index]
            if old is None or old[2] != self._row_strips(index):
                self._refresh_row(index)

    def watch_values(self, values: tuple[Row, ...]) -> None:
        """Take new rows without moving the one that is read."""
        before = self.selected
        shown = () if self.keeps_top else self._shown
        reading = settle(shown, self._cursor, values, self.key_of)
        self._lay(reading.rows, reading.cursor, reading.held)
        after = self.selected
        if after != before:
            self.post_message(self.Highlighted(self, self._selected_key()))

    def watch_row_height(self) -> None:
        """Lay out anew in the other density."""
        self._strips.clear()
        self._measure()
        self.refresh()

    def watch_held(self, held: int) -> None:
        """Tell that rows have come to wait, or do not any more."""
        self.post_message(self.Held(self, held))

    def on_resize(self) -> None:
        """Keep the row under the cursor in sight."""
        self._measure()
        self._follow_cursor()

    def on_focus(self) -> None:
        """Show the cursor as the one that the keys move."""
        self._strips.clear()

    def on_blur(self) -> None:
        """Show the cursor as one that waits."""
        self._strips.clear()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; twice opens."""
        index = (event.y + self.scroll_offset.y) // max(1, self.row_height)
        if 0 <= index < len(self._shown):
            self._move_to(index)
            if event.chain == _DOUBLE:
                self.action_choose()

    def notify_style_update(self) -> None:
        """Forget the colours when the theme changes."""
        self._palette = None
        self._strips.clear()
        super().notify_style_update()

    def action_move(self, by: int) -> None:
        """Move the cursor; up from the first row lets in what is held."""
        if by < 0 and self._cursor == 0 and self.held:
            self.show_held()
        self._move_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by as many rows as fit."""
        self._move_to(self._cursor + by * max(1, self.size.height // max(1, self.row_height)))

    def action_first(self) -> None:
        """Go to the first row, the held ones among them."""
        self.show_held()
        self._move_to(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._move_to(len(self._shown) - 1)

    def action_choose(self) -> None:
        """Open the row under the cursor; where there is none, the key is the screen's."""
        if (key := self._selected_key()) is None:
            raise SkipAction
        self.post_message(self.Chosen(self, key))

    def line(self, y: int) -> Strip:
        """Say one line of the window."""
        index, line = divmod(y + self.scroll_offset.y, max(1, self.row_height))
        if not 0 <= index < len(self._shown):
            return Strip.blank(self.size.width, self.rich_style)
        strips = self._row_strips(index)
        return strips[line] if line < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def _row_strips(self, index: int) -> tuple[Strip, ...]:
        value = self._shown[index]
        cells = self.size.width
        slot = self._slot(index)
        cached = self._strips.get(slot)
        if cached is not None and cached[1] == cells and cached[0] == value:
            return cached[2]
        if self._palette is None:
            self._palette = palette_of(self, rest_on=self.REST_ON)
        strips = self._paint_row(value, cells, self._palette, is_selected=slot[1])
        # The cache keeps the old value of a key that it has.
        self._strips.discard(slot)
        self._strips[slot] = (value, cells, strips)
        return strips

    def _slot(self, index: int) -> tuple[Hashable, bool]:
        return self.key_of(self._shown[index]), index == self._cursor

    def _paint_row(
        self, value: Row, cells: int, palette: Palette, *, is_selected: bool
    ) -> tuple[Strip, ...]:
        base: Style = self.rich_style
        bar: Part = (" ", Voice.INK)
        if is_selected:
            base += palette[Voice.CURSOR if self.has_focus else Voice.REST]
            bar = ("▌" if self.has_focus else "▎", Voice.BAR)
        said = self.render_row(value, max(0, cells - 1), is_selected=is_selected)
        return tuple(
            paint([bar, *fit(parts, max(0, cells - 1))], cells, palette, base)
            for parts in said[: self.row_height]
        )

    def _lay(self, rows: tuple[Row, ...], cursor: int, held: int) -> None:
        """Put ``rows`` on screen so that the line of the cursor stays where it was."""
        was, top = self._cursor, self.scroll_offset.y
        self._shown, self._cursor = rows, cursor
        self._measure()
        self.held = held
        shift = (cursor - was) * self.row_height if was >= 0 and cursor >= 0 else 0
        if shift and top + shift != top:
            self.scroll_to(y=max(0, top + shift), animate=False, force=True)
        self.refresh_changed()

    def _measure(self) -> None:
        size = Size(self.size.width, len(self._shown) * self.row_height)
        if self.virtual_size != size:
            self.virtual_size = size

    def _visible(self) -> range:
        height = max(1, self.row_height)
        first = self.scroll_offset.y // height
        last = -(-(self.scroll_offset.y + self.size.height) // height)
        return range(first, min(last, len(self._shown)))

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, len(self._shown) - 1))
        self.keeps_top = False
        if not self._shown or index == self._cursor:
            return
        before, self._cursor = self._cursor, index
        self._refresh_row(before)
        self._refresh_row(index)
        self._follow_cursor()
        self.post_message(self.Highlighted(self, self._selected_key()))

    def _follow_cursor(self) -> None:
        """Scroll no further than it takes to see the whole row."""
        if self._cursor < 0 or self.size.height <= 0:
            return
        top = self._cursor * self.row_height
        bottom = top + self.row_height
        offset = self.scroll_offset.y
        if top < offset or self.size.height <= self.row_height:
            self.scroll_to(y=top, animate=False, force=True)
        elif bottom > offset + self.size.height:
            self.scroll_to(y=bottom - self.size.height, animate=False, force=True)

    def _refresh_row(self, index: int) -> None:
        self.refresh_lines(index * self.row_height, self.row_height)

    def _select_shown(self, key: Hashable) -> bool:
        for index, row in enumerate(self._shown):
            if self.key_of(row) == key:
                self._move_to(index)
                return True
        return False

    def _index_in(self, rows: tuple[Row, ...], row: Row | None) -> int:
        if row is None:
            return 0 if rows else -1
        key = self.key_of(row)
        return next((i for i, other in enumerate(rows) if self.key_of(other) == key), 0)

    def _selected_key(self) -> Hashable | None:
        selected = self.selected
        return None if selected is None else self.key_of(selected)
