"""The social lane: posts in, what breaks out.

Law: pure; no clock, no randomness, bounded. What is forgotten follows the posts' own times, what
is shown the moment of asking, so that a clock that is stepped forth and back leaves no trace.
"""

from collections.abc import Iterable
from sys import intern
from typing import Final
from zlib import crc32

import msgspec

from services.model.ids import TopicId
from services.topics.alive import Alive, AliveState, Living
from services.topics.bursts import POSTS_SHOWN, RATE_STEP_S, Burst, Heard
from services.topics.couples import SMALL_STREAM, couples_of
from services.topics.features import LINK, features_of
from services.topics.gathering import POSTS_AT_LEAST, Gathering, Look
from services.topics.labels import label_of
from services.topics.usual import Usual, UsualState
from services.topics.window import WINDOW_S, WITNESSES, Post, Window

ENTER: Final = 9.0
"""Score from which on something breaks."""
LEAVE: Final = 6.5
"""Score down to which it does so once it did."""
FRESH_S: Final = 12 * 3600.0
"""In which a score is halved: what has gone on all day stands behind what is new, and goes on."""
TIMES_AT_MOST: Final = 99.0
"""What is told of what was never heard before; more says no more."""
WARM_POSTS: Final = 400.0
WARM_S: Final = 20 * 3600.0
"""There is a usual level once that many posts have left the window, and half as many as are in it;
or, where few people write, once a day has been heard, its night left out."""
_VERSION: Final = 9
_BODY_CHARS: Final = 300
_PART_OF: Final = 0.8
"""With more of its posts in something stronger it is a part of that, and no thing itself."""
_LINKED: Final = 3
"""One post in so many has a link: then it is about that link."""


class _State(msgspec.Struct, frozen=True, array_like=True):
    version: int
    usual: UsualState
    together: UsualState
    posts: list[tuple[int, Post]]
    after: int
    latest: list[tuple[float, int]]
    alive: list[AliveState]
    begun: list[float]
    """When the first posts were written."""
    was_warm: bool


