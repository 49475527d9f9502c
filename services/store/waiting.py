"""The waiting table: one row per (account, thread, person), maintained on write.

Law: every write that changes who waits also keeps the pile of its thread and the two counts
(``services.store.piles``), in the same transaction; so no reading ever counts rows.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from services.ledger import LIVE_FOR, Standing
from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId, WaitingId
from services.model.posts import Post, PostState, Reach
from services.model.waiting import Lane, Order, Waiting, WaitingList, WaitState
from services.store.database import Database, Transaction, Value
from services.store.instants import from_row, from_row_or_none, to_row
from services.store.people import author_of
from services.store.piles import keep_counts
from services.text.clean import clean, clean_line
from services.waiting import PILE_FROM, SHOWN_AT_MOST, Candidate, rank

_COLUMNS = """w.id, w.account, w.network, w.thread, w.person, w.post, w.body, w.reach, w.since_at,
  w.last_at, w.ours_at, w.words, w.lane, w.away_days, w.state, w.post_state, w.warning, p.handle,
  p.name"""
_FROM = "FROM waiting w JOIN person p ON p.id = w.person"
_A_DAY = timedelta(days=1)
AWAY = 16
"""What is added to the state of a row while its account is signed out."""


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
             last_at, ours_at, words, lane, away_days, state, post_state, warning)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?16, ?17)
           ON CONFLICT (account, thread, person) DO UPDATE SET
             post = iif(?15 >= last_at, ?5, post), body = iif(?15 >= last_at, ?6, body),
             post_state = iif(?15 >= last_at, ?16, post_state),
             warning = iif(?15 >= last_at, ?17, warning),
             reach = iif(?15 >= last_at, ?7, reach), since_at = ?8, last_at = ?9,
             ours_at = ?10, words = ?11, lane = ?12, away_days = ?13, state = ?14
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
            comment.state.value,
            comment.warning,
        ),
    )
    who = (comment.account, comment.thread, comment.author.person)
    await keep_counts(tx, who, before, after)
    return WaitingId(rows[0]["id"])


async def rewrite(tx: Transaction, word: Post, before: Standing, after: Standing) -> WaitingId:
    """Write a standing that was told anew; ``word`` is the last that they have said."""
    who = (word.account, word.thread, word.author.person)
    rows = await tx.run(
        """UPDATE waiting SET post = ?, body = ?, reach = ?, since_at = ?, last_at = ?,
             away_days = ?, post_state = ?, warning = ?
           WHERE account = ? AND thread = ? AND person = ? RETURNING id""",
        (
            word.id,
            word.body,
            word.reach.value,
            to_row(after.since_at),
            to_row(after.last_at),
            after.away_days,
            word.state.value,
            word.warning,
            *who,
        ),
    )
    await move(tx, *who, before, after)
    return WaitingId(rows[0]["id"])


async def mend(tx: Transaction, word: Post) -> bool:
    """Show an edited word of theirs as it is now, where it is their last; nobody moves by it."""
    rows = await tx.run(
        """UPDATE waiting SET body = ?, reach = ?, post_state = ?, warning = ?
           WHERE account = ? AND thread = ? AND person = ? AND post = ? RETURNING id""",
        (
            word.body,
            word.reach.value,
            word.state.value,
            word.warning,
            word.account,
            word.thread,
            word.author.person,
            word.id,
        ),
    )
    return bool(rows)


async def remove(
    tx: Transaction, account: AccountId, thread: ThreadId, person: PersonId, before: Standing
) -> None:
    """Forget somebody who has taken back everything they said to us in a thread."""
    who = (account, thread, person)
    await tx.run("DELETE FROM waiting WHERE account = ? AND thread = ? AND person = ?", who)
    await keep_counts(tx, who, before, None)


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
    await keep_counts(tx, (account, thread, person), before, after)
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
                     thread, person FROM waiting WHERE id = ? AND state < ?""",
                (waiting, AWAY),
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
            await keep_counts(tx, who, before, after)
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


def _standing_of(row: sqlite3.Row) -> Standing:
    return Standing(
        state=WaitState(row["state"] % AWAY),
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
        state=WaitState(row["state"] % AWAY),
        reach=Reach(row["reach"]),
        words=row["words"],
        people=people,
        away_days=row["away_days"],
        is_held=row["post_state"] == PostState.HELD.value,
        warning=clean_line(row["warning"], chars=500),
    )
    return Candidate(waiting, from_row_or_none(row["ours_at"]))
