"""Signing in as the screens and the commands need it: who signs in, and what is said afterwards.

Law: passwords travel as ``Secret`` and are in no sentence; everything here is values and words.
"""

from datetime import datetime
from typing import Protocol, cast
from urllib.parse import urlsplit

from services.errors import ChinwagError
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.model.words import Safe
from services.places import place_name
from services.runtime import Runtime
from services.secrets import Secret
from services.vault import Vault

BLUESKY_MAKES_THEM = "Settings, Privacy and security, App passwords"
"""Where app passwords are made; seen on bsky.app, 2026-11."""
WORDPRESS_MAKES_THEM = "Users, Profile, Application Passwords"
"""Where application passwords are made, in wp-admin; seen on 6.1, 2026-11."""
_LOOKS_ON = "Here you only look on."


class Authorization(Protocol):
    """A sign-in that has begun and waits for a code."""

    @property
    def url(self) -> str:
        """What is opened on any device to get the code."""


class SignsIn(Protocol):
    """What signs us in and out; the connections of a runtime do."""

    @property
    def vault(self) -> Vault:
        """Where the sign-ins are kept."""

    async def sign_in_bluesky(self, handle: str, password: Secret, server: str = "") -> SignedIn:
        """Sign in with an app password."""

    async def begin_mastodon(self, server: str) -> Authorization:
        """Ask a server where the sign-in is allowed."""

    async def finish_mastodon(self, authorization: Authorization, code: str) -> SignedIn:
        """Sign in with the code that the server has shown."""

    async def sign_in_wordpress(self, site: str, user: str, password: Secret) -> SignedIn:
        """Sign in with an application password."""

    async def sign_out(self, account: AccountId, *, forget_words: bool) -> Safe:
        """Sign out, and forget what was said where asked; says where a server was not told."""


async def signs_in(runtime: Runtime) -> SignsIn:
    """Give what signs in.

    Raises:
        ChinwagError: another terminal writes, or it cannot be opened.
    """
    if runtime.looks_on:
        raise ChinwagError(_LOOKS_ON, "t in the lobby takes Chinwag over.")
    return cast("SignsIn", await runtime.connect())


def network_title(network: NetworkName) -> str:
    """Give a network's name as it stands at the beginning of a sentence, or in a list."""
    name = place_name(network).removeprefix("the ")
    return name[:1].upper() + name[1:]


def host_of(server: str) -> str:
    """Give the host of an address, or of what somebody typed for one."""
    text = server.strip()
    return urlsplit(text if "://" in text else f"https://{text}").netloc or text


def welcome_words(who: SignedIn, vault: Vault, now: datetime) -> str:
    """Say who we are now, where the sign-in is kept, and how far back comments are read."""
    days = max(1, round((now - who.back_to).total_seconds() / 86_400))
    return (
        f"You are {who.handle} on {network_title(who.network)}. {vault.words} "
        f"What was said to you is read {days} days back."
    )


def signed_out_words(network: NetworkName, handle: str) -> str:
    """Say that a network does not know us any more, and what brings us back."""
    return f"{network_title(network)} has signed {handle} out; a signs in again"


def catching_up_words(handle: str, posts: int) -> str:
    """Say how far the first reading of an account is."""
    so_far = f": {posts:,} so far" if posts else ""
    return f"reading what was said to {handle}{so_far}"
