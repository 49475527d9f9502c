"""A site of its own for each test, and a door to it."""

from collections.abc import AsyncIterator

import pytest

from services.clock import SystemClock
from services.http import Door
from tests.hackernews_server import HackerNewsServer, serve_hackernews


@pytest.fixture
async def site() -> AsyncIterator[HackerNewsServer]:
    """The site, with nothing on it."""
    async with serve_hackernews() as served:
        yield served


@pytest.fixture
async def door(site: HackerNewsServer) -> AsyncIterator[Door]:
    """The door to the world, to which the site is a host that somebody named."""
    opened = Door(SystemClock(), named_hosts=frozenset((site.host,)))
    yield opened
    await opened.close()
