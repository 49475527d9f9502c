"""How long a text may still become, counted as people count: in grapheme clusters."""

from itertools import islice

from wcwidth import iter_graphemes

_LOOK_AT = 4
"""Beyond this many times the limit a text is simply much too long."""


def graphemes(text: str, at_most: int) -> int:
    """Count the grapheme clusters of ``text`` (UAX #29), giving up at ``at_most``."""
    if text.isascii() and "\r" not in text:
        return min(len(text), at_most)
    return sum(1 for _ in islice(iter_graphemes(text), at_most))


def left(text: str, limit_graphemes: int | None) -> int | None:
    """Give how many clusters are left, negative when it is too long; ``None`` without a limit."""
    if limit_graphemes is None:
        return None
    return limit_graphemes - graphemes(text, limit_graphemes * _LOOK_AT)


def length_words(text: str, limit_graphemes: int | None) -> str:
    """Say the limit, or what is left of it, or by how much it is passed."""
    remaining = left(text, limit_graphemes)
    if remaining is None:
        return "no length limit"
    if remaining < 0:
        return f"{-remaining:,} too long"
    if text:
        return f"{remaining:,} left"
    return f"up to {limit_graphemes:,} characters"
