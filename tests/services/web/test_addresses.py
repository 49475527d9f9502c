"""Which addresses are public, and how a host that is an address is read."""

import asyncio
import threading
from ipaddress import ip_address

import pytest

from services.web.addresses import in_turns, is_public, literal, resolve

PRIVATE = [
    "0.0.0.1",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private(address: str) -> None:
    """What is local, reserved, embedded or unknown is not public."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    """What anybody can reach is public, up to the edges of what is not."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "1.2.3.4.5", "a.0x1", "256.1.1.1"]
)
def test_numbers_in_disguise(host: str) -> None:
    """A host that a browser would read as a number is refused unless written out."""
    with pytest.raises(ValueError, match=r".+"):
        literal(host)


def test_literals_and_names() -> None:
    """An address written out is one, and a name is none."""
    assert literal("127.0.0.1") == ip_address("127.0.0.1")
    assert literal("::1") == ip_address("::1")
    assert literal("example.org") is None
    assert literal("1.example") is None


def test_in_turns() -> None:
    """Both kinds of address take turns, the first kind first, each in its order."""
    six, four = [ip_address(f"2606::{n}") for n in (1, 2, 3)], [ip_address("1.1.1.1")]
    assert in_turns([*six, *four]) == (six[0], four[0], six[1], six[2])


async def test_resolve() -> None:
    """The system is asked, and each address comes once."""
    found = await resolve("localhost", 80)
    assert found
    assert len(set(found)) == len(found)
    assert not any(is_public(address) for address in found)


def test_names_that_nobody_answers_hold_up_nobody() -> None:
    """However many wait for a silent server of names: others work beside the loop, and it ends."""
    silence = threading.Event()

    def look_up(host: str, port: int) -> tuple[str, ...]:
        del host, port
        silence.wait(20)
        return ("1.1.1.1",)

    async def many() -> str:
        tasks = [asyncio.create_task(resolve("a.example", 80, look_up)) for _ in range(40)]
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            worked = await asyncio.to_thread(str, "beside")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return worked

    async def one() -> object:
        return await resolve("a.example", 80, look_up)

    try:
        assert asyncio.run(many()) == "beside"
    finally:
        silence.set()
    assert asyncio.run(one()) == (ip_address("1.1.1.1"),)


async def test_a_name_that_cannot_be_asked_for_is_no_address() -> None:
    """Whatever the system makes of it, it is an error of looking up."""
    with pytest.raises(OSError, match=r".+"):
        await resolve(f"{'a' * 64}.example", 80)
