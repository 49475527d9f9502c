"""The first line of a pane: its name, what there is to know, and where you are."""

from textual.reactive import reactive

from widgets.one_line import OneLine
from widgets.voices import Part, Voice, spread


class PaneTitle(OneLine):
    """A name in bold, quiet words after it, and quiet words at the right end."""

    heading: reactive[str] = reactive("", repaint=False)
    words: reactive[str] = reactive("", repaint=False)
    aside: reactive[str] = reactive("", repaint=False)

    def __init__(self, heading: str = "", *, classes: str | None = None) -> None:
        """Make the title of a pane called ``heading``."""
        super().__init__(classes=classes)
        self.set_reactive(PaneTitle.heading, heading)

    def parts(self, cells: int) -> list[Part]:
        """Say the title, indented as the rows under it are."""
        left: list[Part] = [(" ", Voice.INK), (self.heading, Voice.NAME)]
        if self.words:
            left += [("  ", Voice.INK), (self.words, Voice.QUIET)]
        right: list[Part] = [(self.aside, Voice.QUIET), (" ", Voice.INK)] if self.aside else []
        return spread(left, right, cells)

    def watch_heading(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_words(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_aside(self) -> None:
        """Say it anew."""
        self.tell()
