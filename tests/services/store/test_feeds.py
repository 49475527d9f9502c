"""What is remembered of a feed survives a restart, and is forgotten with it."""

from pathlib import Path

from msgspec.structs import replace

from services.model.headlines import FeedId, FeedState
from services.model.ids import NetworkName
from services.networks.base import FeedMemory, Headlines
from services.store.database import CACHE, Durability, open_database
from services.store.feeds import KnownFeed, forget_feed, read_known
from services.store.headlines import KeptHeadlines, keep
from services.text.clean import clean_line
from services.web.values import Validators
from tests.builders import a_headline, at

MEMORY = FeedMemory(
    id=FeedId("feed1"),
    url="https://herons.example/feed",
    state=FeedState.MOVED,
    words=clean_line("moved to herons.example"),
    name=clean_line("Herons"),
    validators=Validators('"v1"', "Sun, 22 Nov 2026 12:00:00 GMT"),
    checked_at=at(1.000001),
    next_at=at(900),
    schedule=b"\x00\xffpace",
)


async def test_a_memory_comes_back_as_it_went_in(tmp_path: Path) -> None:
    """Every field of it, in another run; a later one replaces it."""
    for memory in (MEMORY, replace(MEMORY, state=FeedState.WELL, validators=Validators())):
        db = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
        await keep(db, Headlines(memory, ()), NetworkName.FEEDS)
        await db.close()
        db = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
        assert await read_known(db) == {MEMORY.id: KnownFeed(NetworkName.FEEDS, memory, 0)}
        await db.close()


async def test_a_feed_is_forgotten_with_its_headlines(tmp_path: Path) -> None:
    """And with no other's."""
    db = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
    other = replace(MEMORY, id=FeedId("feed2"))
    await keep(db, Headlines(MEMORY, (a_headline("h1"),)))
    await keep(db, Headlines(other, (a_headline("h2", feed=other.id),)))
    await forget_feed(db, MEMORY.id)
    assert list(await read_known(db)) == [other.id]
    assert [one.id for one in await KeptHeadlines(db).since(at(-999))] == ["h2"]
    await db.close()
