"""What the keys of a session do; each starts one worker that awaits one verb.

Law: a verb's outcome comes back as an event or a change, never as a value pushed into a widget.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from textual.widget import Widget

from services.clock import BootTime
from services.errors import ChinwagError
from services.model.headlines import Headline
from services.model.posts import Post
from services.model.sending import Target
from services.model.topics import OpenTopic
from services.model.waiting import Order, Waiting, WaitState
from services.targets import reply_to_post, reply_to_waiting
from tui.deeds import Deed
from tui.elsewhere import show_address, show_page
from tui.live_view import Wanted
from tui.new_posts import NewPosts
from tui.person_deeds import PersonDeeds
from tui.report import show_error, show_words
from tui.saying_deeds import SayingDeeds
from tui.screens.confirm import ConfirmScreen
from tui.screens.search import SearchScreen
from tui.screens.unsettled import UnsettledScreen
from tui.topic_deeds import TopicDeeds, cannot_answer
from tui.workers import start, while_there
from widgets.thread_view import ThreadView
from widgets.unread_list import UnreadList

if TYPE_CHECKING:
    from tui.screens.live import LiveScreen


class LiveDeeds:
    """The deeds of one live screen."""

    def __init__(self, screen: "LiveScreen") -> None:
        """Act on ``screen`` and its desk."""
        self._screen = screen
        self._new_posts = NewPosts(screen, self._write, self._work)
        self.saying = SayingDeeds(screen, self._write, self._work)
        """What becomes of the text."""
        self._people = PersonDeeds(screen, self._work)
        self.topics = TopicDeeds(screen, self._work, self.focus)
        """What is done with topics."""
        self._in_turn = asyncio.Lock()
        """Rows are decided on in the order of the keys."""

    def do(self, deed: Deed) -> None:
        """Do what a key stands for, or say why not; nothing where nothing can be seen of it."""
        if self._screen.has_class("-tiny"):
            return
        try:
            self._do(deed)
        except ChinwagError as error:
            show_error(self._screen.app, error)

    def _do(self, deed: Deed) -> None:  # noqa: C901, PLR0912, PLR0915 - one line per key, nothing nested
        match deed:
            case Deed.REPLY:
                self._reply()
            case Deed.NEW:
                self._new_posts.begin()
            case Deed.OWN:
                self._new_posts.about_topic()
            case Deed.AS_WHOM:
                self._new_posts.change_account()
            case Deed.REACH:
                self.saying.change_reach()
            case Deed.OPTIONS:
                self.saying.open_options()
            case Deed.EDIT:
                self.saying.edit()
            case Deed.QUOTE:
                self.saying.quote()
            case Deed.PERSON:
                self._people.show_card()
            case Deed.APPROVE:
                self._people.approve()
            case Deed.SPAM:
                self._people.mark_spam()
            case Deed.QUEUE:
                self._work(self._queue())
            case Deed.ACCOUNTS:
                self._work(self._accounts())
            case Deed.SET_ASIDE:
                self._set_aside()
            case Deed.WATCH:
                self._work(self._put(WaitState.WATCHING))
            case Deed.UNDO:
                self._work(self._undo())
            case Deed.TAKE_BACK:
                self._work(self.saying.take_back())
            case Deed.ORDER:
                self._turn_order()
            case Deed.TOPICS:
                self.topics.show()
            case Deed.WHY:
                self.topics.show_why()
            case Deed.TASTES:
                self.topics.show_tastes()
            case Deed.UNREAD:
                self._show_unread()
            case Deed.COPY:
                self._copy()
            case Deed.SEARCH:
                self._work(self._search())
            case Deed.BACK:
                self._back()
            case Deed.MORE_TIME:
                self._work(self._more_time())
            case Deed.CHECK:
                self._work(self._look_after())
            case Deed.END:
                self._work(self._end())
            case _:
                assert_never(deed)

    def reply(self) -> None:
        """Answer the person under the cursor, or the post that is read; or say why not."""
        self.do(Deed.REPLY)

    def _reply(self) -> None:
        screen = self._screen
        focused = screen.focused
        reads = isinstance(focused, ThreadView) or screen.wanted.topic is not None
        if reads and not isinstance(focused, UnreadList):
            self._reply_to(screen.thread_view.marked_item)
            return
        selected = screen.unread.list.selected
        if selected is None:
            raise _nobody()
        if selected.people > 1 and screen.wanted.pile is None:
            self.open_row()
            return
        network = screen.desk.networks.get(selected.account)
        if network is not None and not network.capabilities.can_answer:
            self._work(self._point_to_page(selected))
        elif network is not None:
            self._write(reply_to_waiting(network.account, selected))

    def pick(self) -> None:
        """Answer what is under the cursor; of a headline show the address, open a warning first."""
        if self._screen.thread_view.hides_marked:
            self._screen.thread_view.open_marked()
            return
        self.do(Deed.COPY if isinstance(self._marked, Headline) else Deed.REPLY)

    def open_row(self) -> None:
        """Open a pile; answer anybody else."""
        screen = self._screen
        selected = screen.unread.list.selected
        if selected is None:
            return
        if selected.people > 1 and screen.wanted.pile is None:
            screen.want(replace(screen.wanted, pile=(selected.account, selected.thread)))
        elif screen.has_class("-narrow"):
            screen.add_class("-show-thread")
            self.focus(screen.thread_view)
        else:
            self.reply()

    def focus_reading(self) -> None:
        """Put the keys back to what is read."""
        screen = self._screen
        reads = screen.wanted.topic is not None or screen.has_class("-show-thread")
        self.focus(screen.thread_view if reads else screen.unread.list)

    def say(self, target: Target, body: str) -> None:
        """Hand a text to the outbox, for the key that was pressed just now."""
        self._work(self._say(target, body, self._screen.runtime.clock.boot()))

    def save_draft(self) -> None:
        """Save what was typed."""
        self._work(self._screen.composing.save(), group="save")

    def editor(self) -> None:
        """Write the text in $EDITOR."""
        self._work(self.saying.write_elsewhere())

    def find_names(self, target: Target, begun: str) -> None:
        """Look for people whom a name may mean, in place of those looked for before."""
        work = partial(self.saying.find_names, target, begun)
        start(self._screen, work, "names")

    def write(self, target: Target) -> None:
        """Turn the composer to ``target``, or say why not."""
        try:
            self._write(target)
        except ChinwagError as error:
            show_error(self._screen.app, error)

    def focus(self, widget: Widget) -> None:
        """Give the keys to ``widget`` at once; if it is only about to be shown, then.

        At once, because a key that is on its way already is meant for where this one led.
        """
        screen = self._screen
        if widget.focusable:
            screen.set_focus(widget)
            return
        before = screen.focused

        def once_shown() -> None:
            if screen.focused is before:
                screen.set_focus(widget)

        screen.call_after_refresh(once_shown)

    def _work(self, deed: Coroutine[Any, Any, object], group: str = "deed") -> None:
        self._screen.run_worker(self._told(deed), group=group)

    async def _told(self, deed: Coroutine[Any, Any, object]) -> None:
        """Await one deed and say why, where it could not be done."""

        async def work() -> None:
            await deed

        app = self._screen.app
        try:
            await while_there(self._screen, work)
        except ChinwagError as error:
            show_error(app, error)

    def _write(self, target: Target) -> None:
        """Turn the composer to ``target`` at once, so that the next key is a letter in it."""
        screen = self._screen
        if not screen.desk.engine.can_compose:
            raise ChinwagError("Time is up, so nothing new is begun.", "The lobby is a key away.")
        screen.composing.begin(target)
        screen.set_focus(screen.composer.pad)
        self._work(screen.composing.load())

    @property
    def _marked(self) -> Headline | Post | None:
        return self._screen.thread_view.marked_item

    def _reply_to(self, post: Headline | Post | None) -> None:
        screen = self._screen
        if isinstance(post, Headline):
            raise ChinwagError(
                "Publishers are not answered here.",
                "s says your own about it, y copies its address.",
            )
        if post is None:
            raise ChinwagError("There is no post under the cursor.", "j and k go to one.")
        network = screen.desk.networks.get(post.account)
        if network is None:
            raise cannot_answer(post, screen.desk.networks.values())
        account = network.account
        if not network.capabilities.can_answer:
            show_page(screen.app, account.network, post.url)
            return
        if post.author.person == account.author.person:
            raise ChinwagError("That is your own.", "j and k go to somebody else's words.")
        subject = screen.thread_view.subject
        topic = subject.topic if isinstance(subject, OpenTopic) else None
        self._write(reply_to_post(account, post, topic))

    async def _accounts(self) -> None:
        """Show who we are, over the session; what is typed is saved first."""
        from tui.screens.accounts import AccountsScreen  # noqa: PLC0415 - seldom opened

        await self._screen.composing.save()
        await self._screen.app.push_screen_wait(AccountsScreen(self._screen.runtime))

    async def _point_to_page(self, waiting: Waiting) -> None:
        """Show where somebody who waits can be answered."""
        reading = self._screen.desk.reading
        thread = await reading.thread(waiting.account, waiting.thread)
        url = next((post.url for post in thread.posts if post.id == waiting.post), None)
        show_page(self._screen.app, waiting.network, url)

    async def _say(self, target: Target, body: str, pressed: BootTime) -> None:
        if await self.saying.say(target, body, pressed):
            self.focus_reading()

    async def _queue(self) -> None:
        """Read what is queued elsewhere, over the session; what is chosen comes here."""
        from tui.screens.queue import QueueScreen  # noqa: PLC0415 - seldom opened

        screen = self._screen
        await screen.composing.save()
        target = await screen.app.push_screen_wait(QueueScreen(screen.desk))
        if target is not None:
            self._write(target)

    def _set_aside(self) -> None:
        """Set aside whatever the keys are at: a topic, or a person."""
        if not self.topics.set_aside():
            self._work(self._put(WaitState.SET_ASIDE))

    async def _put(self, state: WaitState) -> None:
        screen = self._screen
        selected = screen.unread.list.selected
        if selected is None:
            raise _nobody()
        if selected.people > 1 and screen.wanted.pile is None:
            self.open_row()
            return
        async with self._in_turn:
            moved = await screen.desk.verbs.put(selected.id, state)
            if moved is not None:
                screen.composing.note_decided(partial(screen.desk.verbs.undo, moved))

    async def _undo(self) -> None:
        async with self._in_turn:
            if not await self._screen.composing.undo():
                show_words(self._screen.app, "There is nothing to undo.")

    async def _more_time(self) -> None:
        clock = self._screen.clock
        if clock is not None and not clock.extensions_left:
            raise ChinwagError(
                "The end was put off twice, and that is the most.",
                "enter in the lobby begins another session.",
            )
        await self._screen.desk.engine.extend()

    def _turn_order(self) -> None:
        screen = self._screen
        order = Order.OLDEST if screen.wanted.order is Order.BY_LANE else Order.BY_LANE
        screen.want(replace(screen.wanted, order=order))

    def _show_unread(self) -> None:
        screen = self._screen
        screen.remove_class("-show-topics", "-show-thread")
        if screen.wanted.topic is not None:
            selected = screen.unread.list.selected
            closed = replace(screen.wanted, topic=None)
            screen.want(closed if selected is None else closed.at(selected))
        self.focus(screen.query_one(UnreadList))

    def _back(self) -> None:
        """Close what was opened last: a thread, a topic, the topics, a pile."""
        screen = self._screen
        if screen.wanted.pile is not None and screen.wanted.topic is None:
            screen.want(Wanted(order=screen.wanted.order))
        self._show_unread()

    def _copy(self) -> None:
        show_address(self._screen.app, self._marked)

    async def _search(self) -> None:
        screen = self._screen
        found = await screen.app.push_screen_wait(SearchScreen(screen.desk.reading))
        if found is None:
            return
        screen.thread_view.marked = found.id
        screen.want(
            replace(
                screen.wanted,
                topic=None,
                thread=(found.account, found.thread),
                person=(found.author.person, found.author.name),
            )
        )
        if screen.has_class("-narrow"):
            screen.add_class("-show-thread")
        self.focus(screen.thread_view)

    async def _look_after(self) -> None:
        screen = self._screen
        await screen.composing.save()
        unsure = await screen.desk.reading.unsure()
        if not unsure:
            show_words(screen.app, "Everything you sent is settled.")
            return
        await screen.app.push_screen_wait(UnsettledScreen(screen.desk, unsure[0]))

    async def _end(self) -> None:
        screen = self._screen
        asks = ConfirmScreen("End the session now?", "Drafts are kept. The debrief comes next.")
        if await screen.app.push_screen_wait(asks):
            await screen.desk.engine.end()


def _nobody() -> ChinwagError:
    """Why a key for somebody who waits does nothing where nobody does."""
    return ChinwagError(
        "There is nobody under the cursor.", "n says something new, t goes to the topics."
    )
