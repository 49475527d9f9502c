"""Strangers' posts in the cache."""

from datetime import timedelta
from pathlib import Path

from services.store.threads import Threads, add_post, prune
from services.store.topics import Topics, add_to_topics
from tests.builders import a_post_around, open_pair
from tests.fakes import NOON


async def test_the_cache_forgets_what_is_old_and_nothing_else(tmp_path: Path) -> None:
    """Posts and topics from before a moment are gone; what is newer stays."""
    old = a_post_around("old", body="long ago #then", created_at=NOON - timedelta(days=91))
    new = a_post_around("new", body="just now #now", created_at=NOON)
    async with open_pair(tmp_path) as files:
        async with files.cache.write() as tx:
            for post in (old, new):
                await add_post(tx, post)
                await add_to_topics(tx, post)
        await prune(files.cache, NOON - timedelta(days=90))
        threads = Threads(files.cache)
        assert (await threads.read(old.account, old.thread)).posts == ()
        assert (await threads.read(new.account, new.thread)).posts == (new,)
        assert [topic.title for topic in await Topics(files.cache).newest(NOON)] == ["#now"]
        assert await files.cache.read("SELECT 1 FROM topic_post WHERE post = 'old'") == []
