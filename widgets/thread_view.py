"""The reading pane: a thread or an open topic, whole, with a cursor on what stands in it.

Law: what a cursor key costs does not grow with the thread; what the post under the cursor answers
is always in sight, as one line where it is far above.
"""

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
from services.model.posts import Post, Relation, Thread
from services.model.topics import OpenTopic
from services.model.words import Safe
from widgets.cells import clip
from widgets.folded_post import FoldedLine, is_folded
from widgets.folded_thread import NOTHING_OPENED, fold
from widgets.kept_lines import KeptLines
from widgets.thread_order import Item, ItemId, Order, order_of
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
    queued: reactive[int] = reactive(0, repaint=False)
    """How many queued posts of ours touch the topic that is read."""
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
        self._order = Order()
        self._where: dict[ItemId, int] = {}
        """The index of each item in the order."""
        self._opened = NOTHING_OPENED
        """Posts whose warning was opened."""
        self._is_stale = False
        self._lines: tuple[FoldedLine, ...] = ()
        self._rows: dict[int, tuple[int, int]] = {}
        """The first and the last line of each item."""
        self._palette: Palette | None = None

    @property
    def marked_item(self) -> Item | None:
        """What is under the cursor."""
        at = self._marked_at
        return None if at is None else self._order.items[at]

    @property
    def marked_post(self) -> Post | None:
        """The post under the cursor, if it is one."""
        item = self.marked_item
        return item if isinstance(item, Post) else None

    @property
    def hides_marked(self) -> bool:
        """Whether the words of the post under the cursor are behind a warning."""
        post = self.marked_post
        return post is not None and is_folded(post, is_opened=post.id in self._opened)

    def open_marked(self) -> None:
        """Show what the warning of the post under the cursor hides."""
        if self.marked is not None:
            self._opened |= {self.marked}
            self._fold_anew()
            self._follow_mark()

    def watch_subject(self) -> None:
        """Fold what is read and show its beginning, or what is marked."""
        self._order = order_of(self.subject)
        self._where = {item.id: at for at, item in enumerate(self._order.items)}
        self._opened &= self._where.keys()
        if self._marked_at is None:
            self.set_reactive(ThreadView.marked, None)
        if not self.is_mounted:
            return
        self.scroll_to(y=0, animate=False, force=True)
        self._fold_anew()
        self._follow_mark()

    def watch_talks(self) -> None:
        """Say it anew."""
        self._grow_stale()

    def watch_talks_name(self) -> None:
        """Say it anew."""
        self._grow_stale()

    def watch_now(self) -> None:
        """Let the ages grow."""
        self._grow_stale()

    def watch_queued(self) -> None:
        """Say it anew."""
        self._grow_stale()

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
        if 0 <= at < len(self._lines) and (index := self._lines[at].item) is not None:
            self._mark(self._order.items[index])
            if event.chain == _DOUBLE:
                self.action_choose()

    def notify_style_update(self) -> None:
        """Forget the colours when the theme changes."""
        self._palette = None
        super().notify_style_update()

    def action_move(self, by: int) -> None:
        """Mark another item; at either end scroll what is left of the text."""
        items, at = self._order.items, self._marked_at
        if not items:
            return
        if at is None:
            self._mark(items[0] if by > 0 else items[-1])
            return
        index = max(0, min(len(items) - 1, at + by))
        if index == at:
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
        if y == 0 and (above := self._far_above(at)) is not None:
            return paint([(" ", Voice.INK), *fit(above, cells - 1)], cells, self._palette, base)
        bar: Part = (" ", Voice.INK)
        if self.has_focus and line.item is not None and line.item == self._marked_at:
            bar = ("▌", Voice.BAR)
            base += self._palette[Voice.CURSOR]
        return paint([bar, *fit(line.parts, cells - 1)], cells, self._palette, base)

    @property
    def _marked_at(self) -> int | None:
        return None if self.marked is None else self._where.get(self.marked)

    def _far_above(self, top: int) -> list[Part] | None:
        """Say in one line what the marked post answers, where that has been scrolled away."""
        at = self._marked_at
        above = None if at is None else self._order.parents[at]
        if at is None or above is None or above not in self._rows or at not in self._rows:
            return None
        if self._rows[above][1] >= top or self._rows[at][0] <= top:
            return None
        post = self._order.items[above]
        if not isinstance(post, Post):
            return None
        hides = is_folded(post, is_opened=post.id in self._opened)
        words = f"warning: {post.warning}" if hides else f"“{clip(post.body, self.size.width)}”"
        who = "you" if post.relation is Relation.OURS else clip(post.author.name, 32)
        return [("↑ ", Voice.HAIRLINE), (f"{who}: {words}", Voice.QUIET)]

    def _mark(self, item: Item) -> None:
        if item.id != self.marked:
            self.marked = item.id
            self.post_message(self.Marked(self, item))

    def _grow_stale(self) -> None:
        """Fold anew once everything that changes now has changed."""
        if self.is_mounted and not self._is_stale:
            self._is_stale = True
            self.call_later(self._freshen)

    def _freshen(self) -> None:
        if self._is_stale:
            self._fold_anew()

    def _fold_anew(self) -> None:
        if not self.is_mounted:
            return
        self._is_stale = False
        cells = max(0, self.size.width - 2)
        lines = fold(
            self.subject,
            cells,
            self.now,
            self.talks,
            self.talks_name,
            order=self._order,
            opened=self._opened,
            queued=self.queued,
        )
        if lines == self._lines:
            return
        self._lines = lines
        self._rows = _rows_of(lines)
        # As long as all of it is seen there is nothing to lay out anew.
        size = Size(self.size.width, max(len(lines), self.size.height))
        if self.virtual_size != size:
            self.virtual_size = size
        self.refresh_changed()

    def _follow_mark(self) -> None:
        """Bring what is marked into sight: its end, or its beginning where it is too long."""
        at, height = self._marked_at, self.size.height
        if at is None or at not in self._rows or height <= 0:
            return
        (first, last), top = self._rows[at], self.scroll_offset.y
        # One line over it is for what it answers.
        over = 1 if self._order.parents[at] is not None and height > last - first + 1 else 0
        if last >= top + height:
            top = last - height + 1
        top = min(top, max(0, first - over))
        if at == 0 and first < height:
            top = 0  # what is said over the first belongs to it
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)


def _rows_of(lines: tuple[FoldedLine, ...]) -> dict[int, tuple[int, int]]:
    """Give the first and the last line of each item."""
    rows: dict[int, tuple[int, int]] = {}
    for at, line in enumerate(lines):
        if line.item is not None:
            rows[line.item] = (rows.get(line.item, (at, at))[0], at)
    return rows
