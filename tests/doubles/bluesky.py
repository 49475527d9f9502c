"""A loopback server with the manners of a Bluesky PDS and the AppView behind it.

Law: it listens on 127.0.0.1 alone, and all its moments are those of the clock it was given. It
is for what the real network cannot be made to show; each of its manners says where it was seen.

Source: @atproto/pds 0.5.35 and @atproto/bsky 0.0.280 on loopback, 2026-11, unless said otherwise;
lexicons of @atproto/api 0.20.44.
"""

import asyncio
import base64
import contextlib
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from services.clock import Clock
from services.model.ids import SendId
from services.networks.bluesky.names import key_of, place_of

POST = "app.bsky.feed.post"
Json = dict[str, Any]


class Refusal(Exception):
    """An answer that is none."""

    def __init__(self, status: int, error: str, message: str = "", **headers: str) -> None:
        """Answer with this status, name and words."""
        super().__init__(error)
        self.status = status
        self.body: Json = {"error": error, "message": message}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(slots=True)
class Trouble:
    """What happens to calls of one method instead of, or after, what they ask for."""

    refusal: Refusal | None = None
    """``None``: the connection ends without an answer."""
    is_done: bool = False
    """Whether what was asked is carried out first."""
    times: int = 1


@dataclass(slots=True)
class Person:
    """An account."""

    did: str
    handle: str
    password: str
    name: str
    status: str = ""
    records: dict[str, dict[str, Json]] = field(default_factory=dict)
    stored_at: dict[str, datetime] = field(default_factory=dict)
    access: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    drafts: dict[str, Json] = field(default_factory=dict)
    view: Json = field(default_factory=dict)