class SocialLane:
    """Hears posts, and tells what is spoken of far more than it usually is."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self._usual = Usual()
        self._together = Usual()
        """How often couples of words are said, counted while the stream is small."""
        self._left: list[tuple[Post, bool]] = []
        """Posts that have left the window, until they are counted; and if the stream was small."""
        self._window = Window(self._leave)
        self._alive = Alive()
        self._begun: list[float] = []
        self._was_warm = False
        """Then it is so, however much is said at once."""

    @property
    def is_warm(self) -> bool:
        """Whether there is a usual level to speak of."""
        if len(self._begun) < WITNESSES:
            return False
        newest_s = self._window.newest_s
        if newest_s - self._begun[-1] >= WARM_S:
            return True
        half = 0.0 if self._was_warm else len(self._window.posts) / 2
        return self._usual.posts(newest_s) >= max(WARM_POSTS, half)

    def _is_known_together(self) -> bool:
        """Whether enough posts were counted by their couples to speak of a usual level."""
        least = max(WARM_POSTS, len(self._window.posts) / 2)
        return self._together.posts(self._window.newest_s) >= least

    def take(self, heard: Iterable[Heard]) -> None:
        """Hear posts; one that is known, or known to be old, changes nothing more.

        Many at once, as of a file, are taken apart together, which is faster.
        """
        for post in [_post_of(one) for one in heard]:
            if post.key in self._window.numbers:
                continue
            if len(self._begun) < WITNESSES or post.at_s < self._begun[-1]:
                self._begun = sorted([*self._begun, post.at_s])[:WITNESSES]
            self._window.add(post)
            if not self._was_warm:
                self._count_left()
                self._was_warm = self.is_warm
        self._count_left()

    def _leave(self, post: Post) -> None:
        self._left.append((post, len(self._window.posts) <= SMALL_STREAM))

    def _count_left(self) -> None:
        for post, is_small in self._left:
            self._usual.count(post.features, post.at_s)
            if is_small:
                self._together.count_numbers(couples_of(post.features), post.at_s)
        self._left.clear()

    def heard(self, key: str) -> Heard | None:
        """Give what is still known of a post that was heard lately."""
        number = self._window.numbers.get(_sound(key))
        if number is None:
            return None
        post = self._window.posts[number]
        return Heard(post.key, "", post.body, post.tags, (), post.source, post.at_s)

    def withdraw(self, key: str) -> None:
        """Take a post back; one that is not known changes nothing."""
        self._window.withdraw(_sound(key))

    def bursts(self, now_s: float) -> list[Burst]:
        """Give what breaks at ``now_s``, best first.

        What breaks is seen by the stream's own time, and remembered. Of that is told what was
        still spoken of within the hour before ``now_s``.
        """
        if not self.is_warm:
            return []
        newest_s = self._window.newest_s
        found: list[Burst] = []
        taken: set[str] = set()
        told: list[set[int]] = []
        for one in self._gatherings():
            was = self._alive.of(one, self._window, taken)
            if one.score < (LEAVE if was is not None and was.is_shown(newest_s) else ENTER):
                continue
            if was is None and _is_part(one, told):
                continue
            living = self._alive.keep(was, one, self._window)
            taken.add(living.id)
            told.append(set(one.posts))
            burst = self._burst(one, living, max(now_s, newest_s))
            if burst is not None:
                found.append(burst)
        found.sort(key=lambda burst: (-burst.score, burst.id))
        return found

    def state(self) -> bytes:
        """Give all that is known, to be kept between runs."""
        posts, after, latest = self._window.state()
        kept = _State(
            _VERSION,
            self._usual.state(),
            self._together.state(),
            posts,
            after,
            latest,
            self._alive.state(),
            self._begun,
            self._was_warm,
        )
        return msgspec.msgpack.encode(kept)

    def restore(self, state: bytes) -> None:
        """Be as the lane was that gave ``state``, in one that has heard nothing.

        Raises:
            ValueError: it is no such state, or one of another version.
        """
        try:
            kept = msgspec.msgpack.decode(state, type=_State)
        except msgspec.MsgspecError as error:
            raise ValueError("no state of the social lane") from error
        if kept.version != _VERSION:
            raise ValueError("a state of another version")
        self._usual.restore(kept.usual)
        self._together.restore(kept.together)
        self._window.restore(kept.posts, kept.after, kept.latest)
        self._alive.restore(kept.alive)
        self._begun, self._was_warm = kept.begun, kept.was_warm

    def _gatherings(self) -> list[Gathering]:
        newest_s = self._window.newest_s
        shares = self._usual.shares(newest_s)
        together = self._together.shares(newest_s) if self._is_known_together() else None
        found = Look(self._window, shares, together).gatherings(LEAVE)
        return sorted(found, key=lambda one: (-one.score, one.core))

    def _burst(self, one: Gathering, living: Living, at_s: float) -> Burst | None:
        names = living.name(one, self._window)
        known = (self._window.posts[number] for number in one.posts)
        posts = [post for post in known if post.at_s > at_s - WINDOW_S]
        if len(posts) < POSTS_AT_LEAST:
            return None
        rates = living.rates(at_s)
        age_s = max(0.0, at_s - living.first_s)
        return Burst(
            id=TopicId(living.id),
            label=label_of(names, posts[0].body),
            names=names,
            links=_links_of(posts),
            post_keys=tuple(post.key for post in posts[:POSTS_SHOWN]),
            score=one.score * 0.5 ** (age_s / FRESH_S),
            times_usual=min(TIMES_AT_MOST, one.times_usual),
            posts=max(len(posts), sum(rates[-int(WINDOW_S / RATE_STEP_S) :])),
            people=len({post.author for post in posts}),
            sources=tuple(sorted({post.source for post in posts})),
            first_at_s=living.first_s,
            last_at_s=max(post.at_s for post in posts),
            rates=rates,
        )


def _post_of(heard: Heard) -> Post:
    """Give a post as the window keeps it, in no group yet."""
    said = features_of(heard.body, heard.tags, heard.links)
    key, body = _sound(heard.key), _sound(heard.body[:_BODY_CHARS])
    author = _number(heard.author) if heard.author else -1 - _number(key)
    source, tags = intern(_sound(heard.source)), tuple([str(_sound(tag)) for tag in heard.tags])
    return Post(key, author, said.names, said.key, 0, body, source, heard.at_s, tags)


def _links_of(posts: list[Post]) -> tuple[str, ...]:
    """Give the links that many of the posts share, in canonical form."""
    counts: dict[str, int] = {}
    for post in posts:
        for feature in post.features:
            if not feature.startswith(LINK):
                break  # links come first
            counts[feature] = counts.get(feature, 0) + 1
    shared = [one for one, count in counts.items() if count > 1 and count * _LINKED >= len(posts)]
    ordered = sorted(shared, key=lambda one: (-counts[one], one))
    return tuple(one[len(LINK) :] for one in ordered)


def _is_part(one: Gathering, told: list[set[int]]) -> bool:
    """Tell whether nearly all posts of a gathering are of one that is stronger."""
    shared = max((len(posts.intersection(one.posts)) for posts in told), default=0)
    return shared > _PART_OF * len(one.posts)


def _sound(text: str) -> str:
    """Give a text that can be kept: half a letter, which only a broken program sends, is none."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _number(text: str) -> int:
    """Give a number of a text, the same in every run; few have one in common, and by chance."""
    return crc32(text.encode("utf-8", "surrogatepass"))
