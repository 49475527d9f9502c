"""A loopback copy of what we use of a WordPress blog, for what a real one cannot be made to do.

Law: it listens on 127.0.0.1 alone, and all its moments are those of the test. What goes wrong is
written beside each ``Trouble``; the rest is as WordPress 6.1.9 was seen to be, 2026-11.
"""

import asyncio
import contextlib
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes import NOON

Json = dict[str, Any]
Reply = tuple[int, Any, dict[str, str]]

OWNER = "Basic b3duZXI6cGFzcyB3b3Jk"
"""``owner`` with ``pass word``, who moderates."""
WRITER = "Basic d3JpdGVyOnBhc3Mgd29yZA=="
"""``writer``, who writes posts and moderates nothing."""
READER = "Basic cmVhZGVyOnBhc3Mgd29yZA=="
"""``reader``, who comments."""
_SHOWN = frozenset(("approved", "hold"))


class Trouble(Enum):
    """What happens to one request instead of an answer."""

    DROPS_BEFORE = auto()
    """The connection ends, and nothing was done."""
    DROPS_AFTER = auto()
    """It was done, and the connection ends."""
    FLOOD = auto()
    """400 comment_flood, as for who comments twice within seconds."""
    TOO_MANY = auto()
    """429 with 20 seconds."""
    RESTING = auto()
    """503 with ten minutes, as while the blog is being brought up to date."""
    FAILS = auto()
    """500 with a page for people."""
    MOVED = auto()
    """301, as where a blog has gone over to another host."""
    NOT_JSON = auto()
    """It was done, and a page for people is answered."""


