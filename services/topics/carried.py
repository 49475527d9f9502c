"""A story with the posts that link to it, counted, and the row that it makes.

Law: pure. What a story says of itself is made once for as long as nothing of it changes; only
where it stands depends on the moment of asking.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.model.posts import Reach, Relation
from services.model.topics import TopicKind
from services.text.clean import clean_line
from services.text.cues import is_grave
from services.topics.breaking import Breaking, breaking, coverage_of
from services.topics.bursts import RATE_STEP_S, RATE_STEPS
from services.topics.rank import SEVERAL_WITHIN, Standing, at_rest, standing
from services.topics.stories import Story
from services.topics.talk import PostKey, Said, Talk, in_order
from services.topics.trends import in_order as by_time
from services.topics.trends import places_of
from services.topics.values import SHOWN_AT_MOST, HeadlineItem, Ranked
from services.topics.words import wording_of

PUBLISHERS_AT_MOST = 12
_READ = 20
"""Headlines, and posts, of which any one marks a story as grave."""
_PAIR = " "
"""What stands between two words that are counted together."""


class Carried:
    """A story with the posts that link to it, counted."""

    __slots__ = (
        "_ranked",
        "_rest",
        "coverage",
        "first_at",
        "headlines",
        "id",
        "last_at",
        "posts",
        "spoken_at",
        "told",
        "words",
    )

    def __init__(self, story: Story, talk: Talk) -> None:
        """Count a story that has a headline."""
        self.id = story.id
        kept = story.headlines.values()
        self.headlines = by_time(one.item for one in kept)
        self.told = [item for item in self.headlines if item.trends_on is None]
        self.coverage = coverage_of(self.told)
        links = {one.link for one in kept if one.link is not None}
        subjects = [one for link in links for one in talk.by_link.get(link, {}).values()]
        said = {key: one for subject in subjects for key, one in subject.posts.items()}
        self.posts = in_order(said.values())
        published_at = self.headlines[-1].published_at
        self.spoken_at = self.posts[-1].item.created_at if self.posts else None
        self.first_at = self.headlines[0].published_at
        self.last_at = max(published_at, self.spoken_at or published_at)
        self._rest = at_rest(self.id, self.last_at)
        self.words = frozenset(word for one in kept for word in one.words)
        """Of its titles."""
        self._ranked: Ranked | None = None

    @property
    def may_break(self) -> bool:
        """Whether it would break at its first moment, so that it is worth asking."""
        found = self.breaking(self.first_at, is_spoken_of=False)
        return found is not None and found.is_breaking

    def breaking(self, now: datetime, *, is_spoken_of: bool) -> Breaking | None:
        """Tell how it stands among what breaks; ``None`` where nobody carries it."""
        if self.coverage is None:
            return None
        return breaking(self.coverage, now, is_spoken_of=is_spoken_of)

    def standing(self, now: datetime) -> Standing:
        """Tell where it stands otherwise."""
        publishers = 1
        if len(self.told) <= 1 and self.spoken_at is None:
            return self._rest  # as most of them are
        if len(self.told) > 1:
            since = now - SEVERAL_WITHIN
            names = {item.publisher.casefold() for item in self.told if item.published_at > since}
            publishers = len(names)
        return standing(self._rest, now, publishers=publishers, spoken_at=self.spoken_at)

    def rates(self, now: datetime) -> tuple[int, ...]:
        """Count headlines and posts in each of the last steps of ten minutes, oldest first."""
        return rates_of(
            [
                *(item.published_at for item in self.told),
                *(one.item.created_at for one in self.posts),
            ],
            now,
        )

    def ranked(self) -> Ranked:
        """Give what its row says; where people talk of it, one of them can be answered."""
        if self._ranked is None:
            self._ranked = self._made()
        return self._ranked

    def _made(self) -> Ranked:
        items = [*self.told, *(item for item in self.headlines if item.trends_on is not None)]
        first = items[0]
        others = [one.item for one in self.posts if one.item.relation is not Relation.OURS]
        root = others[-1] if others else None
        speeds = [item.speed for item in self.told if item.speed is not None]
        leads = (item.paragraph for item in items if item.paragraph)
        publishers = publishers_of(self.told)
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
            is_grave=is_grave(clean_line(item.title) for item in self.headlines[:_READ])
            or any(one.is_grave for one in self.posts[-_READ:]),
            url=next((item.url for item in items if item.url), None),
            publishers=publishers,
            speed=max(speeds, default=None),
            post_keys=keys_of(self.posts),
            headline_ids=tuple(item.id for item in self.headlines[:SHOWN_AT_MOST]),
            trends_on=places_of(self.headlines),
            sources=publishers,
        )


def title_words(title: str, publisher: str) -> frozenset[str]:
    """Give the words of a title that say something, without their endings."""
    return frozenset(one for one in wording_of(title, publisher).features if _PAIR not in one)


def publishers_of(headlines: Iterable[HeadlineItem]) -> tuple[str, ...]:
    """Give who carries it, the earliest first, each once."""
    names: dict[str, str] = {}
    for item in headlines:
        names.setdefault(item.publisher.casefold(), item.publisher)
    return tuple(names.values())[:PUBLISHERS_AT_MOST]


def keys_of(posts: Iterable[Said]) -> tuple[PostKey, ...]:
    """Name the latest posts, oldest first."""
    return tuple((one.item.account, one.item.id) for one in list(posts)[-SHOWN_AT_MOST:])


def rates_of(moments: Iterable[datetime], now: datetime) -> tuple[int, ...]:
    """Count moments in each of the last steps of ten minutes, oldest first."""
    counts = [0] * RATE_STEPS
    step = timedelta(seconds=RATE_STEP_S)
    for moment in moments:
        ago = (now - moment) // step
        if 0 <= ago < RATE_STEPS:
            counts[RATE_STEPS - 1 - ago] += 1
    return tuple(counts)
