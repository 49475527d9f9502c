"""What was said to us is found again, whatever somebody types to find it."""

import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.model.ids import PostId
from services.model.posts import Post
from services.store.comments import Comments, _query, add_comment, drop_comment
from services.store.database import (
    PRIVATE,
    Database,
    Durability,
    Params,
    Transaction,
    open_database,
)
from services.store.people import meet
from tests.builders import THREAD, US, a_post, an_author, at


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A private file."""
    opened = await open_database(tmp_path / "private.db", PRIVATE, durability=Durability.NORMAL)
    yield opened
    await opened.close()


async def keep(db: Database, *posts: Post) -> list[bool]:
    """Keep posts; whether each was new."""
    async with db.write() as tx:
        for post in posts:
            await meet(tx, post.author, post.network)
        return [await add_comment(tx, post) for post in posts]


async def found(db: Database, words: str) -> list[str]:
    """Search, and name what was found."""
    return [post.id for post in await Comments(db).search(words)]


async def test_a_comment_comes_back_whole(db: Database) -> None:
    """With its tags and links, and only once."""
    post = a_post(body="See https://heron.example/weir #Herons", url="https://h.example/1")
    assert await keep(db, post, post) == [True, False]
    thread = await Comments(db).thread(US.id, THREAD)
    assert thread.posts == (post,)
    assert thread.posts[0].tags == ("herons",)


async def test_a_long_thread_keeps_its_latest(db: Database) -> None:
    """Of 210 posts the newest 200, oldest first."""
    await keep(db, *(a_post(f"p{n}", created_at=at(n)) for n in range(210)))
    posts = (await Comments(db).thread(US.id, THREAD)).posts
    assert [post.created_at for post in posts] == [at(n) for n in range(10, 210)]


async def test_every_word_has_to_be_there_and_the_last_may_be_a_beginning(db: Database) -> None:
    """Newest first; by name too, without regard to case or accents."""
    await keep(
        db,
        a_post("p1", "The heron is back at the weir", created_at=at(1)),
        a_post("p2", "The heron is gone", created_at=at(2)),
        a_post("p3", "Café am Wehr", by="zoe", created_at=at(3)),
    )
    assert await found(db, "heron") == ["p2", "p1"]
    assert await found(db, "HERON wei") == ["p1"]
    assert await found(db, "her weir") == []
    assert await found(db, "cafe") == ["p3"]
    assert await found(db, "zoe") == ["p3"]
    assert await found(db, "  ") == []


async def test_words_of_scripts_without_spaces_are_found_inside(db: Database) -> None:
    """Chinese and Japanese are found by any run of letters, in that order."""
    await keep(
        db,
        a_post("p1", "昨日、地震が発生しました", created_at=at(1)),
        a_post("p2", "生きて発つ", created_at=at(2)),
        a_post("p3", "서울에서 만나요", created_at=at(3)),
    )
    assert await found(db, "発生") == ["p1"]
    assert await found(db, "地震 しました") == ["p1"]
    assert await found(db, "生発") == []
    assert await found(db, "서울") == ["p3"]


@pytest.mark.parametrize(
    "words",
    ['"', '""', "heron OR weir", "NEAR(heron weir)", "body:heron", "-heron", "her*", "(", "a^b",
     "heron AND", "'; DROP TABLE comment; --", "*", "\x00", "{a b}: c", "+", "heron\x00weir",
     "\ud800", "heron\ud800"],
)  # fmt: skip
async def test_nothing_in_a_search_is_syntax(db: Database, words: str) -> None:
    """Whatever is typed is looked for as words, and never an error."""
    await keep(db, a_post("p1", "The heron is back at the weir"))
    assert await found(db, words) in ([], ["p1"])
    assert await found(db, "heron") == ["p1"]


async def test_operators_are_words(db: Database) -> None:
    """OR finds only what holds the word or."""
    await keep(db, a_post("p1", "heron"), a_post("p2", "heron or weir"))
    assert await found(db, "heron OR weir") == ["p2"]
    assert await found(db, "body:heron") == []


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_a_query_is_quoted_terms(words: str) -> None:
    """Each term stands in quotes that it cannot leave."""
    query = _query(words)
    assert query.count('"') % 2 == 0
    assert "\x00" not in query


async def test_at_most_so_many_are_found(db: Database) -> None:
    """The newest of many."""
    await keep(db, *(a_post(f"p{n}", created_at=at(n)) for n in range(60)))
    assert [post.id for post in await Comments(db).search("heron", 2)] == ["p59", "p58"]
    assert len(await Comments(db).search("heron")) == 50


async def test_what_is_dropped_is_not_found(db: Database) -> None:
    """Neither by its words nor in its thread, and nothing else goes with it."""
    await keep(db, a_post("p1"), a_post("p2", created_at=at(1)))
    async with db.write() as tx:
        await drop_comment(tx, US.id, a_post("p1").id)
    assert await found(db, "heron") == ["p2"]
    assert [post.id for post in (await Comments(db).thread(US.id, THREAD)).posts] == ["p2"]


async def test_a_stored_word_is_cleaned_again(db: Database) -> None:
    """A file changed by other hands brings no control character to the screen."""
    await keep(db, a_post("p1", url="https://h.example/"))
    async with db.write() as tx:
        await tx.run("UPDATE comment SET body = 'a' || char(27) || '[2Jb', url = 'javascript:x'")
        await tx.run("UPDATE person SET name = char(8238) || 'neb'")
    (post,) = (await Comments(db).thread(US.id, THREAD)).posts
    assert "\x1b" not in post.body
    assert "\u202e" not in post.author.name
    assert post.url is None


async def test_two_who_share_a_time_both_stand(db: Database) -> None:
    """A thread of one moment is whole."""
    await keep(db, a_post("p1"), a_post("p2", by="cleo"))
    authors = {post.author for post in (await Comments(db).thread(US.id, THREAD)).posts}
    assert authors == {an_author("ben"), an_author("cleo")}


async def test_a_post_is_forgotten_without_looking_through_the_others(db: Database) -> None:
    """Taking back one of a million costs what one of fifty does: each statement asks by key."""
    await keep(db, a_post("p1", "The heron"), a_post("p2", "The heron"))
    async with db.write() as tx:
        explained = _Explained(tx)
        await drop_comment(explained, US.id, PostId("p1"))
    assert await found(db, "heron") == ["p2"]
    assert len(explained.plans) == 2
    for plan in explained.plans:
        # FTS5 says "=" where a rowid is given; a scan of its table has nothing there.
        assert re.search(r"SEARCH comment USING|comment_words VIRTUAL TABLE INDEX \d+:=", plan), (
            plan
        )


class _Explained(Transaction):
    """A write that keeps the plan of everything that is run."""

    def __init__(self, tx: Transaction) -> None:
        """Run through ``tx``."""
        self.plans: list[str] = []
        self._tx = tx

    async def run(self, sql: str, params: Params = ()) -> list[sqlite3.Row]:
        """Explain, then run."""
        plan = await self._tx.run(f"EXPLAIN QUERY PLAN {sql}", params)
        self.plans.append("\n".join(row["detail"] for row in plan))
        return await self._tx.run(sql, params)
