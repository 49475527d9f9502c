"""Headlines gathered into stories: what several publishers say of one thing.

Law: rather two rows for one story than one row for two. Whether two headlines are one story is
asked of these two alone and gives the same answer both ways, so that the order in which they
come makes no difference; a story that has grown together stays together.
"""

import hashlib
import heapq
import math
from datetime import datetime
from itertools import islice
from typing import TypeVar

from msgspec.structs import replace

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import TopicId
from services.topics.links import canonical_link
from services.topics.values import STORIES_KEPT_FOR, HeadlineItem
from services.topics.words import Wording, rarest, wording_of

KEPT_FOR = STORIES_KEPT_FOR
KEPT_AT_MOST = 50_000

_SHARED_AT_LEAST = 4
_ALIKE = 0.5
"""Shared words by all words of two titles; counted with what are names known."""
_ALIKE_UNNAMED = 0.75
"""The same where a title is set so that names do not show."""
_TITLE_WORDS_AT_LEAST = 3
"""Of a title that is enough by itself: `Live updates` is many stories."""
_LOOKED_AT = 100
"""Headlines that are compared for one word, the latest: a word in more of them says little."""

Age = tuple[datetime, datetime, HeadlineId]
"""Of a story: when its first headline was seen and published, and which it is."""

_K = TypeVar("_K")


class Story:
    """Headlines about one thing."""

    __slots__ = ("age", "headlines", "id")

    def __init__(self, first: "Kept") -> None:
        """Begin with one headline."""
        item = first.item
        self.age: Age = (item.seen_at, item.published_at, item.id)
        self.id = _story_id(item.id)
        self.headlines = {item.id: first}

    def grow_older(self, age: Age) -> None:
        """Take the age, and with it the name, of what was seen earlier."""
        if age < self.age:
            self.age, self.id = age, _story_id(age[2])


class Kept:
    """A headline with what it is compared by."""

    __slots__ = ("item", "link", "story", "wording")

    def __init__(self, item: HeadlineItem) -> None:
        """Take a headline apart; it is a story of its own."""
        self.item = item
        self.link = canonical_link(item.url) if item.url else None
        self.wording = wording_of(item.title, item.publisher)
        self.story = Story(self)