@dataclass
class Blog:
    """A blog with its people, its posts and its comments."""

    now: Callable[[], datetime] = lambda: NOON
    ahead: timedelta = timedelta()
    """Of its clock, before that of the test."""
    base_url: str = ""
    prefix: str = "/wp-json"
    """Where its API is; empty: only below ``?rest_route=``."""
    writes: deque[Trouble | None] = field(default_factory=deque)
    """What happens to the next requests that change something."""
    reads: deque[Trouble | None] = field(default_factory=deque)
    people: dict[str, Json] = field(default_factory=dict)
    """By what they come with."""
    comments: dict[int, Json] = field(default_factory=dict)
    posts: dict[int, Json] = field(default_factory=dict)
    asked: list[tuple[str, str, Json]] = field(default_factory=list)
    """Method, route and parameters, in the order they came."""
    index: Reply | None = None
    """What is answered at the root instead."""
    uneditable: set[int] = field(default_factory=set)
    """Posts of which the edit context is for others."""
    has_trash: bool = True
    heeds_pages: bool = True
    """Not behind some caches and plugins: the first page is given for every one."""
    has_introspection: bool = True
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with three people and one post of the owner's."""
        rights: tuple[Json, ...] = (
            {"moderate_comments": True, "edit_posts": True},
            {"edit_posts": True},
            {},
        )
        names = ("owner", "writer", "reader")
        for number, (key, name, may) in enumerate(
            zip((OWNER, WRITER, READER), names, rights, strict=True), 1
        ):
            self.people[key] = {
                "id": number, "name": name.title(), "username": name, "capabilities": may,
            }  # fmt: skip
        self.add_post("Seeds", "Which ones?")

    @property
    def host(self) -> str:
        """Host and port."""
        return self.base_url.removeprefix("http://")

    def add_post(self, title: str, content: str, author: int = 1) -> int:
        """Publish a post."""
        number = next(self._numbers)
        self.posts[number] = {
            "id": number, "author": author, "date_gmt": self._date(), "status": "publish",
            "title": _words(title), "content": _words(content),
            "link": f"https://blog.example/{number}/",
        }  # fmt: skip
        return number

    def add_comment(self, text: str, **fields: Any) -> int:  # noqa: ANN401 - fields of any type
        """Let a visitor called Ann comment the first post, unless told otherwise."""
        number = next(self._numbers)
        self.comments[number] = {
            "id": number, "post": 1, "parent": 0, "author": 0, "author_name": "Ann",
            "author_email": "ann@example.test", "date_gmt": self._date(), "status": "approved",
            "type": "comment", "content": _words(text),
            "link": f"https://blog.example/1/#comment-{number}",
            "_links": {"up": [{"href": f"{self.base_url}/wp-json/wp/v2/posts/1"}]},
        } | fields  # fmt: skip
        return number

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
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split(" ", 2)
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        reply = self._reply(method, target, headers.get("authorization", ""), body)
        if reply is None:
            return False
        status, answer, more = reply
        sent = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        lines = {"Date": format_datetime(self.now() + self.ahead, usegmt=True), **more}
        said = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(
            f"HTTP/1.1 {status} OK\r\nContent-Length: {len(sent)}\r\n{said}\r\n".encode() + sent
        )
        await writer.drain()
        return True

    def _reply(self, method: str, target: str, key: str, body: bytes) -> Reply | None:
        parts = urlsplit(target)
        params: Json = dict(parse_qsl(parts.query))
        route = params.pop("rest_route", "")
        if not route and self.prefix and parts.path.startswith(f"{self.prefix}/"):
            route = parts.path.removeprefix(self.prefix)
        if body:
            params |= json.loads(body)
        self.asked.append((method, route or parts.path, params))
        trouble = self._trouble(method)
        if trouble is Trouble.DROPS_BEFORE:
            return None
        if trouble not in (None, Trouble.DROPS_AFTER, Trouble.NOT_JSON):
            return _REPLIES[trouble]
        reply = self._answer(method, route, params, self.people.get(key))
        if trouble is Trouble.NOT_JSON:
            return 200, "<html>Deprecated: something</html>", {}
        return None if trouble is Trouble.DROPS_AFTER else reply

    def _trouble(self, method: str) -> Trouble | None:
        queue = self.reads if method == "GET" else self.writes
        return queue.popleft() if queue else None

    def _answer(self, method: str, route: str, params: Json, us: Json | None) -> Reply:
        if not route:
            return 200, "<html><head></head>A page.</html>", {"Content-Type": "text/html"}
        if route == "/":
            ways: Json = {"application-passwords": {}}
            known = {"namespaces": ["wp/v2"], "authentication": ways, "home": self.base_url}
            return self.index or _ok(known)
        place, _, rest = route.removeprefix("/wp/v2/").partition("/")
        match place:
            case "users":
                return self._users(method, rest, us)
            case "comments":
                return self._comment(method, rest, params, us)
            case "posts":
                return self._post(method, rest, params, us)
            case _:
                return _refused(404, "rest_no_route")

    def _users(self, method: str, rest: str, us: Json | None) -> Reply:
        if rest.isdecimal():
            name = next((p["name"] for p in self.people.values() if str(p["id"]) == rest), "")
            return _ok({"id": int(rest), "name": name}) if name else _refused(404, "none")
        if us is None:
            return _refused(401, "rest_not_logged_in")
        if rest == "me":
            return _ok(us)
        if not self.has_introspection:
            return _refused(404, "rest_no_route")
        if method == "DELETE":
            self.people = {key: who for key, who in self.people.items() if who is not us}
        return _ok({"uuid": "u-1", "deleted": method == "DELETE"})

    def _listed(self, params: Json, us: Json | None) -> Reply:
        may = us["capabilities"] if us else {}
        if params.get("context") == "edit" and "moderate_comments" not in may:
            return _refused(403 if us else 401, "rest_forbidden_context")
        if "status" in params and "edit_posts" not in may:
            return _refused(403 if us else 401, "rest_forbidden_param")
        shown = _SHOWN if "status" in params else {"approved"}
        found = [one for one in self.comments.values() if one["status"] in shown]
        for name in ("post", "parent", "author"):
            if name in params:
                found = [one for one in found if str(one[name]) == params[name]]
        if "include" in params:
            found = [one for one in found if str(one["id"]) in params["include"].split(",")]
        if "after" in params:
            after = params["after"].removesuffix("Z")
            found = [one for one in found if (one["date_gmt"] or "") > after]
        by_id = params.get("orderby") == "id"
        found.sort(key=lambda one: one["id"] if by_id else (one["date_gmt"] or "", one["id"]))
        if params.get("order") != "asc":
            found.reverse()
        size, page = int(params["per_page"]), int(params.get("page", 1) if self.heeds_pages else 1)
        some = found[(page - 1) * size : page * size]
        return _ok([_seen(one, is_edited=params.get("context") == "edit") for one in some])

    def _posts(self, params: Json) -> Reply:
        found = [one for one in self.posts.values() if one["status"] == "publish"]
        if "author" in params:
            found = [one for one in found if str(one["author"]) == params["author"]]
        if "include" in params:
            found = [one for one in found if str(one["id"]) in params["include"].split(",")]
        return _ok(found[::-1])

    def _comment(self, method: str, rest: str, params: Json, us: Json | None) -> Reply:
        if method == "GET" and not rest:
            return self._listed(params, us)
        if us is None:
            return _refused(401, "rest_comment_login_required")
        return self._create(params, us) if not rest else self._known(method, rest, params, us)

    def _known(self, method: str, rest: str, params: Json, us: Json) -> Reply:
        comment = self.comments.get(int(rest))
        if comment is None:
            return _refused(404, "rest_comment_invalid_id")
        if method == "GET":
            return self._one_comment(comment, params, us)
        if method == "DELETE":
            return self._bin(comment, params)
        if "content" in params:
            comment["content"] = _words(params["content"])
        comment["status"] = params.get("status", comment["status"])
        return _ok(comment)

    def _one_comment(self, comment: Json, params: Json, us: Json) -> Reply:
        is_edited = params["context"] == "edit"
        if is_edited and "moderate_comments" not in us["capabilities"]:
            return _refused(403, "rest_forbidden_context")
        return _ok(_seen(comment, is_edited=is_edited))

    def _create(self, params: Json, us: Json) -> Reply:
        key = (params["post"], params["parent"], params["content"].casefold())
        for one in self.comments.values():
            said = (one["post"], one["parent"], one["content"]["raw"].casefold())
            if one["author"] == us["id"] and said == key and one["status"] in _SHOWN:
                return _refused(409, "comment_duplicate")
        number = self.add_comment(
            params["content"], post=params["post"], parent=params["parent"], author=us["id"],
            author_name=us["name"], author_email="",
        )  # fmt: skip
        return 201, self.comments[number], {}

    def _post(self, method: str, rest: str, params: Json, us: Json | None) -> Reply:
        if method == "GET" and not rest:
            return self._posts(params)
        if us is None:
            return _refused(401, "rest_cannot_create")
        if not rest:
            return _ok(self.posts[self.add_post(params["title"], params["content"], us["id"])])
        post = self.posts.get(int(rest))
        if post is None or (method == "GET" and post["status"] == "trash"):
            return _refused(404, "rest_post_invalid_id")
        if method == "DELETE":
            return self._bin(post, params)
        return self._one_post(method, post, params)

    def _one_post(self, method: str, post: Json, params: Json) -> Reply:
        if post["id"] in self.uneditable and params.get("context") == "edit":
            return _refused(403, "rest_forbidden_context")
        if method == "POST":
            post |= {"title": _words(params["title"]), "content": _words(params["content"])}
        return _ok(post)

    def _bin(self, thing: Json, params: Json) -> Reply:
        if not self.has_trash and "force" not in params:
            return _refused(501, "rest_trash_not_supported")
        if thing["status"] == "trash":
            return _refused(410, "rest_already_trashed")
        thing["status"] = "trash"
        return _ok(thing)

    def _date(self) -> str:
        return f"{self.now() + self.ahead:%Y-%m-%dT%H:%M:%S}"


