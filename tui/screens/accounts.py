"""Who we are, and where: every account with its state, signing in, and signing out.

Law: one thing is done at a time, each in a worker that can fail with a sentence; listing asks
nobody.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen

from services.accounts import read_accounts
from services.errors import ChinwagError
from services.model.accounts import SignedIn
from services.model.ids import NetworkName
from services.paths import shown_path
from services.runtime import Runtime
from services.text.clean import clean_line
from tui.account_rows import SIGNED_IN, account_rows
from tui.report import show_error
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.signout import SignOutScreen
from tui.signin_forms import sign_in
from tui.signing_in import network_title, signs_in, welcome_words
from tui.workers import start, while_there
from widgets.account_list import AccountList, AccountRow
from widgets.lines import Lines
from widgets.page import Page, PageLine
from widgets.said_line import SaidLine
from widgets.sheet import Sheet
from widgets.voices import Part, Voice

_NAME_CHARS = 60
_ROOMY_ROWS = 30
"""In fewer rows than this the ways in make room for what is said."""
_READ_ONLY = "Nothing is signed in: what the world can read is read."
_WAYS = (
    ("b", "Bluesky", "your handle and an app password"),
    ("m", "Mastodon", "a page on any device, and its code"),
    ("w", "WordPress", "an application password there"),
    ("h", "Hacker News", "your name there; it is read only"),
    ("c", "commons", "the people on this box"),
)
_HERE_ALWAYS = "The commons of this box needs no sign-in. , and then h hides you there."


class AccountsScreen(ModalScreen[None]):
    """The accounts of this user."""

    CSS_PATH = "accounts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_sheet", "Back", show=False),
        Binding("q,a", "close_idle", "Back", show=False),
        Binding("b", "sign_in('bluesky')", "Sign in to Bluesky", show=False),
        Binding("m", "sign_in('mastodon')", "Sign in to Mastodon", show=False),
        Binding("w", "sign_in('wordpress')", "Sign in to WordPress", show=False),
        Binding("h", "hackernews", "Connect Hacker News", show=False),
        Binding("c", "join", "Join the commons", show=False),
        Binding("x,d,delete", "sign_out", "Sign out", show=False),
    ]

    list = query_one(AccountList)

    def __init__(self, runtime: Runtime) -> None:
        """Show the accounts of ``runtime``."""
        super().__init__()
        self._runtime = runtime
        self._kept: tuple[SignedIn, ...] = ()
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """The accounts, what there is to know of one, the ways in, and the keys."""
        title = SaidLine()
        title.said = (("Accounts", Voice.NAME),)
        with Sheet():
            yield title
            yield AccountList()
            for name in ("about", "ways", "said", "keys"):
                page = Page(id=name)
                page.can_focus = False
                yield page

    def on_mount(self) -> None:
        """Show them, and follow what becomes of them."""
        self.list.row_height = 1
        self._page("ways").lines = tuple(_way(*way) for way in _WAYS)
        self._tell("")
        self.list.focus()
        start(self, self._follow, "follow")

    @on(Lines.Highlighted)
    def tell_of_one(self) -> None:
        """Say what there is to know of the account under the cursor, and the keys for it."""
        self._tell_of(self.list.selected)

    @on(Lines.Chosen)
    def sign_in_again(self) -> None:
        """Sign in again as whoever is under the cursor."""
        row = self.list.selected
        who = None if row is None else self._kept_as(row)
        if who is not None:
            self._do(partial(self._sign_in, who.network, who))

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_close_idle(self) -> None:
        """Back, unless a form is on its way: then the letter was meant for that."""
        if not self._is_busy:
            self.dismiss(None)

    def action_sign_in(self, network: str) -> None:
        """Sign in to a network, as one more."""
        self._do(partial(self._sign_in, NetworkName(network), None))

    def action_hackernews(self) -> None:
        """Read what is said to us on Hacker News."""
        self._do(self._connect)

    def action_join(self) -> None:
        """Join the commons."""
        self._do(self._join)

    def action_sign_out(self) -> None:
        """Sign the account under the cursor out."""
        if (row := self.list.selected) is not None:
            self._do(partial(self._sign_out, row))

    async def refresh_view(self) -> None:
        """Read how they are, and say it."""
        real = self._runtime.real
        try:
            accounts_file = self._runtime.paths.accounts_file
            self._kept = await asyncio.to_thread(read_accounts, accounts_file)
        except ChinwagError as error:
            self._tell(f"{error.what} {error.remedy}")
        rows = account_rows(real, self._kept)
        self.list.values = rows
        self.set_class(not rows, "-empty")
        self._tell_of(self.list.selected)

    async def _follow(self) -> None:
        changes = self._runtime.real.changes.follow(0.1)
        await self.refresh_view()
        self._choose_signed_out()
        async for _ in changes:
            await self.refresh_view()

    def _choose_signed_out(self) -> None:
        """Begin with whoever has to be signed in again."""
        for account in self._runtime.real.sources.signed_out:
            self.list.select(account)

    def _do(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do one thing; a key on the way changes nothing."""
        if not self._is_busy:
            self._is_busy = True
            self._tell("")
            self.run_worker(while_there(self, lambda: self._told(deed)), group="deed")

    async def _told(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await deed()
        except ChinwagError as error:
            show_error(self.app, error)
        finally:
            self._is_busy = False
        await self.refresh_view()

    async def _sign_in(self, network: NetworkName, again: SignedIn | None) -> None:
        door = await signs_in(self._runtime)
        who = await sign_in(self.app, network, door, again)
        if who is not None:
            await self.refresh_view()
            self.list.select(who.id)
            self._tell(welcome_words(who, door.vault, self._runtime.clock.now()))

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

    async def _sign_out(self, row: AccountRow) -> None:
        network = self._network_of(row)
        if network is NetworkName.COMMONS:
            self._tell(_HERE_ALWAYS)
        elif network is NetworkName.HACKERNEWS:
            await self._leave_hackernews(row)
        elif network in SIGNED_IN:
            await self._sign_out_of(row)

    async def _leave_hackernews(self, row: AccountRow) -> None:
        asks = ConfirmScreen(
            f"Read no longer what is said to {row.handle} on Hacker News?", "h connects it again."
        )
        if await self.app.push_screen_wait(asks):
            await (await self._runtime.connect()).leave_hackernews()

    async def _sign_out_of(self, row: AccountRow) -> None:
        door = await signs_in(self._runtime)
        forgets = await self.app.push_screen_wait(SignOutScreen(row.handle, row.network))
        if forgets is None:
            return
        untold = await door.sign_out(row.id, forget_words=forgets)
        rest = "What was said is forgotten here." if forgets else "What was said is kept."
        self._tell(f"{row.handle} is signed out of {row.network}. {rest} {untold}".strip())

    def _network_of(self, row: AccountRow) -> NetworkName | None:
        network = self._runtime.real.networks.get(row.id)
        if network is not None:
            return network.account.network
        kept = self._kept_as(row)
        return None if kept is None else kept.network

    def _kept_as(self, row: AccountRow) -> SignedIn | None:
        return next((one for one in self._kept if one.id == row.id), None)

    def _tell_of(self, row: AccountRow | None) -> None:
        self._page("about").lines = () if row is None else (((self._about(row), Voice.QUIET),),)
        self._page("keys").lines = (self._keys(row),)

    def _about(self, row: AccountRow) -> str:
        """Say what there is to know of an account."""
        network, kept = self._network_of(row), self._kept_as(row)
        if network is NetworkName.COMMONS:
            place = self._runtime.place
            whose = "shared by its group" if place.is_shared else "yours alone until it is shared"
            return f"{clean_line(shown_path(place.directory))}, {whose}"
        if network is NetworkName.HACKERNEWS:
            return "read here, answered on its own pages"
        if network is not None and row.id in self._runtime.real.sources.signed_out:
            return f"{network_title(network)} has signed you out."
        if kept is None:
            return ""
        trouble = self._runtime.real.sources.troubles.get(row.id)
        if trouble:
            return clean_line(trouble)
        day = kept.back_to.astimezone()
        return f"what was said to it since {day.day} {day:%B} is read"

    def _keys(self, row: AccountRow | None) -> PageLine:
        said: list[Part] = []
        if row is not None:
            network = self._network_of(row)
            if network in SIGNED_IN and not row.is_well:
                said += [("enter", Voice.KEY), (" signs in again   ", Voice.QUIET)]
            if network is not NetworkName.COMMONS:
                leaves = " removes it   " if network is NetworkName.HACKERNEWS else " signs out   "
                said += [("x", Voice.KEY), (leaves, Voice.QUIET)]
        return (*said, ("esc", Voice.KEY), (" back", Voice.QUIET))

    def _tell(self, words: str) -> None:
        """Say what came of it, for as long as nothing else is done."""
        self.set_class(bool(words) and self.app.size.height < _ROOMY_ROWS, "-short")
        page = self._page("said")
        page.set_class(not words, "-silent")
        page.lines = (((clean_line(words, chars=600), Voice.INK),),) if words else ()

    def _page(self, name: str) -> Page:
        return self.query_one(f"#{name}", Page)


def _way(key: str, name: str, needs: str) -> PageLine:
    return ((f"{key}  ", Voice.KEY), (name.ljust(13), Voice.INK), (needs, Voice.QUIET))
