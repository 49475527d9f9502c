"""What arrives is written down: the cache first, then the private file with the cursor.

Law: taking the same arrivals twice changes nothing, so a crash anywhere is mended by polling
again. Here the ledger's pure rules meet the stores.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.ledger import LIVE_FOR, answer, hear, makes_exchange
from services.model.changes import Family
from services.model.ids import AccountId, PersonId, SessionId, WaitingId
from services.model.posts import Post, Relation
from services.model.sending import Send
from services.model.session import Sitting, WentLive
from services.model.waiting import WaitState
from services.networks.base import Arrivals
from services.store.comments import add_comment, author_of_post, drop_comment
from services.store.cursors import put_cursor
from services.store.database import Database, Transaction
from services.store.exchanges import add_exchange, drop_exchange, mark_returned
from services.store.people import know, meet
from services.store.threads import add_post, drop_post
from services.store.topics import add_to_topics
from services.store.waiting import move, put, standing


@dataclass(frozen=True, slots=True)
class Heard:
    """What a taking changed."""

    families: frozenset[Family]
    live: tuple[WentLive, ...]
    """Who answered us within five minutes of our word."""


class Intake:
    """Writes what arrives to the stores of one desk."""

    def __init__(
        self, private: Database, cache: Database, sitting: Callable[[], Sitting | None]
    ) -> None:
        """Write to these two files; ``sitting`` says which session is on."""
        self._private = private
        self._cache = cache
        self._sitting = sitting

    async def take(self, account: AccountId, arrivals: Arrivals) -> Heard:
        """Write down what a poll brought, all of it or nothing.

        Raises:
            StoreError: it could not be written; the cursor has not moved.
        """
        families: set[Family] = set()
        live: list[WentLive] = []
        if arrivals.posts or arrivals.gone:
            async with self._cache.write() as tx:
                for post in arrivals.posts:
                    if await add_post(tx, post):
                        families.add(Family.THREADS)
                        await add_to_topics(tx, post)
                        families.add(Family.TOPICS)
                for gone in arrivals.gone:
                    await drop_post(tx, account, gone)
                    families |= {Family.THREADS, Family.TOPICS}
        async with self._private.write() as tx:
            for post in arrivals.posts:
                went_live, heard = await self._write(tx, post)
                live += went_live
                if heard:
                    families |= {Family.WAITING, Family.THREADS}
            for gone in arrivals.gone:
                await drop_comment(tx, account, gone)
            await put_cursor(tx, account, arrivals.cursor)
        return Heard(frozenset(families), tuple(live))

    async def keep(self, posts: tuple[Post, ...]) -> bool:
        """Put posts that were read for their own sake into the cache; whether any was new."""
        async with self._cache.write() as tx:
            return any([await add_post(tx, post) for post in posts])

    async def land(self, tx: Transaction, send: Send, post: Post | None) -> None:
        """Write down a send that has arrived, in the transaction that says so."""
        if post is not None:
            await _say(tx, post, send.session)

    async def unsay(self, tx: Transaction, send: Send) -> None:
        """Write down that a post of ours was taken back: whom it had answered waits again."""
        if send.post is None:
            return
        account, target = send.target.account, send.target
        await drop_comment(tx, account, send.post)
        if await drop_exchange(tx, account, send.post) is None:
            return
        if target.thread is not None and target.person is not None:
            before = await standing(tx, account, target.thread, target.person)
            if before is not None and before.state is WaitState.ANSWERED:
                after = replace(before, state=WaitState.SEEN, ours_at=None)
                await move(tx, account, target.thread, target.person, before, after)

    async def _write(self, tx: Transaction, post: Post) -> tuple[list[WentLive], bool]:
        match post.relation:
            case Relation.TO_US:
                return await _hear(tx, post)
            case Relation.OURS:
                return [], await _say(tx, post, self._session_of(post)) is not None
            case Relation.AROUND:
                return [], False

    def _session_of(self, post: Post) -> SessionId | None:
        """Give the session that is on, if ``post`` was written in it."""
        sitting = self._sitting()
        return sitting.id if sitting is not None and post.created_at >= sitting.started_at else None


async def _hear(tx: Transaction, comment: Post) -> tuple[list[WentLive], bool]:
    author = comment.author
    await meet(tx, author, comment.network)
    if not await add_comment(tx, comment):
        return [], False
    before = await standing(tx, comment.account, comment.thread, author.person)
    waits = before is not None and before.is_waiting
    known = await know(tx, comment, waits_already=waits)
    after = hear(before, comment, known.last_at)
    waiting = await put(tx, comment, before, after)
    await mark_returned(tx, comment)
    spoke = after.ours_at
    if after.is_waiting and spoke and comment.created_at - spoke <= LIVE_FOR:
        return [WentLive(waiting, author.name)], True
    return [], True


async def _say(tx: Transaction, ours: Post, session: SessionId | None) -> WaitingId | None:
    """Write down a post of ours; the row that it answers, where it answers one."""
    await meet(tx, ours.author, ours.network)
    if not await add_comment(tx, ours):
        return None
    person = await _spoken_to(tx, ours)
    if person is None:
        return None
    before = await standing(tx, ours.account, ours.thread, person)
    if before is None:
        return None
    after = answer(before, ours.created_at)
    waiting = await move(tx, ours.account, ours.thread, person, before, after)
    if makes_exchange(before, after):
        await add_exchange(tx, replace(ours, answers=person), before, session)
    return waiting


async def _spoken_to(tx: Transaction, ours: Post) -> PersonId | None:
    if ours.answers is not None or ours.parent is None:
        return ours.answers
    return await author_of_post(tx, ours.account, ours.parent)
