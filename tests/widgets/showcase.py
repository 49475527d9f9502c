"""Every widget on one screen, for the tests that look at what reaches a terminal."""

import os

from textual.app import App, ComposeResult

from services.model.topics import TopicsNow
from services.model.waiting import WaitingList
from services.model.words import Safe
from tests.widgets.samples import NOW, clock, post, target, thread, topic, waiting
from tui.theme import choose, dress, variable_defaults
from widgets.composer import Composer
from widgets.session_header import SessionHeader
from widgets.session_track import SessionTrack
from widgets.status_line import StatusLine
from widgets.thread_view import ThreadView
from widgets.topic_list import TopicLine, TopicsPane
from widgets.unread_list import UnreadPane


class Showcase(App[None]):
    """All of them, with values in."""

    CSS = """
    TopicsPane { height: 5; } UnreadPane { height: 1fr; } ThreadView { height: 5; }
    """

    def __init__(self, wanted: str) -> None:
        """Wear the theme called ``wanted``, as the environment lets it."""
        choice = choose(wanted, os.environ)
        super().__init__(ansi_color=choice.ansi_color)
        dress(self, choice)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give our variables before a theme is on."""
        return variable_defaults()

    def compose(self) -> ComposeResult:
        """Put all under one another."""
        yield SessionHeader()
        yield SessionTrack()
        yield TopicLine()
        yield TopicsPane()
        yield UnreadPane()
        yield ThreadView()
        yield Composer()
        yield StatusLine()

    def on_mount(self) -> None:
        """Fill them."""
        self.query_one(SessionHeader).clock = clock()
        self.query_one(SessionTrack).clock = clock()
        topics = TopicsNow((topic(1), topic(2, "#keynote", is_grave=True)))
        self.query_one(TopicLine).topics = topics
        self.query_one(TopicsPane).topics = topics
        unread = self.query_one(UnreadPane)
        unread.now = NOW
        unread.waiting = WaitingList((waiting(1), waiting(2, "Noor")), 2, 0)
        view = self.query_one(ThreadView)
        view.now = NOW
        view.subject = thread(post(1, "me", "Five FAQs", ours=True), post(2, "Em Okafor", "Hm"))
        composer = self.query_one(Composer)
        composer.turn_to(target(), "It mostly does.")
        composer.remark = "You have said nearly this before."
        composer.focus_pad()
        line = self.query_one(StatusLine)
        line.hints = (("ctrl+j", "say it"),)
        line.trouble = str(Safe("feeds are late"))
