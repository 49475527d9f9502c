"""One poll of an account: what we wrote lately, who answered it, and what was taken back.

Law: a poll reads at most ``CHUNK`` items of ours for the first time, with what stands above
them, ``DUE_AT_MOST`` again, ``CHECKS_AT_MOST`` answers again and ``ANSWERS_A_POLL`` new ones.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from services.model.ids import PostId, ThreadId
from services.model.people import Account
from services.model.posts import Post, Relation
from services.networks.base import Arrivals, Cursor
from services.networks.hackernews.ancestry import Ancestry, Place
from services.networks.hackernews.client import HackerNewsClient
from services.networks.hackernews.convert import is_by, post_of, time_of
from services.networks.hackernews.watch import (
    CHUNK,
    REACH_BACK,
    Heard,
    Mark,
    Watched,
    after_answers,
    after_chunk,
    checks,
    cursor_of,
    due,
    mark_of,
    new_answers,
    pruned,
    with_submitted,
)
from services.networks.hackernews.wire import Item

ANSWERS_A_POLL: Final = 120
"""Answers that are read in one poll; more of them are read at once in the next."""

Found = dict[int, Item | None]


class _Replies(msgspec.Struct, frozen=True):
    """What reading the answers brought."""

    posts: tuple[Post, ...]
    watched: tuple[Watched, ...]
    is_cut: bool
    """Whether there are more."""


class Poller:
    """Polls for one account."""

    def __init__(self, client: HackerNewsClient, account: Account, ancestry: Ancestry) -> None:
        """Read through ``client`` as ``account``."""
        self._client = client
        self._account = account
        self._ancestry = ancestry

    async def poll(
        self, cursor: Cursor | None, submitted: Sequence[int], now: datetime
    ) -> Arrivals:
        """Read what is new since ``cursor``; ``submitted`` is all that we wrote.

        Raises:
            NetworkError: it could not be read.
        """
        mark = with_submitted(mark_of(cursor), submitted)
        changed = await self._client.changed() if mark.watched else frozenset()
        chunk, old = mark.waiting[:CHUNK], due(mark, changed, now)
        checked = checks(mark, changed, now)
        again = [*(one.id for one in old), *(one.id for one in checked)]
        found: Found = {}
        await self._client.items((*chunk, *again), found.__setitem__)
        ours, places = await self._ours(chunk, found, mark, now)
        watched = [*old, *(_watched(item, places[item.id], now) for item in ours)]
        replies = await self._replies(watched, found, now)
        gone = frozenset(n for n in again if (item := found[n]) is not None and item.is_gone)
        mark = after_chunk(mark, chunk, (number for number in chunk if found[number] is None))
        posts = [*self._posts(ours, places, now), *replies.posts]
        return Arrivals(
            posts=tuple(sorted(posts, key=by_age)),
            cursor=cursor_of(pruned(_after(mark, replies, checked, gone, now), submitted, now)),
            has_more=replies.is_cut or not set(mark.waiting) <= set(chunk),
            gone=tuple(PostId(str(number)) for number in sorted(gone)),
        )

    async def _ours(
        self, chunk: Iterable[int], found: Found, mark: Mark, now: datetime
    ) -> tuple[list[Item], dict[int, Place]]:
        """Give what we wrote and is young enough to be watched, and where it stands."""
        items = [item for number in chunk if (item := found[number]) is not None]
        ours = [
            item
            for item in items
            if is_by(item, self._account) and now - (time_of(item) or now) <= REACH_BACK
        ]
        roots = {one.id: one.thread for one in mark.watched}
        return ours, await self._ancestry.places(ours, roots)

    def _posts(
        self, items: Iterable[Item], places: dict[int, Place], now: datetime
    ) -> Iterable[Post]:
        for item in items:
            place = places[item.id]
            post = post_of(item, self._account, place.thread, place.parent, now)
            if post is not None:
                yield post

    async def _replies(self, watched: Sequence[Watched], found: Found, now: datetime) -> _Replies:
        """Read the new answers to what was read."""
        asked, is_cut = _asked(watched, found)
        read: Found = {}
        wanted = (kid for kids in asked.values() for kid in kids)
        await self._client.items(wanted, read.__setitem__)
        posts: list[Post] = []
        after = []
        for one in watched:
            await asyncio.sleep(0)  # so that a long past does not hold up a key press
            items = {kid: read[kid] for kid in asked[one.id]}
            to_us = self._to_us(one, items.values(), found[one.id], now)
            active_at = max((_seconds(post.created_at) for post in to_us), default=0)
            missing = [kid for kid, item in items.items() if item is None]
            # Whatever has more answers than were read is the first to be read next.
            read_at = 0 if one.id in is_cut else _seconds(now)
            after.append(after_answers(one, asked[one.id], missing, active_at, read_at))
            posts += to_us
        return _Replies(tuple(posts), tuple(after), bool(is_cut))

    def _to_us(
        self, one: Watched, items: Iterable[Item | None], parent: Item | None, now: datetime
    ) -> list[Post]:
        """Give the answers of others; what we added ourselves comes among what we wrote."""
        thread = ThreadId(str(one.thread))
        made = [item and post_of(item, self._account, thread, parent, now) for item in items]
        return [post for post in made if post and post.relation is Relation.TO_US]


def by_age(post: Post) -> tuple[datetime, int]:
    """Sort posts, the oldest first."""
    return post.created_at, int(post.id)


def _asked(
    watched: Iterable[Watched], found: Found
) -> tuple[dict[int, tuple[int, ...]], frozenset[int]]:
    """Name the answers to read under each item, and the items that have more."""
    room, is_cut = ANSWERS_A_POLL, set()
    asked = {}
    for one in watched:
        item = found[one.id]
        kids = () if item is None or item.is_gone else item.kids or ()
        asked[one.id], has_more = new_answers(one, kids, room)
        room -= len(asked[one.id])
        if has_more:
            is_cut.add(one.id)
    return asked, frozenset(is_cut)


def _watched(item: Item, place: Place, now: datetime) -> Watched:
    return Watched(item.id, place.root, _seconds(now), _seconds(time_of(item) or now))


def _after(
    mark: Mark, replies: _Replies, checked: Iterable[Heard], gone: frozenset[int], now: datetime
) -> Mark:
    """Give the mark after a poll."""
    watched = {one.id: one for one in (*mark.watched, *replies.watched)}
    heard = {one.id: one for one in mark.heard}
    heard |= {one.id: replace(one, read_at=_seconds(now)) for one in checked}
    for post in replies.posts:
        number = int(post.id)
        heard[number] = Heard(number, _seconds(post.created_at), _seconds(now))
    return replace(
        mark,
        watched=tuple(one for one in watched.values() if one.id not in gone),
        heard=tuple(one for one in heard.values() if one.id not in gone),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
