"""Our accounts: the network, who we are there, where that is, and how it is in words."""

from dataclasses import dataclass

from services.model.ids import AccountId
from services.model.words import Safe
from widgets.cells import clip, pad
from widgets.lines import Lines
from widgets.voices import Part, Voice, measure

_NETWORK_CELLS = 13
_SERVER_FROM_CELLS = 62
"""In fewer cells than this the server makes room for the handle."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as it is listed."""

    id: AccountId
    network: str
    handle: Safe
    server: str
    """Where that is; empty where the network or the handle says it already."""
    state: str
    is_well: bool
    """Whether nothing has to be done about it."""


class AccountList(Lines[AccountRow]):
    """Accounts, a line each."""

    def key_of(self, value: AccountRow) -> AccountId:
        """An account is the same while its id is."""
        return value.id

    def render_row(
        self, value: AccountRow, cells: int, *, is_selected: bool
    ) -> tuple[list[Part], ...]:
        """Say where, who, and how it is."""
        state = clip(value.state, max(10, cells // 2))
        line: list[Part] = [(" ", Voice.INK), (pad(value.network, _NETWORK_CELLS), Voice.QUIET)]
        room = cells - measure(line) - measure([(state, Voice.INK)]) - 3
        handle = clip(value.handle, max(8, room))
        line.append((handle, Voice.NAME if is_selected else Voice.INK))
        room -= measure([(handle, Voice.INK)])
        if value.server and cells >= _SERVER_FROM_CELLS and room > len(value.server) + 2:
            line.append((f"  {value.server}", Voice.QUIET))
        gap = cells - measure(line) - measure([(state, Voice.INK)]) - 1
        voice = Voice.QUIET if value.is_well else Voice.NOW
        return ([*line, (" " * max(1, gap), Voice.INK), (state, voice)],)
