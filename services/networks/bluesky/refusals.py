"""What a refusal of an AT Protocol server means to us, and the words for it.

Law: pure. Nothing of the wire leaves this room but the server's own words, cleaned.

Source: atproto.com/specs/xrpc, 2026-11; @atproto/pds 0.5.35 answers an expired token with 400.
"""

from typing import Final

from services.errors import (
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    Unclear,
)
from services.networks.bluesky.wire import Failure, part
from services.text.clean import clean_line
from services.web.values import Answer

_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429
_SERVERS: Final = 500
_UNKNOWN_STATUS: Final = frozenset({404, 405, 501})
_UNKNOWN: Final = frozenset({"MethodNotImplemented", "XRPCNotSupported"})
_MISSING: Final = frozenset({"RecordNotFound", "NotFound", "RepoNotFound", "BlobNotFound"})
_TOKEN: Final = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing"})


class Unsupported(Rejected):
    """The server does not know how to do this."""


class Taken(Rejected):
    """Something stands under this key already."""


def failure_of(answer: Answer) -> Failure:
    """Read what a refusal says; empty where it says nothing that can be read."""
    return part(answer.body, Failure) or Failure()


def is_about_token(answer: Answer) -> bool:
    """Tell whether it was refused for the token alone, so that nothing was done."""
    if answer.is_ok:
        return False
    return answer.status == _UNAUTHORIZED or (
        answer.status < _SERVERS and failure_of(answer).error in _TOKEN
    )


def check(answer: Answer) -> bytes:
    """Give the body of an answer that is what was asked for.

    Raises:
        RateLimited: 429; says how long where the server did.
        SignedOut: the token is not taken.
        Gone: what was asked for is not there.
        Unsupported: the server does not know the method.
        Taken: another record stands under the key.
        Rejected: any other refusal, in the server's words.
        Unclear: trouble of the server's own.
    """
    if answer.is_ok:
        return answer.body
    raise _refusal(answer, failure_of(answer))


def _refusal(answer: Answer, failure: Failure) -> NetworkError:
    error, status = failure.error, answer.status
    if status == _TOO_MANY:
        return RateLimited("Bluesky asks us to wait.", answer.retry_after_s)
    if error not in _UNKNOWN and is_about_token(answer):
        return SignedOut("Bluesky does not know us any more.", "Sign in again.")
    if error in _MISSING:
        return Gone("It is not there any more.")
    if error in _UNKNOWN or status in _UNKNOWN_STATUS:
        return Unsupported("This Bluesky server does not know how to do that.")
    if status >= _SERVERS:
        return Unclear(f"The Bluesky server has trouble of its own (status {status}).")
    return _no(answer, failure)


def _no(answer: Answer, failure: Failure) -> Rejected:
    if failure.error == "InvalidSwap":
        return Taken("Something of ours stands there already.")
    says = clean_line(failure.message).rstrip(".") or f"status {answer.status}"
    return Rejected(f"Bluesky refuses this: {says}.")
