"""Names on the AT Protocol: addresses of records, identities, and keys made of time.

Law: pure. A key says when a thing was written, to the microsecond.

Source: atproto.com/specs/at-uri-scheme, /specs/did, /specs/tid, 2026-11.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from services.model.ids import NetworkName, PersonId, PostId, SendId
from services.model.words import Safe
from services.networks.bluesky.wire import POST
from services.text.clean import clean_url

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = "234567abcdefghijklmnopqrstuvwxyz"
_TID: Final = re.compile(f"[234567abcdefghij][{_DIGITS}]{{12}}")
_URI: Final = re.compile(
    r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,200})/([A-Za-z0-9.-]{1,300})/([A-Za-z0-9._:~-]{1,512})"
)
_DID: Final = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")
_HANDLE: Final = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_CLOCK_BITS: Final = 10


class Place(msgspec.Struct, frozen=True):
    """Where a record stands."""

    did: str
    collection: str
    key: str

    @property
    def uri(self) -> str:
        """Write it as an address."""
        return f"at://{self.did}/{self.collection}/{self.key}"


def place_of(uri: str) -> Place | None:
    """Read the address of a record; ``None`` where it is none."""
    match = _URI.fullmatch(uri)
    return None if match is None else Place(match[1], match[2], match[3])


def person_of(did: str) -> PersonId:
    """Name somebody: a handle changes, this does not."""
    return PersonId(f"{NetworkName.BLUESKY}:{did}")


def did_of(person: PersonId) -> str | None:
    """Give the identity behind a name of ours; ``None`` where it is of another network."""
    network, _, did = person.partition(":")
    return did if network == NetworkName.BLUESKY and _DID.fullmatch(did) else None


def author_of_uri(uri: str) -> PersonId | None:
    """Tell whose a record is by its address alone."""
    place = place_of(uri)
    return None if place is None else person_of(place.did)


def is_handle(handle: str) -> bool:
    """Tell whether it can be a handle: a host's name."""
    return _HANDLE.fullmatch(handle) is not None


def page_of(place: Place, handle: str) -> Safe | None:
    """Give the address at which people read a post in a browser."""
    who = handle if is_handle(handle) and handle != "handle.invalid" else place.did
    return clean_url(f"https://bsky.app/profile/{who}/post/{place.key}")


def key_of(pressed_at: datetime, send: SendId) -> str:
    """Make the key of a post of ours: the same for the same send, however often it leaves.

    13 digits: the microseconds since 1970, then 10 bits that set apart what was pressed within
    one microsecond.
    """
    digest = hashlib.blake2b(send.encode(), digest_size=2).digest()
    clock = int.from_bytes(digest) % (1 << _CLOCK_BITS)
    number = ((pressed_at - _EPOCH) // timedelta(microseconds=1)) << _CLOCK_BITS | clock
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def post_id(did: str, key: str) -> PostId:
    """Name a post by whose it is and its key."""
    return PostId(Place(did, POST, key).uri)


def written_at(uri: str) -> datetime | None:
    """Read off an address when the record was written, where its key is made of time."""
    place = place_of(uri)
    if place is None or not _TID.fullmatch(place.key):
        return None
    number = 0
    for digit in place.key:
        number = number << 5 | _DIGITS.index(digit)
    return _EPOCH + timedelta(microseconds=number >> _CLOCK_BITS)


def moment_of(text: str) -> datetime | None:
    """Read a moment as records write it; ``None`` where it is none, or of no year of ours."""
    try:
        moment = datetime.fromisoformat(text[:40].strip())
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
