"""What the keys of a session do about people: who they are, their distance, what is held of theirs.

Law: what makes something public or takes somebody away is asked once more.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from services.errors import ChinwagError
from services.model.ids import AccountId
from services.model.people import Author
from services.model.posts import Post, PostState
from tui.report import show_words
from tui.screens.confirm import ConfirmScreen
from tui.screens.person import PersonScreen
from widgets.thread_view import ThreadView

if TYPE_CHECKING:
    from tui.screens.live import LiveScreen


class PersonDeeds:
    """The deeds about people of one live screen."""

    def __init__(
        self, screen: "LiveScreen", work: Callable[[Coroutine[Any, Any, object]], None]
    ) -> None:
        """Act on ``screen``; ``work`` runs what has to be awaited."""
        self._screen = screen
        self._work = work

    def show_card(self) -> None:
        """Show who somebody is, and what one can do about them."""
        self._work(self._card())

    def approve(self) -> None:
        """Let a held comment be seen, once it is asked again."""
        self._work(self._approve())

    def mark_spam(self) -> None:
        """Take a comment away as spam, once it is asked again."""
        self._work(self._spam())

    async def _card(self) -> None:
        screen = self._screen
        who, account, post = await self._whom()
        await screen.composing.save()
        await screen.app.push_screen_wait(PersonScreen(screen.desk, account, who, post))

    async def _approve(self) -> None:
        screen = self._screen
        post = await self._held()
        asks = ConfirmScreen(
            f"Let {post.author.name}'s comment be seen by everybody?", "It is public from then on."
        )
        if await screen.app.push_screen_wait(asks):
            await screen.desk.verbs.approve(post)
            show_words(screen.app, "It can be seen now.")

    async def _spam(self) -> None:
        screen = self._screen
        post = await self._comment()
        network = None if post is None else screen.desk.networks.get(post.account)
        if post is None or network is None or not network.capabilities.can_moderate:
            raise ChinwagError("Nothing under the cursor waits for your leave.")
        asks = ConfirmScreen(
            f"Take {post.author.name}'s comment away as spam?", "It is gone from your site then."
        )
        if await screen.app.push_screen_wait(asks):
            await screen.desk.verbs.mark_spam(post)
            show_words(screen.app, "It is marked as spam.")

    async def _held(self) -> Post:
        post = await self._comment()
        if post is None or post.state is not PostState.HELD:
            raise ChinwagError("Nothing under the cursor waits for your leave.")
        return post

    async def _comment(self) -> Post | None:
        """Give the post under the cursor, of a row the last word of whoever waits."""
        screen = self._screen
        if isinstance(screen.focused, ThreadView):
            return screen.thread_view.marked_post
        row = screen.unread.list.selected
        if row is None:
            return None
        return await screen.desk.reading.post(row.account, row.thread, row.post)

    async def _whom(self) -> tuple[Author, AccountId, Post | None]:
        screen = self._screen
        post = await self._comment()
        row = screen.unread.list.selected
        if isinstance(screen.focused, ThreadView) or row is None:
            if post is None:
                raise ChinwagError("There is nobody under the cursor.", "j and k go to somebody.")
            who, account = post.author, post.account
        else:
            who, account = row.author, row.account
        network = screen.desk.networks.get(account)
        if network is not None and network.account.author.person == who.person:
            raise ChinwagError("That is you.", "j and k go to somebody else.")
        return who, account, post
