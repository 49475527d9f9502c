"""Topics in the cache: hashtags, links, and threads that somebody began."""

import hashlib
import sqlite3
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from services.model.ids import AccountId, NetworkName, PostId, TopicId
from services.model.posts import Post, Reach, Relation
from services.model.topics import OpenTopic, Topic, TopicKind
from services.store.comments import post_of
from services.store.database import Database, Transaction
from services.store.instants import from_row, to_row
from services.store.threads import POST_COLUMNS
from services.text.clean import clean_line, clean_url
from services.text.cues import is_grave

LISTED_AT_MOST = 200
FRESH_FOR = timedelta(days=1)
"""What nobody has spoken of for longer is not listed."""

_POSTS_AT_MOST = 50


class _Subject(msgspec.Struct, frozen=True):
    """What a post speaks of."""

    kind: TopicKind
    key: str
    title: str
    url: str | None


async def add_to_topics(tx: Transaction, post: Post) -> None:
    """Count a new post to every topic it speaks of; those that others bring up are made."""
    named = _topics_of(post)
    for subject in named:
        topic = _topic_id(post.account, subject.kind, subject.key)
        if post.relation is not Relation.OURS:
            await _make(tx, post, topic, subject)
        await _count(tx, post, topic)
    if not named:
        await _count(tx, post, _topic_id(post.account, TopicKind.TALK, post.thread))


async def _make(tx: Transaction, post: Post, topic: TopicId, subject: _Subject) -> None:
    await tx.run(
        """INSERT INTO topic (id, account, network, kind, title, lead, reach, root, url, grave,
             posts, people, first_at, last_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0, ?10, ?10)
           ON CONFLICT (id) DO UPDATE SET lead = iif(?10 < first_at, ?6, lead),
             root = iif(?10 >= last_at AND ?4 <> 'talk', ?8, root)""",
        (
            topic,
            post.account,
            post.network.value,
            subject.kind.value,
            subject.title,
            clean_line(post.body),
            post.reach.value,
            post.id,
            subject.url,
            to_row(post.created_at),
        ),
    )


