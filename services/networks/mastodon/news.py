"""What an event of the stream tells us, as far as it concerns us.

Law: pure. An event only ever leads to a poll; what cannot be read leads to none.

Source: docs.joinmastodon.org/methods/streaming#events, 4.5, 2026-11.
"""

from enum import Enum, auto
from typing import Final, TypeVar

import msgspec

from services.networks.mastodon.wire import Id, StatusWire, TagWire, each

T = TypeVar("T")
_HEARD: Final = frozenset({"mention", "quote"})


class NewsKind(Enum):
    """What happened."""

    NOTHING = auto()
    """Nothing that concerns us: boosts, favourites, other people's posts that name us nowhere."""
    TO_US = auto()
    """Somebody speaks to us."""
    POST = auto()
    """Somebody wrote something that may concern us."""
    CHANGED = auto()
    """A post was edited or deleted."""


class News(msgspec.Struct, frozen=True):
    """One event."""

    kind: NewsKind
    post: str = ""
    author: str = ""
    """The server's id of whoever wrote it."""
    tags: frozenset[str] = frozenset()
    """In lower case."""


class _Notification(msgspec.Struct, frozen=True):
    type: str


class _Named(msgspec.Struct, frozen=True):
    id: Id


NOTHING: Final = News(NewsKind.NOTHING)


def read_news(event: str, payload: str) -> News:
    """Read an event."""
    match event:
        case "notification":
            told = _maybe(payload, _Notification)
            return News(NewsKind.TO_US) if told and told.type in _HEARD else NOTHING
        case "notifications_merged":
            return News(NewsKind.TO_US)
        case "update":
            status = _maybe(payload, StatusWire)
            return NOTHING if status is None else _post(status)
        case "status.update":
            named = _maybe(payload, _Named)
            return NOTHING if named is None else News(NewsKind.CHANGED, str(named.id))
        case "delete":
            return News(NewsKind.CHANGED, payload.strip())
        case _:
            return NOTHING


def _post(status: StatusWire) -> News:
    tags = frozenset(tag.name.lower() for tag in each(status.tags, TagWire))
    return News(NewsKind.POST, str(status.id), str(status.account.id), tags)


def _maybe(payload: str, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(payload, type=shape)
    except (msgspec.DecodeError, RecursionError):
        return None
