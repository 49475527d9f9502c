"""The small set of publishers that is offered by name, before anything is asked of anybody.

Law: reading it reaches nobody; what is in it is followed only by whoever chooses it.
"""

import tomllib
from enum import Enum
from importlib import resources

import msgspec

from services.model.news_sources import NewsSource
from services.model.words import Safe
from services.networks.feeds.subscriptions import Subscription, subscribe
from services.text.clean import clean_line


class OfferKind(Enum):
    """How an offer is read."""

    FEED = "feed"
    SOURCE = "source"
    """Over an interface of its own."""


class Offer(msgspec.Struct, frozen=True):
    """One publisher that can be chosen by name."""

    name: Safe
    about: Safe
    """What it carries, in a few words."""
    subscription: Subscription | None = None
    """What following it means, where it is a feed."""
    source: NewsSource | None = None
    """What reading it means, where it is none."""

    @property
    def kind(self) -> OfferKind:
        """How it is read."""
        return OfferKind.FEED if self.source is None else OfferKind.SOURCE

    @property
    def host(self) -> str:
        """Whom reading it asks."""
        if self.source is not None:
            return self.source.host
        return self.subscription.url.split("/", 3)[2] if self.subscription is not None else ""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    about: str
    url: str = ""
    source: str = ""


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    offer: tuple[_Entry, ...]


def read_catalogue() -> tuple[Offer, ...]:
    """Give what is offered, in the order to show it."""
    text = resources.files("services.networks.feeds").joinpath("catalogue.toml").read_text("utf-8")
    entries = msgspec.convert(tomllib.loads(text), _Catalogue).offer
    return tuple(
        Offer(
            clean_line(entry.name),
            clean_line(entry.about),
            subscribe(entry.url, entry.name),
            NewsSource.parse(entry.source) if entry.source else None,
        )
        for entry in entries
    )