class BlueskyDouble:
    """The network, its people, and the requests that came."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nobody."""
        self.people: dict[str, Person] = {}
        self.asked: list[str] = []
        """The methods, in the order they came."""
        self.trouble: dict[str, Trouble] = {}
        self.lost: set[str] = set()
        """Posts of which nobody is told: 1 of 60 was lost on the real network."""
        self.flags: dict[str, Json] = {}
        """What stands in the viewer of a post."""
        self.labels: dict[str, list[str]] = {}
        self.reports: list[Json] = []
        self.uploads: list[tuple[str, int]] = []
        self.missing_methods: set[str] = set()
        self.trends: list[Json] = []
        self.base_url = ""
        self._clock = clock
        self._numbers = itertools.count(1)
        self._order: list[str] | None = None
        self._children: dict[str, list[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.base_url).netloc

    def person(self, name: str) -> Person:
        """Let somebody have an account."""
        did = f"did:plc:{(name * 24)[:24]}"
        made = Person(did, f"{name}.example", f"{name}-password", name.capitalize())
        return self.people.setdefault(did, made)

    def says(self, who: Person, text: str, above: str | None = None, **more: object) -> str:
        """Publish as somebody; give the address."""
        number = next(self._numbers)
        moment = self._clock.now() + timedelta(microseconds=number)
        record: Json = {"$type": POST, "text": text, "createdAt": _text(moment), **more}
        if above is not None:
            record["reply"] = {"parent": self.ref(above), "root": self.ref(self.root(above))}
        return self.store(who, POST, key_of(moment, SendId(str(number))), record)

    def store(self, who: Person, collection: str, key: str, record: Json) -> str:
        """Put a record into a repository; give its address."""
        uri = f"at://{who.did}/{collection}/{key}"
        who.records.setdefault(collection, {})[key] = record
        moment = self._clock.now() + timedelta(microseconds=next(self._numbers))
        who.stored_at.setdefault(uri, moment)
        self._order = None
        return uri

    def record(self, uri: str) -> Json | None:
        """Give what stands at an address."""
        place = place_of(uri)
        who = self.people.get(place.did) if place else None
        return who.records.get(place.collection, {}).get(place.key) if who and place else None

    def remove(self, uri: str) -> None:
        """Delete what stands at an address."""
        place = place_of(uri)
        assert place is not None
        self._order = None
        self.people[place.did].records.get(place.collection, {}).pop(place.key, None)

    def root(self, uri: str) -> str:
        """Give the first post of a thread."""
        reply = (self.record(uri) or {}).get("reply")
        return str(reply["root"]["uri"]) if reply else uri

    def ref(self, uri: str) -> Json:
        """Name a version of a record."""
        return {"uri": uri, "cid": _cid(self.record(uri))}

    def expire(self, who: Person) -> None:
        """Let two hours pass for every access token of somebody."""
        who.expired |= who.access

    def session(self, who: Person) -> Json:
        """Open a session; its tokens say when they end, as real ones do."""
        now = int(self._clock.now().timestamp())
        number = next(self._numbers)

        def token(kind: str, lives_s: int) -> str:
            claims = {"sub": who.did, "iat": now, "exp": now + lives_s, "jti": f"{kind}{number}"}
            body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
            return f"e30.{body}.{kind}"

        access, refresh = token("access", 7200), token("refresh", 90 * 86_400)
        who.access.add(access)
        who.refresh.add(refresh)
        service = {"id": "#atproto_pds", "type": "x", "serviceEndpoint": self.base_url}
        return {
            "accessJwt": access, "refreshJwt": refresh, "did": who.did, "handle": who.handle,
            "didDoc": {"id": who.did, "service": [service]}, "active": not who.status,
        } | ({"status": who.status} if who.status else {})  # fmt: skip

    def count(self) -> Counter[str]:
        """Count the requests since the last count, by the last part of their methods."""
        counted = Counter(method.rpartition(".")[2] for method in self.asked)
        self.asked.clear()
        return counted

    def answer(self, method: str, query: dict[str, list[str]], body: bytes, token: str) -> Json:
        """Carry a call out.

        Raises:
            Refusal: it is refused.
        """
        name = method.rpartition(".")[2]
        handler: Callable[..., Json] | None = getattr(self, f"_{name}", None)
        if handler is None or name in self.missing_methods:
            raise Refusal(501, "MethodNotImplemented", "Method Not Implemented")
        if name in {"createSession", "resolveHandle", "getTrends", "getTrendingTopics"}:
            return handler(query, json.loads(body) if body else {})
        if name in {"refreshSession", "deleteSession"}:
            if body:
                raise Refusal(400, "InvalidRequest", "A request body was provided when none was")
            return handler(self._by_refresh(token), token)
        who = self._by_access(token)
        said = body if name == "uploadBlob" else (json.loads(body) if body else {})
        return handler(who, query, said)

    def _by_access(self, token: str) -> Person:
        for who in self.people.values():
            if token in who.expired:
                raise Refusal(400, "ExpiredToken", "Token has expired")
            if token in who.access:
                return who
        raise Refusal(401, "AuthMissing", "Authentication Required")

    def _by_refresh(self, token: str) -> Person:
        for who in self.people.values():
            if token in who.refresh:
                return who
        raise Refusal(400, "ExpiredToken", "Token has been revoked")

    def _createSession(self, _: object, said: Json) -> Json:  # noqa: N802 - the method's name
        for who in self.people.values():
            if said["identifier"] in {who.handle, who.did} and said["password"] == who.password:
                return self.session(who)
        raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")

    def _refreshSession(self, who: Person, _: str) -> Json:  # noqa: N802 - as above
        return self.session(who)

    def _deleteSession(self, who: Person, token: str) -> Json:  # noqa: N802 - as above
        who.refresh.discard(token)
        return {}

    def _resolveHandle(self, query: dict[str, list[str]], _: object) -> Json:  # noqa: N802 - as above
        for who in self.people.values():
            if who.handle == query["handle"][0]:
                return {"did": who.did}
        raise Refusal(400, "HandleNotFound", "Unable to resolve handle")

    def _putRecord(self, who: Person, _: object, said: Json) -> Json:  # noqa: N802 - as above
        uri = f"at://{who.did}/{said['collection']}/{said['rkey']}"
        there = self.record(uri)
        if there is not None and there != said["record"] and "swapRecord" in said:
            raise Refusal(400, "InvalidSwap", f"Record was at {_cid(there)}")
        self.store(who, said["collection"], said["rkey"], said["record"])
        return self.ref(uri)

    def _createRecord(self, who: Person, _: object, said: Json) -> Json:  # noqa: N802 - as above
        number = next(self._numbers)
        key = key_of(self._clock.now(), SendId(str(number)))
        return self.ref(self.store(who, said["collection"], key, said["record"]))

    def _getRecord(self, _: Person, query: dict[str, list[str]], __: object) -> Json:  # noqa: N802 - as above
        uri = f"at://{query['repo'][0]}/{query['collection'][0]}/{query['rkey'][0]}"
        there = self.record(uri)
        if there is None:
            raise Refusal(400, "RecordNotFound", f"Could not locate record: {uri}")
        return {**self.ref(uri), "value": there}

    def _listRecords(self, _: Person, query: dict[str, list[str]], __: object) -> Json:  # noqa: N802 - as above
        who, collection = self.people[query["repo"][0]], query["collection"][0]
        keys = sorted(who.records.get(collection, {}), reverse=True)[: int(query["limit"][0])]
        uris = [f"at://{who.did}/{collection}/{key}" for key in keys]
        return {"records": [{**self.ref(uri), "value": self.record(uri)} for uri in uris]}

    def _deleteRecord(self, who: Person, _: object, said: Json) -> Json:  # noqa: N802 - as above
        self.remove(f"at://{who.did}/{said['collection']}/{said['rkey']}")
        return {}

    def _uploadBlob(self, _: Person, __: object, data: bytes) -> Json:  # noqa: N802 - as above
        self.uploads.append((hashlib.sha256(data).hexdigest(), len(data)))
        link = {"$link": _cid({"blob": data.hex()})}
        return {"blob": {"$type": "blob", "ref": link, "mimeType": "image/png", "size": len(data)}}

    def _listNotifications(self, who: Person, query: dict[str, list[str]], _: object) -> Json:  # noqa: N802 - as above
        told = [
            {**self._view(uri, who), "reason": reason, "isRead": False}
            for uri in self._posts()
            if uri not in self.lost and (reason := self._reason(uri, who))
            and reason in query["reasons"]
        ]  # fmt: skip
        return _page("notifications", told, query, lambda one: str(one["indexedAt"]))

    def _getAuthorFeed(self, who: Person, query: dict[str, list[str]], _: object) -> Json:  # noqa: N802 - as above
        views = [self._view(uri, who) for uri in self._posts() if query["actor"][0] in uri]
        feed = [{"post": view} for view in views]
        return _page("feed", feed, query, lambda one: str(one["post"]["indexedAt"]))

    def _getPosts(self, who: Person, query: dict[str, list[str]], _: object) -> Json:  # noqa: N802 - as above
        if len(query["uris"]) > 25:
            raise Refusal(400, "InvalidRequest", "uris must not have more than 25 elements")
        return {"posts": [self._view(uri, who) for uri in query["uris"] if self.record(uri)]}

    def _getPostThread(self, who: Person, query: dict[str, list[str]], _: object) -> Json:  # noqa: N802 - as above
        uri = query["uri"][0]
        if self.record(uri) is None:
            raise Refusal(400, "NotFound", f"Post not found: {uri}")
        node = self._node(uri, who, int(query["depth"][0]))
        if int(query["parentHeight"][0]):
            self._add_parents(node, uri, who)
        return {"thread": node}

    def _getProfile(self, who: Person, query: dict[str, list[str]], _: object) -> Json:  # noqa: N802 - as above
        return self._actor(self.people[query["actor"][0]], who)

    def _muteActor(self, who: Person, _: object, said: Json) -> Json:  # noqa: N802 - as above
        who.muted.add(said["actor"])
        return {}

    def _createReport(self, _: Person, __: object, said: Json) -> Json:  # noqa: N802 - as above
        self.reports.append(said)
        return {"id": len(self.reports)}

    def _searchActorsTypeahead(self, who: Person, query: dict[str, list[str]], _: object) -> Json:  # noqa: N802 - as above
        found = [one for one in self.people.values() if one.handle.startswith(query["q"][0])]
        return {"actors": [self._actor(one, who) for one in found]}

    def _getDrafts(self, who: Person, _: object, __: object) -> Json:  # noqa: N802 - as above
        return {"drafts": [{"id": key, "draft": draft} for key, draft in who.drafts.items()]}

    def _deleteDraft(self, who: Person, _: object, said: Json) -> Json:  # noqa: N802 - as above
        who.drafts.pop(said["id"], None)
        return {}

    def _getTrends(self, _: object, __: object) -> Json:  # noqa: N802 - as above
        return {"trends": self.trends}

    def _getTrendingTopics(self, _: object, __: object) -> Json:  # noqa: N802 - as above
        return {"topics": self.trends, "suggested": []}

    def _posts(self) -> list[str]:
        """Give the addresses of all posts, the newest first."""
        if self._order is not None:
            return self._order
        stored = [
            (who.stored_at[f"at://{who.did}/{POST}/{key}"], f"at://{who.did}/{POST}/{key}")
            for who in self.people.values()
            for key in who.records.get(POST, {})
        ]
        self._order = [uri for _, uri in sorted(stored, reverse=True)]
        self._children = {}
        for uri in self._order:
            self._children.setdefault(_parent(self.record(uri)), []).append(uri)
        return self._order

    def _below(self, uri: str) -> list[str]:
        self._posts()
        return self._children.get(uri, [])

    def _reason(self, uri: str, who: Person) -> str:
        record = self.record(uri) or {}
        if who.did in uri:
            return ""
        if who.did in str((record.get("reply") or {}).get("parent")):
            return "reply"
        if who.did in json.dumps(record.get("facets") or []):
            return "mention"
        return "quote" if who.did in json.dumps(record.get("embed") or {}) else ""

    def _view(self, uri: str, viewer: Person) -> Json:
        place = place_of(uri)
        assert place is not None
        who = self.people[place.did]
        flags = {"embeddingDisabled": False, "threadMuted": False, **self.flags.get(uri, {})}
        return {
            **self.ref(uri), "author": self._actor(who, viewer), "record": self.record(uri),
            "indexedAt": _text(who.stored_at[uri]), "viewer": flags,
            "replyCount": len(self._below(uri)),
            "labels": [{"val": val, "src": "did:plc:mod"} for val in self.labels.get(uri, [])],
        }  # fmt: skip

    def _actor(self, who: Person, viewer: Person) -> Json:
        blocks = viewer.records.get("app.bsky.graph.block", {}).items()
        blocking = [
            f"at://{viewer.did}/app.bsky.graph.block/{key}"
            for key, block in blocks
            if block["subject"] == who.did
        ]
        flags: Json = {"muted": who.did in viewer.muted, "blockedBy": False, **who.view}
        if blocking:
            flags["blocking"] = blocking[0]
        return {"did": who.did, "handle": who.handle, "displayName": who.name, "viewer": flags}

    def _node(self, uri: str, who: Person, depth: int) -> Json:
        replies = [self._node(one, who, depth - 1) for one in self._below(uri)] if depth else []
        view = self._view(uri, who)
        kind = "app.bsky.feed.defs#threadViewPost"
        return {"$type": kind, "post": view, "replies": replies, "threadContext": {}}

    def _add_parents(self, node: Json, uri: str, who: Person) -> None:
        above = _parent(self.record(uri))
        if not above:
            return
        if self.record(above) is None:
            kind = "app.bsky.feed.defs#notFoundPost"
            node["parent"] = {"$type": kind, "uri": above, "notFound": True}
            return
        node["parent"] = self._node(above, who, 0)
        self._add_parents(node["parent"], above, who)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
            ):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def close(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read a request and answer it; whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        url = urlsplit(first.split(" ")[1])
        method = url.path.removeprefix("/xrpc/")
        self.asked.append(method)
        token = headers.get("authorization", "").removeprefix("Bearer ")
        try:
            said = self._with_trouble(method, parse_qs(url.query), body, token)
        except Refusal as refusal:
            _write(writer, refusal.status, refusal.body, refusal.headers)
        else:
            if said is None:
                return False
            _write(writer, 200, said, {})
        await writer.drain()
        return True

    def _with_trouble(
        self, method: str, query: dict[str, list[str]], body: bytes, token: str
    ) -> Json | None:
        """Carry a call out, unless there is trouble; ``None``: without an answer."""
        name = method.rpartition(".")[2]
        trouble = self.trouble.get(name)
        if trouble is None:
            return self.answer(method, query, body, token)
        trouble.times -= 1
        if trouble.times <= 0:
            del self.trouble[name]
        if trouble.is_done:
            self.answer(method, query, body, token)
        if trouble.refusal is None:
            return None
        raise trouble.refusal


@asynccontextmanager
async def serve_bluesky(clock: Clock) -> AsyncIterator[BlueskyDouble]:
    """Serve a network on a free port of this machine, and end it with all its connections."""
    network = BlueskyDouble(clock)
    listening = await asyncio.start_server(network.handle, "127.0.0.1", 0, limit=8_000_000)
    network.base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield network
    finally:
        listening.close()
        await network.close()
        await listening.wait_closed()


def mention_of(who: Person, text: str) -> list[Json]:
    """Mark a whole text as naming somebody."""
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": who.did}
    return [{"index": {"byteStart": 0, "byteEnd": len(text.encode())}, "features": [feature]}]


def _write(writer: asyncio.StreamWriter, status: int, said: Json, headers: dict[str, str]) -> None:
    body = json.dumps(said).encode()
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n{more}\r\n".encode()
        + body
    )


def _page(
    name: str, found: list[Json], query: dict[str, list[str]], moment: Callable[[Json], str]
) -> Json:
    """Cut a page: what is older than the cursor, at most as many as asked for."""
    before = query.get("cursor", ["9"])[0]
    left = [one for one in found if moment(one) < before]
    kept = left[: int(query["limit"][0])]
    return {name: kept} | ({"cursor": moment(kept[-1])} if len(left) > len(kept) else {})


def _parent(record: Json | None) -> str:
    return str(((record or {}).get("reply") or {}).get("parent", {}).get("uri", ""))


def _cid(record: object) -> str:
    data = json.dumps(record, sort_keys=True).encode()
    return "bafyrei" + hashlib.sha256(data).hexdigest()[:52]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
