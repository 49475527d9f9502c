"""What arrives is written down: the cache first, then the private file with the cursor.

Law: taking the same arrivals twice changes nothing, so a crash anywhere is mended by polling
again. Here the ledger's pure rules meet the stores.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace

from services.ledger import LIVE_FOR, Standing, answer, hear, makes_exchange, tell
from services.model.changes import Family
from services.model.ids import AccountId, PersonId, PostId, SessionId, ThreadId, WaitingId
from services.model.posts import Post, PostState, Reach, Relation
from services.model.sending import Send
from services.model.session import Sitting, WentLive
from services.model.waiting import WaitState
from services.networks.base import Arrivals
from services.store.accounts import put_held_back
from services.store.comments import (
    add_comment,
    answers_to,
    author_of_post,
    comment_of,
    drop_comment,
    rewrite_comment,
    words_to_us,
)
from services.store.cursors import put_cursor
from services.store.database import Database, Transaction
from services.store.distances import is_kept_away
from services.store.exchanges import add_exchange, drop_exchange, mark_returned, rewrite_exchange
from services.store.people import forget_words, know, meet, rewrite_words, wrote_before
from services.store.renaming import rename_comment
from services.store.threads import add_post, drop_post, rename_post, rewrite_post
from services.store.waiting import mend, move, put, remove, rewrite, standing

_SAID = (PostState.UP, PostState.HELD)
"""What somebody has said to us; the rest was taken back, or taken away."""

_NEXT = timedelta(microseconds=1)
_LATEST = datetime.max.replace(tzinfo=UTC) - _NEXT
"""A stranger's clock may stand at the end of time."""

Told = Callable[[tuple[Post, ...], tuple[tuple[AccountId, PostId], ...]], Awaitable[None]]
"""Hears, after the commit, which posts are new in the cache and which were taken back."""


async def _nobody(posts: tuple[Post, ...], gone: tuple[tuple[AccountId, PostId], ...]) -> None:
    """Make nothing of it."""


class Heard(msgspec.Struct, frozen=True):
    """What a taking changed."""

    families: frozenset[Family]
    live: tuple[WentLive, ...]
    """Who answered us within five minutes of our word."""


class Intake:
    """Writes what arrives to the stores of one desk."""

    def __init__(
        self,
        private: Database,
        cache: Database,
        sitting: Callable[[], Sitting | None],
        told: Told = _nobody,
    ) -> None:
        """Write to these two files; ``sitting`` says which session is on."""
        self._private = private
        self._cache = cache
        self._sitting = sitting
        self._told = told

    async def take(self, account: AccountId, arrivals: Arrivals) -> Heard:
        """Write down what a poll brought, all of it or nothing.

        Raises:
            StoreError: it could not be written; the cursor has not moved.
        """
        kept, live = _Around((), ()), list[WentLive]()

        async def around(tx: Transaction) -> _Around:
            for old, new in arrivals.renamed:
                await rename_post(tx, account, old, new)
            kept = await _keep(tx, arrivals.posts, frozenset(new for _, new in arrivals.renamed))
            for gone in arrivals.gone:
                await drop_post(tx, account, gone)
            return kept

        async def between_us(tx: Transaction) -> set[Family]:
            families = await self._hear_all(tx, account, arrivals, live)
            await put_cursor(tx, account, arrivals.cursor)
            return families

        # In one hop each: a busy network would otherwise wait for the loop once per statement.
        if arrivals.posts or arrivals.gone or arrivals.renamed:
            kept = await self._cache.write_whole(around)
            # Before the private file: should that fail, nothing here is new a second time.
            gone = (*arrivals.gone, *(old for old, _ in arrivals.renamed))
            await self._tell(kept, tuple((account, one) for one in gone))
        families = await self._private.write_whole(between_us)
        if kept.new or kept.edited or arrivals.gone:
            families.add(Family.THREADS)
        return Heard(frozenset(families), tuple(live))

    async def _hear_all(
        self, tx: Transaction, account: AccountId, arrivals: Arrivals, live: list[WentLive]
    ) -> set[Family]:
        """Write down what is between us; give what changes, and add to ``live`` who went live."""
        families: set[Family] = set()
        for old, new in arrivals.renamed:
            families.update(await _rename(tx, account, old, new))
        for post in arrivals.posts:
            went_live, heard = await self._write(tx, post)
            live.extend(went_live)
            if heard:
                families.update((Family.WAITING, Family.THREADS))
        for gone in arrivals.gone:
            families.update(await _forget(tx, account, gone))
        people = arrivals.held_back
        if people is not None and await put_held_back(tx, account, people):
            families.add(Family.WAITING)
        return families

    async def keep(self, posts: tuple[Post, ...]) -> frozenset[Family]:
        """Put posts that were read for their own sake into the cache; give what changed.

        What of them was said to us or by us, and was edited or deleted since, is so here too.
        """
        families: set[Family] = set()

        async def between_us(tx: Transaction) -> None:
            for post in posts:
                if post.relation is Relation.AROUND:
                    continue
                if post.state in (PostState.DELETED, PostState.SPAM):
                    families.update(await _forget(tx, post.account, post.id))
                elif await _mend(tx, post):
                    families.update((Family.WAITING, Family.THREADS))

        async with self._cache.write() as tx:
            kept = await _keep(tx, posts)
        if kept.new or kept.edited:
            families.add(Family.THREADS)
            await self._tell(kept, ())
        if any(post.relation is not Relation.AROUND for post in posts):
            await self._private.write_whole(between_us)
        return frozenset(families)

    async def _tell(self, kept: "_Around", gone: tuple[tuple[AccountId, PostId], ...]) -> None:
        """Tell what is new and what is gone; what was edited is both."""
        was = tuple((post.account, post.id) for post in kept.edited)
        if was:
            await self._told((), was)
        said = tuple(post for post in (*kept.new, *kept.edited) if _is_talk(post))
        if said or gone:
            await self._told(said, gone)

    async def land(self, tx: Transaction, send: Send, post: Post | None) -> None:
        """Write down a send that has arrived, in the transaction that says so."""
        if post is None:
            return
        if (edited := send.target.edits) is not None and edited != post.id:
            await _rename(tx, post.account, edited, post.id)
        if not await _mend(tx, post):
            await _say(tx, post, send.session)

    async def unsay(self, tx: Transaction, send: Send) -> None:
        """Write down that a post of ours was taken back: whom it had answered waits again."""
        if send.post is not None:
            await _forget(tx, send.target.account, send.post)

    async def _write(self, tx: Transaction, post: Post) -> tuple[list[WentLive], bool]:
        match post.relation:
            case Relation.TO_US:
                return await _hear(tx, post)
            case Relation.OURS:
                if post.state is PostState.DELETED:
                    return [], bool(await _forget(tx, post.account, post.id))
                if await _mend(tx, post):
                    return [], True
                return [], await _say(tx, post, self._session_of(post)) is not None
            case Relation.AROUND:
                return [], False

    def _session_of(self, post: Post) -> SessionId | None:
        """Give the session that is on, if ``post`` was written in it."""
        sitting = self._sitting()
        return sitting.id if sitting is not None and post.created_at >= sitting.started_at else None


