"""A whole thread: a blog post, and what was said under it.

Law: at most 200 posts, the blog post first. Of a longer thread the newest are given, and beside
them what they answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.errors import Gone, NetworkError
from services.model.ids import ThreadId
from services.model.posts import Post, Thread
from services.networks.wordpress.client import PAGE, WordPressClient
from services.networks.wordpress.convert import (
    Place,
    blog_post,
    comment_post,
    is_shown,
    kind_of,
    post_number,
)
from services.networks.wordpress.origins import Origins
from services.networks.wordpress.poll import by_age
from services.networks.wordpress.roles import Role
from services.networks.wordpress.wire import BlogPost, Comment

THREAD_AT_MOST: Final = 200

_KINDS: Final = ("posts", "pages")
_ABOVE_AT_MOST: Final = 50
_NEWEST: Final = {"order": "desc", "orderby": "date_gmt"}


class Threads:
    """Reads threads of one blog."""

    def __init__(self, client: WordPressClient, origins: Origins) -> None:
        """Read through ``client``."""
        self._client = client
        self._origins = origins

    async def read(self, thread: ThreadId, place: Place, role: Role, now: datetime) -> Thread:
        """Read a blog post with its comments.

        Raises:
            Gone: neither it nor anything under it is there any more.
            NetworkError: it could not be read.
        """
        number = post_number(thread)
        if number is None:
            raise Gone("This thread is not there any more.")
        comments = await self._comments(number, role)
        above = await self._post(number, comments, place, role)
        if above is None and not comments:
            raise Gone("This thread is not there any more.")
        await self._origins.look_up(comments, place, role)
        posts = sorted((self._made(one, place, now) for one in comments), key=by_age)
        room = THREAD_AT_MOST - (above is not None)
        head = () if above is None else (await self._head(above, place, now),)
        return Thread(thread, (*head, *posts[-room:]))

    async def _comments(self, number: int, role: Role) -> list[Comment]:
        """Read the newest comments, and what they answer where that is older."""
        found: dict[int, Comment] = {}
        for page in range(1, THREAD_AT_MOST // PAGE + 1):
            asked = {"post": number, "page": page, **_NEWEST, **role.asks}
            some, count = await self._client.comments(asked)
            found.update((one.id, one) for one in some)
            if count < PAGE:
                return [one for one in found.values() if is_shown(one)]
        missing = list(dict.fromkeys(
            one.parent for one in found.values() if one.parent and one.parent not in found
        ))[:_ABOVE_AT_MOST]  # fmt: skip
        older: Sequence[Comment] = ()
        if missing:
            listed = ",".join(map(str, missing))
            older, _ = await self._client.comments({"include": listed, **role.asks})
        newest = list(found.values())[: THREAD_AT_MOST - 1 - len(older)]
        return [one for one in (*newest, *older) if is_shown(one)]

    async def _post(
        self, number: int, comments: Sequence[Comment], place: Place, role: Role
    ) -> BlogPost | None:
        """Read what stands above; of which kind it is its comments know."""
        known = next((kind for one in comments if (kind := kind_of(one))), None)
        for kind in (known,) if known else _KINDS:
            post = await self._client.post(kind, number, context="view")
            if post is None or post.status == "trash":
                continue
            if role is Role.READER or not (place.is_moderator or post.author == place.us):
                return post
            try:
                return await self._client.post(kind, number, context="edit") or post
            except NetworkError:  # a kind that has a right of its own
                return post
        return None

    async def _head(self, post: BlogPost, place: Place, now: datetime) -> Post:
        """Make a post of what stands above, with its author's name where that is public."""
        names = {}
        if post.author and post.author != place.us:
            names[post.author] = await self._client.name(post.author)
        return blog_post(post, place, names, now)

    def _made(self, comment: Comment, place: Place, now: datetime) -> Post:
        answers = self._origins.answers(comment, place)
        is_to_us = (
            place.is_moderator
            or self._origins.owner(comment) == place.us
            or answers == place.account.author.person
        )
        return comment_post(comment, place, answers, now, is_to_us=is_to_us)
