"""What can be chosen, each with its name, whether it is chosen, and its address in full."""

from dataclasses import dataclass

from textual.reactive import reactive

from services.model.words import Safe
from widgets.cells import clip, pad, width, wrap
from widgets.lines import Lines
from widgets.voices import Part, Voice

CHOSEN, LEFT = "●", "○"
_MARK = 3
_GAP = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: something with an address that is chosen or left."""

    name: Safe
    url: Safe
    is_chosen: bool


class OfferList(Lines[Choice]):
    """Choices, on one line each where every address fits beside its name, or else under it."""

    name_cells: reactive[int] = reactive(0, repaint=False)

    def key_of(self, value: Choice) -> str:
        """A choice is the same while its address is."""
        return value.url

    def render_row(self, value: Choice, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say whether it is chosen, its name and its address."""
        del is_selected
        mark: Part = (f"{CHOSEN if value.is_chosen else LEFT}  ", Voice.NOW)
        voice = Voice.NAME if value.is_chosen else Voice.QUIET
        if self.row_height == 1:
            name = pad(value.name, self.name_cells)
            return ([mark, (name, voice), (" " * _GAP + value.url, Voice.QUIET)],)
        lines = wrap(value.url, max(1, cells - _MARK - 1))
        return (
            [mark, (clip(value.name, cells - _MARK - 1), voice)],
            *([(" " * _MARK, Voice.INK), (line, Voice.QUIET)] for line in lines),
        )

    def on_resize(self) -> None:
        """Give each row as many lines as the longest address needs."""
        self._arrange()
        super().on_resize()

    def watch_values(self, values: tuple[Choice, ...]) -> None:
        """Take the rows, in as many lines as they need."""
        self._arrange()
        super().watch_values(values)

    def _arrange(self) -> None:
        if not self.values or self.size.width <= 0:
            return
        room = self.size.width - _MARK - 1
        names = max(width(one.name) for one in self.values)
        self.name_cells = names
        if all(names + _GAP + width(one.url) <= room for one in self.values):
            self.row_height = 1
        else:
            self.row_height = 1 + max(len(wrap(one.url, max(1, room))) for one in self.values)
