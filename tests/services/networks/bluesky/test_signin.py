"""Signing in, and the session afterwards: what is kept, when it is renewed, and how it ends."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from services.errors import NetworkError, RateLimited, Rejected, SignedOut, Unclear, Unreachable
from services.http import Door
from services.model.accounts import SignedIn
from services.networks.base import Cursor
from services.networks.bluesky.account import BlueskyAccount
from services.networks.bluesky.session import Session, claims_of
from services.networks.bluesky.signin import (
    DEFAULT_SERVER,
    open_bluesky,
    server_of,
    sign_in_bluesky,
)
from services.secrets import Secret
from services.web.values import Answer, Request, Validators
from tests.doubles.bluesky import BlueskyDouble, Person, Refusal, Trouble
from tests.fakes import NOON, FakeClock
from tests.services.networks.bluesky.test_account import message_of

Kept = list[Mapping[str, Secret]]


async def sign_in(
    network: BlueskyDouble,
    door: Door,
    clock: FakeClock,
    password: str = "ada-password",  # noqa: S107 - of the double
) -> tuple[SignedIn, Mapping[str, Secret]]:
    """Sign Ada in."""
    return await sign_in_bluesky(
        " @ada.example ", Secret(password), door, clock, network.base_url + "/"
    )


class _Scripted:
    """A door that gives one answer, and remembers what it was asked."""

    def __init__(self, status: int, body: bytes) -> None:
        self.asked: list[Request] = []
        self._answer = Answer(status, "https://x.example/", None, {}, body, Validators())

    async def fetch(self, request: Request) -> Answer:
        """Give the answer."""
        self.asked.append(request)
        return self._answer


async def test_what_is_kept_of_a_sign_in(
    network: BlueskyDouble, door: Door, clock: FakeClock, ada: Person
) -> None:
    """Who we are, where our own server is, and two tokens; the password is nowhere."""
    who, secrets = await sign_in(network, door, clock)
    assert (who.id, who.remote_id) == (f"bluesky:{ada.did}", ada.did)
    assert (who.handle, who.name, who.server) == ("@ada.example", "Ada", network.base_url)
    assert who.back_to == NOON - timedelta(days=90)
    assert set(secrets) == {"access", "refresh"}
    assert "ada-password" not in {secret.reveal() for secret in secrets.values()}


async def test_a_name_that_cannot_be_had_is_the_handle(
    network: BlueskyDouble, door: Door, clock: FakeClock, ada: Person
) -> None:
    """A sign-in does not fail for want of a display name."""
    network.trouble["getProfile"] = Trouble(Refusal(500, "InternalServerError"), times=9)
    assert (await sign_in(network, door, clock))[0].name == "@ada.example"
    ada.name = ""
    assert (await sign_in(network, door, clock))[0].name == "@ada.example"


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal(401, "AuthenticationRequired", "Invalid"), "does not take this password"),
        (Refusal(401, "AuthFactorTokenRequired"), "asks for a code"),
        (Refusal(401, "AccountTakedown"), "has locked this account"),
        (Refusal(400, "AccountTakedown"), "has locked this account"),
        (Refusal(404, ""), "is no Bluesky server"),
        (Refusal(501, "MethodNotImplemented"), "is no Bluesky server"),
        (Refusal(401, ""), "is no Bluesky server"),
        (Refusal(200, "x"), "is no Bluesky server"),
        (Refusal(400, "InvalidRequest", "Bad \x1b identifier."), "refuses this: Bad"),
    ],
)
async def test_each_refusal_has_its_sentence(
    network: BlueskyDouble, door: Door, clock: FakeClock, refusal: Refusal, words: str
) -> None:
    """What happened and what to do, and never the password.

    Source: com.atproto.server.createSession, errors, @atproto/api 0.20.44, 2026-11.
    """
    network.trouble["createSession"] = Trouble(refusal)
    with pytest.raises(Rejected, match=words) as caught:
        await sign_in(network, door, clock)
    assert "ada-password" not in caught.value.what + caught.value.remedy
    assert "\x1b" not in caught.value.what


@pytest.mark.parametrize(
    ("status", "words"),
    [("takendown", "locked"), ("suspended", "suspended"), ("deactivated", "deactivated"),
     ("odd", "closed")],
)  # fmt: skip
async def test_an_account_that_is_not_active(
    network: BlueskyDouble, door: Door, clock: FakeClock, ada: Person, status: str, words: str
) -> None:
    """A session that cannot be used is none."""
    ada.status = status
    with pytest.raises(Rejected, match=words):
        await sign_in(network, door, clock)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("headers", "words"), [({"Retry_After": "290"}, "wait 5 min"), ({}, "asks us to wait")]
)
async def test_too_many_tries(
    network: BlueskyDouble, door: Door, clock: FakeClock, headers: dict[str, str], words: str
) -> None:
    """It is said how long to wait; Source: 30 tries in 5 minutes, seen on the real server."""
    network.trouble["createSession"] = Trouble(Refusal(429, "RateLimitExceeded", **headers))
    with pytest.raises(RateLimited, match=words):
        await sign_in(network, door, clock)


async def test_what_is_typed_wrong(network: BlueskyDouble, door: Door, clock: FakeClock) -> None:
    """Nothing is asked where something is missing or no address."""
    for handle, password, server in (("", "x", ""), ("ada", "", ""), ("ada", "x", "ftp://x")):
        with pytest.raises(Rejected):
            await sign_in_bluesky(handle, Secret(password), door, clock, server)
    assert not network.asked
    assert server_of(" Pds.Example/ ") == "https://pds.example"
    assert server_of("http://127.0.0.1:2583") == "http://127.0.0.1:2583"
    with pytest.raises(Rejected, match="readable on its way"):
        server_of("http://pds.example")


async def test_bsky_social_is_asked_where_no_server_is_named(clock: FakeClock) -> None:
    """The usual entrance is the default."""
    door = _Scripted(404, b"")
    with pytest.raises(Rejected):
        await sign_in_bluesky("ada.example", Secret("x"), door, clock)
    assert door.asked[0].url.startswith(DEFAULT_SERVER)


@pytest.mark.parametrize(
    ("document", "home"),
    [
        ('{"service":[3,{"id":"#x"},{"id":"#atproto_pds","serviceEndpoint":"https://a.example"}]}',
         "https://a.example"),
        ('{"service":[{"id":"did:plc:x#atproto_pds","serviceEndpoint":"http://a.example"}]}',
         "https://bsky.social"),
        ('{"service":[{"id":"#atproto_pds","serviceEndpoint":"javascript:1"}]}',
         "https://bsky.social"),
        ("null", "https://bsky.social"),
        ('"odd"', "https://bsky.social"),
    ],
)  # fmt: skip
async def test_where_an_account_lives(clock: FakeClock, document: str, home: str) -> None:
    """Later calls go to the account's own server, never from a secure one to one that is not."""
    body = (
        '{"accessJwt":"a","refreshJwt":"r","did":"did:plc:x","handle":"x.example",'
        f'"didDoc":{document}}}'
    )
    door = _Scripted(200, body.encode())
    who, _ = await sign_in_bluesky("x.example", Secret("p"), door, clock)
    assert who.server == home
    assert door.asked[0].authorization is None


