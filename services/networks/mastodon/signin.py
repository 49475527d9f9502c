"""Signing in over a pasted code: the server shows it in any browser, on any machine.

Law: the password is never seen here. What is asked for is no more than what is used: to read who
names us and what we wrote, to write, to keep people away. A server that knows no such small
scopes is asked for ``read write``.

Source: docs.joinmastodon.org/client/token, methods/oauth, methods/apps, api/oauth-scopes, 4.5,
2026-11: ``urn:ietf:wg:oauth:2.0:oob`` shows the code; PKCE with S256 since 4.3, said in
``/.well-known/oauth-authorization-server``. Others pass over what they do not know (RFC 6749, 3.1).
"""

import base64
import hashlib
import re
import secrets as chance
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from services.clock import Clock
from services.errors import (
    ConfigError,
    Garbled,
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
)
from services.http import expect_ok
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.networks.mastodon.client import Fetches, MastodonClient, checked
from services.networks.mastodon.instance import read_instance
from services.networks.mastodon.wire import (
    AccountWire,
    ApplicationWire,
    MetadataWire,
    TokenWire,
    read,
    refusal_of,
)
from services.secrets import Secret
from services.text.clean import clean_line
from services.web.addresses import is_at_home
from services.web.values import JSON_LIMITS, Request

OOB: Final = "urn:ietf:wg:oauth:2.0:oob"
SCOPES: Final = (
    "read:accounts",  # who we are, and whom a handle means
    "read:statuses",  # what we wrote, threads, what is queued
    "read:notifications",  # who names us
    "read:follows",  # which tags we follow
    "write:statuses",
    "write:media",
    "write:mutes",
    "write:blocks",
    "write:reports",
)
WIDE_SCOPES: Final = ("read", "write")
BACK_TO: Final = timedelta(days=90)
CODE_CHARS_AT_MOST: Final = 500
_S256 = "S256"
_ADDRESS = re.compile(r"@?(?P<user>[^@\s/:]+)@(?P<host>[^@\s/]+)")
_NO_SERVER = "Write it as mastodon.social, or as @you@mastodon.social."


class Authorization(msgspec.Struct, frozen=True):
    """A sign-in that waits for its code; the verifier never leaves this machine before then."""

    url: str
    """Where the person goes, in any browser."""
    client_id: str
    client_secret: Secret
    verifier: Secret | None
    """Of PKCE; ``None`` where the server says that it has another kind only."""
    server: str
    scope: str


class _Link(msgspec.Struct, frozen=True):
    rel: str = ""
    href: str = ""


class _Webfinger(msgspec.Struct, frozen=True):
    links: tuple[_Link, ...] = ()


def server_of(words: str) -> str:
    """Read a server as people write it: a host, a handle or an address.

    Raises:
        ConfigError: there is none in it.
    """
    text = words.strip()
    if match := _ADDRESS.fullmatch(text):
        text = match["host"]
    base = text if "://" in text else f"https://{text}"
    found = _place(base)
    if found is None or (not set(found[1]) & set(".:") and found[2] is None):
        raise ConfigError(f"There is no server in {clean_line(words) or 'no words'}.", _NO_SERVER)
    scheme, host, port = found
    if scheme == "http" and not is_at_home(base):
        raise ConfigError(
            "A sign-in would be readable on its way to an address with http://.",
            "Write it with https://, or without anything before it.",
        )
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}{'' if port is None else f':{port}'}"


