"""What breaks: a burst of posts, a story of several publishers, or both in one row.

Law: pure. A row says what is known of it: its title is a headline where there is one, its first
moment that of the first word, and its sources are whoever says it, each once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from services.model.ids import NetworkName, TopicId
from services.model.posts import Reach, Relation
from services.model.topics import TopicKind
from services.text.clean import clean, clean_line
from services.text.cues import is_grave
from services.topics.breaking import ENOUGH, Breaking
from services.topics.bursts import Burst
from services.topics.carried import PUBLISHERS_AT_MOST, Carried, publishers_of, rates_of
from services.topics.social import ENTER
from services.topics.talk import PostKey, Said
from services.topics.values import SHOWN_AT_MOST, Ranked, StreamPost

_GRAVE_SHARE = 1 / 3
"""Of the posts that show a burst: one that speaks of death among ten makes it no disaster."""

_BODIES_REMEMBERED = 1_000

Shown = Said | StreamPost
"""A post that shows a burst: one that is kept, or one of a firehose."""


class Outbreak(msgspec.Struct, frozen=True):
    """One thing that breaks, with what shows it."""

    id: TopicId
    burst: Burst | None
    story: Carried | None
    breaking: Breaking | None
    """How the story stands."""
    shown: tuple[Shown, ...]
    """The posts of the burst that can be shown, the best first."""

    @property
    def parts(self) -> tuple[TopicId, ...]:
        """The ids of what it is made of."""
        burst = () if self.burst is None else (self.burst.id,)
        return burst if self.story is None else (*burst, self.story.id)

    @property
    def score(self) -> float:
        """How strongly it breaks; what both lanes know of counts for both."""
        social = 0.0 if self.burst is None else strength_of(self.burst)
        return social + (0.0 if self.breaking is None else self.breaking.score)

    @property
    def first_at(self) -> datetime:
        """When the first word of it was written."""
        moments = [] if self.story is None else [self.story.first_at]
        if self.burst is not None:
            moments.append(moment_of(self.burst.first_at_s))
        return min(moments)

    @property
    def sources(self) -> tuple[str, ...]:
        """Publishers first, then where people talk about it."""
        told = () if self.story is None else publishers_of(self.story.told)
        said = () if self.burst is None else self.burst.sources
        return tuple(dict.fromkeys((*told, *said)))[:PUBLISHERS_AT_MOST]

    @property
    def times_usual(self) -> float:
        """How many times its own usual level, where that is most."""
        social = 0.0 if self.burst is None else self.burst.times_usual
        return max(social, 0.0 if self.breaking is None else self.breaking.times_usual)

    def ranked(self, now: datetime) -> Ranked:
        """Give what its row says."""
        if self.burst is None:
            if self.story is None:
                raise ValueError(self.id)  # it would be nothing
            made = replace(self.story.ranked(), rates=self.story.rates(now))
        else:
            made = self._with_posts(self.burst, now)
        return replace(
            made,
            id=self.id,
            is_breaking=True,
            times_usual=self.times_usual,
            score=self.score,
            sources=self.sources,
            first_at=self.first_at,
        )

    def _with_posts(self, burst: Burst, now: datetime) -> Ranked:
        said = [one for one in self.shown if isinstance(one, Said)]
        streamed = tuple(one for one in self.shown if isinstance(one, StreamPost))
        others = [one.item for one in said if one.item.relation is not Relation.OURS]
        root = max(others, key=lambda item: (item.created_at, item.id), default=None)
        graves = sum(map(_is_grave, self.shown))
        is_grave_burst = graves > 0 and graves >= _GRAVE_SHARE * len(self.shown)
        base = _bare(self.id, burst, self.shown) if self.story is None else self.story.ranked()
        moments = [moment_of(burst.last_at_s), base.last_at]
        rates = burst.rates
        if self.story is not None:
            told = rates_of((item.published_at for item in self.story.told), now)
            rates = tuple(map(sum, zip(rates, told, strict=True)))
        keys: dict[PostKey, None] = dict.fromkeys((one.item.account, one.item.id) for one in said)
        keys |= dict.fromkeys(base.post_keys)
        return replace(
            base,
            account=root.account if root else base.account,
            network=root.network if root else base.network,
            root=root.id if root else base.root,
            reach=root.reach if root else base.reach,
            people=max(burst.people, base.people),
            posts=max(burst.posts, base.posts),
            last_at=max(moments),
            is_grave=base.is_grave or is_grave_burst,
            post_keys=tuple(keys)[:SHOWN_AT_MOST],
            stream_posts=streamed,
            rates=rates,
            names=burst.names,
        )


def strength_of(burst: Burst) -> float:
    """Tell how strong a burst is on the scale of stories: what just breaks is as strong there."""
    return ENOUGH * burst.score / ENTER


def moment_of(seconds: float) -> datetime:
    """Give the moment of so many seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)


def choose_id(burst: Burst, story: Carried, chosen: Mapping[tuple[str, str], TopicId]) -> TopicId:
    """Give the id of a burst and a story that are one: that of what came first, and it stays."""
    key = burst.id, story.id
    if key in chosen:
        return chosen[key]
    is_burst_first = moment_of(burst.first_at_s) <= story.first_at
    return burst.id if is_burst_first else story.id


def shown_of(burst: Burst, find: Callable[[str], Shown | None]) -> tuple[Shown, ...]:
    """Give the posts that show a burst, as far as they are still known."""
    return tuple(one for key in burst.post_keys if (one := find(key)) is not None)


def bodies_of(shown: Iterable[Shown]) -> tuple[str, ...]:
    """Give what posts say."""
    return tuple(one.item.body if isinstance(one, Said) else one.body for one in shown)


def said_by(shown: Iterable[Shown]) -> tuple[str, ...]:
    """Give what posts say, with their tags, of which some may stand nowhere in a body."""
    return tuple(" ".join((body, *(f"#{tag}" for tag in tags))) for body, tags in _texts_of(shown))


def _texts_of(shown: Iterable[Shown]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in shown:
        post = one.item if isinstance(one, Said) else one
        yield post.body, post.tags


def persons_of(shown: Iterable[Shown]) -> tuple[str, ...]:
    """Give who wrote posts, by the names that we know people by."""
    return tuple(
        one.item.person if isinstance(one, Said) else f"{one.network.value}:{one.person}"
        for one in shown
    )


def _is_grave(one: Shown) -> bool:
    return one.is_grave if isinstance(one, Said) else _speaks_of_death(one.body)


@lru_cache(maxsize=_BODIES_REMEMBERED)
def _speaks_of_death(body: str) -> bool:
    """Tell it of a post of a firehose, which shows its burst from one ranking to the next."""
    return is_grave((clean(body),))


def _bare(topic: TopicId, burst: Burst, shown: tuple[Shown, ...]) -> Ranked:
    """Give the row of what no publisher carries."""
    bodies = bodies_of(shown)
    streamed = [one.network for one in shown if isinstance(one, StreamPost)]
    first_at = moment_of(burst.first_at_s)
    return Ranked(
        id=topic,
        kind=TopicKind.BURST,
        account=None,
        network=streamed[0] if streamed else NetworkName.COMMONS,
        title=str(clean_line(burst.label)),
        lead=str(clean_line(bodies[0])) if bodies else str(clean_line(burst.label)),
        people=burst.people,
        posts=burst.posts,
        first_at=first_at,
        last_at=moment_of(burst.last_at_s),
        reach=Reach.PUBLIC,
        root=None,
        is_grave=False,
        url=None,
        publishers=(),
        speed=None,
        post_keys=(),
        headline_ids=(),
    )
