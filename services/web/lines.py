"""One connection, watched while encryption is agreed on and while the head of an answer comes in.

Law: a head ends. What a library reads before it (one interim answer after another, as many as
somebody cares to send) is taken in sips, so that others have a turn, and is too much before long.
Whatever ends a handshake, our own deadline included, closes what it was made over.

Source: measured, 2026-11: an endless run of interim answers is read for as long as it lasts, a
quarter of a second at a time. httpcore 1.0.9, ``AnyIOStream.start_tls``: it closes after errors,
not where it is cancelled, as seen with a server that speaks in the open where it promises
otherwise.
"""

import ssl
from typing import Any, Final, Protocol

from services.errors import Garbled
from services.text.clean import clean_line

HEAD_BYTES_AT_MOST: Final = 160_000
"""One head may have 100,000 bytes, as the library has it; before it there may be some more."""
SIP_BYTES: Final = 4_096
HEAD_IS_READ: Final = "the head is read"
"""What a line is asked for when its answer's head has come."""


class Stream(Protocol):
    """What of the library's connections is used here."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the library's
        """Read some."""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Write all."""

    async def aclose(self) -> None:
        """Close it."""

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> "Stream":
        """Give the encrypted side of it."""

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's
        """Tell something about it."""


class Line:
    """A connection as the library takes one."""

    def __init__(self, stream: Stream, host: str) -> None:
        """Read from and write to ``stream``, which leads to ``host``."""
        self._stream = stream
        self._host = host
        self._head_bytes: int | None = 0
        """Since something was asked; ``None`` from the end of the head on."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as above
        """Read some.

        Raises:
            Garbled: the head of the answer does not end.
        """
        if self._head_bytes is None:
            return await self._stream.read(max_bytes, timeout)
        piece = await self._stream.read(min(max_bytes, SIP_BYTES), timeout)
        self._head_bytes += len(piece)
        if self._head_bytes > HEAD_BYTES_AT_MOST:
            raise Garbled(f"{clean_line(self._host, chars=80)} never comes to its answer.")
        return piece

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Write all; a head is to come."""
        self._head_bytes = 0
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close it."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> "Line":
        """Give the encrypted side of it, or close it."""
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise
        return Line(stream, self._host)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as above
        """Tell something about it, or take note that the head is read."""
        if info == HEAD_IS_READ:
            self._head_bytes = None
            return None
        return self._stream.get_extra_info(info)
