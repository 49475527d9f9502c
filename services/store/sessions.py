"""The sessions: planned, running, ended; kept so that one that was cut off can go on."""

import sqlite3

from services.clock import BootTime
from services.model.ids import SessionId
from services.model.session import Ending, Plan, Rhythm, Sitting, Verdict
from services.store.database import Database
from services.store.instants import from_row, from_row_or_none, to_row
from services.text.clean import clean_line


class Sessions:
    """Reads and writes the sessions of the private file."""

    def __init__(self, db: Database) -> None:
        """Work on the private file."""
        self._db = db

    async def save(self, sitting: Sitting, anchor: BootTime) -> None:
        """Keep how far a session is, and what its deadline is counted from.

        Raises:
            StoreError: it could not be kept.
        """
        plan = sitting.plan
        async with self._db.write() as tx:
            await tx.run(
                """INSERT INTO session (id, minutes, rhythm, intention, practice, started_at,
                     ends_at, start_boot, start_boot_s, extensions, ended_at, ending)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                   ON CONFLICT (id) DO UPDATE SET ends_at = ?7, start_boot = ?8,
                     start_boot_s = ?9, extensions = ?10, ended_at = ?11, ending = ?12""",
                (
                    sitting.id,
                    plan.minutes,
                    plan.rhythm.value,
                    plan.intention,
                    plan.is_practice,
                    to_row(sitting.started_at),
                    to_row(sitting.ends_at),
                    anchor.boot,
                    anchor.seconds,
                    sitting.extensions,
                    None if sitting.ended_at is None else to_row(sitting.ended_at),
                    None if sitting.ending is None else sitting.ending.value,
                ),
            )

    async def note_long_waits(self, session: SessionId, people: int) -> None:
        """Keep how many had waited more than a day when a session began."""
        async with self._db.write() as tx:
            await tx.run("UPDATE session SET long_waits = ? WHERE id = ?", (people, session))

    async def judge(self, session: SessionId, verdict: Verdict) -> None:
        """Keep what was said when asked whether the intention was met."""
        async with self._db.write() as tx:
            await tx.run("UPDATE session SET verdict = ? WHERE id = ?", (verdict.value, session))

    async def read(self, session: SessionId) -> Sitting | None:
        """Give one session."""
        rows = await self._db.read("SELECT * FROM session WHERE id = ?", (session,))
        return _sitting_of(rows[0]) if rows else None

    async def long_waits(self, session: SessionId) -> int:
        """Give how many had waited more than a day when a session began."""
        rows = await self._db.read("SELECT long_waits FROM session WHERE id = ?", (session,))
        return int(rows[0]["long_waits"]) if rows else 0

    async def unfinished(self) -> tuple[Sitting, BootTime] | None:
        """Give the latest session that never ended, and the boot time it began at."""
        rows = await self._db.read(
            "SELECT * FROM session WHERE ended_at IS NULL ORDER BY started_at DESC LIMIT 1"
        )
        if not rows:
            return None
        return _sitting_of(rows[0]), BootTime(rows[0]["start_boot"], rows[0]["start_boot_s"])

    async def latest(self, count: int = 50) -> tuple[Sitting, ...]:
        """Give the sessions that have ended, newest first."""
        rows = await self._db.read(
            """SELECT * FROM session WHERE ended_at IS NOT NULL
               ORDER BY started_at DESC LIMIT ?""",
            (count,),
        )
        return tuple(_sitting_of(row) for row in rows)


def _sitting_of(row: sqlite3.Row) -> Sitting:
    return Sitting(
        id=SessionId(row["id"]),
        plan=Plan(
            minutes=row["minutes"],
            rhythm=Rhythm(row["rhythm"]),
            intention=clean_line(row["intention"]),
            is_practice=bool(row["practice"]),
        ),
        started_at=from_row(row["started_at"]),
        ends_at=from_row(row["ends_at"]),
        extensions=row["extensions"],
        ended_at=from_row_or_none(row["ended_at"]),
        ending=None if row["ending"] is None else Ending(row["ending"]),
        verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
    )
