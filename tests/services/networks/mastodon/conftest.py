"""A server of its own for each test, a door to it, and us on it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from services.clock import SystemClock
from services.http import Door
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.networks.mastodon.account import MastodonAccount, open_mastodon
from services.secrets import Secret
from services.text.clean import clean_line
from tests.doubles.mastodon import Keys, MastodonDouble, serve_mastodon
from tests.fakes import NOON, until

SCALE = 20.0


class NoonClock(SystemClock):
    """A fast clock that begins at noon, as the server does."""

    def now(self) -> datetime:
        """Give noon, and what has passed since."""
        return NOON + timedelta(seconds=self.monotonic() - self._start)


def signed_in(server: str) -> SignedIn:
    """Give Ada's account."""
    return SignedIn(
        id=AccountId("mastodon:ada@double.example"),
        network=NetworkName.MASTODON,
        server=server,
        handle=clean_line("@ada@double.example"),
        name=clean_line("Ada"),
        remote_id="100",
        back_to=NOON - timedelta(days=90),
    )


SECRETS = {
    "token": Secret("token-ada"),
    "client_id": Secret("client"),
    "client_secret": Secret("hidden"),
}


async def opened(double: MastodonDouble, door: Door) -> MastodonAccount:
    """Open Ada's account."""

    async def keep(_: object) -> None:
        raise AssertionError

    return await open_mastodon(signed_in(double.url), SECRETS, door, NoonClock(SCALE), keep)


async def leave(account: MastodonAccount) -> None:
    """Close an account whose stream is open, if it was begun: a line is not cut half made."""
    await until(lambda: account._following is None or account.is_streamed)
    await account.close()


@pytest.fixture
def keys() -> Keys:
    """Honour keys, unless a test module says otherwise."""
    return Keys.HONOURED


@pytest.fixture
async def double(keys: Keys) -> AsyncIterator[MastodonDouble]:
    """The server."""
    async with serve_mastodon(keys) as served:
        yield served


@pytest.fixture
async def door(double: MastodonDouble) -> AsyncIterator[Door]:
    """The door to the world, to which the server is a host that somebody named."""
    hosts = frozenset({"127.0.0.1", double.host, "localhost"})
    made = Door(SystemClock(), named_hosts=hosts)
    yield made
    await made.close()


@pytest.fixture
async def us(double: MastodonDouble, door: Door) -> AsyncIterator[MastodonAccount]:
    """Our account there."""
    account = await opened(double, door)
    yield account
    await leave(account)
