"""The one door to the world: every request of every network goes through here.

Law: nothing else imports the HTTP library. A fetch ends within its deadline and holds no more
than its limits; it connects only to an address that has been checked, and to a private one only
where the user's own configuration names that host. Credentials stay with their host. Errors
leave as errors of ours.
"""

import asyncio
import ssl
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec

from services.clock import Clock
from services.errors import Forbidden, Garbled, NetworkError, RateLimited, Unclear, Unreachable
from services.text.clean import clean_line
from services.web.addresses import Resolver, resolve
from services.web.answers import expect_ok
from services.web.bodies import Body, Coding, check_ahead
from services.web.budgets import Budgets
from services.web.deadlines import Patience, TooLate, within
from services.web.dialling import Dialler
from services.web.gate import Gate
from services.web.headers import request_headers
from services.web.heads import read_head
from services.web.journeys import Journey, in_time
from services.web.lines import HEAD_IS_READ, Line
from services.web.redirects import Hop, first_hop
from services.web.repeats import is_repeatable, repeat
from services.web.trust import make_context, ssl_error_of
from services.web.values import Answer, Request

if TYPE_CHECKING:
    import httpcore
    import httpx

__all__ = ["Connect", "Door", "expect_ok"]

T = TypeVar("T")

Connect = Callable[[str, int], "Coroutine[Any, Any, httpcore.AsyncNetworkStream]"]
"""Connects to an address and a port; raises ``OSError`` where nobody is there."""

