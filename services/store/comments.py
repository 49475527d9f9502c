"""What was said to us and what we said: one row per post, and the index that searches them."""

import re
import sqlite3
from datetime import datetime

from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.posts import Post, Reach, Relation, Thread
from services.store.database import Database, Transaction
from services.store.instants import from_row, to_row
from services.store.people import author_of
from services.store.post_columns import (
    BESIDE,
    EDITABLE,
    columns,
    editable_values,
    fields_beside,
    is_older,
    slots,
    values_beside,
)
from services.text.clean import clean, clean_line, clean_url
from services.text.marks import find_links, find_tags

_KEPT = (
    "account",
    "post",
    "network",
    "thread",
    "parent",
    "answers",
    "person",
    "relation",
    "reach",
    "body",
    "url",
    "created_at",
    *BESIDE,
)
_COLUMNS = f"{columns('c', _KEPT)}, p.handle, p.name"
_THREAD_AT_MOST = 200
_UNSPACED = re.compile(
    r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
"""Letters of the scripts that put no space between words."""


async def add_comment(tx: Transaction, post: Post) -> bool:
    """Keep a post; whether it is new. Its author must be in the person table."""
    if await author_of_post(tx, post.account, post.id) is not None:
        return False
    await tx.run(
        "INSERT INTO comment_words (body, name, account, post) VALUES (?, ?, ?, ?)",
        (_spaced(post.body), _spaced(post.author.name), post.account, post.id),
    )
    await tx.run(
        f"""INSERT INTO comment ({", ".join(_KEPT)}, words)
            VALUES ({slots(len(_KEPT))}, last_insert_rowid())""",
        (
            post.account,
            post.id,
            post.network.value,
            post.thread,
            post.parent,
            post.answers,
            post.author.person,
            post.relation,
            post.reach.value,
            post.body,
            post.url,
            to_row(post.created_at),
            *values_beside(post),
        ),
    )
    return True


async def rewrite_comment(tx: Transaction, post: Post) -> Post | None:
    """Keep what an edit has made of a known post.

    Gives it as it was; ``None`` where it is unknown, the same, or an earlier edition.
    """
    rows = await tx.run(
        f"""SELECT {", ".join(EDITABLE)}, words FROM comment WHERE account = ? AND post = ?""",
        (post.account, post.id),
    )
    now = editable_values(post)
    if not rows or tuple(rows[0])[:-1] == now or is_older(post, rows[0]["edited_at"]):
        return None
    before = await comment_of(tx, post.account, post.id)
    await tx.run(
        f"""UPDATE comment SET {", ".join(f"{name} = ?" for name in EDITABLE)}
            WHERE account = ? AND post = ?""",
        (*now, post.account, post.id),
    )
    if rows[0]["body"] != post.body:
        await tx.run(
            "UPDATE comment_words SET body = ? WHERE rowid = ?",
            (_spaced(post.body), rows[0]["words"]),
        )
    return before


async def author_of_post(tx: Transaction, account: AccountId, post: PostId) -> PersonId | None:
    """Give who wrote a post that is kept."""
    rows = await tx.run(
        "SELECT person FROM comment WHERE account = ? AND post = ?", (account, post)
    )
    return PersonId(rows[0]["person"]) if rows else None


async def comment_of(tx: Transaction, account: AccountId, post: PostId) -> Post | None:
    """Give a post that is kept."""
    rows = await tx.run(
        f"""SELECT {_COLUMNS} FROM comment c JOIN person p ON p.id = c.person
            WHERE c.account = ? AND c.post = ?""",
        (account, post),
    )
    return post_of(rows[0]) if rows else None


async def words_to_us(
    tx: Transaction, account: AccountId, thread: ThreadId, person: PersonId
) -> list[Post]:
    """Give all that a person has said to us in a thread, oldest first."""
    rows = await tx.run(
        f"""SELECT {_COLUMNS} FROM comment c JOIN person p ON p.id = c.person
            WHERE c.account = ? AND c.thread = ? AND c.person = ? AND c.relation = 1
            ORDER BY c.created_at""",
        (account, thread, person),
    )
    return [post_of(row) for row in rows]


async def answers_to(
    tx: Transaction, account: AccountId, thread: ThreadId, person: PersonId
) -> list[datetime]:
    """Give when we spoke to a person in a thread, oldest first."""
    rows = await tx.run(
        """SELECT o.created_at FROM comment o
           WHERE o.account = ?1 AND o.thread = ?2 AND o.relation = 2 AND (o.answers = ?3
             OR o.answers IS NULL AND EXISTS (SELECT 1 FROM comment t
               WHERE t.account = ?1 AND t.post = o.parent AND t.person = ?3))
           ORDER BY o.created_at""",
        (account, thread, person),
    )
    return [from_row(row["created_at"]) for row in rows]


async def drop_comment(tx: Transaction, account: AccountId, post: PostId) -> None:
    """Forget a post that its author has taken back."""
    rows = await tx.run(
        "DELETE FROM comment WHERE account = ? AND post = ? RETURNING words", (account, post)
    )
    for row in rows:
        await tx.run("DELETE FROM comment_words WHERE rowid = ?", (row["words"],))


class Comments:
    """Reads the comments."""

    def __init__(self, db: Database) -> None:
        """Read from the private file."""
        self._db = db

    async def thread(self, account: AccountId, thread: ThreadId) -> Thread:
        """Give what of a thread was said to us or by us, oldest first."""
        rows = await self._db.read(
            f"""SELECT {_COLUMNS} FROM comment c JOIN person p ON p.id = c.person
                WHERE c.account = ? AND c.thread = ? ORDER BY c.created_at DESC LIMIT ?""",
            (account, thread, _THREAD_AT_MOST),
        )
        more = 0
        if len(rows) >= _THREAD_AT_MOST:
            counted = await self._db.read(
                "SELECT count(*) AS posts FROM comment WHERE account = ? AND thread = ?",
                (account, thread),
            )
            more = int(counted[0]["posts"]) - len(rows)
        return Thread(thread, tuple(post_of(row) for row in reversed(rows)), more)

    async def search(self, words: str, limit: int = 50) -> tuple[Post, ...]:
        """Find posts that hold every word (the last one as a beginning), newest first."""
        query = _query(words)
        if not query:
            return ()
        rows = await self._db.read(
            f"""SELECT {_COLUMNS} FROM
                  (SELECT account, post FROM comment_words WHERE comment_words MATCH ?
                   ORDER BY rowid DESC LIMIT ?) AS hit
                JOIN comment c ON c.account = hit.account AND c.post = hit.post
                JOIN person p ON p.id = c.person ORDER BY c.created_at DESC""",
            (query, limit),
        )
        return tuple(post_of(row) for row in rows)


def post_of(row: sqlite3.Row) -> Post:
    """Build a post from a row of comments or of the cache, cleaned again."""
    body = clean(row["body"])
    return Post(
        id=PostId(row["post"]),
        account=AccountId(row["account"]),
        network=NetworkName(row["network"]),
        thread=ThreadId(row["thread"]),
        parent=None if row["parent"] is None else PostId(row["parent"]),
        answers=None if row["answers"] is None else PersonId(row["answers"]),
        author=author_of(row["person"], row["handle"], row["name"]),
        body=body,
        created_at=from_row(row["created_at"]),
        relation=Relation(row["relation"]),
        reach=Reach(row["reach"]),
        url=clean_url(row["url"]) if row["url"] else None,
        tags=find_tags(body),
        links=find_links(body),
        **fields_beside(row),
    )


def _query(words: str) -> str:
    """Word a search so that nothing in it is syntax to FTS5, which ends at a NUL."""
    terms = ['"' + _spaced(term).replace('"', '""') + '"' for term in clean_line(words).split()]
    return " ".join(terms) + "*" if terms else ""


def _spaced(text: str) -> str:
    """Set apart what would otherwise be one long word to FTS5, so that each part is found."""
    return _UNSPACED.sub(r" \1 ", text)
