"""What a title is made of: its words, in any language, and one form that equal titles share.

Law: pure, and knows no language. A script that puts no space between words is read in pairs of
letters.
"""

import re
import unicodedata

import msgspec

_WORDS_AT_MOST = 40
_LONG = 4
"""Letters from which on a word says something, where words are spelled out."""

_MANY_LARGE = 0.7
"""The share of words that begin large from which on it is a way of setting titles."""

_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[\w\u0300-\u036f\u0900-\u0dff])+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_SPELLED = re.compile(r"[\u0000-\u058f]+")
"""Latin, Greek, Cyrillic, Armenian: in these, short words mostly hold a sentence together."""

_APOSTROPHE = re.compile(r"(?<=\w)['\u2019]s?\b")
_TAIL = re.compile(r"\s+[-|\u2013\u2014\u00b7:]\s+(?=[^-|\u2013\u2014\u00b7:]{2,40}$)")


class Wording(msgspec.Struct, frozen=True):
    """A title taken apart."""

    key: str
    """The same for titles that differ in case and signs only."""
    words: frozenset[str]
    """Those that say something, at most 40."""
    numbers: frozenset[str]
    names: frozenset[str] | None
    """Words that begin large inside a sentence; ``None`` where most do, so that none tells."""


def wording_of(title: str, publisher: str) -> Wording:
    """Take a title apart, without the publisher's name at its end."""
    plain = _plain(title, publisher)
    shouts = plain.isupper()
    found: list[str] = []
    said: dict[str, None] = {}
    for token in _TOKEN.findall(plain):
        word = token.casefold()
        found.append(word)
        if _IS_UNSPACED.match(token):
            said.update(dict.fromkeys(_pairs(word)))
        elif _says(token, word, shouts=shouts):
            said[word] = None
    words = frozenset(list(said)[:_WORDS_AT_MOST])
    numbers = frozenset(word for word in words if word.isdigit())
    return Wording(" ".join(found), words, numbers, _names(plain, words))


def title_key(title: str, publisher: str) -> str:
    """Give what is the same for titles that differ in case and signs only."""
    return " ".join(token.casefold() for token in _TOKEN.findall(_plain(title, publisher)))


def rarest(words: frozenset[str], count: int) -> list[str]:
    """Give the ``count`` words that are rare by their looks: the longest, then by the alphabet."""
    return sorted(words, key=lambda word: (-len(word), word))[: max(0, count)]


def _plain(title: str, publisher: str) -> str:
    return _APOSTROPHE.sub("", unicodedata.normalize("NFKC", _without_name(title, publisher)))


def _says(token: str, word: str, *, shouts: bool) -> bool:
    if word.isdigit() or not _SPELLED.fullmatch(word):
        return len(word) > 1
    return len(word) >= _LONG or (not shouts and len(token) > 1 and token.isupper())


def _names(plain: str, words: frozenset[str]) -> frozenset[str] | None:
    tokens = [token for token in _TOKEN.findall(plain)[1:] if token.casefold() in words]
    large = [token.casefold() for token in tokens if token[0].isupper()]
    return None if len(large) > _MANY_LARGE * len(tokens) else frozenset(large)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _without_name(title: str, publisher: str) -> str:
    last = _TAIL.search(title)
    if last is None or not publisher:
        return title
    tail, name = title[last.end() :].strip().casefold(), publisher.casefold()
    return title[: last.start()] if tail in name or name in tail else title
