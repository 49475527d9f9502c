"""Redirects one by one: where they lead, and what goes along."""

from ipaddress import ip_address

import pytest

from services.errors import Forbidden
from services.secrets import Secret
from services.web.addresses import Address
from services.web.gate import Gate
from services.web.redirects import Hop, first_hop, next_hop
from services.web.values import Limits, Method, Request, Validators


async def nowhere(_: str, __: int) -> tuple[Address, ...]:
    """Resolve all to one public address."""
    return (ip_address("1.1.1.1"),)


GATE = Gate(nowhere)
REQUEST = Request(
    "https://a.example/feed",
    headers=(("X-Key", "1"),),
    authorization=Secret("Bearer t"),
    validators=Validators(etag='"1"'),
)


def follow(request: Request, *steps: tuple[int, str]) -> Hop | None:
    """Follow answers one after another."""
    hop: Hop | None = first_hop(GATE, request)
    for status, location in steps:
        assert hop is not None
        hop = next_hop(GATE, hop, status, location)
    return hop


def test_credentials_stay() -> None:
    """Neither the token nor the caller's headers go to another host; the validators do."""
    here = follow(REQUEST, (302, "/other"))
    assert here is not None
    assert here.request.authorization == Secret("Bearer t")
    there = follow(REQUEST, (302, "https://b.example/"))
    assert there is not None
    assert there.request.authorization is None
    assert there.request.headers == ()
    assert there.request.validators.etag == '"1"'
    back = follow(REQUEST, (302, "https://b.example/"), (302, "https://a.example/x"))
    assert back is not None
    assert back.request.authorization is None


def test_credentials_are_not_sent_in_the_open() -> None:
    """With credentials nobody leads us off encryption, and without them it is as it is."""
    with pytest.raises(Forbidden, match="from an encrypted address"):
        follow(REQUEST, (302, "http://a.example/"))
    assert follow(Request("https://a.example/"), (302, "http://b.example/")) is not None


def test_moved_for_good() -> None:
    """It has moved as far as every hop up to there said so, and no further."""
    request = Request("https://a.example/")
    b, c = "https://b.example/", "https://c.example/"
    for steps, moved_to in [
        (((301, b),), b),
        (((308, b), (301, c)), c),
        (((301, b), (302, c)), b),
        (((302, b), (301, c)), None),
        (((301, b), (307, c), (301, "https://d.example/")), b),
    ]:
        hop = follow(request, *steps)
        assert hop is not None
        assert hop.moved_to == moved_to


def test_circles_and_chains() -> None:
    """A circle is seen when it closes, and three redirects are enough."""
    request = Request("https://a.example/")
    with pytest.raises(Forbidden, match=r"^b.example redirects in a circle\.$"):
        follow(request, (302, "https://b.example/"), (302, "https://a.example/#again"))
    with pytest.raises(Forbidden, match="redirects more than 3 times"):
        follow(request, *((302, f"/{n}") for n in range(4)))
    with pytest.raises(Forbidden, match="redirects more than 0 times"):
        follow(Request("https://a.example/", limits=Limits(redirects=0)), (302, "/b"))


def test_what_is_no_redirect() -> None:
    """Any other status, or one that does not say where, is the answer itself."""
    hop = first_hop(GATE, REQUEST)
    for status, location in ((200, "/x"), (304, "/x"), (300, "/x"), (302, None), (302, "")):
        assert next_hop(GATE, hop, status, location) is None


def test_what_was_not_asked_with_get() -> None:
    """A post goes on within its own origin where its method is kept, and nowhere else."""
    post = Request("https://a.example/", method=Method.POST, body=b"x")
    hop = follow(post, (308, "/b"))
    assert hop is not None
    assert hop.request.body == b"x"
    for step in ((301, "/b"), (303, "/b"), (307, "https://b.example/"), (308, "http://a.example/")):
        assert follow(post, step) is None
