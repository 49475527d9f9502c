"""Topics: a list of two-line rows, and the same as one line for small screens.

Law: a row says why it stands there in words about conversation and pace, never about approval.
Nothing moves under the cursor: while somebody reads here the rows keep their order, and while
nobody does, those that are shown change places with one another once a minute at most.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import reactive

from services.model.ids import TopicId
from services.model.topics import Topic, TopicsNow
from widgets.ages import since
from widgets.cells import clip, width
from widgets.empty_state import EmptyState
from widgets.lines import Lines
from widgets.one_line import OneLine
from widgets.page import Page
from widgets.pane_title import PaneTitle
from widgets.sparkline import sparkline
from widgets.topic_order import by_rank, followed, held, steady
from widgets.topic_words import TIMES_CELLS, least_cells, times_words, topic_parts
from widgets.voices import Part, Voice, fit, measure

TITLE = "Topics"
TITLE_BREAKING = "Breaking topics"
ORDER = "several sources first"
ORDER_IN_FULL = f"{ORDER}, then talk, then the newest"
"""The same where there is room for it."""
WARMING = "warming up"
"""What stands beside the title as long as nothing can be told to break."""
NOTHING_YET = "nothing yet"
"""What stands beside the title where there is no room for more about that."""
OPENS = "t"
_SHORTEST_TITLE = 8
_AROUND_ORDER = 4
"""Spaces about the words of the title."""
_STANDS_S = 60.0
"""So long rows stand before they change places while nobody reads them."""
_NOTHING_QUEUED: Mapping[TopicId, int] = MappingProxyType({})


class TopicList(Lines[Topic]):
    """Topics, each with how far it breaks, its title and why it stands here."""

    now: reactive[datetime | None] = reactive(None, repaint=False)
    queued: reactive[Mapping[TopicId, int]] = reactive(_NOTHING_QUEUED, repaint=False)
    """How many of our queued posts touch a topic."""
    is_open: reactive[bool] = reactive(default=False, repaint=False)
    """Whether a topic of the list is read beside it."""

    _has_times = False
    """Whether there is a column for how far something breaks."""
    _moved_at: datetime | None = None

    def key_of(self, value: Topic) -> TopicId:
        """A topic is the same while its id is."""
        return value.id

    def render_row(self, value: Topic, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say how far it breaks and its title; below, why it stands here and how it came."""
        del is_selected
        column = TIMES_CELLS + 1 if self._has_times else 0
        room = cells - column
        times = times_words(value).rjust(TIMES_CELLS) + " " if column else ""
        return (
            [(times, Voice.NAME), (clip(value.title, room - 1), Voice.INK)],
            [(" " * column, Voice.INK), *self._reasons(value, room)],
        )

    def watch_values(self, values: tuple[Topic, ...]) -> None:
        """Take what was ranked, without a move that nobody asked for."""
        self.keeps_top = not self._is_read
        rows = self._in_calm(values)
        has_times = any(one.is_breaking for one in rows)
        if has_times is not self._has_times:
            self._has_times = has_times
            self._strips.clear()
        super().watch_values(rows)

    def action_first(self) -> None:
        """Go to the first row of the latest ranking."""
        self._lay(self.values, self._index_in(self.values, self.selected), 0)
        super().action_first()

    def watch_now(self) -> None:
        """Let the ages grow; what waited above while somebody read comes in once nobody does."""
        self.refresh_rows()
        self._let_in()

    def watch_is_open(self) -> None:
        """Let in what waited while a topic was open, unless the keys come here."""
        self._let_in()

    def watch_queued(self) -> None:
        """Say which of them are touched."""
        self.refresh_rows()

    def _let_in(self) -> None:
        if self.held and not self._is_read:
            self.watch_values(self.values)

    @property
    def _is_read(self) -> bool:
        return self.is_open or self.screen.focused is self

    def _in_calm(self, values: tuple[Topic, ...]) -> tuple[Topic, ...]:
        if self._is_read:
            self._shown = followed(self._shown, values)
            return held(self._shown, values)
        now = self.now
        if now is None or self._moved_at is None or since(self._moved_at, now) >= _STANDS_S:
            self._moved_at = now
            return values
        return steady(self._shown, values)

    def _reasons(self, topic: Topic, cells: int) -> list[Part]:
        """Say why it stands here, and draw how it came where there is room for both."""
        queued = self.queued.get(topic.id, 0)
        course = sparkline(topic.rates) if topic.is_breaking else ""
        room = cells - len(course) - 1
        if not course or least_cells(topic, self.now, queued) > room:
            return topic_parts(topic, self.now, cells - 1, queued=queued)
        words = topic_parts(topic, self.now, room, queued=queued)
        gap = " " * (cells - len(course) - measure(words))
        return [*words, (gap, Voice.INK), (course, Voice.QUIET)]


