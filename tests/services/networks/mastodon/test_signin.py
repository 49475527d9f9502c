"""Signing in with a pasted code."""

import json
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from services.errors import ConfigError, NetworkError, Rejected
from services.http import Door
from services.networks.mastodon.signin import (
    BACK_TO,
    SCOPES,
    Authorization,
    begin,
    finish,
    server_of,
)
from services.secrets import Secret
from services.web.values import Answer, Request, Validators
from tests.doubles.mastodon import MastodonDouble
from tests.doubles.mastodon_parts import Trouble
from tests.fakes import NOON, FakeClock


def asked_of(authorization: Authorization) -> dict[str, str]:
    """Give what the address that the person opens asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(authorization.url).query).items()}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" Mastodon.Social ", "https://mastodon.social"),
        ("@me@mastodon.social", "https://mastodon.social"),
        ("me@mastodon.social", "https://mastodon.social"),
        ("https://mastodon.social/@me", "https://mastodon.social"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("localhost:3000", "https://localhost:3000"),
        ("[::1]:3000", "https://[::1]:3000"),
    ],
)
def test_a_server_is_read_as_people_write_it(words: str, expected: str) -> None:
    """A host, a handle and an address all lead to the server."""
    assert server_of(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "me",
        "http://a.example",
        "ftp://x.example",
        "https://",
        "https://a:b@c.example",
        "a.example:x",
        "[::1",
    ],
)
def test_what_names_no_server_is_said_so(words: str) -> None:
    """What is no server is refused before anything is asked."""
    with pytest.raises(ConfigError):
        server_of(words)


async def test_a_code_becomes_a_sign_in(double: MastodonDouble, door: Door) -> None:
    """From the server's name over the page's code to an account and its secrets."""
    authorization = await begin(double.url, door)
    asked = asked_of(authorization)
    assert asked["redirect_uri"] == "urn:ietf:wg:oauth:2.0:oob"
    assert asked["scope"] == " ".join(SCOPES)
    assert asked["code_challenge_method"] == "S256"
    who, secrets = await finish(authorization, " good-\ncode ", door, FakeClock())
    assert who.id == "mastodon:ada@double.example"
    assert (who.handle, who.name, who.remote_id) == ("@ada@double.example", "Ada", "100")
    assert who.server == double.url
    assert who.back_to == NOON - BACK_TO
    assert secrets["token"] == Secret("token-ada")
    assert set(secrets) == {"token", "client_id", "client_secret"}
    sent = next(values for _, path, values in double.asked if path == "/oauth/token")
    assert authorization.verifier is not None
    assert sent["code_verifier"] == authorization.verifier.reveal()


@pytest.mark.parametrize("code", ["", "  ", "x" * 501, "wrong"])
async def test_a_wrong_code_is_a_sentence(double: MastodonDouble, door: Door, code: str) -> None:
    """A code that is wrong, used or old is told as such, and nobody is signed in."""
    authorization = await begin(double.url, door)
    with pytest.raises(ConfigError) as caught:
        await finish(authorization, code, door, FakeClock())
    assert "code" in caught.value.what


async def test_a_token_that_is_nobody_s_is_a_wrong_code(double: MastodonDouble, door: Door) -> None:
    """Where any code gives a token, it is the account that is not there."""
    authorization = await begin(double.url, door)
    double.trouble["GET /api/v1/accounts/verify"] = Trouble.EMPTY_401
    with pytest.raises(ConfigError):
        await finish(authorization, "good-code", door, FakeClock())


@pytest.mark.parametrize("scopes", [["read", "write"], ["old"], ["read", "write", *SCOPES]])
async def test_small_scopes_are_asked_for_where_they_are_known(
    double: MastodonDouble, door: Door, scopes: list[str]
) -> None:
    """A server that knows ``read write`` only is asked for that."""
    double.scopes = scopes
    asked = asked_of(await begin(double.url, door))
    is_small = len(scopes) > 2
    assert asked["scope"] == (" ".join(SCOPES) if is_small else "read write")


async def test_a_server_that_refuses_small_scopes_is_asked_for_wide_ones(
    double: MastodonDouble, door: Door
) -> None:
    """A refusal to register may be about the scopes, so it is tried once more."""
    double.trouble["GET /.well-known/oauth"] = Trouble.NOT_THERE
    double.scopes = ["old"]
    assert asked_of(await begin(double.url, door))["scope"] == "read write"


async def test_a_page_for_people_is_no_server(double: MastodonDouble, door: Door) -> None:
    """What answers with pages does not speak as Mastodon does."""
    double.trouble["GET /"] = Trouble.NOT_JSON
    with pytest.raises(ConfigError) as caught:
        await begin(double.url, door)
    assert "does not speak as Mastodon" in caught.value.what


async def test_a_server_that_does_not_register_us_says_why(
    double: MastodonDouble, door: Door
) -> None:
    """Its own words come through."""
    double.trouble["POST /api/v1/apps"] = Trouble.REFUSED
    with pytest.raises(Rejected, match="This is not for you"):
        await begin(double.url, door)


async def test_a_server_in_trouble_is_no_wrong_name(double: MastodonDouble, door: Door) -> None:
    """Trouble of its own is told as such."""
    double.trouble["GET /"] = Trouble.ERROR
    with pytest.raises(NetworkError):
        await begin(double.url, door)


class _Elsewhere:
    """A door behind which a host says that its people are elsewhere."""

    def __init__(self, door: Door, answer: Answer, url: str) -> None:
        self._door = door
        self._url = url
        self._answer = answer
        self.asked: list[str] = []

    async def fetch(self, request: Request) -> Answer:
        """Answer what concerns the host itself."""
        if "webfinger" not in request.url:
            url = request.url.replace("https://found.invalid", self._url)
            return await self._door.fetch(msgspec.structs.replace(request, url=url))
        self.asked.append(request.url)
        return self._answer


@pytest.mark.parametrize(
    ("href", "is_found"),
    [("https://found.invalid/users/ada", True), ("ftp://x", False), ("", False)],
)
async def test_the_server_behind_a_handle_is_found(
    double: MastodonDouble, door: Door, href: str, is_found: bool
) -> None:
    """Where a host says that its people are on another one, that one is asked, if it is secure."""
    href = href or f"{double.url}/users/ada"
    body = json.dumps({"links": [{"rel": "self", "href": href}]}).encode()
    answer = Answer(200, "https://own.example/", None, {}, body, Validators())
    elsewhere = _Elsewhere(door, answer, double.url)
    if is_found:
        server = (await begin("@ada@own.invalid", elsewhere)).server
        assert server == "https://found.invalid"
    else:
        with pytest.raises(NetworkError):
            await begin("@ada@own.invalid", elsewhere)
    assert "acct%3Aada%40own.invalid" in elsewhere.asked[0]
