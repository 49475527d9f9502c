"""What is spoken of far more than usual, gathered from the posts of a window.

Law: pure; it changes nothing and the same window gives the same answer. Whoever says a thing
twice, or says what others said word for word, adds little: a thing is told by several people in
words of their own.

In two steps. Each feature that several posts share is weighed by how much it surprises: by the log
likelihood ratio of a negative binomial, which allows that even everyday words come in heaps. In a
small stream two words that are said in one post are such a feature too, where they surprise more
together than either does alone. The posts of each that does are a gathering; then gatherings that
are surprising in the same way are one, the strongest first, until none is left that is.
"""

import math
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from itertools import chain
from typing import Final

from services.topics.couples import (
    BOTH,
    SMALL_STREAM,
    couples_in,
    number_of_couple,
    raised_of,
    words_of,
)
from services.topics.usual import Shares
from services.topics.window import Post, Window

HEAPS: Final = 8.0
"""Size of the negative binomial: a word expected l times varies by l + l squared over this."""
SURPRISING: Final = 5.0
"""Least surprise of a feature to take part: for a word never heard, three people or so."""
RAISED: Final = 2.5
"""Times its usual level that a feature has at least if it surprises so much."""
COPIES: Final = 0.1
"""What doubling the copies of one text counts, where a text of one's own counts 1."""
ONE: Final = 0.09
"""Cosine of two gatherings from which on they are one."""
LOOSE: Final = 0.4
"""What a gathering counts that has nothing in common but one feature."""
TELLERS_AT_LEAST: Final = 3
"""People, and different texts: what is said in one way only is sent round, not spoken of, and at
night one who cannot sleep is no event, however little is said else."""
COUPLED_TELLERS_AT_LEAST: Final = 4
"""The same where it is only everyday words that are said together."""
TIMES_EITHER: Final = 1.1
"""So much more surprising than either of its words a couple is: else it tells no more."""
TIES: Final = 4
"""Features that make the strength of a gathering."""
POSTS_AT_LEAST: Final = 3
LOOKED_AT_MOST: Final = 120
"""Surprising features at one look, the most surprising: more nobody could tell apart."""
_Heard = tuple[str, list[int], float, float]
"""A feature, its posts, in how many it usually is, and what it has to surprise at least."""


class Gathering:
    """Posts about one thing."""

    __slots__ = ("core", "people", "posts", "score", "texts", "times_usual")

    def __init__(self, posts: list[int], core: list[str], score: float) -> None:
        """Hold what ``Look`` has found."""
        self.posts = posts
        """The ones that show it best first, copies last."""
        self.core = core
        """Its features, the strongest first; a couple by its words."""
        self.score = score
        self.people = 0
        self.texts = 0
        self.times_usual = 1.0


