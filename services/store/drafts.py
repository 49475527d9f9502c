"""Texts that have not been said: at most one per account and target.

Law: a draft is the author's own keys and is given back exactly as it was typed.
"""

import sqlite3
from datetime import datetime

from services.model.ids import AccountId
from services.model.sending import Draft, Target
from services.store.database import Database, Transaction
from services.store.instants import from_row, to_row
from services.store.target_detail import decode_target, encode_target, storable

_SAVE = """INSERT INTO draft (account, target, detail, body, saved_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account, target) DO UPDATE
SET detail = excluded.detail, body = excluded.body, saved_at = excluded.saved_at"""


class Drafts:
    """Reads and writes the drafts of the private file."""

    def __init__(self, db: Database) -> None:
        """Work on the private file."""
        self._db = db

    async def save(self, draft: Draft) -> None:
        """Keep a text in place of the one that its target had.

        Raises:
            StoreError: it could not be kept; the one before it still is.
        """
        async with self._db.write() as tx:
            await put_draft(tx, draft)

    async def read(self, account: AccountId, target_key: str) -> Draft | None:
        """Read the draft for ``Target.key``.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            "SELECT detail, body, saved_at FROM draft WHERE account = ? AND target = ?",
            (account, target_key),
        )
        return _draft(rows[0]) if rows else None

    async def all(self) -> tuple[Draft, ...]:
        """Read every draft, the one saved last first.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            "SELECT detail, body, saved_at FROM draft ORDER BY saved_at DESC, account, target"
        )
        return tuple(_draft(row) for row in rows)

    async def forget(self, account: AccountId, target_key: str) -> None:
        """Let go of a draft; nothing happens where there is none.

        Raises:
            StoreError: it could not be done.
        """
        async with self._db.write() as tx:
            await drop_draft(tx, account, target_key)


async def put_draft(tx: Transaction, draft: Draft) -> None:
    """Keep a draft as part of a larger write."""
    await tx.run(
        _SAVE,
        (
            draft.target.account,
            draft.target.key,
            encode_target(draft.target),
            storable(draft.body),
            to_row(draft.saved_at),
        ),
    )


async def drop_draft(tx: Transaction, account: AccountId, target_key: str) -> None:
    """Let go of a draft as part of a larger write."""
    await tx.run("DELETE FROM draft WHERE account = ? AND target = ?", (account, target_key))


async def give_back(tx: Transaction, target: Target, body: str, now: datetime) -> bool:
    """Make ``body`` its target's draft, unless different words stand there.

    Gives whether it stands there now.
    """
    rows = await tx.run(
        """INSERT INTO draft (account, target, detail, body, saved_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (account, target) DO UPDATE
        SET body = excluded.body, saved_at = excluded.saved_at
        WHERE draft.body = excluded.body OR trim(draft.body, char(9, 10, 13, 32)) = ''
        RETURNING account""",
        (target.account, target.key, encode_target(target), storable(body), to_row(now)),
    )
    return bool(rows)


async def add_back(tx: Transaction, target: Target, body: str, now: datetime) -> None:
    """Make ``body`` its target's draft; where different words stand there, set it below them."""
    if not await give_back(tx, target, body, now):
        await tx.run(
            """UPDATE draft SET body = body || char(10, 10) || ?, saved_at = ?
            WHERE account = ? AND target = ?""",
            (storable(body), to_row(now), target.account, target.key),
        )


def _draft(row: sqlite3.Row) -> Draft:
    return Draft(decode_target(row["detail"]), row["body"], from_row(row["saved_at"]))
