"""Strangers' posts in the cache, by thread."""

import json
from datetime import datetime

from services.model.ids import AccountId, PostId, ThreadId
from services.model.posts import Post, Thread
from services.store.comments import post_of
from services.store.database import Database, Transaction
from services.store.instants import to_row
from services.store.post_columns import (
    BESIDE,
    EDITABLE,
    columns,
    editable_values,
    is_older,
    slots,
    values_beside,
)

_KEPT = (
    "account",
    "id",
    "network",
    "thread",
    "parent",
    "answers",
    "person",
    "handle",
    "name",
    "relation",
    "reach",
    "body",
    "url",
    "created_at",
    "tags",
    "links",
    *BESIDE,
)
POST_COLUMNS = f"""p.account, p.id AS post, p.network, p.thread, p.parent, p.answers, p.person,
  p.relation, p.reach, p.body, p.url, p.created_at, p.handle, p.name, {columns("p", BESIDE)}"""
_THREAD_AT_MOST = 200


async def add_post(tx: Transaction, post: Post) -> bool:
    """Keep a post; whether it is new."""
    added = await tx.run(
        f"""INSERT INTO post ({", ".join(_KEPT)}) VALUES ({slots(len(_KEPT))})
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
            *values_beside(post),
        ),
    )
    return bool(added)


async def rewrite_post(tx: Transaction, post: Post) -> bool:
    """Keep what an edit has made of a known post; whether anything of it is other."""
    who = (post.account, post.id)
    rows = await tx.run(f"SELECT {', '.join(EDITABLE)} FROM post WHERE account = ? AND id = ?", who)
    now = editable_values(post)
    if not rows or tuple(rows[0]) == now or is_older(post, rows[0]["edited_at"]):
        return False
    await tx.run(
        f"""UPDATE post SET {", ".join(f"{name} = ?" for name in EDITABLE)}, tags = ?, links = ?
            WHERE account = ? AND id = ?""",
        (*now, json.dumps(post.tags), json.dumps(post.links), *who),
    )
    return True


async def rename_post(tx: Transaction, account: AccountId, old: PostId, new: PostId) -> None:
    """Carry a post of the cache over to its new id, with what hangs on it."""
    rows = await tx.run("SELECT thread FROM post WHERE account = ? AND id = ?", (account, old))
    if not rows:
        return
    thread = rows[0]["thread"]
    # Where both are known they are one, and what came under the new id is the newer.
    await tx.run(
        "UPDATE OR IGNORE post SET id = ?3 WHERE account = ?1 AND id = ?2", (account, old, new)
    )
    await drop_post(tx, account, old)
    await tx.run(
        """UPDATE post INDEXED BY post_thread SET parent = ?3
           WHERE account = ?1 AND thread = ?4 AND parent = ?2""",
        (account, old, new, thread),
    )
    await tx.run(
        "UPDATE post SET thread = ?3 WHERE account = ?1 AND thread = ?2", (account, old, new)
    )


async def drop_post(tx: Transaction, account: AccountId, post: PostId) -> None:
    """Forget a post that its author has taken back."""
    await tx.run("DELETE FROM post WHERE account = ? AND id = ?", (account, post))


async def forget_posts(db: Database, account: AccountId) -> tuple[PostId, ...]:
    """Forget everything that an account has seen; give which posts that were.

    Raises:
        StoreError: nothing of it was written.
    """
    async with db.write() as tx:
        rows = await tx.run("DELETE FROM post WHERE account = ? RETURNING id", (account,))
    return tuple(PostId(row["id"]) for row in rows)


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
        more = 0
        if len(rows) >= _THREAD_AT_MOST - 1:
            counted = await self._db.read(
                """SELECT count(*) AS posts FROM post
                   WHERE account = ?1 AND (thread = ?2 OR id = ?2)""",
                (account, thread),
            )
            more = int(counted[0]["posts"]) - len(rows)
        return Thread(thread, tuple(post_of(row) for row in rows), more)
