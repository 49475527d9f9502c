"""Accounts are opened with the desk, taken in and let go, and nothing of them stays behind."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.accounts import put_account, read_accounts
from services.clock import Clock
from services.desk import Desk, open_desk
from services.errors import ChinwagError, ConfigError, SignedOut, Unreachable, VaultError
from services.http import Door
from services.identities import Identities
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.model.people import Account
from services.model.posts import Post
from services.networks.base import Arrivals, Cursor, Message
from services.networks.registry import Keep
from services.secrets import Secret
from services.store.cursors import read_cursor
from services.vault_file import FileVault
from tests.builders import a_post, arrivals, at, open_pair
from tests.fake_network import FakeNetwork, FakeServer, account
from tests.fakes import FakeClock, settle, until
from tests.outbox_stage import reply_to

SECRETS = {"access": Secret("hush-1")}


def someone(network: NetworkName = NetworkName.BLUESKY) -> SignedIn:
    """Give who signed in; the account is that of the fake network of this name."""
    there = account(network)
    return SignedIn(
        id=there.id,
        network=network,
        server="https://pds.example",
        handle=there.author.handle,
        name=there.author.name,
        remote_id="did:plc:ada",
        back_to=at(0),
    )


class Given(FakeNetwork):
    """A network that was opened with secrets, and brings one comment."""

    def __init__(
        self, who: SignedIn, secrets: Mapping[str, Secret], clock: Clock, keep: Keep
    ) -> None:
        """Remember what it was given."""
        assert isinstance(clock, FakeClock)
        super().__init__(FakeServer(clock), name=who.network)
        self.secrets = dict(secrets)
        self.keep = keep
        self.error: Exception | None = None
        self.is_revoked = False
        self.is_closed = False
        self.polls = 0
        self.brings: tuple[Post, ...] = ()

    async def poll(self, cursor: Cursor | None) -> Arrivals:
        """Bring what it has."""
        del cursor
        self.polls += 1
        if self.error is not None:
            raise self.error
        return arrivals(*self.brings, cursor=str(self.polls))

    async def sign_out(self) -> None:
        """Revoke, or fail."""
        if self.error is not None:
            raise self.error
        self.is_revoked = True

    async def close(self) -> None:
        """Note it."""
        self.is_closed = True


@dataclass
class Place:
    """A desk, its accounts, and every network that was opened."""

    directory: Path
    clock: FakeClock
    desk: Desk
    opened: list[Given] = field(default_factory=list)
    refuses: Exception | None = None

    def identities(self) -> Identities:
        """Give the accounts of this desk, not open yet."""
        door = Door(self.clock)
        return Identities(self.desk, door, self.clock, self.file, lambda: self.vault, self._open)

    @property
    def file(self) -> Path:
        """Where accounts.toml is."""
        return self.directory / "config" / "accounts.toml"

    @property
    def vault(self) -> FileVault:
        """What keeps their secrets."""
        return FileVault(self.directory / "data" / "secrets.json")

    async def people(self) -> int:
        """Count who waits."""
        return (await self.desk.reading.waiting()).people

    async def _open(
        self, who: SignedIn, secrets: Mapping[str, Secret], _door: Door, clock: Clock, keep: Keep
    ) -> Given:
        if self.refuses is not None:
            raise self.refuses
        network = Given(who, secrets, clock, keep)
        us: Account = network.account
        network.brings = (a_post("p1", account=us.id, network=who.network, created_at=at(-60)),)
        self.opened.append(network)
        return network


@asynccontextmanager
async def open_place(directory: Path) -> AsyncIterator[Place]:
    """Open a desk without accounts."""
    clock = FakeClock()
    async with (
        open_pair(directory / "files") as files,
        open_desk(files, (), clock, own_sites=frozenset()) as desk,
    ):
        yield Place(directory, clock, desk)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A desk on fresh files."""
    async with open_place(tmp_path) as opened:
        yield opened


ADA = someone()


async def test_whoever_signs_in_is_kept_followed_and_opened_the_next_time(place: Place) -> None:
    """In file and vault, on the desk, and by another run without any question to the network."""
    identities = place.identities()
    await identities.open()
    assert identities.who == ()
    assert await identities.take_in((ADA, SECRETS)) == ADA
    assert identities.who == read_accounts(place.file) == (ADA,)
    assert await place.vault.read(ADA.id) == SECRETS
    assert list(place.desk.networks) == [ADA.id]
    rows = place.desk.tables.waiting
    seen: list[int] = []
    while not seen or not seen[-1]:
        seen.append((await rows.read(place.clock.now())).people)
    await place.desk.remove(ADA.id)
    again = place.identities()
    await again.open()
    assert [network.secrets for network in place.opened] == [SECRETS, SECRETS]
    assert again.who == (ADA,)
    assert again.words == ()


