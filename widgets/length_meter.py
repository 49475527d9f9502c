"""How long a text may still become, counted by its network's own rule."""

from services.model.limits import Counting
from services.text.measure import length

_LOOK_AT = 4
"""Beyond this many times the limit a text is simply much too long."""
_CODE_POINTS = 16
"""What one counted character is taken to be made of at most, so that the work is bounded."""


class Rule:
    """How a network counts, and how much it takes."""

    __slots__ = ("at_most", "beside", "counting", "link_graphemes")

    def __init__(
        self,
        at_most: int | None = None,
        counting: Counting = Counting.GRAPHEMES,
        link_graphemes: int = 23,
        beside: str = "",
    ) -> None:
        """Count like this; what stands ``beside`` the text, a warning, counts as well."""
        self.at_most = at_most
        self.counting = counting
        self.link_graphemes = link_graphemes
        self.beside = beside


def left(text: str, rule: Rule) -> int | None:
    """Give how much is left, negative when it is too long; ``None`` without a limit."""
    if rule.at_most is None:
        return None
    looked_at = text[: rule.at_most * _LOOK_AT * _CODE_POINTS]
    counted = length(looked_at, rule.counting, rule.link_graphemes)
    if rule.counting is Counting.MASTODON and rule.beside:
        counted += length(rule.beside, rule.counting, rule.link_graphemes)
    return rule.at_most - min(counted, rule.at_most * _LOOK_AT)


def length_words(text: str, rule: Rule) -> str:
    """Say the limit, or what is left of it, or by how much it is passed."""
    remaining = left(text, rule)
    if remaining is None:
        return "no length limit"
    if remaining < 0:
        return f"{-remaining:,} too long"
    if text:
        return f"{remaining:,} left"
    return f"up to {rule.at_most:,} characters"
