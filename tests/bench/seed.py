"""Stores that are full already: many people who wait, written as fast as SQLite takes them.

Law: what stands in the tables afterwards is what the intake would have written of the same posts;
the rules are its own, only the statements come in bulk.
"""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from services.desk import open_files
from services.ledger import Standing, hear
from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Relation
from services.paths import Paths
from services.store.database import Value
from services.store.instants import from_row, to_row
from services.text.clean import clean, clean_line
from services.waiting import PILE_FROM

US = Account(
    AccountId("mastodon:@ada@chat.example"),
    NetworkName.MASTODON,
    Author(PersonId("mastodon:@ada@chat.example"), clean_line("@ada"), clean_line("Ada")),
)
"""Whom they have written to."""

_SAYINGS = (
    "I tried your oven trick and the crust came out dark, so next time a little less heat",
    "how long do you let the dough rest in winter?",
    "the second part about the harbour made me look at my old maps again",
    "thanks!",
    "we had the same trouble with the pump; it was the gasket in the end",
    "which edition of the book did you read? mine has no map in it",
    "my neighbour says the opposite, and he has kept bees for forty years",
    "that photograph of the bridge, was it taken from the north bank?",
)
_SPAN = timedelta(days=200)
"""Over so long a time they have come."""
_IN_A_THREAD = 3
_PILE_EVERY, _PILE = 200, 8
_AT_ONCE = 50_000

_HISTORY = (
    # What is older has smaller rowids, as it has when it comes in the order of time.
    """INSERT INTO comment_words (rowid, body, name, account, post)
       SELECT rowid - :below, body, name, account, post || :mark FROM comment_words
       WHERE rowid > 0""",
    """INSERT INTO comment (account, post, network, thread, parent, answers, person, relation,
         reach, body, url, created_at, words)
       SELECT account, post || :mark, network, thread || :mark, parent, answers, person, relation,
         reach, body, url, created_at - :back, words - :below
       FROM comment WHERE post NOT LIKE '%-%'""",
    """INSERT INTO waiting (account, network, thread, person, post, body, reach, since_at, last_at,
         ours_at, words, lane, away_days, state, piled)
       SELECT account, network, thread || :mark, person, post || :mark, body, reach,
         since_at - :back, last_at - :back, last_at - :back + 1, words, lane, away_days, 2, 0
       FROM waiting WHERE post NOT LIKE '%-%'""",
)

_Row = tuple[Value, ...]