async def test_refreshed_secrets_are_kept_until_one_signs_out(place: Place) -> None:
    """A renewal that comes late brings nothing back."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    (network,) = place.opened
    newer = {"access": Secret("hush-2")}
    await network.keep(newer)
    assert await place.vault.read(ADA.id) == newer
    assert await identities.sign_out(ADA.id, forget_words=False) == ""
    await network.keep(newer)
    assert await place.vault.read(ADA.id) == {}


async def test_secrets_that_cannot_be_kept_are_words_and_stop_nobody(place: Place) -> None:
    """Whoever has renewed them goes on with them; it is told until they are kept."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    (network,) = place.opened
    secrets = place.directory / "data" / "secrets.json"
    secrets.chmod(0o644)
    await network.keep({"access": Secret("hush-2")})
    assert "@ada was renewed and is not kept" in identities.words[0]
    assert "hush" not in identities.words[0]
    secrets.chmod(0o600)
    await network.keep({"access": Secret("hush-3")})
    assert identities.words == ()


async def test_signing_in_again_takes_the_place_of_the_earlier_sign_in(place: Place) -> None:
    """One account, followed anew at once; as far back as was agreed to first."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    place.opened[0].error = SignedOut("Expired.")
    await until(lambda: place.clock.sleepers >= 1)
    await place.clock.advance_until(
        lambda: ADA.id in place.desk.sources.signed_out, within_s=600, step_s=60
    )
    later = replace(ADA, back_to=at(999), name=ADA.handle)
    who = await identities.take_in((later, {"access": Secret("hush-3")}))
    assert who.back_to == ADA.back_to
    assert identities.who == (who,)
    assert place.opened[0].is_closed
    assert not place.desk.sources.signed_out
    await until(lambda: place.opened[1].polls > 0)


async def test_several_accounts_are_opened_and_one_in_trouble_stops_none(place: Place) -> None:
    """One without its secrets says what to press; the other is there."""
    put_account(place.file, ADA)
    put_account(place.file, someone(NetworkName.MASTODON))
    await place.vault.keep(someone(NetworkName.MASTODON).id, SECRETS)
    identities = place.identities()
    await identities.open()
    assert list(place.desk.networks) == [someone(NetworkName.MASTODON).id]
    assert list(identities.troubles) == [ADA.id]
    assert identities.words == ("You are signed out of Bluesky as @ada; a signs in again.",)
    await identities.take_in((ADA, SECRETS))
    assert not identities.words


async def test_what_cannot_be_opened_is_told(place: Place) -> None:
    """A broken file, a vault that others can read, an adapter that refuses."""
    await place.vault.keep(ADA.id, SECRETS)
    place.file.parent.mkdir()
    place.file.write_text("account = ")
    identities = place.identities()
    await identities.open()
    assert "accounts.toml cannot be used" in identities.words[0]
    place.file.unlink()
    put_account(place.file, ADA)
    secrets = place.directory / "data" / "secrets.json"
    secrets.chmod(0o644)
    identities = place.identities()
    await identities.open()
    assert "Others on this machine can read" in identities.words[0]
    secrets.chmod(0o600)
    place.refuses = ConfigError("Nobody signs in there.")
    identities = place.identities()
    await identities.open()
    assert identities.words == ("@ada is not connected: Nobody signs in there.",)


async def test_a_sign_in_that_cannot_be_kept_changes_nothing(place: Place) -> None:
    """Neither half of it: no account without secrets, no secrets without an account."""
    identities = place.identities()
    await identities.open()
    data = place.directory / "data"
    data.write_text("")
    with pytest.raises(VaultError):
        await identities.take_in((ADA, SECRETS))
    assert read_accounts(place.file) == ()
    data.unlink()
    place.file.parent.mkdir(exist_ok=True)
    place.file.write_text("account = ")
    with pytest.raises(ConfigError):
        await identities.take_in((ADA, SECRETS))
    assert await place.vault.read(ADA.id) == {}
    assert place.desk.networks == {}
    place.file.unlink()
    await identities.take_in((ADA, SECRETS))
    place.file.write_text("account = ")
    with pytest.raises(ConfigError):
        await identities.take_in((replace(ADA, remote_id="x"), {"access": Secret("hush-9")}))
    assert await place.vault.read(ADA.id) == SECRETS


async def waited(place: Place, people: int) -> None:
    """Let so many people wait."""
    for _ in range(500):
        if await place.people() == people:
            return
        await settle()
    raise AssertionError(await place.people())


async def test_signing_out_revokes_forgets_and_hides_until_one_comes_back(place: Place) -> None:
    """Comments stay; whoever waited waits again after the next sign-in."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    await waited(place, 1)
    (network,) = place.opened
    assert await identities.sign_out(ADA.id, forget_words=False) == ""
    assert network.is_revoked
    assert network.is_closed
    assert read_accounts(place.file) == identities.who == ()
    assert await place.vault.read(ADA.id) == {}
    assert place.desk.networks == {}
    assert await place.people() == 0
    assert len(await place.desk.reading.search("heron")) == 1
    await identities.take_in((ADA, SECRETS))
    assert await place.people() == 1


