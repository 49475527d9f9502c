"""What the API of Hacker News sends, as typed values.

Law: fields and kinds that are not known here are passed over. An item that cannot be made sense
of is as good as none; an answer that is no JSON at all is an error.

Source: github.com/HackerNews/API, README, 2026-11.
"""

from enum import Enum
from typing import Annotated, TypeVar

import msgspec

from services.errors import Garbled

IDS_AT_MOST = 500
"""Of a list; the API gives no more of the top and the new stories."""

_Id = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Read = TypeVar("_Read")


class Kind(Enum):
    """The kinds of item."""

    STORY = "story"
    COMMENT = "comment"
    JOB = "job"
    POLL = "poll"
    POLL_OPTION = "pollopt"
    OTHER = ""
    """One that did not exist when this was written."""

    @classmethod
    def _missing_(cls, value: object) -> "Kind":
        """Give ``OTHER`` for whatever is new."""
        del value
        return cls.OTHER


class Item(msgspec.Struct, frozen=True):
    """A story, a comment, a job, a poll or one of its options."""

    id: _Id
    type: Kind = Kind.OTHER
    by: str | None = None
    time: int | None = None
    """Seconds since 1970."""
    text: str | None = None
    """HTML, of a few elements only."""
    url: str | None = None
    title: str | None = None
    parent: _Id | None = None
    kids: tuple[_Id, ...] | None = None
    """Direct answers, in the order the site shows them."""
    score: int | None = None
    descendants: int | None = None
    """All comments below it, of a story or a poll."""
    deleted: bool | None = None
    dead: bool | None = None

    @property
    def is_gone(self) -> bool:
        """Whether its author or the site has taken it away."""
        return bool(self.deleted or self.dead)


class User(msgspec.Struct, frozen=True):
    """Somebody with an account."""

    id: str
    submitted: tuple[_Id, ...] | None = None
    """All that they wrote, the newest first."""


class Updates(msgspec.Struct, frozen=True):
    """What has changed lately."""

    items: tuple[_Id, ...] | None = None


def read_item(body: bytes) -> Item | None:
    """Read an item; ``None`` for one that is not there, or that means nothing to us.

    Raises:
        Garbled: it is no JSON.
    """
    return _read(body, Item)


def read_user(body: bytes) -> User | None:
    """Read a user; ``None`` where nobody goes by that name.

    Raises:
        Garbled: it is no JSON.
    """
    return _read(body, User)


def read_ids(body: bytes) -> tuple[int, ...]:
    """Read a list of items, at most 500.

    Raises:
        Garbled: it is no list of them.
    """
    ids = _read(body, tuple[_Id, ...])
    if ids is None:
        raise _not_understood()
    return ids[:IDS_AT_MOST]


def read_updates(body: bytes) -> frozenset[int]:
    """Read which items have changed lately; none where it does not say.

    Raises:
        Garbled: it is no JSON.
    """
    updates = _read(body, Updates)
    return frozenset((updates and updates.items) or ())


def _read(body: bytes, shape: type[_Read]) -> _Read | None:
    try:
        return msgspec.json.decode(body, type=shape | None)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_understood() from error


def _not_understood() -> Garbled:
    return Garbled("Hacker News gave an answer that cannot be read.", "It is asked again soon.")
