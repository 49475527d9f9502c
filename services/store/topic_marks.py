"""What was done with topics: said something about, or dismissed; each with its title and time.

Law: a topic is joined in the transaction that says that a post of ours about it is out, and no
more once all of those are taken back.

What was dismissed stays away for two days: a thing that breaks is over by then, and a tag, whose
topic has the same id for ever, may hold something else. Whoever never wants to see it again mutes
it. What was joined is marked for a week.
"""

import sqlite3
from datetime import datetime, timedelta
from typing import Final

import msgspec

from services.model.ids import TopicId
from services.model.sending import Send, TargetKind
from services.model.topics import TopicMark
from services.model.words import NOTHING, Safe
from services.store.database import Database, Transaction
from services.store.instants import from_row, to_row
from services.text.clean import clean_line

DISMISSED_FOR: Final = timedelta(hours=48)
JOINED_FOR: Final = timedelta(days=7)
KEPT_FOR: Final = timedelta(days=90)
TOLD_AT_MOST: Final = 500
"""Marks of a kind that are told, the latest first: more than anybody makes in two days."""


class Marked(msgspec.Struct, frozen=True):
    """One mark."""

    topic: TopicId
    mark: TopicMark
    title: Safe
    """What it was called then; empty where only a post of it was answered."""
    at: datetime


async def mark_joined(tx: Transaction, send: Send) -> None:
    """Remember what a send that is out has spoken about, as part of a larger write."""
    target = send.target
    if target.topic is not None:
        # A reply names whom it answers, not the topic in which that was found.
        named = target.to_name if target.kind is TargetKind.TOPIC else None
        title = named or NOTHING
        await _put(tx, Marked(target.topic, TopicMark.JOINED, title, send.pressed_at))


async def unmark_joined(tx: Transaction, send: Send) -> None:
    """Forget it where nothing else of ours about it stands, once ``send`` was taken back."""
    if send.target.topic is None:
        return
    others = await tx.run(
        """SELECT 1 FROM outbox WHERE state = 2 AND taken_back_at IS NULL AND id <> ?
             AND json_extract(CAST(detail AS TEXT), '$.topic') = ? LIMIT 1""",
        (send.id, send.target.topic),
    )
    if not others:
        await _drop(tx, send.target.topic, TopicMark.JOINED)


class TopicMarks:
    """Reads and writes the marks of the private file."""

    def __init__(self, db: Database) -> None:
        """Work on the private file."""
        self._db = db

    async def dismiss(self, topic: TopicId, title: Safe, now: datetime) -> None:
        """Remember that somebody wants to see no more of a topic.

        Raises:
            StoreError: it could not be kept.
        """
        async with self._db.write() as tx:
            await _put(tx, Marked(topic, TopicMark.DISMISSED, title, now))

    async def undo_dismiss(self, topic: TopicId) -> None:
        """Let a topic be seen again; nothing happens where it was not dismissed.

        Raises:
            StoreError: it could not be written.
        """
        async with self._db.write() as tx:
            await _drop(tx, topic, TopicMark.DISMISSED)

    async def dismissed(self, now: datetime) -> tuple[Marked, ...]:
        """Give what is dismissed now, the latest first.

        Raises:
            StoreError: the file cannot be read.
        """
        return await self._since(TopicMark.DISMISSED, now - DISMISSED_FOR)

    async def joined(self, now: datetime) -> tuple[Marked, ...]:
        """Give what we have lately said something about, the latest first.

        Raises:
            StoreError: the file cannot be read.
        """
        return await self._since(TopicMark.JOINED, now - JOINED_FOR)

    async def _since(self, mark: TopicMark, moment: datetime) -> tuple[Marked, ...]:
        rows = await self._db.read(
            "SELECT * FROM topic_mark WHERE mark = ? AND at > ? ORDER BY at DESC, topic LIMIT ?",
            (mark.value, to_row(moment), TOLD_AT_MOST),
        )
        return tuple(map(_marked, rows))


async def _put(tx: Transaction, marked: Marked) -> None:
    await tx.run(
        """INSERT INTO topic_mark (topic, mark, title, at) VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (topic, mark) DO UPDATE SET
             title = iif(?3 = '', title, ?3), at = max(at, ?4)""",
        (marked.topic, marked.mark.value, marked.title, to_row(marked.at)),
    )
    await tx.run("DELETE FROM topic_mark WHERE at < ?", (to_row(marked.at - KEPT_FOR),))


async def _drop(tx: Transaction, topic: TopicId, mark: TopicMark) -> None:
    await tx.run("DELETE FROM topic_mark WHERE topic = ? AND mark = ?", (topic, mark.value))


def _marked(row: sqlite3.Row) -> Marked:
    return Marked(
        topic=TopicId(row["topic"]),
        mark=TopicMark(row["mark"]),
        title=clean_line(row["title"]),
        at=from_row(row["at"]),
    )