async def _count(tx: Transaction, post: Post, topic: TopicId) -> None:
    """Count a post to a topic, if there is such a topic."""
    at = to_row(post.created_at)
    known = await tx.run(
        "SELECT 1 FROM topic_post WHERE topic = ? AND person = ? LIMIT 1",
        (topic, post.author.person),
    )
    there = await tx.run(
        """UPDATE topic SET posts = posts + 1, people = people + ?, grave = max(grave, ?),
             first_at = min(first_at, ?), last_at = max(last_at, ?) WHERE id = ? RETURNING id""",
        (not known, is_grave((post.body,)), at, at, topic),
    )
    if there:
        await tx.run(
            """INSERT INTO topic_post (topic, created_at, account, post, person)
               VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            (topic, at, post.account, post.id, post.author.person),
        )


async def drop_from_topics(tx: Transaction, account: AccountId, post: PostId) -> None:
    """Take a post out of its topics, which then say nothing of it."""
    rows = await tx.run(
        "DELETE FROM topic_post WHERE account = ? AND post = ? RETURNING topic", (account, post)
    )
    for row in rows:
        topic = row["topic"]
        gone = await tx.run(
            """DELETE FROM topic WHERE id = ?1 AND (kind = 'talk' AND root = ?2 OR NOT EXISTS
                 (SELECT 1 FROM topic_post WHERE topic = ?1)) RETURNING id""",
            (topic, post),
        )
        if not gone:
            await _recount(tx, topic)


async def _recount(tx: Transaction, topic: str) -> None:
    """Count a topic anew from the posts that are left in it."""
    kept = "FROM topic_post t JOIN post p ON p.account = t.account AND p.id = t.post"
    first, last = await tx.run(
        f"""SELECT * FROM (SELECT p.body, t.post {kept} WHERE t.topic = ?1
              ORDER BY t.created_at LIMIT 1)
            UNION ALL SELECT * FROM (SELECT p.body, t.post {kept} WHERE t.topic = ?1
              ORDER BY t.created_at DESC LIMIT 1)""",
        (topic,),
    )
    await tx.run(
        """UPDATE topic SET lead = ?2, root = iif(kind = 'talk', root, ?3),
             (posts, people, first_at, last_at) = (SELECT count(*), count(DISTINCT person),
               min(created_at), max(created_at) FROM topic_post WHERE topic = ?1)
           WHERE id = ?1""",
        (topic, clean_line(first["body"]), last["post"]),
    )


def _topics_of(post: Post) -> list[_Subject]:
    """Name what a post speaks of: its tags and links, or the thread it begins."""
    found = [_Subject(TopicKind.TAG, tag, f"#{tag}", None) for tag in post.tags]
    found += [_Subject(TopicKind.LINK, link, _link_title(link), link) for link in post.links]
    if not found and post.parent is None and post.relation is Relation.AROUND:
        found.append(_Subject(TopicKind.TALK, post.thread, clean_line(post.body), None))
    return found


def _link_title(link: str) -> str:
    """Name a link by its host and path, which is all that is known of it."""
    try:
        parts = urlsplit(link)
    except ValueError:  # a bracket where no address is; what a link holds is a stranger's affair
        return clean_line(link)
    return clean_line(f"{parts.hostname or link}{parts.path.rstrip('/')}")


def _topic_id(account: AccountId, kind: TopicKind, key: str) -> TopicId:
    digest = hashlib.blake2b(f"{account}\0{kind.value}\0{key}".encode(), digest_size=12)
    return TopicId(digest.hexdigest())


class Topics:
    """Reads the topics."""

    def __init__(self, db: Database) -> None:
        """Read from the cache."""
        self._db = db

    async def newest(self, now: datetime, limit: int = LISTED_AT_MOST) -> tuple[Topic, ...]:
        """Give what others spoke of in the last day, the topic spoken of latest first."""
        rows = await self._db.read(
            "SELECT * FROM topic WHERE last_at > ? ORDER BY last_at DESC LIMIT ?",
            (to_row(now - FRESH_FOR), limit),
        )
        return tuple(_topic_of(row) for row in rows)

    async def open(self, topic: TopicId) -> OpenTopic | None:
        """Give a topic with its latest posts, oldest first."""
        found = await self._db.read("SELECT * FROM topic WHERE id = ?", (topic,))
        if not found:
            return None
        value = _topic_of(found[0])
        if value.kind is TopicKind.TALK:
            rows = await self._db.read(
                f"""SELECT {POST_COLUMNS} FROM post p WHERE p.account = ? AND p.thread =
                      (SELECT thread FROM post WHERE account = ? AND id = ?)
                    ORDER BY p.created_at DESC LIMIT ?""",
                (value.account, value.account, value.root, _POSTS_AT_MOST),
            )
        else:
            rows = await self._db.read(
                f"""SELECT {POST_COLUMNS} FROM
                      (SELECT account, post FROM topic_post WHERE topic = ?
                       ORDER BY created_at DESC LIMIT ?) AS t
                    JOIN post p ON p.account = t.account AND p.id = t.post
                    ORDER BY p.created_at DESC""",
                (topic, _POSTS_AT_MOST),
            )
        return OpenTopic(value, tuple(post_of(row) for row in reversed(rows)))


def _topic_of(row: sqlite3.Row) -> Topic:
    return Topic(
        id=TopicId(row["id"]),
        account=AccountId(row["account"]),
        network=NetworkName(row["network"]),
        kind=TopicKind(row["kind"]),
        title=clean_line(row["title"]),
        lead=clean_line(row["lead"]),
        people=row["people"],
        posts=row["posts"],
        first_at=from_row(row["first_at"]),
        last_at=from_row(row["last_at"]),
        reach=Reach(row["reach"]),
        root=PostId(row["root"]),
        is_grave=bool(row["grave"]),
        url=clean_url(row["url"]) if row["url"] else None,
    )
