"""Why a topic is where it is, at length; and more of it, or less, from now on.

Law: it tells what the engine counted, in its own sentences, and adds only what waits of ours.
"""

from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen

from services.desk import Desk
from services.errors import ChinwagError
from services.model.topics import Topic
from services.model.touching import Touch
from services.model.words import Safe
from services.runtime import Runtime
from services.text.marks import find_tags
from tui.report import show_error, show_words
from tui.screens.ask import AskScreen
from tui.screens.tastes import FOLLOW_WHICH, MUTE_WHICH
from tui.workers import start
from widgets.page import Page, PageLine, keys_page
from widgets.sheet import Sheet
from widgets.topic_words import times_words
from widgets.voices import Part, Voice

TITLE = "Why it is here"
_GONE = "It is in the list no more."
_KEYS = (
    ("f", "follow a word"),
    ("m", "mute one"),
    ("x", "set aside"),
    ("w", "your words"),
    ("esc", "back"),
)
_AROUND_ROWS = 5
"""The border of the sheet, its padding, and the line above the keys."""


class WhyWish(Enum):
    """What is wanted next."""

    SET_ASIDE = "set aside"
    TASTES = "tastes"


class WhyScreen(ModalScreen[WhyWish | None]):
    """One topic, and why it stands where it does; gives what is wanted next."""

    CSS_PATH = "why.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,h,enter", "wish", "Back", show=False),
        Binding("f", "follow", "Follow a tag or a word of it", show=False),
        Binding("m", "mute", "Mute a tag or a word of it", show=False),
        Binding("x", "wish('SET_ASIDE')", "Set it aside", show=False),
        Binding("w,g", "wish('TASTES')", "What you follow", show=False),
    ]

    sheet = query_one("#reasons", Page)
    keys = query_one("#keys", Page)

    def __init__(self, runtime: Runtime, desk: Desk, topic: Topic) -> None:
        """Tell why ``topic`` is in the list of ``desk``."""
        super().__init__()
        self._runtime = runtime
        self._desk = desk
        self._topic = topic

    def compose(self) -> ComposeResult:
        """What is told, and the keys, which stay where it is longer than the window."""
        with Sheet():
            yield Page(id="reasons")
            yield keys_page(_KEYS)

    def on_resize(self) -> None:
        """Leave the keys their lines."""
        self.call_after_refresh(self._fit)

    def on_mount(self) -> None:
        """Say what it is, then why."""
        self._show((), ())
        start(self, self._read, "read")

    def action_wish(self, name: str = "") -> None:
        """Back, with what is wanted next."""
        self.dismiss(WhyWish[name] if name else None)

    def action_follow(self) -> None:
        """Follow a tag or a word of it."""
        self._do(self._follow)

    def action_mute(self) -> None:
        """Mute a tag or a word of it."""
        self._do(self._mute)

    async def _read(self) -> None:
        try:
            reasons = await self._desk.reading.why(self._topic.id)
            touches = await self._desk.touching.read()
        except ChinwagError as error:
            show_error(self.app, error)
            return
        mine = tuple(one for one in touches if one.topic == self._topic.id)
        self._show((_GONE,) if reasons is None else reasons, mine)

    def _show(self, reasons: tuple[str, ...], touches: tuple[Touch, ...]) -> None:
        times = times_words(self._topic)
        head: list[Part] = [(f"{times} ", Voice.NAME)] if times else []
        lines: list[PageLine] = [
            ((TITLE, Voice.NAME),),
            (*head, (self._topic.title, Voice.INK)),
            (),
            *(((words, Voice.QUIET),) for words in reasons),
            *(((_touch_words(one), Voice.NOW),) for one in touches),
        ]
        self.sheet.lines = tuple(lines)

    def _fit(self) -> None:
        around = self.keys.outer_size.height + _AROUND_ROWS
        self.sheet.styles.max_height = max(1, self.size.height - around)

    def _do(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def told() -> None:
            try:
                await deed()
            except ChinwagError as error:
                show_error(self.app, error)

        start(self, told, "deed")

    async def _follow(self) -> None:
        if word := await self.app.push_screen_wait(AskScreen(FOLLOW_WHICH, self._guess())):
            await self._runtime.tastes.follow(word)
            show_words(self.app, f"You follow {word}. A topic that speaks of it is raised.")

    async def _mute(self) -> None:
        if word := await self.app.push_screen_wait(AskScreen(MUTE_WHICH, self._guess())):
            await self._runtime.tastes.mute_word(word)
            show_words(self.app, f"What speaks of {word} is left out from now on.")

    def _guess(self) -> str:
        """Give the tag that it is called by, to begin with."""
        tags = find_tags(self._topic.title)
        return f"#{tags[0]}" if tags else ""


def _touch_words(touch: Touch) -> Safe | str:
    what = "A talking point of yours" if touch.is_point else "A queued post of yours"
    return f"{what} touches it: {touch.why}."
