"""The few things that can be chosen; each is written to config.toml at once."""

import contextlib
from functools import partial
from typing import ClassVar

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen

from services.config import Config
from services.errors import ChinwagError, StoreError
from services.paths import shown_path
from services.runtime import Runtime
from services.text.clean import clean_line
from tui.report import show_error
from tui.screens.confirm import ConfirmScreen
from tui.theme import NAMES
from tui.workers import start
from widgets.ages import count
from widgets.page import Page
from widgets.sheet import Sheet
from widgets.voices import Part, Voice

_NO_HOSTS = "none; named_hosts in the file lets a private one in"
_LABEL_CELLS = 14
_FOLLOW_S = 0.25
_ROWS_AROUND = 6
"""At most: the edges, the frame, and the padding."""
_USUAL_STREAM = "jetstream"
"""What is read where somebody turns public posts on and the file names none."""
_STREAM_QUESTION = "Count what strangers say in public, as it is said?"
_STREAM_DETAIL = (
    "They come in as long as Chinwag is open, tens of them a second, so that what nobody you read "
    "speaks of can break as well. They are counted and forgotten; a few that show a topic are kept "
    "as long as it is one. Read:"
)


class SettingsScreen(ModalScreen[None]):
    """Theme, and whether we are seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close_sheet", "Back", show=False),
        Binding("t", "theme", "Next theme", show=False),
        Binding("h", "hide", "Hide or show yourself", show=False),
        Binding("f", "tastes", "What you follow", show=False),
        Binding("p", "public_posts", "Count public posts or not", show=False),
    ]

    sheet = query_one(Page)

    def __init__(self, runtime: Runtime) -> None:
        """Change the configuration of ``runtime``."""
        super().__init__()
        self._runtime = runtime
        self._streams = runtime.config.firehose.sources or (_USUAL_STREAM,)
        """What is read once public posts are on."""

    def compose(self) -> ComposeResult:
        """A sheet."""
        with Sheet():
            yield Page()

    def on_mount(self) -> None:
        """Say what is chosen."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Let it scroll where it is longer than the window."""
        self.sheet.styles.max_height = max(1, event.size.height - _ROWS_AROUND)

    def action_close_sheet(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_theme(self) -> None:
        """Put on the next theme."""
        config = self._runtime.config
        at = NAMES.index(config.theme) if config.theme in NAMES else 0
        theme = NAMES[(at + 1) % len(NAMES)]
        self.app.theme = theme
        self._choose(msgspec.structs.replace(config, theme=theme))

    def action_hide(self) -> None:
        """Hide from the others on this box, or be seen again."""
        config = self._runtime.config
        commons = msgspec.structs.replace(config.commons, hidden=not config.commons.hidden)
        self._choose(msgspec.structs.replace(config, commons=commons))

    def action_tastes(self) -> None:
        """Show what is followed and what is muted."""
        from tui.screens.tastes import TastesScreen  # noqa: PLC0415 - seldom opened

        self.app.push_screen(TastesScreen(self._runtime, _FOLLOW_S), self._show_again)

    def action_public_posts(self) -> None:
        """Count what strangers say in public from now on, once it is asked; or do no longer."""
        start(self, self._turn_public_posts, "ask")

    async def _turn_public_posts(self) -> None:
        sources = self._runtime.config.firehose.sources
        if not sources:
            asks = ConfirmScreen(_STREAM_QUESTION, f"{_STREAM_DETAIL} {_named(self._streams)}.")
            if not await self.app.push_screen_wait(asks):
                return
        config = self._runtime.config
        streams = () if sources else self._streams
        firehose = msgspec.structs.replace(config.firehose, sources=streams)
        await self._keep(msgspec.structs.replace(config, firehose=firehose))
        if streams:
            with contextlib.suppress(StoreError):  # it is said where the topics are
                await self._runtime.connect()

    def _show_again(self, _: None) -> None:
        self._show()

    def _choose(self, config: Config) -> None:
        start(self, partial(self._keep, config), "keep")

    async def _keep(self, config: Config) -> None:
        try:
            await self._runtime.choose(config)
        except ChinwagError as error:
            show_error(self.app, error)
        self._show()

    def _show(self) -> None:
        config = self._runtime.config
        seen = "hidden" if config.commons.hidden else "seen by others on this box"
        sites = ", ".join(config.own_sites) or "none; own_sites in the file names them"
        self.sheet.lines = (
            (("Settings", Voice.NAME),),
            (),
            _row("t", "Theme", config.theme),
            _row("h", "Presence", seen),
            _row("f", "You follow", _tastes(config)),
            _row("p", "Public posts", _public_posts(config)),
            _row(" ", "Own sites", sites),
            _row(" ", "Headlines", _headlines(config)),
            _row(" ", "Named hosts", ", ".join(config.door.named_hosts) or _NO_HOSTS),
            (),
            ((clean_line(shown_path(self._runtime.paths.config_file)), Voice.QUIET),),
            (),
            (("esc", Voice.KEY), (" back", Voice.QUIET)),
        )


def _headlines(config: Config) -> str:
    """Say what is read; the lobby's key leads to where that is chosen."""
    if not config.news.asked:
        return "not asked yet; b in the lobby chooses"
    read = ["feeds"] if config.news.reads else []
    read += [one.name for one in config.news.sources]
    what = " and ".join([", ".join(read[:-1]), read[-1]] if len(read) > 1 else read) or "none"
    return f"{what}; b in the lobby shows them"


def _tastes(config: Config) -> str:
    """Say how many words there are of each kind."""
    follows, mutes = len(config.topics.follow), len(config.topics.mute)
    muted = f", {mutes:,} muted" if mutes else ""
    return f"{count(follows, 'tag or word', 'tags and words')}{muted}"


def _public_posts(config: Config) -> str:
    """Say which streams of public posts are counted, and what of them is left out."""
    firehose = config.firehose
    if not firehose.sources:
        return "not counted; p counts them, so that more can break"
    only = [f"only {', '.join(firehose.languages)}"] if firehose.languages else []
    only += [f"only with {', '.join(firehose.words)}"] if firehose.words else []
    return "; ".join((_named(firehose.sources), *only))


def _named(sources: tuple[str, ...]) -> str:
    """Say which streams those are."""
    return ", ".join("Bluesky" if one == _USUAL_STREAM else one for one in sources)


def _row(key: str, label: str, value: str) -> tuple[Part, ...]:
    return (
        (f"{key}  ", Voice.KEY),
        (label.ljust(_LABEL_CELLS), Voice.INK),
        (clean_line(value), Voice.QUIET),
    )
