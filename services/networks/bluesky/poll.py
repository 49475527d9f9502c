"""One poll of an account: what was said to us, what we said, what was lost, what was taken back.

Law: a poll reads at most ``TOLD_PAGES`` pages of notifications and one of our own posts, the
answers under ``THREADS_A_POLL`` of them, and looks once at what may be gone. Notifications get
lost on the way (1 of 60 was, @atproto/bsky 0.0.280, 2026-11), so answers are read at our posts
as well, where their number has changed.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from services.errors import Gone
from services.model.ids import PostId
from services.model.people import Account
from services.model.posts import Post, Relation
from services.networks.base import Arrivals, Cursor
from services.networks.bluesky.client import PAGE, POSTS_AT_ONCE, Client
from services.networks.bluesky.convert import post_of, time_of
from services.networks.bluesky.mark import (
    Heard,
    Line,
    Mark,
    Watched,
    after_reading,
    checks,
    cursor_of,
    due,
    floor_of,
    mark_of,
    newest_of,
    pruned,
    sign_of,
    until_of,
    with_known,
)
from services.networks.bluesky.names import moment_of, place_of, post_id
from services.networks.bluesky.threads import answers_in
from services.networks.bluesky.wire import POST, PostView

TOLD_PAGES: Final = 3
THREADS_A_POLL: Final = 3
ANSWERS_A_THREAD: Final = 33
OWN_CHECKS: Final = 3

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NULL: Final = msgspec.Raw(b"null")

Views = tuple[PostView, ...]
_Page = Callable[[str | None], Awaitable[tuple[Views, str | None]]]
_Moment = Callable[[PostView], datetime]


class Reading(msgspec.Struct, frozen=True):
    """What reading a list brought."""

    views: Views
    """Those that are not too old, the newest first."""
    page: Views
    """All of the last page."""
    line: Line
    was_gap: bool
    is_end: bool
    """Whether the list has no more below."""

    @property
    def has_more(self) -> bool:
        """Whether reading again at once would bring more."""
        return self.was_gap or self.line.gap is not None


class Poller:
    """Polls for one account."""

    def __init__(self, client: Client, us: Account, back_to: datetime) -> None:
        """Read through ``client`` as ``us``, never further back than ``back_to``."""
        self._client = client
        self._us = us
        self._back_to = back_to
        self.kept_away: set[str] = set()
        """Whom we have put away lately, before the network knows it everywhere."""

    async def poll(self, cursor: Cursor | None, now: datetime) -> Arrivals:
        """Read what is new since ``cursor``.

        Raises:
            NetworkError: it could not be read.
        """
        mark = mark_of(cursor)
        told = await self._read(mark.told, self._client.notifications, _told_at, TOLD_PAGES, now)
        said = await self._read(mark.said, self._own, time_of, 1, now)
        known = set(mark.known)
        to_us = await self._whole(self._fresh(told.views, known), is_old=told.was_gap)
        ours = self._fresh(said.views, known)
        mark = replace(mark, told=told.line, said=said.line)
        mark = replace(mark, watched=_watching(mark, ours))
        known |= {sign_of(view.uri) for view in (*to_us, *ours)}
        found, mark = await self._answers(mark, said, known, now)
        mark, gone = await self._taken_back(mark, said, now)
        posts = self._posts((*to_us, *ours, *found), gone)
        mark = with_known(_hearing(mark, posts, now), (post.id for post in posts))
        return Arrivals(
            posts=posts,
            cursor=cursor_of(pruned(mark, now)),
            has_more=told.has_more or said.has_more,
            gone=gone,
        )

    async def _own(self, cursor: str | None) -> tuple[Views, str | None]:
        return await self._client.own(cursor, PAGE)

    async def _read(
        self, line: Line, page: _Page, moment: _Moment, pages: int, now: datetime
    ) -> Reading:
        """Read a list from its newest end, or from its gap, down to what is known."""
        until = until_of(line, self._back_to)
        floor = floor_of(line, until, self._back_to)
        cursor = None if line.gap is None else line.gap.cursor
        kept: list[PostView] = []
        views: Views = ()
        following: str | None = None
        for _ in range(pages):
            views, following = await page(cursor)
            kept += [view for view in views if moment(view) >= floor]
            is_over = any(moment(view) < until for view in views)
            cursor = None if is_over or following == cursor else following
            if cursor is None:
                break
        newest = newest_of([moment(view) for view in kept], line, now)
        after = after_reading(line, newest, until, cursor)
        return Reading(tuple(kept), views, after, line.gap is not None, following is None)

    def _fresh(self, views: Iterable[PostView], known: set[str]) -> Views:
        """Give what was not given yet and may be seen."""
        return tuple(
            view
            for view in views
            if sign_of(view.uri) not in known
            and not view.author.is_kept_away
            and view.author.did not in self.kept_away
            and not _is_unwanted_quote(view)
        )

    async def _whole(self, views: Views, *, is_old: bool) -> Views:
        """Give posts for notifications: with what hangs on them, and what we may do with them.

        Far back only those that something hangs on are asked for; the others say it all.
        """
        asked = [view.uri for view in views if not is_old or view.record.embed != _NULL]
        found = await self._client.posts(asked) if asked else {}
        return tuple(found.get(view.uri, view) for view in views)

    async def _answers(
        self, mark: Mark, said: Reading, known: set[str], now: datetime
    ) -> tuple[Views, Mark]:
        """Read the answers under our own posts where there may be new ones."""
        counts = {_key(view.uri): view.reply_count or 0 for view in said.page}
        found: list[PostView] = []
        watched = {one.key: one for one in mark.watched}
        for one in due(mark, counts, now, THREADS_A_POLL):
            views = self._fresh(await self._under(one.key), known)
            to_us = [
                view for view in views
                if view.author.did != self._client.did and _told_at(view) >= self._back_to
                and not _is_muted(view)
            ]  # fmt: skip
            to_us = sorted(to_us, key=_told_at)[-ANSWERS_A_THREAD:]
            found += to_us
            known |= {sign_of(view.uri) for view in to_us}
            latest = max((time_of(view) for view in to_us), default=one.active_at)
            watched[one.key] = replace(
                one, read_at=now, active_at=max(one.active_at, latest),
                answers=counts.get(one.key, one.answers),
            )  # fmt: skip
        return tuple(found), replace(mark, watched=tuple(watched.values()))

    async def _under(self, key: str) -> Views:
        uri = post_id(self._client.did, key)
        try:
            return answers_in(await self._client.thread(uri, depth=1, above=0))
        except Gone:
            return ()

    async def _taken_back(
        self, mark: Mark, said: Reading, now: datetime
    ) -> tuple[Mark, tuple[PostId, ...]]:
        """Find out which posts are not there any more, ours and others'."""
        missing = [
            one.key
            for one in _not_in(mark, said)[:OWN_CHECKS]
            if await self._client.record(one.key) is None
        ]
        looked = [one.uri for one in checks(mark, now, POSTS_AT_ONCE)]
        there = await self._client.posts(looked) if looked else {}
        lost = [uri for uri in looked if uri not in there]
        heard = (
            replace(one, read_at=now) if one.uri in there else one
            for one in mark.heard
            if one.uri not in lost
        )
        watched = (one for one in mark.watched if one.key not in missing)
        mark = replace(mark, heard=tuple(heard), watched=tuple(watched))
        ours = (post_id(self._client.did, key) for key in missing)
        return mark, (*ours, *(PostId(uri) for uri in lost))

    def _posts(self, views: Iterable[PostView], gone: tuple[PostId, ...]) -> tuple[Post, ...]:
        made = {view.uri: post_of(view, self._us) for view in views if view.uri not in gone}
        posts = (post for post in made.values() if post is not None)
        return tuple(sorted(posts, key=lambda post: (post.created_at, post.id)))