async def test_an_expired_token_is_renewed_once_for_all(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, kept: Kept
) -> None:
    """Ten calls that meet an expired token ask for one new one, keep it, and all go on."""
    network.expire(ada)
    await asyncio.gather(*(us.latest(1) for _ in range(10)))
    assert network.count()["refreshSession"] == 1
    assert len(kept) == 1
    assert kept[0]["access"].reveal() in ada.access


async def test_a_send_meets_an_expired_token(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person
) -> None:
    """Refused for its token nothing was written, so it leaves once more, and is one post."""
    network.expire(ada)
    sent = await us.send(message_of(us, "hello"))
    assert [post.id for post in await us.latest(5)] == [sent.id]


async def test_a_token_is_renewed_before_it_ends(
    us: BlueskyAccount, network: BlueskyDouble, clock: FakeClock, kept: Kept
) -> None:
    """A minute before its end a token is not used any more, however the wall clock stands."""
    await clock.advance(7_200 - 90)
    await us.latest(1)
    assert not kept
    await clock.advance(45)
    await us.latest(1)
    assert len(kept) == 1
    clock.step_wall(86_400 * 30)
    await us.latest(1)
    assert len(kept) == 1
    assert network.count()["refreshSession"] == 1


async def test_a_refused_refresh_signs_out(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person
) -> None:
    """It is said who was signed out and what to do, and the server is not asked again."""
    ada.refresh.clear()
    network.expire(ada)
    with pytest.raises(SignedOut, match=r"Bluesky has signed @ada\.example out") as caught:
        await us.poll(None)
    assert caught.value.remedy == "Sign in again: a in the lobby."
    network.count()
    with pytest.raises(SignedOut):
        await us.send(message_of(us, "hello"))
    assert not network.count()["refreshSession"]


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Refusal(500, "InternalServerError"), Unreachable),
        (None, Unreachable),
        (Refusal(200, "odd"), Unreachable),
        (Refusal(429, "RateLimitExceeded", Retry_After="9"), RateLimited),
    ],
)
async def test_a_refresh_that_fails_leaves_a_send_unsent(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, refusal: Refusal | None,
    error: type[NetworkError],
) -> None:  # fmt: skip
    """While the token could not be had, certainly nothing was published."""
    network.expire(ada)
    network.trouble["refreshSession"] = Trouble(refusal)
    with pytest.raises(error) as caught:
        await us.send(message_of(us, "hello"))
    assert not isinstance(caught.value, Unclear)


