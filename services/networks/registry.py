"""Which networks one signs in to, and who speaks with each.

Law: an adapter is imported when somebody is connected there, wants to be, or reads what is talked
about there, and not before: a start pays for nobody else's.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from services.clock import Clock
from services.errors import ConfigError
from services.http import Door
from services.model.accounts import SignedIn
from services.model.ids import NetworkName
from services.model.news_sources import NewsSource, SourceKind
from services.networks.base import HeadlineSource, Network
from services.secrets import Secret

if TYPE_CHECKING:
    from services.networks.mastodon.signin import Authorization

Keep = Callable[[Mapping[str, Secret]], Awaitable[None]]
"""Keeps refreshed secrets of one account."""

Entered = tuple[SignedIn, Mapping[str, Secret]]
"""Who has signed in, and what proves it from now on."""

Opener = Callable[[SignedIn, Mapping[str, Secret], Door, Clock, Keep], Awaitable[Network]]
"""Opens an account that was signed in; nothing is asked of its network."""

SIGNED_IN: Final = (NetworkName.BLUESKY, NetworkName.MASTODON, NetworkName.WORDPRESS)
"""Networks that one signs in to."""


async def open_network(
    who: SignedIn, secrets: Mapping[str, Secret], door: Door, clock: Clock, keep: Keep
) -> Network:
    """Open an account that was signed in; nothing is asked of its network.

    Raises:
        ConfigError: it is on no network that one signs in to.
        SignedOut: its secrets are not those of a sign-in.
    """
    match who.network:
        case NetworkName.BLUESKY:
            from services.networks.bluesky.signin import open_bluesky  # noqa: PLC0415 - see Law

            return await open_bluesky(who, secrets, door, clock, keep)
        case NetworkName.MASTODON:
            from services.networks.mastodon.account import open_mastodon  # noqa: PLC0415 - see Law

            return await open_mastodon(who, secrets, door, clock, keep)
        case NetworkName.WORDPRESS:
            from services.networks.wordpress.account import open_wordpress  # noqa: PLC0415 - Law

            return await open_wordpress(who, secrets, door, clock, keep)
        case _:
            raise ConfigError(f"Nobody signs in to {who.network}.", "Mend accounts.toml.")


def make_trends(source: NewsSource, door: Door, clock: Clock) -> HeadlineSource:
    """Make the source of what people talk about somewhere; nobody is asked before it is read.

    Raises:
        ConfigError: it is no such source.
    """
    match source.kind:
        case SourceKind.BLUESKY_TRENDS:
            from services.networks.bluesky.trends import BlueskyTrends  # noqa: PLC0415 - see Law

            return BlueskyTrends(door, clock)
        case SourceKind.MASTODON_TRENDS:
            from services.networks.mastodon.trends import MastodonTrends  # noqa: PLC0415 - see Law

            return MastodonTrends(source.server, door, clock)
        case _:
            raise ConfigError(f"{source} tells no trends.", "Mend [news] in config.toml.")


async def enter_bluesky(
    handle: str, password: Secret, door: Door, clock: Clock, server: str = ""
) -> Entered:
    """Sign in with a handle and an app password.

    Raises:
        NetworkError: it does not let us in, or could not be asked.
    """
    from services.networks.bluesky.signin import sign_in_bluesky  # noqa: PLC0415 - see Law

    return await sign_in_bluesky(handle, password, door, clock, server)


async def begin_mastodon(server: str, door: Door) -> "Authorization":
    """Register with a server, and say where the person gets their code.

    Raises:
        ConfigError: no server is named, or it is none that speaks as Mastodon does.
        NetworkError: it could not be asked.
    """
    from services.networks.mastodon.signin import begin  # noqa: PLC0415 - see Law

    return await begin(server, door)


async def finish_mastodon(
    authorization: "Authorization", code: str, door: Door, clock: Clock
) -> Entered:
    """Trade the pasted code for a sign-in.

    Raises:
        ConfigError: the code is wrong, was used, or is too old.
        NetworkError: the server could not be asked.
    """
    from services.networks.mastodon.signin import finish  # noqa: PLC0415 - see Law

    return await finish(authorization, code, door, clock)


async def enter_wordpress(
    site: str, user: str, password: Secret, door: Door, clock: Clock
) -> Entered:
    """Sign in to a blog with an application password.

    Raises:
        NetworkError: it does not let us in, or could not be asked.
    """
    from services.networks.wordpress.signin import sign_in_wordpress  # noqa: PLC0415 - see Law

    return await sign_in_wordpress(site, user, password, door, clock)
