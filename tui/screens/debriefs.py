"""Past sessions, to read their debriefs."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen

from services.model.ids import SessionId
from services.reading import Reading
from widgets.lines import Lines
from widgets.said_line import SaidLine
from widgets.session_list import SessionList
from widgets.sheet import Sheet
from widgets.voices import Voice


class DebriefsScreen(ModalScreen[SessionId | None]):
    """Gives the session that was chosen."""

    DEFAULT_CSS = """
    DebriefsScreen .sheet { height: 20; max-height: 100%; }
    DebriefsScreen SessionList { height: 1fr; margin: 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "close_sheet", "Back", show=False)]

    sessions = query_one(SessionList)
    title_line = query_one(SaidLine)

    def __init__(self, reading: Reading) -> None:
        """Choose among the sessions of ``reading``."""
        super().__init__()
        self._reading = reading

    def compose(self) -> ComposeResult:
        """A title and the list."""
        with Sheet():
            yield SaidLine()
            yield SessionList()

    async def on_mount(self) -> None:
        """Show them."""
        found = await self._reading.debriefs.latest()
        self.sessions.row_height = 1
        self.sessions.values = found
        self.sessions.focus()
        words = "enter reads, esc goes back" if found else "there are none yet; esc goes back"
        self.title_line.said = (("Debriefs  ", Voice.NAME), (words, Voice.QUIET))

    @on(Lines.Chosen)
    def choose(self) -> None:
        """Give the one under the cursor."""
        selected = self.sessions.selected
        self.dismiss(None if selected is None else selected.sitting.id)

    def action_close_sheet(self) -> None:
        """Give none."""
        self.dismiss(None)
