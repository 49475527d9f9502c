"""The calls to one blog.

Law: every read that is ours goes in the name of the account, and what cannot be ours is an
error: a wrong password reads public things as anybody. Nothing that writes is repeated here.

Source: developer.wordpress.org/rest-api and WordPress 6.1.9 on the wire, 2026-11.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol
from urllib.parse import urlencode

import msgspec

from services.clock import Clock
from services.errors import Gone, RateLimited, Rejected, SignedOut, Unclear
from services.networks.wordpress.refusals import NO_TRASH, code_of, expect
from services.networks.wordpress.wire import (
    BlogPost,
    Comment,
    Me,
    Sign,
    User,
    read,
    read_many,
)
from services.secrets import Secret
from services.web.values import JSON_LIMITS, Answer, Method, Request

PAGE: Final = 100
"""Of a list; the API gives no more at once."""

_JSON: Final = "application/json"
_COMMENT_FIELDS: Final = (
    "id,post,parent,author,author_name,author_email,date_gmt,content,link,status,type,_links"
)
_POST_FIELDS: Final = "id,author,date_gmt,title,content,link,status"
_NOT_NOW: Final = 503

Params = Mapping[str, str | int]


class Fetches(Protocol):
    """What of the door is used here."""

    async def fetch(self, request: Request) -> Answer:
        """Fetch and give the whole answer."""


def url_of(root: str, path: str, params: Params | None = None) -> str:
    """Give the address of a route, under a root with or without ``?rest_route=`` in it.

    ``path`` is that below ``/wp/v2``, or begins with a slash.
    """
    route = path if path.startswith("/") else f"/wp/v2/{path}"
    if not params:
        return root + route
    return f"{root}{route}{'&' if '?' in root else '?'}{urlencode(params)}"


class WordPressClient:
    """Asks one blog in the name of one account.

    Every method raises ``NetworkError`` as ``refusals.expect`` and the door do.
    """

    def __init__(
        self, door: Fetches, clock: Clock, root: str, authorization: Secret, budget: str
    ) -> None:
        """Ask below ``root``, which ends without a slash; ``budget`` is the account's."""
        self._door = door
        self._clock = clock
        self._root = root
        self._authorization = authorization
        self._budget = budget
        self._ahead = timedelta()

    def on_its_clock(self, moment: datetime) -> datetime:
        """Give one of our moments as the blog's clock shows it, as its last answer tells."""
        return moment + self._ahead

    async def me(self) -> Me:
        """Read whom the blog takes us for; the edit context is for those who are signed in."""
        return read((await self._get("users/me", {"context": "edit"})).body, Me)

    async def comments(self, asked: Params) -> tuple[tuple[Comment, ...], int]:
        """List comments; give those that make sense, and how many there were."""
        params = {"per_page": PAGE, "_fields": _COMMENT_FIELDS, **asked}
        return read_many((await self._get("comments", params)).body, Comment)

    async def comment(self, number: int, *, context: str) -> Comment:
        """Read one comment."""
        params = {"context": context, "_fields": _COMMENT_FIELDS}
        return read((await self._get(f"comments/{number}", params)).body, Comment)

    async def posts(self, kind: str, asked: Params) -> tuple[BlogPost, ...]:
        """List posts of a kind, by the name that its route has (``posts``, ``pages``)."""
        params = {"per_page": PAGE, "_fields": _POST_FIELDS, **asked}
        return read_many((await self._get(kind, params)).body, BlogPost)[0]

    async def post(self, kind: str, number: int, *, context: str) -> BlogPost | None:
        """Read one post of a kind; ``None`` where there is none of it, or none for us."""
        params = {"context": context, "_fields": _POST_FIELDS}
        try:
            return read((await self._get(f"{kind}/{number}", params)).body, BlogPost)
        except Gone:
            return None

    async def name(self, user: int) -> str:
        """Read how somebody with an account is called; empty where the blog does not tell."""
        try:
            return read((await self._get(f"users/{user}", {"_fields": "id,name"})).body, User).name
        except (Gone, Rejected, SignedOut):
            return ""

    async def write_comment(self, fields: Params, number: int | None = None) -> Comment:
        """Publish a comment, or change the one of that number."""
        path = "comments" if number is None else f"comments/{number}"
        return read(expect(await self.ask(Method.POST, path, fields)).body, Comment)

    async def write_post(self, fields: Params, number: int | None = None) -> BlogPost:
        """Publish a post, or change the one of that number.

        Nothing tells two equal posts apart, so whatever is not a refusal for good is unclear.
        """
        path = "posts" if number is None else f"posts/{number}"
        answer = await self.ask(Method.POST, path, fields)
        try:
            return read(expect(answer).body, BlogPost)
        except RateLimited as error:
            if answer.status == _NOT_NOW:
                raise Unclear(error.what) from error
            raise

    async def bin(self, path: str) -> None:
        """Put a comment or a post into the trash; without a trash it is deleted at once.

        Source: rest_trash_not_supported (501) where EMPTY_TRASH_DAYS is 0; 410 where it lies in
        the trash already, 404 where it is not there, 2026-11.
        """
        answer = await self.ask(Method.DELETE, path)
        if code_of(answer) == NO_TRASH:
            answer = await self.ask(Method.DELETE, path, {"force": "true"})
        expect(answer)

    async def sign(self) -> Sign:
        """Read which application password we came with."""
        return read((await self._get("users/me/application-passwords/introspect")).body, Sign)

    async def revoke(self, sign: Sign) -> None:
        """Delete an application password of ours."""
        path = f"users/me/application-passwords/{sign.uuid}"
        expect(await self.ask(Method.DELETE, path))

    async def ask(self, method: Method, path: str, fields: Params | None = None) -> Answer:
        """Ask, and give whatever is answered; ``fields`` go into the address or the body."""
        is_read = method is not Method.POST
        answer = await self._door.fetch(
            Request(
                url=url_of(self._root, path, fields if is_read else None),
                method=method,
                accept=_JSON,
                authorization=self._authorization,
                body=None if is_read else msgspec.json.encode(fields),
                content_type=None if is_read else _JSON,
                limits=JSON_LIMITS,
                budget=self._budget,
            )
        )
        self._ahead = _ahead(answer, self._clock.now())
        return answer

    async def _get(self, path: str, params: Params | None = None) -> Answer:
        return expect(await self.ask(Method.GET, path, params))


def _ahead(answer: Answer, now: datetime) -> timedelta:
    """Give how far the blog's clock is ahead of ours, to the second; none where it is silent."""
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta()
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware - now