class Stories:
    """All stories of the last two days."""

    def __init__(self) -> None:
        """Begin with none."""
        self.all: set[Story] = set()
        self.changed: set[Story] = set()
        """Since whoever reads it has emptied it; some may be gone."""
        self._kept: dict[HeadlineId, Kept] = {}
        self._oldest: list[tuple[datetime, HeadlineId]] = []
        self._links: dict[str, dict[HeadlineId, None]] = {}
        self._titles: dict[str, dict[HeadlineId, None]] = {}
        self._words: dict[str, dict[HeadlineId, None]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, item: HeadlineItem) -> None:
        """Put a headline into the story it belongs to; one that is known only tells its speed."""
        if (known := self._kept.get(item.id)) is not None:
            known.item = replace(known.item, speed=item.speed)
            self.changed.add(known.story)
            return
        kept = Kept(item)
        alike = {other.story for other in self._candidates(kept) if is_one_story(kept, other)}
        self._keep(kept)
        self.all.add(kept.story)
        for story in alike:
            self._join(story, kept.story)
        self.changed.add(kept.story)
        while len(self._kept) > KEPT_AT_MOST:
            self._drop_oldest()

    def forget(self, headline: HeadlineId) -> None:
        """Take a headline out of its story; one that is not known changes nothing."""
        if headline in self._kept:
            self._drop(headline)

    def at(self, link: str) -> Story | None:
        """Give the story that a link in canonical form belongs to."""
        there = self._links.get(link)
        return self._kept[next(reversed(there))].story if there else None

    def drop(self, before: datetime, at_most: int) -> None:
        """Forget headlines published by a moment, at most so many of them."""
        for _ in range(at_most):
            if not self._oldest or self._oldest[0][0] > before:
                return
            self._drop_oldest()

    def let_go(self, feed: FeedId) -> None:
        """Forget all headlines of one feed."""
        for headline in [one for one, kept in self._kept.items() if kept.item.feed == feed]:
            self._drop(headline)

    def _candidates(self, kept: Kept) -> set[Kept]:
        found: set[HeadlineId] = set()
        if kept.link is not None:
            found.update(_latest(self._links, kept.link))
        if len(kept.wording.words) >= _TITLE_WORDS_AT_LEAST:
            found.update(_latest(self._titles, kept.wording.key))
        for word in _telling(kept.wording):
            found.update(_latest(self._words, word))
        return {self._kept[one] for one in found}

    def _keep(self, kept: Kept) -> None:
        item = kept.item
        self._kept[item.id] = kept
        heapq.heappush(self._oldest, (item.published_at, item.id))
        for index, key in self._places(kept):
            index.setdefault(key, {})[item.id] = None

    def _places(self, kept: Kept) -> list[tuple[dict[str, dict[HeadlineId, None]], str]]:
        places = [(self._words, word) for word in _telling(kept.wording)]
        places.append((self._titles, kept.wording.key))
        if kept.link is not None:
            places.append((self._links, kept.link))
        return places

    def _join(self, one: Story, other: Story) -> None:
        if one is other:
            return
        small, large = sorted((one, other), key=lambda story: len(story.headlines))
        for headline in small.headlines.values():
            headline.story = large
        large.headlines |= small.headlines
        large.grow_older(small.age)
        small.headlines = {}
        self.all.discard(small)
        self.changed.update((small, large))

    def _drop_oldest(self) -> None:
        published_at, headline = heapq.heappop(self._oldest)
        kept = self._kept.get(headline)
        # One that left earlier stands here still, and once more where it came again.
        if kept is not None and kept.item.published_at == published_at:
            self._drop(headline)

    def _drop(self, headline: HeadlineId) -> None:
        kept = self._kept.pop(headline)
        for index, key in self._places(kept):
            del index[key][headline]
            if not index[key]:
                del index[key]
        story = kept.story
        del story.headlines[headline]
        if not story.headlines:
            self.all.discard(story)
        self.changed.add(story)


def is_one_story(one: Kept, other: Kept) -> bool:
    """Tell whether two headlines are about one thing: one link, one title, or nearly so."""
    if abs(one.item.published_at - other.item.published_at) > KEPT_FOR:
        return False
    if one.link is not None and one.link == other.link:
        return True
    mine, theirs = one.wording, other.wording
    if mine.key == theirs.key:
        return len(mine.words) >= _TITLE_WORDS_AT_LEAST
    if one.item.publisher == other.item.publisher and mine.numbers != theirs.numbers:
        return False  # a column that comes again with another number
    shared = len(mine.words & theirs.words)
    if shared < _SHARED_AT_LEAST or _names_differ(mine, theirs):
        return False
    alike = shared / (len(mine.words) + len(theirs.words) - shared)
    is_named = mine.names is not None and theirs.names is not None
    return alike >= (_ALIKE if is_named else _ALIKE_UNNAMED)


def _names_differ(mine: Wording, theirs: Wording) -> bool:
    """Tell whether each names somebody or some place that the other does not."""
    if mine.names is None or theirs.names is None:
        return False
    ours_alone, theirs_alone = mine.names - theirs.words, theirs.names - mine.words
    return bool(ours_alone and theirs_alone) and len(mine.names & theirs.names) <= 1


def _telling(wording: Wording) -> list[str]:
    """Give so many of the rarest words that two titles which are alike share one of them.

    Two sets that share at least ``k`` words of ``n`` have one in common among the first
    ``n - k + 1`` of each, in any one order of all words.
    """
    count = len(wording.words)
    shared = max(_SHARED_AT_LEAST, math.ceil(_ALIKE * count))
    return rarest(wording.words, count - shared + 1)


def _latest(index: dict[str, dict[_K, None]], key: str) -> list[_K]:
    return list(islice(reversed(index.get(key, {})), _LOOKED_AT))


def _story_id(first: HeadlineId) -> TopicId:
    return TopicId(hashlib.blake2b(f"story\0{first}".encode(), digest_size=12).hexdigest())
