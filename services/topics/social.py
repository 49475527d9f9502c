"""The social lane: posts in, what breaks out.

Law: pure; no clock, no randomness. What is forgotten follows the posts' own times, what is shown
the moment of asking, so that a clock that is set forth and back leaves no trace.
"""

from hashlib import blake2b
from typing import Final

import msgspec

from services.model.ids import TopicId
from services.topics.bursts import RATE_STEP_S, RATE_STEPS, Burst, Heard
from services.topics.features import features_of, is_link
from services.topics.social_look import HOUR_S, Cluster, look
from services.topics.social_table import Usual, UsualState
from services.topics.social_window import WINDOW_S, Kept, Window

_VERSION: Final = 1
_BODY_CHARS: Final = 300
WARM_POSTS: Final = 500
"""Before that many posts there is no usual level to speak of."""
_NAMES: Final = 6


class _State(msgspec.Struct, frozen=True):
    version: int
    usual: UsualState
    posts: list[Kept]
    newest_s: float | None


class SocialLane:
    """Hears posts, and tells what is spoken of far more than it usually is."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self._usual = Usual()
        self._window = Window()

    @property
    def warmth(self) -> float:
        """How far the usual level is known: 1.0 where it is."""
        if not self._window.posts:
            return 0.0
        return min(1.0, self._usual.total(self._window.newest_s) / WARM_POSTS)

    @property
    def is_warm(self) -> bool:
        """Whether there is a usual level to speak of."""
        return self.warmth >= 1.0

    def take(self, heard: Heard) -> None:
        """Hear a post; a key that is known changes nothing."""
        if heard.key in self._window.keys:
            return
        rows = tuple(map(self._usual.id_of, features_of(heard.body, heard.tags, heard.links)))
        self._usual.count(rows, heard.at_s)
        if heard.at_s < self._window.newest_s - WINDOW_S:
            return
        if heard.author:
            author = _number(heard.author)
        else:
            author = -1 - _number(heard.key)
        self._window.add(
            Kept(heard.key, author, rows, heard.body[:_BODY_CHARS], heard.source, heard.at_s)
        )

    def withdraw(self, key: str) -> None:
        """Take a post back; one that is not known changes nothing."""
        post = self._window.withdraw(key)
        if post is not None:
            self._usual.count(post.features, post.at_s, -1.0)

    def bursts(self, now_s: float) -> list[Burst]:
        """Give what breaks at ``now_s``, best first; asking changes nothing."""
        if not self.is_warm:
            return []
        return [self._burst(cluster, now_s) for cluster in look(self._window, self._usual, now_s)]

    def state(self) -> bytes:
        """Give all that is known, to be kept between runs."""
        newest_s = self._window.newest_s if self._window.posts else None
        posts = list(self._window.posts.values())
        return msgspec.msgpack.encode(_State(_VERSION, self._usual.state(), posts, newest_s))

    def restore(self, state: bytes) -> None:
        """Be as the lane was that gave ``state``.

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
        self._window = Window()
        for post in kept.posts:
            self._window.add(post)

    def _burst(self, cluster: Cluster, now_s: float) -> Burst:
        posts = [self._window.posts[number] for number in cluster.posts]
        hour = [post for post in posts if post.at_s > now_s - HOUR_S]
        ordered = sorted(cluster.features, key=lambda row: (-cluster.features[row], row))
        names = [self._usual.names[row] for row in ordered]
        first = min(posts, key=lambda post: (post.at_s, post.key))
        rates = [0] * RATE_STEPS
        for post in posts:
            step = int((now_s - post.at_s) // RATE_STEP_S)
            if 0 <= step < RATE_STEPS:
                rates[-1 - step] += 1
        return Burst(
            id=TopicId(f"burst:{_number(first.key):016x}"),
            label=" · ".join(names[:2]),
            names=tuple(name for name in names if not is_link(name))[:_NAMES],
            links=tuple(name for name in names if is_link(name))[:_NAMES],
            post_keys=tuple(self._window.posts[number].key for number in cluster.shown),
            score=cluster.score,
            times_usual=1.0,
            posts=len(hour),
            people=len({post.author for post in hour}),
            sources=tuple(sorted({post.source for post in posts})),
            first_at_s=first.at_s,
            last_at_s=max(post.at_s for post in posts),
            rates=tuple(rates),
        )


def _number(text: str) -> int:
    """Give a number of a text, the same in every run."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
