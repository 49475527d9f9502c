"""What the keys of a session do to a text: who reads it, what goes with it, edits, quotes, queues.

Law: nothing here sends; ``say`` alone hands a text to the outbox, for the key that was pressed.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from services.clock import BootTime
from services.errors import ChinwagError
from services.model.people import Author
from services.model.posts import Post, PostState, Relation
from services.model.sending import Picture, Target, TargetKind
from services.networks.base import Completing, Network
from services.outbox import words_for_taken_back
from services.targets import edit_of, next_reach, quoting, reaches_for
from tui.editor import edit_text
from tui.report import show_words
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from widgets.target_line import reach_words

if TYPE_CHECKING:
    from tui.screens.live import LiveScreen

_NAME_AFTER_S = 0.2
"""Whoever types on asks for nobody."""
_SOON_S = 120
_ALT = "What does this picture show, for whoever cannot see it?"


class SayingDeeds:
    """What becomes of the text of one live screen."""

    def __init__(
        self,
        screen: "LiveScreen",
        write: Callable[[Target], None],
        work: Callable[[Coroutine[Any, Any, object]], None],
    ) -> None:
        """Turn the composer of ``screen`` with ``write``; ``work`` runs what has to be awaited."""
        self._screen = screen
        self._write = write
        self._work = work
        self._asked_alt: set[str] = set()
        """Pictures that somebody was asked about and left without words."""

    def change_reach(self) -> None:
        """Let fewer people read it, and after the fewest as many as may."""
        target = self._begun()
        among = self._screen.composing.reaches()
        if len(among) < 2:  # noqa: PLR2004 - one is no choice
            is_edit = target.kind is TargetKind.EDIT
            why = "An edit stays" if is_edit else "Here a text is"
            raise ChinwagError(f"{why} as public as it is: {reach_words(target)}.")
        self._screen.composing.choose(replace(target, reach=next_reach(target.reach, among)))

    def open_options(self) -> None:
        """Show what goes with the text: a warning, a language, pictures."""
        self._work(self._options(self._begun()))

    def edit(self) -> None:
        """Put other words in the place of the post of ours under the cursor."""
        post = self._marked("Go to a post of yours first: tab, then j and k.")
        network = self._network(post)
        if post.relation is not Relation.OURS or post.state is not PostState.UP:
            raise ChinwagError("Only what you said yourself can be edited.")
        if not network.capabilities.can_edit:
            raise ChinwagError(
                f"{network.account.network.value} lets no post be edited.",
                "z takes your last one back within a minute.",
            )
        self._work(self._edit_post(edit_of(network.account, post), post))

    def quote(self) -> None:
        """Begin a post that quotes the one under the cursor, where its author lets us."""
        post = self._marked("Go to the post first: tab, then j and k.")
        network = self._network(post)
        if not network.capabilities.can_quote:
            raise ChinwagError(f"On {network.account.network.value} posts are not quoted.")
        if not post.can_be_quoted:
            raise ChinwagError(
                f"{post.author.name} does not let this be quoted.", "r answers it instead."
            )
        self._write(quoting(network.account, network.capabilities.reach, post))

    async def say(self, target: Target, body: str, pressed: BootTime) -> bool:
        """Hand a text to the outbox; whether it was taken."""
        composer = self._screen.composer
        if await self._is_bare(target) or not await self._is_ours_to_say(target):
            composer.kept()
            composer.focus_pad()
            return False
        await self._screen.composing.say(target, body, pressed)
        return True

    async def take_back(self) -> None:
        """Delete what was said last, and show its words again."""
        screen = self._screen
        last = screen.composing.last_sent
        if last is None:
            raise ChinwagError("You have said nothing yet that could be taken back.")
        taken = await screen.desk.verbs.take_back(last.id)
        what, remedy = words_for_taken_back(taken)
        await screen.composing.turn_to(taken.target)
        screen.composer.focus_pad()
        show_words(screen.app, f"{what} {remedy}")

    async def write_elsewhere(self) -> None:
        """Write the text in $EDITOR."""
        screen = self._screen
        target = screen.composer.target
        if target is None:
            return
        await screen.composing.save()
        body = await edit_text(screen.app, screen.composer.text, screen.runtime.paths.data)
        screen.composer.text = body
        screen.composing.edited(target, body)
        await screen.composing.save()

    async def find_names(self, target: Target, begun: str) -> None:
        """Ask the network whom a name may mean, once somebody pauses; trouble offers nobody."""
        network = self._screen.desk.networks.get(target.account)
        if not isinstance(network, Completing):
            return
        await self._screen.runtime.clock.sleep(_NAME_AFTER_S)
        people: tuple[Author, ...] = ()
        try:
            people = await network.complete(begun.removeprefix("@"))
        except ChinwagError:
            return
        self._screen.composer.offer(begun, people)

    def _begun(self) -> Target:
        target = self._screen.composing.target
        if target is None:
            raise ChinwagError("Nothing is begun yet.", "r answers, n begins something new.")
        return target

    def _marked(self, remedy: str) -> Post:
        post = self._screen.thread_view.marked_post
        if post is None:
            raise ChinwagError("There is no post under the cursor.", remedy)
        return post

    def _network(self, post: Post) -> Network:
        network = self._screen.desk.networks.get(post.account)
        if network is None:
            raise ChinwagError("This account is not connected.", "a signs in again.")
        return network

    async def _options(self, target: Target) -> None:
        from tui.screens.options import OptionsScreen  # noqa: PLC0415 - opened now and then

        screen = self._screen
        can = screen.composing.capabilities_of(target)
        if can is None:
            raise ChinwagError("This account is not connected.", "a signs in again.")
        sheet = OptionsScreen(
            target, can, screen.composing.reaches() or reaches_for(target.reach, can)
        )
        chosen = await screen.app.push_screen_wait(sheet)
        if screen.composing.target == target:
            screen.composing.choose(chosen)
            await screen.composing.save()
        screen.composer.focus_pad()

    async def _edit_post(self, target: Target, post: Post) -> None:
        """Show the words of a post of ours, unless other ones were begun for it."""
        screen = self._screen
        kept = await screen.desk.reading.draft(target)
        self._write(target)
        if kept is None:
            await screen.composing.load()
            if screen.composer.target is not None and screen.composer.target.key == target.key:
                screen.composer.text = post.body

    async def _is_bare(self, target: Target) -> bool:
        """Ask once for what a picture shows; whether there was something to ask."""
        screen = self._screen
        bare = [one for one in target.pictures if not one.alt and one.path not in self._asked_alt]
        if not bare:
            return False
        can = screen.composing.capabilities_of(target)
        chars = can.alt_graphemes_at_most if can is not None else 0
        pictures: list[Picture] = []
        for one in target.pictures:
            alt = one.alt
            if one in bare:
                self._asked_alt.add(one.path)
                name = one.path.rpartition("/")[2]
                ask = AskScreen(f"{_ALT} {name}", hint="empty leaves it without", chars=chars)
                alt = str(await screen.app.push_screen_wait(ask) or "")
            pictures.append(replace(one, alt=alt))
        if screen.composing.target == target:
            screen.composing.choose(replace(target, pictures=tuple(pictures)))
            await screen.composing.save()
        show_words(screen.app, "It has not been said yet: the key says it now.")
        return True

    async def _is_ours_to_say(self, target: Target) -> bool:
        """Ask before words are said that may go out, or have gone out, by themselves."""
        if target.queued is None:
            return True
        screen, queue = self._screen, self._screen.desk.queue
        found = next(
            (
                one
                for one in queue.listed
                if (one.account, one.id) == (target.account, target.queued)
            ),
            None,
        )
        if found is None or found.due_at is None:
            return True
        left_s = (found.due_at - screen.runtime.clock.now()).total_seconds()
        if left_s > _SOON_S:
            return True
        when = "goes out by itself within two minutes" if left_s > 0 else "may be out by now"
        asks = ConfirmScreen(f"The queued one {when}.", "Say it all the same?")
        return await screen.app.push_screen_wait(asks)
