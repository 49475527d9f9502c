"""Whom we keep away: what they have written is set aside at once, and what comes does not wait.

Law: nothing of theirs is deleted; who is let near again waits with their next word.
"""

from datetime import datetime

from msgspec.structs import replace

from services.ledger import Standing
from services.model.ids import AccountId, PersonId, ThreadId
from services.model.posts import Post
from services.model.waiting import WaitState
from services.store.database import Database, Transaction
from services.store.instants import to_row
from services.store.waiting import move, standing


async def is_kept_away(tx: Transaction, comment: Post) -> bool:
    """Tell whether the author of a comment is kept away from the account it speaks to."""
    rows = await tx.run(
        """SELECT 1 FROM kept_away WHERE account = ? AND person = ?
             AND (until_at IS NULL OR until_at >= ?)""",
        (comment.account, comment.author.person, to_row(comment.created_at)),
    )
    return bool(rows)


class Distances:
    """Reads and writes whom we keep away."""

    def __init__(self, db: Database) -> None:
        """Work on the private file."""
        self._db = db

    async def put(self, account: AccountId, person: PersonId, until: datetime | None) -> None:
        """Keep somebody away, and set aside all of theirs that waits or is watched.

        ``until`` limits it to what they write until then; ``None``: for good.

        Raises:
            StoreError: nothing of it was written.
        """

        async def work(tx: Transaction) -> None:
            await tx.run(
                """INSERT INTO kept_away (account, person, until_at) VALUES (?1, ?2, ?3)
                   ON CONFLICT (account, person) DO UPDATE
                   SET until_at = iif(until_at IS NULL, NULL, ?3)""",
                (account, person, None if until is None else to_row(until)),
            )
            rows = await tx.run(
                """SELECT thread FROM waiting
                   WHERE account = ? AND person = ? AND state IN (0, 1, 4)""",
                (account, person),
            )
            for row in rows:
                await _set_aside(tx, account, ThreadId(row["thread"]), person)

        await self._db.write_whole(work)

    async def drop(self, account: AccountId, person: PersonId) -> None:
        """Let somebody near again; what was set aside stays where it is.

        Raises:
            StoreError: it could not be written.
        """
        async with self._db.write() as tx:
            await tx.run(
                "DELETE FROM kept_away WHERE account = ? AND person = ?", (account, person)
            )

    async def is_hidden(self, account: AccountId, person: PersonId) -> bool:
        """Tell whether somebody is kept away from here for good.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            "SELECT 1 FROM kept_away WHERE account = ? AND person = ? AND until_at IS NULL",
            (account, person),
        )
        return bool(rows)


async def _set_aside(
    tx: Transaction, account: AccountId, thread: ThreadId, person: PersonId
) -> None:
    before: Standing | None = await standing(tx, account, thread, person)
    if before is not None:
        after = replace(before, state=WaitState.SET_ASIDE)
        await move(tx, account, thread, person, before, after)
