"""Strangers' posts in the cache, by thread."""

import json
from datetime import datetime

from services.model.ids import AccountId, PostId, ThreadId
from services.model.posts import Post, Thread
from services.store.comments import post_of
from services.store.database import Database, Transaction
from services.store.instants import to_row

POST_COLUMNS = """p.account, p.id AS post, p.network, p.thread, p.parent, p.answers, p.person,
  p.relation, p.reach, p.body, p.url, p.created_at, p.handle, p.name"""
_THREAD_AT_MOST = 200


async def add_post(tx: Transaction, post: Post) -> bool:
    """Keep a post; whether it is new."""
    added = await tx.run(
        """INSERT INTO post (account, id, network, thread, parent, answers, person, handle, name,
             relation, reach, body, url, created_at, tags, links)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING RETURNING id""",
        (
            post.account,
            post.id,
            post.network.value,
            post.thread,
            post.parent,
            post.answers,
            post.author.person,
            post.author.handle,
            post.author.name,
            post.relation,
            post.reach.value,
            post.body,
            post.url,
            to_row(post.created_at),
            json.dumps(post.tags),
            json.dumps(post.links),
        ),
    )
    return bool(added)


async def drop_post(tx: Transaction, account: AccountId, post: PostId) -> None:
    """Forget a post that its author has taken back."""
    await tx.run("DELETE FROM post WHERE account = ? AND id = ?", (account, post))


async def prune(db: Database, before: datetime) -> None:
    """Forget posts from before a moment, and the topics that nobody has spoken of since.

    Raises:
        StoreError: the cache could not be written.
    """
    moment = to_row(before)
    async with db.write() as tx:
        await tx.run("DELETE FROM topic WHERE last_at < ?", (moment,))
        await tx.run("DELETE FROM post WHERE created_at < ?", (moment,))


class Threads:
    """Reads threads from the cache."""

    def __init__(self, db: Database) -> None:
        """Read from the cache."""
        self._db = db

    async def read(self, account: AccountId, thread: ThreadId) -> Thread:
        """Give what is known of a thread, oldest first: its beginning and its latest posts."""
        rows = await self._db.read(
            f"""SELECT {POST_COLUMNS} FROM post p WHERE p.account = ?1 AND p.id = ?2
                UNION SELECT * FROM (SELECT {POST_COLUMNS} FROM post p
                  WHERE p.account = ?1 AND p.thread = ?2 ORDER BY p.created_at DESC LIMIT ?3)
                ORDER BY created_at""",
            (account, thread, _THREAD_AT_MOST - 1),
        )
        return Thread(thread, tuple(post_of(row) for row in rows))
