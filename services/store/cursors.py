"""How far each account has been read."""

from services.model.ids import AccountId
from services.networks.base import Cursor
from services.store.database import Database, Transaction


async def put_cursor(tx: Transaction, account: AccountId, cursor: Cursor) -> None:
    """Keep how far an account has been read, with what was read in the same transaction."""
    await tx.run(
        """INSERT INTO cursor (account, cursor) VALUES (?1, ?2)
           ON CONFLICT (account) DO UPDATE SET cursor = ?2""",
        (account, cursor),
    )


async def read_cursor(db: Database, account: AccountId) -> Cursor | None:
    """Give how far an account has been read, or ``None`` where it never was."""
    rows = await db.read("SELECT cursor FROM cursor WHERE account = ?", (account,))
    return Cursor(rows[0]["cursor"]) if rows else None
