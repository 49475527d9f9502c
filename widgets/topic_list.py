"""Topics: a list of two-line rows, and the same as one line for small screens.

Law: a row says why it stands there in words about conversation and pace, never about approval.
"""

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import reactive

from services.model.ids import TopicId
from services.model.posts import Reach
from services.model.topics import Topic
from widgets.ages import count, short, since
from widgets.cells import clip, width
from widgets.empty_state import EmptyState
from widgets.lines import Lines
from widgets.one_line import OneLine
from widgets.pane_title import PaneTitle
from widgets.voices import Part, Voice, fit, measure

TITLE = "Topics"
ORDER = "several sources first"
ORDER_IN_FULL = f"{ORDER}, then talk, then the newest"
"""The same where there is room for it."""
VERIFY = "verify first"
"""What stands beside a story that one source alone carries."""
GRAVE = "grave news"
"""What stands beside a topic that speaks of death or disaster."""
OPENS = "t"
_SHORTEST_TITLE = 8
_AROUND_ORDER = 4
"""Spaces about the words of the title."""
_NOTABLE_SPEED = 2.0
"""How many times its usual pace is worth a word."""


def topic_words(
    topic: Topic, now: datetime | None, cells: int = 200, *, is_checked: bool = False
) -> str:
    """Say why a topic stands here, in at most ``cells`` cells.

    Where not all of it fits, what one can do without is left out rather than cut: where it is
    said first, then the pace, then who talks.

    Args:
        topic: What is spoken of.
        now: What its age is counted to.
        cells: How much room there is.
        is_checked: Whether "verify first" is said elsewhere.
    """
    age = short(since(topic.first_at, now))
    people = count(topic.people, "person", "people") if topic.people else ""
    place = topic.reach.value if topic.reach is Reach.BOX else ""
    first = [GRAVE if topic.is_grave else "", _source_words(topic, is_checked=is_checked)]
    trends = _trend_words(topic)
    if trends and not topic.publishers and not topic.people:
        first.append(trends)
        trends = ""
    paces = _pace_words(topic)
    rests = [
        *((people, trends, pace, age, place) for pace in paces),
        *((people, pace, age, place) for pace in paces),
        *((people, pace, age) for pace in paces),
        (people, age),
    ]
    said = [", ".join(word for word in (*first, *rest) if word) for rest in rests]
    said.append(", ".join(word for word in (*first, age) if word))
    return next((words for words in said if width(words) <= cells), clip(said[-1], cells))


def _source_words(topic: Topic, *, is_checked: bool) -> str:
    """Say how many carry it, or that one should look further."""
    if topic.is_unverified and not is_checked:
        return VERIFY
    return count(len(topic.publishers), "source") if topic.publishers else ""


def _trend_words(topic: Topic) -> str:
    """Say where people talk about it besides."""
    if not topic.trends_on:
        return ""
    *others, last = topic.trends_on
    where = f"{', '.join(others)} and {last}" if others else last
    is_extra = topic.publishers or topic.people
    return f"and trends on {where}" if is_extra else f"trending on {where}"


def _pace_words(topic: Topic) -> tuple[str, ...]:
    """Say how much faster than usual it is taken up, in full and in short."""
    if topic.speed is None or topic.speed < _NOTABLE_SPEED:
        return ("",)
    return f"×{topic.speed:.0f} its usual pace", f"×{topic.speed:.0f} usual"


class TopicList(Lines[Topic]):
    """Topics, each with its title and why it stands here."""

    now: reactive[datetime | None] = reactive(None, repaint=False)

    def key_of(self, value: Topic) -> TopicId:
        """A topic is the same while its id is."""
        return value.id

    def render_row(self, value: Topic, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say the title, then why it stands here and since when."""
        del is_selected
        return (
            [(clip(value.title, cells - 1), Voice.INK)],
            [(topic_words(value, self.now, cells - 1), Voice.QUIET)],
        )

    def watch_now(self) -> None:
        """Let the ages grow."""
        self.refresh_rows()


class TopicsPane(Vertical):
    """The pane of topics: title, list, and what to do while it is empty."""

    DEFAULT_CSS = """
    TopicsPane {
        & > PaneTitle { margin-bottom: 1; }
        & > TopicList { height: 1fr; }
        & > EmptyState { display: none; height: 1fr; }
        &.-empty > EmptyState { display: block; }
        &.-empty > TopicList { display: none; }
    }
    """

    topics: reactive[tuple[Topic, ...]] = reactive((), repaint=False)
    now: reactive[datetime | None] = reactive(None, repaint=False)

    title_line = query_one(PaneTitle)
    list = query_one(TopicList)

    def compose(self) -> ComposeResult:
        """Put the title over the list."""
        yield PaneTitle(TITLE)
        yield TopicList().data_bind(values=TopicsPane.topics, now=TopicsPane.now)
        yield EmptyState(
            "Nothing is up yet.",
            "Topics come up here when publishers carry something, or people talk about it.",
        )

    def on_resize(self) -> None:
        """Say the order in as many words as fit."""
        self._say()

    def watch_topics(self, topics: tuple[Topic, ...]) -> None:
        """Show the list or what to do without it."""
        self.set_class(not topics, "-empty")

    def on_lines_held(self, event: Lines.Held) -> None:
        """Say how many wait above; while the keys go elsewhere nobody reads here: let them in."""
        event.stop()
        if event.count and not self.list.has_focus:
            self.list.show_held()
            self.list.action_first()
        self._say()

    def _say(self) -> None:
        held = self.list.held
        room = self.title_line.size.width - width(TITLE) - _AROUND_ORDER
        order = ORDER_IN_FULL if width(ORDER_IN_FULL) <= room else ORDER
        self.title_line.words = "" if held else order
        self.title_line.aside = f"{held} new ↑" if held else ""


class TopicLine(OneLine):
    """The topics as one line, with the key that opens them."""

    topics: reactive[tuple[Topic, ...]] = reactive((), repaint=False)

    def parts(self, cells: int) -> list[Part]:
        """Say the name, as many titles as fit, and the key."""
        opens: list[Part] = [(OPENS, Voice.KEY), (" ", Voice.INK)]
        said: list[Part] = [(" ", Voice.INK), (TITLE, Voice.NAME)]
        room = cells - measure(said) - measure(opens) - 2
        if not self.topics:
            said.append(("  nothing yet", Voice.QUIET))
            return fit(said, cells)
        share = max(_SHORTEST_TITLE, room // min(2, len(self.topics)) - 2)
        for topic in self.topics:
            title = clip(topic.title, min(share, room - 2))
            if room < _SHORTEST_TITLE or not title:
                break
            part: list[Part] = [("  ", Voice.INK), (title, Voice.QUIET)]
            room -= measure(part)
            said += part
        said = fit(said, max(0, cells - measure(opens) - 1))
        gap = cells - measure(said) - measure(opens)
        return fit([*said, (" " * max(0, gap), Voice.INK), *opens], cells)

    def watch_topics(self) -> None:
        """Say it anew."""
        self.tell()
