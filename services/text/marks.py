"""What a text points at: hashtags, links, names.

Law: pure, never raises, finds at most ten of each, in the order they stand; a link that
``clean_url`` refuses is no link.
"""

import re
from collections.abc import Iterable
from typing import Final

from services.model.words import Safe
from services.text.clean import clean_line, clean_url

FOUND_AT_MOST: Final = 10

URL: Final = re.compile(r"(?<![\w@])https?://[^\s<>\"\ufffd]{1,2100}", re.IGNORECASE)
"""A link as it stands in running text, with whatever hangs on its end."""
MENTION: Final = re.compile(
    r"(?<![\w@/+-])@"
    r"([A-Za-z0-9_](?:[\w.-]{0,62}[A-Za-z0-9_])?"
    r"(?:@[\w](?:[\w.-]{0,251}\w)?)?)"
    r"(?![\w@])"
)
"""A name with its ``@``, with or without a host; the group has no ``@`` before it."""
_TAG = re.compile(r"(?<![\w&/#])[#\uff03]((?:[^\W]|[\u0300-\u0dff\u0e31-\u0e4e\u200c]){1,100})")
_TRAILING = ".,;:!?'\u2019\u201d\u00bb\u2026*_~\u3002\uff0c\uff01\uff1f\u3001"
_BRACKETS = {")": "(", "]": "[", "}": "{", "\uff09": "\uff08", "\u300d": "\u300c"}


def find_tags(body: Safe) -> tuple[Safe, ...]:
    """Find hashtags: lower case, without the ``#``, none of digits alone, each once."""
    found = (match[1].strip("\u200c").lower() for match in _TAG.finditer(URL.sub(" ", body)))
    return _first(clean_line(tag) for tag in found if any(map(str.isalpha, tag)))


def find_links(body: Safe) -> tuple[Safe, ...]:
    """Find http and https links, each once, without the punctuation of the sentence."""
    found = (clean_url(trimmed(match[0])) for match in URL.finditer(body))
    return _first(link for link in found if link is not None)


def find_mentions(body: Safe) -> tuple[Safe, ...]:
    """Find names that are spoken to, as ``@sam`` or ``@sam@host.example``, each once."""
    found = (match[0] for match in MENTION.finditer(URL.sub(" ", body)))
    return _first(clean_line(name, chars=400) for name in found)


def without_links(body: str) -> str:
    """Give the text with a space for each link; the sentence's punctuation stays."""
    return URL.sub(lambda match: " " + match[0][len(trimmed(match[0])) :], body)


def _first(found: Iterable[Safe]) -> tuple[Safe, ...]:
    """Keep the first of each, ten at most."""
    kept: dict[Safe, None] = {}
    for one in found:
        kept[one] = None
        if len(kept) == FOUND_AT_MOST:
            break
    return tuple(kept)


def trimmed(link: str) -> str:
    """Take the sentence's punctuation, and brackets that it opened, off the end of a link."""
    end = len(link)
    opened = {close: link.count(open_) - link.count(close) for close, open_ in _BRACKETS.items()}
    while end:
        last = link[end - 1]
        if last in _BRACKETS and opened[last] < 0:
            opened[last] += 1
        elif last not in _TRAILING:
            break
        end -= 1
    return link[:end]
