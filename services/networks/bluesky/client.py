"""The calls to an account's own server, which asks the rest of the network for us.

Law: reading may be repeated by the door, writing never is. What the network counts as seen is
left alone: other clients of the same person go by it.

Source: lexicons of com.atproto and app.bsky, @atproto/api 0.20.44, 2026-11.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import msgspec

from services.errors import Gone, Rejected
from services.model.accounts import SignedIn
from services.networks.bluesky.names import Place
from services.networks.bluesky.refusals import check
from services.networks.bluesky.session import Session
from services.networks.bluesky.wire import (
    POST,
    Actor,
    ActorPage,
    DraftPage,
    DraftView,
    FeedItem,
    FeedPage,
    Node,
    NotificationPage,
    PostPage,
    PostView,
    RecordPage,
    Ref,
    Resolved,
    StoredRecord,
    ThreadAnswer,
    Uploaded,
    parts,
    read,
    written,
)
from services.web.values import JSON_LIMITS, MEGABYTE, Limits, Method, Request

POSTS_AT_ONCE: Final = 25
PAGE: Final = 100
REASONS: Final = ("reply", "mention", "quote")
"""What people say to us; likes, reposts and follows are never asked for, let alone counted."""
THREAD_LIMITS: Final = Limits(body_bytes=12 * MEGABYTE, deadline_s=30.0)
UPLOAD_LIMITS: Final = Limits(body_bytes=2 * MEGABYTE, deadline_s=60.0)

_URIS_CHARS_AT_MOST: Final = 1_300

_Parameters = Sequence[tuple[str, str | int]]
_Asked = list[tuple[str, str | int]]


class Client:
    """Calls; each method raises what ``Session.ask`` and ``refusals.check`` raise."""

    def __init__(self, who: SignedIn, session: Session) -> None:
        """Call as ``who``."""
        self.did = who.remote_id
        self._server = who.server
        self._session = session

    async def notifications(self, cursor: str | None) -> tuple[tuple[PostView, ...], str | None]:
        """Read a page of what was said to us, the newest first, and the next page's name."""
        asked: _Asked = [("reasons", reason) for reason in REASONS]
        body = await self._get(
            "app.bsky.notification.listNotifications", [*asked, ("limit", PAGE), *_at(cursor)]
        )
        page = read(body, NotificationPage)
        return parts(page.notifications, PostView), page.cursor or None

    async def own(self, cursor: str | None, count: int) -> tuple[tuple[PostView, ...], str | None]:
        """Read a page of what we wrote, answers too, the newest first."""
        wanted: _Asked = [("actor", self.did), ("filter", "posts_with_replies"), ("limit", count)]
        body = await self._get("app.bsky.feed.getAuthorFeed", [*wanted, *_at(cursor)])
        page = read(body, FeedPage)
        ours = [item.post for item in parts(page.feed, FeedItem) if item.reason is None]
        views = parts(tuple(ours), PostView)
        return tuple(view for view in views if view.author.did == self.did), page.cursor or None

    async def posts(self, uris: Sequence[str]) -> dict[str, PostView]:
        """Read posts by their addresses; those that are not there are left out."""
        found: dict[str, PostView] = {}
        for together in _together(uris):
            asked = [("uris", uri) for uri in together]
            page = read(await self._get("app.bsky.feed.getPosts", asked), PostPage)
            found |= {view.uri: view for view in parts(page.posts, PostView)}
        return found

    async def thread(self, uri: str, *, depth: int, above: int) -> Node:
        """Read what hangs under a post, ``depth`` deep, and ``above`` posts over it."""
        wanted: _Asked = [("uri", uri), ("depth", depth), ("parentHeight", above)]
        body = await self._get("app.bsky.feed.getPostThread", wanted, THREAD_LIMITS)
        return read(read(body, ThreadAnswer).thread, Node)

    async def put(self, key: str, record: Mapping[str, object]) -> Ref:
        """Write a post under a key that is free, or holds exactly this.

        Raises:
            Taken: something else stands under it.
        """
        body = {
            "repo": self.did, "collection": POST, "rkey": key, "record": record,
            "swapRecord": None,
        }  # fmt: skip
        return read(await self._do("com.atproto.repo.putRecord", body), Ref)

    async def create(self, collection: str, record: Mapping[str, object]) -> None:
        """Write a record under whatever key."""
        body = {"repo": self.did, "collection": collection, "record": record}
        await self._do("com.atproto.repo.createRecord", body)

    async def record(self, key: str) -> StoredRecord | None:
        """Read a post of ours from our own server; ``None`` where there is none."""
        wanted = [("repo", self.did), ("collection", POST), ("rkey", key)]
        try:
            return read(await self._get("com.atproto.repo.getRecord", wanted), StoredRecord)
        except Gone:
            return None

    async def records(self, count: int) -> tuple[StoredRecord, ...]:
        """Read our latest posts from our own server, the newest first."""
        wanted: _Asked = [("repo", self.did), ("collection", POST), ("limit", count)]
        body = await self._get("com.atproto.repo.listRecords", wanted)
        return parts(read(body, RecordPage).records, StoredRecord)

    async def delete(self, place: Place) -> None:
        """Delete a record of ours; the server does not mind when it is gone."""
        body = {"repo": place.did, "collection": place.collection, "rkey": place.key}
        await self._do("com.atproto.repo.deleteRecord", body)

    async def resolve(self, handle: str) -> str | None:
        """Ask whose a handle is; ``None`` where it is nobody's."""
        try:
            body = await self._get("com.atproto.identity.resolveHandle", [("handle", handle)])
        except (Gone, Rejected):
            return None
        return read(body, Resolved).did

    async def upload(self, data: bytes, media_type: str) -> msgspec.Raw:
        """Upload a picture; give what names it in a record."""
        url = f"{self._server}/xrpc/com.atproto.repo.uploadBlob"
        request = Request(
            url=url, method=Method.POST, accept="application/json", body=data,
            content_type=media_type, limits=UPLOAD_LIMITS, is_repeatable=False,
        )  # fmt: skip
        return read(check(await self._session.ask(request)), Uploaded).blob

    async def profile(self, did: str) -> Actor:
        """Read who somebody is, and how they stand to us."""
        return read(await self._get("app.bsky.actor.getProfile", [("actor", did)]), Actor)

    async def mute(self, did: str) -> None:
        """Mute somebody; the server does not mind when they are."""
        await self._do("app.bsky.graph.muteActor", {"actor": did})

    async def report(self, ref: Ref, words: str) -> None:
        """Tell the moderators about a post."""
        subject = {"$type": "com.atproto.repo.strongRef", "uri": ref.uri, "cid": ref.cid}
        body = {
            "reasonType": "com.atproto.moderation.defs#reasonOther",
            "reason": words,
            "subject": subject,
        }
        await self._do("com.atproto.moderation.createReport", body)

    async def people(self, beginning: str, count: int) -> tuple[Actor, ...]:
        """Find people by the beginning of a handle."""
        wanted: _Asked = [("q", beginning), ("limit", count)]
        body = await self._get("app.bsky.actor.searchActorsTypeahead", wanted)
        return parts(read(body, ActorPage).actors, Actor)

    async def drafts(self) -> tuple[DraftView, ...]:
        """Read the drafts that the network keeps for us."""
        body = await self._get("app.bsky.draft.getDrafts", [("limit", PAGE)])
        return parts(read(body, DraftPage).drafts, DraftView)

    async def delete_draft(self, name: str) -> None:
        """Delete a draft."""
        await self._do("app.bsky.draft.deleteDraft", {"id": name})

    async def _get(
        self, method: str, parameters: _Parameters, limits: Limits = JSON_LIMITS
    ) -> bytes:
        url = f"{self._server}/xrpc/{method}?{urlencode(parameters, safe=':/')}"
        request = Request(url=url, accept="application/json", limits=limits)
        return check(await self._session.ask(request))

    async def _do(self, method: str, body: Mapping[str, object]) -> bytes:
        request = Request(
            url=f"{self._server}/xrpc/{method}", method=Method.POST, accept="application/json",
            body=written(body), content_type="application/json", limits=JSON_LIMITS,
            is_repeatable=False,
        )  # fmt: skip
        return check(await self._session.ask(request))


def _together(uris: Sequence[str]) -> Iterator[list[str]]:
    """Cut addresses into as many as are asked for at once, and fit into one request's line."""
    together: list[str] = []
    for uri in uris:
        is_full = sum(map(len, together)) + len(uri) > _URIS_CHARS_AT_MOST
        if together and (is_full or len(together) == POSTS_AT_ONCE):
            yield together
            together = []
        together.append(uri)
    if together:
        yield together


def _at(cursor: str | None) -> _Asked:
    return [] if cursor is None else [("cursor", cursor)]
