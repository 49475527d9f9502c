"""The board: posts and presence in one SQLite file that several people may write.

Law: a post is known by its key, and the first text under a key stays. ``change`` numbers grow
with every commit, because ``BEGIN IMMEDIATE`` lets one writer in at a time; a reader that goes
on from the last number it saw misses nothing. Rows are somebody else's words and are cleaned on
their way out.
"""

import re
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from services.clock import Clock
from services.errors import Gone, Rejected, StoreError
from services.model.ids import PostId, ThreadId
from services.model.people import Presence
from services.model.words import Safe
from services.store.database import Database
from services.text.clean import clean, clean_line

THREAD_POSTS = 200
"""How many posts of a thread are read at most: the one that began it and the newest."""

SEEN_WITHIN = timedelta(minutes=2)
"""Who has not been heard of for longer is not there."""

BODY_CHARS = 20_000
"""What a post may be long; the cleaner keeps no more of it."""

_NEIGHBOURS = 200
_KEY = re.compile(r"[0-9A-Za-z._:@-]{1,200}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_US = 253_402_300_799_000_000  # the last second of the year 9999

# Read as bytes and cut in SQLite: anybody in the group can store text that is not UTF-8, or a
# gigabyte of it, and neither may stop the others from reading on.
_POST = """seq, change, gone, created_at,
  substr(CAST(id AS BLOB), 1, 400) AS id, substr(CAST(thread AS BLOB), 1, 400) AS thread,
  substr(CAST(parent AS BLOB), 1, 400) AS parent,
  substr(CAST(answers AS BLOB), 1, 400) AS answers,
  substr(CAST(handle AS BLOB), 1, 400) AS handle, substr(CAST(name AS BLOB), 1, 400) AS name,
  substr(CAST(body AS BLOB), 1, 80000) AS body"""

_SINCE = f"SELECT {_POST} FROM post WHERE change > :change ORDER BY change LIMIT :limit"
_NEWEST = "SELECT coalesce(max(change), 0) FROM post"
_ONE = f"SELECT {_POST} FROM post WHERE id = :id"
_BY_AUTHOR = (
    f"SELECT {_POST} FROM post WHERE handle = :handle AND gone = 0 ORDER BY seq DESC LIMIT :limit"
)
_THREAD = (
    f"SELECT {_POST} FROM post WHERE thread = :thread AND gone = 0 AND id != :thread "
    "ORDER BY seq DESC LIMIT :limit"
)
_PUBLISH = f"""
INSERT INTO post
  (id, change, thread, parent, answers, handle, name, uid, body, created_at)
SELECT :id, (SELECT coalesce(max(change), 0) + 1 FROM post), coalesce(above.thread, :id),
  above.id, above.handle, :handle, :name, :uid, :body, :at
FROM (SELECT 1) LEFT JOIN post AS above ON above.id = :parent AND above.gone = 0
WHERE :parent IS NULL OR above.id IS NOT NULL
ON CONFLICT (id) DO NOTHING
RETURNING {_POST}"""
_TAKE_BACK = """
UPDATE post SET gone = 1, body = '', change = (SELECT max(change) + 1 FROM post)
WHERE id = :id AND handle = :handle AND gone = 0
RETURNING id"""
_ANNOUNCE = """
INSERT INTO presence (handle, uid, name, state, minutes_left, seen_at)
VALUES (:handle, :uid, :name, :state, :minutes_left, :at)
ON CONFLICT (handle) DO UPDATE SET uid = excluded.uid, name = excluded.name,
  state = excluded.state, minutes_left = excluded.minutes_left, seen_at = excluded.seen_at"""
_NEIGHBOURS_NOW = """
SELECT substr(CAST(handle AS BLOB), 1, 400) AS handle,
  substr(CAST(name AS BLOB), 1, 400) AS name,
  substr(CAST(state AS BLOB), 1, 20) AS state, minutes_left
FROM presence WHERE seen_at BETWEEN :oldest AND :newest AND handle != :handle
ORDER BY presence.handle LIMIT :limit"""


class CommitUnclear(StoreError):
    """A commit failed: the post may be there."""


class Byline(msgspec.Struct, frozen=True):
    """Under which name somebody writes; nothing on a board proves it."""

    handle: str
    """With its ``@``."""
    name: str
    uid: int
    """The Unix user, or any number that the cast of a made-up place goes by."""


class Laid(msgspec.Struct, frozen=True):
    """A post that is laid out with others before anybody comes."""

    key: PostId
    byline: Byline
    body: str
    at: datetime
    parent: PostId | None = None


class Entry(msgspec.Struct, frozen=True):
    """A post as the board has it, cleaned."""

    change: int
    """Grows over the whole board with every post and every taking back."""
    id: PostId
    thread: ThreadId
    parent: PostId | None
    answers: Safe | None
    """The handle of whoever wrote the parent."""
    handle: Safe
    name: Safe
    body: Safe
    """Empty when it was taken back."""
    created_at: datetime
    is_gone: bool


class Page(msgspec.Struct, frozen=True):
    """What a reading of changes brought."""

    entries: tuple[Entry, ...]
    change: int
    """Where to go on, past rows that cannot be shown too."""
    has_more: bool


class Sighting(msgspec.Struct, frozen=True):
    """Somebody who was here within ``SEEN_WITHIN``, cleaned."""

    handle: Safe
    name: Safe
    presence: Presence
    minutes_left: int | None


class Board:
    """The verbs of a board, over one open file."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Speak through ``database`` and date by ``clock``."""
        self.database = database
        self._clock = clock

    async def publish(
        self, key: str, byline: Byline, body: str, parent: PostId | None = None
    ) -> Entry:
        """Put a post on the board once, under ``parent`` or as a thread of its own.

        The same key gives the same post again, whatever the body says the second time.

        Raises:
            Rejected: the key or the body cannot be taken, or the key is somebody else's.
            Gone: there is no such parent, or its author has taken it back.
            CommitUnclear: it may be on the board.
            StoreError: it is not on the board.
        """
        if not _KEY.fullmatch(key):
            raise Rejected("This message has a key that the board does not take.")
        if not body.strip() or len(body) > BODY_CHARS:
            raise Rejected(f"A post has between 1 and {BODY_CHARS:,} characters.")
        row: dict[str, str | int | None] = {
            "id": key,
            "parent": parent,
            "handle": byline.handle,
            "name": byline.name,
            "uid": byline.uid,
            "body": body.encode("utf-8", "replace").decode(),  # a lone surrogate has no UTF-8
            "at": _micros(self._clock.now()),
        }
        has_row = False
        try:
            async with self.database.write() as tx:
                rows = await tx.run(_PUBLISH, row) or await tx.run(_ONE, {"id": key})
                has_row = True
        except StoreError as error:
            if has_row and type(error) is StoreError:
                raise CommitUnclear(error.what, error.remedy) from error
            raise
        if not rows:
            raise Gone("The post that this answers is not there any more.")
        entry = _entry(rows[0])
        if entry is None or entry.handle != clean_line(byline.handle):
            raise Rejected("Somebody else's post has the key of this message.")
        return entry

    async def lay_out(self, laid: Iterable[Laid]) -> None:
        """Put many posts on the board in one go, each dated as it says; all of them or none.

        A post whose key is there already, or whose parent is not, is left out.

        Raises:
            StoreError: none of them is on the board.
        """
        rows = [
            {
                "id": one.key,
                "parent": one.parent,
                "handle": one.byline.handle,
                "name": one.byline.name,
                "uid": one.byline.uid,
                "body": one.body,
                "at": _micros(one.at),
            }
            for one in laid
        ]
        async with self.database.write() as tx:
            await tx.run_many(_PUBLISH, rows)

    async def since(self, change: int, limit: int) -> Page:
        """Read what was published or taken back after ``change``, in that order.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self.database.read(_SINCE, {"change": change, "limit": limit})
        entries = tuple(entry for entry in map(_entry, rows) if entry is not None)
        return Page(entries, rows[-1]["change"] if rows else change, len(rows) == limit)

    async def newest_change(self) -> int:
        """Read the number of the latest change; 0 on an empty board.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self.database.read(_NEWEST)
        return int(rows[0][0])

    async def post(self, post: str) -> Entry | None:
        """Read one post, taken back or not.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self.database.read(_ONE, {"id": post})
        return _entry(rows[0]) if rows else None

    async def thread(self, thread: ThreadId) -> tuple[Entry, ...]:
        """Read a thread, oldest first, without what was taken back.

        Of more than ``THREAD_POSTS`` these are the first and the newest.

        Raises:
            StoreError: the file cannot be read.
        """
        root = await self.post(thread)
        rows = await self.database.read(_THREAD, {"thread": thread, "limit": THREAD_POSTS - 1})
        below = [entry for entry in map(_entry, reversed(rows)) if entry is not None]
        above = [root] if root is not None and not root.is_gone else []
        return (*above, *below)

    async def by_author(self, handle: str, limit: int) -> tuple[Entry, ...]:
        """Read somebody's latest posts, newest first, without what they took back.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = await self.database.read(_BY_AUTHOR, {"handle": handle, "limit": limit})
        return tuple(entry for entry in map(_entry, rows) if entry is not None)

    async def take_back(self, post: str, byline: Byline) -> bool:
        """Empty a post of one's own; says whether this call did it.

        Raises:
            StoreError: it may still be there.
        """
        async with self.database.write() as tx:
            return bool(await tx.run(_TAKE_BACK, {"id": post, "handle": byline.handle}))

    async def announce(
        self, byline: Byline, presence: Presence | None, minutes_left: int | None
    ) -> None:
        """Say that somebody is here now, or with ``None`` that they are not to be seen.

        Raises:
            StoreError: nobody has heard of it.
        """
        async with self.database.write() as tx:
            if presence is None:
                await tx.run("DELETE FROM presence WHERE handle = :h", {"h": byline.handle})
                return
            row: dict[str, str | int | None] = {
                "handle": byline.handle,
                "uid": byline.uid,
                "name": byline.name,
                "state": presence.value,
                "minutes_left": minutes_left,
                "at": _micros(self._clock.now()),
            }
            await tx.run(_ANNOUNCE, row)

    async def neighbours(self, handle: str) -> tuple[Sighting, ...]:
        """Read who else was here within ``SEEN_WITHIN``, by handle, at most 200.

        Raises:
            StoreError: the file cannot be read.
        """
        now = self._clock.now()
        span = {"oldest": _micros(now - SEEN_WITHIN), "newest": _micros(now + SEEN_WITHIN)}
        rows = await self.database.read(
            _NEIGHBOURS_NOW, {**span, "handle": handle, "limit": _NEIGHBOURS}
        )
        return tuple(seen for seen in map(_sighting, rows) if seen is not None)


def _entry(row: sqlite3.Row) -> Entry | None:
    """Clean a row; ``None`` for one that no Chinwag has written."""
    key, handle = _text(row["id"]), clean_line(_text(row["handle"]))
    thread, parent = _text(row["thread"]), _text(row["parent"])
    if not (handle and _KEY.fullmatch(key) and _KEY.fullmatch(thread)):
        return None
    if parent and not _KEY.fullmatch(parent):
        return None
    return Entry(
        change=row["change"],
        id=PostId(key),
        thread=ThreadId(thread),
        parent=PostId(parent) if parent else None,
        answers=clean_line(_text(row["answers"])) if row["answers"] is not None else None,
        handle=handle,
        name=clean_line(_text(row["name"])) or handle,
        body=clean(_text(row["body"])),
        created_at=_moment(row["created_at"]),
        is_gone=bool(row["gone"]),
    )


def _sighting(row: sqlite3.Row) -> Sighting | None:
    """Clean a row; ``None`` for one that no Chinwag has written."""
    handle = clean_line(_text(row["handle"]))
    try:
        presence = Presence(_text(row["state"]))
    except ValueError:
        return None
    minutes = row["minutes_left"]
    if not handle:
        return None
    name = clean_line(_text(row["name"])) or handle
    return Sighting(handle, name, presence, None if minutes is None else max(0, min(minutes, 999)))


def _text(value: bytes | None) -> str:
    """Read bytes that somebody else stored; nothing for nothing."""
    return "" if value is None else value.decode("utf-8", "replace")


def _micros(moment: datetime) -> int:
    """Give the microseconds since 1970, UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    """Give the moment; the nearest end for what no calendar holds."""
    return _EPOCH + timedelta(microseconds=max(0, min(micros, _LATEST_US)))
