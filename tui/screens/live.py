"""The live screen: topics, who waits, and the composer; the only place where the three meet.

Law: values flow down from one reading of the stores, messages come up and start one verb each;
no handler waits for a network or a disk.
"""

import contextlib
from functools import cached_property, partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from services.desk import Desk
from services.errors import ChinwagError
from services.model.ids import SessionId, TopicId
from services.model.sending import Target
from services.model.session import SessionClock
from services.model.topics import TopicsNow
from services.model.waiting import Waiting, WaitingList
from services.runtime import Runtime
from services.session.rhythm import people_that_fit
from tui.actions import Place, bindings
from tui.composing import SAVE_AFTER_S, Composing
from tui.deeds import Deed
from tui.live_deeds import LiveDeeds
from tui.live_following import begin, follow_changes, follow_session, read_rested
from tui.live_hints import hints_for
from tui.live_view import LiveView, Wanted, read_live
from tui.report import sentence
from tui.windows import Window, window_of
from tui.workers import start
from tui.writing import keep_words
from widgets.composer import Composer
from widgets.empty_state import EmptyState
from widgets.lines import Lines
from widgets.session_header import SessionHeader
from widgets.session_track import SessionTrack
from widgets.status_line import StatusLine
from widgets.thread_order import begins_at
from widgets.thread_view import ThreadView
from widgets.topic_list import TopicLine, TopicsPane
from widgets.unread_list import UnreadPane


