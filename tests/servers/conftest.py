"""The real servers, started once for a test run and only when a test asks."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.servers.bluesky import Bluesky
from tests.servers.hosts.running import running
from tests.servers.hosts.values import BlueskyHost, Name, SnacHost, WordPressHost
from tests.servers.snac import Snac
from tests.servers.wordpress import WordPress

PATIENCE_S = 30.0


@pytest.fixture(scope="session")
def bluesky_host() -> Iterator[BlueskyHost]:
    """Have the Bluesky network."""
    with running(Name.BLUESKY, BlueskyHost) as host:
        yield host


@pytest.fixture(scope="session")
def wordpress_host() -> Iterator[WordPressHost]:
    """Have a blog."""
    with running(Name.WORDPRESS, WordPressHost) as host:
        yield host


@pytest.fixture(scope="session")
def snac_host() -> Iterator[SnacHost]:
    """Have a server that speaks Mastodon's API."""
    with running(Name.SNAC, SnacHost) as host:
        yield host


@pytest.fixture
async def bluesky(bluesky_host: BlueskyHost) -> AsyncIterator[Bluesky]:
    """Give the Bluesky network and its people."""
    async with httpx.AsyncClient(
        base_url=bluesky_host.pds, headers=bluesky_host.bypass, timeout=PATIENCE_S
    ) as client:
        yield Bluesky(bluesky_host, client)


@pytest.fixture
async def wordpress(wordpress_host: WordPressHost) -> AsyncIterator[WordPress]:
    """Give the blog, its owner and its visitors."""
    owner = wordpress_host.owner
    async with httpx.AsyncClient(
        base_url=wordpress_host.url, auth=(owner.name, owner.password), timeout=PATIENCE_S
    ) as client:
        yield WordPress(wordpress_host, client)


@pytest.fixture
async def snac(snac_host: SnacHost) -> AsyncIterator[Snac]:
    """Give the snac server and its people."""
    # It closes connections that one would keep.
    unkept = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=snac_host.url, timeout=PATIENCE_S, limits=unkept
    ) as client:
        yield Snac(snac_host, client)