def _words(text: str) -> Json:
    return {"raw": text, "rendered": f"<p>{text}</p>\n"}


def _seen(comment: Json, *, is_edited: bool) -> Json:
    """Show a comment as its context does: others see neither addresses nor what is stored."""
    if is_edited:
        return comment
    hidden = {"author_email", "content"}
    shown = {key: value for key, value in comment.items() if key not in hidden}
    return shown | {"content": {"rendered": comment["content"]["rendered"]}}


def _ok(answer: Any) -> Reply:  # noqa: ANN401 - any JSON
    return 200, answer, {}


def _refused(status: int, code: str) -> Reply:
    return status, {"code": code, "message": "It isn&#8217;t <b>allowed</b>."}, {}


_REPLIES: dict[Trouble | None, Reply] = {
    Trouble.FLOOD: _refused(400, "comment_flood"),
    Trouble.TOO_MANY: (429, "Slow down.", {"Retry-After": "20"}),
    Trouble.RESTING: (503, "Briefly unavailable.", {"Retry-After": "600"}),
    Trouble.FAILS: (500, "<html>There has been a critical error.</html>", {}),
    Trouble.MOVED: (301, "", {"Location": "https://elsewhere.example/"}),
}


@asynccontextmanager
async def serve_blog(now: Callable[[], datetime] = lambda: NOON) -> AsyncIterator[Blog]:
    """Serve a blog on a free port of this machine, and end it with all its connections."""
    blog = Blog(now)
    listening = await asyncio.start_server(blog.handle, "127.0.0.1", 0)
    blog.base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield blog
    finally:
        listening.close()
        await blog.close()
        await listening.wait_closed()
