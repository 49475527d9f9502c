"""What a send does next: a pure function of where it stands and what just happened.

Law: nothing is repeated that may be published already unless the network recognises its key and
a look found nothing; nothing is requested unless a person pressed a key less than ``WINDOW_S``
ago; HELD and REJECTED are said only of what is certainly not published.
"""

from typing import assert_never

import msgspec

from services.model.limits import Keying
from services.model.posts import Post
from services.model.sending import SendState

WINDOW_S = 120.0
"""After a key press, on the boot clock: no request begins later."""

TIMEOUT_S = 30.0
"""What a request, a look or a deletion may take."""

WAIT_S = 3.0
"""The least between the end of one request and whatever follows; doubled by every request."""

ATTEMPTS = 4
"""Requests for one key press, at most."""

LOOKS = 3
"""Looks that may fail in a row before a person is asked."""

QUIET_S = 30.0
"""After the last request: a server that was going to publish it has done so by then."""

KEY_LIVES_S = 50 * 60.0
"""How long a network is trusted to remember a key.

Source: docs.joinmastodon.org/methods/statuses, Idempotency-Key is kept for one hour, 2026-11.
"""

TAKE_BACK_S = 60.0
"""How long after it was published a post may be taken back from here."""


class Published(msgspec.Struct, frozen=True):
    """The network answered with the post."""

    post: Post


class NothingLeft(msgspec.Struct, frozen=True):
    """The request did not leave this machine, or was not begun."""


class MayBeOut(msgspec.Struct, frozen=True):
    """The request left and nothing is known of it."""


class RefusedForNow(msgspec.Struct, frozen=True):
    """The request had no effect; another may have, later."""

    retry_after_s: float | None


class RefusedForGood(msgspec.Struct, frozen=True):
    """The request had no effect and none will have."""


class Found(msgspec.Struct, frozen=True):
    """A look found the post."""

    post: Post


class Absent(msgspec.Struct, frozen=True):
    """A look found nothing."""


class LookFailed(msgspec.Struct, frozen=True):
    """A look could not be made."""


Outcome = (
    Published
    | NothingLeft
    | MayBeOut
    | RefusedForNow
    | RefusedForGood
    | Found
    | Absent
    | LookFailed
)
"""What became of the last thing that a send did."""


class Standing(msgspec.Struct, frozen=True):
    """All that decides about a send."""

    keying: Keying
    """KEYLESS too where the key is older than the network remembers."""
    was_out: bool
    """A request before this one may be published."""
    attempts: int
    """Requests begun since the key press, this one included."""
    age_s: float | None
    """Since the key press, on the boot clock; ``None`` after a reboot."""
    may_request: bool
    """Somebody pressed a key in this run of the program, and no answer was final."""
    quiet_s: float = 0.0
    """Since the last request ended."""
    failed_looks: int = 0
    """In a row, this one included."""


class Request(msgspec.Struct, frozen=True):
    """Ask the network to publish, after a while."""

    wait_s: float


class Look(msgspec.Struct, frozen=True):
    """Look for the post, after a while."""

    wait_s: float
    is_last: bool = False
    """Nothing is requested after it, whatever it finds."""


class Settle(msgspec.Struct, frozen=True):
    """Be done."""

    state: SendState
    post: Post | None = None


Step = Request | Look | Settle
"""What a send does next."""


def is_fresh(age_s: float | None) -> bool:
    """Tell whether a key press is recent enough for a request to begin."""
    return age_s is not None and 0.0 <= age_s < WINDOW_S


def is_key_alive(age_s: float) -> bool:
    """Tell whether a network still knows a key that was first used ``age_s`` ago."""
    return 0.0 <= age_s < KEY_LIVES_S


def next_step(standing: Standing, outcome: Outcome) -> Step:  # noqa: PLR0911 - a table
    """Decide what follows ``outcome``."""
    match outcome:
        case Published(post) | Found(post):
            return Settle(SendState.SENT, post)
        case NothingLeft():
            return _after_no_effect(standing, None)
        case RefusedForNow(retry_after_s):
            return _after_no_effect(standing, retry_after_s)
        case RefusedForGood():
            if standing.was_out:
                return Look(WAIT_S, is_last=True)
            return Settle(SendState.REJECTED)
        case MayBeOut():
            return Look(_pause_s(standing.attempts))
        case Absent():
            return _after_absent(standing)
        case LookFailed():
            if standing.failed_looks < LOOKS:
                return Look(_pause_s(standing.failed_looks))
            return Settle(SendState.CHECK)
        case _:
            assert_never(outcome)


def _after_no_effect(standing: Standing, retry_after_s: float | None) -> Step:
    """Try again where the window allows; before that, look for what left earlier."""
    wait_s = _pause_s(standing.attempts)
    if retry_after_s is not None:
        wait_s = max(WAIT_S, retry_after_s)
    is_allowed = _is_time_left(standing, wait_s)
    if not standing.was_out:
        return Request(wait_s) if is_allowed else Settle(SendState.HELD)
    return Look(wait_s) if is_allowed else Look(WAIT_S, is_last=True)


def _after_absent(standing: Standing) -> Step:
    """Repeat under the same key, or be sure that nothing comes any more, or ask."""
    if standing.keying is Keying.KEYLESS:
        return Settle(SendState.CHECK)
    if _is_time_left(standing, 0.0):
        return Request(0.0)
    if standing.quiet_s < QUIET_S:
        return Look(max(WAIT_S, QUIET_S - standing.quiet_s))
    return Settle(SendState.HELD)


def _is_time_left(standing: Standing, wait_s: float) -> bool:
    return (
        standing.may_request
        and standing.attempts < ATTEMPTS
        and standing.age_s is not None
        and is_fresh(standing.age_s + wait_s)
    )


def _pause_s(times: int) -> float:
    return WAIT_S * 2.0 ** (times - 1)
