"""Every send that was ever asked for, and how far it came.

Law: a row's id, target and body never change. Every step is one ``UPDATE … WHERE state IN …
RETURNING``: whoever loses a race gets ``None`` and has changed nothing. A text leaves the drafts
in the transaction that makes its row, and comes back in the one that settles it unsent.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from services.clock import BootTime
from services.model.ids import NetworkName, PostId, SendId, SessionId
from services.model.posts import Post
from services.model.sending import Send, SendState
from services.model.words import Safe
from services.store.database import Database, Transaction, Value
from services.store.drafts import add_back, drop_draft, give_back
from services.store.instants import from_row, from_row_or_none, to_row
from services.store.target_detail import decode_target, encode_target, storable
from services.text.clean import clean

OnSent = Callable[[Transaction, Send, Post | None], Awaitable[None]]
"""Runs in the transaction that makes a send SENT; the post is ``None`` where only its author
knows that it is there."""

OnTakenBack = Callable[[Transaction, Send], Awaitable[None]]
"""Runs in the transaction that notes a post as deleted."""


class Row(msgspec.Struct, frozen=True):
    """A send with what only its machine needs to know."""

    send: Send
    pressed: BootTime
    """The last key press that asked for it; ``send.pressed_at`` is the first."""


class OutboxRows:
    """Reads and writes the outbox of the private file."""

    def __init__(self, db: Database) -> None:
        """Work on the private file."""
        self._db = db

    async def enqueue(self, send: Send, pressed: BootTime) -> Row:
        """Keep a send that is about to go; its target's draft, and what was given back, is it.

        Raises:
            StoreError: it could not be kept; the draft still stands.
        """
        target = send.target
        async with self._db.write() as tx:
            rows = await tx.run(
                """INSERT INTO outbox (id, session, account, network, target, detail, body, state,
                     pressed_at, pressed_boot, pressed_boot_s)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *""",
                (
                    send.id,
                    send.session,
                    target.account,
                    target.network.value,
                    target.key,
                    encode_target(target),
                    storable(send.body),
                    SendState.QUEUED,
                    to_row(send.pressed_at),
                    pressed.boot,
                    pressed.seconds,
                ),
            )
            await tx.run(
                """UPDATE outbox SET dismissed = 1
                   WHERE account = ? AND target = ? AND state IN (3, 4)
                     AND dismissed = 0 AND given_back = 1""",
                (target.account, target.key),
            )
            await drop_draft(tx, target.account, target.key)
        return _row(rows[0])

    async def claim(self, send: SendId) -> Row | None:
        """Move QUEUED to INFLIGHT: from here on the network may have it.

        Raises:
            StoreError: it could not be written, so nothing may be requested.
        """
        return await self._step(
            "state = 1, maybe_out = 1, attempts = attempts + 1", send, "state = 0"
        )

    async def claim_again(self, send: SendId, attempts: int) -> Row | None:
        """Count one more request of an INFLIGHT that has made ``attempts``.

        Raises:
            StoreError: it could not be written, so nothing may be requested.
        """
        return await self._step(
            "attempts = attempts + 1", send, "state = 1 AND attempts = ?", attempts
        )

    async def requeue(self, send: SendId) -> Row | None:
        """Move INFLIGHT back to QUEUED: its only request certainly had no effect.

        Raises:
            StoreError: it could not be written.
        """
        return await self._step("state = 0, maybe_out = 0", send, "state = 1")

    async def press_again(self, send: SendId, pressed: BootTime) -> Row | None:
        """Move CHECK to QUEUED because its author pressed a key for it once more.

        Raises:
            StoreError: it could not be written, so nothing may be requested.
        """
        rows = await self._write(
            """UPDATE outbox SET state = 0, attempts = 0, reason = NULL, settled_at = NULL,
                 pressed_boot = ?, pressed_boot_s = ?
               WHERE id = ? AND state = 5 AND dismissed = 0 RETURNING *""",
            (pressed.boot, pressed.seconds, send),
        )
        return _row(rows[0]) if rows else None

    async def settle_sent(
        self, send: SendId, post: Post | None, now: datetime, on_sent: OnSent
    ) -> Send | None:
        """Make an open or unsure send SENT, with whatever is written beside it.

        Raises:
            StoreError: nothing of it was written.
        """
        async with self._db.write() as tx:
            rows = await tx.run(
                """UPDATE outbox SET state = 2, maybe_out = 1, reason = NULL, post = ?,
                     settled_at = ?
                   WHERE id = ? AND state IN (0, 1, 5) AND dismissed = 0 RETURNING *""",
                (None if post is None else post.id, to_row(now), send),
            )
            if not rows:
                return None
            settled = _row(rows[0]).send
            await on_sent(tx, settled, post)
        return settled

    async def settle_unsent(
        self, send: SendId, state: SendState, reason: Safe | None, now: datetime
    ) -> Send | None:
        """Make an open send REJECTED or HELD; its text is the target's draft again.

        Where different words stand there the row keeps the text (``is_given_back`` is false).

        Raises:
            StoreError: nothing of it was written.
        """
        async with self._db.write() as tx:
            rows = await tx.run(
                """UPDATE outbox SET state = ?, maybe_out = 0, reason = ?, settled_at = ?
                   WHERE id = ? AND state IN (0, 1) RETURNING *""",
                (state, reason, to_row(now), send),
            )
            if not rows:
                return None
            settled = _row(rows[0]).send
            if await give_back(tx, settled.target, settled.body, now):
                rows = await tx.run(
                    "UPDATE outbox SET given_back = 1 WHERE id = ? RETURNING *", (send,)
                )
        return _row(rows[0]).send

    async def settle_unclear(self, send: SendId, reason: Safe | None, now: datetime) -> Send | None:
        """Make an open send CHECK: only its author can say what became of it.

        Raises:
            StoreError: nothing of it was written.
        """
        rows = await self._write(
            """UPDATE outbox SET state = 5, reason = ?, settled_at = ?
               WHERE id = ? AND state IN (0, 1) RETURNING *""",
            (reason, to_row(now), send),
        )
        return _row(rows[0]).send if rows else None

    async def take_text(self, send: SendId, now: datetime) -> Send | None:
        """Deal with an unsure send by making its text a draft, below what stands there.

        Raises:
            StoreError: nothing of it was written.
        """
        async with self._db.write() as tx:
            had_text = await _has_given_back(tx, send)
            rows = await tx.run(
                """UPDATE outbox SET dismissed = 1, given_back = 1
                   WHERE id = ? AND state IN (3, 4, 5) AND dismissed = 0 RETURNING *""",
                (send,),
            )
            if not rows:
                return None
            dealt = _row(rows[0]).send
            if not had_text:
                await add_back(tx, dealt.target, dealt.body, now)
        return dealt

    async def dismiss(self, send: SendId) -> Send | None:
        """Deal with an unsure send by leaving it as it is.

        Raises:
            StoreError: it could not be written.
        """
        row = await self._step("dismissed = 1", send, "state IN (3, 4, 5) AND dismissed = 0")
        return None if row is None else row.send

    async def begin_taking_back(self, send: SendId, now: datetime) -> Send | None:
        """Make the text of a SENT a draft again, before its post is deleted.

        Raises:
            StoreError: nothing of it was written, so nothing may be deleted.
        """
        async with self._db.write() as tx:
            had_text = await _has_given_back(tx, send)
            rows = await tx.run(
                """UPDATE outbox SET given_back = 1
                   WHERE id = ? AND state = 2 AND taken_back_at IS NULL AND post IS NOT NULL
                   RETURNING *""",
                (send,),
            )
            if not rows:
                return None
            taken = _row(rows[0]).send
            if not had_text:
                await add_back(tx, taken.target, taken.body, now)
        return taken

    async def finish_taking_back(
        self, send: SendId, now: datetime, on_taken_back: OnTakenBack
    ) -> Send | None:
        """Note that the post of a SENT was deleted, with whatever is written beside it.

        Raises:
            StoreError: nothing of it was written.
        """
        async with self._db.write() as tx:
            rows = await tx.run(
                """UPDATE outbox SET taken_back_at = ?
                   WHERE id = ? AND state = 2 AND given_back = 1 AND taken_back_at IS NULL
                   RETURNING *""",
                (to_row(now), send),
            )
            if not rows:
                return None
            taken = _row(rows[0]).send
            await on_taken_back(tx, taken)
        return taken

    async def undo_taking_back(self, send: Send) -> None:
        """Let the post of a SENT stand: the draft made of it goes, unless it was changed.

        Raises:
            StoreError: nothing of it was written.
        """
        async with self._db.write() as tx:
            rows = await tx.run(
                """UPDATE outbox SET given_back = 0
                   WHERE id = ? AND given_back = 1 AND taken_back_at IS NULL RETURNING id""",
                (send.id,),
            )
            if rows:
                await tx.run(
                    "DELETE FROM draft WHERE account = ? AND target = ? AND body = ?",
                    (send.target.account, send.target.key, send.body),
                )

    async def read(self, send: SendId) -> Send | None:
        """Read one send.

        Raises:
            StoreError: the file cannot be read.
        """
        row = await self.row(send)
        return None if row is None else row.send

    async def row(self, send: SendId) -> Row | None:
        """Read one send with its last key press.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read("SELECT * FROM outbox WHERE id = ?", (send,))
        return _row(rows[0]) if rows else None

    async def open(self) -> tuple[Row, ...]:
        """Read what is QUEUED or INFLIGHT, oldest first.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            "SELECT * FROM outbox WHERE state IN (0, 1) ORDER BY pressed_at, id"
        )
        return tuple(_row(row) for row in rows)

    async def unsure(self) -> tuple[Send, ...]:
        """Read what is REJECTED, HELD or CHECK and not dealt with, oldest first.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            """SELECT * FROM outbox WHERE state IN (3, 4, 5) AND dismissed = 0
               ORDER BY pressed_at, id"""
        )
        return tuple(_row(row).send for row in rows)

    async def said(self, limit: int = 200) -> tuple[str, ...]:
        """Read the latest texts that were published and stand, newest first, practice aside.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            """SELECT body FROM outbox
               WHERE state = 2 AND taken_back_at IS NULL AND network <> ?
               ORDER BY pressed_at DESC, id LIMIT ?""",
            (NetworkName.PRACTICE.value, limit),
        )
        return tuple(row["body"] for row in rows)

    async def said_sends(self, limit: int = 200) -> tuple[Send, ...]:
        """Read the latest sends that were published and stand, newest first.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            """SELECT * FROM outbox WHERE state = 2 AND taken_back_at IS NULL
               ORDER BY pressed_at DESC, id LIMIT ?""",
            (limit,),
        )
        return tuple(_row(row).send for row in rows)

    async def of_session(self, session: SessionId) -> tuple[Send, ...]:
        """Read every send of a session, oldest first.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            "SELECT * FROM outbox WHERE session = ? ORDER BY pressed_at, id", (session,)
        )
        return tuple(_row(row).send for row in rows)

    async def _step(self, change: str, send: SendId, where: str, *more: Value) -> Row | None:
        """Change one row where it is as expected; the words are constants of this module."""
        sql = f"UPDATE outbox SET {change} WHERE id = ? AND {where} RETURNING *"
        rows = await self._write(sql, (send, *more))
        return _row(rows[0]) if rows else None

    async def _write(self, sql: str, params: tuple[Value, ...]) -> list[sqlite3.Row]:
        async with self._db.write() as tx:
            return await tx.run(sql, params)


async def _has_given_back(tx: Transaction, send: SendId) -> bool:
    return bool(await tx.run("SELECT 1 FROM outbox WHERE id = ? AND given_back = 1", (send,)))


def _row(row: sqlite3.Row) -> Row:
    send = Send(
        id=SendId(row["id"]),
        session=None if row["session"] is None else SessionId(row["session"]),
        target=decode_target(row["detail"]),
        body=row["body"],
        state=SendState(row["state"]),
        maybe_out=bool(row["maybe_out"]),
        attempts=row["attempts"],
        reason=None if row["reason"] is None else clean(row["reason"]),
        post=None if row["post"] is None else PostId(row["post"]),
        pressed_at=from_row(row["pressed_at"]),
        settled_at=from_row_or_none(row["settled_at"]),
        is_dismissed=bool(row["dismissed"]),
        is_given_back=bool(row["given_back"]),
        taken_back_at=from_row_or_none(row["taken_back_at"]),
    )
    return Row(send, BootTime(row["pressed_boot"], row["pressed_boot_s"]))