class Look:
    """One look at a window."""

    def __init__(self, window: Window, shares: Shares, together: Shares | None = None) -> None:
        """Look at all posts of a window; ``together`` is how often couples are said, if known."""
        self._window = window
        self._shares = shares
        self._count = len(window.posts)
        self._together = together if self._count <= SMALL_STREAM else None
        self._with: dict[str, list[int]] = {}
        """The posts of each surprising feature."""
        self._usual: dict[str, float] = {}
        """In how many posts each surprising feature is usually heard."""
        self._strength: dict[str, float] = {}
        self._telling: dict[int, list[str]] = {}
        """Of each post that has one, the features that are surprising."""

    def gatherings(self, least: float = 0.0) -> list[Gathering]:
        """Give what is spoken of with a score of ``least`` or more, in no order."""
        if not self._count:
            return []
        self._strength = self._surprising()
        self._telling = self._told()
        made = (self._made(posts, least) for posts in self._joined())
        return [one for one in made if one is not None and one.score >= least]

    def _surprising(self) -> dict[str, float]:
        """Weigh what may surprise, and give what does most, the strongest first."""
        frequent = self._window.frequent
        usual = [self._count * share for share in self._shares.of(frequent)]
        # Most are heard as often as ever, and need no weighing.
        alone = self._strongest(
            (feature, posts, often, SURPRISING)
            for (feature, posts), often in zip(frequent.items(), usual, strict=True)
            if len(posts) > RAISED * often
        )
        if self._together is None:
            return alone
        couples = self._coupled(self._together, alone, raised_of(frequent, usual, self._count))
        found = alone | self._strongest(couples)
        ordered = sorted(found, key=lambda one: (-found[one], one))
        return {one: found[one] for one in ordered[:LOOKED_AT_MOST]}

    def _strongest(self, heard: Iterable[_Heard]) -> dict[str, float]:
        """Weigh features, and give the strongest."""
        at_most = [
            (-bound, feature, posts, usual, enough)
            for feature, posts, usual, enough in heard
            if (bound := surprise(len(posts), usual)) >= enough
        ]
        found: list[tuple[float, str]] = []
        least = -SURPRISING
        for bound, feature, posts, usual, enough in sorted(at_most):
            if bound > least:
                break  # what follows is not as strong, even if nobody said it twice
            strength = surprise(self._effective(posts), usual)
            if -strength <= least and strength >= enough:
                self._with[feature], self._usual[feature] = posts, usual
                insort(found, (-strength, feature))
                del found[LOOKED_AT_MOST:]
                least = found[-1][0] if len(found) == LOOKED_AT_MOST else least
        return {feature: -strength for strength, feature in found}

    def _coupled(
        self, together: Shares, alone: dict[str, float], raised: dict[str, float]
    ) -> Iterator[_Heard]:
        """Give the couples that may tell more than their words, or what is made of both, do."""
        said = {number: post.features for number, post in self._window.posts.items()}
        for one, other, posts in couples_in(said, raised):
            # Words that have nothing to do with each other meet as well.
            by_chance = raised[one] * raised[other] / self._count
            usual = max(self._count * together.of_number(number_of_couple(one, other)), by_chance)
            if surprise(len(posts), usual) < SURPRISING:
                continue
            if any(one in feature and other in feature for feature in alone):
                continue
            least = TIMES_EITHER * max(alone.get(one, 0.0), alone.get(other, 0.0))
            yield f"{one}{BOTH}{other}", posts, usual, max(SURPRISING, least)

    def _weigh(self, feature: str, posts: Iterable[int]) -> float:
        return surprise(self._effective(posts), self._usual[feature])

    def _effective(self, numbers: Iterable[int]) -> float:
        """Count posts: each person once, and the copies of one text ever less."""
        kept = self._window.posts
        posts = [kept[number] for number in numbers]
        if len({post.author for post in posts}) < len(posts):
            posts = _first_of_each(posts)
        groups = {post.group for post in posts}
        if len(groups) == len(posts):
            return len(posts)
        copies = Counter(post.group for post in posts)
        return len(groups) + COPIES * math.fsum(map(math.log2, copies.values()))

    def _common(self, posts: Iterable[int]) -> Counter[str]:
        """Count the surprising features of posts."""
        return Counter(chain.from_iterable(map(self._telling.__getitem__, posts)))

    def _told(self) -> dict[int, list[str]]:
        """Give the surprising features of each post that has one."""
        told: defaultdict[int, list[str]] = defaultdict(list)
        for feature in self._strength:
            for number in self._with[feature]:
                told[number].append(feature)
        return dict(told)

    def _joined(self) -> list[dict[int, None]]:
        """Put together what is surprising in the same way, round what surprises most."""
        rest = {at: dict.fromkeys(self._with[one]) for at, one in enumerate(self._strength)}
        arrows = [self._arrow(posts) for posts in rest.values()]
        pointing: dict[str, list[tuple[int, float]]] = {}
        for at, arrow in enumerate(arrows):
            for one, weight in arrow.items():
                pointing.setdefault(one, []).append((at, weight))
        found: list[dict[int, None]] = []
        for at, arrow in enumerate(arrows):
            posts = rest.pop(at, None)
            if posts is None:
                continue
            while alike := _alike(arrow, pointing, rest):
                before = len(posts)
                for other in alike:
                    posts.update(rest.pop(other))
                if len(posts) == before:
                    break
                arrow = self._arrow(posts)  # noqa: PLW2901 - it has grown
            found.append(posts)
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

    def _made(self, posts: dict[int, None], least: float) -> Gathering | None:
        """Make a gathering of posts; ``None`` where it cannot have a score of ``least``."""
        kept = self._window.posts
        common = self._common(posts)
        shared = {one: count for one, count in common.items() if count > 1}
        tied = sum(sum(one in shared for one in self._telling[n]) > 1 for n in posts)
        coherence = LOOSE + (1 - LOOSE) * tied / len(posts)
        # A feature surprises hardly ever more by some of its posts than it does by all.
        if coherence * _strength_of(self._strength[one] for one in shared) < least:
            return None
        values = {
            one: self._weigh(one, [n for n in self._with[one] if n in posts]) for one in shared
        }
        telling = {one: values[one] * shared[one] / len(posts) for one in values}
        core = sorted(telling, key=lambda one: (-telling[one], one))
        made = Gathering(
            self._best_first(posts, common),
            list(dict.fromkeys(chain.from_iterable(map(words_of, core)))),
            coherence * _strength_of(values.values()),
        )
        made.people = len({kept[n].author for n in posts})
        made.texts = len({kept[n].group for n in posts})
        made.times_usual = self._times_usual(core, len(posts))
        is_coupled = all(one not in self._window.frequent for one in shared)
        fewest = COUPLED_TELLERS_AT_LEAST if is_coupled else TELLERS_AT_LEAST
        if min(made.texts, made.people) < fewest:
            made.score = 0.0
        return made

    def _best_first(self, posts: dict[int, None], common: Counter[str]) -> list[int]:
        """Put first what has most of what all have in common, and copies behind the rest."""
        kept, strength = self._window.posts, self._strength
        weight = {
            n: sum(strength[one] * common[one] for one in self._telling[n] if one in common)
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
            min(len(self._with[one]), posts) / max(1.0, self._usual[one]) for one in core[:TIES]
        ]
        return math.exp(math.fsum(map(math.log, ratios)) / len(ratios)) if ratios else 1.0


