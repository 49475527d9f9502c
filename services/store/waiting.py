"""The waiting table: one row per (account, thread, person), maintained on write.

Law: every write that changes who waits also keeps the pile of its thread and the two counts,
in the same transaction; so no reading ever counts rows.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from services.ledger import LIVE_FOR, Standing
from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId, WaitingId
from services.model.posts import Post, Reach
from services.model.waiting import Lane, Order, Waiting, WaitingList, WaitState
from services.store.database import Database, Transaction, Value
from services.store.instants import from_row, from_row_or_none, to_row
from services.store.people import author_of
from services.text.clean import clean
from services.waiting import PILE_FROM, SHOWN_AT_MOST, Candidate, rank

_COLUMNS = """w.id, w.account, w.network, w.thread, w.person, w.post, w.body, w.reach, w.since_at,
  w.last_at, w.ours_at, w.words, w.lane, w.away_days, w.state, p.handle, p.name"""
_FROM = "FROM waiting w JOIN person p ON p.id = w.person"
_A_DAY = timedelta(days=1)


async def standing(
    tx: Transaction, account: AccountId, thread: ThreadId, person: PersonId
) -> Standing | None:
    """Give how a person stands in a thread, or ``None`` where they never wrote to us."""
    rows = await tx.run(
        """SELECT state, lane, since_at, last_at, ours_at, words, away_days FROM waiting
           WHERE account = ? AND thread = ? AND person = ?""",
        (account, thread, person),
    )
    return _standing_of(rows[0]) if rows else None


async def put(
    tx: Transaction, comment: Post, before: Standing | None, after: Standing
) -> WaitingId:
    """Write the standing after ``comment``, which becomes the word that waits if it is newest."""
    rows = await tx.run(
        """INSERT INTO waiting (account, network, thread, person, post, body, reach, since_at,
             last_at, ours_at, words, lane, away_days, state)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
           ON CONFLICT (account, thread, person) DO UPDATE SET
             post = iif(?15 >= last_at, ?5, post), body = iif(?15 >= last_at, ?6, body),
             reach = ?7, since_at = ?8, last_at = ?9, ours_at = ?10, words = ?11, lane = ?12,
             away_days = ?13, state = ?14
           RETURNING id""",
        (
            comment.account,
            comment.network.value,
            comment.thread,
            comment.author.person,
            comment.id,
            comment.body,
            comment.reach.value,
            to_row(after.since_at),
            to_row(after.last_at),
            None if after.ours_at is None else to_row(after.ours_at),
            after.words,
            after.lane,
            after.away_days,
            after.state,
            to_row(comment.created_at),
        ),
    )
    who = (comment.account, comment.thread, comment.author.person)
    await _keep_counts(tx, who, before, after)
    return WaitingId(rows[0]["id"])


async def rewrite(tx: Transaction, word: Post, before: Standing, after: Standing) -> WaitingId:
    """Write a standing that was told anew; ``word`` is the last that they have said."""
    who = (word.account, word.thread, word.author.person)
    rows = await tx.run(
        """UPDATE waiting SET post = ?, body = ?, reach = ?, since_at = ?, last_at = ?,
             away_days = ? WHERE account = ? AND thread = ? AND person = ? RETURNING id""",
        (
            word.id,
            word.body,
            word.reach.value,
            to_row(after.since_at),
            to_row(after.last_at),
            after.away_days,
            *who,
        ),
    )
    await move(tx, *who, before, after)
    return WaitingId(rows[0]["id"])


async def remove(
    tx: Transaction, account: AccountId, thread: ThreadId, person: PersonId, before: Standing
) -> None:
    """Forget somebody who has taken back everything they said to us in a thread."""
    who = (account, thread, person)
    await tx.run("DELETE FROM waiting WHERE account = ? AND thread = ? AND person = ?", who)
    await _keep_counts(tx, who, before, None)


async def move(
    tx: Transaction,
    account: AccountId,
    thread: ThreadId,
    person: PersonId,
    before: Standing,
    after: Standing,
) -> WaitingId:
    """Write a standing that changed without a new word of theirs."""
    rows = await tx.run(
        """UPDATE waiting SET state = ?, lane = ?, ours_at = ?, words = ?
           WHERE account = ? AND thread = ? AND person = ? RETURNING id""",
        (
            after.state,
            after.lane,
            None if after.ours_at is None else to_row(after.ours_at),
            after.words,
            account,
            thread,
            person,
        ),
    )
    await _keep_counts(tx, (account, thread, person), before, after)
    return WaitingId(rows[0]["id"])


class WaitingRows:
    """Reads who waits, and carries out what a person decides about one of them."""

    def __init__(self, db: Database) -> None:
        """Work on the private file."""
        self._db = db
        self._built: dict[sqlite3.Row, Candidate] = {}

    async def read(
        self, now: datetime, order: Order = Order.BY_LANE, at_most: int = SHOWN_AT_MOST
    ) -> WaitingList:
        """Give who waits at ``now``, the first ``at_most`` rows, and how many there are."""
        found = [*await self._piles(now, order, at_most), *await self._lanes(now, order, at_most)]
        candidates = self._build(found)
        counts = (await self._db.read("SELECT people, last_words FROM waiting_count"))[0]
        return WaitingList(
            rows=rank(candidates, now, order)[:at_most],
            people=counts["people"],
            last_words=counts["last_words"],
            order=order,
        )

    async def one(self, waiting: WaitingId) -> Waiting | None:
        """Give one row, whatever its state."""
        rows = await self._db.read(f"SELECT {_COLUMNS} {_FROM} WHERE w.id = ?", (waiting,))
        return _candidate_of(rows[0]).waiting if rows else None

    async def pile(self, account: AccountId, thread: ThreadId) -> tuple[Waiting, ...]:
        """Give the people who wait under one post, longest first."""
        rows = await self._db.read(
            f"""SELECT {_COLUMNS} {_FROM} WHERE w.account = ? AND w.thread = ?
                AND w.state IN (0, 1) AND w.lane < 5 ORDER BY w.lane, w.since_at LIMIT ?""",
            (account, thread, SHOWN_AT_MOST),
        )
        return tuple(_candidate_of(row).waiting for row in rows)

    async def watched(self, limit: int = 20) -> tuple[Waiting, ...]:
        """Give whom we watch, latest word first."""
        rows = await self._db.read(
            f"""SELECT {_COLUMNS} {_FROM} WHERE w.state = 4 ORDER BY w.last_at DESC LIMIT ?""",
            (limit,),
        )
        return tuple(_candidate_of(row).waiting for row in rows)

    async def waited_a_day(self, now: datetime) -> int:
        """Count who has waited more than a day, stopping at 1,000."""
        rows = await self._db.read(
            """SELECT count(*) AS n FROM (
                 SELECT 1 FROM waiting WHERE state IN (0, 1) AND piled = 0 AND since_at < ?1
                   AND lane < 5
                 UNION ALL
                 SELECT 1 FROM waiting WHERE state IN (0, 1) AND piled = 1 AND since_at < ?1
                   AND lane < 5
                 LIMIT 1000)""",
            (to_row(now - _A_DAY),),
        )
        return int(rows[0]["n"])

    async def decide(self, waiting: WaitingId, state: WaitState) -> WaitState | None:
        """Put one row into ``state``; give the state it was in, or ``None`` if it is gone.

        One transaction: of two terminals that decide at once, the later one sees the earlier.
        """
        async with self._db.write() as tx:
            rows = await tx.run(
                """SELECT state, lane, since_at, last_at, ours_at, words, away_days, account,
                     thread, person FROM waiting WHERE id = ?""",
                (waiting,),
            )
            if not rows:
                return None
            before = _standing_of(rows[0])
            await tx.run("UPDATE waiting SET state = ? WHERE id = ?", (state, waiting))
            after = replace(before, state=state)
            who = (
                AccountId(rows[0]["account"]),
                ThreadId(rows[0]["thread"]),
                PersonId(rows[0]["person"]),
            )
            await _keep_counts(tx, who, before, after)
            return before.state

    async def _lanes(self, now: datetime, order: Order, room: int) -> list[sqlite3.Row]:
        """Ask each lane's index for its first rows, ``room`` in all."""
        live = to_row(now - LIVE_FOR)
        found = await self._some(
            "w.state IN (0, 1) AND w.ours_at IS NOT NULL AND w.ours_at >= ? LIMIT 100", (live,)
        )
        waits = "w.state IN (0, 1) AND w.piled = 0"
        match order:
            case Order.BY_LANE:
                for lane in (Lane.QUESTION, Lane.BACK, Lane.REST, Lane.LAST_WORD):
                    where = f"{waits} AND w.lane = {lane:d} ORDER BY w.since_at, w.id LIMIT ?"
                    some = await self._some(where, (room,)) if room else []
                    found += some
                    room -= len(some)
            case Order.OLDEST:
                found += await self._some(f"{waits} ORDER BY w.since_at, w.id LIMIT ?", (room,))
        return found

    async def _some(self, where: str, params: tuple[Value, ...]) -> list[sqlite3.Row]:
        return await self._db.read(f"SELECT {_COLUMNS}, 1 AS people {_FROM} WHERE {where}", params)

    def _build(self, found: Iterable[sqlite3.Row]) -> list[Candidate]:
        """Make rows into values; those of the last reading are taken from there.

        A live screen reads ten times a second, and of what it reads next to nothing has changed.
        """
        self._built = {
            row: self._built.get(row) or _candidate_of(row, row["people"]) for row in found
        }
        return list(self._built.values())

    async def _piles(self, now: datetime, order: Order, room: int) -> list[sqlite3.Row]:
        """Give one row per pile: whoever stands first in it, for all who are not live.

        The first ``room`` piles, in the order in which the list will have them.
        """
        place = "pile.lane, pile.since_at" if order is Order.BY_LANE else "pile.since_at"
        return await self._db.read(
            f"""SELECT {_COLUMNS}, pile.people - (
                  SELECT count(*) FROM waiting WHERE account = pile.account
                    AND thread = pile.thread AND state IN (0, 1) AND lane < 5
                    AND ours_at IS NOT NULL AND ours_at >= ?1) AS people
                FROM pile JOIN waiting w ON w.id = (
                  SELECT id FROM waiting WHERE account = pile.account AND thread = pile.thread
                    AND state IN (0, 1) AND lane < 5 AND (ours_at IS NULL OR ours_at < ?1)
                    ORDER BY lane, since_at LIMIT 1)
                JOIN person p ON p.id = w.person WHERE pile.people >= {PILE_FROM}
                ORDER BY {place} LIMIT ?2""",
            (to_row(now - LIVE_FOR), room),
        )


