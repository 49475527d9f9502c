"""Names of streams become what the topics are told to read; what cannot be had is said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.accounts import put_account
from services.config import Config, DoorConfig, FirehoseConfig, save_config
from services.errors import ConfigError
from services.firehoses import SOURCES_AT_MOST, Standing, Wish, account_for, firehose_of, wish_of
from services.model.ids import AccountId
from services.runtime import Runtime, open_runtime, trouble_of
from services.secrets import Secret
from services.text.clean import clean_line
from services.topics.hosting import TopicsHere
from services.topics.values import Firehose, StreamKind
from services.vault_file import FileVault
from tests.doubles.mastodon import MastodonDouble, serve_mastodon
from tests.fakes import FakeClock, until
from tests.services.test_accounts import ADA, BEN
from tests.services.test_runtime import paths_in

PUBLIC = "wss://jetstream2.us-east.bsky.network/subscribe"
SECOND = "wss://a.example/xrpc/network.bsky.jetstream.subscribeEvents"


class Told(TopicsHere):
    """Remembers what it is told to read."""

    told: list[tuple[Firehose, ...]]

    def listen(self, firehoses: tuple[Firehose, ...]) -> None:
        """Remember it."""
        self.__dict__.setdefault("told", []).append(firehoses)


@asynccontextmanager
async def _opened(directory: Path, config: Config) -> AsyncIterator[tuple[Runtime, Told]]:
    """Open everything, with this configuration."""
    paths = paths_in(directory)
    save_config(paths.config_file, config)
    async with open_runtime(paths=paths, clock=FakeClock(), environment={}, topics=Told) as runtime:
        await runtime.connect()
        assert isinstance(runtime.real.topics, Told)
        yield runtime, runtime.real.topics


def _chosen(*sources: str, named_hosts: tuple[str, ...] = ()) -> Config:
    return Config(firehose=FirehoseConfig(sources=sources), door=DoorConfig(named_hosts))


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        (" jetstream ", Wish(StreamKind.JETSTREAM_1, "jetstream2.us-east.bsky.network", PUBLIC)),
        (
            "Jetstream:ws://a.example/x",
            Wish(StreamKind.JETSTREAM_1, "a.example", "ws://a.example/x"),
        ),
        (f"jetstream:{SECOND}", Wish(StreamKind.JETSTREAM_2, "a.example", SECOND)),
        ("mastodon:Chat.example:8443", Wish(StreamKind.MASTODON, "chat.example:8443")),
    ],
)
def test_a_name_says_what_is_read(name: str, wish: Wish) -> None:
    """The public Jetstream, another one of either version, a server of Mastodon's kind."""
    assert wish_of(name) == wish


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is no firehose"),
        ("firehose", "is no firehose"),
        ("mastodon:", "is no firehose"),
        ("mastodon:https://chat.example/", "is no firehose"),
        ("jetstream:nonsense", "leads nowhere"),
        ("jetstream:https://a.example", "is no address of a stream"),
    ],
)
def test_a_name_that_means_nothing_is_said(name: str, why: str) -> None:
    """With what there is instead."""
    with pytest.raises(ConfigError, match=why) as caught:
        wish_of(name)
    assert caught.value.remedy


def test_a_server_is_read_by_an_account_of_ours_there() -> None:
    """By its host or by that of our name there; elsewhere we are nobody."""
    for host in ("chat.example:8443", "chat.example"):
        assert account_for(Wish(StreamKind.MASTODON, host), (ADA, BEN)) is BEN
    for host in ("pds.example", "other.example"):
        with pytest.raises(ConfigError, match="signed in there") as caught:
            account_for(Wish(StreamKind.MASTODON, host), (ADA, BEN))
        assert host in caught.value.remedy


def test_what_was_chosen_goes_along() -> None:
    """Languages, words, how many, which hosts may be private; the token only to its server."""
    config = Config(
        firehose=FirehoseConfig((), ("en",), ("ferry",), 500), door=DoorConfig(("a.example",))
    )
    standing = Standing("https://chat.example", "hush")
    assert firehose_of(wish_of("mastodon:chat.example"), config, "chat.example", standing) == (
        Firehose(
            StreamKind.MASTODON,
            "chat.example",
            "wss://chat.example/api/v1/streaming?stream=public",
            "hush",
            ("en",),
            ("ferry",),
            500.0,
            ("a.example",),
        )
    )
    assert firehose_of(wish_of("jetstream"), config, "Bluesky", None).token == ""


