"""Headlines gathered into stories: what several publishers say of one thing.

Law: a headline goes to the one story that it is most like, if it is enough so, or founds one;
what has one link or one title is one story at once. That is decided in the order in which
headlines were seen, whatever the order in which they are told: one that is told late has those
after it decided again, as far back as ``DECIDED_AGAIN``. What leaves takes exactly what it
brought; a story keeps its id then.
"""

import hashlib
import heapq
from collections import Counter, deque
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import TopicId
from services.topics.clustering import ALIKE, SHARED_AT_LEAST, Arrow, Centre, Rarity, worth_after
from services.topics.links import canonical_link
from services.topics.values import STORIES_KEPT_FOR, HeadlineItem
from services.topics.words import Wording, wording_of

KEPT_FOR = STORIES_KEPT_FOR
KEPT_AT_MOST = 50_000
DECIDED_AGAIN = 500
"""Headlines: what a few feeds bring that are read in one moment, and a tenth of a second's work."""

_TITLE_WORDS_AT_LEAST = 3
"""Of a title that is enough by itself: `Live updates` is many stories."""
_LOOKED_AT = 20
"""Headlines of one link or title, or of one story, that are compared, the latest."""
_STORIES_COMPARED = 400
"""With one headline at most, counted once for each word they share, the rarest words first. What
only shares words that so many stories have is not alike enough."""
_TRIED = 3
"""Of the stories that are alike enough: where names differ, the next is asked."""

Age = tuple[datetime, datetime, HeadlineId]
"""When a headline was seen and published, and which it is: their order."""


class Story:
    """Headlines about one thing."""

    __slots__ = ("_published_s", "age", "centre", "headlines", "id")

    def __init__(self, first: "Kept") -> None:
        """Begin with what founds it, which is not taken in yet."""
        self.age: Age = first.age
        """Of its first headline, also when that has left."""
        self.id = _story_id(first.item.id)
        self.headlines: dict[HeadlineId, Kept] = {}
        self.centre = Centre()
        self._published_s = 0

    @property
    def middle_s(self) -> float:
        """When its headlines were published, in the middle of all, in seconds."""
        return self._published_s / len(self.headlines)

    def put(self, kept: "Kept") -> None:
        """Take a headline in."""
        self.headlines[kept.item.id] = kept
        self.centre.add(kept.arrow)
        self._published_s += kept.published_s

    def pull(self, kept: "Kept") -> None:
        """Take a headline out."""
        del self.headlines[kept.item.id]
        self.centre.remove(kept.arrow)
        self._published_s -= kept.published_s


class Kept:
    """A headline with what it is compared by."""

    __slots__ = ("arrow", "item", "joined", "key", "link", "names", "story")

    def __init__(self, item: HeadlineItem, wording: Wording, arrow: Arrow) -> None:
        """Keep a headline that no story has yet."""
        self.item = item
        self.link = canonical_link(item.url) if item.url else None
        self.key = wording.key if wording.words >= _TITLE_WORDS_AT_LEAST else None
        self.names = wording.names
        self.arrow = arrow
        self.story: Story | None = None
        self.joined: _Joined | None = None

    @property
    def age(self) -> Age:
        """Where it stands in the order of all."""
        return self.item.seen_at, self.item.published_at, self.item.id

    @property
    def published_s(self) -> int:
        """When it was published, in whole seconds."""
        return int(self.item.published_at.timestamp())

    @property
    def words(self) -> frozenset[str]:
        """Those of its title, without their endings."""
        return self.arrow.title

    @property
    def numbers(self) -> frozenset[str]:
        """Those in its title."""
        return frozenset(word for word in self.words if word.isdigit())


class _Joined:
    """What a headline has made one story that was several, to be undone."""

    __slots__ = ("age", "id", "parts")

    def __init__(self, story: Story) -> None:
        self.age, self.id = story.age, story.id
        self.parts: list[tuple[Story, list[Kept]]] = []


