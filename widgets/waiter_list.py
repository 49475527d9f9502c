"""Who waits, one line each, in columns: the lobby's short list."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from textual.reactive import reactive

from services.model.ids import AccountId, WaitingId
from services.model.waiting import Waiting
from widgets.ages import duration, since
from widgets.cells import clip, pad
from widgets.lines import Lines
from widgets.unread_list import reason
from widgets.voices import Part, Voice

_ROOMY, _TIGHT = 64, 40
"""From so many cells on there is a column for the network, and one for the reason."""
_NAME_CELLS = 24
_NETWORK_CELLS, _OURS_CELLS = 10, 18
_WHY_CELLS, _TIGHT_WHY_CELLS = 24, 18


class WaiterList(Lines[Waiting]):
    """People who wait: name, why, where, how long."""

    REST_ON: ClassVar[str] = "panel"

    now: reactive[datetime | None] = reactive(None, repaint=False)

    crowded: reactive[Mapping[AccountId, str]] = reactive(dict, repaint=False)
    """How our accounts are called that are not the only one of their network."""

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
        columns: list[tuple[str, int, Voice]] = [(age, 10, Voice.QUIET)]
        why_cells = _WHY_CELLS if cells >= _ROOMY else _TIGHT_WHY_CELLS
        if cells >= _ROOMY:
            place, wide = str(value.network.value), _NETWORK_CELLS
            if ours := self.crowded.get(value.account):
                # Its handle says enough of the network, and the reason makes room.
                place, wide, why_cells = ours, _OURS_CELLS, _TIGHT_WHY_CELLS
            columns.insert(0, (place, wide, Voice.QUIET))
        if cells >= _TIGHT:
            columns.insert(0, (why, why_cells, voice))
        room = cells - 2 - sum(width for _, width, _ in columns)
        name_cells = max(1, min(_NAME_CELLS, room))
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

    def watch_crowded(self) -> None:
        """Say anew to whom they wrote."""
        self.refresh_rows()
