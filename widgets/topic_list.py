"""Breaking topics: a list of two-line rows, and the same as one line for small screens."""

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import reactive

from services.model.ids import TopicId
from services.model.posts import Reach
from services.model.topics import Topic
from widgets.ages import count, short, since
from widgets.cells import clip
from widgets.empty_state import EmptyState
from widgets.lines import Lines
from widgets.one_line import OneLine
from widgets.pane_title import PaneTitle
from widgets.voices import Part, Voice, fit, measure

TITLE = "Breaking topics"
ORDER = "newest first"
GRAVE = "grave news"
"""What stands beside a topic that speaks of death or disaster."""
OPENS = "t"
_SHORTEST_TITLE = 8


def topic_words(topic: Topic, now: datetime | None) -> str:
    """Say how many talk about a topic, since when, and what one should know of it."""
    words = [GRAVE] if topic.is_grave else []
    words += [count(topic.people, "person", "people"), short(since(topic.first_at, now))]
    if topic.reach is Reach.BOX:
        words.append(topic.reach.value)
    return ", ".join(words)


class TopicList(Lines[Topic]):
    """Topics, each with its title and who talks about it."""

    now: reactive[datetime | None] = reactive(None, repaint=False)

    def key_of(self, value: Topic) -> TopicId:
        """A topic is the same while its id is."""
        return value.id

    def render_row(self, value: Topic, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say the title, then who and since when."""
        del is_selected
        return (
            [(clip(value.title, cells - 1), Voice.INK)],
            [(clip(topic_words(value, self.now), cells - 1), Voice.QUIET)],
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
            "Topics come up here when people talk about the same thing.",
        )

    def on_mount(self) -> None:
        """Say the order."""
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
        self.title_line.aside = f"{held} new ↑" if held else ORDER


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
