"""The posts that were heard lately, by what they speak of, and which of them are copies.

Law: bounded in posts and in time, and the time is the posts' own. One or two posts from the
future, as a stranger's clock makes them, make no other post old. Copies are found in whatever
order posts come; of posts that retell each other only in part, the first that came is retold.
"""

import heapq
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

WINDOW_S: Final = 3_600.0
POSTS_AT_MOST: Final = 40_000
"""Of a large stream that is less than the hour; what breaks there shows in minutes."""
_ALIKE: Final = 0.6
"""Of all features of two posts, the share that both have: then one is the other, retold."""
_TOLD_BY: Final = 3
"""Features from which on a post can be a retelling; fewer are shared by chance."""
_RARE: Final = 10
"""Posts that have a feature, to look for what is retold among them."""
_LAST: Final = 2
"""Of more posts than that the last few: what is sent round comes at once."""
_RAREST: Final = 2
"""Features by which it is looked for."""
_FREQUENT: Final = 3
"""Posts that have a feature, from which on it may be what a thing is about."""
WITNESSES: Final = 3
"""Posts that have to be as late before it is that late, and as early."""


class Post(msgspec.Struct, gc=False, array_like=True):
    """A post as the window keeps it."""

    key: str
    author: int
    features: tuple[str, ...]
    text: str
    """The same for copies."""
    group: int
    """The number of the first of the posts that it is a copy or a retelling of, or its own."""
    body: str
    source: str
    at_s: float


class Window:
    """Posts by number; numbers grow as posts come."""

    def __init__(self, on_left: Callable[[Post], None]) -> None:
        """Hand every post that has grown old to ``on_left``."""
        self.posts: dict[int, Post] = {}
        self.numbers: dict[str, int] = {}
        """By key."""
        self.by_feature: dict[str, list[int]] = {}
        """The posts of each feature that several have."""
        self.frequent: set[str] = set()
        """Features of three posts or more."""
        self._once: dict[str, int] = {}
        """The one post of each feature that no other has: of most."""
        self._on_left = on_left
        self._texts: dict[str, int] = {}
        """The group of each text."""
        self._copies: dict[str, int] = {}
        """How often a text is there besides."""
        self._oldest: list[tuple[float, int]] = []
        self._latest: list[float] = []
        self._next = 0

    @property
    def newest_s(self) -> float:
        """How late it is in the stream; minus infinity before anything was heard."""
        return self._latest[0] if self._latest else float("-inf")

    @property
    def oldest_s(self) -> float:
        """When the oldest of its posts was written, or one that was withdrawn since."""
        return self._oldest[0][0] if self._oldest else float("inf")

    def add(self, post: Post) -> None:
        """Keep a post, and find what it is a copy of; then let go what has grown old."""
        self._note(post.at_s)
        if post.at_s < self.newest_s - WINDOW_S:
            self._on_left(post)  # it comes too late to be a copy or to have any
            return
        number = self._next
        group = self._group_of(post)
        post.group = number if group is None else group
        self._put(number, post)
        self.let_go()

    def let_go(self) -> None:
        """Hand on what has grown old, and what is too much."""
        before_s = self.newest_s - WINDOW_S
        while self._oldest and (self._oldest[0][0] < before_s or len(self.posts) > POSTS_AT_MOST):
            post = self._take_out(heapq.heappop(self._oldest)[1])
            if post is not None:
                self._on_left(post)

    def withdraw(self, key: str) -> Post | None:
        """Take a post out for good, and give it."""
        number = self.numbers.get(key)
        return None if number is None else self._take_out(number)

    def state(self) -> tuple[list[tuple[int, Post]], int, list[float]]:
        """Give all of it, to be kept between runs."""
        return list(self.posts.items()), self._next, self._latest

    def restore(self, posts: list[tuple[int, Post]], after: int, latest: list[float]) -> None:
        """Hold these posts, in an empty window."""
        for number, post in posts:
            self._put(number, post)
        self._next, self._latest = after, latest

    def _note(self, at_s: float) -> None:
        if len(self._latest) < WITNESSES:
            heapq.heappush(self._latest, at_s)
        elif at_s > self._latest[0]:
            heapq.heapreplace(self._latest, at_s)

    def _put(self, number: int, post: Post) -> None:
        self.posts[number] = post
        self.numbers[post.key] = number
        if post.text in self._texts:
            self._copies[post.text] = self._copies.get(post.text, 0) + 1
        else:
            self._texts[post.text] = post.group
        by_feature, once = self.by_feature, self._once
        for feature in post.features:
            there = by_feature.get(feature)
            if there is not None:
                there.append(number)
                if len(there) == _FREQUENT:
                    self.frequent.add(feature)
            elif (other := once.pop(feature, None)) is None:
                once[feature] = number
            else:
                by_feature[feature] = [other, number]
        heapq.heappush(self._oldest, (post.at_s, number))
        self._next = number + 1

    def _take_out(self, number: int) -> Post | None:
        post = self.posts.pop(number, None)
        if post is None:
            return None  # it was withdrawn
        del self.numbers[post.key]
        self._drop_text(post.text)
        by_feature, once = self.by_feature, self._once
        for feature in post.features:
            there = by_feature.get(feature)
            if there is None:
                del once[feature]
                continue
            there.remove(number)
            if len(there) == _FREQUENT - 1:
                self.frequent.discard(feature)
            elif len(there) == 1:
                once[feature] = there[0]
                del by_feature[feature]
        return post

    def _drop_text(self, text: str) -> None:
        more = self._copies.pop(text, 0)
        if more > 1:
            self._copies[text] = more - 1
        elif not more:
            del self._texts[text]

    def _group_of(self, post: Post) -> int | None:
        """Find the posts of which one is a copy, or retells what they tell."""
        copied = self._texts.get(post.text) if post.text else None
        if copied is not None:
            return copied
        if len(post.features) <= _TOLD_BY:
            return None
        mine = set(post.features)
        fewest, most = _ALIKE * len(mine), len(mine) / _ALIKE
        for other in self._near(post):
            count = len(other.features)
            if not fewest <= count <= most:
                continue
            shared = len(mine.intersection(other.features))
            if shared >= _ALIKE * (len(mine) + count - shared):
                return other.group
        return None

    def _near(self, post: Post) -> Iterator[Post]:
        """Give the posts that share one of its rarest features."""
        once, by_feature, posts = self._once, self.by_feature, self.posts
        looked_by = 0
        known: list[list[int]] = []
        for feature in post.features:
            if (other := once.get(feature)) is not None:
                yield posts[other]
                looked_by += 1
                if looked_by == _RAREST:
                    return
            elif (there := by_feature.get(feature)) is not None:
                known.append(there)
        known.sort(key=len)
        for there in known[: _RAREST - looked_by]:
            for number in there if len(there) <= _RARE else there[-_LAST:]:
                yield posts[number]
