"""What a text is made of, by the way it is written: words, names, tags, runs of letters.

Law: pure, and linear in the length of the text. A name is known by how it begins where a sentence
does not; where every word begins large, or every noun does, that tells nothing.
"""
# ruff: noqa: SIM905  (lists that read as prose)

import re
import unicodedata
from typing import Final

import msgspec

from services.text.marks import MENTION, without_links
from services.topics.small_words import SMALL_WORDS
from services.topics.unspaced import IS_UNSPACED, UNSPACED

_CHARS_READ: Final = 3_000
_WORDS_AT_MOST: Final = 300
_LONG: Final = 4
"""Letters from which on a word says something, where words are spelled out."""
_NAME: Final = 3
"""Letters from which on a name does."""
_MANY_LARGE: Final = 0.7
"""The share of words that begin large from which on it is a way of setting text."""
_NOUNS_LARGE: Final = frozenset(
    "der die das und ist nicht ein eine einen mit für auf im wir ich".split()
)
_GERMAN: Final = 2
"""So many of these in a text, and its nouns begin large as names do."""
_FEW: Final = 2
"""A name alone is no way of setting text."""
_RUN: Final = 4
"""Letters in a row, in a script without spaces, that are hardly shared by chance."""

_TOKEN = re.compile(
    rf"[#\uff03]\w+|[{UNSPACED}]+|(?:(?![{UNSPACED}])[\w\u0300-\u036f\u0900-\u0dff])+"
    r"|[.!?:;\u2026\u3002\"\u201c\u201d\u201e()\n|,/\u3001]"
)
_PAUSES = ",/\u3001"
"""After these a name ends, and no sentence begins."""
_TELLING_RUN = re.compile(r"[\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff]{3}")
"""Three of these in a row are a word; of what holds a sentence together, few are."""
_SPELLED = re.compile(r"[\u0000-\u058f]+")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019]s?\b")
_INSIDE_NAMES: Final = frozenset("al da de del der des di do du el la le of the van von y".split())
_NO_NAMES: Final = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april june july
    august september october november december montag dienstag mittwoch donnerstag freitag samstag
    sonntag januar februar märz juni juli oktober dezember live news breaking update video watch
    today tomorrow yesterday
    """.split()
)
"""What begins large, or stands before every headline, and names nothing."""
_HALF_NAMES: Final = frozenset("new old north south east west great saint san santa".split())
"""What is in many names, and is none alone."""


class Spelling(msgspec.Struct, frozen=True):
    """A text taken apart, from what is looked up, in one case, to what was written."""

    words: dict[str, str]
    """Those that say something, in order; tags as well, with their signs."""
    large: frozenset[str]
    """Words that begin large somewhere."""
    sure: frozenset[str]
    """Words that begin large where only a name does."""
    pairs: dict[str, str]
    """Names of two words or more."""
    tags: dict[str, str]
    """Tags, without their signs."""
    runs: dict[str, None]
    """Letters in a row that are hardly shared by chance, in scripts without spaces."""


def spelling_of(text: str) -> Spelling:
    """Take a text apart."""
    read = _Reading()
    bare = MENTION.sub(" ", without_links(text[:_CHARS_READ]))
    plain = _APOSTROPHE.sub("", unicodedata.normalize("NFKC", bare))
    for token in _TOKEN.findall(plain)[:_WORDS_AT_MOST]:
        read.take(token)
    return read.spelling()


class _Reading:
    """Reads one text, token by token."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.large: set[str] = set()
        self.inside: set[str] = set()
        self.pairs: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.runs: dict[str, None] = {}
        self.count = self.larges = self.nouns = 0
        self.name: list[str] = []
        self.is_first = True

    def take(self, token: str) -> None:
        """Take the next one."""
        if token[0] == "#":
            self._take_tag(token)
            self._end_name()
        elif IS_UNSPACED.match(token):
            grams = (token[at : at + _RUN] for at in range(len(token) - _RUN + 1))
            self.runs.update((gram, None) for gram in grams if _TELLING_RUN.search(gram))
            self._end_name()
        elif not (token[0].isalnum() or token[0] == "_"):
            self._end_name()
            self.is_first = self.is_first or token not in _PAUSES
        else:
            self._take_word(token)

    def _take_tag(self, token: str) -> None:
        tag = token[1:].casefold()
        self.tags.setdefault(tag, token[1:])
        if len(tag) >= _LONG and tag not in SMALL_WORDS:
            self.words.setdefault(tag, token)
            self.large.add(tag)

    def _take_word(self, token: str) -> None:
        word, is_large = token.casefold(), token[0].isupper()
        self.count += 1
        self.larges += is_large
        self.nouns += word in _NOUNS_LARGE
        says = word not in SMALL_WORDS and word not in _NO_NAMES and not word.isdigit()
        is_half = word in _HALF_NAMES
        is_long = len(word) >= (_NAME if is_large else _LONG) or not _SPELLED.fullmatch(word)
        if says and is_long and not is_half:
            self.words.setdefault(word, token)
            if is_large:
                self.large.add(word)
                if not self.is_first:
                    self.inside.add(word)
        if is_large and (says or is_half):
            self.name.append(token)
        elif not (self.name and word in _INSIDE_NAMES):
            self._end_name()
        self.is_first = False

    def _end_name(self) -> None:
        """Keep the words that stood together as names of two; small ones between do not count."""
        for first, second in zip(self.name, self.name[1:], strict=False):
            self.pairs.setdefault(f"{first} {second}".casefold(), f"{first} {second}")
        self.name = []

    def spelling(self) -> Spelling:
        """Give what was read; names and pairs only where a large letter tells."""
        self._end_name()
        tells = self.larges < _MANY_LARGE * self.count or self.count <= _FEW
        is_sure = tells and self.nouns < _GERMAN
        return Spelling(
            words=self.words,
            large=frozenset(self.large),
            sure=frozenset(self.inside) if is_sure else frozenset(),
            pairs=self.pairs if tells else {},
            tags=self.tags,
            runs=self.runs,
        )
