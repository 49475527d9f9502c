"""Headlines in the cache: kept with the reading that brought them, forgotten after 90 days.

Law: a headline is new once. When it is read again it keeps when it was published and first seen,
whatever its publisher says later.
"""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.model.headlines import FeedId, Headline, HeadlineId
from services.model.ids import NetworkName
from services.networks.base import Headlines
from services.store.database import Database, Transaction
from services.store.feeds import put_memory
from services.store.instants import from_row, to_row
from services.text.clean import clean, clean_line, clean_url

WARMING_AT_MOST = 20_000
OF_ONE_FEED_AT_MOST = 2_000
"""So that one feed that makes up items all day does not fill the cache."""


async def keep(
    db: Database, reading: Headlines, network: NetworkName = NetworkName.FEEDS
) -> tuple[Headline, ...]:
    """Keep a reading whole, and give its headlines that are new here or say something else now.

    Raises:
        StoreError: the cache could not be written; nothing of the reading was kept.
    """

    async def work(tx: Transaction) -> tuple[Headline, ...]:
        await put_memory(tx, reading.memory, network)
        return await _take_in(tx, reading)

    return await db.write_whole(work)


async def _take_in(tx: Transaction, reading: Headlines) -> tuple[Headline, ...]:
    found = {headline.id: headline for headline in reading.headlines}
    if not found:
        return ()
    rows = await tx.run(
        """SELECT id, published_at, seen_at, title, paragraph, url, discussion, speed FROM headline
           WHERE id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(found)),),
    )
    changed = [
        msgspec.structs.replace(
            headline, published_at=from_row(row["published_at"]), seen_at=from_row(row["seen_at"])
        )
        for row in rows
        if _said(headline := found[HeadlineId(row["id"])]) != tuple(row)[3:]
    ]
    await tx.run_many(
        "UPDATE headline SET title = ?, paragraph = ?, url = ?, discussion = ?, speed = ? "
        "WHERE id = ?",
        [(*_said(headline), headline.id) for headline in changed],
    )
    known = {HeadlineId(row["id"]) for row in rows}
    new = tuple(headline for headline in found.values() if headline.id not in known)
    await tx.run_many(
        """INSERT INTO headline (title, paragraph, url, discussion, speed, id, feed, network,
             publisher, published_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [_row_of(headline) for headline in new],
    )
    if new:
        await _thin_out(tx, reading.memory.id)
    return (*new, *changed)


async def _thin_out(tx: Transaction, feed: FeedId) -> None:
    """Forget what is oldest of a feed that says too much."""
    await tx.run(
        """DELETE FROM headline WHERE id IN (SELECT id FROM headline WHERE feed = ?
             ORDER BY published_at DESC LIMIT -1 OFFSET ?)""",
        (feed, OF_ONE_FEED_AT_MOST),
    )


async def keep_only(
    db: Database, feed: FeedId, told: Sequence[HeadlineId]
) -> tuple[HeadlineId, ...]:
    """Forget what a feed no longer tells, and give the ids of that.

    Raises:
        StoreError: the cache could not be written.
    """
    async with db.write() as tx:
        rows = await tx.run(
            """DELETE FROM headline
               WHERE feed = ? AND id NOT IN (SELECT value FROM json_each(?)) RETURNING id""",
            (feed, json.dumps(told)),
        )
    return tuple(HeadlineId(row["id"]) for row in rows)


async def prune_headlines(db: Database, before: datetime) -> None:
    """Forget headlines from before a moment.

    Raises:
        StoreError: the cache could not be written.
    """
    async with db.write() as tx:
        await tx.run("DELETE FROM headline WHERE published_at < ?", (to_row(before),))


class KeptHeadlines:
    """Reads headlines from the cache."""

    def __init__(self, db: Database) -> None:
        """Read from the cache."""
        self._db = db

    async def of(self, ids: Sequence[HeadlineId]) -> tuple[Headline, ...]:
        """Give the headlines of these ids that are kept, in the order of the ids.

        Raises:
            StoreError: the cache could not be read.
        """
        rows = await self._db.read(
            "SELECT * FROM headline WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(dict.fromkeys(ids))),),
        )
        by_id = {headline.id: headline for headline in map(_headline_of, rows)}
        return tuple(by_id[one] for one in dict.fromkeys(ids) if one in by_id)

    async def since(self, moment: datetime, limit: int = WARMING_AT_MOST) -> tuple[Headline, ...]:
        """Give what was published since a moment, the newest ``limit`` of it, oldest first.

        Raises:
            StoreError: the cache could not be read.
        """
        rows = await self._db.read(
            "SELECT * FROM headline WHERE published_at >= ? ORDER BY published_at DESC LIMIT ?",
            (to_row(moment), limit),
        )
        # Cleaning so many takes a moment, and the loop has others to serve.
        return await asyncio.to_thread(lambda: tuple(map(_headline_of, reversed(rows))))


def _said(headline: Headline) -> tuple[str, str, str | None, str | None, float | None]:
    """Give what may be said otherwise when a headline is read again."""
    return (
        headline.title,
        headline.paragraph,
        headline.url,
        headline.discussion,
        headline.speed,
    )


def _row_of(headline: Headline) -> tuple[str | int | float | None, ...]:
    return (
        *_said(headline),
        headline.id,
        headline.feed,
        headline.network.value,
        headline.publisher,
        to_row(headline.published_at),
        to_row(headline.seen_at),
    )


def _headline_of(row: sqlite3.Row) -> Headline:
    return Headline(
        id=HeadlineId(row["id"]),
        feed=FeedId(row["feed"]),
        network=NetworkName(row["network"]),
        publisher=clean_line(row["publisher"]),
        title=clean_line(row["title"], chars=300),
        paragraph=clean(row["paragraph"]),
        url=clean_url(row["url"]) if row["url"] else None,
        published_at=from_row(row["published_at"]),
        seen_at=from_row(row["seen_at"]),
        speed=row["speed"],
        discussion=clean_url(row["discussion"]) if row["discussion"] else None,
    )
