"""What became of an import: how many came in, and every one that did not, with why."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from services.feed_import import ImportFault, Importing
from widgets.ages import count
from widgets.page import Page, PageLine
from widgets.said_line import SaidLine
from widgets.sheet import Sheet
from widgets.voices import Voice

_ROWS_AROUND = 8
"""Of the sheet: its frame, the sum and the keys."""


def progress(step: Importing) -> str:
    """Say how far an import is: "120 of 300, 4 failed"."""
    failed = f", {len(step.failed)} failed" if step.failed else ""
    return f"{step.done} of {step.total}{failed}"


def summary(step: Importing) -> str:
    """Say what an import came to."""
    lost = sum(is_lost(fault) for fault in step.failed)
    later = len(step.failed) - lost
    said = [f"{count(max(0, step.done - len(step.failed)), 'feed')} of {step.total} came in"]
    said += [f"{lost} failed"] if lost else []
    said += [f"{later} will be tried again"] if later else []
    return ", ".join(said)


def is_lost(fault: ImportFault) -> bool:
    """Whether a feed did not come in at all."""
    return not fault.is_followed


def fault_lines(faults: Iterable[ImportFault]) -> Iterator[PageLine]:
    """Say of each feed that failed its name, why, and its address."""
    for fault in faults:
        voice = Voice.FAILURE if is_lost(fault) else Voice.NOW
        yield ((fault.name or fault.url, Voice.NAME), (f"  {fault.words}", voice))
        if fault.name:
            yield ((f"  {fault.url}", Voice.QUIET),)


class ImportReportScreen(ModalScreen[None]):
    """The report, to be scrolled and closed."""

    DEFAULT_CSS = """
    ImportReportScreen .sheet { max-height: 100%; }
    ImportReportScreen .sheet > Page { margin: 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close_sheet", "Back", show=False)
    ]

    def __init__(self, step: Importing) -> None:
        """Report the last step of an import."""
        super().__init__()
        self._step = step

    def compose(self) -> ComposeResult:
        """The sum, the failures, and the way back."""
        title, keys = SaidLine(), SaidLine()
        title.said = ((f"{summary(self._step)}.", Voice.NAME),)
        keys.said = (
            ("j k", Voice.KEY),
            (" scroll   ", Voice.QUIET),
            ("esc", Voice.KEY),
            (" back", Voice.QUIET),
        )
        page = Page()
        page.lines = tuple(fault_lines(self._step.failed))
        with Sheet():
            yield title
            yield page
            yield keys

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for the sum and the keys; the failures scroll."""
        self.query_one(Page).styles.max_height = max(2, event.size.height - _ROWS_AROUND)

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)
