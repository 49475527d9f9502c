"""Websockets, under the rules of the door.

Law: nothing else imports the websocket library. It is handed a socket that we connected to an
address that was checked; it asks no resolver and no proxy, follows no redirect, unpacks nothing
and holds a few messages of a bounded size. Errors leave as errors of ours.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from services.clock import Clock
from services.errors import (
    Forbidden,
    Garbled,
    NetworkError,
    Rejected,
    TooLarge,
    Unclear,
    Unreachable,
)
from services.model.words import Safe
from services.text.clean import clean_line
from services.web.addresses import Address, in_turns
from services.web.answers import expect_ok
from services.web.deadlines import Patience, TooLate, within
from services.web.gate import Gate, Place
from services.web.headers import answer_headers, request_headers
from services.web.rate_limits import wait_of
from services.web.trust import make_context
from services.web.values import MEGABYTE, Answer, Request, Validators

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.exceptions import ConnectionClosed, InvalidStatus

PING_S: Final = 20.0
_ADDRESSES_AT_MOST: Final = 4
_DIAL_S: Final = 4.0
"""For one of several addresses; the last one has all the time that is left."""
_CLOSE_S: Final = 1.0
_MESSAGES_HELD: Final = 4
_TOO_BIG: Final = 1009
"""RFC 6455, 7.4.1."""
_REDIRECTS: Final = range(300, 400)
_REASON_CHARS: Final = 120


class HungUp(Unclear):
    """The other side ended the connection in good order."""

    def __init__(self, what: str, code: int) -> None:
        """Say what happened, with the code of RFC 6455, 7.4 that the server gave."""
        super().__init__(what)
        self.code = code


class Websocket:
    """An open connection; made by ``open_websocket``."""

    def __init__(self, connection: "ClientConnection", name: Safe) -> None:
        """Speak over ``connection`` to whoever is called ``name``."""
        self._connection = connection
        self._name = name

    @property
    def subprotocol(self) -> str | None:
        """Which of the offered subprotocols the server chose."""
        return self._connection.subprotocol

    async def receive(self) -> str | bytes:
        """Give the next message, as a stranger sent it.

        Raises:
            HungUp: the server ended the connection, and with which code.
            TooLarge: a message is larger than may be.
            Unclear: the line broke, or nobody answers our pings any more.
        """
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - read in by _load

        try:
            return await self._connection.recv()
        except ConnectionClosed as error:
            raise _ended(error, self._name) from None

    async def send(self, text: str) -> None:
        """Send one message.

        Raises:
            HungUp, TooLarge, Unclear: as ``receive``; whether it arrived is not known.
        """
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - read in by _load

        try:
            await self._connection.send(text)
        except ConnectionClosed as error:
            raise _ended(error, self._name) from None


@asynccontextmanager
async def open_websocket(
    request: Request,
    *,
    gate: Gate,
    clock: Clock,
    subprotocols: Sequence[str] = (),
    message_bytes: int = MEGABYTE,
    ping_s: float = PING_S,
    agent: str = "Chinwag",
    trust: ssl.SSLContext | None = None,
) -> AsyncGenerator[Websocket, None]:
    """Open a websocket, and close it at the end of the block.

    ``request`` gives the address (ws or wss), more headers, the authorization and, with
    ``limits.deadline_s``, how long opening may take. Whoever does not answer a ping within
    ``ping_s`` is given up. ``trust`` stands in for the certificates that the system trusts.

    Raises:
        Forbidden: by our own rules it is not asked.
        Unreachable: certainly nothing arrived.
        Unclear: it was asked and nothing came of it in time, or nothing that can be read.
        NetworkError: the server refused, as ``services.web.answers.expect_ok`` says.

    Source: RFC 6455; https://websockets.readthedocs.io/en/stable/reference/asyncio/client.html,
    17.0, 2026-11.
    """
    place = _checked(gate, request)
    headers = request_headers(request, agent, is_stream=True)
    patience = Patience(clock, request.limits.deadline_s)
    trusted = await asyncio.to_thread(_load, is_secure=place.is_secure, trust=trust)
    line = await _dial(place, gate, clock, patience)
    options = {
        "additional_headers": headers,
        "close_timeout": _CLOSE_S,
        "compression": None,
        "logger": _silent_logger(),
        "max_queue": _MESSAGES_HELD,
        "max_size": message_bytes,
        "open_timeout": None,  # the clock that is handed in says when it is enough
        "ping_interval": ping_s,
        "ping_timeout": ping_s,
        "proxy": None,
        "sock": line,
        "subprotocols": list(subprotocols) or None,
        "user_agent_header": None,
    }
    if place.is_secure:
        options |= {"ssl": trusted, "server_hostname": place.host}
    try:
        connection = await _shake_hands(place, options, patience, clock)
    except BaseException:
        line.close()
        raise
    try:
        yield Websocket(connection, place.name)
    finally:
        await connection.close()


def _checked(gate: Gate, request: Request) -> Place:
    """Read where to go.

    Raises:
        Forbidden: it is no websocket, or may not be asked, or a secret would be readable.
    """
    place = gate.place(request.url)
    if place.scheme not in {"ws", "wss"}:
        raise Forbidden("This is no address of a websocket.", "It begins with wss:// and a host.")
    if request.authorization is not None and not place.is_secure and not gate.is_named(place):
        raise Forbidden(
            f"Anybody on the way to {place.name} could read our sign-in.", "Use wss:// instead."
        )
    return place


def _load(*, is_secure: bool, trust: ssl.SSLContext | None) -> ssl.SSLContext | None:
    """Read in what is heavy, and give whom we trust where that is asked."""
    import websockets.asyncio.client  # noqa: PLC0415 - 40 ms, for the first one alone

    del websockets
    return (trust or make_context()) if is_secure else None


def _silent_logger() -> logging.Logger:
    """Make a logger that keeps nothing: what the library writes may be a stranger's words."""
    logger = logging.Logger("websocket")  # noqa: LOG001 - it is part of no tree on purpose
    logger.disabled = True
    return logger


