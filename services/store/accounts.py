"""What of our accounts is kept beside the words: who is signed out, and whom a network holds back.

Law: whoever waits for an account that is signed out waits for nobody: their rows are in no list
and no count, and come back as they were when it is signed in again.
"""

from services.model.ids import AccountId, NetworkName
from services.store.database import Database, Transaction
from services.store.piles import count_all, rebuild
from services.store.waiting import AWAY


async def put_held_back(tx: Transaction, account: AccountId, people: int) -> bool:
    """Keep how many people a network holds back from an account; whether that is other."""
    rows = await tx.run(
        "UPDATE account SET held_back = ?2 WHERE id = ?1 AND held_back <> ?2 RETURNING id",
        (account, people),
    )
    return bool(rows)


class AccountRows:
    """Reads and writes the accounts of the private file."""

    def __init__(self, db: Database) -> None:
        """Work on the private file."""
        self._db = db

    async def held_back(self) -> int:
        """Count the people whose words networks hold back from the accounts that are signed in."""
        rows = await self._db.read(
            "SELECT coalesce(sum(held_back), 0) AS people FROM account WHERE away = 0"
        )
        return int(rows[0]["people"])

    async def present(self) -> frozenset[AccountId]:
        """Give the accounts that are kept as signed in."""
        rows = await self._db.read("SELECT id FROM account WHERE away = 0")
        return frozenset(AccountId(row["id"]) for row in rows)

    async def arrive(self, account: AccountId, network: NetworkName) -> None:
        """Note that an account is signed in; whoever waited for it waits again.

        Raises:
            StoreError: nothing of it was written.
        """

        async def work(tx: Transaction) -> None:
            rows = await tx.run("SELECT away FROM account WHERE id = ?", (account,))
            await tx.run(
                """INSERT INTO account (id, network) VALUES (?1, ?2)
                   ON CONFLICT (id) DO UPDATE SET away = 0""",
                (account, network.value),
            )
            if rows and rows[0]["away"]:
                await tx.run(
                    "UPDATE waiting SET state = state - ? WHERE account = ? AND state >= 16",
                    (AWAY, account),
                )
                await count_all(tx, account, 1)
                await rebuild(tx, account)

        await self._db.write_whole(work)

    async def leave(self, account: AccountId) -> None:
        """Note that an account is signed out; nobody waits for it any more.

        Raises:
            StoreError: nothing of it was written.
        """

        async def work(tx: Transaction) -> None:
            rows = await tx.run(
                "UPDATE account SET away = 1 WHERE id = ? AND away = 0 RETURNING id", (account,)
            )
            if not rows:
                return
            await count_all(tx, account, -1)
            for states in ("state IN (0, 1)", "state = 4"):
                await tx.run(
                    f"""UPDATE waiting SET state = state + ?, piled = 0
                        WHERE account = ? AND {states}""",
                    (AWAY, account),
                )
            await rebuild(tx, account)

        await self._db.write_whole(work)

    async def forget(self, account: AccountId) -> None:
        """Forget everything that was said to an account or by it; its people stay known by name.

        Raises:
            StoreError: nothing of it was written.
        """

        async def work(tx: Transaction) -> None:
            await tx.run(
                """UPDATE person SET words = 0, last_at = NULL, last_body = NULL,
                     before_at = NULL, before_body = NULL
                   WHERE id IN (SELECT person FROM comment WHERE account = ? AND relation = 1)""",
                (account,),
            )
            await tx.run(
                """DELETE FROM comment_words
                   WHERE rowid IN (SELECT words FROM comment WHERE account = ?)""",
                (account,),
            )
            await count_all(tx, account, -1)
            for table in ("comment", "waiting", "pile", "exchange", "cursor"):
                await tx.run(f"DELETE FROM {table} WHERE account = ?", (account,))
            await tx.run("DELETE FROM account WHERE id = ?", (account,))

        await self._db.write_whole(work)
