"""How long a text is, counted the way networks count.

Law: pure; a length is that of the text as it will be sent.
"""

from wcwidth import iter_graphemes


def graphemes(text: str) -> int:
    """Count what a reader sees as characters: extended grapheme clusters.

    Source: UAX #29, https://www.unicode.org/reports/tr29/, as the wcwidth library has it.
    """
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in iter_graphemes(text))
