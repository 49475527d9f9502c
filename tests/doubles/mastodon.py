"""A loopback server in the shape of Mastodon's API, for what no server at hand can show.

Law: it listens on 127.0.0.1 alone, and all its moments are those of the test. Each behaviour is
one that a document or a server's source promises, or that was seen on the wire.

Source: docs.joinmastodon.org/methods and /entities, 4.5, 2026-11. Beyond these:

- Idempotency (``Keys``): the same post again under the same key for an hour, methods/statuses
  #create; ignored by GoToSocial (issue 2723) and snac2 2.75 (seen on the wire, 2026-11); 500 on a
  repeated key, mastodon issue 40399, mended in pull request 40439 of 2026-09.
- Rate limits: 429 with ``X-RateLimit-Reset`` in ISO 8601, api/rate-limits, 2026-11.
- Streams: ``:thump`` and events with a payload, methods/streaming, 2026-11; on an address of
  their own, entities/Instance ``configuration.urls.streaming``.
- Pages: newest first, ``since_id`` exclusive or, as on snac2, inclusive; 40 at most.
- Deleting that is refused with a page for people, and ids that change with an edit: snac2 2.75.
- Posts of elsewhere by their address: methods/search with ``resolve``, 2026-11.
- A server that commits and then breaks off: ``Trouble.DROPS_AFTER``, mastodon pull request 21840.
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.doubles.mastodon_parts import INSTEAD, PAGE, Trouble, iso, values_of
from tests.doubles.mastodon_streams import Streams, serve_streams
from tests.fakes import NOON

Json = dict[str, Any]


class Keys(Enum):
    """What becomes of an Idempotency-Key."""

    HONOURED = auto()
    IGNORED = auto()
    FAILS = auto()
    """500 when it comes again."""


class MastodonDouble:
    """The server: people, what they said, who is told of it."""

    def __init__(self, keys: Keys = Keys.HONOURED) -> None:
        """Begin with Ada, who is us, Ben and Cleo, and nothing said."""
        self.keys = keys
        self.trouble: dict[str, Trouble] = {}
        """By ``METHOD /path``'s beginning."""
        self.people = {name: self._person(n, name) for n, name in enumerate(("ada", "ben", "cleo"))}
        self.statuses: dict[str, Json] = {}
        self.notifications: list[Json] = []
        self.lists: dict[str, list[Json] | None] = {
            "/api/v1/trends/tags": [],
            "/api/v1/trends/links": [],
            "/api/v1/trends/statuses": [],
            "/api/v1/notifications/requests": [],
            "/api/v1/scheduled_statuses": [],
            "/api/v1/followed_tags": [{"name": "tea"}],
        }
        """By path; ``None`` for what this server does not have."""
        self.has_v2 = True
        self.version = "4.5.2"
        self.source_url = "https://github.com/mastodon/mastodon"
        self.scopes: list[str] | None = None
        self.deletes = True
        self.renames = False
        """Whether an edit changes the id."""
        self.is_inclusive = False
        """Whether ``since_id`` gives its own id again."""
        self.is_growing = False
        """Whether a context says that more of it is being gathered."""
        self.tags_at_once = 100
        """Followed tags in one answer, whatever is asked for."""
        self.media_waits = 0
        """How often a picture is said to be worked on."""
        self.asked: list[tuple[str, str, Json]] = []
        """Method, path and values, in the order they came."""
        self.url = ""
        self.streaming = ""
        """What it says where it streams."""
        self.streams = Streams()
        self._by_key: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._codes = {"good-code": "token-ada"}
        self._tasks: set[asyncio.Task[None]] = set()
        self._page = 40

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")

    def say(self, name: str, text: str, above: str | None = None, **fields: Any) -> Json:  # noqa: ANN401 - fields of any type
        """Say something as somebody; us is told where it concerns us."""
        number = next(self._numbers)
        at = fields.pop("at", NOON + timedelta(seconds=number))
        parent = self.statuses.get(above or "")
        mentions = fields.pop("mentions", [])
        if parent is not None and parent["account"]["id"] != self.people[name]["id"]:
            mentions = [*mentions, parent["account"]["acct"]]
        status: Json = {
            "id": str(114_000_000_000_000_000 + number),
            "uri": f"https://double.example/{number}",
            "url": f"https://double.example/@{name}/{number}",
            "created_at": iso(at),
            "edited_at": None,
            "account": self.people[name],
            "content": f"<p>{text}</p>",
            "visibility": "public",
            "spoiler_text": "",
            "in_reply_to_id": above,
            "in_reply_to_account_id": parent and parent["account"]["id"],
            "mentions": [self._mention(one) for one in dict.fromkeys(mentions)],
            "tags": [],
            "media_attachments": [],
            "reblog": None,
        } | fields
        self.statuses[status["id"]] = status
        self._tell(status)
        return status

    def notify(self, kind: str, status: Json) -> None:
        """Tell us of something."""
        number = next(self._numbers)
        told = {"id": str(number), "type": kind, "created_at": status["created_at"]}
        self.notifications.insert(0, told | {"account": status["account"], "status": status})
        self.streams.say("notification", json.dumps(self.notifications[0]))

    def delete(self, name: str) -> None:
        """Take a post away; its answers stay."""
        del self.statuses[name]
        self.notifications = [one for one in self.notifications if one["status"]["id"] != name]
        self.streams.say("delete", name)

    def edit(self, name: str, text: str) -> Json:
        """Put other words in place."""
        status = self.statuses.pop(name)
        new = str(114_000_000_000_000_000 + next(self._numbers)) if self.renames else name
        status |= {"id": new, "content": f"<p>{text}</p>", "edited_at": iso(NOON)}
        self.statuses[new] = status
        for one in self.statuses.values():
            if one["in_reply_to_id"] == name:
                one["in_reply_to_id"] = new
        self.streams.say("status.update", json.dumps(status))
        return status

    def said(self, name: str = "ada") -> list[Json]:
        """Give what somebody said that stands, newest first."""
        ours = [one for one in self.statuses.values() if one["account"] == self.people[name]]
        return sorted(ours, key=lambda one: one["id"], reverse=True)

    def count(self, path: str) -> int:
        """Count the requests to a path's beginning."""
        return sum(asked.startswith(path) for _, asked, _ in self.asked)

    def _person(self, number: int, name: str) -> Json:
        return {"id": str(100 + number), "acct": name, "display_name": name.capitalize()}

    def _mention(self, name: str) -> Json:
        return {
            "id": self.people[name]["id"],
            "acct": name,
            "url": f"https://double.example/@{name}",
        }

    def _tell(self, status: Json) -> None:
        if status["account"]["acct"] == "ada":
            return
        if any(one["acct"] == "ada" for one in status["mentions"]):
            self.notify("mention", status)
        elif status["tags"]:
            self.streams.say("update", json.dumps(status))

    def respond(self, method: str, target: str, token: str, values: Json) -> tuple[int, Any]:  # noqa: C901, PLR0911, PLR0912 - a table
        """Give the status and what is answered."""
        parts = urlsplit(target)
        path, query = parts.path, dict(parse_qsl(parts.query))
        names = [unquote(piece) for piece in path.strip("/").split("/")]
        if path in self.lists:
            found = self.lists[path]
            if found and path == _TAGS:
                begin = int(query.get("max_id", 0))
                return 200, found[begin : begin + self.tags_at_once]
            return (404, PAGE) if found is None else (200, found)
        match method, names:
            case "GET", ["api", "v2", "instance"]:
                return (200, self._instance()) if self.has_v2 else (404, PAGE)
            case "GET", ["api", "v1", "instance"]:
                return 200, {"uri": "double.example", "version": self.version}
            case "GET", [".well-known", "oauth-authorization-server"]:
                if self.scopes is None:
                    return 404, PAGE
                known = {"code_challenge_methods_supported": ["S256"]}
                return 200, known | {"scopes_supported": self.scopes}
            case "POST", ["api", "v1", "apps"]:
                if self.scopes == ["old"] and ":" in values["scopes"]:
                    return 422, {"error": "Validation failed: Scopes"}
                return 200, {"client_id": "client", "client_secret": "hidden"}
            case "POST", ["oauth", "token"]:
                if values.get("code") not in self._codes:
                    return 400, {"error": "invalid_grant", "error_description": "It has expired."}
                return 200, {"access_token": self._codes.pop(values["code"]), "scope": "read"}
            case "POST", ["oauth", "revoke"]:
                return 200, {}
            case _ if not token and "timelines" not in names:
                return 401, b""
            case "GET", ["api", "v1", "accounts", "verify_credentials"]:
                return 200, self.people["ada"]
            case "GET", ["api", "v1", "accounts", "search"]:
                asked = query["q"].lstrip("@").partition("@")[0]
                return 200, [one for one in self.people.values() if one["acct"].startswith(asked)]
            case "GET", ["api", "v2", "search"]:
                found = [one for one in self.statuses.values() if query["q"] == one["url"]]
                return 200, {"accounts": [], "statuses": found, "hashtags": []}
            case "GET", ["api", "v1", "accounts", _, "statuses"]:
                return 200, self._paged(self.said(), query)
            case "POST", ["api", "v1", "accounts", _, "mute" | "block"]:
                return 200, {}
            case "POST", ["api", "v1", "reports"]:
                return 200, {}
            case "GET", ["api", "v1", "notifications"]:
                return 200, self._paged(self.notifications, query)
            case "GET", ["api", "v1", "timelines", "tag", tag]:
                tagged = [
                    one
                    for one in self.statuses.values()
                    if any(said["name"].lower() == tag.lower() for said in one["tags"])
                ]
                return 200, self._paged(sorted(tagged, key=_by_id, reverse=True), query)
            case "POST", ["api", "v2", "media"]:
                return (202 if self.media_waits else 200), {"id": "77", "type": "image"}
            case "GET", ["api", "v1", "media", name]:
                self.media_waits -= 1
                return (206 if self.media_waits else 200), {"id": name, "type": "image"}
            case "POST", ["api", "v1", "statuses"]:
                return self._publish(values)
            case "DELETE", ["api", "v1", "scheduled_statuses", name]:
                kept = [
                    one
                    for one in self.lists["/api/v1/scheduled_statuses"] or ()
                    if one["id"] != name
                ]
                self.lists["/api/v1/scheduled_statuses"] = kept
                return 200, {}
            case _, ["api", "v1", "statuses", name, *rest] if name in self.statuses:
                return self._of_status(method, name, rest, values)
            case _:
                return 404, {"error": "Record not found"}

    def _of_status(self, method: str, name: str, rest: list[str], values: Json) -> tuple[int, Any]:
        match method, rest:
            case "GET", []:
                return 200, self.statuses[name]
            case "GET", ["context"]:
                return 200, self._context(name)
            case "PUT", []:
                return 200, self.edit(name, values["status"])
            case "DELETE", [] if self.deletes:
                gone = self.statuses[name]
                self.delete(name)
                return 200, gone
            case _:
                return 404, PAGE

    def _publish(self, values: Json) -> tuple[int, Any]:
        key = values.pop("key", "")
        if key in self._by_key and self.keys is not Keys.IGNORED:
            if self.keys is Keys.FAILS:
                return 500, {"error": "Something went wrong"}
            known = self.statuses.get(self._by_key[key])
            return (404, {"error": "Record not found"}) if known is None else (200, known)
        above = values.get("in_reply_to_id")
        if above is not None and above not in self.statuses:
            return 404, {"error": "The post you are trying to reply to does not appear to exist."}
        if not values["status"] and not values.get("media_ids"):
            return 422, {"error": "Validation failed: Text can't be blank"}
        more: Json = {name: values[name] for name in ("visibility", "language") if name in values}
        more["spoiler_text"] = values.get("spoiler_text", "")
        media = [{"id": one, "type": "image", "url": None} for one in values.get("media_ids", ())]
        if "quoted_status_id" in values:
            more["quote"] = {"state": "pending", "quoted_status_id": values["quoted_status_id"]}
        status = self.say("ada", values["status"], above, media_attachments=media, **more)
        self._by_key[key] = status["id"]
        return 200, status

    def _context(self, name: str) -> Json:
        above: list[Json] = []
        one: Json | None = self.statuses[name]
        while one and (one := self.statuses.get(one["in_reply_to_id"] or "")):
            above.insert(0, one)
        below, names = [], {name}
        for status in sorted(self.statuses.values(), key=_by_id):
            if status["in_reply_to_id"] in names:
                names.add(status["id"])
                below.append(status)
        return {"ancestors": above, "descendants": below}

    def _paged(self, entries: list[Json], query: dict[str, str]) -> list[Json]:
        """Give a page: newest first, below ``max_id``, above ``since_id``."""
        below, above = int(query.get("max_id", 10**30)), int(query.get("since_id", -1))
        above -= self.is_inclusive
        chosen = [one for one in entries if above < int(one["id"]) < below]
        return chosen[: min(int(query.get("limit", 20)), self._page)]

    def _instance(self) -> Json:
        statuses = {"max_characters": 500, "characters_reserved_per_url": 23}
        return {
            "domain": "double.example",
            "version": self.version,
            "source_url": self.source_url,
            "api_versions": {"mastodon": 7},
            "configuration": {
                "urls": {"streaming": self.streaming},
                "statuses": statuses | {"max_media_attachments": 4},
                "media_attachments": {"description_limit": 1500, "image_size_limit": 1000},
            },
        }

    def _next_tags(self, target: str) -> str:
        """Say where the followed tags go on (methods/followed_tags: in this header alone)."""
        query = dict(parse_qsl(urlsplit(target).query))
        end = int(query.get("max_id", 0)) + self.tags_at_once
        if end >= len(self.lists[_TAGS] or ()):
            return ""
        return f'Link: <{self.url}{_TAGS}?limit=200&max_id={end}>; rel="next", <x>; rel="prev"\r\n'

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def close(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.split("\r\n")
        method, target, _ = line.split(" ", 2)
        headers = {
            name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        values = values_of(headers.get("content-type", ""), body)
        self.asked.append((method, unquote(target), dict(values)))
        if "idempotency-key" in headers:
            values["key"] = headers["idempotency-key"]
        found = (
            what for start, what in self.trouble.items() if f"{method} {target}".startswith(start)
        )
        trouble = next(found, None)
        if trouble is Trouble.DROPS:
            return False
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if target.startswith("/api/v1/streaming/") and trouble is None:
            await self.streams.serve_events(writer)
            return False
        status, answer = INSTEAD.get(trouble) or self.respond(method, target, token, values)
        if trouble is Trouble.DROPS_AFTER:
            return False
        more = f"X-RateLimit-Reset: {iso(NOON + timedelta(minutes=2))}\r\n" if status == 429 else ""
        if self.is_growing and target.endswith("/context"):
            more += 'Mastodon-Async-Refresh: id="x", retry=5\r\n'
        if target.startswith(_TAGS):
            more += self._next_tags(target)
        sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        writer.write(
            f"HTTP/1.1 {status} As It Is\r\nContent-Length: {len(sent)}\r\n{more}\r\n".encode()
            + sent
        )
        await writer.drain()
        return "close" not in headers.get("connection", "")


_TAGS = "/api/v1/followed_tags"


def _by_id(status: Json) -> str:
    return str(status["id"])


@asynccontextmanager
async def serve_mastodon(keys: Keys = Keys.HONOURED) -> AsyncIterator[MastodonDouble]:
    """Serve on free ports of this machine, and end it with all its connections."""
    double = MastodonDouble(keys)
    listening = await asyncio.start_server(double.handle, "127.0.0.1", 0)
    double.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        async with serve_streams(double.streams) as streaming:
            double.streaming = streaming
            yield double
    finally:
        listening.close()
        await double.close()
        await listening.wait_closed()
