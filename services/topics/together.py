"""Words that are said in one post, wherever in it they stand, and may be usual each by itself.

Law: pure and bounded. Of a country somebody writes every minute, of a building now and then; of
both in one post nobody does, until one falls down there. So what few people tell, each in words
of their own, is seen by its couples of words before any word of it stands out. They are counted
and looked at while a stream is small: in a large one enough people say a thing for its words to
tell, and the couples that meet by chance are many.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import Final

from services.topics.features import LINK, PAIR
from services.topics.unspaced import IS_UNSPACED
from services.topics.usual import number_of

BOTH: Final = "+"
"""Between the two words of a couple; no word has it."""
SMALL_STREAM: Final = 4_000
"""Posts in the window up to which a stream is small."""
RAISED_AT_ALL: Final = 1.2
"""Times its usual level that each word of a couple is heard at least."""
MET_AT_LEAST: Final = 3
"""Posts that say a couple, for it to be looked at."""
_MASK: Final = 0xFFFFFFFF
_COUNTED_AT_MOST: Final = 24
"""Words of one post whose couples are counted."""
_LOOKED_AT_MOST: Final = 6
"""Raised words of one post whose couples are looked at, the most raised."""


def is_word(feature: str) -> bool:
    """Whether a feature is a word or a tag; two letters of a script without spaces are none."""
    if PAIR in feature:
        return False
    return feature.isascii() or not (feature[0] == LINK or IS_UNSPACED.match(feature))


def named(one: str, other: str) -> str:
    """Give the name of a couple, whichever word comes first."""
    return BOTH.join(sorted((one, other)))


def words_of(feature: str) -> list[str]:
    """Give the words of a couple, and of what is none the thing itself."""
    return feature.split(BOTH)


def couples_of(features: Iterable[str]) -> list[int]:
    """Give the numbers of the couples of a post, to be counted."""
    words = [one for one in features if is_word(one)][:_COUNTED_AT_MOST]
    numbers = map(number_of, words)
    return [(one + other) & _MASK for one, other in combinations(numbers, 2)]


def number_of_couple(one: str, other: str) -> int:
    """Give the number that a couple is counted by, whichever word comes first."""
    return (number_of(one) + number_of(other)) & _MASK


def couples_in(raised: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, str, list[int]]]:
    """Give couples of words that ``MET_AT_LEAST`` posts say, and these.

    ``raised`` gives words with their posts, the most raised first.
    """
    said: defaultdict[int, list[str]] = defaultdict(list)
    for word, posts in raised.items():
        for number in posts:
            said[number].append(word)
    most = (words[:_LOOKED_AT_MOST] for words in said.values() if len(words) > 1)
    counts = Counter(chain.from_iterable(combinations(words, 2) for words in most))
    for (one, other), count in counts.items():
        if count >= MET_AT_LEAST:
            yield one, other, sorted(set(raised[one]).intersection(raised[other]))
