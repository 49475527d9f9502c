"""Whom a comment answers: the author of the comment above it, or of the blog post.

Law: what is asked is remembered, within bounds; what is not there, or not for us, is nobody.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, TypeVar

from services.errors import Gone, Rejected
from services.model.ids import PersonId
from services.networks.wordpress.client import PAGE, WordPressClient
from services.networks.wordpress.convert import Place, author_of, kind_of, user_id
from services.networks.wordpress.roles import Role
from services.networks.wordpress.wire import Comment

_REMEMBERED_AT_MOST: Final = 5_000

_V = TypeVar("_V")


class Origins:
    """Looks up what stands above comments."""

    def __init__(self, client: WordPressClient) -> None:
        """Ask through ``client``."""
        self._client = client
        self._authors: dict[int, PersonId | None] = {}
        """By the number of a comment."""
        self._owners: dict[int, int] = {}
        """Who wrote a blog post, by its number; 0 where that is not known."""

    def note(self, comments: Iterable[Comment], place: Place) -> None:
        """Remember who wrote what came in anyway."""
        for comment in comments:
            self._authors[comment.id] = author_of(comment, place).person
        _trim(self._authors)

    async def look_up(self, comments: Iterable[Comment], place: Place, role: Role) -> None:
        """Learn what stands above these comments.

        Raises:
            NetworkError: it could not be read.
        """
        asked = tuple(comments)
        self.note(asked, place)
        parents = {one.parent for one in asked if one.parent} - self._authors.keys()
        await self._look_up_parents(sorted(parents), place, role)
        by_kind: defaultdict[str, set[int]] = defaultdict(set)
        for one in asked:
            kind = kind_of(one)
            if kind is not None and one.post not in self._owners:
                by_kind[kind].add(one.post)
        for kind, posts in by_kind.items():
            await self._look_up_posts(kind, sorted(posts))

    def answers(self, comment: Comment, place: Place) -> PersonId | None:
        """Give whom a comment answers, as far as it is known."""
        if comment.parent:
            return self._authors.get(comment.parent)
        owner = self.owner(comment)
        return user_id(place.site, owner) if owner else None

    def owner(self, comment: Comment) -> int:
        """Give the number of whoever wrote the blog post above a comment; 0: not known."""
        return self._owners.get(comment.post, 0)

    async def _look_up_parents(self, parents: list[int], place: Place, role: Role) -> None:
        for start in range(0, len(parents), PAGE):
            some = parents[start : start + PAGE]
            self._authors.update(dict.fromkeys(some))
            found, _ = await self._client.comments({"include": _listed(some), **role.asks})
            self.note(found, place)

    async def _look_up_posts(self, kind: str, posts: list[int]) -> None:
        for start in range(0, len(posts), PAGE):
            some = posts[start : start + PAGE]
            try:
                found = await self._client.posts(kind, {"include": _listed(some)})
            except (Gone, Rejected):  # a kind of a plugin's that has no list
                found = ()
            self._owners.update(dict.fromkeys(some, 0))
            self._owners.update((post.id, post.author) for post in found)
        _trim(self._owners)


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _trim(remembered: dict[int, _V]) -> None:
    """Forget what was learnt first."""
    for number in list(remembered)[: max(0, len(remembered) - _REMEMBERED_AT_MOST)]:
        del remembered[number]
