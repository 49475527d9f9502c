"""What is read beside the feeds, each over its own interface; nobody has to be signed in for it.

Law: one name for each in the configuration, read into a value here and never compared as text.
"""

from enum import Enum
from typing import Self
from urllib.parse import urlsplit

import msgspec

from services.model.headlines import FeedId


class SourceKind(Enum):
    """What is read."""

    HACKERNEWS = "hackernews"
    """The lists of Hacker News."""
    BLUESKY_TRENDS = "bluesky-trends"
    """What Bluesky says people talk about."""
    MASTODON_TRENDS = "mastodon-trends"
    """What one server says people talk about."""

    @property
    def has_place(self) -> bool:
        """Whether it is read at a place that has to be named."""
        return self is SourceKind.MASTODON_TRENDS


class NewsSource(msgspec.Struct, frozen=True):
    """One source, as the configuration names it."""

    kind: SourceKind
    place: str = ""
    """The server where there are many: ``host``, ``host:port``, or its whole address."""

    @classmethod
    def parse(cls, words: str) -> Self:
        """Read a name: ``hackernews``, or ``mastodon-trends:mastodon.social``.

        Raises:
            ValueError: it names nothing that can be read; its words say so.
        """
        name, _, place = words.strip().partition(":")
        try:
            source = cls(SourceKind(name.lower()), place.strip().rstrip("/").lower())
        except ValueError:
            known = ", ".join(kind.value for kind in SourceKind)
            raise ValueError(f"{words} is none of {known}") from None
        if source.kind.has_place and not _is_server(source.server):
            raise ValueError(f"{words} names no server, as {name}:mastodon.social does")
        if source.place and not source.kind.has_place:
            raise ValueError(f"{name} stands alone, without {place}")
        return source

    def __str__(self) -> str:
        """Give the name that ``parse`` reads."""
        return f"{self.kind.value}:{self.place}" if self.place else self.kind.value

    @property
    def server(self) -> str:
        """The address of the place, without a slash at the end; empty where it needs none."""
        return self.place if "://" in self.place or not self.place else f"https://{self.place}"

    @property
    def host(self) -> str:
        """Whom reading it asks."""
        match self.kind:
            case SourceKind.HACKERNEWS:
                return "hacker-news.firebaseio.com"
            case SourceKind.BLUESKY_TRENDS:
                return "public.api.bsky.app"
            case SourceKind.MASTODON_TRENDS:
                return urlsplit(self.server).netloc

    @property
    def name(self) -> str:
        """What people call it."""
        match self.kind:
            case SourceKind.HACKERNEWS:
                return "Hacker News"
            case SourceKind.BLUESKY_TRENDS:
                return "Bluesky trends"
            case SourceKind.MASTODON_TRENDS:
                return f"Mastodon trends ({self.host})"

    @property
    def feed(self) -> FeedId:
        """Under which id its headlines are kept; the source itself gives the same."""
        match self.kind:
            case SourceKind.HACKERNEWS:
                return FeedId("hackernews")
            case SourceKind.BLUESKY_TRENDS:
                return FeedId("bluesky:trends")
            case SourceKind.MASTODON_TRENDS:
                return FeedId(f"mastodon:{self.host}")

    @property
    def is_trends(self) -> bool:
        """Whether it tells what people talk about, rather than what somebody carries."""
        return self.kind is not SourceKind.HACKERNEWS


def _is_server(address: str) -> bool:
    """Tell whether an address is that of a server alone."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - asking for it is what finds a port that is none
    except ValueError:
        return False
    host = parts.hostname or ""
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    is_spelt = bool(host) and all(each.isalnum() or each in "-.:" for each in host)
    return is_bare and is_spelt and parts.scheme in {"http", "https"}
