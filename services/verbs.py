"""Everything a person can do at one desk; each verb is one decision of theirs.

Law: nothing is said without a session, and a verb that fails has changed nothing.
"""

import msgspec

from services.changes import ChangeFeed
from services.clock import BootTime, Clock
from services.errors import ChinwagError
from services.model.changes import Family
from services.model.ids import SendId, WaitingId
from services.model.posts import Post
from services.model.sending import Draft, Send, Target
from services.model.waiting import WaitState
from services.outbox import Decision, Outbox
from services.reading import Tables
from services.session.engine import Engine


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
    ) -> None:
        """Act on these parts of the desk."""
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
        if body.strip():
            await self._tables.drafts.save(Draft(target, body, self._clock.now()))
        else:
            await self._tables.drafts.forget(target.account, target.key)
        self._changes.publish(Family.DRAFTS)