async def test_signing_out_and_forgetting_leaves_no_word(place: Place) -> None:
    """Neither here nor in the cache; the next sign-in reads anew."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    await waited(place, 1)
    await identities.sign_out(ADA.id, forget_words=True)
    assert await place.desk.reading.search("heron") == ()
    assert await read_cursor(place.desk.files.private, ADA.id) is None
    assert await place.desk.files.cache.read("SELECT * FROM post") == []


@pytest.mark.parametrize(
    ("error", "is_told"),
    [
        (Unreachable("Away."), True),
        (SignedOut("Gone already."), False),
        (ConfigError("Odd."), True),
        (ValueError("what a server may do to an adapter"), True),
    ],
)
async def test_a_server_that_cannot_be_told_keeps_nobody_signed_in(
    place: Place, error: Exception, is_told: bool
) -> None:
    """We are out here all the same, and it is said what to do there; unless it knew already."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    place.opened[0].error = error
    words = await identities.sign_out(ADA.id, forget_words=False)
    assert ("could not be told" in words) is is_told
    assert await place.vault.read(ADA.id) == {}
    assert identities.who == ()


async def test_an_account_that_could_not_be_opened_is_revoked_as_well(place: Place) -> None:
    """Its server is told with what is kept of it, and where that is not to be had, we say so."""
    put_account(place.file, ADA)
    await place.vault.keep(ADA.id, SECRETS)
    secrets = place.directory / "data" / "secrets.json"
    for refuses in (None, ConfigError("It cannot be opened.")):
        secrets.chmod(0o644)
        identities = place.identities()
        await identities.open()
        assert place.desk.networks == {}
        secrets.chmod(0o600)
        place.refuses = refuses
        words = await identities.sign_out(ADA.id, forget_words=False)
        assert ("could not be told" in words) is (refuses is not None)
        assert await place.vault.read(ADA.id) == {}
        await place.vault.keep(ADA.id, SECRETS)
        put_account(place.file, ADA)
    (network,) = place.opened
    assert network.is_revoked
    assert network.is_closed


async def test_what_was_forgotten_comes_back_with_no_late_renewal(place: Place) -> None:
    """Neither where the list of accounts cannot be written, nor from an earlier sign-in."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    newer = {"access": Secret("hush-2")}
    await identities.take_in((ADA, newer))
    await place.opened[0].keep({"access": Secret("hush-old")})
    assert await place.vault.read(ADA.id) == newer
    text = place.file.read_text()
    place.file.write_text("account = ")
    with pytest.raises(ConfigError):
        await identities.sign_out(ADA.id, forget_words=False)
    await place.opened[1].keep({"access": Secret("hush-3")})
    assert await place.vault.read(ADA.id) == {}
    place.file.write_text(text)


async def test_nobody_is_signed_out_while_a_word_is_on_its_way(place: Place) -> None:
    """It would be in nobody's hands any more."""

    class Slow(Given):
        async def send(self, message: Message) -> Post:
            del message
            raise Unreachable("Away.")

    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    place.opened[0].__class__ = Slow
    target = replace(reply_to("ben"), account=ADA.id, network=ADA.network)
    await place.desk.outbox.say(target, "hello", session=None)
    with pytest.raises(ChinwagError, match="still on its way"):
        await identities.sign_out(ADA.id, forget_words=False)
    assert await place.vault.read(ADA.id) == SECRETS
    assert identities.who == (ADA,)


async def test_an_account_taken_out_of_the_file_by_hand_is_signed_out(place: Place) -> None:
    """At the next start nobody waits for it."""
    identities = place.identities()
    await identities.take_in((ADA, SECRETS))
    await waited(place, 1)
    await place.desk.remove(ADA.id)
    place.file.unlink()
    await place.identities().open()
    assert await place.people() == 0
    assert AccountId("bluesky:ada") == ADA.id


async def test_it_says_where_sign_ins_are_kept(place: Place) -> None:
    """The sentence of the vault."""
    assert "only you" in place.identities().vault.words
