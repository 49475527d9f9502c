"""Which addresses may be connected to, and what names lead there.

Law: pure but for ``resolve``. What is not known to be public is private.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

Resolver = Callable[[str, int], Awaitable[tuple[Address, ...]]]
"""Gives the addresses of a host for a port; raises ``OSError`` where there are none."""


async def resolve(host: str, port: int) -> tuple[Address, ...]:
    """Ask the system for the addresses of a name.

    Raises:
        OSError: there is no such name, or nobody to ask.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
