"""Topics: what others speak of, counted in people, the latest first."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.model.ids import PostId, ThreadId, TopicId
from services.model.posts import Post, Relation
from services.model.topics import Topic, TopicKind
from services.store.database import CACHE, Database, Durability, open_database
from services.store.threads import Threads, add_post, drop_post
from services.store.topics import FRESH_FOR, Topics, add_to_topics, drop_from_topics
from services.text.clean import clean_line
from tests.builders import US, a_post, a_post_around, an_answer, at


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A cache."""
    opened = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
    yield opened
    await opened.close()


async def keep(db: Database, *posts: Post) -> None:
    """Keep posts as the intake does."""
    async with db.write() as tx:
        for post in posts:
            if await add_post(tx, post):
                await add_to_topics(tx, post)


async def drop(db: Database, *posts: str) -> None:
    """Let posts be taken back."""
    async with db.write() as tx:
        for post in posts:
            await drop_from_topics(tx, US.id, PostId(post))
            await drop_post(tx, US.id, PostId(post))


async def listed(db: Database) -> tuple[Topic, ...]:
    """Read the topics ten minutes after noon."""
    return await Topics(db).newest(at(600))


async def test_a_tag_gathers_what_is_said_with_it(db: Database) -> None:
    """People are counted once, posts each; the lead is the first word, the root the newest."""
    await keep(
        db,
        a_post_around("p1", "A heron #Weir", created_at=at(10)),
        a_post_around("p2", "Two! #weir", created_at=at(30)),
        a_post_around("p3", "Where? #weir", by="cleo", created_at=at(20)),
    )
    (topic,) = await listed(db)
    assert (topic.kind, topic.title) == (TopicKind.TAG, "#weir")
    assert (topic.people, topic.posts) == (2, 3)
    assert (topic.lead, topic.root) == ("A heron #Weir", "p2")
    assert (topic.first_at, topic.last_at) == (at(10), at(30))
    opened = await Topics(db).open(topic.id)
    assert opened is not None
    assert [post.id for post in opened.posts] == ["p1", "p3", "p2"]


async def test_an_odd_link_stops_nobody(db: Database) -> None:
    """A link that cannot be taken apart is named by itself, and the posts are kept."""
    odd = clean_line("https://[weir")
    await keep(db, replace(a_post_around("p1", "Look."), links=(odd,)), a_post_around("p2", "#b"))
    assert {topic.title for topic in await listed(db)} == {odd, "#b"}


async def test_a_link_is_named_by_host_and_path(db: Database) -> None:
    """A link's topic says where it leads, and can be opened there."""
    await keep(db, a_post_around("p1", "Read https://heron.example/weir/ now"))
    (topic,) = await listed(db)
    assert (topic.kind, topic.title) == (TopicKind.LINK, "heron.example/weir")
    assert topic.url == "https://heron.example/weir/"


async def test_a_thread_that_somebody_begins_is_a_talk(db: Database) -> None:
    """Answers in it are counted, and its root stays the post that began it."""
    await keep(
        db,
        a_post_around("p1", "Anybody at the weir?", created_at=at(10)),
        a_post_around(
            "p2", "Me.", by="cleo", thread=ThreadId("p1"), parent=PostId("p1"), created_at=at(20)
        ),
    )
    (topic,) = await listed(db)
    assert (topic.kind, topic.title, topic.root) == (TopicKind.TALK, "Anybody at the weir?", "p1")
    assert (topic.people, topic.posts) == (2, 2)
    opened = await Topics(db).open(topic.id)
    assert opened is not None
    assert [post.id for post in opened.posts] == ["p1", "p2"]


async def test_what_is_said_to_us_begins_no_talk(db: Database) -> None:
    """A comment is somebody who waits; only its tags and links are topics."""
    await keep(db, a_post("p1"), a_post("p2", "Look #weir", created_at=at(5)))
    assert [topic.title for topic in await listed(db)] == ["#weir"]


