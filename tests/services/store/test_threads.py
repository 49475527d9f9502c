"""Strangers' posts in the cache."""

from datetime import timedelta
from pathlib import Path

from services.model.ids import ThreadId
from services.store.threads import Threads, add_post, prune
from services.store.topics import Topics, put_ranking
from services.topics.engine import TopicEngine
from services.topics.items import item_of_post
from tests.builders import US, a_post_around, at, open_pair
from tests.fakes import NOON

LONG_AGO = NOON - timedelta(days=91)


async def test_the_cache_forgets_what_is_old_and_nothing_else(tmp_path: Path) -> None:
    """Posts and topics from before a moment are gone; what is newer stays."""
    old = a_post_around("old", body="long ago #then", created_at=LONG_AGO)
    new = a_post_around("new", body="just now #now", created_at=NOON)
    async with open_pair(tmp_path) as files:
        async with files.cache.write() as tx:
            for post in (old, new):
                await add_post(tx, post)
            engine = TopicEngine()
            engine.take(map(item_of_post, (old, new)))
            await put_ranking(tx, engine.rank(LONG_AGO))
        await prune(files.cache, NOON - timedelta(days=90))
        threads = Threads(files.cache)
        assert (await threads.read(old.account, old.thread)).posts == ()
        assert (await threads.read(new.account, new.thread)).posts == (new,)
        assert [topic.title for topic in await Topics(files.cache).ranked(NOON)] == ["#now"]
        assert len(await files.cache.read("SELECT 1 FROM topic")) == 1


async def test_what_a_long_thread_leaves_out_is_counted(tmp_path: Path) -> None:
    """Its first post and the latest are given, and how many others there are."""
    posts = [
        a_post_around(f"p{number}", thread=ThreadId("p0"), created_at=at(number))
        for number in range(260)
    ]
    async with open_pair(tmp_path) as files:
        threads = Threads(files.cache)
        async with files.cache.write() as tx:
            for post in posts[:200]:
                await add_post(tx, post)
        whole = await threads.read(US.id, ThreadId("p0"))
        assert (len(whole.posts), whole.more) == (200, 0)
        async with files.cache.write() as tx:
            for post in posts[200:]:
                await add_post(tx, post)
        read = await threads.read(US.id, ThreadId("p0"))
        assert (len(read.posts), read.more) == (200, 60)
        assert (read.posts[0], read.posts[1:]) == (posts[0], tuple(posts[61:]))
