"""What is remembered of each feed, in the cache."""

import sqlite3
from typing import Final

import msgspec

from services.model.headlines import FeedId, FeedState
from services.model.ids import NetworkName
from services.networks.base import FeedMemory
from services.store.database import Database, Transaction
from services.store.instants import from_row, to_row
from services.text.clean import clean_line
from services.web.values import Validators

WORDS_CHARS: Final = 300
"""How long a sentence about a feed may be."""


class KnownFeed(msgspec.Struct, frozen=True):
    """A feed that has been read at some time."""

    network: NetworkName
    """FEEDS or HACKERNEWS; of a trend BLUESKY or MASTODON."""
    memory: FeedMemory
    headlines: int
    """How many of its headlines are kept."""


async def put_memory(tx: Transaction, memory: FeedMemory, network: NetworkName) -> None:
    """Keep what is remembered of a feed, with what was read in the same transaction."""
    await tx.run(
        """INSERT OR REPLACE INTO feed (id, network, url, name, state, words, etag, last_modified,
             checked_at, next_at, schedule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            memory.id,
            network.value,
            memory.url,
            memory.name,
            memory.state.name,
            memory.words,
            memory.validators.etag,
            memory.validators.last_modified,
            to_row(memory.checked_at),
            to_row(memory.next_at),
            memory.schedule,
        ),
    )


async def forget_feed(db: Database, feed: FeedId) -> None:
    """Forget a feed and its headlines.

    Raises:
        StoreError: the cache could not be written.
    """
    async with db.write() as tx:
        await tx.run("DELETE FROM feed WHERE id = ?", (feed,))
        await tx.run("DELETE FROM headline WHERE feed = ?", (feed,))


async def read_known(db: Database) -> dict[FeedId, KnownFeed]:
    """Give what is remembered of every feed.

    Raises:
        StoreError: the cache could not be read.
    """
    rows = await db.read(
        "SELECT f.*, (SELECT count(*) FROM headline h WHERE h.feed = f.id) AS headlines FROM feed f"
    )
    return {FeedId(row["id"]): _known(row) for row in rows}


def _known(row: sqlite3.Row) -> KnownFeed:
    memory = FeedMemory(
        id=FeedId(row["id"]),
        url=row["url"],
        state=FeedState[row["state"]],
        words=clean_line(row["words"], chars=WORDS_CHARS),
        name=clean_line(row["name"]),
        validators=Validators(row["etag"], row["last_modified"]),
        checked_at=from_row(row["checked_at"]),
        next_at=from_row(row["next_at"]),
        schedule=row["schedule"],
    )
    return KnownFeed(NetworkName(row["network"]), memory, row["headlines"])
