"""How long a text is, counted the way networks count.

Law: pure; a length is that of the text as it will be sent.
"""

from typing import assert_never

from services.model.limits import Counting
from services.text.marks import MENTION, URL, trimmed


def length(text: str, counting: Counting, link_graphemes: int = 23) -> int:
    """Count a text as a network of this counting does; a warning over it is counted beside it.

    ``link_graphemes`` is what a link counts in MASTODON counting, however short or long it is.

    Source: docs.joinmastodon.org/user/posting#text, 4.5, 2026-11: "All links are counted as 23
    characters, no matter how long they actually are"; "The username part" alone of a mention
    counts; the warning counts as well. Clusters of code points count as one
    (app/validators/status_length_validator.rb, 2026-11).
    """
    match counting:
        case Counting.GRAPHEMES:
            return graphemes(text)
        case Counting.MASTODON:
            link = "x" * link_graphemes
            placed = URL.sub(lambda match: link + match[0][len(trimmed(match[0])) :], text)
            return graphemes(MENTION.sub(lambda match: "@" + match[1].partition("@")[0], placed))
        case _:
            assert_never(counting)


def graphemes(text: str) -> int:
    """Count what a reader sees as characters: extended grapheme clusters.

    Source: UAX #29, https://www.unicode.org/reports/tr29/, as the wcwidth library has it.
    """
    if text.isascii() and "\r" not in text:
        return len(text)
    from wcwidth import iter_graphemes  # noqa: PLC0415 - 15 ms of tables, and most text needs none

    return sum(1 for _ in iter_graphemes(text))
