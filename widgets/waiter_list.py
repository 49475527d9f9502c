"""Who waits, one line each, in columns: the lobby's short list."""

from datetime import datetime

from textual.reactive import reactive

from services.model.ids import WaitingId
from services.model.waiting import Waiting
from widgets.ages import duration, since
from widgets.cells import clip, pad
from widgets.lines import Lines
from widgets.unread_list import reason
from widgets.voices import Part, Voice

_REASON_CELLS = 18
_NETWORK_CELLS = 11
_AGE_CELLS = 10
_LEAST_NAME_CELLS = 10


class WaiterList(Lines[Waiting]):
    """People who wait: name, why, where, how long."""

    DEFAULT_CSS = """
    WaiterList .voice--rest { background: $panel; }
    """

    now: reactive[datetime | None] = reactive(None, repaint=False)

    def key_of(self, value: Waiting) -> WaitingId:
        """A row is the same while its id is."""
        return value.id

    def render_row(
        self, value: Waiting, cells: int, *, is_selected: bool
    ) -> tuple[list[Part], ...]:
        """Say one person's line; the columns to the right go first where it is narrow."""
        why, voice = reason(value, self.now)
        if why.startswith("waited "):
            why = ""
        age = duration(since(value.since_at, self.now))
        columns: list[tuple[str, int, Voice]] = [
            (why, _REASON_CELLS, voice),
            (value.network.value, _NETWORK_CELLS, Voice.QUIET),
            (age, _AGE_CELLS, Voice.QUIET),
        ]
        room = cells - 2
        while columns and room - sum(width for _, width, _ in columns) < _LEAST_NAME_CELLS:
            columns.pop(1 if len(columns) > 1 else 0)
        name_cells = min(24, room - sum(width for _, width, _ in columns))
        name_voice = Voice.NAME if is_selected else Voice.INK
        line: list[Part] = [
            ("  ", Voice.INK),
            (pad(clip(value.author.name, name_cells - 1), name_cells), name_voice),
        ]
        line += [(pad(clip(text, width - 1), width), said) for text, width, said in columns]
        return (line,)

    def watch_now(self) -> None:
        """Let the ages grow."""
        self.refresh_rows()
