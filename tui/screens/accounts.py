"""Who we are, and where; which networks come next is said."""

from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import ModalScreen

from services.errors import ChinwagError
from services.model.ids import NetworkName
from services.networks.base import Network
from services.paths import shown_path
from services.runtime import Runtime
from services.text.clean import clean_line
from tui.elsewhere import place_name
from tui.report import show_error
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from tui.workers import start
from widgets.page import Page, PageLine
from widgets.voices import Voice

_COMING = ("Mastodon", "Bluesky", "WordPress")
_NAME_CHARS = 60
_LABEL = 12
_READ_ONLY = "Nothing is signed in: what the world can read is read."


class AccountsScreen(ModalScreen[None]):
    """The accounts of this user."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close_sheet", "Back", show=False),
        Binding("c", "join", "Join the commons", show=False),
        Binding("h", "hackernews", "Connect Hacker News", show=False),
        Binding("x,d", "leave_hackernews", "Disconnect Hacker News", show=False),
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
        start(self, partial(self._told, self._join), "join")

    def action_hackernews(self) -> None:
        """Read what is said to us on Hacker News."""
        start(self, partial(self._told, self._connect), "join")

    def action_leave_hackernews(self) -> None:
        """Read it no longer."""
        start(self, partial(self._told, self._disconnect), "join")

    async def _join(self) -> None:
        await self._runtime.join_commons()

    async def _connect(self) -> None:
        if self._runtime.looks_on:
            raise ChinwagError("Here you only look on.", "t in the lobby takes Chinwag over.")
        asks = AskScreen(
            "Who are you on Hacker News?",
            self._runtime.config.hackernews.user,
            _READ_ONLY,
            chars=_NAME_CHARS,
        )
        user = await self.app.push_screen_wait(asks)
        if user:
            await (await self._runtime.connect()).join_hackernews(user)

    async def _disconnect(self) -> None:
        user = self._runtime.config.hackernews.user
        if not user:
            return
        asks = ConfirmScreen(
            f"Read no longer what is said to {user} on Hacker News?", "h connects it again."
        )
        if await self.app.push_screen_wait(asks):
            await (await self._runtime.connect()).leave_hackernews()

    async def _told(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await deed()
        except ChinwagError as error:
            show_error(self.app, error)
        self._show()

    def _show(self) -> None:
        networks = tuple(self._runtime.real.networks.values())
        joined = {one.account.network for one in networks}
        lines: list[PageLine] = [(("Accounts", Voice.NAME),), ()]
        for network in networks:
            lines += self._one_of_ours(network)
        if NetworkName.COMMONS not in joined:
            lines += [_not_yet("commons", "not joined; ", "c", " joins"), self._where()]
        if NetworkName.HACKERNEWS not in joined:
            name = place_name(NetworkName.HACKERNEWS)
            lines += [
                _not_yet(name, "not connected; ", "h", " connects by your name there"),
                _below(_READ_ONLY),
            ]
        lines += [
            (
                ("practice".ljust(_LABEL), Voice.INK),
                ("a made-up cast, p in the lobby", Voice.QUIET),
            ),
            (),
            ((f"Coming next: {', '.join(_COMING)}.", Voice.QUIET),),
            (),
            (("esc", Voice.KEY), (" back", Voice.QUIET)),
        ]
        self.sheet.lines = tuple(lines)

    def _one_of_ours(self, network: Network) -> Iterator[PageLine]:
        """Say who we are there, how it is, and what there is to know."""
        account = network.account
        trouble = self._runtime.real.sources.troubles.get(account.id)
        yield (
            (place_name(account.network).ljust(_LABEL), Voice.INK),
            (f"{account.author.handle}", Voice.NAME),
            (f"  {trouble or 'well'}", Voice.NOW if trouble else Voice.QUIET),
        )
        if account.network is NetworkName.COMMONS:
            yield self._where()
        elif account.network is NetworkName.HACKERNEWS:
            yield (
                (f"{' ' * _LABEL}read here, answered on its own pages; ", Voice.QUIET),
                ("x", Voice.KEY),
                (" removes it", Voice.QUIET),
            )

    def _where(self) -> PageLine:
        place = self._runtime.place
        whose = "shared by its group" if place.is_shared else "yours alone until it is shared"
        return _below(f"{clean_line(shown_path(place.directory))}, {whose}")


def _below(words: str) -> PageLine:
    return ((f"{' ' * _LABEL}{words}", Voice.QUIET),)


def _not_yet(name: str, state: str, key: str, does: str) -> PageLine:
    return (
        (name.ljust(_LABEL), Voice.INK),
        (state, Voice.QUIET),
        (key, Voice.KEY),
        (does, Voice.QUIET),
    )
