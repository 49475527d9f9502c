"""Topics in the cache: a ranking is kept as it was given, and opened with what it names."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.model.ids import PostId, ThreadId, TopicId
from services.model.posts import Post, Relation
from services.model.topics import OpenTopic, Topic, TopicKind
from services.store.database import CACHE, Database, Durability, open_database
from services.store.headlines import keep as keep_reading
from services.store.threads import Threads, add_post, drop_post
from services.store.topics import Topics, put_ranking
from services.text.clean import clean_line
from services.topics.engine import TopicEngine
from services.topics.items import item_of_headline, item_of_post
from services.topics.rank import FRESH_FOR, Step
from services.topics.reasons import reasons_of
from services.topics.values import Item, Ranking, Withdrawn
from tests.builders import US, a_post, a_post_around, an_answer, at
from tests.services.topics.samples import a_headline, a_reading


class Kept:
    """A cache with the engine that makes its topics."""

    def __init__(self, db: Database) -> None:
        """Begin with nothing."""
        self.db = db
        self.engine = TopicEngine()
        self.topics = Topics(db)

    async def put(self, *items: Item) -> bool:
        """Tell the engine, and keep the ranking it gives ten minutes after noon."""
        self.engine.take(items)
        async with self.db.write() as tx:
            return await put_ranking(tx, self.engine.rank(at(600)))

    async def keep(self, *posts: Post) -> bool:
        """Keep posts as the intake and the host do."""
        async with self.db.write() as tx:
            for post in posts:
                await add_post(tx, post)
        return await self.put(*map(item_of_post, posts))

    async def drop(self, *posts: str) -> None:
        """Let posts be taken back."""
        async with self.db.write() as tx:
            for post in posts:
                await drop_post(tx, US.id, PostId(post))
        await self.put(*(Withdrawn(US.id, PostId(post)) for post in posts))

    async def listed(self) -> tuple[Topic, ...]:
        """Read the topics ten minutes after noon."""
        return await self.topics.ranked(at(600))

    async def opened(self) -> OpenTopic:
        """Open the one topic that there is."""
        (topic,) = await self.listed()
        opened = await self.topics.open(topic.id)
        assert opened is not None
        return opened


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    """A cache."""
    db = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
    yield Kept(db)
    await db.close()


async def test_what_stays_is_not_made_again(kept: Kept) -> None:
    """A topic that only moves in the list is the one of before, few and many alike."""
    words = [f"{n}{letter}{n}" for n, letter in enumerate("abcdefghijklmnopqrstuvwxyzabcd")]
    many = [a_headline(word, f"{word} opens {word}x near {word}y") for word in words]
    await kept.put(*map(item_of_headline, many))
    first = {topic.id: topic for topic in await kept.listed()}
    assert len(first) == 30
    await kept.put(item_of_headline(a_headline("new", "A choir sings", published_at=at(500))))
    again, (other, _) = await kept.listed(), await asyncio.gather(kept.listed(), kept.listed())
    assert len(again) == 31
    assert again == other
    assert sum(topic is first.get(topic.id) for topic in again) == 30


async def test_a_tag_gathers_what_is_said_with_it(kept: Kept) -> None:
    """People are counted once, posts each; the lead is the first word, the root the newest."""
    await kept.keep(
        a_post_around("p1", "A heron #Weir", created_at=at(10)),
        a_post_around("p2", "Two! #weir", created_at=at(30)),
        a_post_around("p3", "Where? #weir", by="cleo", created_at=at(20)),
    )
    opened = await kept.opened()
    topic = opened.topic
    assert (topic.kind, topic.title) == (TopicKind.TAG, "#weir")
    assert (topic.people, topic.posts) == (2, 3)
    assert (topic.lead, topic.root) == ("A heron #Weir", "p2")
    assert (topic.first_at, topic.last_at) == (at(10), at(30))
    assert [post.id for post in opened.posts] == ["p1", "p3", "p2"]


async def test_an_odd_link_stops_nobody(kept: Kept) -> None:
    """A link that cannot be taken apart is named by itself, and the posts are kept."""
    odd = clean_line("https://[weir")
    await kept.keep(replace(a_post_around("p1", "Look."), links=(odd,)), a_post_around("p2", "#b"))
    assert {topic.title for topic in await kept.listed()} == {odd, "#b"}


async def test_a_link_is_named_by_host_and_path(kept: Kept) -> None:
    """A link's topic says where it leads, and can be opened there."""
    await kept.keep(a_post_around("p1", "Read https://heron.example/weir/ now"))
    topic = (await kept.opened()).topic
    assert (topic.kind, topic.title) == (TopicKind.LINK, "heron.example/weir")
    assert topic.url == "https://heron.example/weir/"


