"""What the topic engine is told again when it begins anew: the cache of the last days, in pages.

Law: a page at a time, so that whoever reads is never long away from the rest; the newest are read,
and what was read is told in the order in which it came. What is here was cleaned when it was
written, and goes to the engine as it stands.
"""

import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import AccountId, NetworkName, PostId
from services.model.posts import PostState, Reach, Relation
from services.store.database import Database
from services.store.instants import from_row, to_row
from services.text.clean import clean
from services.text.marks import find_links, find_tags
from services.topics.items import PARAGRAPH_AT_MOST, trending_on
from services.topics.values import (
    AHEAD_AT_MOST,
    STORIES_KEPT_FOR,
    TALK_KEPT_FOR,
    HeadlineItem,
    Item,
    PostItem,
)

WARMING_AT_MOST = 20_000
"""Posts, and headlines, that are told again."""

_PAGE = 500

_words = msgspec.json.Decoder(tuple[str, ...])


async def told_again(db: Database, now: datetime) -> AsyncIterator[tuple[Item, ...]]:
    """Give the headlines and then the posts that are new enough to matter, in pages.

    Raises:
        StoreError: the cache cannot be read.
    """
    since = now - STORIES_KEPT_FOR
    headlines = [one async for page in headlines_since(db, since) for one in page]
    headlines.sort(key=lambda one: (one.seen_at, one.published_at, one.id))
    kept = [one async for page in posts_since(db, now - TALK_KEPT_FOR) for one in page]
    posts = [one for one in kept if one.created_at <= now + AHEAD_AT_MOST]
    items: list[Item] = [*headlines, *reversed(posts)]
    for begin in range(0, len(items), _PAGE):
        yield tuple(items[begin : begin + _PAGE])


async def posts_since(
    db: Database, moment: datetime, at_most: int = WARMING_AT_MOST
) -> AsyncIterator[tuple[PostItem, ...]]:
    """Give the posts written after a moment, in pages.

    Raises:
        StoreError: the cache cannot be read.
    """
    last: tuple[int, str, str] = (2**63 - 1, "", "")
    for _ in range(0, at_most, _PAGE):
        rows = await db.read(
            """SELECT * FROM post WHERE created_at > ? AND state = ? AND reach <> ?
                 AND (created_at, account, id) < (?, ?, ?)
               ORDER BY created_at DESC, account DESC, id DESC LIMIT ?""",
            (to_row(moment), PostState.UP.value, Reach.DIRECT.value, *last, _PAGE),
        )
        if rows:
            yield tuple(_post_of(row) for row in rows)
        if len(rows) < _PAGE:
            return
        last = rows[-1]["created_at"], rows[-1]["account"], rows[-1]["id"]


async def headlines_since(
    db: Database, moment: datetime, at_most: int = WARMING_AT_MOST
) -> AsyncIterator[tuple[HeadlineItem, ...]]:
    """Give the headlines published after a moment, in pages.

    Raises:
        StoreError: the cache cannot be read.
    """
    last: tuple[int, str] = (2**63 - 1, "")
    for _ in range(0, at_most, _PAGE):
        rows = await db.read(
            """SELECT * FROM headline WHERE published_at > ? AND (published_at, id) < (?, ?)
               ORDER BY published_at DESC, id DESC LIMIT ?""",
            (to_row(moment), *last, _PAGE),
        )
        if rows:
            yield tuple(_headline_of(row) for row in rows)
        if len(rows) < _PAGE:
            return
        last = rows[-1]["published_at"], rows[-1]["id"]


def _post_of(row: sqlite3.Row) -> PostItem:
    body, tags, links = row["body"], row["tags"], row["links"]
    return PostItem(
        account=AccountId(row["account"]),
        network=NetworkName(row["network"]),
        id=PostId(row["id"]),
        thread=row["thread"],
        parent=None if row["parent"] is None else PostId(row["parent"]),
        person=row["person"],
        body=body,
        tags=find_tags(clean(body)) if tags is None else _words.decode(tags),
        links=find_links(clean(body)) if links is None else _words.decode(links),
        relation=Relation(row["relation"]),
        reach=Reach(row["reach"]),
        created_at=from_row(row["created_at"]),
    )


def _headline_of(row: sqlite3.Row) -> HeadlineItem:
    network, feed = NetworkName(row["network"]), FeedId(row["feed"])
    return HeadlineItem(
        id=HeadlineId(row["id"]),
        feed=feed,
        network=network,
        publisher=row["publisher"],
        title=row["title"],
        paragraph=row["paragraph"][:PARAGRAPH_AT_MOST],
        url=row["url"],
        published_at=from_row(row["published_at"]),
        seen_at=from_row(row["seen_at"]),
        speed=row["speed"],
        trends_on=trending_on(network, feed),
    )
