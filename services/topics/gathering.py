"""What is spoken of far more than usual, gathered from the posts of a window.

Law: pure; it changes nothing and the same window gives the same answer. A post is of one
gathering alone, and whoever says a thing twice, or says what others said word for word, adds
little: a thing is told by several people in words of their own.

In three steps. Each feature that several posts share is weighed by how much it surprises: by the
log likelihood ratio of a negative binomial, which allows that even everyday words come in heaps.
The most surprising one takes its posts, and pulls in the features that are mostly among these,
with theirs; then the next, of the posts that are left. Last, gatherings that are surprising in
the same way are one.
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

from services.topics.usual import Shares
from services.topics.window import Window

HEAPS: Final = 8.0
"""Size of the negative binomial: a word expected l times varies by l + l squared over this."""
SURPRISING: Final = 5.0
"""Least surprise of a feature to take part: for a word never heard, three people or so."""
COPIES: Final = 0.5
"""What doubling the copies of one text counts, where a text of one's own counts 1."""
PULLED: Final = 0.5
"""A feature with this share of its posts in a gathering brings the rest in."""
ROUNDS: Final = 2
"""Of pulling: who is pulled in by those who were pulled in is too far away after that."""
ONE: Final = 0.18
"""Cosine of two gatherings from which on they are one."""
LOOSE: Final = 0.4
"""What a gathering counts that has nothing in common but one feature."""
TEXTS_AT_LEAST: Final = 3
"""Different ones: what is said in one way only is sent round, not spoken of."""
TIES: Final = 4
"""Features that make the strength of a gathering."""
POSTS_AT_LEAST: Final = 3
GATHERINGS_AT_MOST: Final = 60
LOOKED_AT_MOST: Final = 2_000
"""Surprising features at one look, the most surprising first."""


class Gathering:
    """Posts about one thing."""

    __slots__ = ("core", "people", "posts", "score", "texts", "times_usual")

    def __init__(self, posts: list[int], core: list[str], score: float) -> None:
        """Hold what ``Look`` has found."""
        self.posts = posts
        """The ones that show it best first, copies last."""
        self.core = core
        """Its features, the strongest first."""
        self.score = score
        self.people = 0
        self.texts = 0
        self.times_usual = 1.0


