"""Asking again where that does no harm and may help.

Law: only what is safe to repeat is repeated, after a pause that nobody else makes at the same
moment, and only where the pause and another try fit into what is left of the deadline.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from services.errors import Forbidden, Garbled, TooLarge, Unclear, Unreachable
from services.web.journeys import Journey
from services.web.values import Answer, Method, Request

if TYPE_CHECKING:
    from tenacity import RetryCallState

_PASSING: Final = frozenset({429, 502, 503, 504})
_TOO_MANY: Final = 429
_JITTER_FROM_S: Final = 0.25
_JITTER_AT_MOST_S: Final = 4.0


def is_repeatable(request: Request) -> bool:
    """Tell whether asking twice does no more than asking once, and is wanted."""
    if request.limits.tries < 2:  # noqa: PLR2004 - once is no repeat
        return False
    if request.is_repeatable is None:
        return request.method is Method.GET
    return request.is_repeatable


async def repeat(journey: Journey, travel: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Travel again where that does no harm and may help."""
    import tenacity  # noqa: PLC0415 - 15 ms, for the first fetch alone

    jitter = tenacity.wait_random_exponential(min=_JITTER_FROM_S, max=_JITTER_AT_MOST_S)

    def pause_s(state: "RetryCallState") -> float:
        answer = _answer_of(state)
        return jitter(state) + ((answer.retry_after_s or 0.0) if answer else 0.0)

    retrying = tenacity.AsyncRetrying(
        sleep=journey.patience.sleep,
        stop=tenacity.stop_after_attempt(journey.request.limits.tries),
        wait=pause_s,
        retry=lambda state: _is_passing(state, journey),
        retry_error_callback=_last_outcome,
    )

    async def once() -> Answer:
        return await travel()

    answer: Answer = await retrying(once)
    return answer


def _is_passing(state: "RetryCallState", journey: Journey) -> bool:
    """Tell whether this try went wrong in a way that the next one may not."""
    answer = _answer_of(state)
    if answer is None:
        error = state.outcome.exception() if state.outcome else None
        journey.may_have_arrived |= isinstance(error, Unclear)
        return isinstance(error, Unreachable | Unclear) and not isinstance(
            error, Forbidden | TooLarge | Garbled
        )
    if answer.status not in _PASSING:
        return False
    journey.may_have_arrived |= answer.status != _TOO_MANY
    return (answer.retry_after_s or 0.0) + _JITTER_AT_MOST_S < journey.patience.left_s


def _answer_of(state: "RetryCallState") -> Answer | None:
    outcome = state.outcome
    if outcome is None or outcome.failed:
        return None
    answer: Answer = outcome.result()
    return answer


def _last_outcome(state: "RetryCallState") -> Answer:
    """Give the answer of the last try, or raise what it raised."""
    if state.outcome is None:
        raise AssertionError
    answer: Answer = state.outcome.result()
    return answer
