"""A question with a few answers on one line; the chosen one is filled."""

from textual.reactive import reactive

from widgets.one_line import OneLine
from widgets.voices import Part, Voice, fit

_LABEL_CELLS = 14


class ChoiceLine(OneLine):
    """A label, its options, and quiet words after them."""

    options: reactive[tuple[str, ...]] = reactive((), repaint=False)
    chosen: reactive[int] = reactive(0, repaint=False)
    """Index into ``options``; -1 where none of them is."""
    after: reactive[str] = reactive("", repaint=False)

    def __init__(
        self,
        label: str,
        *,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        """Ask about ``label``."""
        super().__init__(id=id, classes=classes)
        self._label = label

    def parts(self, cells: int) -> list[Part]:
        """Say the line."""
        said: list[Part] = [(self._label.ljust(_LABEL_CELLS), Voice.NAME)]
        for index, option in enumerate(self.options):
            if index == self.chosen:
                said.append((f" {option} ", Voice.CHIP))
            else:
                said.append((f" {option} ", Voice.QUIET))
            said.append((" ", Voice.INK))
        if self.after:
            said += [("  ", Voice.INK), (self.after, Voice.QUIET)]
        return fit(said, cells)

    def watch_options(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_chosen(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_after(self) -> None:
        """Say it anew."""
        self.tell()