class Look:
    """One look at a window."""

    def __init__(self, window: Window, shares: Shares, since_s: float) -> None:
        """Look at the posts after ``since_s``."""
        self._window = window
        self._shares = shares
        self._since_s = since_s
        posts = window.posts
        is_all = window.oldest_s > since_s
        self._old = set() if is_all else {n for n, post in posts.items() if post.at_s <= since_s}
        self._count = len(posts) - len(self._old)
        self._strength: dict[str, float] = {}
        self._used: set[int] = set()

    def gatherings(self) -> list[Gathering]:
        """Give what is spoken of, in no order."""
        if not self._count:
            return []
        self._strength = self._surprising()
        todo = dict(self._strength)
        found: list[dict[int, None]] = []
        while todo and len(found) < GATHERINGS_AT_MOST:
            feature = max(todo, key=lambda one: (todo[one], one))
            free = [n for n in self._with(feature) if n not in self._used]
            strength = self._weigh(feature, free) if len(free) >= POSTS_AT_LEAST else 0.0
            if strength < SURPRISING:
                del todo[feature]
            elif strength < todo[feature] - 1e-9:
                todo[feature] = strength  # others have taken some of its posts
            else:
                del todo[feature]
                found.append(self._grow(feature, free, todo))
        return [self._made(posts) for posts in self._joined(found)]

    def _surprising(self) -> dict[str, float]:
        """Weigh every feature that may surprise."""
        found: dict[str, float] = {}
        by_feature = self._window.by_feature
        for feature in self._window.frequent:
            most = self._surprise(feature, len(by_feature[feature]))
            if most >= SURPRISING:
                strength = self._weigh(feature, self._with(feature))
                if strength >= SURPRISING:
                    found[feature] = strength
        if len(found) > LOOKED_AT_MOST:
            first = sorted(found, key=lambda one: (-found[one], one))[:LOOKED_AT_MOST]
            return {one: found[one] for one in first}
        return found

    def _with(self, feature: str) -> list[int]:
        there = self._window.by_feature[feature]
        return [n for n in there if n not in self._old] if self._old else there

    def _weigh(self, feature: str, posts: Iterable[int]) -> float:
        return self._surprise(feature, self._effective(posts))

    def _surprise(self, feature: str, heard: float) -> float:
        """Tell how surprising it is to hear a feature so often."""
        usual = self._count * self._shares[feature]
        if heard <= usual:
            return 0.0
        likely = (heard + HEAPS) * math.log((heard + HEAPS) / (usual + HEAPS))
        return heard * math.log(heard / usual) - likely

    def _effective(self, posts: Iterable[int]) -> float:
        """Count posts: each person once, and the copies of one text ever less."""
        people: set[int] = set()
        groups: dict[int, int] = {}
        kept = self._window.posts
        for number in posts:
            post = kept[number]
            if post.author not in people:
                people.add(post.author)
                groups[post.group] = groups.get(post.group, 0) + 1
        copies = sum(COPIES * math.log2(count) for count in groups.values() if count > 1)
        return len(groups) + copies

    def _common(self, posts: Iterable[int]) -> Counter[str]:
        """Count the surprising features of posts."""
        strength, kept = self._strength, self._window.posts
        return Counter(one for n in posts for one in kept[n].features if one in strength)

    def _grow(self, feature: str, first: list[int], todo: dict[str, float]) -> dict[int, None]:
        """Give the posts of a feature, with those that it pulls in."""
        pulling = {feature: None}
        posts = dict.fromkeys(first)
        for _ in range(ROUNDS):
            for other, count in self._common(posts).items():
                if other in pulling or count <= 1:
                    continue
                free = sum(n not in self._used for n in self._with(other))
                if count >= PULLED * free:
                    pulling[other] = None
                    todo.pop(other, None)
            for other in pulling:
                posts.update(dict.fromkeys(n for n in self._with(other) if n not in self._used))
        self._used.update(posts)
        return posts

    def _joined(self, found: list[dict[int, None]]) -> list[dict[int, None]]:
        """Put together what is surprising in the same way."""
        arrows = [self._arrow(posts) for posts in found]
        at = 0
        while at < len(found):
            other = at + 1
            while other < len(found):
                if _cosine(arrows[at], arrows[other]) >= ONE:
                    found[at].update(found.pop(other))
                    del arrows[other]
                    arrows[at] = self._arrow(found[at])
                    other = at + 1
                else:
                    other += 1
            at += 1
        return found

    def _arrow(self, posts: dict[int, None]) -> dict[str, float]:
        common = self._common(posts)
        raw = {
            one: count / len(posts) * self._strength[one]
            for one, count in common.items()
            if count > 1
        }
        length = math.hypot(*raw.values()) or 1.0
        return {one: weight / length for one, weight in raw.items()}

    def _made(self, posts: dict[int, None]) -> Gathering:
        kept = self._window.posts
        common = self._common(posts)
        shared = {one: count for one, count in common.items() if count > 1}
        values = {
            one: self._weigh(one, [n for n in self._with(one) if n in posts]) for one in shared
        }
        telling = {one: values[one] * shared[one] / len(posts) for one in values}
        tied = sum(sum(one in shared for one in kept[n].features) > 1 for n in posts)
        coherence = LOOSE + (1 - LOOSE) * tied / len(posts)
        made = Gathering(
            self._best_first(posts, common),
            sorted(telling, key=lambda one: (-telling[one], one)),
            coherence * _strength_of(values.values()),
        )
        made.people = len({kept[n].author for n in posts})
        made.texts = len({kept[n].group for n in posts})
        made.times_usual = self._times_usual(made.core, len(posts))
        if made.texts < TEXTS_AT_LEAST:
            made.score = 0.0
        return made

    def _best_first(self, posts: dict[int, None], common: Counter[str]) -> list[int]:
        """Put first what has most of what all have in common, and copies behind the rest."""
        kept, strength = self._window.posts, self._strength
        weight = {
            n: sum(strength[one] * common[one] for one in kept[n].features if one in common)
            for n in posts
        }
        ordered = sorted(posts, key=lambda n: (-weight[n], kept[n].at_s, kept[n].key))
        groups: set[int] = set()
        own: list[int] = []
        copies: list[int] = []
        for number in ordered:
            group = kept[number].group
            (copies if group in groups else own).append(number)
            groups.add(group)
        return own + copies

    def _times_usual(self, core: list[str], posts: int) -> float:
        """Tell how many times as often its strongest features are heard, as a mean of ratios."""
        ratios = [
            min(len(self._with(one)), posts) / max(1.0, self._count * self._shares[one])
            for one in core[:TIES]
        ]
        return math.exp(math.fsum(map(math.log, ratios)) / len(ratios)) if ratios else 1.0


def _strength_of(values: Iterable[float]) -> float:
    """Add up what surprises: the strongest, and the mean of what goes with it."""
    first = sorted(values, reverse=True)[:TIES]
    return first[0] + math.fsum(first[1:]) / (TIES - 1) if first else 0.0


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    few, many = sorted((one, other), key=len)
    return math.fsum(weight * many[name] for name, weight in few.items() if name in many)
