"""Redirects, taken one by one.

Law: pure but for what the gate allows. Credentials and headers of the caller's stay with their
scheme, host and port. Only what was asked with GET is asked elsewhere; anything else goes on
within its own origin, and only where the method is to be kept (307, 308).
"""

import msgspec

from services.errors import Forbidden
from services.web.gate import Gate, Place
from services.web.values import Method, Request

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})
_FOR_GOOD = frozenset({301, 308})


class Hop(msgspec.Struct, frozen=True):
    """One place on the way, and what is asked there."""

    request: Request
    """As it is asked here."""
    place: Place
    seen: tuple[str, ...] = ()
    """The addresses before this."""
    moved_to: str | None = None
    """How far everybody said that it has moved for good."""


def first_hop(gate: Gate, request: Request) -> Hop:
    """Begin where the request says.

    Raises:
        Forbidden: it leads nowhere that may be asked.
    """
    return Hop(request, gate.place(request.url))


def next_hop(gate: Gate, hop: Hop, status: int, location: str | None) -> Hop | None:
    """Give the next place, or ``None`` where this answer is the answer.

    Raises:
        Forbidden: it leads where we do not follow, in a circle, or on and on.
    """
    if status not in _REDIRECTS or not location:
        return None
    place = gate.next_place(hop.place, location)
    is_same_origin = place.origin == hop.place.origin
    if hop.request.method is not Method.GET and not (is_same_origin and status in _KEEPS_METHOD):
        return None
    seen = (*hop.seen, hop.place.url)
    _check_way(hop, place, seen)
    return Hop(
        request=hop.request if is_same_origin else _bare(hop.request),
        place=place,
        seen=seen,
        moved_to=place.url if _is_for_good(hop, status) else hop.moved_to,
    )


def _check_way(hop: Hop, place: Place, seen: tuple[str, ...]) -> None:
    limit = hop.request.limits.redirects
    if place.url in seen:
        raise Forbidden(f"{hop.place.name} redirects in a circle.")
    if len(seen) > limit:
        raise Forbidden(f"{hop.place.name} redirects more than {limit} times.")
    has_credentials = hop.request.authorization is not None or bool(hop.request.headers)
    if has_credentials and hop.place.is_secure and not place.is_secure:
        raise Forbidden(f"{hop.place.name} leads from an encrypted address to one that is not.")


def _is_for_good(hop: Hop, status: int) -> bool:
    """Tell whether this hop and all before it are for good."""
    here = hop.moved_to if hop.seen else hop.place.url
    return status in _FOR_GOOD and here == hop.place.url


def _bare(request: Request) -> Request:
    """Ask without what belongs to the last place alone."""
    return msgspec.structs.replace(request, authorization=None, headers=())
