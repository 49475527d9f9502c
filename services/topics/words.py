"""What a headline is made of: its words, in any language, and one form that equal titles share.

Law: pure, and linear in what is read. A script that puts no space between words is read in pairs
of letters; in others, endings are cut off a little, and two words that stand together count as
one thing more.
"""

import re
import unicodedata

import msgspec

from services.topics.small_words import SMALL_WORDS
from services.topics.unspaced import IS_UNSPACED, UNSPACED

_CHARS_READ = 400
"""A longer title is none."""
_WORDS_AT_MOST = 40
_LONG = 3
"""Letters from which on a word says something, where words are spelled out."""

NAME = 1.5
"""What a word counts that begins large: most of these are who or where."""
PAIR = 0.7
"""What two words count that stand together, besides what each counts by itself: enough to tell
`red cross` from what is red and across, and less than a word, as the next one may be put in."""
LEAD = 0.4
"""What a word counts that only the paragraph has: it may be about anything around the story."""
_LEAD_WORDS = 8
"""Of a paragraph; after a sentence it turns to other things."""

_MANY_LARGE = 0.7
"""The share of words that begin large from which on it is a way of setting titles."""

_TOKEN = re.compile(rf"[{UNSPACED}]+|(?:(?![{UNSPACED}])[\w\u0300-\u036f\u0900-\u0dff])+")
_SPELLED = re.compile(r"[\u0000-\u058f]+")
"""Latin, Greek, Cyrillic, Armenian: in these, short words mostly hold a sentence together."""

_APOSTROPHE = re.compile(r"(?<=\w)['\u2019]s?\b")
_TAIL = re.compile(r"\s[-|\u2013\u2014\u00b7:]\s+(?=[^-|\u2013\u2014\u00b7:]{2,40}$)")

_ENDINGS = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("er", ""), ("s", ""))
"""Longest first. Of English mostly; the plural is that of several languages."""
_STEM = 3
"""Letters that must be left."""


class Wording(msgspec.Struct, frozen=True):
    """A headline taken apart."""

    key: str
    """The same for titles that differ in case and signs only."""
    words: int
    """How many of the title say something, at most 40."""
    features: dict[str, float]
    """What it can share with others, and how much each counts before it is known how rare it is:
    words without their endings, pairs of these with a space between."""
    names: frozenset[str] | None
    """Words that begin large inside a sentence; ``None`` where most do, so that none tells."""


def wording_of(title: str, publisher: str, paragraph: str = "") -> Wording:
    """Take a headline apart, without the publisher's name at the end of its title."""
    plain = _plain(title, publisher)
    tokens = _TOKEN.findall(plain)
    said, pairs = _said(tokens, _WORDS_AT_MOST, shouts=plain.isupper())
    features = {word: NAME if is_large else 1.0 for word, is_large in said.items()}
    features |= dict.fromkeys(pairs, PAIR)
    if paragraph:
        lead = _TOKEN.findall(_without_signs(paragraph[:_CHARS_READ]))
        for word in _said(lead, _LEAD_WORDS, shouts=False)[0]:
            features.setdefault(word, LEAD)
    return Wording(_key(tokens), len(said), features, _names(tokens, said))


def title_key(title: str, publisher: str) -> str:
    """Give what is the same for titles that differ in case and signs only."""
    return _key(_TOKEN.findall(_plain(title, publisher)))


def stem(word: str) -> str:
    """Cut off what only bends a word; words of other letters than a-z stay as they are."""
    if not word.isascii() or word.isdigit():
        return word
    for ending, instead in _ENDINGS:
        left = len(word) - len(ending)
        if left >= _STEM and word.endswith(ending) and not word.endswith(("ss", "us", "is")):
            word = word[:left] + instead
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]  # stopped, stopping
            break
    return word[:-1] if len(word) > _STEM and word.endswith("e") else word


def _said(tokens: list[str], at_most: int, *, shouts: bool) -> tuple[dict[str, bool], list[str]]:
    """Give the words that say something, with whether each begins large, and their pairs."""
    said: dict[str, bool] = {}
    pairs: list[str] = []
    last = ""
    for token in tokens:
        word = token.casefold()
        if IS_UNSPACED.match(token):
            said.update(dict.fromkeys(_pairs(word)[: at_most - len(said)], False))
            last = ""
        elif _says(token, word, shouts=shouts):
            word = stem(word)
            said[word] = said.get(word, False) or token[0].isupper()
            if last not in ("", word):
                pairs.append(f"{last} {word}")
            last = word
        if len(said) >= at_most:
            break
    return said, pairs


def _says(token: str, word: str, *, shouts: bool) -> bool:
    if word.isdigit() or not _SPELLED.fullmatch(word):
        return len(word) > 1
    if word in SMALL_WORDS:
        return False
    return len(word) >= _LONG or (not shouts and len(word) > 1 and token.isupper())


def _names(tokens: list[str], said: dict[str, bool]) -> frozenset[str] | None:
    """Give the words that begin large, but for the one that begins the title."""
    first = stem(tokens[0].casefold()) if tokens else ""
    later = [is_large for word, is_large in said.items() if word != first]
    if sum(later) > _MANY_LARGE * len(later):
        return None
    return frozenset(word for word, is_large in said.items() if is_large and word != first)


def _key(tokens: list[str]) -> str:
    return " ".join(token.casefold() for token in tokens)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _plain(title: str, publisher: str) -> str:
    return _without_signs(_without_name(title[:_CHARS_READ], publisher))


def _without_signs(text: str) -> str:
    return _APOSTROPHE.sub("", unicodedata.normalize("NFKC", text))


def _without_name(title: str, publisher: str) -> str:
    last = _TAIL.search(title)
    if last is None or not publisher:
        return title
    tail, name = title[last.end() :].strip().casefold(), publisher.casefold()
    return title[: last.start()] if tail in name or name in tail else title
