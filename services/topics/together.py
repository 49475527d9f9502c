"""Words that are said in one post, wherever in it they stand, and may be usual each by itself.

Law: pure and bounded. Of a country somebody writes every minute, of a building now and then; of
both in one post nobody does, until one falls down there. So what few people tell, each in words
of their own, is seen by its couples of words before any word of it stands out. They are counted
and looked at while a stream is small: in a large one enough people say a thing for its words to
tell, and the couples that meet by chance are many.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from services.topics.features import LINK, PAIR
from services.topics.unspaced import IS_UNSPACED

BOTH: Final = "+"
"""Between the two words of a couple; no word has it."""
SMALL_STREAM: Final = 4_000
"""Posts in the window up to which a stream is small."""
RAISED_AT_ALL: Final = 1.2
"""Times its usual level that each word of a couple is heard at least."""
_COUNTED_AT_MOST: Final = 24
"""Words of one post whose couples are counted."""
_LOOKED_AT_MOST: Final = 6
"""Raised words of one post whose couples are looked at, the most raised."""


def is_word(feature: str) -> bool:
    """Whether a feature is a word or a tag; two letters of a script without spaces are none."""
    return not (PAIR in feature or feature.startswith(LINK) or IS_UNSPACED.match(feature))


def words_of(couple: str) -> list[str]:
    """Give the words of a couple, and of what is none the thing itself."""
    return couple.split(BOTH)


def couples_of(features: Iterable[str]) -> tuple[str, ...]:
    """Give the couples of a post, to be counted."""
    words = [one for one in features if is_word(one)][:_COUNTED_AT_MOST]
    return tuple(_couples(words))


def couples_in(raised: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Give the posts of each couple, of words with their posts, the most raised first."""
    said: dict[int, list[str]] = {}
    for word, posts in raised.items():
        for number in posts:
            words = said.setdefault(number, [])
            if len(words) < _LOOKED_AT_MOST:
                words.append(word)
    found: dict[str, list[int]] = {}
    for number, words in said.items():
        for couple in _couples(words):
            found.setdefault(couple, []).append(number)
    return found


def _couples(words: Iterable[str]) -> Iterator[str]:
    return (f"{one}{BOTH}{other}" for one, other in combinations(sorted(words), 2))
