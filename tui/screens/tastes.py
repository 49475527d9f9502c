"""What you follow and what you mute: tags and words, and the topics that were set aside.

Law: what stands here raises a topic or leaves one out, on this box; no network is told of it.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, assert_never

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen

from services.errors import ChinwagError
from services.runtime import Runtime
from services.text.clean import clean_line
from tui.report import show_error, show_words
from tui.screens.ask import AskScreen
from tui.workers import start, while_there
from widgets.page import Page, keys_page
from widgets.said_line import SaidLine
from widgets.sheet import Sheet
from widgets.taste_list import Taste, TasteList, TasteRow
from widgets.voices import Voice

_KEYS = (
    ("a", "follow"),
    ("m", "mute"),
    ("x", "let go"),
    ("v", "adults"),
    ("esc", "back"),
)
_NOTHING = (
    "Nothing yet. Follow a tag or a word, and a topic that speaks of it is raised and says so; "
    "mute one, and what speaks of it is left out. No network is told."
)
FOLLOW_WHICH = "Follow which tag or word?"
MUTE_WHICH = "Mute which tag or word?"
_ADULT = {
    False: "What is for adults is never raised.",
    True: "What is for adults may be raised.",
}


class TastesScreen(ModalScreen[None]):
    """Tags and words that are followed or muted."""

    CSS_PATH = "tastes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close_sheet", "Back", show=False),
        Binding("a,f,enter", "follow", "Follow a tag or a word", show=False),
        Binding("m", "mute", "Mute a tag or a word", show=False),
        Binding("x,d,delete", "let_go", "Let go of the one under the cursor", show=False),
        Binding("v", "turn_adult", "Whether what is for adults may be raised", show=False),
    ]

    title_line = query_one("#title", SaidLine)
    list = query_one(TasteList)
    note = query_one("#note", Page)

    def __init__(self, runtime: Runtime, interval_s: float) -> None:
        """Show what ``runtime`` has, read again at most every ``interval_s``."""
        super().__init__()
        self._runtime = runtime
        self._interval_s = interval_s
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """A title, the words, what there is to know, and the keys."""
        note = Page(id="note")
        note.can_focus = False
        words = TasteList()
        words.row_height = 1
        with Sheet():
            yield SaidLine(id="title")
            yield words
            yield note
            yield keys_page(_KEYS)

    def on_mount(self) -> None:
        """Show them, and follow what becomes of them."""
        self.list.focus()
        start(self, self._follow, "follow")

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_follow(self) -> None:
        """Follow a tag or a word."""
        self._do(self._add)

    def action_mute(self) -> None:
        """Mute a tag or a word."""
        self._do(self._mute)

    def action_let_go(self) -> None:
        """Follow it, or mute it, no more; show again what was set aside."""
        self._do(self._let_go)

    def action_turn_adult(self) -> None:
        """Let what is for adults be raised, or not."""
        self._do(self._turn_adult)

    async def refresh_view(self) -> None:
        """Read them, and say them."""
        tastes = self._runtime.tastes
        rows = [TasteRow(clean_line(word), Taste.FOLLOWED) for word in tastes.follows]
        rows += [TasteRow(tag, Taste.ELSEWHERE) for tag in tastes.tags]
        rows += [TasteRow(clean_line(word), Taste.MUTED) for word in tastes.mutes]
        desk = self._runtime.desk
        try:
            dismissed = await desk.tables.marks.dismissed(desk.reading.now())
        except ChinwagError as error:
            show_error(self.app, error)
        else:
            rows += [TasteRow(one.title, Taste.SET_ASIDE, one.topic) for one in dismissed]
        self.list.values = tuple(rows)
        self.list.show_held()
        many = f"{len(tastes.follows)} followed, {len(tastes.mutes)} muted"
        self.title_line.said = (("What you follow", Voice.NAME), (f"  {many}", Voice.QUIET))
        adult = _ADULT[self._runtime.config.topics.adult]
        self.note.lines = ((((adult if rows else f"{_NOTHING} {adult}"), Voice.QUIET),),)

    async def _follow(self) -> None:
        changes = self._runtime.desk.changes.follow(self._interval_s)
        await self.refresh_view()
        async for _ in changes:
            await self.refresh_view()

    def _do(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do one thing; a key on the way changes nothing."""
        if self._runtime.looks_on:
            show_words(self.app, "Here you only look on. t takes Chinwag over.")
        elif not self._is_busy:
            self._is_busy = True
            self.run_worker(while_there(self, lambda: self._told(deed)), group="deed")

    async def _told(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await deed()
        except ChinwagError as error:
            show_error(self.app, error)
        finally:
            self._is_busy = False
        await self.refresh_view()

    async def _add(self) -> None:
        if word := await self.app.push_screen_wait(AskScreen(FOLLOW_WHICH)):
            await self._runtime.tastes.follow(word)

    async def _mute(self) -> None:
        if word := await self.app.push_screen_wait(AskScreen(MUTE_WHICH)):
            await self._runtime.tastes.mute_word(word)

    async def _let_go(self) -> None:
        row = self.list.selected
        if row is None:
            return
        match row.taste:
            case Taste.FOLLOWED:
                await self._runtime.tastes.unfollow(row.word)
            case Taste.MUTED:
                await self._runtime.tastes.unmute_word(row.word)
            case Taste.SET_ASIDE:
                if row.topic is not None:
                    await self._runtime.desk.verbs.undo_dismiss(row.topic)
            case Taste.ELSEWHERE:
                show_words(self.app, f"{row.word} is followed on your network; let go of it there.")
            case _:
                assert_never(row.taste)

    async def _turn_adult(self) -> None:
        is_shown = not self._runtime.config.topics.adult
        await self._runtime.tastes.show_adult(is_shown=is_shown)
