"""One line of words in voices that somebody else has put together."""

from textual.reactive import reactive

from widgets.one_line import OneLine
from widgets.voices import Part, fit


class SaidLine(OneLine):
    """Says the parts that it is given, cut where they do not fit."""

    said: reactive[tuple[Part, ...]] = reactive((), repaint=False)

    def parts(self, cells: int) -> list[Part]:
        """Say them."""
        return fit(self.said, cells)

    def watch_said(self) -> None:
        """Say it anew."""
        self.tell()
