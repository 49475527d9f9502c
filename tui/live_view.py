"""What the live screen shows, read in one go as one value.

Law: everything in it comes from the stores; two readings of the same revision are equal.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.desk import Desk
from services.model.ids import AccountId, PersonId, PostId, ThreadId, TopicId
from services.model.people import Account, Talks
from services.model.posts import Thread
from services.model.sending import Send, SendState
from services.model.topics import OpenTopic, TopicsNow
from services.model.touching import Touch
from services.model.waiting import Lane, Order, Waiting, WaitingList
from services.model.words import Safe
from services.runtime import trouble_of
from tui.account_rows import crowded, first_readings
from tui.elsewhere import answered_elsewhere
from tui.signing_in import network_title


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody has chosen to look at."""

    order: Order = Order.BY_LANE
    pile: tuple[AccountId, ThreadId] | None = None
    """The pile-on that is open."""
    topic: TopicId | None = None
    """The topic that is open."""
    thread: tuple[AccountId, ThreadId] | None = None
    """The thread that is read while no topic is open."""
    person: tuple[PersonId, Safe] | None = None
    """Whose thread it is."""
    post: PostId | None = None
    """Their word that waits, which is marked in the thread."""

    def at(self, row: Waiting) -> "Wanted":
        """Read the thread of somebody who waits."""
        person = (row.author.person, row.author.name)
        thread = (row.account, row.thread)
        return replace(self, topic=None, thread=thread, person=person, post=row.post)


@dataclass(frozen=True, slots=True)
class LiveView:
    """One reading."""

    waiting: WaitingList
    topics: TopicsNow
    subject: Thread | OpenTopic | None
    talks: Talks | None
    talks_name: Safe | None
    answered: int
    people: int
    """Distinct people answered in this session."""
    live: tuple[Safe, ...]
    """Who is live now."""
    unsure: tuple[Send, ...]
    under_way: int
    """Sends without an outcome yet."""
    trouble: str
    elsewhere: frozenset[AccountId]
    """Accounts on whose networks nothing can be said from here."""
    touches: tuple[Touch, ...]
    """What of our queue and our talking points speaks of something that breaks."""
    points: int
    """Talking points that were kept of a queue."""
    crowded: Mapping[AccountId, str]
    """How our accounts are called that are not the only one of their network."""

    @property
    def queued(self) -> Mapping[TopicId, int]:
        """How many queued posts, and talking points, speak of a topic."""
        return Counter(touch.topic for touch in self.touches)


async def read_live(desk: Desk, wanted: Wanted, before: LiveView | None = None) -> LiveView:
    """Read everything that ``wanted`` asks for; ``before`` is what was shown until now."""
    reading = desk.reading
    whole = await reading.waiting(wanted.order)
    subject, talks, name = await _subject(desk, wanted, before)
    unsure = await reading.unsure()
    answered, people, under_way = 0, 0, 0
    if desk.engine.session is not None:
        told = await desk.tables.exchanges.of_session(desk.engine.session)
        answered, people = len(told), len({one.author.person for one in told})
        under_way = sum(not send.state.is_settled for send in await _sends(desk))
    return LiveView(
        waiting=await _opened(desk, whole, wanted),
        topics=await reading.topics_now(),
        subject=subject,
        talks=talks,
        talks_name=name,
        answered=answered,
        people=people,
        live=tuple(row.author.name for row in whole.rows if row.lane is Lane.LIVE),
        unsure=unsure,
        under_way=under_way,
        trouble=trouble_words(desk, unsure, under_way),
        elsewhere=answered_elsewhere(desk.networks.values()),
        touches=await desk.touching.read(),
        points=len(await desk.queue.points()),
        crowded=crowded(one.account for one in desk.networks.values()),
    )


async def read_subject(desk: Desk, wanted: Wanted, view: LiveView) -> LiveView:
    """Read only what is read below the list; the rest of ``view`` stays."""
    subject, talks, name = await _subject(desk, wanted, view)
    return replace(view, subject=subject, talks=talks, talks_name=name)


def trouble_words(desk: Desk, unsure: tuple[Send, ...], under_way: int) -> str:
    """Say what is not well, the most pressing first; nothing when all is."""
    if unsure:
        many = f"{len(unsure)} texts are" if len(unsure) > 1 else f"a text {_unsure(unsure[0])}"
        return f"{many if len(unsure) == 1 else many + ' not settled'}: f looks after it"
    signed_out = desk.sources.signed_out & desk.networks.keys()
    if signed_out:
        return _signed_out([desk.networks[one].account for one in signed_out])
    troubles = trouble_of(desk)
    if troubles:
        return " · ".join(troubles)
    return "sending…" if under_way else " · ".join(first_readings(desk))


def _signed_out(accounts: Sequence[Account]) -> str:
    """Say that somebody has to sign in again, so short that there is room for keys beside it."""
    if len(accounts) > 1:
        return f"{len(accounts)} accounts are signed out; a signs in"
    return f"signed out of {network_title(accounts[0].network)}; a signs in"


def _unsure(send: Send) -> str:
    match send.state:
        case SendState.CHECK:
            return "may be out"
        case SendState.HELD:
            return "did not go out"
        case _:
            return "was refused"


async def _sends(desk: Desk) -> tuple[Send, ...]:
    sitting = desk.engine.sitting
    return () if sitting is None else await desk.reading.said_in(sitting)


async def _opened(desk: Desk, whole: WaitingList, wanted: Wanted) -> WaitingList:
    """Show the people of an open pile in place of everybody."""
    if wanted.pile is None:
        return whole
    rows: tuple[Waiting, ...] = await desk.reading.pile(*wanted.pile)
    return replace(whole, rows=rows) if rows else whole


async def _subject(
    desk: Desk, wanted: Wanted, before: LiveView | None
) -> tuple[Thread | OpenTopic | None, Talks | None, Safe | None]:
    """Read what is open; a topic that the list has lost meanwhile stays as it was read last."""
    if wanted.topic is not None:
        topic = await desk.reading.topic(wanted.topic)
        shown = before.subject if before is not None else None
        if topic is None and isinstance(shown, OpenTopic) and shown.topic.id == wanted.topic:
            topic = shown
        if topic is not None:
            return topic, None, None
    if wanted.thread is None:
        return None, None, None
    thread = await desk.reading.thread(*wanted.thread)
    if wanted.person is None:
        return thread, None, None
    person, name = wanted.person
    return thread, await desk.reading.talks(person), name