async def _dial(place: Place, gate: Gate, clock: Clock, patience: Patience) -> socket.socket:
    """Connect to one of the addresses that were checked.

    Raises:
        Unreachable: there are none, or nobody is there; or they may not be dialled.
    """
    try:
        found = await patience.spend(gate.addresses(place.host, place.port))
        chosen = in_turns(found)[:_ADDRESSES_AT_MOST]
        for nth, address in enumerate(chosen, start=1):
            connecting = _connect(address, place.port)
            if nth < len(chosen):
                connecting = within(clock, _DIAL_S, connecting)
            try:
                return await patience.spend(connecting)
            except OSError:
                continue
            except TooLate:
                if patience.left_s <= 0:
                    break
    except TooLate:
        pass
    raise Unreachable(f"{place.name} cannot be connected to.")


async def _connect(address: Address, port: int) -> socket.socket:
    """Connect to one address.

    Raises:
        OSError: nobody is there.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IPv4
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, (str(address), port))
    except BaseException:
        line.close()
        raise
    return line


async def _shake_hands(
    place: Place, options: dict[str, object], patience: Patience, clock: Clock
) -> "ClientConnection":
    """Begin to speak the protocol.

    Raises:
        NetworkError: they do not.
    """
    from websockets.asyncio.client import connect  # noqa: PLC0415 - read in by _load
    from websockets.exceptions import InvalidStatus, WebSocketException  # noqa: PLC0415 - as above

    async def shaken() -> "ClientConnection":
        return await connect(place.url, **options)  # type: ignore[arg-type]  # by name, of many types

    who = place.name
    try:
        return await _awaited(patience, shaken())
    except TooLate as error:
        raise Unclear(f"{who} did not answer in time.") from error
    except ssl.SSLCertVerificationError as error:
        why = clean_line(error.verify_message).rstrip(".")
        raise Forbidden(f"{who} cannot prove that it is {who}: {why}.") from None
    except ssl.SSLError:
        raise Unreachable(f"There is no encrypted connection to {who}.") from None
    except OSError:
        raise Unclear(f"The connection to {who} broke off.") from None
    except (WebSocketException, ValueError) as error:
        # Where a redirect leads nowhere in the library's eyes, the answer is behind its error.
        answer = error if isinstance(error, InvalidStatus) else error.__context__
        if isinstance(answer, InvalidStatus):
            raise _refusal(answer, place, clock) from None
        if isinstance(error.__cause__, EOFError | OSError):
            raise Unclear(f"The connection to {who} broke off.") from None
        raise Garbled(f"{who} does not answer as a websocket does.") from None


async def _awaited(
    patience: Patience, opening: "Coroutine[Any, Any, ClientConnection]"
) -> "ClientConnection":
    """Wait for a connection; whoever stops in the moment in which it opens leaves none behind."""
    made: list[ClientConnection] = []

    async def opened() -> "ClientConnection":
        made.append(await opening)
        return made[0]

    try:
        return await patience.spend(opened())
    except asyncio.CancelledError:
        for connection in made:
            connection.transport.abort()
        raise


def _refusal(error: "InvalidStatus", place: Place, clock: Clock) -> NetworkError:
    """Say why there is no websocket: an answer came, and it is another one."""
    came = error.response
    if "location" in came.headers and came.status_code in _REDIRECTS:
        return Rejected(f"{place.name} sends us elsewhere, and no websocket follows.")
    raw = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in came.headers.raw_items()
    ]
    web = {"ws": "http", "wss": "https"}[place.scheme]
    try:
        headers = answer_headers(raw, place.name)
        wait_s = wait_of(came.status_code, headers, clock.now())
        url = place.url.replace(place.scheme, web, 1)
        expect_ok(Answer(came.status_code, url, None, headers, b"", Validators(), wait_s))
    except NetworkError as refusal:
        return refusal
    return Garbled(f"{place.name} does not answer as a websocket does.")


def _ended(error: "ConnectionClosed", who: Safe) -> NetworkError:
    """Say how a connection came to its end."""
    if error.sent is not None and error.sent.code == _TOO_BIG:
        return TooLarge(f"{who} sends a message that is larger than may be.")
    if error.rcvd is None or (error.sent is not None and not error.rcvd_then_sent):
        return Unclear(f"The connection to {who} broke off.")
    reason = clean_line(error.rcvd.reason, chars=_REASON_CHARS)
    because = f": {reason.rstrip('.')}" if reason else ""
    return HungUp(f"{who} ended the connection{because}.", error.rcvd.code)
