"""One poll of an account: who names us, what we wrote, who answered it, and what was taken back.

Law: a poll asks a bounded number of times, in all about ten in five minutes of each kind, of the
300 that a server grants an account. What our own or the server's filters hide comes from nowhere.

Source: docs.joinmastodon.org/api/rate-limits, 2026-11.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from services.model.ids import PostId
from services.model.posts import Post, Relation
from services.networks.base import Arrivals
from services.networks.mastodon.chains import LOOK_UPS_A_POLL, Chains
from services.networks.mastodon.client import MastodonClient, Query, part
from services.networks.mastodon.convert import View, is_hidden, order, post_of
from services.networks.mastodon.mark import (
    TAGS_AT_MOST,
    Mark,
    Watched,
    cursor_of,
    due,
    is_taken,
    known_of,
    watching,
    with_taken,
)
from services.networks.mastodon.reread import Found, Rereader
from services.networks.mastodon.sweep import sweep_down
from services.networks.mastodon.wire import NotificationWire, StatusWire, TagWire

PAGES_A_POLL: Final = 5
"""Of 40 mentions each, and as many of our own."""
TAGS_EVERY_S: Final = 300.0
HELD_EVERY_S: Final = 300.0
_TO_US = frozenset({"mention", "quote"})


class _News(msgspec.Struct):
    """What the lists have brought."""

    ours: list[StatusWire] = []
    to_us: list[StatusWire] = []
    around: list[StatusWire] = []


class Poller:
    """Polls for one account."""

    def __init__(
        self, client: MastodonClient, view: View, chains: Chains, back_to: datetime
    ) -> None:
        """Read through ``client`` as ``view`` says, from ``back_to`` on."""
        self._client = client
        self._view = view
        self._chains = chains
        self._rereader = Rereader(client, view, chains)
        self._back_to = back_to
        self._tags: tuple[str, ...] = ()
        self._tags_at_s: float | None = None
        self._held: int | None = None
        self._held_at_s: float | None = None

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that we follow there."""
        return self._tags

    async def poll(
        self,
        mark: Mark,
        now: datetime,
        now_s: float,
        *,
        has_quotes: bool = False,
        suspects: Collection[str] = (),
    ) -> Arrivals:
        """Read what is new since ``mark``; ``now_s`` is the moment on the monotonic clock.

        ``suspects`` are posts that may have been edited or taken back.

        Raises:
            NetworkError: it could not be read.
        """
        now_at = int(now.timestamp())
        self._remember(mark)
        news, found = _News(), Found(gone=list(mark.gone))
        is_amid = bool(mark.ours.down or mark.mentions.down)
        mark = await self._ours(replace(mark, gone=()), news)
        mark = await self._to_us(mark, news, has_quotes=has_quotes)
        is_more = bool(mark.ours.down or mark.mentions.down)
        if not is_more:
            mark = await self._around(mark, news, now_s)
            await self._count_held(now_s)
        await self._take(mark, news, found, now)
        for name in suspects:
            await self._ask_after(name, found, now)
        for one in () if is_more else due(mark, now_at):
            if one.post.id not in found.renamed:
                await self._rereader.read(one, mark, found, now)
        gone = [name for name in dict.fromkeys(found.gone) if name not in found.posts]
        mark = watching(mark, found.watched, (*gone, *found.renamed), now_at)
        return Arrivals(
            posts=tuple(sorted(found.posts.values(), key=by_age)),
            cursor=cursor_of(with_taken(mark, found.posts)),
            # What came in during a long pass is above where it began.
            has_more=is_more or is_amid,
            gone=tuple(PostId(name) for name in gone),
            renamed=tuple((PostId(old), PostId(new)) for old, new in found.renamed.items()),
            held_back=self._held,
        )

    def _remember(self, mark: Mark) -> None:
        """Know again under which threads things hang."""
        self._chains.look_ups_left = LOOK_UPS_A_POLL
        for one in mark.watched:
            for known in (one.post, *one.answers):
                self._chains.place(known.id, one.thread)

    async def _ours(self, mark: Mark, news: _News) -> Mark:
        """Read what we wrote, here or elsewhere."""
        path = f"/api/v1/accounts/{part(self._view.our_id)}/statuses"

        async def fetch(query: Query) -> Sequence[StatusWire]:
            return await self._client.many(path, StatusWire, (("exclude_reblogs", "true"), *query))

        new, sweep = await sweep_down(mark.ours, fetch, self._back_to, PAGES_A_POLL)
        news.ours = [one for one in new if one.reblog is None and not is_taken(mark, str(one.id))]
        return replace(mark, ours=sweep)

    async def _to_us(self, mark: Mark, news: _News, *, has_quotes: bool) -> Mark:
        """Read who names us; servers give kinds as well that were not asked for."""
        kinds = ("mention", "quote") if has_quotes else ("mention",)

        async def fetch(query: Query) -> Sequence[NotificationWire]:
            asked = (*(("types[]", kind) for kind in kinds), *query)
            return await self._client.many("/api/v1/notifications", NotificationWire, asked)

        new, sweep = await sweep_down(mark.mentions, fetch, self._back_to, PAGES_A_POLL)
        said = [one.status for one in new if one.type in _TO_US and one.status is not None]
        news.to_us = [one for one in said if not is_hidden(one)]
        return replace(mark, mentions=sweep)

    async def _around(self, mark: Mark, news: _News, now_s: float) -> Mark:
        """Read one of the tags that we follow, each in its turn."""
        if self._tags_at_s is None or now_s - self._tags_at_s >= TAGS_EVERY_S:
            followed = await self._client.many_or_none("/api/v1/followed_tags", TagWire)
            self._tags = tuple(tag.name for tag in followed or ())[:TAGS_AT_MOST]
            self._tags_at_s = now_s
        if not self._tags:
            return mark
        tag = self._tags[mark.next_tag % len(self._tags)]
        newest = mark.tags.get(tag, "")
        query = [("limit", "20"), *([("since_id", newest)] if newest else [])]
        path = f"/api/v1/timelines/tag/{part(tag)}"
        came = await self._client.many_or_none(path, StatusWire, query) or ()
        names = [newest, *(str(one.id) for one in came)]
        news.around = [
            one for one in came if order(str(one.id)) > order(newest) and not is_hidden(one)
        ]
        kept = {name: mark.tags[name] for name in self._tags if name in mark.tags}
        return replace(
            mark, tags=kept | {tag: max(names, key=order)}, next_tag=(mark.next_tag + 1) % 1000
        )

    async def _count_held(self, now_s: float) -> None:
        """Count the people whose words the server holds back from us.

        Source: docs.joinmastodon.org/methods/notifications#get-requests, 4.3, 2026-11.
        """
        if self._held_at_s is not None and now_s - self._held_at_s < HELD_EVERY_S:
            return
        path, query = "/api/v1/notifications/requests", (("limit", "80"),)
        held = await self._client.many_or_none(path, dict[str, object], query)
        self._held = None if held is None else len(held)
        self._held_at_s = now_s

    async def _ask_after(self, name: str, found: Found, now: datetime) -> None:
        """Read again what was edited, or notice that it was taken back."""
        status = await self._client.status(name)
        if status is None:
            found.gone.append(name)
        elif not is_hidden(status):
            root = await self._chains.root_of(status)
            people = self._chains.people
            found.posts[name] = post_of(status, self._view, root, now, people=people)

    async def _take(self, mark: Mark, news: _News, found: Found, now: datetime) -> None:
        """Make posts of what the lists brought, those above before those below."""
        told = {str(one.id) for one in news.to_us}
        by_id = {str(one.id): one for one in (*news.around, *news.to_us, *news.ours)}
        watched = {one.post.uri: one for one in mark.watched if one.post.uri}
        for name in sorted(by_id, key=order):
            if is_taken(mark, name):
                continue
            status, known = by_id[name], known_of(by_id[name])
            root = await self._chains.root_of(status)
            people, is_to_us = self._chains.people, name in told
            post = post_of(status, self._view, root, now, people=people, is_to_us=is_to_us)
            found.posts[name] = post
            before = watched.get(known.uri)
            if before is not None:
                found.renamed[before.post.id] = name
                found.watched.append(replace(before, post=known, read_at=0))
            elif post.relation is Relation.OURS:
                at_s = int(post.created_at.timestamp())
                found.watched.append(Watched(known, root, 0, at_s))


def by_age(post: Post) -> tuple[datetime, tuple[int, str]]:
    """Sort posts, the oldest first."""
    return post.created_at, order(post.id)