class _Around(msgspec.Struct, frozen=True):
    """What the cache made of posts."""

    new: tuple[Post, ...]
    edited: tuple[Post, ...]


def _is_talk(post: Post) -> bool:
    """Tell whether a post may be part of what people talk about: it stands, and not between two."""
    return post.state is PostState.UP and post.reach is not Reach.DIRECT


async def _keep(
    tx: Transaction, posts: tuple[Post, ...], renamed: frozenset[PostId] = frozenset()
) -> _Around:
    """Put posts into the cache; those under a new name count as edited."""
    new, edited = [], []
    for post in posts:
        if await add_post(tx, post):
            new.append(post)
        elif await rewrite_post(tx, post) or post.id in renamed:
            edited.append(post)
    return _Around(tuple(new), tuple(edited))


async def _hear(tx: Transaction, comment: Post) -> tuple[list[WentLive], bool]:
    author = comment.author
    if comment.state not in _SAID:
        return [], bool(await _forget(tx, comment.account, comment.id))
    comment = await _after_its_parent(tx, comment)
    await meet(tx, author, comment.network)
    if not await add_comment(tx, comment):
        return [], await _mend(tx, comment)
    before = await standing(tx, comment.account, comment.thread, author.person)
    waits = before is not None and before.is_waiting
    known = await know(tx, comment, waits_already=waits)
    after = await _heard(tx, comment, before, known.last_at)
    if after.is_waiting and await is_kept_away(tx, comment):
        after = replace(after, state=WaitState.SET_ASIDE)
    waiting = await put(tx, comment, before, after)
    await mark_returned(tx, comment)
    spoke = after.ours_at
    if after.is_waiting and spoke and comment.created_at - spoke <= LIVE_FOR:
        return [WentLive(waiting, author.name)], True
    return [], True


