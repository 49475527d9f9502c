"""The topic engine: posts and headlines in, a ranking out.

Law: pure; no await, no clock, bounded memory. The same items give the same ranking however they
were cut into takings, and, but for the bounds, in whatever order they came. What is forgotten
follows the posts' own time and what is shown the moment of asking, so that a clock which is
stepped forth and back leaves no trace.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.model.ids import TopicId
from services.model.posts import Relation
from services.model.topics import Tastes
from services.topics import stories as of_stories
from services.topics import talk as of_talk
from services.topics import trends as of_trends
from services.topics.bursts import Burst, Heard
from services.topics.carried import Carried
from services.topics.items import (
    heard_of_post,
    heard_of_stream,
    key_of_post,
    read_key,
    stream_of_heard,
)
from services.topics.joining import StoryWords, story_of
from services.topics.memory import Memory
from services.topics.outbreaks import Outbreak, Shown, shown_of
from services.topics.plain import (
    Covered,
    Plain,
    ranked_of,
    source_of,
    spoken_of,
    spoken_of_outbreak,
)
from services.topics.rank import FRESH_FOR, Standing, Step, in_front, standing
from services.topics.reasons import reasons_of
from services.topics.social import SocialLane
from services.topics.stories import Stories, Story
from services.topics.talk import Subject, Talk
from services.topics.trends import TagTrends, TrendingTag, tag_of
from services.topics.values import (
    AHEAD_AT_MOST,
    RANKED_AT_MOST,
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
from services.topics.yours import Judged, Taste

DROPPED_AT_ONCE = 2_000
"""Old posts, and old headlines, that one ranking forgets; the rest goes with the next ones."""
BURSTS_AT_MOST = 30
"""More than anybody reads, and as many as can be told apart in a moment."""
BREAKING_AT_MOST = 40
"""The rest is more than anybody can look into while it breaks."""
_COUNTED_AT_ONCE = 100
_SPARE = 100
"""Rows that are put in order beyond those that are listed, as some of them may be left out."""


class TopicEngine:
    """Makes topics of what it is told."""

    def __init__(self) -> None:
        """Know nothing."""
        self._talk = Talk()
        self._stories = Stories()
        self._trends = TagTrends()
        self._lane = SocialLane()
        self._memory = Memory()
        self._taste = Taste(Tastes())
        self._words = StoryWords()
        self._carried: dict[Story, Carried] = {}
        self._may_break: dict[Story, Carried] = {}
        self._made: dict[TopicId, _Made] = {}
        self._other_ids: dict[TopicId, set[TopicId]] = {}
        """Under which ids topics went besides, as of the last ranking."""
        self._asked_at: datetime | None = None

    @property
    def posts(self) -> int:
        """How many posts of networks of ours are kept."""
        return len(self._talk)

    @property
    def headlines(self) -> int:
        """How many headlines are kept."""
        return len(self._stories) + len(self._trends)

    def prefer(self, tastes: Tastes) -> None:
        """Put topics in order by these tastes from now on."""
        self._taste = Taste(tastes)
        self._made = {}

    def state(self) -> bytes:
        """Give what no cache can tell again: what is usual, and what was heard lately."""
        return self._memory.state(self._lane.state())

    def restore(self, state: bytes) -> None:
        """Know again what ``state`` gave, in an engine that knows nothing yet.

        Raises:
            ValueError: it is no state of ours, or of another version.
        """
        self._lane.restore(self._memory.restore(state))

    def take(self, items: Iterable[Item]) -> None:
        """Take in what came; what is known already changes nothing."""
        heard: list[Heard] = []  # what the social lane is told at once, which is faster
        for item in items:
            match item:
                case StreamPost():
                    self._memory.note_stream(item)
                    heard.append(heard_of_stream(item))
                case PostItem():
                    heard.extend(self._hear_post(item))
                case HeadlineItem():
                    self._hear_headline(item)
                case Unsaid():
                    self._tell(heard)
                    self._lane.withdraw(item.key)
                case Ended():
                    self._stories.forget(item.headline)
                    self._trends.forget(item.headline)
                case Withdrawn():
                    self._tell(heard)
                    self._talk.withdraw(item.account, item.post)
                    self._lane.withdraw(key_of_post(item.account, item.post))
                case LetGo():
                    self._stories.let_go(item.feed)
                    self._trends.let_go(item.feed)
                case _:
                    assert_never(item)
            if len(self._stories.changed) >= _COUNTED_AT_ONCE:
                self._count_anew()  # so that no ranking has to count very many
        self._tell(heard)

    def _tell(self, heard: list[Heard]) -> None:
        self._lane.take(heard)
        heard.clear()

    def _hear_post(self, item: PostItem) -> tuple[Heard, ...]:
        """Take in a post that is kept; give what the social lane is to be told of it, once."""
        self._talk.take(item)
        self._memory.note_moment(item.created_at)
        is_ahead = self._asked_at is not None and item.created_at > self._asked_at + AHEAD_AT_MOST
        if item.relation is not Relation.AROUND or is_ahead or not self._memory.is_new(item):
            return ()
        return (heard_of_post(item),)

    def _hear_headline(self, item: HeadlineItem) -> None:
        self._memory.note_moment(item.seen_at)
        if (tag := tag_of(item)) is not None:
            self._trends.take(tag, item)
        else:
            self._stories.take(item)

    def rank(self, now: datetime) -> Ranking:
        """Give the topics in order; forgets a slice of what is too old for any."""
        self._asked_at = now
        latest = self._memory.latest(now)
        self._talk.drop(latest - of_talk.KEPT_FOR, DROPPED_AT_ONCE)
        self._stories.drop(latest - of_stories.KEPT_FOR, DROPPED_AT_ONCE)
        self._trends.drop(latest - of_trends.KEPT_FOR)
        self._count_anew()
        self._other_ids = self._memory.other_ids()
        breaking, aside = self._breaking(now)
        covered = Covered((one for one, _ in breaking), aside)
        standings = self._standings(now, covered)
        first = heapq.nsmallest(RANKED_AT_MOST + _SPARE, standings, key=itemgetter(0))
        made = {row.id: one for stands, row in first if (one := self._row(stands, row))}
        self._made = made
        others = sorted(made.values(), key=lambda one: (one.step, not one.is_ours))
        listed: dict[TopicId, Ranked] = {}
        for ranked in (*(ranked for _, ranked in breaking), *(one.ranked for one in others)):
            listed.setdefault(ranked.id, ranked)  # each once, whatever became of what it was
        return Ranking(
            now,
            tuple(listed.values())[:RANKED_AT_MOST],
            is_warming=self._memory.has_heard and not self._lane.is_warm,
        )

    def _count_anew(self) -> None:
        """Count the stories again whose headlines or posts have changed."""
        talked_of = {self._stories.at(link) for link in self._talk.changed_links}
        for story in self._stories.changed | talked_of:
            if story is None:
                continue
            self._may_break.pop(story, None)
            if not story.headlines:
                self._carried.pop(story, None)
                self._words.drop(story)
                continue
            carried = self._carried[story] = Carried(story, self._talk)
            self._words.put(story, carried.words)
            if carried.may_break:
                self._may_break[story] = carried
        self._stories.changed.clear()
        self._talk.changed_links.clear()

    def _breaking(self, now: datetime) -> tuple[list[tuple[Outbreak, Ranked]], list[Outbreak]]:
        """Give what breaks and may be seen, the strongest first; and what was set aside."""
        found: list[tuple[Standing, Outbreak, Judged]] = []
        aside: list[Outbreak] = []
        for one in self._outbreaks(now):
            ids = self._all_ids({one.id, *one.parts})
            if self._taste.dismisses(ids):
                aside.append(one)
                continue
            share = self._memory.adult_share(one.burst.post_keys) if one.burst else 0.0
            if (judged := self._taste.judge(spoken_of_outbreak(one, share), ids)) is not None:
                stands = in_front(one.id, one.score * judged.factor, one.first_at)
                found.append((stands, self._seen(one), judged))
        first = heapq.nsmallest(BREAKING_AT_MOST, found, key=itemgetter(0))
        rows = [
            (one, _as_judged(one.ranked(now), judged, Step.BREAKING)) for _, one, judged in first
        ]
        return rows, aside

    def _outbreaks(self, now: datetime) -> Iterator[Outbreak]:
        """Give what breaks: bursts, with the stories they are about, and stories alone."""
        told: set[Story] = set()
        for burst in self._lane.bursts(now.timestamp())[:BURSTS_AT_MOST]:
            shown = shown_of(burst, self._find)
            story = self._story_of(burst)
            if story is None:
                yield Outbreak(burst.id, burst, None, None, shown)
            elif story not in told:
                told.add(story)
                carried = self._carried[story]
                chosen = self._memory.id_of(burst, carried)
                verdict = carried.breaking(now, is_spoken_of=True)
                yield Outbreak(chosen, burst, carried, verdict, shown)
        for story, carried in self._may_break.items():
            verdict = None if story in told else carried.breaking(now, is_spoken_of=False)
            if verdict is not None and verdict.is_breaking:
                yield Outbreak(carried.id, None, carried, verdict, ())

    def _story_of(self, burst: Burst) -> Story | None:
        at_links = [self._stories.at(link) for link in burst.links]
        return story_of(burst, at_links, self._words, self._carried)

    def _find(self, key: str) -> Shown | None:
        """Give a post that a burst names, if it is known still."""
        if (kept := read_key(key)) is not None:
            return self._talk.said(*kept)
        if (heard := self._lane.heard(key)) is None:
            return None
        return stream_of_heard(heard, is_adult=self._memory.is_adult(key))

    def _seen(self, one: Outbreak) -> Outbreak:
        """Give what breaks with those of its posts that may be seen."""
        seen = tuple(post for post in one.shown if not self._hides(post))
        return one if len(seen) == len(one.shown) else replace(one, shown=seen)

    def _hides(self, post: Shown) -> bool:
        if isinstance(post, StreamPost):
            return self._taste.hides(post.body, post.tags, is_adult=post.is_adult)
        return self._taste.hides(post.item.body, post.item.tags)

    def _all_ids(self, ids: set[TopicId]) -> set[TopicId]:
        """Give all the ids that a topic goes by, or went by."""
        return ids.union(*(self._other_ids.get(one, ()) for one in ids))

    def _standings(self, now: datetime, covered: Covered) -> Iterator[tuple[Standing, Plain]]:
        oldest = now - FRESH_FOR
        for tag in self._trends:
            if not covered.has_tag(tag.key) and not self._is_talked_of(tag, oldest):
                yield tag.rest, tag
        for carried in self._carried.values():
            if carried.last_at > oldest and not covered.has_story(carried):
                yield carried.standing(now), carried
        for subject in reversed(self._talk.subjects.values()):  # the latest, which stand in front
            summary = subject.summary
            if summary is None or summary.last_at <= oldest or covered.has(subject, summary):
                continue
            if subject.link is None or self._stories.at(subject.link) is None:
                spoken_at = summary.last_at
                yield standing(summary.rest, now, publishers=0, spoken_at=spoken_at), subject

    def _is_talked_of(self, tag: TrendingTag, oldest: datetime) -> bool:
        """Whether posts here make a topic of a tag, which then tells of the trend as well."""
        subjects = self._talk.by_tag.get(tag.key, {}).values()
        return any(one.summary is not None and one.summary.last_at > oldest for one in subjects)

    def _row(self, stands: Standing, row: Plain) -> "_Made | None":
        """Give what a topic says; ``None`` where it is left out."""
        step = stands[0]
        source, trends = source_of(row), self._places(row)
        known = self._made.get(row.id)
        if known is not None and known.is_of(source, trends, step):
            return known
        ranked = replace(ranked_of(row), trends_on=trends) if trends else ranked_of(row)
        judged = self._taste.judge(spoken_of(row, ranked), self._all_ids({row.id}))
        return (
            None
            if judged is None
            else _Made(source, trends, _as_judged(ranked, judged, step), step)
        )

    def _places(self, row: Plain) -> tuple[str, ...]:
        """Name where people talk about a tag besides."""
        tag = row.tag if isinstance(row, Subject) else None
        return () if tag is None else self._trends.places(tag)


class _Made(msgspec.Struct, frozen=True):
    """A row as it was made last, and of what."""

    source: object
    trends: tuple[str, ...]
    ranked: Ranked
    step: Step

    @property
    def is_ours(self) -> bool:
        """Whether it is raised, among those that stand as near to the front as it."""
        return bool(self.ranked.follows or self.ranked.known)

    def is_of(self, source: object, trends: tuple[str, ...], step: Step) -> bool:
        """Tell whether it would be made the same again."""
        return self.source is source and self.trends == trends and self.step is step


def _as_judged(ranked: Ranked, judged: Judged, step: Step) -> Ranked:
    """Give a row with what it is to us, and why it stands where it does."""
    ours = replace(ranked, follows=judged.follows, known=judged.known, is_joined=judged.is_joined)
    return replace(ours, reasons=reasons_of(ours, step, factor=judged.factor))
