"""The small set of publishers that is offered by name, before anything is asked of anybody.

Law: reading it reaches nobody; what is in it is followed only by whoever chooses it.
"""

import tomllib
from enum import Enum
from importlib import resources

import msgspec

from services.model.words import Safe
from services.networks.feeds.subscriptions import Subscription, subscribe
from services.text.clean import clean_line


class OfferKind(Enum):
    """How an offer is read."""

    FEED = "feed"
    HACKERNEWS = "hackernews"
    """Over its own interface, by lists."""


class Offer(msgspec.Struct, frozen=True):
    """One publisher that can be chosen by name."""

    kind: OfferKind
    name: Safe
    about: Safe
    """What it carries, in a few words."""
    subscription: Subscription | None
    """What following it means; ``None`` where it is no feed."""

    @property
    def host(self) -> str:
        """Whom reading it asks."""
        if self.subscription is None:
            return "hacker-news.firebaseio.com"
        return self.subscription.url.split("/", 3)[2]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    about: str
    url: str = ""
    kind: OfferKind = OfferKind.FEED


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    offer: tuple[_Entry, ...]


def read_catalogue() -> tuple[Offer, ...]:
    """Give what is offered, in the order to show it."""
    text = resources.files("services.networks.feeds").joinpath("catalogue.toml").read_text("utf-8")
    entries = msgspec.convert(tomllib.loads(text), _Catalogue).offer
    return tuple(
        Offer(
            entry.kind,
            clean_line(entry.name),
            clean_line(entry.about),
            subscribe(entry.url, entry.name),
        )
        for entry in entries
    )
