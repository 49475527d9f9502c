"""Somebody's card: who they are, what we have said to one another, and how near they may come.

Law: whatever changes how near they are is asked once more, and holds at once.
"""

from collections.abc import Coroutine
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import ModalScreen

from services.desk import Desk
from services.errors import ChinwagError
from services.model.ids import AccountId
from services.model.people import Author, Talks
from services.model.posts import Post
from services.networks.base import Distance, Guarding
from tui.report import show_error, show_words
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from tui.workers import start
from widgets.ages import times, when
from widgets.cells import clip
from widgets.page import Page, PageLine
from widgets.voices import Part, Voice

_NAME_CELLS = 60
_QUOTE_CELLS = 200
_REPORT_CHARS = 500


class PersonScreen(ModalScreen[None]):
    """One person."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "keep_away('MUTE')", "Mute", show=False),
        Binding("b", "keep_away('BLOCK')", "Block", show=False),
        Binding("p", "report", "Report", show=False),
        Binding("h", "hide", "Hide here", show=False),
        Binding("escape,q,i", "close_sheet", "Back", show=False),
    ]

    sheet = query_one(Page)

    def __init__(self, desk: Desk, account: AccountId, who: Author, post: Post | None) -> None:
        """Show ``who``, as ``account`` of ours sees them; ``post`` is what a report is about."""
        super().__init__()
        self._desk = desk
        self._account = account
        self._who = who
        self._post = post
        self._talks = Talks()
        self._is_hidden = False

    def compose(self) -> ComposeResult:
        """A sheet."""
        with Vertical(classes="sheet"):
            yield Page()

    def on_mount(self) -> None:
        """Say who it is, then what is remembered."""
        self._show()
        start(self, self._read, "read")

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_keep_away(self, name: str) -> None:
        """Mute or block them."""
        if self._guards:
            self._do(partial(self._keep_away, Distance[name]))

    def action_report(self) -> None:
        """Tell whoever looks after the network about their post."""
        if self._guards and self._post is not None:
            self._do(self._report)

    def action_hide(self) -> None:
        """Hide them here, or let them be seen again."""
        self._do(self._turn_hidden)

    @property
    def _guards(self) -> bool:
        return isinstance(self._desk.networks.get(self._account), Guarding)

    async def _read(self) -> None:
        self._talks = await self._desk.reading.talks(self._who.person)
        self._is_hidden = await self._desk.reading.is_hidden(self._account, self._who.person)
        self._show()

    def _do(self, deed: "partial[Coroutine[Any, Any, None]] | Any") -> None:  # noqa: ANN401
        if self._desk.looks_on:
            show_words(self.app, "Here you only look on. t takes Chinwag over.")
            return

        async def told() -> None:
            try:
                await deed()
            except ChinwagError as error:
                show_error(self.app, error)

        start(self, told, "deed")

    async def _keep_away(self, distance: Distance) -> None:
        name = clip(self._who.name, _NAME_CELLS)
        what, follows, done = _WORDS[distance]
        if not await self.app.push_screen_wait(ConfirmScreen(f"{what} {name}?", follows)):
            return
        await self._desk.verbs.keep_away(self._account, self._who.person, distance)
        show_words(self.app, f"{name} {done}")
        self.dismiss(None)

    async def _report(self) -> None:
        if self._post is None:
            return
        ask = AskScreen(
            f"Why do you report {clip(self._who.name, _NAME_CELLS)}? In your own words.",
            hint="whoever looks after the network reads it",
            chars=_REPORT_CHARS,
        )
        words = await self.app.push_screen_wait(ask)
        if words is None:
            return
        about = f"“{clip(self._post.body, _NAME_CELLS)}”"
        if await self.app.push_screen_wait(ConfirmScreen("Send this report?", f"About {about}.")):
            await self._desk.verbs.report(self._post, words)
            show_words(self.app, "It is reported. You can still mute or block them.")

    async def _turn_hidden(self) -> None:
        name = clip(self._who.name, _NAME_CELLS)
        verbs, who = self._desk.verbs, self._who.person
        if self._is_hidden:
            await verbs.show_again(self._account, who)
            show_words(self.app, f"{name} stands under Unread again with their next word.")
            await self._read()
            return
        asks = ConfirmScreen(
            f"Hide {name} here?", "What they write to you waits no more. Their network is not told."
        )
        if await self.app.push_screen_wait(asks):
            await verbs.hide(self._account, who)
            show_words(self.app, f"{name} is hidden here.")
            self.dismiss(None)

    def _show(self) -> None:
        who, network = self._who, self._desk.networks.get(self._account)
        lines: list[PageLine] = [((clip(who.name, _NAME_CELLS), Voice.NAME),)]
        if str(who.handle) != str(who.name):
            lines.append(((clip(who.handle, _NAME_CELLS), Voice.INK),))
        if network is not None:
            ours = clip(network.account.author.handle, _NAME_CELLS)
            place = network.account.network.value
            lines.append(((f"on {place}, speaks with you as {ours}", Voice.QUIET),))
        lines += [(), *self._remembered()]
        if self._is_hidden:
            lines += [(), (("hidden here: nothing of theirs waits", Voice.NOW),)]
        lines += [(), self._keys()]
        self.sheet.lines = tuple(lines)

    def _remembered(self) -> tuple[PageLine, ...]:
        talks = self._talks
        if not talks.exchanges:
            return ((("You have not talked yet.", Voice.QUIET),),)
        said: list[Part] = [(f"You have talked {times(talks.exchanges)}.", Voice.PEOPLE)]
        if talks.last_words:
            at = f", {when(talks.last_at, self._desk.reading.now())}," if talks.last_at else ""
            words = f" Last{at} they wrote: “{clip(talks.last_words, _QUOTE_CELLS)}”"
            said.append((words, Voice.QUIET))
        return (tuple(said),)

    def _keys(self) -> PageLine:
        keys: list[tuple[str, str]] = []
        if self._guards:
            keys += [("m", "mute"), ("b", "block")]
            keys += [("p", "report")] if self._post is not None else []
        keys += [("h", "show again" if self._is_hidden else "hide here"), ("esc", "back")]
        said: list[Part] = []
        for key, label in keys:
            said += [(key, Voice.KEY), (f" {label}   ", Voice.QUIET)]
        return tuple(said)


_WORDS = {
    Distance.MUTE: ("Mute", "You will not see them; they do not know.", "is muted."),
    Distance.BLOCK: ("Block", "Neither of you will see the other.", "is blocked."),
}
"""Of each distance: what is asked, what follows, what is said when it is done."""
