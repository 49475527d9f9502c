"""Tags that people talk about elsewhere, as networks tell it: no publisher, and nobody to answer.

Law: pure. A tag is one topic however many networks tell it, and whoever wrote with that tag here
is that topic; which tags are there decides everything, never the order in which they came.
"""

import hashlib
import heapq
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import TopicId
from services.model.posts import Reach
from services.model.topics import TopicKind
from services.text.clean import clean_line
from services.text.cues import is_grave
from services.topics.rank import Standing, at_rest
from services.topics.values import SHOWN_AT_MOST, HeadlineItem, Ranked

KEPT_FOR = timedelta(days=1)
KEPT_AT_MOST = 1_000
PLACES_AT_MOST = 12

_TAG = re.compile(r"[#\uff03](\S+)")


class TrendingTag:
    """A tag, and who tells that it is talked about."""

    __slots__ = ("_ranked", "id", "key", "told")

    def __init__(self, key: str) -> None:
        """Begin with nobody."""
        self.key = key
        self.id = trend_id(key)
        self.told: dict[HeadlineId, HeadlineItem] = {}
        self._ranked: Ranked | None = None

    def change(self) -> None:
        """Note that others tell it now."""
        self._ranked = None

    @property
    def last_at(self) -> datetime:
        """When it was last seen to begin anywhere."""
        return max(item.published_at for item in self.told.values())

    @property
    def rest(self) -> Standing:
        """Tell where it stands."""
        return at_rest(self.id, self.last_at)

    @property
    def ranked(self) -> Ranked:
        """Give what its row says, made once."""
        if self._ranked is None:
            self._ranked = self._made()
        return self._ranked

    def _made(self) -> Ranked:
        items = in_order(self.told.values())
        first = items[0]
        return Ranked(
            id=self.id,
            kind=TopicKind.TAG,
            account=None,
            network=first.network,
            title=first.title,
            lead=next((item.paragraph for item in items if item.paragraph), first.title),
            people=0,
            posts=0,
            first_at=first.published_at,
            last_at=items[-1].published_at,
            reach=Reach.PUBLIC,
            root=None,
            is_grave=is_grave(clean_line(item.title) for item in items),
            url=next((item.url for item in items if item.url), None),
            publishers=(),
            speed=None,
            post_keys=(),
            headline_ids=tuple(item.id for item in items[:SHOWN_AT_MOST]),
            trends_on=places_of(items),
        )


class TagTrends:
    """All tags that are talked about."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tags: dict[str, TrendingTag] = {}
        self._by_id: dict[HeadlineId, TrendingTag] = {}
        self._oldest: list[tuple[datetime, HeadlineId]] = []

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[TrendingTag]:
        return iter(self._tags.values())

    def take(self, key: str, item: HeadlineItem) -> None:
        """Count a telling to its tag; one that is known changes nothing."""
        if item.id in self._by_id:
            return
        tag = self._tags.setdefault(key, TrendingTag(key))
        tag.told[item.id] = item
        tag.change()
        self._by_id[item.id] = tag
        heapq.heappush(self._oldest, (item.published_at, item.id))
        while len(self._by_id) > KEPT_AT_MOST:
            self._drop_oldest()

    def forget(self, headline: HeadlineId) -> None:
        """Take a telling away; one that is not known changes nothing."""
        tag = self._by_id.pop(headline, None)
        if tag is None:
            return
        del tag.told[headline]
        tag.change()
        if not tag.told:
            del self._tags[tag.key]

    def let_go(self, feed: FeedId) -> None:
        """Take all tellings of one feed away."""
        for headline in [one for one, tag in self._by_id.items() if tag.told[one].feed == feed]:
            self.forget(headline)

    def drop(self, before: datetime) -> None:
        """Forget what was told by a moment."""
        while self._oldest and self._oldest[0][0] <= before:
            self._drop_oldest()

    def places(self, key: str) -> tuple[str, ...]:
        """Name where a tag is talked about."""
        tag = self._tags.get(key)
        return places_of(in_order(tag.told.values())) if tag else ()

    def _drop_oldest(self) -> None:
        told_at, headline = heapq.heappop(self._oldest)
        tag = self._by_id.get(headline)
        if tag is not None and tag.told[headline].published_at == told_at:
            self.forget(headline)


def tag_of(item: HeadlineItem) -> str | None:
    """Give the tag that a trend is, in one form; ``None`` for what is none."""
    if item.trends_on is None:
        return None
    found = _TAG.fullmatch(item.title.strip())
    return tag_key(found[1]) if found else None


def tag_key(tag: str) -> str:
    """Give a tag in the form by which two are seen to be one."""
    return tag.casefold()


def trend_id(key: str) -> TopicId:
    """Name a tag that is talked about elsewhere, the same in every run."""
    return TopicId(hashlib.blake2b(f"trend\0{key}".encode(), digest_size=12).hexdigest())


def in_order(items: Iterable[HeadlineItem]) -> list[HeadlineItem]:
    """Give headlines the earliest first."""
    return sorted(items, key=lambda item: (item.published_at, item.id))


def places_of(items: Iterable[HeadlineItem]) -> tuple[str, ...]:
    """Name where people talk of it, each place once, the earliest first."""
    places = dict.fromkeys(item.trends_on for item in items if item.trends_on)
    return tuple(places)[:PLACES_AT_MOST]