async def test_signing_out_revokes(us: BlueskyAccount, network: BlueskyDouble, ada: Person) -> None:
    """The server forgets the session; once is enough, and nothing is asked under it any more."""
    network.trouble["deleteSession"] = Trouble(Refusal(500, "InternalServerError"))
    with pytest.raises(Unclear):
        await us.sign_out()
    await us.sign_out()
    await us.sign_out()
    assert network.count()["deleteSession"] == 2
    assert len(ada.refresh) == 0
    with pytest.raises(SignedOut):
        await us.poll(Cursor(""))


async def test_signing_out_of_what_is_over_is_no_error(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person
) -> None:
    """A session that the server has forgotten already is signed out."""
    ada.refresh.clear()
    await us.sign_out()
    assert network.count()["deleteSession"] == 1


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.%%%.c", "a.AAAAA.c", "a.e30.c", "ä.ö.ü", "a.W10.c"]
)
async def test_a_token_that_says_nothing_is_used_until_it_is_refused(
    network: BlueskyDouble, door: Door, clock: FakeClock, ada: Person, token: str
) -> None:
    """A token is the server's own business: one that cannot be read is as good as any."""
    assert claims_of(Secret(token)) is None
    who, _ = await sign_in(network, door, clock)
    kept: Kept = []

    async def keep(secrets: Mapping[str, Secret]) -> None:
        kept.append(secrets)

    ada.access.add(token)
    us = await open_bluesky(who, {"access": Secret(token)}, door, clock, keep)
    if token.isascii() and token:
        assert await us.latest(1) == ()
    assert isinstance(us._session, Session)
    assert not kept


async def test_without_secrets_nobody_is_signed_in(
    network: BlueskyDouble, door: Door, clock: FakeClock
) -> None:
    """An account whose secrets were lost says so, and asks for nothing."""
    network.person("ada")
    who, _ = await sign_in(network, door, clock)
    network.count()

    async def keep(_: object) -> None:
        """Keep nothing."""

    us = await open_bluesky(who, {}, door, clock, keep)
    with pytest.raises(SignedOut):
        await us.poll(None)
    assert not network.asked
