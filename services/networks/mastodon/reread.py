"""Reading again what stands under our own posts, since networks lose notifications.

Law: a post is gone only when it was asked for by itself and is not to be had.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from services.model.posts import Post
from services.networks.mastodon.chains import Chains, Context, read_context
from services.networks.mastodon.client import MastodonClient
from services.networks.mastodon.convert import View, is_hidden, moment_of, post_of
from services.networks.mastodon.mark import Known, Mark, Watched, is_taken, known_of, sign
from services.networks.mastodon.wire import StatusWire

POSTS_A_POLL: Final = 500
VANISHED_A_READING: Final = 5
"""Answers that stand there no more, each asked for by itself."""


class Found(msgspec.Struct):
    """What a poll has found so far."""

    posts: dict[str, Post] = {}
    gone: list[str] = []
    renamed: dict[str, str] = {}
    """By the old id the new one."""
    watched: list[Watched] = []


class Rereader:
    """Reads one post of ours again, with its answers."""

    def __init__(self, client: MastodonClient, view: View, chains: Chains) -> None:
        """Read through ``client`` as ``view`` says."""
        self._client = client
        self._view = view
        self._chains = chains

    async def read(self, one: Watched, mark: Mark, found: Found, now: datetime) -> None:
        """Read ``one`` again, into ``found``.

        Raises:
            NetworkError: it could not be read.
        """
        status = await self._client.status(one.post.id)
        if status is None:
            found.gone.append(one.post.id)
            return
        known = known_of(status)
        if known.id != one.post.id:
            found.renamed[one.post.id] = known.id
        if known != one.post and known.id not in found.posts:
            found.posts[known.id] = self._post(status, one.thread, now)
        context = await read_context(self._client, known.id)
        answers = await self._answers(one, context, mark, found, now)
        found.watched.append(
            Watched(
                known,
                one.thread,
                0 if context.is_growing else int(now.timestamp()),
                max(one.active_at, _newest_s(context.descendants)),
                answers,
                tuple(dict.fromkeys((*one.heard, *(sign(answer.id) for answer in answers)))),
            )
        )

    async def _answers(
        self, one: Watched, context: Context, mark: Mark, found: Found, now: datetime
    ) -> tuple[Known, ...]:
        """Take what is new or has changed; give all that is known there now."""
        self._chains.learn(context.descendants, one.thread)
        before = {answer.id: answer for answer in one.answers}
        by_uri = {answer.uri: answer.id for answer in one.answers if answer.uri}
        heard = frozenset(one.heard)
        here: dict[str, Known] = {}
        for status in context.descendants:
            known = known_of(status)
            if len(found.posts) >= POSTS_A_POLL and known.id not in before:
                continue  # it is as new at the next reading
            here[known.id] = known
            old = by_uri.get(known.uri, known.id)
            if old != known.id:
                found.renamed[old] = known.id
            is_known = old in before or sign(known.id) in heard
            is_new = not is_known and not is_taken(mark, known.id)
            has_changed = old in before and before[old] != known
            is_kept_from_us = is_hidden(status) or status.muted is True
            if (is_new or has_changed) and known.id not in found.posts and not is_kept_from_us:
                found.posts[known.id] = self._post(status, one.thread, now)
        left = [known for name, known in before.items() if name not in {*here, *found.renamed}]
        if not context.is_whole:
            return (*left, *here.values())
        return (*await self._still_there(left, found), *here.values())

    async def _still_there(self, left: Sequence[Known], found: Found) -> tuple[Known, ...]:
        """Ask after some of those that do not stand there any more."""
        kept = list(left[VANISHED_A_READING:])
        for known in left[:VANISHED_A_READING]:
            if await self._client.status(known.id) is None:
                found.gone.append(known.id)
            else:
                kept.append(known)
        return tuple(kept)

    def _post(self, status: StatusWire, root: str, now: datetime) -> Post:
        return post_of(status, self._view, root, now, people=self._chains.people)


def _newest_s(statuses: Sequence[StatusWire]) -> int:
    """Give when the newest of them was written, where one says so."""
    moments = (moment_of(status.created_at) for status in statuses)
    return max((int(moment.timestamp()) for moment in moments if moment), default=0)
