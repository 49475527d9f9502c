"""Which line of the lobby says what, in the room that it has.

Law: what was read is said at once, and what depends on room once more when that has become
another: how much there is shows only after everything has been laid out. Nothing is read here.
"""

from typing import TYPE_CHECKING

from tui import lobby_view
from tui.lobby_view import LobbyView
from widgets.page import Page
from widgets.said_line import SaidLine
from widgets.voices import Part

if TYPE_CHECKING:
    from tui.screens.lobby import LobbyScreen

_TOPICS_SHOWN = 9
_MARGIN_COLUMNS = 8
_ROWS_AT_FIRST = 4

_Room = tuple[int, int, int]
"""Cells of a line, cells of a topic, rows of those who wait."""


class LobbyLines:
    """The lines of one lobby."""

    def __init__(self, lobby: "LobbyScreen") -> None:
        """Say them on ``lobby``."""
        self._lobby = lobby
        self._said_for: _Room | None = None

    def show(self, view: LobbyView) -> None:
        """Say what was read."""
        lobby = self._lobby
        lobby.set_class(not view.waiting.rows and not view.topics.topics, "-alone")
        lobby.waiters.now = view.now
        lobby.waiters.crowded = view.crowded
        lobby.waiters.values = view.waiting.rows
        self._say("hello", lobby_view.hello(view.now))
        self._say("waits", lobby_view.waits(view.waiting))
        self._say("here", lobby_view.here(view))
        held = lobby_view.held_back(view)
        self._say("held", held)
        lobby.query_one("#held").set_class(bool(held), "-shown")
        lobby.set_class(bool(held), "-held")
        self._fill(view)
        lobby.call_after_refresh(self._fit)

    def say_keys(self) -> None:
        """Say what Enter does and which other keys there are."""
        lobby = self._lobby
        first = None if lobby.has_class("-narrow") else lobby.waiters.selected
        has_joined = lobby.view is not None and lobby.view.has_joined
        self._say("keys", lobby_view.keys(first, self._room()[0], has_joined=has_joined))

    def _fit(self) -> None:
        """Say what depends on room again where that is another than it was said for."""
        lobby = self._lobby
        if lobby.view is not None and self._room() != self._said_for:
            self._fill(lobby.view)
            lobby.call_after_refresh(self._fit)

    def _fill(self, view: LobbyView) -> None:
        """Say what depends on how much room there is."""
        lobby = self._lobby
        self._said_for = cells, cells_of_topic, rows = self._room()
        banner = lobby_view.banner(view, cells)
        self._say("banner", banner)
        lobby.query_one("#banner").set_class(bool(banner), "-shown")
        lobby.set_class(bool(banner), "-told")
        shown = min(rows, len(view.waiting.rows))
        self._say("others", lobby_view.others(view.waiting, shown))
        self._say("since", lobby_view.since_and_queue(view, cells))
        page = lobby.query_one("#topics", Page)
        page.lines = lobby_view.topics_page(view.topics, _TOPICS_SHOWN, cells_of_topic)
        self.say_keys()

    def _room(self) -> _Room:
        lobby = self._lobby
        cells = lobby.query_one("#keys").size.width or lobby.app.size.width - _MARGIN_COLUMNS
        topic = lobby.query_one("#topics").size.width
        return cells, topic, lobby.waiters.size.height or _ROWS_AT_FIRST

    def _say(self, name: str, said: tuple[Part, ...]) -> None:
        self._lobby.query_one(f"#{name}", SaidLine).said = said