class TopicsPane(Vertical):
    """The pane of topics: title, list, what has to be known of it, what to do without any."""

    DEFAULT_CSS = """
    TopicsPane {
        & > PaneTitle { margin-bottom: 1; }
        & > TopicList { height: 1fr; }
        & > Page { display: none; height: auto; max-height: 3; padding: 1 0 0 1; }
        & > EmptyState { display: none; height: 1fr; }
        &.-empty > EmptyState { display: block; }
        &.-empty > TopicList { display: none; }
        &.-noted > Page { display: block; }
    }
    """

    topics: reactive[TopicsNow] = reactive(TopicsNow(()), repaint=False)
    now: reactive[datetime | None] = reactive(None, repaint=False)
    queued: reactive[Mapping[TopicId, int]] = reactive(_NOTHING_QUEUED, repaint=False)
    is_open: reactive[bool] = reactive(default=False, repaint=False)

    title_line = query_one(PaneTitle)
    list = query_one(TopicList)

    def compose(self) -> ComposeResult:
        """Put the title over the list."""
        yield PaneTitle(TITLE)
        yield TopicList().data_bind(
            now=TopicsPane.now, queued=TopicsPane.queued, is_open=TopicsPane.is_open
        )
        yield EmptyState(
            "Nothing is up yet.",
            "Topics come up here when publishers carry something, or people talk about it.",
        )
        notes = Page()
        notes.can_focus = False
        yield notes

    def on_mount(self) -> None:
        """Show what was given before there was a list."""
        self._show()

    def on_resize(self) -> None:
        """Say the order in as many words as fit."""
        self._say()

    def watch_topics(self) -> None:
        """Show the list or what to do without it."""
        if self.is_mounted:
            self._show()

    def on_lines_held(self, event: Lines.Held) -> None:
        """Say how many wait above."""
        event.stop()
        self._say()

    def _show(self) -> None:
        now = self.topics
        self.set_class(not now.topics, "-empty")
        self.set_class(bool(now.words), "-noted")
        self.query_one(Page).lines = tuple(((words, Voice.QUIET),) for words in now.words)
        self.list.values = by_rank(now.topics)
        self._say()

    def _say(self) -> None:
        waiting, breaks = self.list.held, is_breaking(self.topics)
        room = self.title_line.size.width - width(TITLE) - _AROUND_ORDER
        order = ORDER_IN_FULL if width(ORDER_IN_FULL) <= room else ORDER
        is_warming = self.topics.is_warming and not breaks
        self.title_line.heading = TITLE_BREAKING if breaks else TITLE
        has_order = bool(self.topics.topics) and not (waiting or breaks or is_warming)
        self.title_line.words = order if has_order else ""
        self.title_line.aside = f"{waiting} new ↑" if waiting else WARMING if is_warming else ""


class TopicLine(OneLine):
    """The topics as one line, with the key that opens them."""

    topics: reactive[TopicsNow] = reactive(TopicsNow(()), repaint=False)

    def parts(self, cells: int) -> list[Part]:
        """Say the name, as many titles as fit, and the key."""
        topics = by_rank(self.topics.topics)
        opens: list[Part] = [(OPENS, Voice.KEY), (" ", Voice.INK)]
        title = TITLE_BREAKING if is_breaking(self.topics) else TITLE
        said: list[Part] = [(" ", Voice.INK), (title, Voice.NAME)]
        room = cells - measure(said) - measure(opens) - 2
        if not topics:
            words = WARMING if self.topics.is_warming else NOTHING_YET
            said.append((f"  {words}", Voice.QUIET))
            return fit(said, cells)
        share = max(_SHORTEST_TITLE, room // min(2, len(topics)) - 2)
        for topic in topics:
            times = times_words(topic)
            head: list[Part] = [("  ", Voice.INK), (f"{times} " if times else "", Voice.NAME)]
            words = clip(topic.title, min(share, room) - measure(head[1:]))
            if room - measure(head) < _SHORTEST_TITLE or not words:
                break
            part: list[Part] = [*head, (words, Voice.QUIET)]
            room -= measure(part)
            said += part
        said = fit(said, max(0, cells - measure(opens) - 1))
        gap = cells - measure(said) - measure(opens)
        return fit([*said, (" " * max(0, gap), Voice.INK), *opens], cells)

    def watch_topics(self) -> None:
        """Say it anew."""
        self.tell()


def is_breaking(topics: TopicsNow) -> bool:
    """Tell whether anything breaks."""
    return any(one.is_breaking for one in topics.topics)
