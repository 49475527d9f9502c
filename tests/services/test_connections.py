"""What leads out of this box is opened once, asks nobody at a start, and is closed in order."""

import logging
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.accounts import put_account
from services.connections import Connections
from services.errors import ChinwagError, ConfigError, NetworkError, Rejected
from services.http import Door
from services.model.ids import AccountId, NetworkName
from services.model.news_sources import NewsSource
from services.networks.registry import SIGNED_IN, make_trends, open_network
from services.runtime import open_runtime, trouble_of
from services.secrets import Secret
from services.topics.hosting import TopicsHere
from services.vault_file import FileVault
from tests.fakes import FakeClock, until
from tests.services.test_accounts import ADA
from tests.services.test_runtime import paths_in

NOWHERE = "https://127.0.0.1:1"
"""An address that the door goes to only where the configuration names it."""

WHO = {
    NetworkName.BLUESKY: (replace(ADA, server=NOWHERE), {"access": "a", "refresh": "r"}),
    NetworkName.MASTODON: (
        replace(ADA, id=AccountId("mastodon:ada"), network=NetworkName.MASTODON, server=NOWHERE),
        {"token": "t", "client_id": "c", "client_secret": "s"},
    ),
    NetworkName.WORDPRESS: (
        replace(
            ADA,
            id=AccountId("wordpress:ada"),
            network=NetworkName.WORDPRESS,
            server=f"{NOWHERE}/wp-json/",
            remote_id="1",
        ),
        {"authorization": "Basic eA==", "role": "administrator"},
    ),
}


async def signed_in(directory: Path) -> None:
    """Keep three accounts as an earlier run would have."""
    paths = paths_in(directory)
    for who, secrets in WHO.values():
        put_account(paths.accounts_file, who)
        kept = {name: Secret(value) for name, value in secrets.items()}
        await FileVault(paths.secrets_file).keep(who.id, kept)


async def test_every_account_is_opened_without_its_network(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """All three are there at once; each says its own trouble; nothing breaks while closing."""
    await signed_in(tmp_path)
    caplog.set_level(logging.WARNING)
    async with open_runtime(
        paths=paths_in(tmp_path), clock=FakeClock(), environment={}, topics=TopicsHere
    ) as runtime:
        connections = await runtime.connect()
        assert set(runtime.real.networks) == {who.id for who, _ in WHO.values()}
        assert {who.network for who in connections.identities.who} == set(SIGNED_IN)
        assert "only you" in connections.vault.words
        await until(lambda: len(runtime.real.sources.troubles) == len(SIGNED_IN))
        assert len(trouble_of(runtime.real)) == len(SIGNED_IN)
        networks = tuple(runtime.real.networks)
        assert len(networks) == len(SIGNED_IN)
    assert runtime.real.networks == {}
    assert caplog.text == ""


async def test_a_terminal_that_looks_on_opens_nothing_and_signs_nobody_in(tmp_path: Path) -> None:
    """The other one has them."""
    await signed_in(tmp_path)
    async with (
        open_runtime(paths=paths_in(tmp_path), clock=FakeClock(), environment={}) as first,
        open_runtime(paths=paths_in(tmp_path), clock=FakeClock(), environment={}) as second,
    ):
        assert second.looks_on
        assert first.connections is None
        connections: Connections = await second.connect()
        assert second.real.networks == {}
        for work in (
            connections.sign_in_bluesky("ada", Secret("x")),
            connections.begin_mastodon("chat.example"),
            connections.sign_in_wordpress("blog.example", "ada", Secret("x")),
            connections.sign_out(ADA.id, forget_words=False),
        ):
            with pytest.raises(ChinwagError, match="Another terminal"):
                await work


async def test_a_sign_in_that_fails_keeps_nothing(tmp_path: Path) -> None:
    """Whatever the network says, neither file is made."""
    paths = paths_in(tmp_path)
    async with open_runtime(paths=paths, clock=FakeClock(), environment={}) as runtime:
        connections = await runtime.connect()
        with pytest.raises(NetworkError):
            await connections.sign_in_bluesky("ada", Secret("hush-1"), NOWHERE)
        with pytest.raises(Rejected):
            await connections.sign_in_bluesky("", Secret(""))
        with pytest.raises(ConfigError):
            await connections.begin_mastodon("no server")
        with pytest.raises(NetworkError):
            await connections.sign_in_wordpress(NOWHERE, "ada", Secret("hush-1"))
    assert not paths.accounts_file.exists()
    assert not paths.secrets_file.exists()


async def test_nobody_signs_in_to_other_networks() -> None:
    """An accounts.toml that says so is told."""

    async def keep(_: object) -> None:
        """Keep nothing."""

    clock = FakeClock()
    who = replace(ADA, network=NetworkName.FEEDS)
    with pytest.raises(ConfigError, match="Nobody signs in to feeds"):
        await open_network(who, {}, Door(clock), clock, keep)


async def test_each_source_of_headlines_is_made_without_asking_anybody(tmp_path: Path) -> None:
    """Hacker News and the trends, each of its own network; nothing else tells trends."""
    async with open_runtime(paths=paths_in(tmp_path), clock=FakeClock(), environment={}) as runtime:
        connections = await runtime.connect()
        made = {
            name: connections._source(NewsSource.parse(name), None)
            for name in ("hackernews", "bluesky-trends", "mastodon-trends:chat.example")
        }
        assert [source.network for source in made.values()] == [
            NetworkName.HACKERNEWS,
            NetworkName.BLUESKY,
            NetworkName.MASTODON,
        ]
    clock = FakeClock()
    with pytest.raises(ConfigError, match="hackernews tells no trends"):
        make_trends(NewsSource.parse("hackernews"), Door(clock), clock)
