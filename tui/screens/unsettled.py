"""Looking after a text whose sending is not settled: what happened, and four ways on.

Law: nothing here is decided by itself; what would say a thing twice asks once more.
"""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import ModalScreen

from services.desk import Desk
from services.errors import ChinwagError, NetworkError
from services.model.posts import Post
from services.model.sending import Send, SendState
from services.outbox import Decision, words_for
from services.outbox.runner import NeedsConfirming
from tui.report import show_error
from tui.screens.confirm import ConfirmScreen
from tui.workers import start
from widgets.ages import duration, since
from widgets.cells import clip, wrap
from widgets.page import Page, PageLine
from widgets.voices import Part, Voice

_CELLS = 66


class UnsettledScreen(ModalScreen[None]):
    """One text at a time, the oldest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "decide('IT_IS_THERE')", "It is there", show=False),
        Binding("t", "decide('NOT_THERE_TAKE_TEXT')", "Give me the text", show=False),
        Binding("s", "decide('SAY_AGAIN')", "Say it again", show=False),
        Binding("d", "decide('DISMISS')", "Leave it", show=False),
        Binding("escape,q", "close_sheet", "Later", show=False),
    ]

    sheet = query_one(Page)

    def __init__(self, desk: Desk, send: Send) -> None:
        """Look after ``send``."""
        super().__init__()
        self._desk = desk
        self._send = send
        self._latest: tuple[Post, ...] | None = None

    def compose(self) -> ComposeResult:
        """A sheet with what happened."""
        with Vertical(classes="sheet"):
            yield Page()

    def on_mount(self) -> None:
        """Show what is known, and look at the network."""
        self._show()
        start(self, self._look, "look")

    def action_decide(self, name: str) -> None:
        """Do what somebody decided."""
        decision = Decision[name]
        if decision in _allowed(self._send):
            start(self, partial(self._decide, decision), "decide")

    def action_close_sheet(self) -> None:
        """Later."""
        self.dismiss(None)

    async def _look(self) -> None:
        """Read our latest posts there; not being able to is said, too."""
        if self._send.state is not SendState.CHECK:
            return
        network = self._desk.networks.get(self._send.target.account)
        if network is None:
            return
        try:
            self._latest = await network.latest(5)
        except NetworkError as error:
            show_error(self.app, error)
        self._show()

    async def _decide(self, decision: Decision) -> None:
        try:
            try:
                await self._desk.verbs.decide(
                    self._send.id, decision, post=self._recognised(decision)
                )
            except NeedsConfirming as doubt:
                if not await self.app.push_screen_wait(
                    ConfirmScreen(doubt.what, "Say it again all the same?")
                ):
                    return
                await self._desk.verbs.decide(self._send.id, decision, confirmed=True)
        except ChinwagError as error:
            show_error(self.app, error)
            return
        unsure = await self._desk.reading.unsure()
        if not unsure:
            self.dismiss(None)
            return
        self._send, self._latest = unsure[0], None
        self._show()
        await self._look()

    def _recognised(self, decision: Decision) -> Post | None:
        """Give the post that reads exactly like the text, where it is there."""
        if decision is not Decision.IT_IS_THERE or self._latest is None:
            return None
        return next((post for post in self._latest if post.body == self._send.body), None)

    def _show(self) -> None:
        what, remedy = words_for(self._send)
        lines: list[PageLine] = [((line, Voice.NAME),) for line in wrap(what, _CELLS)]
        lines += [((line, Voice.QUIET),) for line in wrap(remedy, _CELLS)]
        lines += [
            (),
            *(((f"  {line}", Voice.INK),) for line in wrap(self._send.body, _CELLS - 2)[:6]),
        ]
        if self._latest is not None:
            lines += [(), (("Your latest posts there:", Voice.QUIET),)]
            now = self._desk.reading.now()
            for post in self._latest:
                age = duration(since(post.created_at, now))
                lines.append(
                    (
                        (f"  {clip(post.body, _CELLS - 22)}", Voice.INK),
                        (f"  {age} ago", Voice.QUIET),
                    )
                )
            if not self._latest:
                lines.append((("  none", Voice.INK),))
        keys: list[Part] = []
        for decision in _allowed(self._send):
            key, label = _KEYS[decision]
            keys += [(key, Voice.KEY), (f" {label}   ", Voice.QUIET)]
        keys += [("esc", Voice.KEY), (" later", Voice.QUIET)]
        lines += [(), tuple(keys)]
        self.sheet.lines = tuple(lines)


_KEYS = {
    Decision.IT_IS_THERE: ("y", "it is there"),
    Decision.NOT_THERE_TAKE_TEXT: ("t", "give me the text"),
    Decision.SAY_AGAIN: ("s", "say it again"),
    Decision.DISMISS: ("d", "leave it"),
}


def _allowed(send: Send) -> tuple[Decision, ...]:
    if send.state is SendState.CHECK:
        return tuple(_KEYS)
    return (Decision.NOT_THERE_TAKE_TEXT, Decision.DISMISS)
