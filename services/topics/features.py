"""What a post is counted by: its tags, links, words and names, in any language.

Law: pure and linear in the length of the text; a feature is a plain word that tells its own kind,
and a post has at most ``FEATURES_AT_MOST`` of them, however long or hostile its text is. A tag is
the word that it spells, so that ``#harbour`` and ``harbour`` are counted together.
"""

import re
from typing import Final

from services.topics.links import canonical_link

FEATURES_AT_MOST: Final = 32
"""A post of the longest kind has about that many words that say something."""
TAGS_AT_MOST: Final = 8
"""Whoever sets more tags than that wants to be found by all of them and means none."""
_CHARS_READ = 1_500
"""A longer post says what it is about before that."""
_WORD_CHARS = 48
"""A longer run of letters is no word."""
_SHORT = 4
"""In scripts that spell words out, shorter ones mostly hold a sentence together."""
_LARGE = 3
"""A shorter one says something if it is written large: a name made of first letters."""
_LINK = "://"

_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(
    r"https?://[^\s<>\"]+|[@\uff20][\w.@-]+|[^\w\s#\uff03]*[.!?:;\u2026\"\u201c\u201d|()\n]"
    rf"|[#\uff03]?(?:[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[\w\u0300-\u036f\u0900-\u0dff\u200c])+)"
)
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_SPELLED = re.compile(r"[\u0000-\u058f]+")
"""Latin, Greek, Cyrillic, Armenian."""
_BETWEEN_NAMES = frozenset(
    "al de del der des di do da dos das du el la le of san the van von y".split()
)
"""Small words that stand inside a name and do not end it."""


def is_link(feature: str) -> bool:
    """Tell whether a feature is a canonical link."""
    return _LINK in feature


def is_name(feature: str) -> bool:
    """Tell whether a feature is a name of two words."""
    return " " in feature


def features_of(body: str, tags: tuple[str, ...], links: tuple[str, ...]) -> tuple[str, ...]:
    """Give the features of a post, each once, in the order in which they stand.

    ``tags`` and ``links`` are what its source names besides the text.
    """
    found: dict[str, None] = {}
    written: list[str] = []
    last = ""
    for token in _TOKEN.findall(body[:_CHARS_READ]):
        first = token[0]
        if first in "#\uff03":
            written.append(token[1:])
            last = ""
        elif token.startswith(("http://", "https://")):
            _add_link(found, token)
            last = ""
        elif first in "@\uff20" or not (first.isalnum() or first == "_"):
            last = ""
        elif _IS_UNSPACED.match(token):
            _add_pairs(found, token)
            last = ""
        else:
            last = _add_word(found, token, last)
        if len(found) >= FEATURES_AT_MOST:
            break
    _add_tags(found, (*tags, *written))
    for link in links[:TAGS_AT_MOST]:
        _add_link(found, link)
    return tuple(found)[:FEATURES_AT_MOST]


def _add_tags(found: dict[str, None], tags: tuple[str, ...]) -> None:
    said = dict.fromkeys(tag.casefold() for tag in tags if len(tag) <= _WORD_CHARS)
    if len(said) > TAGS_AT_MOST:
        return
    for tag in said:
        if len(tag) > 1 and not tag.isdigit():
            found.pop(tag, None)
    for tag in said:
        if len(tag) > 1 and not tag.isdigit():
            found[tag] = None


def _add_link(found: dict[str, None], link: str) -> None:
    canonical = canonical_link(link.rstrip(".,;:!?'\u2026)*_~"))
    if canonical is not None and len(canonical) > 10:
        found[f"{_LINK}{canonical[:200]}"] = None


def _add_pairs(found: dict[str, None], run: str) -> None:
    for at in range(min(len(run) - 1, FEATURES_AT_MOST)):
        found[run[at : at + 2]] = None


def _add_word(found: dict[str, None], token: str, last: str) -> str:
    """Add a word, and the name that it ends; give what the next one may make a name with."""
    word = token.casefold()
    large = token[0].isupper()
    if not large and word in _BETWEEN_NAMES:
        return last
    if len(token) > _WORD_CHARS or token.isdigit():
        return ""
    if (
        len(token) >= _SHORT
        or (len(token) >= _LARGE and token.isupper())
        or not _SPELLED.fullmatch(token)
    ):
        found[word] = None
    elif not large:
        return ""
    if not large or len(token) < 2 or word in _BETWEEN_NAMES:
        return ""
    if last:
        found[f"{last} {word}"] = None
    return word
