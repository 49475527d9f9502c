"""Which addresses may be connected to, and what names lead there.

Law: pure but for ``resolve``. What is not known to be public is private.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from itertools import zip_longest
from typing import Final
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

Resolver = Callable[[str, int], Awaitable[tuple[Address, ...]]]
"""Gives the addresses of a host for a port; raises ``OSError`` where there are none."""

# Lists of our own: what ``ipaddress`` calls global has changed between patch releases of Python.
_NOT_PUBLIC_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's translator
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, the metadata of clouds among it
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, withdrawn
        "192.168.0.0/16",
        "198.18.0.0/15",  # benches
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast among it
    )
)
_PUBLIC_6: Final = IPv6Network("2000::/3")
"""All that is given out as global unicast; the rest is local, multicast, mapped or reserved."""
_NOT_PUBLIC_6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among it
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, withdrawn: it holds any address of the older kind
        "3fff::/20",  # documentation
    )
)
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""NAT64: the last 32 bits are an address of the older kind."""
_LOW_32: Final = 0xFFFF_FFFF


LookUp = Callable[[str, int], tuple[str, ...]]
"""Asks the system, and is away for as long as that takes; raises ``OSError``."""


def _look_up(host: str, port: int) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(str(entry[4][0]) for entry in found)


async def resolve(host: str, port: int, look_up: LookUp = _look_up) -> tuple[Address, ...]:
    """Ask the system for the addresses of a name.

    Each question has a thread of its own that nobody waits for in the end: where no server of
    names answers, the system may take half a minute, and whoever works beside the loop or wants
    to leave must not stand behind that.

    Raises:
        OSError: there is no such name, or nobody to ask.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(found: tuple[str, ...] | OSError) -> None:
        if answer.done():  # it was not waited for any longer
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def ask() -> None:
        found: tuple[str, ...] | OSError
        try:
            found = look_up(host, port)
        except (OSError, UnicodeError) as error:
            found = error if isinstance(error, OSError) else OSError(str(error))
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=ask, name="looking up a name", daemon=True).start()
    found = await answer
    return tuple(dict.fromkeys(ip_address(one.partition("%")[0]) for one in found))


def is_public(address: Address) -> bool:
    """Tell whether anybody on the internet would reach the same machine there.

    Source: https://www.iana.org/assignments/iana-ipv4-special-registry and
    https://www.iana.org/assignments/iana-ipv6-special-registry, 2026-11; RFC 6052 for NAT64.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & _LOW_32))
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def literal(host: str) -> Address | None:
    """Read a host that is an address, without brackets; ``None`` where it is a name.

    Raises:
        ValueError: a browser would read it as an address and it is not written as one
            (``2130706433``, ``0x7f.1``, ``0177.0.0.1``).

    Source: https://url.spec.whatwg.org/#ends-in-a-number-checker, 2026-11.
    """
    if ":" in host:
        return IPv6Address(host)
    last = host.removesuffix(".").rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        return IPv4Address(host)
    return None


def in_turns(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """Put addresses of both kinds in turns, so that one kind that leads nowhere costs little."""
    by_kind: dict[int, list[Address]] = {}
    for address in addresses:
        by_kind.setdefault(address.version, []).append(address)
    rows = zip_longest(*by_kind.values())
    return tuple(address for row in rows for address in row if address is not None)


def is_local(url: str) -> bool:
    """Whether nothing leaves this machine on the way there."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = literal(host)
    except ValueError:
        return False
    return address is not None and address.is_loopback


def is_at_home(url: str) -> bool:
    """Whether the way there stays on this machine, or in a private network named by its number."""
    try:
        address = literal(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return is_local(url) or (address is not None and address.is_private)