async def test_a_thread_that_somebody_begins_is_a_talk(kept: Kept) -> None:
    """Answers in it are counted, and its root stays the post that began it."""
    me = a_post_around(
        "p2", "Me.", by="cleo", thread=ThreadId("p1"), parent=PostId("p1"), created_at=at(20)
    )
    await kept.keep(a_post_around("p1", "Anybody at the weir?", created_at=at(10)), me)
    opened = await kept.opened()
    topic = opened.topic
    assert (topic.kind, topic.title, topic.root) == (TopicKind.TALK, "Anybody at the weir?", "p1")
    assert (topic.people, topic.posts) == (2, 2)
    assert [post.id for post in opened.posts] == ["p1", "p2"]


async def test_what_is_said_to_us_begins_no_talk(kept: Kept) -> None:
    """A comment is somebody who waits; only its tags and links are topics."""
    await kept.keep(a_post("p1"), a_post("p2", "Look #weir", created_at=at(5)))
    assert [topic.title for topic in await kept.listed()] == ["#weir"]


async def test_our_own_words_make_no_topic_but_count_in_one(kept: Kept) -> None:
    """A topic is what others bring up; what we said before they did is no part of it."""
    await kept.keep(an_answer("a1", "See #weir", created_at=at(-60)))
    assert await kept.listed() == ()
    await kept.keep(a_post_around("p1", "A heron #weir"), an_answer("a2", "Yes #weir"))
    topic = (await kept.opened()).topic
    assert (topic.posts, topic.people, topic.first_at, topic.root) == (2, 2, at(0), "p1")


async def test_bad_news_marks_a_topic(kept: Kept) -> None:
    """One grave post is enough, and a later light one does not unmark it."""
    await kept.keep(a_post_around("p1", "Earthquake near the coast #coast"))
    await kept.keep(a_post_around("p2", "Nice weather #coast", created_at=at(9)))
    assert (await kept.opened()).topic.is_grave


async def test_they_stand_as_they_were_ranked_and_old_ones_are_not_listed(kept: Kept) -> None:
    """What nobody has spoken of for a day is no news, even where nobody ranks any more."""
    await kept.keep(
        a_post_around("p1", "#one", created_at=at(10)),
        a_post_around("p2", "#two", created_at=at(20)),
        a_post_around("p3", "#old", created_at=at(600) - FRESH_FOR),
    )
    assert [topic.title for topic in await kept.listed()] == ["#two", "#one"]
    assert [topic.title for topic in await kept.topics.ranked(at(600), 1)] == ["#two"]
    assert [topic.title for topic in await kept.topics.ranked(at(15) + FRESH_FOR)] == ["#two"]


async def test_a_topic_shows_its_latest_posts(kept: Kept) -> None:
    """Of 60 posts the last 50, oldest first."""
    await kept.keep(*(a_post_around(f"p{n}", "#weir", created_at=at(n)) for n in range(60)))
    opened = await kept.opened()
    assert [post.created_at for post in opened.posts] == [at(n) for n in range(10, 60)]


async def test_a_talk_shows_its_latest_posts(kept: Kept) -> None:
    """Of 60 answers the last 50, whatever tags are in them."""
    root = a_post_around("p0", "Look.", created_at=at(0))
    answers = [
        a_post_around(
            f"p{n}", "#weir", thread=ThreadId("p0"), parent=PostId("p0"), created_at=at(n)
        )
        for n in range(1, 60)
    ]
    await kept.keep(root, *answers)
    talk = next(topic for topic in await kept.listed() if topic.kind is TopicKind.TALK)
    opened = await kept.topics.open(talk.id)
    assert opened is not None
    assert [post.created_at for post in opened.posts] == [at(n) for n in range(10, 60)]


async def test_a_topic_that_is_not_there_is_none(kept: Kept) -> None:
    """An id of nothing opens nothing."""
    assert await kept.topics.open(TopicId("nothing")) is None