_Who = tuple[AccountId, ThreadId, PersonId]


async def _keep_counts(
    tx: Transaction, who: _Who, before: Standing | None, after: Standing | None
) -> None:
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


async def _keep_pile(tx: Transaction, who: _Who, *, is_in: bool) -> None:
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


async def _keep_first(tx: Transaction, who: _Who) -> None:
    """Write down where the pile of a thread stands: where the first of its people would."""
    account, thread, _ = who
    await tx.run(
        f"""UPDATE pile SET (lane, since_at) = (
              SELECT lane, since_at FROM waiting WHERE account = ?1 AND thread = ?2
                AND state IN (0, 1) AND lane < 5 ORDER BY lane, since_at LIMIT 1)
            WHERE account = ?1 AND thread = ?2 AND people >= {PILE_FROM}""",
        (account, thread),
    )


def _standing_of(row: sqlite3.Row) -> Standing:
    return Standing(
        state=WaitState(row["state"]),
        lane=Lane(row["lane"]),
        since_at=from_row(row["since_at"]),
        last_at=from_row(row["last_at"]),
        ours_at=from_row_or_none(row["ours_at"]),
        words=row["words"],
        away_days=row["away_days"],
    )


def _candidate_of(row: sqlite3.Row, people: int = 1) -> Candidate:
    waiting = Waiting(
        id=WaitingId(row["id"]),
        account=AccountId(row["account"]),
        network=NetworkName(row["network"]),
        thread=ThreadId(row["thread"]),
        author=author_of(row["person"], row["handle"], row["name"]),
        post=PostId(row["post"]),
        body=clean(row["body"]),
        since_at=from_row(row["since_at"]),
        last_at=from_row(row["last_at"]),
        lane=Lane(row["lane"]),
        state=WaitState(row["state"]),
        reach=Reach(row["reach"]),
        words=row["words"],
        people=people,
        away_days=row["away_days"],
    )
    return Candidate(waiting, from_row_or_none(row["ours_at"]))
