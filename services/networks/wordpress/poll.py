"""One poll of a blog: what was said since, and now and then what became of what we know.

Law: a poll reads one page of what is new; every five minutes the newest by number besides, and
a hundred of those that are known and older. Only what the blog shows somebody as us counts: an
answer that it would give to anybody proves nothing of what is gone.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from services.model.ids import PostId
from services.model.posts import Post
from services.networks.base import Arrivals, Cursor
from services.networks.wordpress.client import PAGE, WordPressClient
from services.networks.wordpress.convert import Place, comment_post, is_shown
from services.networks.wordpress.origins import Origins
from services.networks.wordpress.roles import Role
from services.networks.wordpress.watch import (
    Mark,
    Taken,
    advanced,
    after_of,
    checked,
    checks_of,
    cursor_of,
    is_due,
    is_young,
    mark_of,
    missing_of,
    taken,
)
from services.networks.wordpress.wire import Comment

_BY_DATE: Final = {"order": "asc", "orderby": "date_gmt"}
_NEWEST: Final = {"order": "desc", "orderby": "id"}


class Poller:
    """Polls for one account.

    On a blog that we may moderate every comment of others is to us, also what visitors say to
    one another: whoever keeps a blog answers for what stands on it, and in the row of waiting
    it costs them one key to set aside. Elsewhere only what stands under a post of ours, or
    answers a comment of ours.
    """

    def __init__(self, client: WordPressClient, origins: Origins, back_to: datetime) -> None:
        """Read through ``client`` what was said from ``back_to`` on."""
        self._client = client
        self._origins = origins
        self._back_to = back_to
        self._page_before: tuple[int, ...] = ()

    async def poll(
        self, cursor: Cursor | None, place: Place, role: Role, now: datetime
    ) -> Arrivals:
        """Read what is new since ``cursor``.

        Raises:
            NetworkError: it could not be read.
        """
        mark = mark_of(cursor, self._back_to)
        asked = {"after": after_of(mark), "page": mark.page, **_BY_DATE, **role.asks}
        page, count = await self._client.comments(asked)
        is_full = count >= PAGE and not self._is_page_before(page, mark)
        mark = advanced(mark, page, now, is_full=is_full)
        first = taken(mark, await self._ours_to_hear(page, place, role))
        if is_full or not is_due(mark, now):
            return self._arrivals((first,), (), place, now, has_more=is_full)
        again, gone = await self._check(first.mark, place, role, now)
        return self._arrivals((first, again), gone, place, now, has_more=False)

    def is_due(self, cursor: Cursor | None, now: datetime) -> bool:
        """Whether the next poll looks again at what is known."""
        return is_due(mark_of(cursor, self._back_to), now)

    def _is_page_before(self, page: Iterable[Comment], mark: Mark) -> bool:
        """Tell whether the second page of something is the first one again.

        Caches and plugins exist that do not heed the page that was asked for: it would never end.
        """
        numbers = tuple(comment.id for comment in page)
        before, self._page_before = self._page_before, numbers
        return mark.page > 1 and bool(numbers) and numbers == before

    async def _check(
        self, mark: Mark, place: Place, role: Role, now: datetime
    ) -> tuple[Taken, tuple[int, ...]]:
        """Look again at the newest, and at some that are known."""
        newest, count = await self._client.comments({**_NEWEST, **role.asks})
        gone = set(missing_of(mark, newest, is_all=count < PAGE))
        seen = {comment.id for comment in newest}
        some = checks_of(mark, seen | gone)
        again: tuple[Comment, ...] = ()
        if some:
            listed = ",".join(map(str, some))
            again, _ = await self._client.comments({"include": listed, **role.asks})
            gone |= set(some) - {comment.id for comment in again}
        young = [one for one in newest if one.id in mark.known or is_young(one, self._back_to)]
        hidden = {one.id for one in (*newest, *again) if not is_shown(one)} & mark.known.keys()
        gone |= hidden
        found = taken(mark, await self._ours_to_hear((*again, *reversed(young)), place, role))
        numbers = tuple(sorted(gone))
        return replace(found, mark=checked(found.mark, gone, now)), numbers

    async def _ours_to_hear(
        self, comments: Iterable[Comment], place: Place, role: Role
    ) -> list[Comment]:
        """Leave out what is nobody's word, and what is said to others elsewhere."""
        shown = [comment for comment in comments if is_shown(comment)]
        await self._origins.look_up(shown, place, role)
        return [one for one in shown if one.author == place.us or self._is_to_us(one, place)]

    def _is_to_us(self, comment: Comment, place: Place) -> bool:
        return (
            place.is_moderator
            or self._origins.owner(comment) == place.us
            or self._origins.answers(comment, place) == place.account.author.person
        )

    def _arrivals(
        self,
        found: tuple[Taken, ...],
        gone: tuple[int, ...],
        place: Place,
        now: datetime,
        *,
        has_more: bool,
    ) -> Arrivals:
        edited = frozenset[int]().union(*(one.edited for one in found))
        posts = {
            comment.id: self._post(comment, place, now, is_edited=comment.id in edited)
            for one in found
            for comment in one.fresh
        }
        return Arrivals(
            posts=tuple(sorted(posts.values(), key=by_age)),
            cursor=cursor_of(found[-1].mark),
            has_more=has_more,
            gone=tuple(PostId(str(number)) for number in gone),
        )

    def _post(self, comment: Comment, place: Place, now: datetime, *, is_edited: bool) -> Post:
        """Make a post; when it was changed the blog does not say, so it is when we saw it."""
        answers = self._origins.answers(comment, place)
        post = comment_post(comment, place, answers, now, is_to_us=True)
        return replace(post, edited_at=now) if is_edited else post


def by_age(post: Post) -> tuple[datetime, int, str]:
    """Sort the oldest first; of one second in the order of their numbers."""
    return post.created_at, len(post.id), post.id
