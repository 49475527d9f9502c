"""The topic engine: posts and headlines in, a ranking out.

Law: pure; no await, no clock, bounded memory. The same items give the same ranking however they
were cut into takings, and, but for the bounds, in whatever order they came.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from services.model.ids import TopicId
from services.model.posts import Reach, Relation
from services.model.topics import TopicKind
from services.text.clean import clean_line
from services.text.cues import is_grave
from services.topics import stories as of_stories
from services.topics import talk as of_talk
from services.topics import trends as of_trends
from services.topics.rank import FRESH_FOR, SEVERAL_WITHIN, Standing, at_rest, standing
from services.topics.stories import Stories, Story
from services.topics.talk import Said, Subject, Talk, in_order, title_of
from services.topics.trends import TagTrends, TrendingTag, places_of, tag_of
from services.topics.trends import in_order as by_time
from services.topics.values import (
    RANKED_AT_MOST,
    SHOWN_AT_MOST,
    Ended,
    HeadlineItem,
    Item,
    LetGo,
    PostItem,
    Ranked,
    Ranking,
    StreamPost,
    Unsaid,
    Withdrawn,
)

DROPPED_AT_ONCE = 2_000
"""Old posts, and old headlines, that one ranking forgets; the rest goes with the next ones."""

PUBLISHERS_AT_MOST = 12
_COUNTED_AT_ONCE = 500


class TopicEngine:
    """Makes topics of what it is told."""

    def __init__(self) -> None:
        """Know nothing."""
        self._talk = Talk()
        self._stories = Stories()
        self._trends = TagTrends()
        self._carried: dict[Story, _Carried] = {}
        self._ranked: dict[TopicId, tuple[object, Ranked]] = {}

    @property
    def posts(self) -> int:
        """How many posts are kept."""
        return len(self._talk)

    @property
    def headlines(self) -> int:
        """How many headlines are kept."""
        return len(self._stories) + len(self._trends)

    def take(self, items: Iterable[Item]) -> None:
        """Take in what came; what is known already changes nothing."""
        for item in items:
            match item:
                case PostItem():
                    self._talk.take(item)
                case HeadlineItem():
                    self._hear(item)
                case Ended():
                    self._stories.forget(item.headline)
                    self._trends.forget(item.headline)
                case Withdrawn():
                    self._talk.withdraw(item.account, item.post)
                case LetGo():
                    self._stories.let_go(item.feed)
                    self._trends.let_go(item.feed)
                case StreamPost() | Unsaid():
                    pass
                case _:
                    assert_never(item)
            if len(self._stories.changed) >= _COUNTED_AT_ONCE:
                self._count_anew()  # so that no ranking has to count very many

    def _hear(self, item: HeadlineItem) -> None:
        if (tag := tag_of(item)) is not None:
            self._trends.take(tag, item)
        else:
            self._stories.take(item)

    def rank(self, now: datetime) -> Ranking:
        """Give the topics in order; forgets a slice of what is too old for any."""
        self._talk.drop(now - of_talk.KEPT_FOR, DROPPED_AT_ONCE)
        self._stories.drop(now - of_stories.KEPT_FOR, DROPPED_AT_ONCE)
        self._trends.drop(now - of_trends.KEPT_FOR)
        self._count_anew()
        first = heapq.nsmallest(RANKED_AT_MOST, self._standings(now))
        made = {stands[-1]: self._made(subject) for stands, subject in first}
        self._ranked = made
        return Ranking(now, tuple(ranked for _, ranked in made.values()))

    def _count_anew(self) -> None:
        """Count the stories again whose headlines or posts have changed."""
        talked_of = {self._stories.at(link) for link in self._talk.changed_links}
        for story in self._stories.changed | talked_of:
            if story is None:
                continue
            if story.headlines:
                self._carried[story] = _Carried(story, self._talk)
            else:
                self._carried.pop(story, None)
        self._stories.changed.clear()
        self._talk.changed_links.clear()

    def _standings(self, now: datetime) -> "Iterator[tuple[Standing, _Row]]":
        oldest = now - FRESH_FOR
        for tag in self._trends:
            if not self._is_talked_of(tag, oldest):
                yield tag.rest, tag
        for carried in self._carried.values():
            if carried.last_at > oldest:
                yield carried.standing(now), carried
        for subject in reversed(self._talk.subjects.values()):  # the latest, which stand in front
            summary = subject.summary
            if summary is None or summary.last_at <= oldest:
                continue
            if subject.link is None or self._stories.at(subject.link) is None:
                spoken_at = summary.last_at
                yield standing(summary.rest, now, publishers=0, spoken_at=spoken_at), subject

    def _is_talked_of(self, tag: TrendingTag, oldest: datetime) -> bool:
        """Whether posts here make a topic of a tag, which then tells of the trend as well."""
        subjects = self._talk.by_tag.get(tag.key, {}).values()
        return any(one.summary is not None and one.summary.last_at > oldest for one in subjects)

    def _made(self, row: "_Row") -> tuple[object, Ranked]:
        """Give what a topic says, as it was made before where nothing has changed."""
        if isinstance(row, TrendingTag):
            return row, row.ranked
        if (
            isinstance(row, Subject)
            and row.tag is not None
            and (on := self._trends.places(row.tag))
        ):
            return None, replace(_ranked(row), trends_on=on)
        source = row.summary if isinstance(row, Subject) else row
        known = self._ranked.get(row.id)
        if known is not None and known[0] is source:
            return known
        return source, row.ranked() if isinstance(row, _Carried) else _ranked(row)


class _Carried:
    """A story with the posts that link to it, counted."""

    __slots__ = ("_rest", "first_at", "headlines", "id", "last_at", "posts", "spoken_at", "told")

    def __init__(self, story: Story, talk: Talk) -> None:
        """Count a story that has a headline."""
        self.id = story.id
        kept = story.headlines.values()
        self.headlines = by_time(one.item for one in kept)
        self.told = [item for item in self.headlines if item.trends_on is None]
        links = {one.link for one in kept if one.link is not None}
        subjects = [one for link in links for one in talk.by_link.get(link, {}).values()]
        said = {key: one for subject in subjects for key, one in subject.posts.items()}
        self.posts = in_order(said.values())
        published_at = self.headlines[-1].published_at
        self.spoken_at = self.posts[-1].item.created_at if self.posts else None
        self.first_at = self.headlines[0].published_at
        self.last_at = max(published_at, self.spoken_at or published_at)
        self._rest = at_rest(self.id, self.last_at)

    def standing(self, now: datetime) -> Standing:
        """Tell where it stands."""
        publishers = 1
        if len(self.told) <= 1 and self.spoken_at is None:
            return self._rest  # as most of them are
        if len(self.told) > 1:
            since = now - SEVERAL_WITHIN
            names = {item.publisher.casefold() for item in self.told if item.published_at > since}
            publishers = len(names)
        return standing(self._rest, now, publishers=publishers, spoken_at=self.spoken_at)

    def ranked(self) -> Ranked:
        """Give what its row says; where people talk of it, one of them can be answered."""
        items = [*self.told, *(item for item in self.headlines if item.trends_on is not None)]
        first = items[0]
        others = [one.item for one in self.posts if one.item.relation is not Relation.OURS]
        root = others[-1] if others else None
        speeds = [item.speed for item in self.told if item.speed is not None]
        leads = (item.paragraph for item in items if item.paragraph)
        return Ranked(
            id=self.id,
            kind=TopicKind.STORY,
            account=root.account if root else None,
            network=root.network if root else first.network,
            title=first.title,
            lead=next(leads, first.title),
            people=len({one.item.person for one in self.posts}),
            posts=len(self.posts),
            first_at=self.first_at,
            last_at=self.last_at,
            reach=root.reach if root else Reach.PUBLIC,
            root=root.id if root else None,
            is_grave=is_grave(clean_line(item.title) for item in self.headlines)
            or any(one.is_grave for one in self.posts),
            url=next((item.url for item in items if item.url), None),
            publishers=_publishers(self.told),
            speed=max(speeds, default=None),
            post_keys=_keys(self.posts),
            headline_ids=tuple(item.id for item in self.headlines[:SHOWN_AT_MOST]),
            trends_on=places_of(self.headlines),
        )


_Row = Subject | _Carried | TrendingTag
"""What makes a row."""


def _ranked(subject: Subject) -> Ranked:
    summary = subject.summary
    if summary is None:
        raise ValueError(subject.id)  # what is no topic stands nowhere
    first, root = summary.first, summary.root
    return Ranked(
        id=subject.id,
        kind=subject.kind,
        account=subject.account,
        network=first.network,
        title=title_of(subject, summary),
        lead=str(clean_line(first.body)),
        people=summary.people,
        posts=len(summary.counted),
        first_at=summary.first_at,
        last_at=summary.last_at,
        reach=first.reach,
        root=root.id,
        is_grave=any(one.is_grave for one in summary.counted),
        url=subject.key if subject.kind is TopicKind.LINK else None,
        publishers=(),
        speed=None,
        post_keys=_keys(summary.counted),
        headline_ids=(),
    )


def _publishers(headlines: list[HeadlineItem]) -> tuple[str, ...]:
    """Give who carries it, the earliest first, each once."""
    names: dict[str, str] = {}
    for item in headlines:
        names.setdefault(item.publisher.casefold(), item.publisher)
    return tuple(names.values())[:PUBLISHERS_AT_MOST]


def _keys(posts: Iterable[Said]) -> tuple[of_talk.PostKey, ...]:
    """Name the latest posts, oldest first."""
    return tuple((one.item.account, one.item.id) for one in list(posts)[-SHOWN_AT_MOST:])
