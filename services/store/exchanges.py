"""Exchanges: their words and our answer, and when they spoke again."""

import sqlite3
from datetime import datetime

from services.ledger import Standing, acquaintance
from services.model.debrief import Exchange
from services.model.ids import AccountId, NetworkName, PersonId, PostId, SessionId
from services.model.people import Acquaintance
from services.model.posts import Post
from services.model.waiting import Lane
from services.model.words import Safe
from services.store.database import Database, Transaction
from services.store.instants import from_row, from_row_or_none, to_row
from services.store.people import author_of
from services.text.clean import clean_line

_COLUMNS = """p.id AS person, p.network, p.handle, p.name, e.acquaintance, e.asked_at, e.asked_body,
  e.answered_at, e.our_body, e.was_question, e.away_days, e.returned_at, e.returned_body"""


async def add_exchange(
    tx: Transaction,
    ours: Post,
    before: Standing,
    session: SessionId | None,
    asked: Safe | None = None,
) -> None:
    """Write down that ``ours`` has answered what stood ``before``.

    ``asked`` is what it answered, where they have said more since.
    """
    rows = await tx.run(
        """SELECT p.exchanges, w.body FROM person p JOIN waiting w
             ON w.account = ? AND w.thread = ? AND w.person = p.id WHERE p.id = ?""",
        (ours.account, ours.thread, ours.answers),
    )
    known = acquaintance(rows[0]["exchanges"], before.away_days)
    added = await tx.run(
        """INSERT INTO exchange (session, account, thread, person, asked_at, asked_body,
             answered_at, our_post, our_body, was_question, acquaintance, away_days)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id""",
        (
            session,
            ours.account,
            ours.thread,
            ours.answers,
            to_row(before.since_at),
            rows[0]["body"] if asked is None else asked,
            to_row(ours.created_at),
            ours.id,
            ours.body,
            before.lane is Lane.QUESTION,
            known.value,
            before.away_days,
        ),
    )
    if added:
        await tx.run("UPDATE person SET exchanges = exchanges + 1 WHERE id = ?", (ours.answers,))


async def rewrite_exchange(tx: Transaction, ours: Post) -> None:
    """Remember our own words as we have edited them; theirs stay as we answered them."""
    await tx.run(
        "UPDATE exchange SET our_body = ? WHERE account = ? AND our_post = ?",
        (ours.body, ours.account, ours.id),
    )


async def drop_exchange(tx: Transaction, account: AccountId, our_post: PostId) -> PersonId | None:
    """Forget the exchange that a post of ours had made; with whom it was."""
    rows = await tx.run(
        "DELETE FROM exchange WHERE account = ? AND our_post = ? RETURNING person",
        (account, our_post),
    )
    if not rows:
        return None
    person = PersonId(rows[0]["person"])
    await tx.run("UPDATE person SET exchanges = exchanges - 1 WHERE id = ?", (person,))
    return person


async def mark_returned(tx: Transaction, comment: Post) -> bool:
    """Write down that whoever wrote ``comment`` has spoken again after our answer there."""
    rows = await tx.run(
        """UPDATE exchange SET returned_at = ?1, returned_body = ?2
           WHERE account = ?3 AND thread = ?4 AND person = ?5 AND answered_at < ?1
             AND returned_at IS NULL RETURNING id""",
        (
            to_row(comment.created_at),
            comment.body,
            comment.account,
            comment.thread,
            comment.author.person,
        ),
    )
    return bool(rows)


class Exchanges:
    """Reads the exchanges."""

    def __init__(self, db: Database) -> None:
        """Read from the private file."""
        self._db = db

    async def of_session(self, session: SessionId) -> tuple[Exchange, ...]:
        """Give the exchanges of a session, in the order they were answered."""
        rows = await self._db.read(
            f"""SELECT {_COLUMNS} FROM exchange e JOIN person p ON p.id = e.person
                WHERE e.session = ? ORDER BY e.answered_at, e.id""",
            (session,),
        )
        return tuple(_exchange_of(row) for row in rows)

    async def returned_since(self, moment: datetime, limit: int = 20) -> tuple[Exchange, ...]:
        """Give the exchanges whose person spoke again after ``moment``, latest first."""
        rows = await self._db.read(
            f"""SELECT {_COLUMNS} FROM exchange e JOIN person p ON p.id = e.person
                WHERE e.returned_at > ? ORDER BY e.returned_at DESC LIMIT ?""",
            (to_row(moment), limit),
        )
        return tuple(_exchange_of(row) for row in rows)

    async def spoken_with(self, limit: int) -> tuple[PersonId, ...]:
        """Give whom we have answered and keep near, those whom we answered last in front.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self._db.read(
            """SELECT person FROM exchange
               WHERE person NOT IN (SELECT k.person FROM kept_away k)
               GROUP BY person ORDER BY max(answered_at) DESC, person LIMIT ?""",
            (limit,),
        )
        return tuple(PersonId(row["person"]) for row in rows)


def _exchange_of(row: sqlite3.Row) -> Exchange:
    returned = row["returned_body"]
    return Exchange(
        author=author_of(row["person"], row["handle"], row["name"]),
        network=NetworkName(row["network"]),
        acquaintance=Acquaintance(row["acquaintance"]),
        asked_at=from_row(row["asked_at"]),
        answered_at=from_row(row["answered_at"]),
        was_question=bool(row["was_question"]),
        returned_at=from_row_or_none(row["returned_at"]),
        away_days=row["away_days"],
        their_words=clean_line(row["asked_body"]),
        our_words=clean_line(row["our_body"]),
        returned_words=clean_line(returned) if returned is not None else None,
    )
