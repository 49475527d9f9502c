"""The files of a desk: what cannot be read is begun anew only where nothing is lost by it."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.desk import KEPT_FOR, open_desk, open_files
from services.errors import Damaged
from services.model.headlines import FeedId, FeedState
from services.model.ids import NetworkName
from services.model.session import Plan
from services.networks.base import FeedMemory, Headlines
from services.store.headlines import keep
from services.text.clean import clean_line
from services.web.values import Validators
from tests.builders import US, a_headline, a_post_around, a_target, arrivals
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import NOON, FakeClock

_NOISE = b"no database, for all that is in it\n" * 400


async def test_a_damaged_cache_is_begun_anew(tmp_path: Path) -> None:
    """Nothing in the cache is anybody's own, so that a broken one keeps nobody from talking."""
    cache = tmp_path / "cache.db"
    for suffix in ("", "-wal"):
        cache.with_name(cache.name + suffix).write_bytes(_NOISE)
    files = await open_files(tmp_path / "private.db", cache)
    assert await files.cache.read("SELECT count(*) FROM post")
    await files.close()


async def test_a_damaged_private_file_is_left_as_it_is(tmp_path: Path) -> None:
    """Somebody may still get their words out of it."""
    private = tmp_path / "private.db"
    private.write_bytes(_NOISE)
    with pytest.raises(Damaged):
        await open_files(private, tmp_path / "cache.db")
    assert private.read_bytes() == _NOISE


async def test_what_we_say_and_take_back_is_told_to_the_topics(tmp_path: Path) -> None:
    """At once, without waiting for the network to show it; arrivals as they are kept."""
    clock = FakeClock()
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    network = FakeNetwork(FakeServer(clock))
    async with open_desk(files, (network,), clock, own_sites=frozenset()) as desk:
        await desk.intake.take(US.id, arrivals(a_post_around("t1", "Anybody at the weir?")))

        async def counted(posts: int) -> None:
            while [topic.posts for topic in await desk.reading.topics()] != [posts]:
                await clock.advance(0.05)

        await counted(1)
        await desk.engine.sit_down(Plan(20))
        send = await desk.verbs.say(a_target(), "It is.", clock.boot())
        await counted(2)
        await desk.verbs.take_back(send.id)
        await counted(1)
    await files.close()


async def test_the_cache_forgets_headlines_after_ninety_days(tmp_path: Path) -> None:
    """What was published longer ago is gone soon after a start; what is newer stays."""
    clock = FakeClock()
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    memory = FeedMemory(
        FeedId("feed1"), "https://herons.example/feed", FeedState.WELL, clean_line(""),
        clean_line("The Heron Post"), Validators(), NOON, NOON,
    )  # fmt: skip
    old = a_headline("old", published_at=NOON - KEPT_FOR - timedelta(minutes=1))
    await keep(files.cache, Headlines(memory, (old, a_headline("new"))), NetworkName.FEEDS)
    async with open_desk(files, (), clock, own_sites=frozenset()):
        while [row["id"] for row in await files.cache.read("SELECT id FROM headline")] != ["new"]:
            await clock.advance(1)
    await files.close()
