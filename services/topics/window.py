"""The posts that were heard lately, by what they speak of, and which of them are copies.

Law: bounded in posts and in time, and the time is the posts' own. One or two people who write from
the future, as a stranger's clock makes them, make no other post old. Copies are found in whatever
order posts come; of posts that retell each other only in part, the first that came is retold.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec

from services.topics.features import LINK, PAIR

WINDOW_S: Final = 3_600.0
POSTS_AT_MOST: Final = 12_000
"""Of a large stream that is less than the hour; what breaks there shows in minutes."""
_ALIKE: Final = 0.6
"""Of all features of two posts, the share that both have: then one is the other, retold."""
_WORDS_ALIKE: Final = 0.5
"""The same of their words alone, where there are ``_WORDS_TOLD``: a word that is exchanged takes
both of its pairs with it."""
_WORDS_TOLD: Final = 6
_TOLD_BY: Final = 3
"""Features from which on a post can be a retelling; fewer are shared by chance."""
_HEARD_LAST: Final = 0.25
"""Of all features of a post, the share that was heard last in a post of which it may be a copy:
a word or two that are put to each copy, or that others have said since, change nothing."""
_COMPARED: Final = 2
"""Posts that one is compared with."""
_FREQUENT: Final = 3
"""Posts that have a feature, from which on it may be what a thing is about."""
WITNESSES: Final = 3
"""People who have to speak as late before it is that late; and posts as early, to begin with."""
_Witness = tuple[float, int]
"""When a post was written, and by whom."""


_Held = int | list[int]
"""The number of the one post that has a feature, as of most features, or of all of them."""


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
    tags: tuple[str, ...] = ()
    """As they were named; some stand nowhere in its body."""


class Window:
    """Posts by number; numbers grow as posts come."""

    def __init__(self, on_left: Callable[[Post], None]) -> None:
        """Hand every post that has grown old to ``on_left``."""
        self.posts: dict[int, Post] = {}
        self.numbers: dict[str, int] = {}
        """By key."""
        self.frequent: dict[str, list[int]] = {}
        """The posts of each feature that three have or more."""
        self._by_feature: dict[str, _Held] = {}
        self._on_left = on_left
        self._texts: dict[str, int] = {}
        """The group of each text."""
        self._copies: dict[str, int] = {}
        """How often a text is there besides."""
        self._oldest: list[tuple[float, int]] = []
        self._latest: list[_Witness] = []
        self._next = 0

    @property
    def newest_s(self) -> float:
        """How late it is in the stream; minus infinity before anything was heard."""
        return self._latest[0][0] if self._latest else float("-inf")

    def add(self, post: Post) -> None:
        """Keep a post, and find what it is a copy of; then let go what has grown old."""
        self._note(post)
        if post.at_s < self.newest_s - WINDOW_S:
            self._on_left(post)  # it comes too late to be a copy or to have any
            return
        number = self._next
        held = self._held(post)
        group = self._group_of(post, held)
        post.group = number if group is None else group
        self._put(number, post, held)
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

    def state(self) -> tuple[list[tuple[int, Post]], int, list[_Witness]]:
        """Give all of it, to be kept between runs."""
        return list(self.posts.items()), self._next, self._latest

    def restore(self, posts: list[tuple[int, Post]], after: int, latest: list[_Witness]) -> None:
        """Hold these posts, in an empty window."""
        for number, post in posts:
            self._put(number, post, self._held(post))
        self._next, self._latest = after, latest

    def _note(self, post: Post) -> None:
        """Hear from one more person how late it is: each has one say, their latest."""
        latest, witness = self._latest, (post.at_s, post.author)
        if len(latest) == WITNESSES and witness <= latest[0]:
            return
        for place, (at_s, author) in enumerate(latest):
            if author == post.author:
                latest[place] = max(witness, (at_s, author))
                heapq.heapify(latest)
                return
        if len(latest) < WITNESSES:
            heapq.heappush(latest, witness)
        else:
            heapq.heapreplace(latest, witness)

    def _held(self, post: Post) -> "list[_Held | None]":
        """Give for each feature of a post who has it already."""
        return list(map(self._by_feature.get, post.features))

    def _put(self, number: int, post: Post, held: "list[_Held | None]") -> None:
        self.posts[number] = post
        self.numbers[post.key] = number
        if post.text in self._texts:
            self._copies[post.text] = self._copies.get(post.text, 0) + 1
        else:
            self._texts[post.text] = post.group
        by_feature = self._by_feature
        for feature, there in zip(post.features, held, strict=True):
            if there is None:
                by_feature[feature] = number
            elif isinstance(there, int):
                by_feature[feature] = [there, number]
            else:
                there.append(number)
                if len(there) == _FREQUENT:
                    self.frequent[feature] = there
        heapq.heappush(self._oldest, (post.at_s, number))
        self._next = number + 1

    def _take_out(self, number: int) -> Post | None:
        post = self.posts.pop(number, None)
        if post is None:
            return None  # it was withdrawn
        del self.numbers[post.key]
        self._drop_text(post.text)
        by_feature = self._by_feature
        for feature in post.features:
            there = by_feature[feature]
            if isinstance(there, int):
                del by_feature[feature]
                continue
            there.remove(number)
            if len(there) == _FREQUENT - 1:
                del self.frequent[feature]
            elif len(there) == 1:
                by_feature[feature] = there[0]
        return post

    def _drop_text(self, text: str) -> None:
        more = self._copies.pop(text, 0)
        if more > 1:
            self._copies[text] = more - 1
        elif not more:
            del self._texts[text]

    def _group_of(self, post: Post, held: "list[_Held | None]") -> int | None:
        """Find the posts of which one is a copy, or retells what they tell."""
        copied = self._texts.get(post.text) if post.text else None
        if copied is not None:
            return copied
        features, posts = post.features, self.posts
        fewest, most = _ALIKE * len(features), len(features) / _ALIKE
        if len(features) <= _TOLD_BY or len(held) - held.count(None) < fewest:
            return None  # nobody has said so much of it yet
        for number in _likeliest(held):
            others = posts[number].features
            if fewest <= len(others) <= most and _is_retold(features, others):
                return posts[number].group
        return None


def _is_retold(features: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell whether two posts have nearly all in common, or half of their words."""
    if _is_alike(set(features), set(others), _ALIKE):
        return True
    mine, theirs = _words_of(features), _words_of(others)
    is_told = min(len(mine), len(theirs)) >= _WORDS_TOLD
    return is_told and _is_alike(mine, theirs, _WORDS_ALIKE)


def _is_alike(mine: set[str], theirs: set[str], least: float) -> bool:
    shared = len(mine & theirs)
    return shared >= least * (len(mine) + len(theirs) - shared)


def _words_of(features: tuple[str, ...]) -> set[str]:
    return {one for one in features if PAIR not in one and not one.startswith(LINK)}


def _likeliest(held: "list[_Held | None]") -> list[int]:
    """Give the posts that most of these features were heard in last: a copy is among them."""
    last = [there if isinstance(there, int) else there[-1] for there in held if there is not None]
    least = _HEARD_LAST * len(held)
    if len(last) - len(set(last)) + 1 < least:
        return []  # none can have as many
    votes = Counter(last)
    likely = [number for number, count in votes.items() if count >= least]
    return sorted(likely, key=lambda number: (-votes[number], -number))[:_COMPARED]
