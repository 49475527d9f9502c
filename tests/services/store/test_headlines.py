"""Headlines are kept with the reading that brought them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.errors import StoreError
from services.model.headlines import FeedId, FeedState, HeadlineId
from services.model.ids import NetworkName
from services.networks.base import FeedMemory, Headlines
from services.store import headlines as table
from services.store.database import CACHE, Database, Durability, open_database
from services.store.feeds import read_known
from services.store.headlines import KeptHeadlines, keep, prune_headlines
from services.text.clean import clean, clean_line, clean_url
from services.web.values import Validators
from tests.builders import a_headline, at


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty cache."""
    opened = await open_database(tmp_path / "cache.db", CACHE, durability=Durability.NORMAL)
    yield opened
    await opened.close()


def a_memory(feed: str = "feed1") -> FeedMemory:
    """Give what is remembered of a feed that is well."""
    return FeedMemory(
        id=FeedId(feed),
        url="https://herons.example/feed",
        state=FeedState.WELL,
        words=clean_line("well"),
        name=clean_line("Herons"),
        validators=Validators('"v1"', None),
        checked_at=at(0),
        next_at=at(900),
        schedule=b"\x00pace",
    )


def reading(*found: str, feed: str = "feed1") -> Headlines:
    """Give a reading of headlines by their ids, a second apart."""
    return Headlines(
        a_memory(feed),
        tuple(
            a_headline(one, feed=FeedId(feed), published_at=at(number))
            for number, one in enumerate(found)
        ),
    )


async def test_a_headline_is_new_once(db: Database) -> None:
    """What is read again is not told again; what is new beside it is."""
    first = reading("h1", "h2")
    assert await keep(db, first) == first.headlines
    assert await keep(db, reading("h1", "h2")) == ()
    assert [one.id for one in await keep(db, reading("h2", "h3"))] == ["h3"]
    assert await keep(db, reading()) == ()
    assert (await read_known(db))[FeedId("feed1")].headlines == 3


async def test_a_headline_comes_back_as_it_went_in(db: Database) -> None:
    """Every field of it."""
    full = a_headline(
        "h1",
        paragraph=clean("Two lines\nof it — “here”."),
        url=clean_url("https://herons.example/1"),
        discussion=clean_url("https://talk.example/1"),
        speed=2.5,
        published_at=at(-60.000001),
        network=NetworkName.HACKERNEWS,
    )
    bare = a_headline("h2", url=None, discussion=None, paragraph=clean(""))
    await keep(db, Headlines(a_memory(), (full, bare)), NetworkName.HACKERNEWS)
    shelf = KeptHeadlines(db)
    asked = [HeadlineId(one) for one in ("h2", "missing", "h1", "h2")]
    assert await shelf.of(asked) == (bare, full)
    assert (await read_known(db))[FeedId("feed1")].network is NetworkName.HACKERNEWS


async def test_what_is_said_otherwise_is_told_again(db: Database) -> None:
    """A corrected title and a speed replace the old ones; the times of the first reading stay."""
    old = a_headline("h1")
    await keep(db, Headlines(a_memory(), (old,)))
    other = replace(
        old, title=clean_line("Corrected"), speed=3.0, seen_at=at(99), published_at=at(98)
    )
    now = replace(old, title=clean_line("Corrected"), speed=3.0)
    assert await keep(db, Headlines(a_memory(), (other,))) == (now,)
    assert await KeptHeadlines(db).of([old.id]) == (now,)
    assert await keep(db, Headlines(a_memory(), (other,))) == ()


async def test_one_reading_that_names_an_item_twice_keeps_it_once(db: Database) -> None:
    """Publishers do that."""
    one = a_headline("h1")
    assert len(await keep(db, Headlines(a_memory(), (one, one)))) == 1


async def test_a_reading_is_kept_whole_or_not_at_all(db: Database) -> None:
    """A headline that cannot be written leaves no memory of having been read."""
    broken = replace(a_headline("h1"), title=None)
    with pytest.raises(StoreError):
        await keep(db, Headlines(a_memory(), (broken,)))
    assert await read_known(db) == {}


async def test_the_newest_are_given_for_a_start_oldest_first(db: Database) -> None:
    """Since a moment, and no more than can be held."""
    await keep(db, reading(*(f"h{number}" for number in range(10))))
    shelf = KeptHeadlines(db)
    assert [one.id for one in await shelf.since(at(7))] == ["h7", "h8", "h9"]
    assert [one.id for one in await shelf.since(at(0), limit=2)] == ["h8", "h9"]


async def test_old_ones_are_forgotten(db: Database) -> None:
    """By when they were published."""
    await keep(db, reading("h0", "h1", "h2"))
    await prune_headlines(db, at(2))
    assert [one.id for one in await KeptHeadlines(db).since(at(-999))] == ["h2"]


async def test_one_feed_cannot_fill_the_cache(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its oldest go; those of others stay."""
    monkeypatch.setattr(table, "OF_ONE_FEED_AT_MOST", 3)
    await keep(db, reading("other", feed="feed2"))
    await keep(db, reading("h0", "h1", "h2", "h3", "h4"))
    left = {one.id for one in await KeptHeadlines(db).since(at(-999))}
    assert left == {"other", "h2", "h3", "h4"}
