"""A blog of its own for each test, a door to it, and accounts on it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

import pytest

from services.clock import SystemClock
from services.http import Door
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.networks.wordpress.account import AUTHORIZATION, WordPressAccount, open_wordpress
from services.secrets import Secret
from services.text.clean import clean_line
from tests.doubles.wordpress import OWNER, Blog, serve_blog
from tests.fakes import NOON, FakeClock

Open = Callable[..., Awaitable[WordPressAccount]]


@pytest.fixture
def clock() -> FakeClock:
    """Noon, until a test moves it."""
    return FakeClock(NOON)


@pytest.fixture
async def blog(clock: FakeClock) -> AsyncIterator[Blog]:
    """The blog, with one post and nothing said."""
    async with serve_blog(clock.now) as served:
        yield served


@pytest.fixture
async def door(blog: Blog) -> AsyncIterator[Door]:
    """The door to the world, to which the blog is a host that somebody named."""
    opened = Door(SystemClock(), named_hosts=frozenset((blog.host,)))
    yield opened
    await opened.close()


@pytest.fixture
def kept() -> list[dict[str, str]]:
    """What was given to be kept."""
    return []


@pytest.fixture
def signed_in(blog: Blog, door: Door, clock: FakeClock, kept: list[dict[str, str]]) -> Open:
    """Open an account by what it comes with and its number."""

    async def keep(secrets: Mapping[str, Secret]) -> None:
        kept.append({name: secret.reveal() for name, secret in secrets.items()})

    async def signed_in(key: str = OWNER, number: int = 1) -> WordPressAccount:
        handle = clean_line(f"u{number}@blog")
        who = SignedIn(
            id=AccountId(f"wordpress:{handle}"),
            network=NetworkName.WORDPRESS,
            server=f"{blog.base_url}/wp-json",
            handle=handle,
            name=handle,
            remote_id=str(number),
            back_to=NOON - timedelta(days=90),
        )
        return await open_wordpress(who, {AUTHORIZATION: Secret(key)}, door, clock, keep)

    return signed_in


@pytest.fixture
async def us(signed_in: Open) -> WordPressAccount:
    """The owner's account, having asked what it may do."""
    account = await signed_in()
    await account.poll(None)
    return account