_KEPT_OPEN: Final = 6
_KEPT_OPEN_S: Final = 20.0
_YIELD_EVERY: Final = 64
"""Pieces that came in together; between them others have a turn."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """An answer of which the body is still to come."""

    response: "httpx.Response"
    answer: Answer
    coding: Coding


@dataclass(slots=True)
class _Wires:
    """What speaks HTTP, made when it is first needed."""

    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    open: "dict[bool, httpx.AsyncBaseTransport]" = field(default_factory=dict)
    agent: str = ""


class Door:
    """Fetches; made by the runtime, closed by it."""

    def __init__(
        self,
        clock: Clock,
        *,
        named_hosts: frozenset[str] = frozenset(),
        resolver: Resolver = resolve,
        connect: "Connect | None" = None,
    ) -> None:
        """Fetch by this clock.

        ``named_hosts`` are those that the user's configuration names: ``host`` or ``host:port``,
        in lower case. They may be private, on any port, and are reached directly only, never by a
        redirect from another host. ``connect`` is how an address that was checked is connected to.
        """
        self._clock = clock
        self.gate = Gate(resolver, named_hosts)
        """The rules of where one may go, for what is no HTTP as well."""
        self._budgets = Budgets()
        self._wires = _Wires()
        self._dialler = Dialler(clock, self.gate, connect or _connect)

    async def fetch(self, request: Request) -> Answer:
        """Fetch and give the whole answer, whatever its status.

        Raises:
            Unreachable: certainly nothing arrived there: no such name, no connection, refused by
                the rules of the door (``Forbidden``).
            Unclear: it was asked and the answer did not come whole in time, or is too large
                (``TooLarge``), or cannot be read (``Garbled``).
            RateLimited: this host has asked us to wait, and how long; nothing was sent.
        """
        journey = await self._set_out(request)
        with in_time(journey):
            if is_repeatable(request):
                return await repeat(journey, lambda: self._travel(journey, self._ask))
            return await self._travel(journey, self._ask)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """Open a body that goes on (server-sent events), as pieces within the same rules.

        ``limits.deadline_s`` holds until the headers are there; after that for each piece. It is
        tried once: whoever listens knows where it wants to go on.

        Raises:
            NetworkError: as ``fetch`` and ``expect_ok`` do, now or while it is read.
        """
        journey = await self._set_out(request)
        with in_time(journey):
            opened = await self._travel(journey, self._open_stream)
        try:
            expect_ok(opened.answer)
            async with aclosing(self._pieces(journey, opened)) as pieces:
                yield pieces
        finally:
            await opened.response.aclose()

    async def close(self) -> None:
        """Let go of every connection."""
        while self._wires.open:
            _, wire = self._wires.open.popitem()
            await wire.aclose()

    async def _set_out(self, request: Request) -> Journey:
        place = first_hop(self.gate, request).place
        await self._wire(is_secure=place.is_secure)  # reading it in is no time of the host's
        return Journey(request, Patience(self._clock, request.limits.deadline_s), place)

    async def _travel(
        self,
        journey: Journey,
        ask: "Callable[[Hop, Journey], Coroutine[Any, Any, T | Hop]]",
    ) -> T:
        """Ask, and go where the answers lead, until there is one that leads nowhere."""
        hop = first_hop(self.gate, journey.request)
        while True:
            journey.place, journey.is_out = hop.place, False
            self._check_hold(hop)
            async with self._budgets.turn(hop.place.host):
                self._check_hold(hop)  # another one may have been told so meanwhile
                with _as_ours(journey):
                    came = await journey.patience.spend(ask(hop, journey))
            if not isinstance(came, Hop):
                return came
            hop = came

    async def _ask(self, hop: Hop, journey: Journey) -> Answer | Hop:
        """Ask at one place; give the whole answer, or where it leads."""
        opened = await self._open(hop, journey, is_stream=False)
        if isinstance(opened, Hop):
            return opened
        body = Body(opened.coding, hop.request.limits.body_bytes, hop.place.name)
        try:
            async with aclosing(_raw(opened.response)) as pieces:
                count = 0
                async for piece in pieces:
                    body.take(piece)
                    count += 1
                    if count % _YIELD_EVERY == 0:
                        await self._clock.sleep(0)
            return msgspec.structs.replace(opened.answer, body=body.end())
        finally:
            await opened.response.aclose()

    async def _open_stream(self, hop: Hop, journey: Journey) -> _Opened | Hop:
        """Ask at one place for what goes on."""
        return await self._open(hop, journey, is_stream=True)

    async def _open(self, hop: Hop, journey: Journey, *, is_stream: bool) -> _Opened | Hop:
        """Ask at one place and read the head of what is answered."""
        response = await self._send(hop, journey, is_stream=is_stream)
        is_taken = False
        try:
            came = self._read_head(hop, response)
            if isinstance(came, _Opened):
                limit_bytes = None if is_stream else hop.request.limits.body_bytes
                check_ahead(came.answer.headers, came.coding, limit_bytes, hop.place.name)
                is_taken = True
        finally:
            if not is_taken:
                await response.aclose()
        return came

    async def _pieces(self, journey: Journey, opened: _Opened) -> AsyncGenerator[bytes, None]:
        """Give what comes, each piece within the deadline."""
        deadline_s = journey.request.limits.deadline_s
        async with aclosing(_raw(opened.response)) as body:
            while True:
                with in_time(journey), _as_ours(journey):
                    piece = await within(self._clock, deadline_s, _next_piece(body))
                if piece is None:
                    return
                yield piece

    def _check_hold(self, hop: Hop) -> None:
        """Let nothing out to a host that wants to be left alone."""
        now_s = self._clock.monotonic()
        wait_s = self._budgets.wait_s(hop.place.host, hop.request.budget, now_s)
        if wait_s > 0.0:
            raise RateLimited(f"{hop.place.name} asks us to wait.", wait_s)

    def _read_head(self, hop: Hop, response: "httpx.Response") -> _Opened | Hop:
        """Read status and headers: where they lead, or an answer without its body."""
        now = self._clock.now()
        head = read_head(self.gate, hop, response.status_code, response.headers.raw, now)
        if head.wait_s:
            now_s = self._clock.monotonic()
            self._budgets.hold(hop.place.host, hop.request.budget, head.wait_s, now_s)
        if isinstance(head.leads, Hop):
            return head.leads
        return _Opened(response, head.leads, head.coding)

    async def _send(self, hop: Hop, journey: Journey, *, is_stream: bool) -> "httpx.Response":
        """Send one request and give what is answered, its body not yet read."""
        wire = await self._wire(is_secure=hop.place.is_secure)
        import httpx  # noqa: PLC0415 - read in beside the screen by _load, and not before

        return await wire.handle_async_request(
            httpx.Request(
                hop.request.method.value,
                hop.place.url,
                headers=request_headers(hop.request, self._wires.agent, is_stream=is_stream),
                content=hop.request.body,
                extensions={"trace": journey.trace},
            )
        )

    async def _wire(self, *, is_secure: bool) -> "httpx.AsyncBaseTransport":
        """Give what speaks HTTP; the first time it is read in, in a thread of its own."""
        async with self._wires.opening:
            if is_secure not in self._wires.open:
                context, agent = await asyncio.to_thread(_load, is_secure=is_secure)
                self._wires.agent = agent
                self._wires.open[is_secure] = _make_wire(self._dialler.dial, context)
            return self._wires.open[is_secure]


@contextmanager
def _as_ours(journey: Journey) -> Iterator[None]:
    """Make the library's errors ours."""
    try:
        yield
    except (NetworkError, TooLate):
        raise
    except _library_errors() as error:
        raise _trouble(error, journey) from error


