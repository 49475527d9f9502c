"""Which networks one signs in to, and who speaks with each.

Law: an adapter is imported when somebody is connected there or wants to be, and not before: a
start pays for nobody else's.
"""

import importlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from services.clock import Clock
from services.errors import ConfigError
from services.http import Door
from services.model.accounts import SignedIn
from services.model.ids import NetworkName
from services.networks.base import Network
from services.secrets import Secret

Keep = Callable[[Mapping[str, Secret]], Awaitable[None]]
"""Keeps refreshed secrets of one account."""

SIGNED_IN: Final = (NetworkName.BLUESKY, NetworkName.MASTODON, NetworkName.WORDPRESS)
"""Networks that one signs in to."""


class Opener(Protocol):
    """How an adapter is opened; it asks nothing of its network."""

    def __call__(
        self,
        who: SignedIn,
        secrets: Mapping[str, Secret],
        door: Door,
        clock: Clock,
        keep: Keep,
    ) -> Awaitable[Network]:
        """Give the open connection of ``who``.

        Raises:
            ChinwagError: the secrets are not those of a sign-in.
        """


def opener_of(network: NetworkName) -> Opener:
    """Give what opens an account of a network.

    Raises:
        ConfigError: it is none that one signs in to.
    """
    if network not in SIGNED_IN:
        raise ConfigError(f"Nobody signs in to {network}.", "Mend accounts.toml.")
    found: Opener = _of_adapter(network, "client", f"open_{network}")
    return found


def signing_in(network: NetworkName, name: str) -> Any:  # noqa: ANN401 - each network has its own
    """Give a function of a network's ``signin`` module, by its name."""
    return _of_adapter(network, "signin", name)


def _of_adapter(network: NetworkName, module: str, name: str) -> Any:  # noqa: ANN401 - as above
    return getattr(importlib.import_module(f"services.networks.{network}.{module}"), name)
