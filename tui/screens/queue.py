"""What other tools have queued, beside who waits and what is new; and what was kept of it.

Law: nothing here can be given a time. What is chosen goes to the composer and is said by hand;
the queued one is cancelled when it is out, or when somebody drops or keeps it here.
"""

import contextlib
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.getters import query_one
from textual.screen import ModalScreen

from services.desk import Desk
from services.errors import ChinwagError, StoreError
from services.model.ids import AccountId
from services.model.queue import Queued, QueuedId
from services.model.sending import Draft, Target
from services.model.touching import Touch
from services.model.waiting import WaitingList
from services.targets import said_by_hand
from tui.lobby_view import topics_page
from tui.report import show_error, show_words
from tui.screens.confirm import ConfirmScreen
from tui.signing_in import network_title
from tui.windows import Window, window_of
from tui.workers import start
from widgets.ages import count
from widgets.cells import clip
from widgets.lines import Lines
from widgets.page import Page, PageLine
from widgets.queue_list import QueueList, QueueRow
from widgets.said_line import SaidLine
from widgets.sheet import Sheet
from widgets.voices import Part, Voice

_BESIDE_CELLS = 36
_BESIDE_ROWS = 5
_WORDS_CELLS = 60
_FOLLOW_S = 0.25
_KEYS: tuple[Part, ...] = (
    ("enter", Voice.KEY),
    (" say it now   ", Voice.QUIET),
    ("x", Voice.KEY),
    (" drop   ", Voice.QUIET),
    ("p", Voice.KEY),
    (" keep it   ", Voice.QUIET),
    ("esc", Voice.KEY),
    (" back", Voice.QUIET),
)