def _strength_of(values: Iterable[float]) -> float:
    """Add up what surprises: the strongest, and the mean of what goes with it."""
    first = sorted(values, reverse=True)[:TIES]
    return first[0] + math.fsum(first[1:]) / (TIES - 1) if first else 0.0


def _first_of_each(posts: list[Post]) -> list[Post]:
    """Give the first post of each person."""
    first: dict[int, Post] = {}
    for post in posts:
        other = first.setdefault(post.author, post)
        if other is not post and (post.at_s, post.key) < (other.at_s, other.key):
            first[post.author] = post
    return list(first.values())


def surprise(heard: float, usual: float) -> float:
    """Tell how surprising it is to hear something so often that is usually heard less."""
    if heard <= usual:
        return 0.0
    likely = (heard + HEAPS) * math.log((heard + HEAPS) / (usual + HEAPS))
    return heard * math.log(heard / usual) - likely


def _alike(
    arrow: dict[str, float],
    pointing: dict[str, list[tuple[int, float]]],
    rest: Container[int],
) -> list[int]:
    """Give those of the rest whose cosine with an arrow is at least ``ONE``, in order."""
    cosines: dict[int, float] = {}
    for one, weight in arrow.items():
        for at, other in pointing[one]:
            if at in rest:
                cosines[at] = cosines.get(at, 0.0) + weight * other
    return sorted(at for at, cosine in cosines.items() if cosine >= ONE)
