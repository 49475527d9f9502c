"""Signing in to Bluesky with a handle and an app password.

Law: the password goes to the server that was named, once, and is kept nowhere. What is kept is
the session that it opened.

Source: com.atproto.server.createSession, @atproto/api 0.20.44 and @atproto/pds 0.5.35, 2026-11;
atproto.com/specs/did: the service ``#atproto_pds`` of an identity is its own server.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from services.clock import Clock
from services.errors import Garbled, Gone, NetworkError, RateLimited, Rejected, SignedOut
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.networks.bluesky.account import BlueskyAccount
from services.networks.bluesky.client import Client
from services.networks.bluesky.refusals import Unsupported, check, failure_of
from services.networks.bluesky.session import Fetches, Keep, Session, secrets_of
from services.networks.bluesky.wire import (
    DidDocument,
    Service,
    SessionView,
    part,
    parts,
    read,
    written,
)
from services.secrets import Secret
from services.text.clean import clean_line, clean_url
from services.web.addresses import is_at_home
from services.web.values import JSON_LIMITS, Answer, Method, Request

DEFAULT_SERVER: Final = "https://bsky.social"
REACH_BACK: Final = timedelta(days=90)

_MAKE_ONE: Final = "Make an app password at Settings, Privacy and security, App passwords."
_LOCKED: Final = {
    "takendown": "Bluesky has locked this account.",
    "suspended": "Bluesky has suspended this account.",
    "deactivated": "This account has been deactivated by its owner.",
}


async def sign_in_bluesky(
    handle: str, password: Secret, door: Fetches, clock: Clock, server: str = ""
) -> tuple[SignedIn, Mapping[str, Secret]]:
    """Sign in at ``server``, an address or a host; at bsky.social where none is named.

    Raises:
        Rejected: it does not let us in; says why, and what to do.
        RateLimited: too many have tried; says how long to wait.
        NetworkError: it could not be asked.
    """
    name = clean_line(handle.strip().removeprefix("@"))
    asked = server_of(server or DEFAULT_SERVER)
    if not name or not password.reveal():
        raise Rejected("A handle and an app password are needed.", _MAKE_ONE)
    body = {"identifier": name, "password": password.reveal()}
    request = Request(
        url=f"{asked}/xrpc/com.atproto.server.createSession", method=Method.POST,
        accept="application/json", body=written(body),
        content_type="application/json", limits=JSON_LIMITS, is_repeatable=False,
    )  # fmt: skip
    view = _session(await door.fetch(request), name, asked)
    if view.active is False:
        words = _LOCKED.get(view.status or "", "Bluesky has closed this account.")
        raise Rejected(words, "Their site says more.")
    shown = clean_line(f"@{view.handle}")
    secrets = secrets_of(view)
    who = SignedIn(
        id=AccountId(f"{NetworkName.BLUESKY}:{view.did}"),
        network=NetworkName.BLUESKY,
        server=_home_of(view, asked),
        handle=shown,
        name=shown,
        remote_id=view.did,
        back_to=clock.now() - REACH_BACK,
    )
    return await _named(who, secrets, door, clock), secrets


async def open_bluesky(
    who: SignedIn, secrets: Mapping[str, Secret], door: Fetches, clock: Clock, keep: Keep
) -> BlueskyAccount:
    """Open an account that was signed in; nothing is asked of the network.

    ``keep`` stores the secrets each time that the session is renewed.
    """
    return BlueskyAccount(who, Session(who, secrets, door, clock, keep), clock)


async def _named(
    who: SignedIn, secrets: Mapping[str, Secret], door: Fetches, clock: Clock
) -> SignedIn:
    """Give who signed in with what they call themselves, where that can be had at once."""

    async def keep(_: Mapping[str, Secret]) -> None:
        """Keep nothing: the session is a minute old at most."""

    client = Client(who, Session(who, secrets, door, clock, keep))
    try:
        profile = await client.profile(who.remote_id)
    except NetworkError:
        return who
    name = clean_line(profile.display_name or "")
    return replace(who, name=name) if name else who


def server_of(server: str) -> str:
    """Give the address of a server as people write it: with or without ``https://``.

    Raises:
        Rejected: it is no address, or one that others could read along.
    """
    text = server.strip().rstrip("/")
    url = clean_url(text if "://" in text else f"https://{text}")
    if url is None:
        raise Rejected("This is no address of a server.", "Write it as example.org.")
    if url.startswith("http://") and not is_at_home(url):
        raise Rejected(
            "A password would be readable on its way to an address with http://.",
            "Write it with https://, or without anything before it.",
        )
    return _root_of(url)


def _root_of(url: str) -> str:
    parts_of = urlsplit(url)
    return f"{parts_of.scheme}://{parts_of.netloc}"


def _session(answer: Answer, name: str, server: str) -> SessionView:
    """Read the session that was opened, or say why there is none."""
    host = urlsplit(server).netloc
    elsewhere = Rejected(f"{host} is no Bluesky server.", "Check the address of the server.")
    failure = failure_of(answer)
    match failure.error:
        case "AuthFactorTokenRequired":
            raise Rejected(
                "This account asks for a code by e-mail when its own password is used.", _MAKE_ONE
            )
        case "AccountTakedown":
            raise Rejected(_LOCKED["takendown"], "Their site says why.")
        case _:
            pass
    try:
        return read(check(answer), SessionView)
    except SignedOut as error:
        if not failure.error:
            raise elsewhere from error
        raise Rejected(f"{host} does not take this password for {name}.", _MAKE_ONE) from error
    except (Gone, Unsupported, Garbled) as error:
        raise elsewhere from error
    except RateLimited as error:
        raise RateLimited(_too_often(host, error.retry_after_s), error.retry_after_s) from error


def _too_often(host: str, wait_s: float | None) -> str:
    if wait_s is None:
        return f"{host} has seen too many tries and asks us to wait."
    minutes = max(1, round(wait_s / 60))
    return f"{host} has seen too many tries and asks us to wait {minutes} min."


def _home_of(view: SessionView, asked: str) -> str:
    """Give the account's own server, as its identity names it; where we asked, if it does not.

    From a secure server nobody is led to one that is not.
    """
    document = part(view.did_doc, DidDocument) or DidDocument()
    for service in parts(document.service, Service):
        url = clean_url(service.service_endpoint)
        if service.id.endswith("#atproto_pds") and url is not None:
            home = _root_of(url)
            is_weaker = asked.startswith("https://") and not home.startswith("https://")
            return asked if is_weaker else home
    return asked
