"""The reading pane: a thread or an open topic, whole, with a cursor on the posts in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from services.model.ids import PostId
from services.model.people import Talks
from services.model.posts import Post, Thread
from services.model.topics import OpenTopic
from services.model.words import Safe
from widgets.folded_thread import FoldedLine, fold, posts_of
from widgets.voices import Palette, Part, Voice, fit, paint, palette_of

_DOUBLE = 2


class ThreadView(ScrollView, can_focus=True):
    """Posts under one another; j and k go from post to post, Enter answers the one marked."""

    DEFAULT_CSS = """
    ThreadView {
        color: $ink;
        scrollbar-size: 0 0;
        overflow-x: hidden;
    }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next post", show=False),
        Binding("up,k", "move(-1)", "Previous post", show=False),
        Binding("home", "move(-1000)", "First post", show=False),
        Binding("end", "move(1000)", "Last post", show=False),
        Binding("enter", "choose", "Answer", show=False),
    ]

    subject: reactive[Thread | OpenTopic | None] = reactive(None, repaint=False)
    talks: reactive[Talks | None] = reactive(None, repaint=False)
    """What we remember of the person whose thread it is."""
    talks_name: reactive[Safe | None] = reactive(None, repaint=False)
    now: reactive[datetime | None] = reactive(None, repaint=False)
    marked: reactive[PostId | None] = reactive(None, repaint=False)
    """The post that would be answered."""

    @dataclass
    class Marked(Message):
        """The cursor came to another post."""

        view: "ThreadView"
        post: Post

        @property
        def control(self) -> "ThreadView":
            """The pane it happened in."""
            return self.view

    @dataclass
    class Chosen(Message):
        """A post was picked to be answered."""

        view: "ThreadView"
        post: Post

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
    def marked_post(self) -> Post | None:
        """The post under the cursor."""
        return next((post for post in posts_of(self.subject) if post.id == self.marked), None)

    def watch_subject(self) -> None:
        """Fold what is read and show its beginning, or the marked post."""
        if self.marked_post is None:
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
        """Show the marked post, and where it begins if it is long."""
        if not self.is_mounted:
            return
        self.refresh()
        self._follow_mark()

    def on_resize(self) -> None:
        """Fold to the new width."""
        self._fold_anew()
        self._follow_mark()

    def on_click(self, event: events.Click) -> None:
        """Mark the post where the mouse is; twice answers it."""
        at = event.y + self.scroll_offset.y
        posts = posts_of(self.subject)
        if 0 <= at < len(self._lines) and (index := self._lines[at].post) is not None:
            self._mark(posts[index])
            if event.chain == _DOUBLE:
                self.action_choose()

    def notify_style_update(self) -> None:
        """Forget the colours when the theme changes."""
        self._palette = None
        super().notify_style_update()

    def action_move(self, by: int) -> None:
        """Mark another post; at either end scroll what is left of the text."""
        posts = posts_of(self.subject)
        if not posts:
            return
        marked = self.marked_post
        if marked is None:
            self._mark(posts[0] if by > 0 else posts[-1])
            return
        index = max(0, min(len(posts) - 1, posts.index(marked) + by))
        if posts[index].id == marked.id:
            self.scroll_to(y=self.scroll_offset.y + by, animate=False, force=True)
        self._mark(posts[index])

    def action_choose(self) -> None:
        """Answer the marked post."""
        if (post := self.marked_post) is not None:
            self.post_message(self.Chosen(self, post))

    def render_line(self, y: int) -> Strip:
        """Paint one line of the window."""
        cells = self.size.width
        base = self.rich_style
        at = y + self.scroll_offset.y
        if not 0 <= at < len(self._lines) or cells <= 0:
            return Strip.blank(max(0, cells), base)
        if self._palette is None:
            self._palette = palette_of(self)
        line = self._lines[at]
        bar: Part = (" ", Voice.INK)
        if self.has_focus and line.post is not None and self._is_marked(line.post):
            bar = ("▌", Voice.BAR)
            base += self._palette[Voice.CURSOR]
        return paint([bar, *fit(line.parts, cells - 1)], cells, self._palette, base)

    def _is_marked(self, index: int) -> bool:
        posts = posts_of(self.subject)
        return index < len(posts) and posts[index].id == self.marked

    def _mark(self, post: Post) -> None:
        if post.id != self.marked:
            self.marked = post.id
            self.post_message(self.Marked(self, post))

    def _fold_anew(self) -> None:
        if not self.is_mounted:
            return
        cells = max(0, self.size.width - 2)
        lines = fold(self.subject, cells, self.now, self.talks, self.talks_name)
        if lines == self._lines:
            return
        self._lines = lines
        size = Size(self.size.width, len(lines))
        if self.virtual_size != size:
            self.virtual_size = size
        self.refresh()

    def _follow_mark(self) -> None:
        """Bring the marked post into sight: its end, or its beginning where it is too long."""
        rows = [at for at, line in enumerate(self._lines) if self._line_is_marked(line)]
        height = self.size.height
        if not rows or height <= 0:
            return
        first, last, top = rows[0], rows[-1], self.scroll_offset.y
        if last >= top + height:
            top = last - height + 1
        top = min(top, first)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def _line_is_marked(self, line: FoldedLine) -> bool:
        return line.post is not None and self._is_marked(line.post)
