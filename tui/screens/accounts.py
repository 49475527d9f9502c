"""Who we are, and where; which networks come next is said."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import ModalScreen

from services.errors import ChinwagError
from services.model.ids import NetworkName
from services.paths import shown_path
from services.runtime import Runtime
from services.text.clean import clean_line
from tui.report import show_error
from tui.workers import start
from widgets.page import Page, PageLine
from widgets.voices import Voice

_COMING = ("mastodon", "bluesky", "wordpress", "feeds", "hackernews")


class AccountsScreen(ModalScreen[None]):
    """The accounts of this user."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close_sheet", "Back", show=False),
        Binding("c", "join", "Join the commons", show=False),
    ]

    sheet = query_one(Page)

    def __init__(self, runtime: Runtime) -> None:
        """Show the accounts of ``runtime``."""
        super().__init__()
        self._runtime = runtime

    def compose(self) -> ComposeResult:
        """A sheet."""
        with Vertical(classes="sheet"):
            yield Page()

    def on_mount(self) -> None:
        """Say who we are."""
        self._show()

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_join(self) -> None:
        """Join the commons."""
        start(self, self._join, "join")

    async def _join(self) -> None:
        try:
            await self._runtime.join_commons()
        except ChinwagError as error:
            show_error(self.app, error)
        self._show()

    def _show(self) -> None:
        lines: list[PageLine] = [(("Accounts", Voice.NAME),), ()]
        for network in self._runtime.real.networks.values():
            account = network.account
            trouble = self._runtime.real.sources.troubles.get(account.id)
            lines.append(
                (
                    (account.network.value.ljust(12), Voice.INK),
                    (f"{account.author.handle}", Voice.NAME),
                    (f"  {trouble or 'well'}", Voice.NOW if trouble else Voice.QUIET),
                )
            )
        place = self._runtime.place
        where = "shared by its group" if place.is_shared else "yours alone until it is shared"
        if not any(
            network.account.network is NetworkName.COMMONS
            for network in self._runtime.real.networks.values()
        ):
            lines.append(
                (
                    ("commons".ljust(12), Voice.INK),
                    ("not joined; ", Voice.QUIET),
                    ("c", Voice.KEY),
                    (" joins", Voice.QUIET),
                )
            )
        lines += [
            ((f"            {clean_line(shown_path(place.directory))}, {where}", Voice.QUIET),),
            (("practice".ljust(12), Voice.INK), ("a made-up cast, p in the lobby", Voice.QUIET)),
            (),
            ((f"Coming next: {', '.join(_COMING)}.", Voice.QUIET),),
            (),
            (("esc", Voice.KEY), (" back", Voice.QUIET)),
        ]
        self.sheet.lines = tuple(lines)
