"""What a network can do and how much it takes."""

from enum import Enum

import msgspec

from services.model.ids import NetworkName
from services.model.posts import Reach


class Keying(Enum):
    """Whether a network recognises a send that comes twice."""

    KEYED = "keyed"
    """The same key makes one post, however often it is sent."""
    KEYLESS = "keyless"
    """Every request may make a post: nothing is ever repeated by itself."""


class Capabilities(msgspec.Struct, frozen=True):
    """What one network can do, said once when it is opened."""

    network: NetworkName
    keying: Keying
    reach: Reach
    """Of a new post."""
    graphemes_at_most: int | None
    """Length limit in grapheme clusters (UAX #29); ``None`` where there is none."""
    can_take_back: bool
    can_answer: bool = True
    """Whether it takes what we say; where not, answers are written on its own pages."""
