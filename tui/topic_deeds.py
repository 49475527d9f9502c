"""What the keys of a session do about topics: reading one, why it is there, setting it aside.

Law: a topic that was set aside comes back with the same key as a person who was.
"""

import contextlib
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from services.errors import ChinwagError, StoreError
from services.model.ids import AccountId, TopicId
from services.model.posts import Post
from services.model.queue import QueuedId
from services.model.topics import OpenTopic, Topic
from services.model.touching import Touch
from services.networks.base import Network
from tui.live_following import tell_news
from tui.signing_in import network_title
from tui.workers import start
from widgets.cells import clip
from widgets.topic_list import TopicList
from widgets.unread_list import UnreadList

if TYPE_CHECKING:
    from tui.screens.live import LiveScreen

_TITLE_CELLS = 40


class TopicDeeds:
    """The deeds about topics of one live screen."""

    def __init__(
        self,
        screen: "LiveScreen",
        work: Callable[[Coroutine[Any, Any, object]], None],
        focus: Callable[[Widget], None],
    ) -> None:
        """Act on ``screen``; ``work`` runs what is awaited, ``focus`` gives the keys away."""
        self._screen = screen
        self._work = work
        self._focus = focus
        self._leaving: set[TopicId] = set()
        """Those that are set aside and may still be on screen."""
        self._alarmed: set[tuple[AccountId, QueuedId, TopicId]] = set()
        """What of the queue touches grave news and was told."""

    def show(self) -> None:
        """Give the keys to the topics."""
        screen = self._screen
        screen.remove_class("-show-thread")
        screen.add_class("-show-topics")
        self._focus(screen.query_one(TopicList))

    def open(self, topic: TopicId) -> None:
        """Open a topic; its last post is under the cursor, the caret nowhere near the composer."""
        screen = self._screen
        screen.want(replace(screen.wanted, topic=topic))
        if screen.has_class("-narrow"):
            screen.remove_class("-show-topics")
            screen.add_class("-show-thread")
        self._focus(screen.thread_view)
        if not screen.desk.looks_on:
            start(screen, partial(self._bring_home, topic), "bring home")

    def set_aside(self) -> bool:
        """Set aside the topic that the keys are at; whether they are at one."""
        topic = self._at
        if topic is None:
            return False
        self._work(self._dismiss(topic))
        return True

    def show_why(self) -> None:
        """Show why the topic that the keys are at is there."""
        topic = self._at or self._open
        if topic is None:
            raise ChinwagError("Go to a topic first.", "t goes to them.")
        self._work(self._why(topic))

    def show_tastes(self) -> None:
        """Show what is followed and what is muted."""
        self._work(self._tastes())

    def note(self, touches: tuple[Touch, ...]) -> None:
        """Say once of each queued post that it goes out into grave news."""
        for touch in touches:
            if touch.alarm is not None and touch.pair not in self._alarmed:
                self._alarmed.add(touch.pair)
                tell_news(self._screen, touch.alarm)
                return

    @property
    def _open(self) -> Topic | None:
        """The topic that is read."""
        subject = self._screen.thread_view.subject
        is_open = self._screen.wanted.topic is not None
        return subject.topic if is_open and isinstance(subject, OpenTopic) else None

    @property
    def _at(self) -> Topic | None:
        """The topic under the cursor, or the one that is read, where the keys are there."""
        focused = self._screen.focused
        if isinstance(focused, TopicList):
            return focused.selected
        return None if isinstance(focused, UnreadList) else self._open

    async def _dismiss(self, topic: Topic) -> None:
        screen, verbs = self._screen, self._screen.desk.verbs
        if topic.id in self._leaving:
            return
        self._leaving.add(topic.id)
        if screen.wanted.topic == topic.id:
            self.show()  # before the topic is closed, so that its list is read all the time
            screen.want(replace(screen.wanted, topic=None))
        try:
            await verbs.dismiss_topic(topic.id, topic.title)
        except ChinwagError:
            self._leaving.discard(topic.id)
            raise

        async def undo() -> None:
            await verbs.undo_dismiss(topic.id)
            self._leaving.discard(topic.id)
            await screen.refresh_view()
            if isinstance(screen.focused, TopicList):
                screen.focused.select(topic.id)

        screen.composing.note_decided(undo)
        title = clip(topic.title, _TITLE_CELLS)
        tell_news(screen, f"“{title}” is set aside: u brings it back")

    async def _why(self, topic: Topic) -> None:
        from tui.screens.why import WhyScreen, WhyWish  # noqa: PLC0415 - seldom opened

        screen = self._screen
        await screen.composing.save()
        wish = await screen.app.push_screen_wait(WhyScreen(screen.runtime, screen.desk, topic))
        match wish:
            case WhyWish.SET_ASIDE:
                await self._dismiss(topic)
            case WhyWish.TASTES:
                await self._tastes()
            case None:
                pass

    async def _tastes(self) -> None:
        from tui.screens.tastes import TastesScreen  # noqa: PLC0415 - seldom opened

        screen = self._screen
        await screen.composing.save()
        await screen.app.push_screen_wait(TastesScreen(screen.runtime, screen.interval_s))

    async def _bring_home(self, topic: TopicId) -> None:
        """Let our accounts learn of the posts that show a topic, so that they can be answered."""
        with contextlib.suppress(StoreError):  # they are read as they came
            await self._screen.desk.fetching.bring_home(topic)


def cannot_answer(post: Post, networks: Iterable[Network]) -> ChinwagError:
    """Say why a post cannot be answered that none of our accounts has, and what to do."""
    name = network_title(post.network)
    if any(one.account.network is post.network for one in networks):
        return ChinwagError(
            f"{name} has not given this post to your account.",
            "y copies its address; s says yours.",
        )
    return ChinwagError(
        f"This is only read: you are not signed in to {name}.", "a signs in; y copies its address."
    )
