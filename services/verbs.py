"""Everything a person can do at one desk; each verb is one decision of theirs.

Law: nothing is said without a session, and a verb that fails has changed nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from services.changes import ChangeFeed
from services.clock import BootTime, Clock
from services.errors import ChinwagError
from services.intake import Intake
from services.model.changes import Family
from services.model.ids import AccountId, PersonId, SendId, ThreadId, TopicId, WaitingId
from services.model.posts import Post, PostState, Reach
from services.model.sending import Draft, Send, Target
from services.model.waiting import WaitState
from services.model.words import Safe
from services.networks.base import Distance, Guarding, Moderating, Network
from services.outbox import Decision, Outbox
from services.reading import Tables
from services.session.engine import Engine

ANSWERED_WITHIN = timedelta(minutes=10)
"""A network that was asked to keep somebody away does so itself by then."""

FETCHED_AGAIN = timedelta(minutes=2)
"""A thread is not asked for again before."""
_FETCHED_AT_MOST = 500
_HERE = (Reach.BOX, Reach.PRACTICE)
"""Of networks that are this box, everything is known already."""


class Moved(msgspec.Struct, frozen=True):
    """A waiting row that was decided on, and where it had been; what an undo needs."""

    waiting: WaitingId
    was: WaitState


class Verbs:
    """What can be done at one desk."""

    def __init__(
        self,
        tables: Tables,
        outbox: Outbox,
        engine: Engine,
        changes: ChangeFeed,
        clock: Clock,
        *,
        networks: Mapping[AccountId, Network],
        intake: Intake,
    ) -> None:
        """Act on these parts of the desk."""
        self._networks = networks
        self._intake = intake
        self._fetched: dict[tuple[AccountId, ThreadId], datetime] = {}
        self._tables = tables
        self._outbox = outbox
        self._engine = engine
        self._changes = changes
        self._clock = clock

    async def say(self, target: Target, body: str, pressed: BootTime) -> Send:
        """Hand a text to the outbox because somebody pressed the key at ``pressed``.

        Raises:
            ChinwagError: no session is on, or there are no words in it; the draft stands.
            StoreError: it could not be kept; nothing is sent and the draft stands.
        """
        if not self._engine.can_compose:
            raise ChinwagError(
                "No session is on, so nothing is said.", "Sit down first; your text is kept."
            )
        await self.save_draft(target, body)
        self._engine.note_send_begun()
        try:
            send = await self._outbox.say(
                target, body, session=self._engine.session, key_pressed=pressed
            )
        except BaseException:
            self._engine.note_send_ended(is_text_back=True)
            raise
        self._changes.publish(Family.OUTBOX, Family.DRAFTS)
        return send

    async def decide(
        self,
        send: SendId,
        decision: Decision,
        *,
        post: Post | None = None,
        confirmed: bool = False,
    ) -> Send:
        """Settle an unsure send.

        Raises:
            ChinwagError: as ``Outbox.decide``.
        """
        decided = await self._outbox.decide(send, decision, post=post, confirmed=confirmed)
        self._changes.publish(Family.OUTBOX, Family.DRAFTS, Family.WAITING)
        return decided

    async def take_back(self, send: SendId) -> Send:
        """Delete a post within a minute; its text is a draft again.

        Raises:
            ChinwagError: as ``Outbox.take_back``.
        """
        taken = await self._outbox.take_back(send)
        self._changes.publish(Family.OUTBOX, Family.DRAFTS, Family.WAITING, Family.THREADS)
        return taken

    async def put(self, waiting: WaitingId, state: WaitState) -> Moved | None:
        """Put a waiting row into ``state``; ``None`` if it is gone or was there already."""
        was = await self._tables.waiting.decide(waiting, state)
        if was is None or was is state:
            return None
        self._changes.publish(Family.WAITING)
        return Moved(waiting, was)

    async def undo(self, moved: Moved) -> None:
        """Put a row back to where it was."""
        await self.put(moved.waiting, moved.was)

    async def save_draft(self, target: Target, body: str) -> None:
        """Keep what was typed, or forget it where there is nothing left of it."""
        if body.strip() or target.pictures:
            await self._tables.drafts.save(Draft(target, body, self._clock.now()))
        else:
            await self._tables.drafts.forget(target.account, target.key)
        self._changes.publish(Family.DRAFTS)

    async def fetch_thread(self, account: AccountId, thread: ThreadId) -> None:
        """Ask a network for a whole thread and keep what it gives; not again for two minutes.

        Raises:
            NetworkError: it could not be had; what is known of it stays.
        """
        network, now = self._networks.get(account), self._clock.now()
        if network is None or network.capabilities.reach in _HERE:
            return
        asked_at = self._fetched.get((account, thread))
        if asked_at is not None and now - asked_at < FETCHED_AGAIN:
            return
        self._fetched[account, thread] = now
        while len(self._fetched) > _FETCHED_AT_MOST:
            del self._fetched[next(iter(self._fetched))]
        found = await network.thread(thread)
        if families := await self._intake.keep(found.posts):
            self._changes.publish(*families)

    async def approve(self, comment: Post) -> None:
        """Let a held comment be seen by everybody.

        Raises:
            NetworkError: it is as it was, or that is not known.
            ChinwagError: nothing is held for our leave there.
        """
        await self._moderating(comment.account).approve(comment.id)
        await self._keep(replace(comment, state=PostState.UP))

    async def mark_spam(self, comment: Post) -> None:
        """Take a comment away as spam; whoever wrote it does not wait for it any more.

        Raises:
            NetworkError: it is as it was, or that is not known.
            ChinwagError: nothing is held for our leave there.
        """
        await self._moderating(comment.account).mark_spam(comment.id)
        await self._keep(replace(comment, state=PostState.SPAM))

    async def keep_away(self, account: AccountId, person: PersonId, distance: Distance) -> None:
        """Mute or block somebody; nothing of theirs waits from now on.

        Raises:
            NetworkError: it is as it was, or that is not known.
            ChinwagError: the network does not do that.
        """
        await self._guarding(account).keep_away(person, distance)
        until = self._clock.now() + ANSWERED_WITHIN
        await self._tables.distances.put(account, person, until)
        self._changes.publish(Family.WAITING, Family.TASTES)

    async def hide(self, account: AccountId, person: PersonId) -> None:
        """Keep somebody out of what waits here, without a word to their network.

        Raises:
            StoreError: it could not be written.
        """
        await self._tables.distances.put(account, person, None)
        self._changes.publish(Family.WAITING, Family.TASTES)

    async def show_again(self, account: AccountId, person: PersonId) -> None:
        """Let somebody who was hidden wait again with their next word.

        Raises:
            StoreError: it could not be written.
        """
        await self._tables.distances.drop(account, person)
        self._changes.publish(Family.WAITING, Family.TASTES)

    async def dismiss_topic(self, topic: TopicId, title: Safe) -> None:
        """Show a topic no more, for two days.

        Raises:
            StoreError: it could not be kept.
        """
        await self._tables.marks.dismiss(topic, title, self._clock.now())
        self._changes.publish(Family.TOPICS, Family.TASTES)

    async def undo_dismiss(self, topic: TopicId) -> None:
        """Show a topic again that was dismissed.

        Raises:
            StoreError: it could not be written.
        """
        await self._tables.marks.undo_dismiss(topic)
        self._changes.publish(Family.TOPICS, Family.TASTES)

    async def report(self, post: Post, words: str) -> None:
        """Tell whoever looks after a network about a post, in our own words.

        Raises:
            NetworkError: nobody was told, or that is not known.
            ChinwagError: the network takes no reports from here.
        """
        await self._guarding(post.account).report(post.id, words)

    def _moderating(self, account: AccountId) -> Moderating:
        network = self._networks.get(account)
        if not isinstance(network, Moderating) or not network.capabilities.can_moderate:
            raise ChinwagError("Nothing waits for your leave there.")
        return network

    def _guarding(self, account: AccountId) -> Guarding:
        network = self._networks.get(account)
        if not isinstance(network, Guarding):
            raise ChinwagError("This network keeps nobody away from here.", "h hides them here.")
        return network

    async def _keep(self, comment: Post) -> None:
        families = await self._intake.keep((comment,))
        self._changes.publish(Family.WAITING, Family.THREADS, *families)
