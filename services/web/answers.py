"""What an answer means for whoever asked.

Law: pure; an answer that is not what was asked for is an error of ours.
"""

from services.errors import Gone, RateLimited, Rejected, SignedOut, Unclear
from services.web.gate import read_place
from services.web.values import Answer


def expect_ok(answer: Answer) -> Answer:
    """Give an answer that is what was asked for (2xx or 304).

    Raises:
        Gone: 404 or 410.
        SignedOut: 401.
        RateLimited: 429, or 503 with a time; says how long where the server did.
        Rejected: any other 4xx.
        Unclear: 5xx, or what has no meaning here.
    """
    if answer.is_ok or answer.is_unchanged:
        return answer
    who, wait_s = read_place(answer.url).name, answer.retry_after_s
    match answer.status:
        case 401:
            raise SignedOut(f"{who} does not know us any more.", "Sign in again.")
        case 404 | 410:
            raise Gone(f"{who} has nothing at this address.")
        case 429:
            raise RateLimited(f"{who} asks us to wait.", wait_s)
        case 503 if wait_s is not None:
            raise RateLimited(f"{who} asks us to wait.", wait_s)
        case status if 400 <= status < 500:  # noqa: PLR2004 - RFC 9110, 15.5
            raise Rejected(f"{who} refuses this (status {status}).")
        case status:
            raise Unclear(f"{who} has trouble of its own (status {status}).")