class QueueScreen(ModalScreen[Target | None]):
    """Gives what is to be said by hand; ``None`` when somebody goes back."""

    CSS_PATH = "queue.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "say", "Say it now", show=False),
        Binding("x", "drop", "Drop it", show=False),
        Binding("p", "keep", "Keep it as a talking point", show=False),
        Binding("escape,q", "close_sheet", "Back", show=False),
    ]

    list = query_one(QueueList)
    title_line = query_one("#title", SaidLine)
    trouble_line = query_one("#trouble", SaidLine)

    def __init__(self, desk: Desk) -> None:
        """Read the queue of ``desk``."""
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """The queue, and beside it the world as it is now."""
        with Sheet():
            yield SaidLine(id="title")
            with Horizontal():
                yield QueueList()
                yield Page(id="beside")
            yield SaidLine(id="trouble")
            keys = SaidLine(id="keys")
            keys.said = _KEYS
            yield keys

    def on_mount(self) -> None:
        """Show what is known, and ask the networks again."""
        self.query_one("#beside", Page).can_focus = False
        self.list.focus()
        start(self, self._follow, "follow")
        start(self, self._ask, "ask")

    def on_resize(self, event: events.Resize) -> None:
        """Show the queue alone where there is no room beside it."""
        is_narrow = window_of(*event.size) in (Window.NARROW, Window.TINY)
        self.set_class(is_narrow, "-narrow")

    @on(Lines.Chosen)
    def action_say(self) -> None:
        """Give what is under the cursor, to be said by hand."""
        row = self.list.selected
        if row is None:
            return
        match row.source:
            case Draft(target=target):
                self.dismiss(target)
            case Queued():
                self._do(partial(self._take, row.source))

    def action_drop(self) -> None:
        """Drop what is under the cursor, once it is asked again."""
        if (row := self.list.selected) is not None:
            self._do(partial(self._drop, row))

    def action_keep(self) -> None:
        """Keep the words here, and cancel them there."""
        row = self.list.selected
        if row is not None and isinstance(row.source, Queued):
            self._do(partial(self._keep, row.source))

    def action_close_sheet(self) -> None:
        """Give nothing."""
        self.dismiss(None)

    async def _ask(self) -> None:
        """Ask the networks; what they do not say is told in words on the sheet."""
        if not self._desk.looks_on:
            with contextlib.suppress(StoreError):
                await self._desk.queue.refresh()

    async def _follow(self) -> None:
        changes = self._desk.changes.follow(_FOLLOW_S)
        await self.refresh_view()
        async for _ in changes:
            await self.refresh_view()

    async def refresh_view(self) -> None:
        """Read it again, and what stands beside it."""
        queue, now = self._desk.queue, self._desk.reading.now()
        points = await queue.points()
        touches = _first_touches(await self._desk.touching.read())
        rows = [
            QueueRow(one.account, one.id, one, touches.get((one.account, one.id, False)))
            for one in queue.listed
        ]
        for one in points:
            account, queued = one.target.account, one.target.queued
            if queued is not None:
                touch = touches.get((account, queued, True))
                rows.append(QueueRow(account, queued, one, touch))
        self.list.now = now
        self.list.values = tuple(rows)
        nothing = "" if rows else "  nothing is queued, and nothing was kept"
        self.title_line.said = (("Queued elsewhere", Voice.NAME), (nothing, Voice.QUIET))
        words = (*queue.alarms, *queue.troubles)
        self.trouble_line.said = ((words[0] if words else "", Voice.NOW),)
        await self._say_beside()

    async def _say_beside(self) -> None:
        reading = self._desk.reading
        waiting, topics = await reading.waiting(), await reading.topics_now()
        lines: list[PageLine] = [*_waits(waiting), ()]
        if topics.topics:
            lines += topics_page(topics, _BESIDE_ROWS, _BESIDE_CELLS)
        self.query_one("#beside", Page).lines = tuple(lines)

    def _do(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if self._desk.looks_on:
            show_words(self.app, "Here you only look on. t takes Chinwag over.")
            return

        async def told() -> None:
            try:
                await deed()
            except ChinwagError as error:
                show_error(self.app, error)
            await self.refresh_view()

        start(self, told, "deed")

    async def _take(self, queued: Queued) -> None:
        """Put the words of a queued post into a draft; it stays queued until they are out."""
        network = self._desk.networks.get(queued.account)
        if network is None:
            raise ChinwagError("This account is not connected.", "a signs in again.")
        target = said_by_hand(network.account, queued)
        kept = await self._desk.reading.draft(target)
        if kept is None:
            await self._desk.verbs.save_draft(target, str(queued.body))
        self.dismiss(target if kept is None else kept.target)

    async def _drop(self, row: QueueRow) -> None:
        source = row.source
        words = f"“{clip(source.body, _WORDS_CELLS)}”"
        follows = "Its words are gone then."
        if isinstance(source, Queued):
            follows = f"{network_title(source.network)} will not say it any more."
        if not await self.app.push_screen_wait(ConfirmScreen(f"Drop {words}?", follows)):
            return
        if isinstance(source, Draft):
            await self._desk.tables.drafts.forget(source.target.account, source.target.key)
        else:
            await self._desk.queue.drop(source)

    async def _keep(self, queued: Queued) -> None:
        asks = ConfirmScreen(
            f"Keep “{clip(queued.body, _WORDS_CELLS)}” as a talking point?",
            f"{network_title(queued.network)} will not say it any more; its words stay here.",
        )
        if await self.app.push_screen_wait(asks):
            await self._desk.queue.keep(queued)


def _first_touches(
    touches: tuple[Touch, ...],
) -> Mapping[tuple[AccountId, QueuedId, bool], Touch]:
    """Give of each queued post, and each talking point, what it touches first of all."""
    first: dict[tuple[AccountId, QueuedId, bool], Touch] = {}
    for one in touches:
        first.setdefault((one.account, one.queued, one.is_point), one)
    return first


def _waits(waiting: WaitingList) -> tuple[PageLine, ...]:
    """Say who waits, so that what was planned is read beside them."""
    if not waiting.people:
        return ((("Nobody waits for you", Voice.NAME),),)
    wait = "waits" if waiting.people == 1 else "wait"
    head = f"{count(waiting.people, 'person', 'people')} {wait} for you"
    rows = waiting.rows[:_BESIDE_ROWS]
    return (
        ((head, Voice.NAME),),
        *(((clip(one.author.name, _BESIDE_CELLS), Voice.QUIET),) for one in rows),
    )
