"""Feeds that are followed: name, how each is in words, and its address in full below."""

from datetime import datetime
from typing import assert_never

from textual.reactive import reactive

from services.model.headlines import Feed, FeedId, FeedState
from widgets.ages import duration, since
from widgets.cells import clip, width, wrap
from widgets.lines import Lines
from widgets.voices import Part, Voice, measure, spread

_INDENT = 1
_LINES_AT_MOST = 3
"""One endless address does not space out all the others; y shows it in full."""
_NAME_CELLS = 14
"""What a name keeps beside long words."""


def feed_words(feed: Feed, now: datetime | None) -> tuple[str, Voice]:
    """Say how a feed is; quietly when it is well."""
    match feed.state:
        case FeedState.OFF | FeedState.NEW:
            return feed.words or feed.state.value, Voice.QUIET
        case FeedState.WELL:
            if feed.words:
                return feed.words, Voice.QUIET
            if feed.checked_at is None:
                return feed.state.value, Voice.QUIET
            return f"read {duration(since(feed.checked_at, now))} ago", Voice.QUIET
        case FeedState.LATE | FeedState.MOVED | FeedState.WAITS:
            return feed.words or feed.state.value, Voice.NOW
        case (
            FeedState.GONE
            | FeedState.NOT_A_FEED
            | FeedState.BROKEN
            | FeedState.UNREACHABLE
            | FeedState.REFUSED
        ):
            return feed.words or feed.state.value, Voice.FAILURE
        case _:
            assert_never(feed.state)


class FeedList(Lines[Feed]):
    """Feeds, as many lines each as the longest address needs."""

    now: reactive[datetime | None] = reactive(None, repaint=False)

    def key_of(self, value: Feed) -> FeedId:
        """A feed is the same while its id is."""
        return value.id

    def render_row(self, value: Feed, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say its name and how it is, and under it where it is read."""
        words, voice = feed_words(value, self.now)
        said = clip(words, max(1, cells - _NAME_CELLS - _INDENT - 3))
        name = clip(value.name, max(_NAME_CELLS, cells - _INDENT - 3 - len(said)))
        left = [(" " * _INDENT, Voice.INK), (name, Voice.NAME if is_selected else Voice.INK)]
        head = spread(left, [(said, voice), (" ", Voice.INK)], cells)
        if measure([(f"{said} ", voice)]) * 2 > cells:  # the words matter more than the name
            gap = " " * max(1, cells - _INDENT - width(name) - width(said) - 1)
            head = [*left, (gap + said, voice)]
        lines = wrap(value.url, max(1, cells - _INDENT - 1), max(1, self.row_height - 1))
        return (head, *([(" " * _INDENT, Voice.INK), (line, Voice.QUIET)] for line in lines))

    def on_resize(self) -> None:
        """Give each row as many lines as the longest address needs."""
        self._arrange()
        super().on_resize()

    def watch_values(self, values: tuple[Feed, ...]) -> None:
        """Take the rows, in as many lines as they need."""
        self._arrange()
        super().watch_values(values)

    def watch_now(self) -> None:
        """Let the ages grow."""
        self.refresh_rows()

    def _arrange(self) -> None:
        room = max(1, self.size.width - _INDENT - 1)
        if self.values and self.size.width > 0:
            longest = max(self.values, key=lambda one: len(one.url))
            self.row_height = min(_LINES_AT_MOST, 1 + len(wrap(longest.url, room)))
