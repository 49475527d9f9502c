"""The posts of the last hours, and which feature is in which of them.

Law: bounded in time and in number. What is forgotten follows the posts' own times alone.
"""

import heapq
from typing import Final

import msgspec

WINDOW_S: Final = 3 * 3600.0
"""Long enough for a thing that few speak of to show."""
POSTS_KEPT: Final = 30_000
"""Of a louder stream the window is shorter, and still holds enough to judge by."""


class Kept(msgspec.Struct, gc=False, array_like=True):
    """A post as it is kept."""

    key: str
    author: int
    """A number of its author's own; negative and of the post's own where nobody is named."""
    features: tuple[int, ...]
    body: str
    source: str
    at_s: float


class Window:
    """Posts by number, and the numbers by feature."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.posts: dict[int, Kept] = {}
        self.keys: dict[str, int] = {}
        self.heard_in: dict[int, list[int]] = {}
        self._by_time: list[tuple[float, int]] = []
        self.next = 0
        self.newest_s = float("-inf")

    def add(self, post: Kept) -> None:
        """Keep a post, and let go what is too old then."""
        self.newest_s = max(self.newest_s, post.at_s)
        number = self.next
        self.next += 1
        self.posts[number] = post
        self.keys[post.key] = number
        heard_in = self.heard_in
        for feature in post.features:
            numbers = heard_in.get(feature)
            if numbers is None:
                heard_in[feature] = [number]
            else:
                numbers.append(number)
        heapq.heappush(self._by_time, (post.at_s, number))
        oldest_s = self.newest_s - WINDOW_S
        while self._by_time[0][0] < oldest_s or len(self._by_time) > POSTS_KEPT:
            self._forget(heapq.heappop(self._by_time)[1])

    def withdraw(self, key: str) -> Kept | None:
        """Let go the post of a key, and give it."""
        number = self.keys.get(key)
        return None if number is None else self._forget(number)

    def _forget(self, number: int) -> Kept | None:
        post = self.posts.pop(number, None)
        if post is None:
            return None
        del self.keys[post.key]
        for feature in post.features:
            numbers = self.heard_in[feature]
            if len(numbers) == 1:
                del self.heard_in[feature]
            else:
                numbers.remove(number)
        return post