class Stories:
    """All stories of the last two days."""

    def __init__(self, alike: float = ALIKE) -> None:
        """Begin with none; ``alike`` is how alike a headline and a large story must be."""
        self.all: set[Story] = set()
        self.changed: set[Story] = set()
        """Since whoever reads it has emptied it; some may be gone."""
        self._alike = alike
        self._kept: dict[HeadlineId, Kept] = {}
        self._late: dict[HeadlineId, HeadlineItem] = {}
        self._order: deque[tuple[Kept, Wording]] = deque(maxlen=DECIDED_AGAIN)
        self._oldest: list[tuple[datetime, HeadlineId]] = []
        self._rarity = Rarity()
        self._links: _Index = {}
        self._titles: _Index = {}
        self._words: dict[str, dict[Story, None]] = {}

    def __len__(self) -> int:
        return len(self._kept) + len(self._late)

    def take(self, item: HeadlineItem) -> None:
        """Put a headline into the story it belongs to; one that is known only tells its speed.

        One that was seen before the last is put there with ``settle``, at the latest.
        """
        if (known := self._kept.get(item.id)) is not None:
            known.item = replace(known.item, speed=item.speed)
            if known.story is not None:
                self.changed.add(known.story)
            return
        if (waits := self._late.get(item.id)) is not None:
            self._late[item.id] = replace(waits, speed=item.speed)
            return
        heapq.heappush(self._oldest, (item.published_at, item.id))
        if self._order and _age(item) < self._order[-1][0].age:
            self._late[item.id] = item
        else:
            self._decide(item, _wording(item))
        if len(self._late) >= DECIDED_AGAIN:
            self.settle()
        while len(self) > KEPT_AT_MOST:
            self._drop_oldest()

    def settle(self) -> None:
        """Put what was told late where it belongs, and what was seen after it once more."""
        if not self._late:
            return
        waiting = [(item, _wording(item)) for item in self._late.values()]
        self._late = {}
        first = min(_age(item) for item, _ in waiting)
        while self._order and self._order[-1][0].age > first:
            kept, wording = self._order.pop()
            if self._kept.get(kept.item.id) is kept:
                self._take_back(kept)
                waiting.append((kept.item, wording))
        for item, wording in sorted(waiting, key=lambda one: _age(one[0])):
            self._decide(item, wording)

    def forget(self, headline: HeadlineId) -> None:
        """Take a headline out of its story; one that is not known changes nothing."""
        self.settle()
        if headline in self._kept:
            self._drop(headline)

    def at(self, link: str) -> Story | None:
        """Give the story that a link in canonical form belongs to."""
        self.settle()
        there = self._links.get(link)
        return next(reversed(there.values())).story if there else None

    def drop(self, before: datetime, at_most: int) -> None:
        """Forget headlines published by a moment, at most so many of them."""
        self.settle()
        for _ in range(at_most):
            if not self._oldest or self._oldest[0][0] > before:
                return
            self._drop_oldest()

    def let_go(self, feed: FeedId) -> None:
        """Forget all headlines of one feed."""
        self.settle()
        for headline in [one for one, kept in self._kept.items() if kept.item.feed == feed]:
            self._drop(headline)

    def of(self, headline: HeadlineId) -> Story | None:
        """Give the story that a headline is in."""
        self.settle()
        kept = self._kept.get(headline)
        return None if kept is None else kept.story

    def _decide(self, item: HeadlineItem, wording: Wording) -> None:
        self._rarity.add(feature for feature in wording.features if " " not in feature)
        kept = Kept(item, wording, self._rarity.weigh(wording.features, wording.words))
        stories = self._stories_of(kept)
        if not stories:
            stories = [Story(kept)]
            self.all.add(stories[0])
        story, *others = sorted(stories, key=lambda one: (-len(one.headlines), one.age))
        if others:
            kept.joined = self._join(story, others)
        self._put(kept, story)
        self._kept[item.id] = kept
        for index, key in self._places(kept):
            index.setdefault(key, {})[item.id] = kept
        self._order.append((kept, wording))

    def _take_back(self, kept: Kept) -> None:
        """Undo what was decided last, as if it had never been told."""
        story = kept.story
        self._drop(kept.item.id)
        if kept.joined is not None and story is not None:
            story.age, story.id = kept.joined.age, kept.joined.id
            for part, members in kept.joined.parts:
                for one in members:
                    if one.story is story and one.item.id in self._kept:
                        self._pull(one)
                        self._put(one, part)
                        self.all.add(part)

    def _stories_of(self, kept: Kept) -> list[Story]:
        """Give the stories that a headline belongs to: more than one where it shows they are one.

        A headline alone has not shown yet what its story is: what shares its link or title may be
        like another story by its words.
        """
        tied: dict[Story, None] = {}
        for index, key in self._places(kept):
            for other in islice(reversed(index.get(key, {}).values()), _LOOKED_AT):
                gap = abs(other.item.published_at - kept.item.published_at)
                if other.story is not None and gap <= KEPT_FOR:
                    tied[other.story] = None
        if any(len(story.headlines) > 1 for story in tied):
            return list(tied)
        alike = self._most_alike(kept)
        return [*tied] if alike is None or alike in tied else [*tied, alike]

    def _most_alike(self, kept: Kept) -> Story | None:
        found: list[tuple[float, Age, Story]] = []
        weights = dict(zip(kept.arrow.features, kept.arrow.weights, strict=True))
        words = kept.words
        for story in self._near(kept.arrow):
            alike = story.centre.likeness(weights, words)
            if alike >= self._alike:
                alike *= worth_after(abs(story.middle_s - kept.published_s))
                if alike >= self._alike:
                    found.append((-alike, story.age, story))
        found.sort(key=lambda one: one[:2])
        return next((one for _, _, one in found[:_TRIED] if not _is_another(kept, one)), None)

    def _near(self, arrow: Arrow) -> list[Story]:
        """Give the stories that share the words which the fewest stories have."""
        places = [self._words[word] for word in arrow.words if word in self._words]
        places.sort(key=len)
        near: Counter[Story] = Counter()
        left = _STORIES_COMPARED
        for place in places:
            left -= len(place)
            if left < 0:
                break
            near.update(iter(place))
        return [
            story
            for story, shared in near.items()
            if shared >= SHARED_AT_LEAST or story.centre.headlines > 1
        ]

    def _put(self, kept: Kept, story: Story) -> None:
        story.put(kept)
        for word in kept.arrow.words:
            self._words.setdefault(word, {})[story] = None
        kept.story = story
        self.changed.add(story)

    def _pull(self, kept: Kept) -> None:
        story = kept.story
        if story is None:
            return
        story.pull(kept)
        for word in kept.arrow.words:
            if not story.headlines or word not in story.centre:
                there = self._words[word]
                del there[story]
                if not there:
                    del self._words[word]
        if not story.headlines:
            self.all.discard(story)
        kept.story = None
        self.changed.add(story)

    def _join(self, story: Story, others: list[Story]) -> _Joined:
        joined = _Joined(story)
        for other in others:
            members = list(other.headlines.values())
            joined.parts.append((other, members))
            for one in members:
                self._pull(one)
                self._put(one, story)
            if other.age < story.age:
                story.age, story.id = other.age, other.id
        return joined

    def _places(self, kept: Kept) -> list[tuple["_Index", str]]:
        named = ((self._links, kept.link), (self._titles, kept.key))
        return [(index, key) for index, key in named if key is not None]

    def _drop_oldest(self) -> None:
        published_at, headline = heapq.heappop(self._oldest)
        kept = self._kept.get(headline)
        # One that left earlier stands here still, and once more where it came again.
        if kept is not None and kept.item.published_at == published_at:
            self._drop(headline)
        elif headline in self._late:
            self.settle()
            self._drop(headline)

    def _drop(self, headline: HeadlineId) -> None:
        kept = self._kept.pop(headline)
        for index, key in self._places(kept):
            del index[key][headline]
            if not index[key]:
                del index[key]
        self._rarity.remove(kept.arrow.words)
        self._pull(kept)


