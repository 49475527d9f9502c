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


class Counting(Enum):
    """How a network counts the length of a text."""

    GRAPHEMES = "graphemes"
    """Every grapheme cluster is one (UAX #29)."""
    MASTODON = "mastodon"
    """Graphemes; a link counts as ``link_graphemes``, of a mention only the local part counts."""


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
    counting: Counting = Counting.GRAPHEMES
    link_graphemes: int = 23
    """What a link counts in MASTODON counting, however long it is."""
    reaches: tuple[Reach, ...] = ()
    """Among which one can choose, the widest first; empty where there is no choice."""
    can_edit: bool = False
    can_warn: bool = False
    """Whether a post can carry a content warning."""
    has_languages: bool = False
    pictures_at_most: int = 0
    picture_bytes_at_most: int | None = None
    """Of one picture; ``None`` where it is not known before it is sent."""
    alt_graphemes_at_most: int = 1500
    can_quote: bool = False
    can_moderate: bool = False
    """Whether comments wait for our leave here."""
