"""What other tools have queued, and what was kept of it: two lines each."""

from dataclasses import dataclass
from datetime import datetime

from textual.reactive import reactive

from services.model.ids import AccountId
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.sending import Draft
from services.model.touching import Touch
from services.text.clean import clean_line
from widgets.ages import time_until
from widgets.cells import clip
from widgets.lines import Lines
from widgets.topic_words import GRAVE, times_in_words
from widgets.voices import Part, Voice, measure, spread

_WORDS_CHARS = 400


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queued post, or one talking point."""

    account: AccountId
    queued: QueuedId
    source: Queued | Draft
    touch: Touch | None = None
    """What of the news it speaks of, the gravest first."""


class QueueList(Lines[QueueRow]):
    """Rows of what is queued; what goes out next first, talking points last.

    Where any of them touches something that breaks, each has a third line, which says so.
    """

    now: reactive[datetime | None] = reactive(None, repaint=False)

    def key_of(self, value: QueueRow) -> tuple[AccountId, QueuedId]:
        """A row is the same while it is the same post."""
        return value.account, value.queued

    def render_row(
        self, value: QueueRow, cells: int, *, is_selected: bool
    ) -> tuple[list[Part], ...]:
        """Say what becomes of it and where; under it its words."""
        what, place, words = _told(value.source, self.now)
        voice = Voice.INK if is_selected else Voice.QUIET
        touch = [] if value.touch is None else touch_words(value.touch, cells - 2)
        return (
            spread([(" ", Voice.INK), (what, Voice.NAME)], [(place, Voice.QUIET)], cells),
            [(" ", Voice.INK), (clip(words, cells - 2), voice)],
            [(" ", Voice.INK), *touch],
        )

    def watch_values(self, values: tuple[QueueRow, ...]) -> None:
        """Take the rows, with a line more each where there is something to say in it."""
        self.row_height = 3 if any(one.touch is not None for one in values) else 2
        super().watch_values(values)

    def watch_now(self) -> None:
        """Let the time run."""
        self.refresh_rows()


def touch_words(touch: Touch, cells: int) -> list[Part]:
    """Say what of the news is touched, and first of all that it is grave."""
    times = times_in_words(touch.times_usual)
    grave: list[Part] = [(f"{GRAVE}: ", Voice.NOW)] if touch.is_grave else []
    head: list[Part] = [*grave, ("touches ", Voice.NOW), (f"{times} " if times else "", Voice.NAME)]
    return [*head, (clip(touch.title, max(0, cells - measure(head))), Voice.INK)]


def _told(source: Queued | Draft, now: datetime | None) -> tuple[str, str, str]:
    if isinstance(source, Draft):
        place = source.target.network.value
        return "talking point", place, clean_line(source.body, chars=_WORDS_CHARS)
    words = f"warning: {source.warning}" if source.warning else source.body
    if source.kind is QueuedKind.DRAFT or source.due_at is None:
        what = "draft, goes nowhere by itself"
    else:
        what = f"goes out {time_until(source.due_at, now)}"
    return what, f"{source.network.value}, {source.reach.value}", words
