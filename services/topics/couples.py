"""Words that are said in one post, wherever in it they stand, and may be usual each by itself.

Law: pure and bounded. Of a country somebody writes every minute, of a building now and then; of
both in one post nobody does, until one falls down there. So what few people tell, each in words
of their own, is seen by its couples of words before any word of it stands out. They are counted
and looked at while a stream is small: in a large one enough people say a thing for its words to
tell, and the couples that meet by chance are many.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Final

from services.topics.features import LINK, PAIR
from services.topics.unspaced import IS_UNSPACED
from services.topics.usual import number_of

BOTH: Final = "+"
"""Between the two words of a couple; no word has it."""
SMALL_STREAM: Final = 2_000
"""Posts in the window up to which a stream is small."""
_RAISED: Final = 1.2
"""Times its usual level that each word of a couple is heard at least."""
_EVERYWHERE: Final = 0.05
"""Of all posts, the share from which on a word says nothing with any other."""
_RAISED_AT_MOST: Final = 1_000
"""Words whose couples are looked at, the most raised."""
_MET_AT_LEAST: Final = 3
"""Posts that say a couple, for it to be looked at."""
_WORDS_READ: Final = 16
"""Of one post, the words whose couples are counted; what else it says is in none."""
_WORDS_LOOKED_AT: Final = 6
"""Of these, the raised ones whose couples are looked at, the most raised."""
_BITS: Final = 0xFFFFFFFF


def is_word(feature: str) -> bool:
    """Whether a feature is a word or a tag: two letters of a script without spaces are none."""
    if PAIR in feature or feature.isdigit():
        return False
    return feature.isascii() or not (feature[0] == LINK or IS_UNSPACED.match(feature))


def words_of(feature: str) -> list[str]:
    """Give the words of a couple, and of what is none the thing itself."""
    return [feature] if feature.startswith(LINK) else feature.split(BOTH)


def couples_of(features: Iterable[str]) -> list[int]:
    """Give the numbers of the couples of a post, to be counted."""
    numbers = map(number_of, _read(features))
    return [(one + other) & _BITS for one, other in combinations(numbers, 2)]


def number_of_couple(one: str, other: str) -> int:
    """Give the number that a couple is counted by, whichever word comes first."""
    return (number_of(one) + number_of(other)) & _BITS


def raised_of(
    heard: Mapping[str, Sequence[int]], usual: Iterable[float], count: int
) -> dict[str, float]:
    """Give the words that may be in a couple, with how often each is usual, the most raised first.

    Of features with the posts that have them, and as many numbers: in how many of ``count`` posts
    each usually is.
    """
    most_often = _EVERYWHERE * count
    raised = [
        (len(posts) / often, word, often)
        for (word, posts), often in zip(heard.items(), usual, strict=True)
        if _RAISED * often < len(posts) and often < most_often and is_word(word)
    ]
    most = heapq.nsmallest(_RAISED_AT_MOST, raised, key=lambda one: (-one[0], one[1]))
    return {word: often for _, word, often in most}


def couples_in(
    posts: Mapping[int, Sequence[str]], raised: Iterable[str]
) -> Iterator[tuple[str, str, list[int]]]:
    """Give the couples of raised words that several posts say, and these.

    ``posts`` are the features of each; ``raised`` gives the most raised word first, and so does a
    couple.
    """
    place = {word: at for at, word in enumerate(raised)}
    found: dict[tuple[str, str], list[int]] = {}
    for number, features in posts.items():
        words = [one for one in _read(features) if one in place]
        if len(words) > 1:
            words.sort(key=place.__getitem__)
            for couple in combinations(words[:_WORDS_LOOKED_AT], 2):
                found.setdefault(couple, []).append(number)
    for (one, other), said_by in found.items():
        if len(said_by) >= _MET_AT_LEAST:
            yield one, other, said_by


def _read(features: Iterable[str]) -> list[str]:
    return list(islice(filter(is_word, features), _WORDS_READ))