async def test_words_that_are_taken_back_leave_their_topic(kept: Kept) -> None:
    """What is left is counted anew, and leads with what is left."""
    await kept.keep(
        a_post_around("p1", "Regretted #weir", created_at=at(10)),
        a_post_around("p2", "A heron #weir", by="cleo", created_at=at(20)),
        a_post_around("p3", "Two #weir", by="cleo", created_at=at(30)),
    )
    await kept.drop("p1", "p3")
    topic = (await kept.opened()).topic
    assert (topic.people, topic.posts, topic.lead, topic.root) == (1, 1, "A heron #weir", "p2")
    assert (topic.first_at, topic.last_at) == (at(20), at(20))


async def test_a_topic_of_nothing_is_gone(kept: Kept) -> None:
    """When all of it is taken back neither its title nor its lead stays."""
    await kept.keep(a_post_around("p1", "Regretted #weir"), a_post_around("p2", "Regretted too"))
    await kept.drop("p1", "p2", "p9")
    assert await kept.listed() == ()
    assert await kept.db.read("SELECT * FROM topic") == []


async def test_a_talk_whose_first_words_are_taken_back_is_gone(kept: Kept) -> None:
    """Its title was these words."""
    answer = a_post_around(
        "p2", "Me.", by="cleo", thread=ThreadId("p1"), parent=PostId("p1"), created_at=at(20)
    )
    await kept.keep(a_post_around("p1", "Regretted"), answer)
    await kept.drop("p1")
    assert await kept.listed() == ()
    thread = await Threads(kept.db).read(US.id, ThreadId("p1"))
    assert [post.id for post in thread.posts] == ["p2"]


async def test_a_story_is_opened_with_its_headlines(kept: Kept) -> None:
    """It has no account while nobody talks of it, and names who carries it, the earliest first."""
    one = a_headline("h1", "Dam at Weirford bursts after heavy rain", publisher="Heron Post")
    two = replace(one, id="h2", publisher="The Weir", published_at=at(60), speed=3.5)
    await keep_reading(kept.db, a_reading(one, two))
    await kept.put(item_of_headline(two), item_of_headline(one))
    opened = await kept.opened()
    topic = opened.topic
    assert (topic.kind, topic.account, topic.root) == (TopicKind.STORY, None, None)
    assert topic.publishers == ("Heron Post", "The Weir")
    assert (topic.title, topic.speed, topic.url) == (one.title, 3.5, one.url)
    assert [headline.id for headline in opened.headlines] == ["h1", "h2"]
    assert opened.posts == ()
    assert not topic.is_unverified


async def test_the_same_ranking_again_changes_nothing(kept: Kept) -> None:
    """Only what differs is written; what left is gone."""
    assert await kept.keep(a_post_around("p1", "#one"), a_post_around("p2", "#two"))
    assert not await kept.put()
    assert await kept.keep(a_post_around("p3", "#three", created_at=at(5)))
    assert next(topic.title for topic in await kept.listed()) == "#three"


async def test_a_ranking_that_reads_the_same_is_not_written_again(kept: Kept) -> None:
    """While a stream is read there is one every few seconds, and nobody sees a hundredth."""
    assert await kept.keep(a_post_around("p1", "#one"))
    (row,) = kept.engine.rank(at(600)).topics
    breaks = replace(row, is_breaking=True, times_usual=16.4, score=9.61)
    less = replace(breaks, times_usual=15.8, score=9.55)
    more = replace(breaks, times_usual=17.2)
    written = []
    for one in (breaks, less, more):
        told = replace(one, reasons=reasons_of(one, Step.BREAKING))
        async with kept.db.write() as tx:
            written.append(await put_ranking(tx, Ranking(at(600), (told,))))
    assert written == [True, False, True]


async def test_a_thread_is_its_beginning_and_its_latest(kept: Kept) -> None:
    """Of 230 posts the first and the newest 199."""
    root = a_post_around("p0", created_at=at(0))
    more = [
        a_post_around(f"p{n}", thread=ThreadId("p0"), parent=PostId("p0"), created_at=at(n))
        for n in range(1, 230)
    ]
    await kept.keep(root, *more)
    posts = (await Threads(kept.db).read(US.id, ThreadId("p0"))).posts
    assert [post.created_at for post in posts] == [at(0), *(at(n) for n in range(31, 230))]
    assert {post.relation for post in posts} == {Relation.AROUND}