_Index = dict[str, dict[HeadlineId, Kept]]


def _is_another(kept: Kept, story: Story) -> bool:
    """Tell whether a headline is about another thing than a story, however alike they are."""
    others = list(islice(reversed(story.headlines.values()), _LOOKED_AT))
    return _comes_again(kept, others) or _names_differ(kept, story, others)


def _comes_again(kept: Kept, others: list[Kept]) -> bool:
    """Tell whether it is a column that has come under another number before."""
    numbers = kept.numbers
    return bool(numbers) and all(
        one.item.publisher == kept.item.publisher and one.numbers and one.numbers != numbers
        for one in others
    )


def _names_differ(kept: Kept, story: Story, others: list[Kept]) -> bool:
    """Tell whether a headline and a story each name somebody or some place the other does not.

    A name of a story is what most of its titles have that show names. Where titles are set so
    that names do not show, one word put in another's place is a name.
    """
    named = [one.names for one in others if one.names is not None]
    if kept.names is None or not named:
        return len(others) == 1 and _differ_in_one(kept.words, others[0].words)
    said = [name for names in named for name in names]
    theirs = {name for name in said if 2 * said.count(name) > len(named)}
    ours_alone = any(name not in story.centre for name in kept.names)
    theirs_alone = theirs.difference(kept.arrow.features)
    shared = kept.names.intersection(said)
    return bool(ours_alone and theirs_alone) and len(shared) <= (len(named) == 1)


def _differ_in_one(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    differ = len(mine - theirs) == len(theirs - mine) == 1
    return differ and len(mine) >= _TITLE_WORDS_AT_LEAST


def _age(item: HeadlineItem) -> Age:
    return item.seen_at, item.published_at, item.id


def _wording(item: HeadlineItem) -> Wording:
    return wording_of(item.title, item.publisher, item.paragraph)


def _story_id(first: HeadlineId) -> TopicId:
    return TopicId(hashlib.blake2b(f"story\0{first}".encode(), digest_size=12).hexdigest())
