"""The last line: the keys that work here and now, and words when something is not well."""

from textual.reactive import reactive

from widgets.cells import clip
from widgets.one_line import OneLine
from widgets.voices import Part, Voice, measure

Hint = tuple[str, str]
"""A key and what it does."""


class StatusLine(OneLine):
    """Hints on the left, as many as fit whole; trouble on the right, in amber, first served."""

    hints: reactive[tuple[Hint, ...]] = reactive((), repaint=False)
    trouble: reactive[str] = reactive("", repaint=False)
    """What is not well, in words; empty when all is."""

    def parts(self, cells: int) -> list[Part]:
        """Say the keys and the trouble."""
        trouble = clip(self.trouble, cells)
        room = cells - measure([(trouble, Voice.NOW)]) - (2 if trouble else 0)
        said: list[Part] = []
        for key, label in self.hints:
            hint: list[Part] = [(key, Voice.KEY), (" ", Voice.INK), (label, Voice.QUIET)]
            if said:
                hint.insert(0, ("   ", Voice.INK))
            if measure(said) + measure(hint) > room:
                break
            said += hint
        gap = cells - measure(said) - measure([(trouble, Voice.NOW)])
        return [*said, (" " * max(0, gap), Voice.INK), (trouble, Voice.NOW)]

    def watch_hints(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_trouble(self) -> None:
        """Say it anew."""
        self.tell()
