"""What the live screen follows: invalidations of the stores, and the session's own events."""

import contextlib
from typing import TYPE_CHECKING, assert_never

from services.errors import ChinwagError, NetworkError
from services.model.changes import Family
from services.model.sending import Send, SendState
from services.model.session import (
    ClockTicked,
    ExtensionOffered,
    SendSettled,
    SessionEnded,
    SessionEvent,
    Stage,
    StageChanged,
    WentLive,
)
from services.outbox import words_for
from services.text.clean import clean_line
from tui.live_view import read_subject
from tui.report import show_error, show_words
from tui.telling import names

if TYPE_CHECKING:
    from tui.screens.live import LiveScreen

_AGES_EVERY_S = 10
_READ_AFTER_S = 0.06
"""A cursor that runs through the list reads no thread until it rests for this long."""
_FETCH_AFTER_S = 0.6
"""So long it rests before its network is asked for the whole thread."""
_NOT_SHOWN = frozenset({Family.DRAFTS, Family.PRESENCE, Family.LEASE, Family.FEEDS})
"""Families of which a live screen shows nothing."""


async def follow_changes(screen: "LiveScreen") -> None:
    """Read again whenever something the screen shows has changed."""
    changes = screen.desk.changes.follow(screen.interval_s, without=_NOT_SHOWN)
    await screen.refresh_view()
    async for _ in changes:
        await screen.refresh_view()


def begin(screen: "LiveScreen") -> None:
    """Put the cursor on whom one sat down with, and begin what one came to write; once."""
    if screen.first is not None:
        screen.unread.list.select(screen.first.id)
        screen.first = None
    if screen.begins_with is not None:
        screen.deeds.write(screen.begins_with)
        screen.begins_with = None


async def read_rested(screen: "LiveScreen") -> None:
    """Read the thread of the row that the cursor rests on; then ask its network for the rest."""
    clock = screen.runtime.clock
    await clock.sleep(_READ_AFTER_S)
    with contextlib.suppress(ChinwagError):  # what was read stays; the next change says why
        if screen.view is not None:
            screen.view = await read_subject(screen.desk, screen.wanted, screen.view)
            screen.show_subject(screen.view)
    thread = screen.wanted.thread
    if thread is None or screen.desk.looks_on:
        return
    await clock.sleep(_FETCH_AFTER_S)
    with contextlib.suppress(NetworkError):  # what is known of it is on screen
        await screen.desk.verbs.fetch_thread(*thread)


async def follow_session(screen: "LiveScreen") -> None:
    """Carry the session's events to the screen until it ends."""
    async for event in screen.desk.engine.events():
        await _carry(screen, event)


async def _carry(screen: "LiveScreen", event: SessionEvent) -> None:
    match event:
        case ClockTicked(clock):
            screen.clock = clock
            if clock.seconds_left % _AGES_EVERY_S == 0:
                await screen.refresh_view()
        case StageChanged(clock):
            screen.clock = clock
            _tell_stage(screen, clock.stage)
        case ExtensionOffered(clock):
            screen.clock = clock
            tell_news(screen, "under two minutes are left: + adds five")
        case SendSettled(send):
            await _settle(screen, send)
        case WentLive(_, name):
            tell_news(screen, f"◉ {name} has answered you")
        case SessionEnded(session, _):
            try:
                await screen.save()
            except ChinwagError as error:
                show_error(screen.app, error)
            while screen.app.screen is not screen and screen in screen.app.screen_stack:
                # What was opened over the session would be dismissed in its place.
                await screen.app.pop_screen()
            screen.dismiss(session)
        case _:
            assert_never(event)


async def _settle(screen: "LiveScreen", send: Send) -> None:
    """Take note of what was sent; show again what came back, and say why."""
    if send.state is SendState.SENT:
        if send.taken_back_at is None:
            screen.composing.note_sent(send)
            tell_news(screen, f"said to {send.target.to_name}" if send.target.person else "said")
            screen.run_worker(screen.composing.remember(), group="memory")
        return
    await screen.composing.settled(send)
    if not send.is_dismissed:
        what, remedy = words_for(send)
        show_words(screen.app, f"{what} {remedy}")


def _tell_stage(screen: "LiveScreen", stage: Stage) -> None:
    match stage:
        case Stage.RUNNING:
            pass
        case Stage.CLOSING:
            live = screen.view.live if screen.view else ()
            who = f"{names(live)} {'is' if len(live) == 1 else 'are'} live, " if live else ""
            extra = " · + adds five" if screen.clock and screen.clock.extensions_left else ""
            tell_news(screen, f"{who}2 minutes are left{extra}")
        case Stage.GRACE:
            tell_news(screen, "time is up; what you have begun may be finished and sent")
        case Stage.ENDED:
            pass
        case _:
            assert_never(stage)


def tell_news(screen: "LiveScreen", words: str) -> None:
    """Say something in the status line until the next key."""
    screen.news = clean_line(words)
    screen.say_status()
