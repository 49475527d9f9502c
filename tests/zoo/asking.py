"""Asking the zoo with a bare socket, so that nothing is read into what came."""

import asyncio
import contextlib
from xml.etree import ElementTree as ET

from tests.zoo import Zoo


class Got:
    """What a bare socket read."""

    def __init__(self, raw: bytes, *, is_ended: bool, is_broken: bool) -> None:
        """Split head from body."""
        self.raw = raw
        self.is_ended = is_ended
        """Whether the server closed."""
        self.is_broken = is_broken
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.first, *lines = head.decode("latin-1").split("\r\n")
        self.headers = dict(line.split(": ", 1) for line in lines if ": " in line)

    @property
    def status(self) -> int:
        """Give the status."""
        return int(self.first.split()[1])


async def ask(zoo: Zoo, path: str, *lines: str, most: int = 2_000_000, wait_s: float = 5.0) -> Got:
    """Ask with a bare socket: until the server closes, ``most`` bytes, or ``wait_s``."""
    reader, writer = await asyncio.open_connection("127.0.0.1", zoo.port)
    request = [f"GET /{path} HTTP/1.1", "Host: zoo", "Connection: close", *lines, "", ""]
    writer.write("\r\n".join(request).encode())
    raw = bytearray()
    is_ended = is_broken = False
    try:
        async with asyncio.timeout(wait_s):
            while len(raw) < most:
                piece = await reader.read(65_536)
                raw += piece
                if not piece:
                    is_ended = True
                    break
    except TimeoutError:
        pass
    except ConnectionError:
        is_broken = True
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return Got(bytes(raw), is_ended=is_ended, is_broken=is_broken)


def parsed(body: bytes) -> ET.Element:
    """Read XML strictly."""
    return ET.fromstring(body)  # noqa: S314 - the zoo wrote it, and expat refuses what grows
