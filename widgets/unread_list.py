"""Unread: who waits for an answer, why each stands where they stand, and their words."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, assert_never

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import reactive

from services.model.ids import AccountId, WaitingId
from services.model.posts import PostState, Reach
from services.model.waiting import Lane, Order, Waiting, WaitingList, WaitState
from widgets.ages import count, days, duration, since
from widgets.cells import clip
from widgets.empty_state import EmptyState
from widgets.lines import Lines
from widgets.pane_title import PaneTitle
from widgets.voices import Part, Voice, measure, spread

TITLE = "Unread"
NOBODY = WaitingList((), 0, 0)
NOWHERE: frozenset[AccountId] = frozenset()
LIVE_GLYPH = "◉"
ELSEWHERE = "answer on its page"
"""What stands beside somebody whose network takes no words from here."""
_INDENT = 2
_AIRY = 3
_DENSE = 2
_A_MOMENT_S = 5
_NARROW = 44
"""In fewer cells than this the network's name makes room for the person's."""
_ROOM_FOR_OURS, _OURS_CELLS = 60, 20
"""From so many cells on our own account is named where there are several, in so many."""


def reason(waiting: Waiting, now: datetime | None) -> tuple[str, Voice]:
    """Say why somebody stands where they stand."""
    if waiting.state is WaitState.WATCHING:
        return "watching", Voice.QUIET
    if waiting.people > 1:
        return f"{count(waiting.people, 'person', 'people')} under one post", Voice.QUIET
    if waiting.is_held:
        return PostState.HELD.value, Voice.NOW
    voice = Voice.PEOPLE if waiting.lane in (Lane.LIVE, Lane.BACK) else Voice.QUIET
    match waiting.lane:
        case Lane.LIVE:
            passed = since(waiting.last_at, now)
            words = f"live, wrote {f'{duration(passed)} ago' if passed >= _A_MOMENT_S else 'now'}"
        case Lane.QUESTION:
            words = "question"
        case Lane.BACK:
            away = waiting.away_days
            words = f"back after {days(away)}" if away else "back after long"
        case Lane.LONGEST:
            words = f"waited {duration(since(waiting.since_at, now))}"
        case Lane.REST:
            words = count(waiting.words, "comment") if waiting.words > 1 else ""
        case Lane.LAST_WORD:
            words = "last word"
        case _:
            assert_never(waiting.lane)
    return words, voice


def place_words(waiting: Waiting, now: datetime | None, cells: int, ours: str = "") -> str:
    """Say where somebody wrote and how long they wait, where that is not said already.

    ``ours`` names the account they wrote to, where there are several.
    """
    words: list[str] = []
    if cells >= _NARROW:
        direct = ", direct" if waiting.reach is Reach.DIRECT else ""
        to = f" to {clip(ours, _OURS_CELLS)}" if ours and cells >= _ROOM_FOR_OURS else ""
        words.append(f"{waiting.network.value}{to}{direct}")
    if waiting.lane not in (Lane.LIVE, Lane.LONGEST) or waiting.people > 1:
        words.append(duration(since(waiting.since_at, now)))
    return " · ".join(words)


def row_head(
    waiting: Waiting,
    now: datetime | None,
    cells: int,
    *,
    is_elsewhere: bool = False,
    ours: str = "",
) -> list[Part]:
    """Say who waits, why, and at the right end where and how long."""
    why, voice = reason(waiting, now)
    if is_elsewhere:
        both = f"{why}, {ELSEWHERE}" if why else ELSEWHERE
        why = both if cells >= _NARROW else ELSEWHERE
    is_live = waiting.lane is Lane.LIVE
    place = place_words(waiting, now, cells, ours)
    right: list[Part] = [(place, Voice.QUIET), (" ", Voice.INK)] if place else []
    glyph: Part = (f"{LIVE_GLYPH if is_live else ' '} ", Voice.PEOPLE)
    aside: list[Part] = [("  ", Voice.INK), (why, voice)] if why else []
    room = cells - _INDENT - measure(aside) - (measure(right) + 2 if right else 0)
    # A name needs a dozen cells before anything is said about it.
    name = clip(waiting.author.name, min(max(room, 12), cells - _INDENT))
    return spread([glyph, (name, Voice.NAME), *aside], right, cells)


def title_words(waiting: WaitingList, fits: int | None) -> str:
    """Say how many wait and about how many of them fit into this sitting."""
    if not waiting.people:
        quiet = count(waiting.last_words, "last word") if waiting.last_words else ""
        return f"nobody waits; {quiet}" if quiet else "nobody waits"
    wait = "wait" if waiting.people != 1 else "waits"
    words = f"{count(waiting.people, 'person', 'people')} {wait}"
    if fits is not None and fits < waiting.people:
        words += f", about {fits} fit"
    if waiting.order is Order.OLDEST:
        words += f", {Order.OLDEST.value}"
    return words


class UnreadList(Lines[Waiting]):
    """People who wait, two lines each, with air between them where there is room."""

    REST_ON: ClassVar[str] = "panel"

    now: reactive[datetime | None] = reactive(None, repaint=False)
    is_airy: reactive[bool] = reactive(True, repaint=False)
    elsewhere: reactive[frozenset[AccountId]] = reactive(NOWHERE, repaint=False)
    """Accounts on whose networks nothing can be said from here."""

    crowded: reactive[Mapping[AccountId, str]] = reactive(dict, repaint=False)
    """How our accounts are called that are not the only one of their network."""

    def key_of(self, value: Waiting) -> WaitingId:
        """A row is the same while its id is."""
        return value.id

    def render_row(
        self, value: Waiting, cells: int, *, is_selected: bool
    ) -> tuple[list[Part], ...]:
        """Say who, why and where; under it their own words."""
        voice = Voice.INK if is_selected else Voice.QUIET
        said = f"warning: {value.warning}" if value.warning else value.body
        words = clip(said, cells - _INDENT - 1)
        return (
            row_head(
                value,
                self.now,
                cells,
                is_elsewhere=value.account in self.elsewhere,
                ours=self.crowded.get(value.account, ""),
            ),
            [(" " * _INDENT, Voice.INK), (words, voice)],
        )

    def watch_now(self) -> None:
        """Let the ages grow."""
        self.refresh_rows()

    def watch_elsewhere(self) -> None:
        """Say anew where an answer is written."""
        self.refresh_rows()

    def watch_crowded(self) -> None:
        """Say anew to whom they wrote."""
        self.refresh_rows()

    def watch_is_airy(self, is_airy: bool) -> None:
        """Change the density."""
        self.row_height = _AIRY if is_airy else _DENSE


class UnreadPane(Vertical):
    """The pane of people who wait: title, list, and what to do when nobody does."""

    DEFAULT_CSS = """
    UnreadPane {
        & > PaneTitle { margin-bottom: 1; }
        & > UnreadList { height: 1fr; }
        & > EmptyState { display: none; height: 1fr; }
        &.-empty > EmptyState { display: block; }
        &.-empty > UnreadList { display: none; }
    }
    """

    waiting: reactive[WaitingList] = reactive(NOBODY, repaint=False)
    now: reactive[datetime | None] = reactive(None, repaint=False)
    fits: reactive[int | None] = reactive(None, repaint=False)
    """About how many people fit into what is left of the session."""
    is_airy: reactive[bool] = reactive(True, repaint=False)
    elsewhere: reactive[frozenset[AccountId]] = reactive(NOWHERE, repaint=False)
    """Accounts on whose networks nothing can be said from here."""

    title_line = query_one(PaneTitle)
    list = query_one(UnreadList)

    def compose(self) -> ComposeResult:
        """Put the title over the list."""
        yield PaneTitle(TITLE)
        yield UnreadList().data_bind(UnreadPane.now, UnreadPane.is_airy, UnreadPane.elsewhere)
        yield EmptyState(
            "Nobody waits for you.",
            "Say something new, or join a topic; who writes back will stand here.",
        )

    def on_mount(self) -> None:
        """Take what came before there was a list."""
        self.list.values = self.waiting.rows
        self._say()

    def watch_waiting(self, waiting: WaitingList) -> None:
        """Hand the rows down and say how many wait."""
        self.set_class(not waiting.rows, "-empty")
        if self.children:
            self.list.values = waiting.rows
            self._say()

    def watch_fits(self) -> None:
        """Say the title anew."""
        self._say()

    def on_lines_held(self, event: Lines.Held) -> None:
        """Say how many have come above."""
        event.stop()
        self._say()

    def on_lines_highlighted(self) -> None:
        """Say where the cursor is; the message goes on to the screen."""
        self._say()

    def _say(self) -> None:
        if not self.children:
            return
        unread = self.list
        held = f"{unread.held} new ↑" if unread.held else ""
        many = max(len(self.waiting.rows), self.waiting.people) if unread.shown else 0
        at = unread.cursor + 1 + unread.held
        sitting = self.fits if self.fits and at <= self.fits else many
        place = f"{at:,} of {min(sitting, many):,}" if many else ""
        self.title_line.words = title_words(self.waiting, self.fits)
        self.title_line.aside = "   ".join(part for part in (held, place) if part)
