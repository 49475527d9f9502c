"""How many wait, and who waits under one post: kept beside the waiting table by every write.

Law: in the transaction that changes who waits. ``rebuild`` gives what all the single steps would
have made; it is for the few writes that change many rows at once.
"""

from services.ledger import Standing
from services.model.ids import AccountId, PersonId, ThreadId
from services.store.database import Transaction
from services.waiting import PILE_FROM

Who = tuple[AccountId, ThreadId, PersonId]
"""One row of the waiting table."""


async def keep_counts(
    tx: Transaction, who: Who, before: Standing | None, after: Standing | None
) -> None:
    """Keep counts and pile when one person's standing changes; ``None``: there is no row."""
    counted, counts = before is not None and before.counts, after is not None and after.counts
    was_quiet = before is not None and before.is_waiting and not counted
    quiet = after is not None and after.is_waiting and not counts
    if counted != counts or was_quiet != quiet:
        await tx.run(
            "UPDATE waiting_count SET people = people + ?, last_words = last_words + ?",
            (counts - counted, quiet - was_quiet),
        )
    if counted != counts:
        await _keep_pile(tx, who, is_in=counts)
    if counted or counts:
        await _keep_first(tx, who)


async def _keep_pile(tx: Transaction, who: Who, *, is_in: bool) -> None:
    """Count one person into the pile of a thread or out of it, and say who is shown in it."""
    account, thread, _ = who
    rows = await tx.run(
        """INSERT INTO pile (account, thread, people) VALUES (?1, ?2, 1)
           ON CONFLICT DO UPDATE SET people = people + ?3 RETURNING people""",
        (account, thread, 1 if is_in else -1),
    )
    people = int(rows[0]["people"])
    if is_in and people == PILE_FROM:
        await tx.run(
            """UPDATE waiting SET piled = 1 WHERE account = ? AND thread = ?
                 AND state IN (0, 1) AND lane < 5 AND piled = 0""",
            (account, thread),
        )
    elif not is_in and people == PILE_FROM - 1:
        await tx.run(
            "UPDATE waiting SET piled = 0 WHERE account = ? AND thread = ? AND piled = 1",
            (account, thread),
        )
    else:
        await tx.run(
            "UPDATE waiting SET piled = ? WHERE account = ? AND thread = ? AND person = ?",
            (is_in and people > PILE_FROM, *who),
        )


async def _keep_first(tx: Transaction, who: Who) -> None:
    """Write down where the pile of a thread stands: where the first of its people would."""
    account, thread, _ = who
    await tx.run(
        f"""UPDATE pile SET (lane, since_at) = (
              SELECT lane, since_at FROM waiting WHERE account = ?1 AND thread = ?2
                AND state IN (0, 1) AND lane < 5 ORDER BY lane, since_at LIMIT 1)
            WHERE account = ?1 AND thread = ?2 AND people >= {PILE_FROM}""",
        (account, thread),
    )


async def rebuild(tx: Transaction, account: AccountId, thread: ThreadId | None = None) -> None:
    """Make the piles of an account, or of one of its threads, from the rows that wait."""
    under = "account = ?1" if thread is None else "account = ?1 AND thread = ?2"
    who = (account,) if thread is None else (account, thread)
    counts = f"{under} AND state IN (0, 1) AND lane < 5"
    await tx.run(f"UPDATE waiting SET piled = 0 WHERE {counts} AND piled = 1", who)
    await tx.run(f"DELETE FROM pile WHERE {under}", who)
    await tx.run(
        f"""INSERT INTO pile (account, thread, people)
            SELECT account, thread, count(*) FROM waiting WHERE {counts} GROUP BY thread""",
        who,
    )
    large = f"SELECT thread FROM pile WHERE {under} AND people >= {PILE_FROM}"
    await tx.run(f"UPDATE waiting SET piled = 1 WHERE {counts} AND thread IN ({large})", who)
    await tx.run(
        f"""UPDATE pile SET (lane, since_at) = (
              SELECT lane, since_at FROM waiting w WHERE w.account = pile.account
                AND w.thread = pile.thread AND state IN (0, 1) AND lane < 5
                ORDER BY lane, since_at LIMIT 1)
            WHERE {under} AND people >= {PILE_FROM}""",
        who,
    )


async def count_all(tx: Transaction, account: AccountId, sign: int) -> None:
    """Add everybody of an account who waits to the two counts, or take them out (-1)."""
    await tx.run(
        """UPDATE waiting_count SET (people, last_words) = (
             SELECT people + ?2 * count(*) FILTER (WHERE lane < 5),
               last_words + ?2 * count(*) FILTER (WHERE lane >= 5)
             FROM waiting WHERE account = ?1 AND state IN (0, 1))""",
        (account, sign),
    )
