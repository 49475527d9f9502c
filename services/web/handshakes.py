"""A connection of which nothing stays open when encryption could not be agreed on.

Law: whatever ends a handshake, our own deadline included, closes what it was made over.

Source: httpcore 1.0.9, ``AnyIOStream.start_tls``: it closes after errors, not where it is
cancelled, as seen 2026-11 with a server that speaks in the open where it promises otherwise.
"""

import ssl
from typing import Any, Protocol


class Stream(Protocol):
    """What of a connection is used here."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """Read some."""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Write all of it."""

    async def aclose(self) -> None:
        """Close it."""

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> Any:  # noqa: ANN401 - httpcore's own
        """Agree on encryption; give the connection that has it."""

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as above
        """Say something of it."""


class Opened:
    """A connection that is not encrypted yet, and may never be."""

    def __init__(self, stream: Stream) -> None:
        """Speak over ``stream``."""
        self._stream = stream
        self.read = stream.read
        self.write = stream.write
        self.aclose = stream.aclose
        self.get_extra_info = stream.get_extra_info

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's; deadlines are ours
    ) -> Any:  # noqa: ANN401 - httpcore's own
        """Agree on encryption, or close."""
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise
