"""Topics in the cache: the last ranking that the topic engine gave, and what a topic holds."""

import asyncio
import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

import msgspec

from services.model.headlines import HeadlineId
from services.model.ids import AccountId, NetworkName, PostId, TopicId
from services.model.posts import Post, Reach
from services.model.topics import OpenTopic, Topic, TopicKind
from services.model.words import Safe
from services.store.comments import post_of
from services.store.database import Database, Transaction, Value
from services.store.headlines import KeptHeadlines
from services.store.instants import from_row, to_row
from services.store.stream_posts import as_post, known_posts, stream_posts_in
from services.store.threads import POST_COLUMNS
from services.text.clean import clean_line, clean_url
from services.topics.rank import FRESH_FOR, in_steps
from services.topics.reasons import in_signs
from services.topics.values import RANKED_AT_MOST, SHOWN_AT_MOST, Ranked, Ranking, StreamPost

_LISTED = (
    "id, kind, account, network, title, lead, people, posts, first_at, last_at, reach, root, "
    "grave, url, publishers, speed, trends, breaking, times_usual, sources, rates, follows, known, "
    "joined"
)
"""All that a list of topics shows; where a topic stands in it changes nothing of the topic."""
_COLUMNS = f"{_LISTED}, place, score, post_keys, headlines, names, stream_posts, reasons"
_VALUES = ", ".join("?" for _ in _COLUMNS.split(","))
_CLEANED_HERE = 8
"""So many are cleaned without asking a thread, which costs as much."""


async def put_ranking(tx: Transaction, ranking: Ranking) -> bool:
    """Let the cache hold exactly this ranking; whether that changed anything."""
    rows = [_row_of(place, topic) for place, topic in enumerate(ranking.topics)]
    had = {row["id"]: tuple(row) for row in await tx.run(f"SELECT {_COLUMNS} FROM topic")}
    changed = [row for row in rows if had.pop(row[0], None) != row]
    await tx.run_many("DELETE FROM topic WHERE id = ?", [(gone,) for gone in had])
    await tx.run_many(f"INSERT OR REPLACE INTO topic ({_COLUMNS}) VALUES ({_VALUES})", changed)
    about = (int(ranking.is_warming), json.dumps(ranking.words))
    was = [tuple(row) for row in await tx.run("SELECT warming, words FROM topics_now")]
    if was != [about]:
        await tx.run(
            "INSERT OR REPLACE INTO topics_now (id, warming, words) VALUES (1, ?, ?)", about
        )
    return bool(changed or had or was != [about])


def _row_of(place: int, topic: Ranked) -> tuple[Value, ...]:
    return (
        topic.id,
        topic.kind.value,
        topic.account,
        topic.network.value,
        topic.title,
        topic.lead,
        topic.people,
        topic.posts,
        to_row(topic.first_at),
        to_row(topic.last_at),
        topic.reach.value,
        topic.root,
        int(topic.is_grave),
        topic.url,
        json.dumps(topic.publishers),
        topic.speed,
        json.dumps(topic.trends_on),
        int(topic.is_breaking),
        None if topic.times_usual is None else in_signs(topic.times_usual),
        json.dumps(topic.sources),
        json.dumps(topic.rates),
        json.dumps(topic.follows),
        topic.known,
        int(topic.is_joined),
        place,
        in_steps(topic.score) if topic.is_breaking else topic.score,
        json.dumps(topic.post_keys),
        json.dumps(topic.headline_ids),
        json.dumps(topic.names),
        msgspec.json.encode(topic.stream_posts).decode(),
        json.dumps(topic.reasons),
    )


class Topics:
    """Reads the topics."""

    def __init__(self, db: Database) -> None:
        """Read from the cache."""
        self._db = db
        self._headlines = KeptHeadlines(db)
        self._made: dict[tuple[Value, ...], Topic] = {}
        """What was listed last, by what it was made of."""

    async def ranked(self, now: datetime, limit: int = RANKED_AT_MOST) -> tuple[Topic, ...]:
        """Give what was spoken of or published in the last day, as the engine ordered it."""
        rows = await self._db.read(
            f"SELECT {_LISTED} FROM topic WHERE last_at > ? ORDER BY place LIMIT ?",
            (to_row(now - FRESH_FOR), limit),
        )
        keyed, known = {tuple(row): row for row in rows}, self._made
        new = {key: row for key, row in keyed.items() if key not in known}
        # Cleaning many takes a moment, and the loop has others to serve.
        many = len(new) > _CLEANED_HERE
        made = await asyncio.to_thread(_topics_of, new) if many else _topics_of(new)
        self._made = now_made = {key: known.get(key) or made[key] for key in keyed}
        return tuple(now_made.values())

    async def about(self) -> tuple[bool, tuple[Safe, ...]]:
        """Tell whether it is not known yet what is usual, and what has to be known of the list."""
        rows = await self._db.read("SELECT warming, words FROM topics_now")
        return (bool(rows[0]["warming"]), _lines(rows[0]["words"])) if rows else (False, ())

    async def reasons(self, topic: TopicId) -> tuple[Safe, ...] | None:
        """Tell at length why a topic stands where it does; ``None`` where there is none."""
        rows = await self._db.read("SELECT reasons FROM topic WHERE id = ?", (topic,))
        return _lines(rows[0]["reasons"]) if rows else None

    async def open(self, topic: TopicId) -> OpenTopic | None:
        """Give a topic with its latest posts, oldest first, and its earliest headlines."""
        found = await self._db.read("SELECT * FROM topic WHERE id = ?", (topic,))
        if not found:
            return None
        row = found[0]
        value = _topic_of(row)
        ids = msgspec.json.decode(row["headlines"], type=list[HeadlineId])
        headlines = await self._headlines.of(ids[:SHOWN_AT_MOST]) if ids else ()
        posts = await self._posts(value, row["post_keys"])
        if streamed := stream_posts_in(row["stream_posts"]):
            posts = _with_streamed(posts, streamed, await known_posts(self._db, streamed))
        return OpenTopic(value, posts, headlines)

    async def streamed(self, topic: TopicId) -> tuple[tuple[StreamPost, tuple[Post, ...]], ...]:
        """Give the posts of firehoses that a topic names, each as accounts of ours have it."""
        rows = await self._db.read("SELECT stream_posts FROM topic WHERE id = ?", (topic,))
        streamed = stream_posts_in(rows[0]["stream_posts"]) if rows else ()
        known = await known_posts(self._db, streamed) if streamed else {}
        return tuple((one, known.get(one.key, ())) for one in streamed)

    async def _posts(self, topic: Topic, keys: str) -> tuple[Post, ...]:
        if topic.kind is TopicKind.TALK:
            rows = await self._db.read(
                f"""SELECT * FROM (SELECT {POST_COLUMNS} FROM post p
                      WHERE p.account = ?1 AND p.thread =
                        (SELECT thread FROM post WHERE account = ?1 AND id = ?2)
                      ORDER BY p.created_at DESC LIMIT ?3) ORDER BY created_at""",
                (topic.account, topic.root, SHOWN_AT_MOST),
            )
        else:
            rows = await self._db.read(
                f"""SELECT {POST_COLUMNS} FROM json_each(?) AS k
                    JOIN post p ON p.account = json_extract(k.value, '$[0]')
                      AND p.id = json_extract(k.value, '$[1]')
                    ORDER BY p.created_at LIMIT ?""",
                (keys, SHOWN_AT_MOST),
            )
        return tuple(post_of(row) for row in rows)


def _with_streamed(
    posts: tuple[Post, ...],
    streamed: tuple[StreamPost, ...],
    known: Mapping[str, tuple[Post, ...]],
) -> tuple[Post, ...]:
    """Put posts of firehoses among others, by time, each once."""
    found = {(post.account, post.id): post for post in posts}
    for one in streamed:
        if (has := known.get(one.key)) is None:
            post = as_post(one)
            found[post.account, post.id] = post
        elif not any((post.account, post.id) in found for post in has):
            found[has[0].account, has[0].id] = has[0]
    ordered = sorted(found.values(), key=lambda post: post.created_at)
    return tuple(ordered[-SHOWN_AT_MOST:])


def _topics_of(rows: dict[tuple[Value, ...], sqlite3.Row]) -> dict[tuple[Value, ...], Topic]:
    return {key: _topic_of(row) for key, row in rows.items()}


def _topic_of(row: sqlite3.Row) -> Topic:
    return Topic(
        id=TopicId(row["id"]),
        account=None if row["account"] is None else AccountId(row["account"]),
        network=NetworkName(row["network"]),
        kind=TopicKind(row["kind"]),
        title=clean_line(row["title"]),
        lead=clean_line(row["lead"]),
        people=row["people"],
        posts=row["posts"],
        first_at=from_row(row["first_at"]),
        last_at=from_row(row["last_at"]),
        reach=Reach(row["reach"]),
        root=None if row["root"] is None else PostId(row["root"]),
        is_grave=bool(row["grave"]),
        url=clean_url(row["url"]) if row["url"] else None,
        publishers=_lines(row["publishers"]),
        speed=row["speed"],
        trends_on=_lines(row["trends"]),
        is_breaking=bool(row["breaking"]),
        times_usual=row["times_usual"],
        sources=_lines(row["sources"]),
        rates=msgspec.json.decode(row["rates"], type=tuple[int, ...]),
        follows=_lines(row["follows"]),
        known=row["known"],
        is_joined=bool(row["joined"]),
    )


def _lines(column: str) -> tuple[Safe, ...]:
    return tuple(map(clean_line, msgspec.json.decode(column, type=list[str])))