async def test_nobody_who_chose_nothing_listens(tmp_path: Path) -> None:
    """The topics are told nothing at all."""
    async with _opened(tmp_path, Config()) as (runtime, topics):
        await runtime.choose(replace(runtime.config, minutes=30))
        assert runtime.connections is not None
    assert not hasattr(topics, "told")


async def test_what_was_chosen_is_told_and_again_when_it_changes(tmp_path: Path) -> None:
    """What cannot be had is said among the troubles and stops no other."""
    sources = ("jetstream", f"jetstream:{SECOND}", "jetstream", "nonsense", "mastodon:chat.example")
    async with _opened(tmp_path, _chosen(*sources)) as (runtime, topics):
        await until(lambda: hasattr(topics, "told"))
        assert [(one.name, one.url) for one in topics.told[-1]] == [
            ("Bluesky", PUBLIC),
            ("Bluesky (a.example)", SECOND),
        ]
        await until(lambda: len(trouble_of(runtime.real)) == 2)
        assert "nonsense" in trouble_of(runtime.real)[0]
        assert "chat.example" in trouble_of(runtime.real)[1]
        await runtime.choose(replace(runtime.config, firehose=FirehoseConfig(("jetstream",))))
        await until(lambda: len(topics.told) == 2)
        assert [one.url for one in topics.told[-1]] == [PUBLIC]
        assert trouble_of(runtime.real) == ()


async def test_more_than_may_be_are_not_read_and_that_is_said(tmp_path: Path) -> None:
    """Each is a line that stays open."""
    names = (f"jetstream:wss://a{n}.example/subscribe" for n in range(SOURCES_AT_MOST + 1))
    async with _opened(tmp_path, _chosen(*names)) as (runtime, topics):
        await until(lambda: hasattr(topics, "told"))
        assert len(topics.told[-1]) == SOURCES_AT_MOST
        assert trouble_of(runtime.real) == ("Only the first 8 firehoses are read.",)


@pytest.fixture
async def double() -> AsyncIterator[MastodonDouble]:
    """A server on which we are Ada."""
    async with serve_mastodon() as served:
        yield served


async def _sign_in(directory: Path, double: MastodonDouble, **secrets: Secret) -> None:
    who = replace(
        BEN,
        id=AccountId("mastodon:ada"),
        server=double.url,
        handle=clean_line(f"@ada@{double.host}"),
        remote_id="100",
    )
    paths = paths_in(directory)
    put_account(paths.accounts_file, who)
    await FileVault(paths.secrets_file).keep(who.id, secrets)


@pytest.mark.parametrize("says_where", [True, False])
async def test_a_server_is_read_where_it_says_with_the_token_of_our_account(
    tmp_path: Path, double: MastodonDouble, says_where: bool
) -> None:
    """Or on itself, where it does not say."""
    if not says_where:
        double.has_v2 = False
        double.streaming = ""
    await _sign_in(tmp_path, double, token=Secret("token-ada"))
    chosen = _chosen(f"mastodon:{double.host}", named_hosts=("127.0.0.1", double.host))
    base = double.streaming or double.url.replace("http", "ws")
    async with _opened(tmp_path, chosen) as (_, topics):
        await until(lambda: hasattr(topics, "told"))
        (firehose,) = topics.told[-1]
    assert firehose.name == double.host
    assert firehose.token == "token-ada"  # noqa: S105 - of the double
    assert firehose.url == f"{base}/api/v1/streaming?stream=public"


async def test_a_server_that_does_not_answer_is_tried_on_itself(
    tmp_path: Path, double: MastodonDouble
) -> None:
    """Nothing waits for it, and it is nobody's trouble yet."""
    await _sign_in(tmp_path, double, token=Secret("token-ada"))
    chosen = _chosen(f"mastodon:{double.host}")  # so that the door does not lead there
    async with _opened(tmp_path, chosen) as (_, topics):
        await until(lambda: hasattr(topics, "told"))
        (firehose,) = topics.told[-1]
    assert firehose.url == f"{double.url.replace('http', 'ws')}/api/v1/streaming?stream=public"


async def test_an_account_without_a_sign_in_reads_nothing(
    tmp_path: Path, double: MastodonDouble
) -> None:
    """And that is said."""
    await _sign_in(tmp_path, double, client_id=Secret("client"))
    async with _opened(tmp_path, _chosen(f"mastodon:{double.host}")) as (runtime, topics):
        await until(lambda: any("no sign-in" in one for one in trouble_of(runtime.real)))
        assert not hasattr(topics, "told")
