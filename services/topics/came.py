"""What one message of a stream is, before anybody has decided to look at it.

Law: values only. Whoever reads a stream's messages never raises for what is in one: what cannot
be read is told as such, so that it can be counted.
"""

from enum import Enum, auto
from typing import Any, Protocol

import msgspec

from services.topics.values import StreamPost


class Kind(Enum):
    """What a message tells."""

    POST = auto()
    """Somebody has written something, or has written it anew."""
    GONE = auto()
    """Somebody has taken something back."""
    OTHER = auto()
    """Something that is no post."""
    UNREADABLE = auto()
    GAP = auto()
    """It goes on later than was asked for: what was said between is not to be had."""
    SLOW = auto()
    """It is about to end because we read too slowly."""


class Came(msgspec.Struct, frozen=True, gc=False):
    """One message, read as far as it takes to decide whether it is looked at."""

    kind: Kind
    key: str = ""
    """Of the post, as in ``StreamPost``."""
    at_us: int = 0
    """When the stream had it, in microseconds since 1970; 0 where it does not say."""
    text: str = ""
    """As a stranger wrote it."""
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    inside: Any = None
    """The rest, for ``Wire.post`` alone."""


class Wire(Protocol):
    """How one firehose speaks."""

    @property
    def subprotocols(self) -> tuple[str, ...]:
        """What is offered when it is opened."""

    @property
    def silent_s(self) -> float:
        """After so long without a word it is given up."""

    @property
    def has_cursor(self) -> bool:
        """Whether it can go on where it was left."""

    def address(self, cursor_us: int | None) -> str:
        """Give where to open it: from a moment on (microseconds since 1970), or from now on."""

    def read(self, frame: str | bytes) -> Came:
        """Read one message; never raises."""

    def post(self, came: Came) -> StreamPost | None:
        """Make a post, cleaned, of a message that tells of one; ``None`` where it is none."""


UNREADABLE = Came(Kind.UNREADABLE)
OTHER = Came(Kind.OTHER)
