"""What is read here and answered elsewhere: publishers, and networks that take no words from us.

Law: nothing is opened and nothing sent; an address is shown whole and handed to the terminal.
"""

from collections.abc import Iterable

from textual.app import App

from services.model.headlines import Headline
from services.model.ids import AccountId, NetworkName
from services.model.posts import Post
from services.model.words import Safe
from services.networks.base import Network
from tui.report import show_words

_NAMES = {NetworkName.HACKERNEWS: "Hacker News"}
"""What people call a network where that is not its word."""


def place_name(network: NetworkName) -> str:
    """Give what people call a network."""
    return _NAMES.get(network, network.value)


def answered_elsewhere(networks: Iterable[Network]) -> frozenset[AccountId]:
    """Give the accounts on whose networks nothing can be said from here."""
    return frozenset(one.account.id for one in networks if not one.capabilities.can_answer)


def address_of(item: Headline | Post | None) -> Safe | None:
    """Give where a headline or a post is read; of a headline with no page, its discussion."""
    match item:
        case Headline(url=None, discussion=discussion):
            return discussion
        case Headline(url=url) | Post(url=url):
            return url
        case None:
            return None


def show_page(app: App[object], network: NetworkName, address: Safe | None) -> None:
    """Say where an answer is written, and hand the address to the terminal."""
    name = place_name(network)
    if address is None:
        show_words(app, f"{name} takes answers on its own page, and this has no address.")
        return
    app.copy_to_clipboard(address)
    show_words(
        app, f"{name} takes answers on its own page: {address}. Copied, if your terminal allows it."
    )


def show_address(app: App[object], item: Headline | Post | None) -> None:
    """Show the address of a headline or a post in full, and hand it to the terminal."""
    address = address_of(item)
    if address is None:
        what = "headline" if isinstance(item, Headline) else "post"
        show_words(app, f"This {what} has no address of its own.")
        return
    app.copy_to_clipboard(address)
    show_words(app, f"Copied, if your terminal allows it: {address}")
