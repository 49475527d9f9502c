"""The debriefs: each session told from what the stores know now, so that it grows.

Law: counted from our own ledger and outbox; nothing is estimated and nothing is a score.
"""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from services.clock import Clock
from services.model.debrief import Debrief, Exchange
from services.model.ids import SessionId
from services.model.sending import Send, SendState
from services.model.session import Sitting, Verdict
from services.model.waiting import Lane
from services.model.words import NOTHING, Safe
from services.store.exchanges import Exchanges
from services.store.outbox import OutboxRows
from services.store.sessions import Sessions
from services.store.topics import Topics
from services.store.waiting import WaitingRows
from services.text.clean import clean
from services.text.marks import find_links

LONG_WAIT = timedelta(days=1)
_LEFT_SHOWN = 5


class Debriefs:
    """Reads the debriefs of one desk."""

    def __init__(
        self,
        sessions: Sessions,
        exchanges: Exchanges,
        outbox: OutboxRows,
        waiting: WaitingRows,
        topics: Topics,
        clock: Clock,
        own_sites: frozenset[str],
    ) -> None:
        """Read these tables; ``own_sites`` are hosts that count as our own."""
        self._sessions = sessions
        self._exchanges = exchanges
        self._outbox = outbox
        self._waiting = waiting
        self._topics = topics
        self._clock = clock
        self._own_sites = own_sites

    async def read(self, session: SessionId) -> Debrief | None:
        """Tell one session."""
        sitting = await self._sessions.read(session)
        return None if sitting is None else await self._tell(sitting)

    async def latest(self, count: int = 50) -> tuple[Debrief, ...]:
        """Tell the sessions that have ended, newest first."""
        return tuple([await self._tell(one) for one in await self._sessions.latest(count)])

    async def judge(self, session: SessionId, verdict: Verdict) -> None:
        """Keep what somebody said when asked whether the intention was met."""
        await self._sessions.judge(session, verdict)

    async def _tell(self, sitting: Sitting) -> Debrief:
        exchanges = await self._exchanges.of_session(sitting.id)
        sends = await self._outbox.of_session(sitting.id)
        said = [
            send for send in sends if send.state is SendState.SENT and send.taken_back_at is None
        ]
        links = [find_links(clean(send.body)) for send in said]
        waiting = await self._waiting.read(self._clock.now())
        left = tuple(row for row in waiting.rows if row.lane is not Lane.LAST_WORD)
        return Debrief(
            sitting=sitting,
            exchanges=exchanges,
            posts=len(said),
            posts_own_link=sum(any(map(self._is_own, found)) for found in links),
            links_shared=sum(map(len, links)),
            topics_joined=await self._joined(said),
            unsure=sum(
                send.state in (SendState.CHECK, SendState.HELD, SendState.REJECTED)
                and not send.is_dismissed
                for send in sends
            ),
            left=left[:_LEFT_SHOWN],
            left_people=waiting.people,
            long_waits=await self._sessions.long_waits(sitting.id),
            long_waits_answered=_answered_late(exchanges),
            watching=tuple(row.author.name for row in await self._waiting.watched()),
        )

    async def _joined(self, said: Iterable[Send]) -> tuple[tuple[Safe, int], ...]:
        """Name the topics that were spoken to, and how old each was in minutes."""
        joined: dict[str, tuple[Safe, int]] = {}
        for send in said:
            topic = send.target.topic
            if topic is None or topic in joined:
                continue
            found = await self._topics.open(topic)
            title = send.target.to_name or NOTHING
            minutes = 0
            if found is not None:
                title = found.topic.title
                minutes = int((send.pressed_at - found.topic.first_at).total_seconds() // 60)
            joined[topic] = (title, max(0, minutes))
        return tuple(joined.values())

    def _is_own(self, link: str) -> bool:
        host = urlsplit(link).hostname or ""
        return any(host == site or host.endswith(f".{site}") for site in self._own_sites)


def _answered_late(exchanges: Iterable[Exchange]) -> int:
    return sum(one.answered_at - one.asked_at > LONG_WAIT for one in exchanges)
