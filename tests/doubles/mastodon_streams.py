"""The streams of the Mastodon double: server-sent events, and a websocket on a port of its own.

Source: docs.joinmastodon.org/methods/streaming, 4.5, 2026-11: ``:thump`` keeps server-sent events
alive; a message of a websocket is JSON with ``stream``, ``event`` and ``payload``.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


class Streams:
    """Who listens, and what they are told."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.listeners: list[asyncio.Queue[tuple[str, str] | None]] = []
        self.has_sockets = True
        self.authorized: list[str] = []
        """The Authorization headers that came."""

    def say(self, event: str, payload: str) -> None:
        """Tell everybody of an event."""
        for one in self.listeners:
            one.put_nowait((event, payload))

    def hang_up(self) -> None:
        """End every stream in good order."""
        for one in self.listeners:
            one.put_nowait(None)

    async def serve_events(self, writer: asyncio.StreamWriter) -> None:
        """Serve one stream of server-sent events until it is ended."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:thump\n\n")
        async for event, payload in self._listen():
            writer.write(f"event: {event}\ndata: {payload}\n\n".encode())
            await writer.drain()

    async def serve_socket(self, socket: ServerConnection) -> None:
        """Serve one websocket until it is ended."""
        if not self.has_sockets:
            await socket.close(1011, "not today")
            return
        assert socket.request is not None
        self.authorized.append(socket.request.headers.get("Authorization", ""))
        try:
            await socket.send("this is no JSON")
            async for event, payload in self._listen():
                said = {"stream": ["user"], "event": event, "payload": payload}
                await socket.send(json.dumps(said))
        except ConnectionClosed:
            return

    async def _listen(self) -> AsyncIterator[tuple[str, str]]:
        mine: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()
        self.listeners.append(mine)
        try:
            while (said := await mine.get()) is not None:
                yield said
        finally:
            self.listeners.remove(mine)


@asynccontextmanager
async def serve_streams(streams: Streams) -> AsyncIterator[str]:
    """Serve websockets on a free port; give the address."""
    async with serve(streams.serve_socket, "127.0.0.1", 0) as serving:
        port = next(iter(serving.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}"
        streams.hang_up()
