"""Signing in to a blog with an application password.

Law: the password leaves only for the blog that was named, and only encrypted or within this
machine. A sign-in counts once the blog has said who we are: with a wrong password it reads
public things as anybody, and answers 200.

Source: developer.wordpress.org/rest-api/using-the-rest-api/authentication, and WordPress 6.1.9
on the wire, 2026-11.
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from services.clock import Clock
from services.errors import Gone, Rejected, SignedOut
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.networks.wordpress.account import AUTHORIZATION, ROLE
from services.networks.wordpress.client import Fetches, WordPressClient
from services.networks.wordpress.convert import site_of
from services.networks.wordpress.discovery import discover, no_https
from services.networks.wordpress.roles import role_of
from services.secrets import Secret
from services.text.clean import clean_line
from services.web.addresses import is_local

BACK_TO: Final = timedelta(days=90)


async def sign_in_wordpress(
    address: str, user: str, password: Secret, door: Fetches, clock: Clock
) -> tuple[SignedIn, Mapping[str, Secret]]:
    """Sign in to the blog at ``address``: a host, a path below it, or the address of a post.

    ``user`` is a name or an e-mail address; ``password`` one that wp-admin has made for
    applications, its spaces as they are.

    Raises:
        Rejected: it is no WordPress blog, its API or its application passwords are off, the
            password would be readable on its way, or it is wrong.
        NetworkError: the blog could not be asked.
    """
    found = await discover(address, door)
    site = site_of(found.root)
    if not found.root.startswith("https://") and not is_local(found.root):
        raise no_https(site.partition("/")[0])
    if not found.index.takes_application_passwords:
        raise Rejected(
            f"{clean_line(site)} does not take application passwords.",
            "They need WordPress 5.6 and https; a plugin can switch them off.",
        )
    authorization = _basic(user, password)
    client = WordPressClient(door, clock, found.root, authorization, f"{site} sign-in")
    try:
        me = await client.me()
    except SignedOut as error:
        raise Rejected(
            "The blog does not know this name with this password.",
            "Use an application password; wp-admin makes one under Users, Profile.",
        ) from error
    except (Gone, Rejected) as error:
        raise Rejected(
            f"{clean_line(site)} does not say who signs in: a part of its REST API is off.",
            "A plugin for security often does that; whoever runs the blog can switch it on.",
        ) from error
    handle = clean_line(f"{me.username or user.strip()}@{site}")
    who = SignedIn(
        id=AccountId(f"{NetworkName.WORDPRESS}:{handle}"),
        network=NetworkName.WORDPRESS,
        server=found.root,
        handle=handle,
        name=clean_line(me.name) or handle,
        remote_id=str(me.id),
        back_to=clock.now() - BACK_TO,
    )
    return who, {AUTHORIZATION: authorization, ROLE: Secret(role_of(me).value)}


def _basic(user: str, password: Secret) -> Secret:
    """Write name and password as the header has them (RFC 7617)."""
    pair = f"{user.strip()}:{password.reveal().strip()}"
    return Secret("Basic " + b64encode(pair.encode()).decode("ascii"))
