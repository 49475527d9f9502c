"""One fetch on its way: how far it has come, and what that means when it ends badly.

Law: "nothing arrived" is said only where that is certain of every try.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from services.errors import RateLimited, Unclear, Unreachable
from services.web.deadlines import Patience, TooLate
from services.web.gate import Place
from services.web.values import Request

_SENDING: Final = "http11.send_request_headers.started"
"""Source: the trace extension of httpcore, https://www.encode.io/httpcore/extensions, 2026-11."""


@dataclass(slots=True)
class Journey:
    """What one fetch has come to so far."""

    request: Request
    patience: Patience
    place: Place
    is_out: bool = False
    """Whether this hop has sent anything."""
    may_have_arrived: bool = False
    """Whether an earlier try did, and nobody said that it was refused."""

    async def trace(self, event: str, _: object) -> None:
        """Note the moment from which on the other side may know of the request."""
        if event == _SENDING:
            self.is_out = True


@contextmanager
def in_time(journey: Journey) -> Iterator[None]:
    """Say what it means that the time is up, or that nothing was sent, after all that was."""
    who, deadline_s = journey.place.name, journey.request.limits.deadline_s
    try:
        yield
    except TooLate as error:
        who = journey.place.name
        if journey.is_out or journey.may_have_arrived:
            raise Unclear(f"{who} did not answer within {deadline_s:g} s.") from error
        raise Unreachable(f"{who} could not be reached within {deadline_s:g} s.") from error
    except (Unreachable, RateLimited) as error:
        # What an earlier try left behind is not undone by a later one that was not sent.
        if journey.may_have_arrived:
            raise Unclear(error.what, error.remedy) from error
        raise
