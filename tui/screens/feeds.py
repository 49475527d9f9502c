"""Whose headlines are read, how each feed is, and adding, removing, bringing and taking them.

Law: one thing is done at a time, each in a worker that can fail with a sentence; an import that
is left stops, and what had come in stays.
"""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen

from services.errors import ChinwagError
from services.feed_finding import Found
from services.model.headlines import FeedState
from services.news import News
from services.paths import shown_path
from services.runtime import Runtime
from tui.report import show_error, show_words
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.import_report import ImportReportScreen, progress, summary
from tui.screens.offer import OfferScreen, Question
from tui.workers import start, while_there
from widgets.ages import count
from widgets.feed_list import FeedList
from widgets.offer_list import Choice
from widgets.page import keys_page
from widgets.said_line import SaidLine
from widgets.sheet import Sheet
from widgets.voices import Voice

_ADDRESS_CHARS = 2_000
_KEYS = (
    ("a", "add"),
    ("x", "remove"),
    ("y", "copy address"),
    ("space", "read or leave"),
    ("i", "import OPML"),
    ("e", "export OPML"),
    ("esc", "back"),
)


def whole_path(typed: str) -> Path:
    """Give the path that somebody typed, their home spelt out.

    Raises:
        ChinwagError: the home of somebody who is not here.
    """
    try:
        return Path(typed).expanduser().absolute()
    except RuntimeError as error:
        raise ChinwagError(f"{typed} cannot be found: whose home is that?") from error


def _is_there(path: Path) -> bool:
    """Whether something is in the way of writing ``path``; what cannot be seen is not."""
    try:
        return path.exists()
    except OSError:
        return False


