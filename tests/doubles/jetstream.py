"""A Jetstream on this machine, of both versions: says what it is told to, pours, and misbehaves.

As a program it pours on its own: ``python -m tests.doubles.jetstream --per-s 2000 --tally FILE``.

Source: as ``services.networks.bluesky.jetstream``.
"""

import argparse
import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

FIRST, SECOND = "/subscribe", "/xrpc/network.bsky.jetstream.subscribeEvents"
POST = "app.bsky.feed.post"
_KEPT = 20_000
_PACE_S = 0.005
_SAYINGS = (
    "the ferry stands still since six and nobody at the pier says why",
    "did anybody else hear that? the whole valley went dark for a minute",
    "notes from tonight \u2014 part two is the better one \U0001f600",
    "\u6f22\u5b57\u3068\u304b\u306a\u3001\u4eca\u65e5\u306f\u3068\u3066\u3082\u9759\u304b\u3067\u3059",
    "Der F\u00e4hrmann m\u00fc\u00dfte l\u00e4ngst hier sein, aber niemand wei\u00df, wo er ist",
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a repository."""

    did: str
    rkey: str
    operation: str
    at_us: int
    record: dict[str, Any] | None = None
    collection: str = POST

    @property
    def key(self) -> str:
        """Give the address of what it happened to."""
        return f"at://{self.did}/{self.collection}/{self.rkey}"


def moment_text(at_us: int) -> str:
    """Write a moment as the network does."""
    return datetime.fromtimestamp(at_us / 1e6, UTC).isoformat(timespec="microseconds")


def first_frame(event: Event) -> str:
    """Write an event as version 1 does."""
    commit: dict[str, Any] = {
        "rev": "3kaaaaaaaaaaa",
        "operation": event.operation,
        "collection": event.collection,
        "rkey": event.rkey,
    }
    if event.record is not None:
        commit |= {"record": event.record, "cid": "bafyreib"}
    return json.dumps(
        {"did": event.did, "time_us": event.at_us, "kind": "commit", "commit": commit}
    )


def second_frame(event: Event, seq: int = 1) -> str:
    """Write an event as version 2 does."""
    payload: dict[str, Any] = {
        "$type": "network.bsky.jetstream.subscribeEvents#commit",
        "seq": seq,
        "did": event.did,
        "time": moment_text(event.at_us),
        "rev": "3kaaaaaaaaaaa",
        "operation": event.operation,
        "collection": event.collection,
        "rkey": event.rkey,
    }
    if event.record is not None:
        payload |= {"record": event.record, "cid": "bafyreib"}
    return json.dumps({"$type": "message", "payload": payload})


@dataclass
class JetstreamDouble:
    """One host."""

    now_us: Callable[[], int]
    url: str = ""
    """Its address, without a path."""
    asked: list[str] = field(default_factory=list)
    """The paths and queries that were asked for."""
    offered: list[str | None] = field(default_factory=list)
    sent: int = 0
    """Frames that were sent, to all together."""
    kept_from_us: int = 0
    """A cursor from before is too old for version 2."""
    refuses: HTTPStatus | None = None
    log: deque[Event] = field(default_factory=lambda: deque(maxlen=_KEPT))
    listeners: list[asyncio.Queue[Event | str | int]] = field(default_factory=list)
    _count: int = 0

    def say(self, text: str, who: str = "ada", **more: Any) -> Event:  # noqa: ANN401 - a record
        """Let somebody write something."""
        self._count += 1
        now_us = self.now_us()
        record = {"$type": POST, "text": text, "createdAt": moment_text(now_us), **more}
        event = Event(f"did:plc:{who}", f"3k{self._count:011d}", "create", now_us, record)
        self._tell(event)
        return event

    def take_back(self, said: Event) -> None:
        """Let somebody delete something."""
        self._tell(Event(said.did, said.rkey, "delete", self.now_us()))

    def send(self, frame: str) -> None:
        """Send everybody a frame as it is."""
        for one in self.listeners:
            one.put_nowait(frame)

    def hang_up(self, code: int = 1001) -> None:
        """End every connection, with a code; 0 breaks it off."""
        for one in self.listeners:
            one.put_nowait(code)

    def _tell(self, event: Event) -> None:
        self.log.append(event)
        for one in self.listeners:
            one.put_nowait(event)

    def check(self, _: ServerConnection, request: Request) -> Response | None:
        """Refuse what the host refuses before it opens anything."""
        self.asked.append(request.path)
        self.offered.append(request.headers.get("Sec-WebSocket-Protocol"))
        parts = urlsplit(request.path)
        asked = parse_qs(parts.query)
        if self.refuses is not None:
            return _refusal(self.refuses, "Refused", "not today")
        if parts.path not in {FIRST, SECOND}:
            return _refusal(HTTPStatus.NOT_FOUND, "NotFound", "no such path")
        if parts.path == SECOND:
            if "wantedCollections" in asked:
                return _refusal(HTTPStatus.BAD_REQUEST, "InvalidRequest", "use collections")
            cursor = int(asked.get("cursor", ["0"])[0])
            if cursor and cursor < self.kept_from_us:
                return _refusal(HTTPStatus.BAD_REQUEST, "CursorTooOld", "the floor is higher")
        return None

    async def serve(self, socket: ServerConnection) -> None:
        """Serve one listener until it goes, or is hung up on."""
        assert socket.request is not None
        parts = urlsplit(socket.request.path)
        write = first_frame if parts.path == FIRST else second_frame
        cursor = parse_qs(parts.query).get("cursor")
        mine: asyncio.Queue[Event | str | int] = asyncio.Queue()
        if cursor is not None:
            for event in self.log:
                if event.at_us >= int(cursor[0]):
                    mine.put_nowait(event)
        self.listeners.append(mine)
        gone = asyncio.ensure_future(socket.wait_closed())
        gone.add_done_callback(lambda _: mine.put_nowait(0))
        try:
            while True:
                match await mine.get():
                    case Event() as event:
                        await socket.send(write(event))
                    case str() as frame:
                        await socket.send(frame)
                    case 0:
                        socket.transport.abort()
                        return
                    case code:
                        await socket.close(code)
                        return
                self.sent += 1
        except ConnectionClosed:
            return
        finally:
            self.listeners.remove(mine)

    async def pour(self, per_s: float, seconds: float, sayings: Iterable[str] = _SAYINGS) -> int:
        """Say so much a second for so long; give how much it was."""
        texts, begun_s, said = tuple(sayings), time.monotonic(), 0
        while (passed_s := time.monotonic() - begun_s) < seconds:
            for number in range(said, int(passed_s * per_s)):
                text = f"{texts[number % len(texts)]} {number % 977}"
                self.say(text, who=f"w{number * 7 % 30_011}", langs=["en"])
                said += 1
            await asyncio.sleep(_PACE_S)
        return said


def _refusal(status: HTTPStatus, name: str, message: str) -> Response:
    from websockets.datastructures import Headers  # noqa: PLC0415 - here alone

    body = json.dumps({"error": name, "message": message}).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body))})
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = "60"
    return Response(status.value, status.phrase, headers, body)


def wall_us() -> int:
    """Give the moment of this machine."""
    return time.time_ns() // 1_000


@asynccontextmanager
async def serve_jetstream(
    now_us: Callable[[], int] = wall_us, port: int = 0
) -> AsyncIterator[JetstreamDouble]:
    """Serve a host on a port."""
    double = JetstreamDouble(now_us)
    async with serve(
        double.serve, "127.0.0.1", port, process_request=double.check, compression=None,
        ping_interval=None, subprotocols=["xrpc.v1.json"],  # type: ignore[list-item]  # a NewType
        select_subprotocol=_chosen,
    ) as serving:  # fmt: skip
        own = next(iter(serving.sockets)).getsockname()[1]
        double.url = f"ws://127.0.0.1:{own}"
        yield double


def _chosen(_: ServerConnection, offered: Any) -> Any:  # noqa: ANN401 - the library's own type
    return "xrpc.v1.json" if "xrpc.v1.json" in offered else None


async def _pour(per_s: float, seconds: float, told: Path) -> None:
    """Pour once somebody listens; leave the address first, and how much it was at the end."""
    async with serve_jetstream() as double:
        _tell(told, {"url": double.url})
        await _once(lambda: bool(double.listeners))
        _tell(told, {"url": double.url, "begun": time.time()})
        said = await double.pour(per_s, seconds)
        await _once(lambda: all(one.empty() for one in double.listeners))
        _tell(told, {"url": double.url, "said": said, "sent": double.sent})
        await _once(lambda: not double.listeners)


async def _once(predicate: Callable[[], bool]) -> None:
    while not predicate():  # noqa: ASYNC110 - it is about what others do, at leisure
        await asyncio.sleep(_PACE_S)


def _tell(told: Path, what: dict[str, Any]) -> None:
    unfinished = told.with_suffix(".new")
    unfinished.write_text(json.dumps(what), "utf-8")
    unfinished.replace(told)


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="tests.doubles.jetstream", description=__doc__)
    parser.add_argument("--per-s", type=float, default=2_000.0)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--told", type=Path, required=True, help="where its address is left")
    asked = parser.parse_args()
    asyncio.run(_pour(asked.per_s, asked.seconds, asked.told))


if __name__ == "__main__":
    main()