def _library_errors() -> tuple[type[Exception], ...]:
    import httpcore  # noqa: PLC0415 - read in by _load, and not before

    return (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError)


def _trouble(error: Exception, journey: Journey) -> NetworkError:
    """Say in our words what went wrong on the wire."""
    import httpcore  # noqa: PLC0415 - read in by _load, and not before

    who = journey.place.name
    if not journey.is_out:
        cause = ssl_error_of(error)
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = clean_line(cause.verify_message).rstrip(".")
            return Forbidden(f"{who} cannot prove that it is {who}: {why}.")
        if cause is not None:
            return Unreachable(f"There is no encrypted connection to {who}.")
        return Unreachable(f"{who} cannot be connected to.")
    is_cut = str(error).startswith(("Server disconnected", "peer closed"))
    if isinstance(error, httpcore.RemoteProtocolError) and not is_cut:
        return Garbled(f"{who} does not answer as a web server does.")
    return Unclear(f"The connection to {who} broke off.")


async def _raw(response: "httpx.Response") -> AsyncGenerator[bytes, None]:
    """Give a body as it comes, unpacked by nobody."""
    async for piece in cast("httpx.AsyncByteStream", response.stream):
        yield piece


async def _next_piece(body: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(body, None)


def _load(*, is_secure: bool) -> tuple[ssl.SSLContext | None, str]:
    """Read in what is heavy; give what proves others' identity, where it is needed, and our name.

    The system's own store of certificates is asked, so that a house that has its own is served.
    """
    import importlib  # noqa: PLC0415 - as below
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 15 ms

    # Its command line, where what that needs is installed: 4 MB and 40 ms for nothing.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: not there
    for module in ("httpcore", "httpx", "tenacity", "anyio._backends._asyncio"):
        importlib.import_module(module)
    try:
        agent = f"Chinwag/{version('chinwag')}"
    except PackageNotFoundError:
        agent = "Chinwag"
    return (make_context() if is_secure else None), agent


async def _connect(address: str, port: int) -> "httpcore.AsyncNetworkStream":
    """Connect to an address.

    Raises:
        OSError: nobody is there.
    """
    import httpcore  # noqa: PLC0415 - read in by _load, and not before

    try:
        return await httpcore.AnyIOBackend().connect_tcp(address, port)
    except httpcore.ConnectError as error:
        raise ConnectionError(str(error)) from error


def _make_wire(
    dial: "Callable[[str, int], Awaitable[httpcore.AsyncNetworkStream]]",
    context: ssl.SSLContext | None,
) -> "httpx.AsyncBaseTransport":
    """Make what speaks HTTP over connections that ``dial`` opens.

    It is a transport without a client around it: nothing keeps cookies, follows redirects,
    unpacks bodies or reads proxies from the environment.
    """
    import httpcore  # noqa: PLC0415 - read in by _load, and not before
    import httpx  # noqa: PLC0415 - as above

    class Backend(httpcore.AsyncNetworkBackend):
        async def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,  # noqa: ASYNC109 - httpcore's; deadlines are ours
            local_address: str | None = None,
            socket_options: object = None,
        ) -> httpcore.AsyncNetworkStream:
            del timeout, local_address, socket_options
            return cast("httpcore.AsyncNetworkStream", Line(await dial(host, port), host))

    pool = httpcore.AsyncConnectionPool(
        ssl_context=context,
        max_connections=None,  # the budgets' business
        max_keepalive_connections=_KEPT_OPEN,
        keepalive_expiry=_KEPT_OPEN_S,
        network_backend=Backend(),
    )

    class Incoming(httpx.AsyncByteStream):
        def __init__(self, response: httpcore.Response) -> None:
            self._response = response

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in self._response.aiter_stream():
                yield piece

        async def aclose(self) -> None:
            await self._response.aclose()

    class Wire(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            url = request.url
            response = await pool.handle_async_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
            response.extensions["network_stream"].get_extra_info(HEAD_IS_READ)
            stream = Incoming(response)
            return httpx.Response(response.status, headers=response.headers, stream=stream)

        async def aclose(self) -> None:
            await pool.aclose()

    return Wire()
