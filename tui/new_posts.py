"""New posts of one session, and as whom: asked with the first, kept for the others, said aloud.

Law: an answer goes out as the account that was spoken to, so only what begins something changes
its account; the text goes along, and nothing of it is lost on the way. What was begun for few
does not become for more by that.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from services.errors import ChinwagError
from services.model.ids import AccountId
from services.model.posts import Reach
from services.model.sending import Target, TargetKind
from services.model.topics import OpenTopic
from services.networks.base import Network
from services.targets import about_topic, new_post
from tui.report import show_words
from tui.screens.whom import WhomScreen
from tui.signing_in import network_title
from widgets.account_list import AccountRow
from widgets.ages import count
from widgets.target_line import reach_words

if TYPE_CHECKING:
    from tui.screens.live import LiveScreen

_FOR_FEW = frozenset({Reach.DIRECT, Reach.FOLLOWERS})


class NewPosts:
    """What begins something new on one live screen."""

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
        self._chosen: AccountId | None = None
        """As whom the last new post of this session was begun."""

    def begin(self) -> None:
        """Begin a new post; who waits first is shown."""
        waiting, view, said = self._screen.waiting, self._screen.view, list[str]()
        if waiting.people:
            first = waiting.rows[0].author.name
            others = f" and {waiting.people - 1} more" if waiting.people > 1 else ""
            said.append(f"{first}{others} waited before this.")
        if view is not None and view.points:
            said.append(f"You kept {count(view.points, 'talking point')}: esc, then l shows them.")
        if said:
            show_words(self._screen.app, " ".join(said))
        self._as_somebody(lambda one: new_post(one.account, one.capabilities.reach))

    def about_topic(self) -> None:
        """Say something of our own about the topic that is open."""
        subject = self._screen.thread_view.subject
        if not isinstance(subject, OpenTopic):
            show_words(self._screen.app, "Open a topic first: t, then enter.")
            return
        topic = subject.topic
        if topic.account is not None:
            network = self._screen.desk.networks.get(topic.account)
            if network is not None and network.capabilities.can_answer:
                self._write(about_topic(network.account, topic))
                return
        self._as_somebody(
            lambda one: replace(about_topic(one.account, topic), reach=one.capabilities.reach)
        )

    def change_account(self) -> None:
        """Say what is begun as another account."""
        target = self._screen.composing.target
        if target is None:
            raise ChinwagError("Nothing is begun yet.", "n begins a new post.")
        is_free = target.kind in (TargetKind.NEW, TargetKind.TOPIC)
        if not is_free or target.quotes is not None or target.queued is not None:
            raise ChinwagError(
                f"This goes out as {target.as_handle}, who was spoken to.",
                "n begins a new post as whom you like.",
            )
        if len(self._that_answer()) == 1:
            raise ChinwagError("You have no other account to say it as.", "a signs in to more.")
        self._work(self._change(target))

    def _that_answer(self) -> list[Network]:
        return [one for one in self._screen.desk.networks.values() if one.capabilities.can_answer]

    def _as_somebody(self, target_of: Callable[[Network], Target]) -> None:
        """Write at once where it is clear as whom; otherwise ask first."""
        networks = self._that_answer()
        if not networks:
            raise ChinwagError(
                "There is nowhere to say it yet.", "a signs in, c in the lobby joins the commons."
            )
        chosen = next((one for one in networks if one.account.id == self._chosen), None)
        if chosen is None and len(networks) > 1:
            self._work(self._ask_and_write(networks, target_of))
            return
        self._write(target_of(chosen or networks[0]))

    async def _ask_and_write(
        self, networks: list[Network], target_of: Callable[[Network], Target]
    ) -> None:
        network = await self._ask(networks, await self._last_time())
        if network is not None:
            self._chosen = network.account.id
            self._write(target_of(network))

    async def _change(self, target: Target) -> None:
        network = await self._ask(self._that_answer(), target.account)
        if network is None or network.account.id == target.account:
            return
        changed = as_account(target, network)
        if target.reach in _FOR_FEW and changed.reach.width > target.reach.width:
            show_words(
                self._screen.app,
                f"{network_title(network.account.network)} has nothing for “{target.reach.value}”, "
                "so this stays as it is. Choose with ctrl+r who may read it, then change.",
            )
            return
        self._chosen = network.account.id
        await self._screen.composing.take_along(changed)
        self._screen.composer.focus_pad()
        show_words(
            self._screen.app,
            f"This goes out as {changed.as_handle} now, {reach_words(changed)}. "
            "So do the new posts after it.",
        )

    async def _ask(self, networks: list[Network], first: AccountId | None) -> Network | None:
        ordered = sorted(networks, key=lambda one: one.account.id != first)
        rows = tuple(_row(one, is_last=one.account.id == first) for one in ordered)
        chosen = await self._screen.app.push_screen_wait(WhomScreen(rows))
        return next((one for one in networks if one.account.id == chosen), None)

    async def _last_time(self) -> AccountId | None:
        said = await self._screen.desk.reading.said()
        kinds = (TargetKind.NEW, TargetKind.TOPIC)
        return next((one.target.account for one in said if one.target.kind in kinds), None)


def as_account(target: Target, network: Network) -> Target:
    """Give what is begun as another account, as public as that one's new posts are."""
    account, can = network.account, network.capabilities
    return replace(
        target,
        account=account.id,
        network=account.network,
        as_handle=account.author.handle,
        reach=target.reach if target.reach in can.reaches else can.reach,
        warning=target.warning if can.can_warn else "",
        language=target.language if can.has_languages else "",
        pictures=target.pictures[: can.pictures_at_most],
    )


def _row(network: Network, *, is_last: bool) -> AccountRow:
    account = network.account
    target = new_post(account, network.capabilities.reach)
    words = reach_words(target)
    return AccountRow(
        id=account.id,
        network=network_title(account.network),
        handle=account.author.handle,
        server="",
        state=f"last time, {words}" if is_last else words,
        is_well=True,
    )
