"""What stands in a pane that has nothing: what that means, and what to do."""

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static


class EmptyState(Static):
    """A sentence in ink and one in quiet, both literal."""

    DEFAULT_CSS = """
    EmptyState {
        padding: 0 1;
        color: $quiet;
        text-style: $quiet-style;
        height: auto;
    }
    """

    what: reactive[str] = reactive("")
    do: reactive[str] = reactive("")

    def __init__(self, what: str = "", do: str = "", *, classes: str | None = None) -> None:
        """Say ``what`` is missing and what to ``do``."""
        super().__init__(classes=classes, markup=False)
        self.set_reactive(EmptyState.what, what)
        self.set_reactive(EmptyState.do, do)

    def render(self) -> Content:
        """Say both sentences, one under the other."""
        lines = [line for line in (self.what, self.do) if line]
        return Content("\n").join(Content(line) for line in lines)
