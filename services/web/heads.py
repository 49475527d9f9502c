"""The head of an answer: what it is, or where it leads.

Law: pure but for what the gate allows; the body is not looked at.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.web.bodies import Coding, read_coding
from services.web.gate import Gate
from services.web.headers import all_of, answer_headers, known_validators, read_validators
from services.web.rate_limits import wait_of
from services.web.redirects import Hop, next_hop
from services.web.values import Answer


class Head(msgspec.Struct, frozen=True):
    """What status and headers say."""

    leads: Answer | Hop
    """The answer, without its body, or where to ask next."""
    coding: Coding
    wait_s: float | None
    """How long the host wants to be left alone, where it said so."""


def read_head(
    gate: Gate, hop: Hop, status: int, raw: Sequence[tuple[bytes, bytes]], now: datetime
) -> Head:
    """Read status and headers of what was answered at ``hop``.

    Raises:
        Garbled: there are too many headers, or the body is packed in a way that was not asked for.
        Forbidden: it leads where we do not follow.
    """
    headers = answer_headers(raw, hop.place.name)
    wait_s = wait_of(status, headers, now)
    following = next_hop(gate, hop, status, headers.get("location"))
    if following is not None:
        return Head(following, Coding.PLAIN, wait_s)
    answer = Answer(
        status=status,
        url=hop.place.url,
        moved_to=hop.moved_to,
        headers=headers,
        body=b"",
        validators=read_validators(headers),
        retry_after_s=wait_s,
    )
    if answer.is_unchanged:
        known = known_validators(answer.validators, hop.request.validators)
        answer = msgspec.structs.replace(answer, validators=known)
    return Head(answer, read_coding(all_of("content-encoding", raw), hop.place.name), wait_s)