class LiveScreen(Screen[SessionId | None]):
    """One session at one desk; gives the session when it has ended."""

    CSS_PATH = "live.tcss"
    PLACE: ClassVar = Place.LIVE
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PLACE), *bindings(Place.COMPOSER)]
    AUTO_FOCUS = "UnreadList"

    clock: reactive[SessionClock | None] = reactive(None, repaint=False)
    waiting: reactive[WaitingList] = reactive(WaitingList((), 0, 0), repaint=False)
    topics: reactive[TopicsNow] = reactive(TopicsNow(()), repaint=False)
    trouble: reactive[str] = reactive("", repaint=False)

    header = query_one(SessionHeader)
    thread_view = query_one(ThreadView)
    composer = query_one(Composer)
    unread = query_one(UnreadPane)
    topics_pane = query_one(TopicsPane)
    status = query_one(StatusLine)

    def __init__(
        self, runtime: Runtime, desk: Desk, first: Waiting | None, interval_s: float
    ) -> None:
        """Sit at ``desk``, where a session is on; with ``first`` under the cursor.

        ``interval_s`` is the least time between two readings.
        """
        super().__init__()
        self.interval_s = interval_s
        self.runtime = runtime
        self.desk = desk
        self.wanted = Wanted()
        self.view: LiveView | None = None
        self.news = ""  # what was said last, shown until the next key
        self.deeds = LiveDeeds(self)
        """What the keys do."""
        self.begins_with: Target | None = None
        """What is written first of all."""
        self.first = first
        """Under whom the cursor is put at the beginning."""
        self._before_tiny: Widget | None = None
        """What had the keys when the window became too small."""
        self._is_save_due = False

    @cached_property
    def composing(self) -> Composing:
        """The author's side of this session."""
        return Composing(self.desk, self.composer, self.runtime.config, self.runtime.clock)

    def compose(self) -> ComposeResult:
        """Lay the panes out."""
        with Vertical(id="top"):
            yield SessionHeader().data_bind(LiveScreen.clock)
            yield SessionTrack().data_bind(LiveScreen.clock)
        yield TopicLine().data_bind(LiveScreen.topics)
        with Horizontal(id="panes"):
            yield TopicsPane().data_bind(LiveScreen.topics)
            with Vertical(id="talk"):
                yield UnreadPane().data_bind(LiveScreen.waiting)
                yield ThreadView()
        yield Composer()
        yield StatusLine().data_bind(LiveScreen.trouble)
        with Vertical(id="too-small"):
            yield EmptyState("This window is too small.", "Make it 40 columns by 14 rows at least.")

    def on_mount(self) -> None:
        """Begin to follow the session and the stores."""
        sitting = self.desk.engine.sitting
        if sitting is not None:
            self.header.intention = sitting.plan.intention
            self.header.label = "practice" if self.desk.is_practice else ""
        self.clock = self.desk.engine.clock
        self.unread.list.keeps_top = True
        self._fit(self.app.size.width, self.app.size.height)
        start(self, partial(follow_session, self), "session")
        start(self, partial(follow_changes, self), "follow")
        self.run_worker(self.composing.remember(), group="memory")

    async def on_unmount(self) -> None:
        """Save, whatever ended this screen, an error as well; the app keeps what cannot be."""
        with contextlib.suppress(ChinwagError):
            await self.save()
        keep_words(self.app, self.composing.unsaved)

    def on_resize(self, event: events.Resize) -> None:
        """Reflow."""
        self._fit(event.size.width, event.size.height)

    def on_key(self) -> None:
        """Somebody reads now; what was news has been seen."""
        self.unread.list.keeps_top = False
        if self.news:
            self.news = ""
            self.say_status()

    @on(ThreadView.Marked)
    @on(Lines.Highlighted, "UnreadList")
    @on(events.DescendantFocus)
    def name_keys(self) -> None:
        """Say the keys that work here."""
        self.say_status()

    async def refresh_view(self) -> None:
        """Read everything again and hand it down; what was read last stays where that fails."""
        try:
            view = await read_live(self.desk, self.wanted, self.view)
        except ChinwagError as error:
            self.trouble = sentence(error)
            return
        self.view = view
        now = self.runtime.clock.now()
        self.topics_pane.now = self.unread.now = self.thread_view.now = now
        self.unread.elsewhere = view.elsewhere
        self.unread.list.crowded = view.crowded
        self.topics_pane.queued = view.queued
        self.topics = view.topics
        self.deeds.topics.note(view.touches)
        self.waiting = view.waiting
        self.show_subject(view)
        self.header.answered, self.header.people = view.answered, view.people
        self.say_status()
        begin(self)
        if self.focused is None:
            self.deeds.focus(self.unread.list)

    def show_subject(self, view: LiveView) -> None:
        """Show what is read below the list, what comes first to answer under its cursor."""
        self.thread_view.talks = view.talks
        self.thread_view.talks_name = view.talks_name
        self.thread_view.queued = view.queued.get(self.wanted.topic, 0) if self.wanted.topic else 0
        self.thread_view.subject = view.subject
        if self.wanted.topic is None and self.focused is not self.thread_view:
            self.thread_view.marked = self.wanted.post
        if self.thread_view.marked_item is None:
            self.thread_view.marked = begins_at(view.subject)

    def say_status(self) -> None:
        """Say the keys that work here, and what is not well."""
        self.status.hints = hints_for(self)
        self.trouble = self.news or (self.view.trouble if self.view else "")

    def watch_clock(self, clock: SessionClock | None) -> None:
        """Say about how many people fit into what is left."""
        sitting = self.desk.engine.sitting
        if clock is not None and sitting is not None and self.is_mounted:
            minutes = max(1, clock.seconds_left // 60)
            self.unread.fits = people_that_fit(minutes, sitting.plan.rhythm)

    def want(self, wanted: Wanted) -> None:
        """Look at something else."""
        self.wanted = wanted
        self.topics_pane.is_open = wanted.topic is not None
        self.set_class(wanted.topic is not None, "-topic")
        start(self, self.refresh_view, "view")

    async def save(self) -> None:
        """Save what is typed; called before anything ends."""
        await self.composing.save()

    @on(Lines.Highlighted, "UnreadList")
    def read_thread(self) -> None:
        """Read the thread of whoever is under the cursor, once it rests."""
        selected = self.unread.list.selected
        if selected is None or self.wanted.topic is not None:
            return
        self.wanted = self.wanted.at(selected)
        start(self, partial(read_rested, self), "thread")

    @on(Lines.Chosen, "UnreadList")
    def open_row(self) -> None:
        """Open a pile, or answer."""
        self.deeds.open_row()

    @on(Lines.Chosen, "TopicList")
    def open_topic(self, event: Lines.Chosen) -> None:
        """Open a topic and read it."""
        if isinstance(event.key, str):
            self.deeds.topics.open(TopicId(event.key))

    @on(ThreadView.Chosen)
    def pick(self) -> None:
        """Answer the post under the cursor of what is read; show where a headline is read."""
        self.deeds.pick()

    @on(Composer.Edited)
    def keep_draft(self, event: Composer.Edited) -> None:
        """Save within half a second of the first key that is not saved."""
        self.runtime.note_key()
        self.composing.edited(event.target, event.body)
        if not self._is_save_due:
            self._is_save_due = True
            self.set_timer(SAVE_AFTER_S, self._save_draft)

    def _save_draft(self) -> None:
        self._is_save_due = False
        self.deeds.save_draft()

    @on(Composer.Submitted)
    def say(self, event: Composer.Submitted) -> None:
        """Say it."""
        self.deeds.say(event.target, event.body)

    @on(Composer.Left)
    def leave_composer(self) -> None:
        """Go back to the list; the text is kept."""
        self.deeds.save_draft()
        self.deeds.focus_reading()

    @on(Composer.NameBegun)
    def find_names(self, event: Composer.NameBegun) -> None:
        """Look whom a name may mean."""
        self.deeds.find_names(event.target, event.begun)

    @on(Composer.EditorAsked)
    def open_editor(self) -> None:
        """Write in an editor."""
        self.deeds.editor()

    def take_letter(self, event: events.Key) -> bool:
        """Put a letter into the composer that was on its way elsewhere when that was opened.

        The composer keeps its own letters: what comes by here while it has the focus was typed
        right after the key that opened it.
        """
        pad = self.composer.pad
        if (
            pad not in (self.focused, self._before_tiny)
            or not event.is_printable
            or event.character is None
        ):
            return False
        pad.insert(event.character)
        return True

    def action_do(self, deed: str) -> None:
        """Do what a key of the registry stands for."""
        self.deeds.do(Deed(deed))

    def _fit(self, columns: int, rows: int) -> None:
        window = window_of(columns, rows)
        if window is Window.TINY and not self.has_class("-tiny"):
            self._before_tiny = self.focused
        elif window is not Window.TINY and self._before_tiny is not None:
            self.call_after_refresh(self.set_focus, self._before_tiny)
            self._before_tiny = None
        for kind in Window:
            self.set_class(kind is window, kind.value)
        self.unread.is_airy = window is Window.WIDE
        self.say_status()
