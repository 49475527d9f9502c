"""As whom a new post is said: a small list, the account of last time first."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import ModalScreen

from services.model.ids import AccountId
from widgets.account_list import AccountList, AccountRow
from widgets.lines import Lines
from widgets.said_line import SaidLine
from widgets.voices import Voice


class WhomScreen(ModalScreen[AccountId | None]):
    """Asks as whom; ``None`` when somebody goes back."""

    CSS_PATH = "whom.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", show=False),
    ]

    list = query_one(AccountList)

    def __init__(self, rows: tuple[AccountRow, ...]) -> None:
        """Let somebody choose among ``rows``."""
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        """The question, the accounts, and the keys."""
        title = SaidLine()
        title.said = (("As whom?", Voice.NAME),)
        keys = SaidLine()
        keys.said = (
            ("enter", Voice.KEY),
            (" says it as that account   ", Voice.QUIET),
            ("esc", Voice.KEY),
            (" back", Voice.QUIET),
        )
        with Vertical(classes="sheet"):
            yield title
            yield AccountList()
            yield keys

    def on_mount(self) -> None:
        """Begin with the account of last time."""
        self.list.row_height = 1
        self.list.values = self._rows
        self.list.focus()

    @on(Lines.Chosen)
    def choose(self) -> None:
        """Give the account under the cursor."""
        if (row := self.list.selected) is not None:
            self.dismiss(row.id)

    def action_back(self) -> None:
        """Give nobody."""
        self.dismiss(None)
