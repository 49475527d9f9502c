"""Our accounts as they are listed: read from what is open, in words."""

from collections.abc import Iterable

from services.desk import Desk
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.model.people import Account
from services.networks.base import Network
from services.text.clean import clean_line
from tui.signing_in import catching_up_words, host_of, network_title, signed_out_words
from widgets.account_list import AccountRow

_ORDER = {
    NetworkName.BLUESKY: 0,
    NetworkName.MASTODON: 1,
    NetworkName.WORDPRESS: 2,
    NetworkName.HACKERNEWS: 3,
    NetworkName.COMMONS: 4,
}
SIGNED_IN = frozenset({NetworkName.BLUESKY, NetworkName.MASTODON, NetworkName.WORDPRESS})
"""Networks on which one is signed in; on the others one is there by name."""


def account_rows(desk: Desk, kept: Iterable[SignedIn]) -> tuple[AccountRow, ...]:
    """List every account that is open, and those that are kept and could not be opened."""
    by_id = {one.id: one for one in kept}
    rows = [(_row(desk, one, by_id), one.account) for one in desk.networks.values()]
    listed = {account.id for _, account in rows}
    found = sorted(rows, key=lambda pair: _place(pair[1]))
    closed = (_closed(one) for one in by_id.values() if one.id not in listed)
    return (*(row for row, _ in found), *closed)


def sign_outs(desk: Desk) -> tuple[str, ...]:
    """Say whom a network has signed out, a sentence each."""
    accounts = [desk.networks[one].account for one in desk.sources.signed_out
                if one in desk.networks]  # fmt: skip
    return tuple(
        signed_out_words(one.network, one.author.handle) for one in sorted(accounts, key=_place)
    )


def first_readings(desk: Desk) -> tuple[str, ...]:
    """Say of which accounts the first reading goes on, and how far it is."""
    troubled = desk.sources.troubles
    return tuple(
        catching_up_words(str(desk.networks[account].account.author.handle), posts)
        for account, posts in desk.sources.catching_up.items()
        if account in desk.networks
        and account not in troubled
        and desk.networks[account].account.network in SIGNED_IN
    )


def held_at(desk: Desk) -> tuple[str, ...]:
    """Give the servers on which people may have to be let through, each once."""
    hosts = (
        clean_line(str(one.account.author.handle).rpartition("@")[2])
        for one in desk.networks.values()
        if one.account.network is NetworkName.MASTODON
    )
    return tuple(sorted({host for host in hosts if host}))


def crowded(accounts: Iterable[Account]) -> dict[AccountId, str]:
    """Give how each account is called that is not the only one of its network."""
    by_network: dict[NetworkName, list[Account]] = {}
    for one in accounts:
        by_network.setdefault(one.network, []).append(one)
    return {
        one.id: str(one.author.handle)
        for group in by_network.values()
        if len(group) > 1
        for one in group
    }


def _row(desk: Desk, network: Network, kept: dict[AccountId, SignedIn]) -> AccountRow:
    account = network.account
    who = kept.get(account.id)
    state, is_well = _state(desk, network)
    return AccountRow(
        id=account.id,
        network=network_title(account.network),
        handle=account.author.handle,
        server=_server(who),
        state=state,
        is_well=is_well,
    )


def _state(desk: Desk, network: Network) -> tuple[str, bool]:
    account = network.account
    if account.id in desk.sources.signed_out:
        return "signed out there", False
    trouble = desk.sources.troubles.get(account.id)
    if trouble:
        return trouble.removeprefix(f"{account.network}: "), False
    posts = desk.sources.catching_up.get(account.id)
    if posts is not None and account.network in SIGNED_IN:
        return f"reading, {posts:,} so far", True
    match account.network:
        case NetworkName.HACKERNEWS:
            return "read only", True
        case NetworkName.COMMONS:
            return "this box only", True
        case _:
            return "well", True


def _closed(who: SignedIn) -> AccountRow:
    return AccountRow(
        id=who.id,
        network=network_title(who.network),
        handle=who.handle,
        server=_server(who),
        state="not open here",
        is_well=False,
    )


def _server(who: SignedIn | None) -> str:
    """Give where an account is, unless its handle says so."""
    if who is None:
        return ""
    host = clean_line(host_of(who.server))
    return "" if host in who.handle else host


def _place(account: Account) -> tuple[int, str]:
    return _ORDER.get(account.network, len(_ORDER)), str(account.author.handle)
