"""The reading pane: a thread or an open topic, whole, with a cursor on what stands in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from services.model.people import Talks
from services.model.posts import Post, Thread
from services.model.topics import OpenTopic
from services.model.words import Safe
from widgets.folded_thread import FoldedLine, Item, ItemId, fold, items_of
from widgets.kept_lines import KeptLines
from widgets.voices import Palette, Part, Voice, fit, paint, palette_of

_DOUBLE = 2


class ThreadView(KeptLines, can_focus=True):
    """Headlines and posts under one another; j and k go from one to the next, Enter picks one."""

    DEFAULT_CSS = """
    ThreadView {
        color: $ink;
        scrollbar-size: 0 0;
        overflow-x: hidden;
    }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("home", "move(-1000)", "First", show=False),
        Binding("end", "move(1000)", "Last", show=False),
        Binding("enter", "choose", "Pick", show=False),
    ]

    subject: reactive[Thread | OpenTopic | None] = reactive(None, repaint=False)
    talks: reactive[Talks | None] = reactive(None, repaint=False)
    """What we remember of the person whose thread it is."""
    talks_name: reactive[Safe | None] = reactive(None, repaint=False)
    now: reactive[datetime | None] = reactive(None, repaint=False)
    marked: reactive[ItemId | None] = reactive(None, repaint=False)
    """The headline or post under the cursor."""

    @dataclass
    class Marked(Message):
        """The cursor came to another headline or post."""

        view: "ThreadView"
        item: Item

        @property
        def control(self) -> "ThreadView":
            """The pane it happened in."""
            return self.view

    @dataclass
    class Chosen(Message):
        """A headline or post was picked."""

        view: "ThreadView"
        item: Item

        @property
        def control(self) -> "ThreadView":
            """The pane it happened in."""
            return self.view

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        """Make an empty pane."""
        super().__init__(name=name, id=id, classes=classes)
        self._lines: tuple[FoldedLine, ...] = ()
        self._palette: Palette | None = None

    @property
    def marked_item(self) -> Item | None:
        """What is under the cursor."""
        return next((one for one in items_of(self.subject) if one.id == self.marked), None)

    @property
    def marked_post(self) -> Post | None:
        """The post under the cursor, if it is one."""
        item = self.marked_item
        return item if isinstance(item, Post) else None

    def watch_subject(self) -> None:
        """Fold what is read and show its beginning, or what is marked."""
        if self.marked_item is None:
            self.set_reactive(ThreadView.marked, None)
        if not self.is_mounted:
            return
        self.scroll_to(y=0, animate=False, force=True)
        self._fold_anew()
        self._follow_mark()

    def watch_talks(self) -> None:
        """Say it anew."""
        self._fold_anew()

    def watch_talks_name(self) -> None:
        """Say it anew."""
        self._fold_anew()

    def watch_now(self) -> None:
        """Let the ages grow."""
        self._fold_anew()

    def watch_marked(self) -> None:
        """Show what is marked, and where it begins if it is long."""
        if not self.is_mounted:
            return
        self.refresh_changed()
        self._follow_mark()

    def on_resize(self) -> None:
        """Fold to the new width."""
        self._fold_anew()
        self._follow_mark()

    def on_click(self, event: events.Click) -> None:
        """Mark what is where the mouse is; twice picks it."""
        at = event.y + self.scroll_offset.y
        items = items_of(self.subject)
        if 0 <= at < len(self._lines) and (index := self._lines[at].item) is not None:
            self._mark(items[index])
            if event.chain == _DOUBLE:
                self.action_choose()

    def notify_style_update(self) -> None:
        """Forget the colours when the theme changes."""
        self._palette = None
        super().notify_style_update()

    def action_move(self, by: int) -> None:
        """Mark another item; at either end scroll what is left of the text."""
        items = items_of(self.subject)
        if not items:
            return
        marked = self.marked_item
        if marked is None:
            self._mark(items[0] if by > 0 else items[-1])
            return
        index = max(0, min(len(items) - 1, items.index(marked) + by))
        if items[index].id == marked.id:
            self.scroll_to(y=self.scroll_offset.y + by, animate=False, force=True)
        self._mark(items[index])

    def action_choose(self) -> None:
        """Pick what is marked."""
        if (item := self.marked_item) is not None:
            self.post_message(self.Chosen(self, item))

    def line(self, y: int) -> Strip:
        """Say one line of the window."""
        cells = self.size.width
        base = self.rich_style
        at = y + self.scroll_offset.y
        if not 0 <= at < len(self._lines) or cells <= 0:
            return Strip.blank(max(0, cells), base)
        if self._palette is None:
            self._palette = palette_of(self)
        line = self._lines[at]
        bar: Part = (" ", Voice.INK)
        if self.has_focus and line.item is not None and self._is_marked(line.item):
            bar = ("▌", Voice.BAR)
            base += self._palette[Voice.CURSOR]
        return paint([bar, *fit(line.parts, cells - 1)], cells, self._palette, base)

    def _is_marked(self, index: int) -> bool:
        items = items_of(self.subject)
        return index < len(items) and items[index].id == self.marked

    def _mark(self, item: Item) -> None:
        if item.id != self.marked:
            self.marked = item.id
            self.post_message(self.Marked(self, item))

    def _fold_anew(self) -> None:
        if not self.is_mounted:
            return
        cells = max(0, self.size.width - 2)
        lines = fold(self.subject, cells, self.now, self.talks, self.talks_name)
        if lines == self._lines:
            return
        self._lines = lines
        # As long as all of it is seen there is nothing to lay out anew.
        size = Size(self.size.width, max(len(lines), self.size.height))
        if self.virtual_size != size:
            self.virtual_size = size
        self.refresh_changed()

    def _follow_mark(self) -> None:
        """Bring what is marked into sight: its end, or its beginning where it is too long."""
        rows = [at for at, line in enumerate(self._lines) if self._line_is_marked(line)]
        height = self.size.height
        if not rows or height <= 0:
            return
        first, last, top = rows[0], rows[-1], self.scroll_offset.y
        if last >= top + height:
            top = last - height + 1
        top = min(top, first)
        if self._lines[first].item == 0 and first < height:
            top = 0  # what is said over the first belongs to it
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def _line_is_marked(self, line: FoldedLine) -> bool:
        return line.item is not None and self._is_marked(line.item)