def posts_to_us(count: int, until: datetime) -> Iterator[Post]:
    """Make comments to us, oldest first, the last just before ``until``; all of them wait.

    Some write again in another thread, some threads are piled on.
    """
    people, gap = max(1, 4 * count // 5), _SPAN / count
    thread, room = 0, _IN_A_THREAD
    for number in range(count):
        if room == 0:
            thread += 1
            room = _PILE if thread % _PILE_EVERY == 0 else 1 + thread % _IN_A_THREAD
        room -= 1
        saying = _SAYINGS[(number * 5 + number // 7) % len(_SAYINGS)]
        yield comment(number, f"t{thread}", number % people, saying, until - gap * (count - number))


def comment(number: int, thread: str, person: int, body: str, at: datetime) -> Post:
    """Make one comment to us."""
    handle = clean_line(f"@p{person}@far.example")
    return Post(
        id=PostId(f"c{number}"),
        account=US.id,
        network=US.network,
        thread=ThreadId(thread),
        parent=PostId(thread),
        answers=US.author.person,
        author=Author(PersonId(f"mastodon:{handle}"), handle, clean_line(f"Robin {person}")),
        body=clean(body),
        created_at=at,
        relation=Relation.TO_US,
        reach=Reach.PUBLIC,
    )


def paths_of(environment: Mapping[str, str]) -> Paths:
    """Give where the user of an environment keeps things; all of it is named there."""
    return Paths(
        config_file=Path(environment["XDG_CONFIG_HOME"], "chinwag", "config.toml"),
        data=Path(environment["XDG_DATA_HOME"], "chinwag"),
        cache=Path(environment["XDG_CACHE_HOME"], "chinwag"),
    )


def fill(paths: Paths, count: int, until: datetime) -> None:
    """Make the stores of a user to whom ``count`` comments have come until ``until``."""
    asyncio.run(_make(paths))
    with contextlib.closing(sqlite3.connect(paths.private_file, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        write_comments(db, posts_to_us(count, until))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def write_comments(db: sqlite3.Connection, posts: Iterable[Post]) -> None:
    """Write comments to us, oldest first, each the only one of its person in its thread."""
    people: dict[PersonId, list[Value]] = {}
    counted: Counter[str] = Counter()
    quiet = 0
    comments: list[_Row] = []
    words: list[_Row] = []
    waiting: list[_Row] = []
    db.execute("BEGIN IMMEDIATE")
    for row, post in enumerate(posts, 1):
        standing = hear(None, post, _meet(people, post))
        counted[post.thread] += standing.counts
        quiet += not standing.counts
        comments.append((*_comment_row(post), row))
        words.append((row, post.body, post.author.name, post.account, post.id))
        waiting.append(_waiting_row(post, standing))
        if len(comments) == _AT_ONCE:
            _write(db, comments, words, waiting)
    _write(db, comments, words, waiting)
    db.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)", people.values())
    piles = [(US.id, thread, number) for thread, number in counted.items() if number]
    db.executemany("INSERT INTO pile (account, thread, people) VALUES (?, ?, ?)", piles)
    large = [(US.id, thread) for thread, number in counted.items() if number >= PILE_FROM]
    db.executemany(
        """UPDATE waiting SET piled = 1 WHERE account = ? AND thread = ? AND state IN (0, 1)
             AND lane < 5""",
        large,
    )
    db.execute(
        """UPDATE pile SET (lane, since_at) = (
             SELECT lane, since_at FROM waiting w WHERE w.account = pile.account
               AND w.thread = pile.thread AND state IN (0, 1) AND lane < 5
             ORDER BY lane, since_at LIMIT 1)
           WHERE people >= ?""",
        (PILE_FROM,),
    )
    db.execute("UPDATE waiting_count SET people = ?, last_words = ?", (counted.total(), quiet))
    db.execute("COMMIT")


def add_history(db: sqlite3.Connection, times: int) -> None:
    """Add older comments, ``times`` as many as there are, all of them answered long ago."""
    [[last, span]] = db.execute("SELECT max(id), ? FROM waiting", (_SPAN // timedelta(0, 0, 1),))
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -400000")
    db.execute("BEGIN IMMEDIATE")
    for time in range(1, times + 1):
        values = {"mark": f"-{time}", "back": span * time, "below": last * time}
        for statement in _HISTORY:
            db.execute(statement, values)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _make(paths: Paths) -> None:
    """Make the files as the program does."""
    files = await open_files(paths.private_file, paths.cache_file)
    await files.cache.close()
    await files.private.close()


def _meet(people: dict[PersonId, list[Value]], post: Post) -> datetime | None:
    """Note who has written; give when they had before."""
    author, at = post.author, to_row(post.created_at)
    known = people.get(author.person)
    if known is None:
        people[author.person] = [
            author.person, post.network.value, author.handle, author.name, 1, at, post.body, None,
            None,
        ]  # fmt: skip
        return None
    _, _, _, _, count, last_at, last_body, _, _ = known
    assert isinstance(count, int)
    assert isinstance(last_at, int)
    known[4:] = [count + 1, at, post.body, last_at, last_body]
    return from_row(last_at)


def _comment_row(post: Post) -> _Row:
    return (
        post.account, post.id, post.network.value, post.thread, post.parent, post.answers,
        post.author.person, post.relation, post.reach.value, post.body, post.url,
        to_row(post.created_at),
    )  # fmt: skip


def _waiting_row(post: Post, standing: Standing) -> _Row:
    return (
        post.account, post.network.value, post.thread, post.author.person, post.id, post.body,
        post.reach.value, to_row(standing.since_at), to_row(standing.last_at), None,
        standing.words, standing.lane, standing.away_days, standing.state, 0,
    )  # fmt: skip


def _write(
    db: sqlite3.Connection, comments: list[_Row], words: list[_Row], waiting: list[_Row]
) -> None:
    """Write what has gathered and begin anew."""
    # An index takes sorted keys best; posts are numbered in the order of time.
    db.executemany(
        """INSERT INTO comment (account, post, network, thread, parent, answers, person, relation,
             reach, body, url, created_at, words)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        comments,
    )
    db.executemany(
        "INSERT INTO comment_words (rowid, body, name, account, post) VALUES (?, ?, ?, ?, ?)", words
    )
    db.executemany(
        """INSERT INTO waiting (account, network, thread, person, post, body, reach, since_at,
             last_at, ours_at, words, lane, away_days, state, piled)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        waiting,
    )
    comments.clear()
    words.clear()
    waiting.clear()