def _place(address: str) -> tuple[str, str, int | None] | None:
    """Read scheme, host and port of an address of the web that names no user."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    is_plain = parts.scheme in {"http", "https"} and "@" not in parts.netloc
    return (parts.scheme, host, port) if host and is_plain else None


async def begin(words: str, door: Fetches) -> Authorization:
    """Register with the server that ``words`` name, and say where the person gets their code.

    Raises:
        ConfigError: no server is named, or it is none that speaks as Mastodon does.
        NetworkError: it could not be asked.
    """
    client = MastodonClient(door, await _server_behind(words, door))
    who = urlsplit(client.server).netloc
    try:
        await read_instance(client)
    except (Gone, Rejected, Garbled, SignedOut) as error:
        raise ConfigError(f"{who} does not speak as Mastodon does.", _NO_SERVER) from error
    metadata = await _metadata(client)
    application, scope = await _register(client, metadata)
    methods = metadata.code_challenge_methods_supported
    verifier = Secret(chance.token_urlsafe(48)) if methods is None or _S256 in methods else None
    asked = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": OOB,
        "scope": scope,
        "force_login": "false",
    }
    if verifier is not None:
        asked |= {"code_challenge": _challenge(verifier), "code_challenge_method": _S256}
    return Authorization(
        url=f"{client.server}/oauth/authorize?{urlencode(asked)}",
        client_id=application.client_id,
        client_secret=Secret(application.client_secret),
        verifier=verifier,
        server=client.server,
        scope=scope,
    )


async def finish(
    authorization: Authorization, code: str, door: Fetches, clock: Clock
) -> tuple[SignedIn, Mapping[str, Secret]]:
    """Trade the pasted code for a sign-in, and look who that is.

    Raises:
        ConfigError: the code is wrong, was used, or is too old.
        NetworkError: the server could not be asked.
    """
    pasted = "".join(code.split())
    if not pasted or len(pasted) > CODE_CHARS_AT_MOST:
        raise ConfigError("There is no code in that.", "Copy the whole code that the page shows.")
    token = await _trade(authorization, pasted, door)
    client = MastodonClient(door, authorization.server, token)
    try:
        answer = await client.get("/api/v1/accounts/verify_credentials")
        account = read(answer.body, AccountWire)
    except (SignedOut, Rejected, Gone, Garbled) as error:
        # snac2 2.75 trades any code for a token that is nobody's, as seen on the wire, 2026-11.
        raise _no_such_code("") from error
    domain = (await read_instance(client)).domain or urlsplit(authorization.server).netloc
    handle = account.acct if "@" in account.acct else f"{account.acct}@{domain}"
    shown = clean_line(f"@{handle}")
    who = SignedIn(
        id=AccountId(f"{NetworkName.MASTODON}:{shown[1:]}"),
        network=NetworkName.MASTODON,
        server=authorization.server,
        handle=shown,
        name=clean_line(account.display_name or "") or shown,
        remote_id=str(account.id),
        back_to=clock.now() - BACK_TO,
    )
    return who, {
        "token": token,
        "client_id": Secret(authorization.client_id),
        "client_secret": authorization.client_secret,
    }


async def _trade(authorization: Authorization, code: str, door: Fetches) -> Secret:
    values = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": authorization.client_id,
        "client_secret": authorization.client_secret.reveal(),
        "redirect_uri": OOB,
        "scope": authorization.scope,
    }
    if authorization.verifier is not None:
        values["code_verifier"] = authorization.verifier.reveal()
    answer = await MastodonClient(door, authorization.server).form("/oauth/token", values)
    try:
        return Secret(read(checked(answer).body, TokenWire).access_token)
    except (SignedOut, Rejected, Gone, Garbled) as error:
        raise _no_such_code(refusal_of(answer.body)) from error


def _no_such_code(said: str) -> ConfigError:
    why = clean_line(said).rstrip(".")
    return ConfigError(
        f"The server does not take this code{f': {why}' if why else ''}.",
        "A code is good once and for ten minutes: get a new one from the page.",
    )


async def _server_behind(words: str, door: Fetches) -> str:
    """Find the server: of a handle where its host says that its people are.

    Source: docs.joinmastodon.org/spec/webfinger, 2026-11: the host of a handle may be another one
    than that of its server.
    """
    server = server_of(words)
    match = _ADDRESS.fullmatch(words.strip())
    if match is None:
        return server
    asked = urlencode({"resource": f"acct:{match['user']}@{match['host']}"})
    url = f"{server}/.well-known/webfinger?{asked}"
    try:
        answer = expect_ok(await door.fetch(Request(url, limits=JSON_LIMITS)))
        links = read(answer.body, _Webfinger).links
    except RateLimited:
        raise
    except NetworkError:
        return server
    own = next((one.href for one in links if one.rel == "self"), "")
    try:
        found = server_of(own) if own else server
    except ConfigError:
        return server
    # From a secure server nobody is led to one that is not.
    is_weaker = server.startswith("https://") and not found.startswith("https://")
    return server if is_weaker else found


async def _metadata(client: MastodonClient) -> MetadataWire:
    """Ask how people are signed in; nothing is known where the server does not say."""
    try:
        answer = await client.get("/.well-known/oauth-authorization-server")
        return read(answer.body, MetadataWire)
    except (Gone, Rejected, Garbled, SignedOut):
        return MetadataWire()


async def _register(client: MastodonClient, metadata: MetadataWire) -> tuple[ApplicationWire, str]:
    """Register this program, for the small scopes where the server knows them.

    Raises:
        NetworkError: it does not let us.
    """
    known = metadata.scopes_supported
    is_small = known is None or set(SCOPES) <= set(known)
    small, wide = " ".join(SCOPES), " ".join(WIDE_SCOPES)
    if is_small:
        answer = await client.form("/api/v1/apps", _application(small))
        try:
            return read(checked(answer).body, ApplicationWire), small
        except (Rejected, Garbled):
            pass  # it may be the scopes
    answer = await client.form("/api/v1/apps", _application(wide))
    return read(checked(answer).body, ApplicationWire), wide


def _application(scope: str) -> dict[str, str]:
    return {"client_name": "Chinwag", "redirect_uris": OOB, "scopes": scope}


def _challenge(verifier: Secret) -> str:
    """Give what shows that we know a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
