"""What an engine that begins anew is told is what it was told before, in the same order."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.model.headlines import FeedId, FeedState
from services.networks.base import FeedMemory, Headlines
from services.store import warming
from services.store.database import CACHE, Database, Durability, open_database
from services.store.headlines import keep
from services.store.warming import told_again
from services.text.clean import clean_line
from services.topics.items import item_of_headline
from services.topics.stories import Stories
from services.topics.values import STORIES_KEPT_FOR, HeadlineItem, Item
from services.web.values import Validators
from tests.builders import a_headline, at

TITLES = (
    "Dam at Weirford bursts after three days of rain",
    "Heron wins a prize in Quell",
    "Weirford flees as dam gives way",
    "Ferry line of Tarn opens again",
    "Weirford: dam bursts after days of rain",
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty cache."""
    opened = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
    yield opened
    await opened.close()


async def read_in(db: Database, feed: str, seen_s: float) -> tuple[HeadlineItem, ...]:
    """Keep a reading of a feed that was seen at a moment; give what is new, as it is told."""
    memory = FeedMemory(
        id=FeedId(feed),
        url=f"https://{feed}.example/feed",
        state=FeedState.WELL,
        words=clean_line("well"),
        name=clean_line(feed),
        validators=Validators(),
        checked_at=at(seen_s),
        next_at=at(seen_s + 900),
    )
    found = [
        a_headline(
            f"{feed} {number}",
            feed=FeedId(feed),
            publisher=clean_line(feed),
            title=clean_line(title),
            url=clean_line(f"https://{feed}.example/{number}"),
            published_at=at(-60 * number),
            seen_at=at(seen_s),
        )
        for number, title in enumerate(TITLES)
    ]
    return tuple(map(item_of_headline, await keep(db, Headlines(memory, tuple(found)))))


async def all_told(db: Database, at_s: float = 60) -> list[Item]:
    """Give all that is told again at a moment."""
    return [item async for page in told_again(db, at(at_s)) for item in page]


def kinds(stories: Stories) -> dict[str, frozenset[str]]:
    """Give which headlines are together, by the ids of their stories."""
    stories.settle()
    return {story.id: frozenset(story.headlines) for story in stories.all}


async def test_stories_are_the_same_again(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a feed was seen before another that was heard of first, over several pages."""
    monkeypatch.setattr(warming, "_PAGE", 3)
    before, after = Stories(), Stories()
    for feed, seen_s in (("weir", 10.0), ("heron", 5.5), ("ferry", 20.25), ("post", 20.0)):
        for item in await read_in(db, feed, seen_s):
            before.take(item)
    for again in await all_told(db):
        assert isinstance(again, HeadlineItem)
        after.take(again)
    assert not after._late
    assert kinds(after) == kinds(before)
    assert len(kinds(after)) == 3


async def test_what_is_too_old_is_not_told_again(db: Database) -> None:
    """Two days after it was published nothing of it is."""
    await read_in(db, "weir", 1)
    kept_s = STORIES_KEPT_FOR.total_seconds()
    assert len(await all_told(db, kept_s - 61)) == 2
    assert await all_told(db, kept_s) == []