def _told_at(view: PostView) -> datetime:
    """Say when the network saw it."""
    return moment_of(view.indexed_at) or _NEVER


def _is_unwanted_quote(view: PostView) -> bool:
    viewer = view.author.viewer
    return view.reason == "quote" and viewer is not None and bool(viewer.muted_only_quoteposts)


def _is_muted(view: PostView) -> bool:
    return view.viewer is not None and bool(view.viewer.thread_muted)


def _key(uri: str) -> str:
    place = place_of(uri)
    return "" if place is None or place.collection != POST else place.key


def _watching(mark: Mark, ours: Views) -> tuple[Watched, ...]:
    """Watch our own posts that are new here."""
    watched = {one.key: one for one in mark.watched}
    for view in ours:
        written = time_of(view)
        watched.setdefault(_key(view.uri), Watched(_key(view.uri), written, written, _NEVER))
    return tuple(watched.values())


def _hearing(mark: Mark, posts: Iterable[Post], now: datetime) -> Mark:
    """Remember what others said to us, to look whether it still stands."""
    heard = {one.uri: one for one in mark.heard}
    active = {}
    for post in posts:
        if post.relation is Relation.TO_US:
            heard.setdefault(post.id, Heard(post.id, post.created_at, now))
            active[_key(post.parent or "")] = post.created_at
    watched = (
        replace(one, active_at=max(one.active_at, active.get(one.key, one.active_at)))
        for one in mark.watched
    )
    return replace(mark, heard=tuple(heard.values()), watched=tuple(watched))


def _not_in(mark: Mark, said: Reading) -> list[Watched]:
    """Give what of ours should stand in the newest page of our posts, and does not."""
    if said.was_gap:
        return []
    there = {_key(view.uri) for view in said.page}
    oldest = min((time_of(view) for view in said.page), default=_NEVER)
    from_ = _NEVER if said.is_end else oldest
    return [one for one in mark.watched if one.written_at > from_ and one.key not in there]
