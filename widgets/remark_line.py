"""What there is to say about a text that is being written, in our own words."""

from textual.reactive import reactive

from widgets.cells import clip
from widgets.one_line import OneLine
from widgets.voices import Part, Voice


class RemarkLine(OneLine):
    """One quiet line over the composer, about the text in it."""

    words: reactive[str] = reactive("", repaint=False)
    is_refusal: reactive[bool] = reactive(False, repaint=False)

    def parts(self, cells: int) -> list[Part]:
        """Say it."""
        voice = Voice.FAILURE if self.is_refusal else Voice.QUIET
        return [(" ", Voice.INK), (clip(self.words, cells - 1), voice)]

    def watch_words(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_is_refusal(self) -> None:
        """Say it anew."""
        self.tell()