async def test_our_own_words_make_no_topic_but_count_in_one(db: Database) -> None:
    """A topic is what others bring up."""
    await keep(db, an_answer("a1", "See #weir"))
    assert await listed(db) == ()
    await keep(db, a_post_around("p1", "A heron #weir"), an_answer("a2", "Yes #weir"))
    (topic,) = await listed(db)
    assert (topic.posts, topic.people) == (2, 2)


async def test_bad_news_marks_a_topic(db: Database) -> None:
    """One grave post is enough, and a later light one does not unmark it."""
    await keep(db, a_post_around("p1", "Earthquake near the coast #coast"))
    await keep(db, a_post_around("p2", "Nice weather #coast", created_at=at(9)))
    (topic,) = await listed(db)
    assert topic.is_grave


async def test_the_latest_stands_first_and_old_ones_are_not_listed(db: Database) -> None:
    """What nobody has spoken of for a day is no news."""
    await keep(
        db,
        a_post_around("p1", "#one", created_at=at(10)),
        a_post_around("p2", "#two", created_at=at(20)),
        a_post_around("p3", "#old", created_at=at(600) - FRESH_FOR),
    )
    assert [topic.title for topic in await listed(db)] == ["#two", "#one"]
    assert [topic.title for topic in await Topics(db).newest(at(600), 1)] == ["#two"]


async def test_a_topic_shows_its_latest_posts(db: Database) -> None:
    """Of 60 posts the last 50, oldest first."""
    await keep(db, *(a_post_around(f"p{n}", "#weir", created_at=at(n)) for n in range(60)))
    (topic,) = await listed(db)
    opened = await Topics(db).open(topic.id)
    assert opened is not None
    assert [post.created_at for post in opened.posts] == [at(n) for n in range(10, 60)]


async def test_a_topic_that_is_not_there_is_none(db: Database) -> None:
    """An id of nothing opens nothing."""
    assert await Topics(db).open(TopicId("nothing")) is None


async def test_words_that_are_taken_back_leave_their_topic(db: Database) -> None:
    """What is left is counted anew, and leads with what is left."""
    await keep(
        db,
        a_post_around("p1", "Regretted #weir", created_at=at(10)),
        a_post_around("p2", "A heron #weir", by="cleo", created_at=at(20)),
        a_post_around("p3", "Two #weir", by="cleo", created_at=at(30)),
    )
    await drop(db, "p1", "p3")
    (topic,) = await listed(db)
    assert (topic.people, topic.posts, topic.lead, topic.root) == (1, 1, "A heron #weir", "p2")
    assert (topic.first_at, topic.last_at) == (at(20), at(20))


async def test_a_topic_of_nothing_is_gone(db: Database) -> None:
    """When all of it is taken back neither its title nor its lead stays."""
    await keep(db, a_post_around("p1", "Regretted #weir"), a_post_around("p2", "Regretted too"))
    await drop(db, "p1", "p2", "p9")
    assert await listed(db) == ()
    assert await db.read("SELECT * FROM topic") == []


async def test_a_talk_whose_first_words_are_taken_back_is_gone(db: Database) -> None:
    """Its title was these words."""
    answer = a_post_around(
        "p2", "Me.", by="cleo", thread=ThreadId("p1"), parent=PostId("p1"), created_at=at(20)
    )
    await keep(db, a_post_around("p1", "Regretted"), answer)
    await drop(db, "p1")
    assert await listed(db) == ()
    assert [post.id for post in (await Threads(db).read(US.id, ThreadId("p1"))).posts] == ["p2"]


async def test_a_thread_is_its_beginning_and_its_latest(db: Database) -> None:
    """Of 230 posts the first and the newest 199."""
    root = a_post_around("p0", created_at=at(0))
    more = [
        a_post_around(f"p{n}", thread=ThreadId("p0"), parent=PostId("p0"), created_at=at(n))
        for n in range(1, 230)
    ]
    await keep(db, root, *more)
    posts = (await Threads(db).read(US.id, ThreadId("p0"))).posts
    assert [post.created_at for post in posts] == [at(0), *(at(n) for n in range(31, 230))]
    assert {post.relation for post in posts} == {Relation.AROUND}
