"""The calls to a server that speaks Mastodon's API.

Law: every call goes through the door with this account's token and budget, and a refusal is
given in the server's own words where it has some.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from services.errors import Gone, Rejected, SignedOut
from services.http import expect_ok
from services.networks.mastodon.wire import StatusWire, read, read_many, refusal_of
from services.secrets import Secret
from services.text.clean import clean_line
from services.web.values import JSON_LIMITS, MEGABYTE, Answer, Limits, Method, Request

CONTEXT_LIMITS: Final = Limits(body_bytes=16 * MEGABYTE, deadline_s=20.0)
"""A thread may hold 4,096 posts."""
SEND_LIMITS: Final = Limits(body_bytes=2 * MEGABYTE, deadline_s=25.0)
MEDIA_LIMITS: Final = Limits(body_bytes=2 * MEGABYTE, deadline_s=25.0)

Query = Sequence[tuple[str, str]]
T = TypeVar("T")


class Fetches(Protocol):
    """What of the door is used here."""

    async def fetch(self, request: Request) -> Answer:
        """Fetch and give the whole answer."""


class MastodonClient:
    """Speaks with one server, as one account or as nobody."""

    def __init__(
        self, door: Fetches, server: str, token: Secret | None = None, budget: str = ""
    ) -> None:
        """Ask ``server``, which is an address without a slash at the end."""
        self._door = door
        self.server = server
        self._token = token
        self._budget = budget
        self.keeps_lines = False
        """Whether a connection may serve several requests.

        snac2 2.75 ends each after one answer without saying so, as seen on the wire, 2026-11: what
        is asked once only would be lost on a line that was dead already.
        """

    @property
    def authorization(self) -> Secret | None:
        """Give the header that says who we are."""
        return None if self._token is None else Secret(f"Bearer {self._token.reveal()}")

    async def get(self, path: str, query: Query = (), limits: Limits = JSON_LIMITS) -> Answer:
        """Read; ``path`` begins with a slash.

        Raises:
            NetworkError: it could not be read; ``Gone`` where there is no such thing.
        """
        asked = f"?{urlencode(query)}" if query else ""
        return checked(await self._fetch(Request(f"{self.server}{path}{asked}", limits=limits)))

    async def many(self, path: str, shape: type[T], query: Query = ()) -> tuple[T, ...]:
        """Read a list.

        Raises:
            NetworkError: it could not be read.
        """
        return read_many((await self.get(path, query)).body, shape)

    async def many_or_none(
        self, path: str, shape: type[T], query: Query = ()
    ) -> tuple[T, ...] | None:
        """Read a list of something that not every server has, or lets us see.

        Raises:
            NetworkError: it could not be read, for now.
        """
        try:
            return await self.many(path, shape, query)
        except (Gone, Rejected):
            return None

    async def status(self, name: str) -> StatusWire | None:
        """Read one status; ``None`` where it is not there (any more).

        Raises:
            NetworkError: it could not be read.
        """
        try:
            return read((await self.get(f"/api/v1/statuses/{part(name)}")).body, StatusWire)
        except Gone:
            return None

    async def ask(
        self,
        method: Method,
        path: str,
        values: Mapping[str, Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        *,
        limits: Limits = SEND_LIMITS,
    ) -> Answer:
        """Ask for something to be done, with ``values`` as JSON; it is asked once.

        Raises:
            NetworkError: as ``services.networks.base.Network.send``.
        """
        body = None if values is None else msgspec.json.encode(values)
        kind = None if values is None else "application/json"
        request = Request(
            f"{self.server}{path}",
            method=method,
            headers=headers,
            body=body,
            content_type=kind,
            limits=limits,
        )
        return checked(await self._fetch(request))

    async def form(self, path: str, values: Mapping[str, str]) -> Answer:
        """Post a form, and give the answer whatever its status.

        Raises:
            NetworkError: there was none.
        """
        request = Request(
            f"{self.server}{path}",
            method=Method.POST,
            body=urlencode(values).encode(),
            content_type="application/x-www-form-urlencoded",
            limits=JSON_LIMITS,
        )
        return await self._fetch(request)

    async def upload(self, path: str, body: bytes, content_type: str) -> Answer:
        """Post a file.

        Raises:
            NetworkError: it may not have arrived.
        """
        request = Request(
            f"{self.server}{path}",
            method=Method.POST,
            body=body,
            content_type=content_type,
            limits=MEDIA_LIMITS,
        )
        return checked(await self._fetch(request))

    async def _fetch(self, request: Request) -> Answer:
        once = () if self.keeps_lines else (("Connection", "close"),)
        whole = msgspec.structs.replace(
            request,
            headers=(*request.headers, *once),
            accept="application/json",
            authorization=self.authorization,
            budget=self._budget,
        )
        return await self._door.fetch(whole)


def part(name: str) -> str:
    """Write an id so that it is one part of a path."""
    return quote(name, safe="")


def checked(answer: Answer) -> Answer:
    """Give an answer that is what was asked for.

    Raises:
        NetworkError: as ``services.http.expect_ok``, in the server's own words where it has some.
    """
    try:
        return expect_ok(answer)
    except (Rejected, SignedOut, Gone) as error:
        said = clean_line(refusal_of(answer.body)).rstrip(".")
        if not said or isinstance(error, SignedOut):
            raise
        what = f"{error.what.removesuffix('.')}: {said}."
        raise type(error)(what, error.remedy) from None
