"""The gate: where one may go, before anything is connected."""

from ipaddress import ip_address

import pytest

from services.errors import Forbidden, Unreachable
from services.web.addresses import Address
from services.web.gate import Gate, read_place


async def resolver(host: str, _: int) -> tuple[Address, ...]:
    """Know four names."""
    known = {
        "public.example": ("1.1.1.1", "2606:4700::1111"),
        "inside.example": ("10.0.0.1",),
        "mixed.example": ("1.1.1.1", "127.0.0.1"),
        "empty.example": (),
    }
    if host not in known:
        raise OSError
    return tuple(ip_address(text) for text in known[host])


def gate(*named: str) -> Gate:
    """Make a gate whose user named these hosts."""
    return Gate(resolver, frozenset(named))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "ftp://there.example/",
        "gopher://there.example/",
        "javascript:alert(1)",
        "//there.example/",
        "http://",
        "http:///path",
        "http://user@there.example/",
        "http://user:pw@there.example/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1/",
        "http://there.example:port/",
        "http://there.example:99999/",
        "http://there.example/\r\nX: y",
        "http://there.example:8080/",
        "https://there.example:22/",
    ],
)
def test_refused(url: str) -> None:
    """What is none of the web, names a user, hides its host or its port leads nowhere."""
    with pytest.raises(Forbidden):
        gate().place(url)


def test_places() -> None:
    """An address is read into its parts, and its text is the same for the same place."""
    place = gate().place("HTTPS://There.Example:443?q=1#part")
    assert (place.scheme, place.host, place.port) == ("https", "there.example", 443)
    assert (place.target, place.is_secure) == ("/?q=1", True)
    assert place.url == "https://there.example/?q=1"
    assert place.origin == ("https", "there.example", 443)
    assert gate().place("http://[2606:4700::1111]/x").url == "http://[2606:4700::1111]/x"
    assert gate().place("ws://there.example/s").port == 80
    assert read_place("http://a.example:8080/").url == "http://a.example:8080/"


def test_named_hosts() -> None:
    """A named host has any port, one named with its port has that one and the web's."""
    assert gate("Box.example").place("http://box.example:8080/").port == 8080
    assert gate("box.example:8080").place("http://box.example:8080/").port == 8080
    assert gate("[::1]:8080").place("http://[::1]:8080/").port == 8080
    with pytest.raises(Forbidden, match="port 8081"):
        gate("box.example:8080").place("http://box.example:8081/")


async def test_addresses() -> None:
    """All that a name gives has to be public, unless the user named it."""
    assert len(await gate().addresses("public.example", 443)) == 2
    for host in ("inside.example", "mixed.example", "127.0.0.1", "::1"):
        with pytest.raises(Forbidden, match="leads to a private address"):
            await gate().addresses(host, 80)
    assert await gate("inside.example").addresses("inside.example", 80)
    assert await gate("127.0.0.1").addresses("127.0.0.1", 80) == (ip_address("127.0.0.1"),)
    for host in ("empty.example", "nowhere.example"):
        with pytest.raises(Unreachable, match="There is no address for"):
            await gate().addresses(host, 80)


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("file:///etc/passwd", "is not followed"),
        ("http://user@public.example/", "is not followed"),
        ("http://2130706433/", "is not followed"),
        ("http://[::1", "is not followed"),
        ("http://127.0.0.1/", "private address"),
        ("http://[::ffff:127.0.0.1]/", "private address"),
        ("http://169.254.1.1:8080/", "private address"),
        ("http://box.example/", "private address"),
        ("https://public.example:8443/", "port 8443"),
    ],
)
def test_redirects_that_are_not_followed(location: str, why: str) -> None:
    """Nobody points us inward, to what the user named, or at what is none of the web."""
    here = gate("box.example").place("https://public.example/a?secret=1")
    with pytest.raises(Forbidden, match=why) as raised:
        gate("box.example").next_place(here, location)
    assert "secret" not in str(raised.value)


def test_redirects_that_are() -> None:
    """A redirect may be relative, badly written, or lead to the encrypted side."""
    here = gate().place("http://public.example/a/b?x=1")
    assert gate().next_place(here, "../c d").url == "http://public.example/c%20d"
    assert gate().next_place(here, " //other.example/#x ").url == "http://other.example/"
    own = gate("box.example")
    box = own.place("http://box.example/")
    assert own.next_place(box, "https://box.example/").is_secure
    with pytest.raises(Forbidden, match="private"):
        own.next_place(box, "http://box.example:631/")
