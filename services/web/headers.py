"""The headers of what is asked and of what is answered.

Law: pure. A header that would break the wire is refused before it is sent, and what was in it
is told to nobody; of what comes in nothing is longer than it may be.
"""

import re
from collections.abc import Iterable
from typing import Final

from services.errors import Forbidden, Garbled
from services.model.words import Safe
from services.web.values import Request, Validators

CHARS_AT_MOST: Final = 4_000
HEADERS_AT_MOST: Final = 200

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?|")
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,500}")

RawHeaders = Iterable[tuple[bytes, bytes]]


def request_headers(
    request: Request, agent: str, *, is_stream: bool = False
) -> list[tuple[str, str]]:
    """Write the headers of a request.

    Raises:
        Forbidden: one of them cannot be sent as it is.
    """
    headers = [
        ("User-Agent", agent),
        ("Accept", request.accept),
        ("Accept-Encoding", "identity" if is_stream else "gzip"),
        *_of_validators(request.validators),
        *request.headers,
    ]
    if request.content_type is not None:
        headers.append(("Content-Type", request.content_type))
    if request.authorization is not None:
        headers.append(("Authorization", request.authorization.reveal()))
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Forbidden(
                "A part of this request holds characters that cannot be sent.",
                "Look at the token and the headers that are set for it.",
            )
    return headers


def answer_headers(raw: RawHeaders, who: Safe) -> dict[str, str]:
    """Read the headers of an answer: by name in lower case, of several the last.

    Raises:
        Garbled: there are too many.
    """
    pairs = list(raw)
    if len(pairs) > HEADERS_AT_MOST:
        raise Garbled(f"{who} sends more headers than anybody needs.")
    return {
        name.decode("latin-1").lower(): value[:CHARS_AT_MOST].decode("latin-1")
        for name, value in pairs
    }


def all_of(name: str, raw: RawHeaders) -> list[str]:
    """Give every value of one header, however often it was sent."""
    return [value.decode("latin-1") for key, value in raw if key.decode("latin-1").lower() == name]


def read_validators(headers: dict[str, str]) -> Validators:
    """Read what an answer said of itself; what could not be sent back is left out."""
    return Validators(
        etag=_validator(headers.get("etag", "")),
        last_modified=_validator(headers.get("last-modified", "")),
    )


def known_validators(new: Validators, asked_with: Validators) -> Validators:
    """Give what is known of something that has not changed, whatever was left unsaid."""
    return Validators(
        etag=new.etag or asked_with.etag,
        last_modified=new.last_modified or asked_with.last_modified,
    )


def _validator(value: str) -> str | None:
    return value if _VALIDATOR.fullmatch(value) else None


def _of_validators(validators: Validators) -> list[tuple[str, str]]:
    """Ask for changes only; what was remembered and cannot be sent is left out."""
    headers = []
    if etag := _validator((validators.etag or "").strip()):
        headers.append(("If-None-Match", etag))
    if modified := _validator((validators.last_modified or "").strip()):
        headers.append(("If-Modified-Since", modified))
    return headers