class FeedsScreen(ModalScreen[None]):
    """The feeds that are followed."""

    CSS_PATH = "feeds.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,b", "close_sheet", "Back", show=False),
        Binding("a", "add", "Add a feed", show=False),
        Binding("x,d,delete", "remove", "Remove a feed", show=False),
        Binding("y", "copy", "Copy the address", show=False),
        Binding("space,h", "turn", "Read or leave trends and Hacker News", show=False),
        Binding("i", "import_opml", "Import OPML", show=False),
        Binding("e", "export_opml", "Export OPML", show=False),
    ]

    title_line = query_one("#title", SaidLine)
    list = query_one(FeedList)
    progress_line = query_one("#progress", SaidLine)

    def __init__(self, runtime: Runtime, news: News, interval_s: float) -> None:
        """Show the feeds of ``news``, read again at most every ``interval_s``."""
        super().__init__()
        self._runtime = runtime
        self._news = news
        self._interval_s = interval_s
        self._is_busy = False
        self._fault = ""
        """What is wrong with all of them, as it was told."""

    def compose(self) -> ComposeResult:
        """A title, the feeds, how an import goes, and the keys."""
        with Sheet():
            yield SaidLine(id="title")
            yield FeedList()
            yield SaidLine(id="progress")
            yield keys_page(_KEYS)

    def on_mount(self) -> None:
        """Show them, and follow what becomes of them."""
        self.list.focus()
        start(self, self._follow, "follow")

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_add(self) -> None:
        """Follow a feed."""
        self._do(self._add)

    def action_remove(self) -> None:
        """Follow a feed no longer."""
        self._do(self._remove)

    def action_turn(self) -> None:
        """Read what is under the cursor, or do not; feeds are added and removed."""
        self._do(self._turn)

    def action_import_opml(self) -> None:
        """Bring feeds from another reader."""
        self._do(self._import)

    def action_export_opml(self) -> None:
        """Take the feeds to another reader."""
        self._do(self._export)

    def action_copy(self) -> None:
        """Copy the address of the feed under the cursor."""
        if (feed := self.list.selected) is not None:
            self.app.copy_to_clipboard(feed.url)
            show_words(self.app, f"Copied, if your terminal allows it: {feed.url}")

    async def refresh_view(self) -> None:
        """Read how they are, and say it."""
        try:
            feeds = await self._news.feeds()
        except ChinwagError as error:
            self._show_fault(error)
            return
        self._fault = ""
        rows = (*feeds, *self._news.unread())
        self.list.now = self._runtime.clock.now()
        self.list.values = rows
        self.list.show_held()  # what was added is shown, wherever its name puts it
        said = count(len(feeds), "source") if feeds else "No feed is followed yet. a adds one."
        self.title_line.said = (("Headlines", Voice.NAME), (f"  {said}", Voice.QUIET))

    def _show_fault(self, error: ChinwagError) -> None:
        """Say once that they cannot be listed, and why; whatever mends it is followed."""
        self.list.values = ()
        self.title_line.said = (("Headlines", Voice.NAME), ("  cannot be listed", Voice.NOW))
        if error.what != self._fault:
            self._fault = error.what
            show_error(self.app, error)

    async def _follow(self) -> None:
        changes = self._runtime.real.changes.follow(self._interval_s)
        await self.refresh_view()
        async for _ in changes:
            await self.refresh_view()

    def _do(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do one thing; a key on the way changes nothing."""
        if not self._is_busy:
            self._is_busy = True
            self.run_worker(while_there(self, lambda: self._told(deed)), group="deed")

    async def _told(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await deed()
        except ChinwagError as error:
            show_error(self.app, error)
        finally:
            self._is_busy = False
            self._say("")
        await self.refresh_view()

    async def _add(self) -> None:
        ask = AskScreen("The address of a feed, or of a page that has one?", chars=_ADDRESS_CHARS)
        address = await self.app.push_screen_wait(ask)
        if not address:
            return
        self._say("looking…")
        found = await self._news.find(address)
        self._say("")
        for one in await self._chosen(found):
            feed = await self._news.follow(one.url, one.name)
            show_words(self.app, f"{feed.name or feed.url} is followed from now on.")

    async def _chosen(self, found: tuple[Found, ...]) -> tuple[Found, ...]:
        """Let somebody choose where a page names several."""
        if len(found) == 1:
            return found
        question = Question(
            f"This page names {len(found)} feeds", "Choose which of them to follow.", "follows"
        )
        choices = tuple(Choice(one.name, one.url, is_chosen=False) for one in found)
        screen = OfferScreen(question, choices)
        chosen = await self.app.push_screen_wait(screen)
        return tuple(found[at] for at in chosen or ())

    async def _remove(self) -> None:
        feed = self.list.selected
        if feed is None:
            return
        if feed.state is FeedState.OFF:
            show_words(self.app, f"{feed.name} is not read. space reads it.")
            return
        asks = ConfirmScreen(
            f"Follow {feed.name or feed.url} no longer?", "Its headlines go. It can be added again."
        )
        if await self.app.push_screen_wait(asks):
            await self._news.unfollow(feed.id)

    async def _turn(self) -> None:
        row = self.list.selected
        if row is None:
            return
        source = self._news.source_of(row.id)
        if source is None:
            show_words(self.app, "A feed is followed until x removes it.")
            return
        await self._news.read_source(source, reads=source not in self._news.sources)

    async def _import(self) -> None:
        path = await self._ask_path("Which OPML file?", "")
        if path is None:
            return
        async for step in self._news.import_opml(path):
            self._say(progress(step))
            if step.is_done and step.failed:
                await self.app.push_screen_wait(ImportReportScreen(step))
            elif step.is_done:
                show_words(self.app, f"{summary(step)}.")

    async def _export(self) -> None:
        path = await self._ask_path("Write the feeds to which file?", "~/feeds.opml")
        if path is None:
            return
        if await asyncio.to_thread(_is_there, path):
            asks = ConfirmScreen(f"{shown_path(path)} is there already.", "Write over it?")
            if not await self.app.push_screen_wait(asks):
                return
        many = await self._news.export_opml(path)
        show_words(self.app, f"{count(many, 'feed')} written to {shown_path(path)}.")

    async def _ask_path(self, question: str, value: str) -> Path | None:
        typed = await self.app.push_screen_wait(AskScreen(question, value, chars=_ADDRESS_CHARS))
        return await asyncio.to_thread(whole_path, typed) if typed else None

    def _say(self, words: str) -> None:
        self.progress_line.said = ((words, Voice.NOW),)