async def _say(tx: Transaction, ours: Post, session: SessionId | None) -> WaitingId | None:
    """Write down a post of ours; the row that it answers, where it answers one."""
    ours = await _after_its_parent(tx, ours)
    await meet(tx, ours.author, ours.network)
    if not await add_comment(tx, ours):
        return None
    person = await _spoken_to(tx, ours)
    if person is None:
        return None
    before = await standing(tx, ours.account, ours.thread, person)
    if before is None:
        return None
    ours = replace(ours, answers=person)
    if ours.created_at < before.last_at:
        return await _say_late(tx, ours, person, session)
    after = answer(before, ours.created_at)
    waiting = await move(tx, ours.account, ours.thread, person, before, after)
    if makes_exchange(before, after):
        await add_exchange(tx, ours, before, session)
    return waiting


async def _after_its_parent(tx: Transaction, post: Post) -> Post:
    """Put a word after the one that it answers: servers count whole seconds, by their own clocks.

    Source: WordPress 6.1.9 and snac 2.75 on the wire, 2026-11.
    """
    above = None if post.parent is None else await comment_of(tx, post.account, post.parent)
    if above is None or above.created_at < post.created_at:
        return post
    return replace(post, created_at=min(above.created_at, _LATEST) + _NEXT)


async def _mend(tx: Transaction, post: Post) -> bool:
    """Take over an edit of a known post; whether there was one. Nobody waits again for it."""
    before = await rewrite_comment(tx, post)
    if before is None:
        return False
    post = replace(post, thread=before.thread, author=before.author, relation=before.relation)
    if before.relation is Relation.OURS:
        await rewrite_exchange(tx, post)
        return True
    await rewrite_words(tx, before, post)
    who = post.account, post.thread, post.author.person
    stands = await standing(tx, *who)
    if before.body != post.body and stands is not None and stands.is_waiting:
        await _retell(tx, *who)
    else:
        await mend(tx, post)
    return True


async def _rename(
    tx: Transaction, account: AccountId, old: PostId, new: PostId
) -> frozenset[Family]:
    """Let a post be called otherwise; give what changes."""
    renamed = await rename_comment(tx, account, old, new)
    for thread, person in renamed.torn:
        await _retell(tx, account, thread, person)
    return frozenset((Family.WAITING, Family.THREADS)) if renamed.is_known else frozenset()


async def _heard(
    tx: Transaction, comment: Post, before: Standing | None, wrote_before_at: datetime | None
) -> Standing:
    """Give the standing after a comment; whom we spoke to first has our word behind them."""
    if before is None:
        who = comment.account, comment.thread, comment.author.person
        told = tell((comment,), await answers_to(tx, *who), wrote_before_at)
        if told is not None:
            return told
    return hear(before, comment, wrote_before_at)


async def _say_late(
    tx: Transaction, ours: Post, person: PersonId, session: SessionId | None
) -> WaitingId | None:
    """Write down a post of ours that is known only now, when they have said more since."""
    who, at = (ours.account, ours.thread, person), ours.created_at
    theirs = await words_to_us(tx, *who)
    earlier = [word for word in theirs if word.created_at <= at]
    answers = [moment for moment in await answers_to(tx, *who) if moment < at]
    then = tell(earlier, answers, await wrote_before(tx, person))
    waiting = await _retell(tx, *who)
    if then is not None and makes_exchange(then, answer(then, at)):
        await add_exchange(tx, ours, then, session, earlier[-1].body)
        await mark_returned(tx, theirs[len(earlier)])
    return waiting


async def _forget(tx: Transaction, account: AccountId, post: PostId) -> frozenset[Family]:
    """Forget a post that was taken back, with all that it had changed; give what changes."""
    kept = await comment_of(tx, account, post)
    if kept is None:
        return frozenset()
    is_ours = kept.relation is Relation.OURS
    person = await _spoken_to(tx, kept) if is_ours else kept.author.person
    await drop_comment(tx, account, post)
    await drop_exchange(tx, account, post)
    if not is_ours:
        await forget_words(tx, kept)
    if person is not None:
        await _retell(tx, account, kept.thread, person)
    return frozenset((Family.WAITING, Family.THREADS))


async def _retell(
    tx: Transaction, account: AccountId, thread: ThreadId, person: PersonId
) -> WaitingId | None:
    """Work out from every word that is kept how a person stands; what was decided holds."""
    before = await standing(tx, account, thread, person)
    if before is None:
        return None
    theirs = await words_to_us(tx, account, thread, person)
    ours = await answers_to(tx, account, thread, person)
    told = tell(theirs, ours, await wrote_before(tx, person))
    if told is None:
        await remove(tx, account, thread, person, before)
        return None
    if told.is_waiting:
        was_answered = before.state is WaitState.ANSWERED
        told = replace(told, state=WaitState.SEEN if was_answered else before.state)
    return await rewrite(tx, theirs[-1], before, told)


async def _spoken_to(tx: Transaction, ours: Post) -> PersonId | None:
    if ours.answers is not None or ours.parent is None:
        return ours.answers
    return await author_of_post(tx, ours.account, ours.parent)
