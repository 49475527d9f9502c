"""Accounts that were signed in: what is kept of them beside their secrets."""

from datetime import datetime

import msgspec

from services.model.ids import AccountId, NetworkName
from services.model.words import Safe


class SignedIn(msgspec.Struct, frozen=True):
    """One identity of ours, as it is kept in ``accounts.toml``; no secret is in it."""

    id: AccountId
    network: NetworkName
    server: str
    """The address that is asked: ``https://example.org``, without a slash at the end."""
    handle: Safe
    """How others address us there, with the ``@`` where the network has one."""
    name: Safe
    remote_id: str
    """What the network itself calls us: a DID, a number."""
    back_to: datetime
    """Comments from before this moment are not fetched, UTC."""
