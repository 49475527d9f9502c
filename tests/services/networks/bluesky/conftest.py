"""A network of its own for each test, a door to it, and us on it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import pytest

from services.clock import SystemClock
from services.http import Door
from services.networks.bluesky.account import BlueskyAccount
from services.networks.bluesky.signin import open_bluesky, sign_in_bluesky
from services.secrets import Secret
from tests.doubles.bluesky import BlueskyDouble, Person, serve_bluesky
from tests.fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """Noon."""
    return FakeClock()


@pytest.fixture
async def network(clock: FakeClock) -> AsyncIterator[BlueskyDouble]:
    """The network, with nobody on it."""
    async with serve_bluesky(clock) as served:
        yield served


@pytest.fixture
async def door(network: BlueskyDouble) -> AsyncIterator[Door]:
    """The door to the world, to which the network is a host that somebody named."""
    opened = Door(SystemClock(), named_hosts=frozenset((network.host,)))
    yield opened
    await opened.close()


@pytest.fixture
def kept() -> list[Mapping[str, Secret]]:
    """The secrets that were stored, the newest last."""
    return []


@pytest.fixture
def keep(kept: list[Mapping[str, Secret]]) -> Callable[[Mapping[str, Secret]], Awaitable[None]]:
    """Store secrets."""

    async def store(secrets: Mapping[str, Secret]) -> None:
        kept.append(secrets)

    return store


@pytest.fixture
def ada(network: BlueskyDouble) -> Person:
    """Ourselves, on the network's side."""
    return network.person("ada")


@pytest.fixture
def ben(network: BlueskyDouble) -> Person:
    """Somebody else."""
    return network.person("ben")


@pytest.fixture
async def us(
    network: BlueskyDouble,
    door: Door,
    clock: FakeClock,
    ada: Person,
    keep: Callable[[Mapping[str, Secret]], Awaitable[None]],
) -> BlueskyAccount:
    """Ada, signed in and opened."""
    who, secrets = await sign_in_bluesky(
        f"@{ada.handle}", Secret(ada.password), door, clock, network.base_url
    )
    network.count()
    return await open_bluesky(who, secrets, door, clock, keep)
