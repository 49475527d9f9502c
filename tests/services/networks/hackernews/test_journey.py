"""From the site to the row of whoever waits, and back by an answer on the site's own page."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.desk import Files
from services.http import Door
from services.intake import Intake
from services.model.waiting import Lane, Waiting
from services.networks.hackernews.account import HackerNewsAccount, open_hackernews
from services.reading import Tables, tables_of
from services.store.cursors import read_cursor
from tests.builders import open_pair
from tests.fakes import NOON, FakeClock
from tests.hackernews_server import HackerNewsServer

MINUTE = timedelta(minutes=1)


class Desk:
    """Two files, what writes them, and the account that is read into them."""

    def __init__(self, files: Files, us: HackerNewsAccount, clock: FakeClock) -> None:
        """Read ``us`` into ``files``."""
        self.tables: Tables = tables_of(files.private, files.cache)
        self._files = files
        self._us = us
        self._clock = clock
        self._intake = Intake(files.private, files.cache, lambda: None)

    async def read(self) -> tuple[Waiting, ...]:
        """Poll as the sources do, a minute later, and give who waits."""
        await self._clock.advance(60)
        has_more = True
        while has_more:
            cursor = await read_cursor(self._files.private, self._us.account.id)
            arrivals = await self._us.poll(cursor)
            await self._intake.take(self._us.account.id, arrivals)
            has_more = arrivals.has_more
        return (await self.tables.waiting.read(self._clock.now())).rows


@pytest.fixture
async def desk(tmp_path: Path, door: Door, site: HackerNewsServer) -> AsyncIterator[Desk]:
    """Marl's desk, at noon."""
    site.user("marl")
    clock = FakeClock(NOON)
    us = await open_hackernews("marl", door, clock, site.base_url)
    async with open_pair(tmp_path) as files:
        yield Desk(files, us, clock)


async def test_a_reply_waits_until_we_answer_on_the_page(
    desk: Desk, site: HackerNewsServer
) -> None:
    """A question to our story waits; our answer, written there, ends it; their word begins anew."""
    story = site.story("marl", "A map of weirs", NOON - 5 * MINUTE)
    assert await desk.read() == ()
    asked = site.comment("sel", story, "Where is Hollow Mill?", NOON + MINUTE)
    (row,) = await desk.read()
    assert (row.author.name, row.body, row.lane) == ("sel", "Where is Hollow Mill?", Lane.QUESTION)
    assert (row.thread, row.post, row.network) == (str(story), str(asked), "hackernews")
    answer = site.comment("marl", asked, "South of the lock.", NOON + 2 * MINUTE)
    assert await desk.read() == ()
    site.comment("sel", answer, "Which lock?", NOON + 3 * MINUTE)
    (row,) = await desk.read()
    assert row.body == "Which lock?"


async def test_a_reply_that_is_deleted_does_not_wait(desk: Desk, site: HackerNewsServer) -> None:
    """Whoever takes their word back needs no answer."""
    story = site.story("marl", "A map of weirs", NOON)
    asked = site.comment("sel", story, "Where is it?", NOON)
    assert len(await desk.read()) == 1
    site.delete(asked)
    assert await desk.read() == ()


async def test_a_past_that_is_read_at_once_leaves_only_who_waits(
    desk: Desk, site: HackerNewsServer
) -> None:
    """Of forty questions that we have answered all but three, three wait after the first start."""
    story = site.story("marl", "A map of weirs", NOON - timedelta(days=2))
    for n in range(40):
        moment = NOON - timedelta(days=1) + n * MINUTE
        asked = site.comment(f"person{n}", story, f"Where is weir {n}?", moment)
        if n not in (3, 17, 39):
            site.comment("marl", asked, "Upstream.", moment + MINUTE)
    rows = await desk.read()
    assert {row.author.name for row in rows} == {"person3", "person17", "person39"}
