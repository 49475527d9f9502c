"""The people who have written to us: names, and what we remember of our talks."""

from datetime import datetime

import msgspec

from services.model.ids import NetworkName, PersonId
from services.model.people import Author, Talks
from services.model.posts import Post
from services.store.database import Database, Transaction
from services.store.instants import from_row_or_none, to_row
from services.text.clean import clean_line


class Known(msgspec.Struct, frozen=True):
    """What stood in the table before a word of theirs came."""

    last_at: datetime | None
    exchanges: int


async def know(tx: Transaction, post: Post, *, waits_already: bool) -> Known:
    """Write down who wrote ``post`` and that they did; give what was known before.

    ``waits_already``: their words still wait, so what they said before that stays remembered.
    """
    author = post.author
    rows = await tx.run("SELECT last_at, exchanges FROM person WHERE id = ?", (author.person,))
    await tx.run(
        """INSERT INTO person (id, network, handle, name, words, last_at, last_body)
           VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)
           ON CONFLICT (id) DO UPDATE SET handle = ?3, name = ?4, words = words + 1,
             before_at = iif(?7, before_at, last_at), before_body = iif(?7, before_body, last_body),
             last_at = max(coalesce(last_at, ?5), ?5),
             last_body = iif(coalesce(last_at, ?5) > ?5, last_body, ?6)""",
        (
            author.person,
            post.network.value,
            author.handle,
            author.name,
            to_row(post.created_at),
            post.body,
            waits_already,
        ),
    )
    if not rows:
        return Known(None, 0)
    return Known(from_row_or_none(rows[0]["last_at"]), rows[0]["exchanges"])


async def wrote_before(tx: Transaction, person: PersonId) -> datetime | None:
    """Give when somebody had written to us before what waits now, where it is known."""
    rows = await tx.run("SELECT before_at FROM person WHERE id = ?", (person,))
    return from_row_or_none(rows[0]["before_at"]) if rows else None


async def forget_words(tx: Transaction, post: Post) -> None:
    """Remember somebody without the words that they have taken back."""
    await tx.run(
        """UPDATE person SET last_body = nullif(last_body, ?2),
             before_body = nullif(before_body, ?2)
           WHERE id = ?1""",
        (post.author.person, post.body),
    )


async def rewrite_words(tx: Transaction, before: Post, after: Post) -> None:
    """Remember what somebody said as they have edited it."""
    await tx.run(
        """UPDATE person SET last_body = iif(last_body = ?2, ?3, last_body),
             before_body = iif(before_body = ?2, ?3, before_body)
           WHERE id = ?1""",
        (after.author.person, before.body, after.body),
    )


async def meet(tx: Transaction, author: Author, network: NetworkName) -> None:
    """Write down that somebody exists, without a word of theirs to us."""
    await tx.run(
        """INSERT INTO person (id, network, handle, name, words) VALUES (?, ?, ?, ?, 0)
           ON CONFLICT (id) DO NOTHING""",
        (author.person, network.value, author.handle, author.name),
    )


class People:
    """Reads the people table."""

    def __init__(self, db: Database) -> None:
        """Read from the private file."""
        self._db = db

    async def talks(self, person: PersonId) -> Talks:
        """Give what we remember of our talks with ``person``."""
        rows = await self._db.read(
            "SELECT exchanges, before_at, before_body FROM person WHERE id = ?", (person,)
        )
        if not rows:
            return Talks()
        row = rows[0]
        body = row["before_body"]
        return Talks(
            exchanges=row["exchanges"],
            last_words=clean_line(body) if body else None,
            last_at=from_row_or_none(row["before_at"]),
        )


def author_of(person: str, handle: str, name: str) -> Author:
    """Build an author from stored columns, cleaned again."""
    return Author(PersonId(person), clean_line(handle), clean_line(name))
