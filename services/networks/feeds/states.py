"""How a feed is after a reading, and the one sentence that people are told of it.

Law: pure. Each way to go wrong has its own words; none of them is the publisher's.
"""

from datetime import datetime
from typing import Final, assert_never
from urllib.parse import urlsplit

import msgspec

from services.errors import (
    ChinwagError,
    Forbidden,
    Garbled,
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    TooLarge,
    Unreachable,
)
from services.http import expect_ok
from services.model.headlines import FeedState
from services.model.words import NOTHING, Safe
from services.networks.base import FeedMemory
from services.networks.feeds.schedule import Turn, late_by_s
from services.networks.feeds.wire import Finding, NotUnderstood, ParsedFeed, Reason
from services.text.clean import clean_line
from services.web.values import Answer

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86400

_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_PAGE_STARTS_WITHIN: Final = 1024

_BY_STATUS: Final = {
    401: (FeedState.REFUSED, "asks for a name and a password"),
    402: (FeedState.REFUSED, "asks for money"),
    403: (FeedState.REFUSED, "the publisher does not let us read it"),
    404: (FeedState.GONE, "not there any more: the publisher does not know the address"),
    410: (FeedState.GONE, "gone: the publisher says it is no more"),
    451: (FeedState.REFUSED, "held back by law"),
}
"""What a status says of a feed. Source: RFC 9110, 15.5; RFC 7725, 2026-11."""


_BY_REASON: Final = {
    Reason.EMPTY: "there is nothing in it",
    Reason.BROKEN: "broken: nobody can make sense of it",
    Reason.TOO_MUCH: "it would take too long to read",
}


class Verdict(msgspec.Struct, frozen=True):
    """What a reading says of its feed."""

    state: FeedState
    words: Safe
    turn: Turn
    wait_s: float | None = None
    """How long its server has asked us to wait."""


WELL: Final = Verdict(FeedState.WELL, NOTHING, Turn.CHANGED)
SAME: Final = Verdict(FeedState.WELL, NOTHING, Turn.SAME)


def of_answer(answer: Answer, *, was_asked: bool) -> Verdict | None:
    """Judge an answer by its status; ``None`` where its body is to be read.

    ``was_asked`` is whether it had been asked for changes only.
    """
    if (known := _BY_STATUS.get(answer.status)) is not None:
        state, words = known
        return _verdict(state, words, Turn.GONE if state is FeedState.GONE else Turn.FAILED)
    if answer.is_unchanged:
        return SAME if was_asked else _broken("says that nothing has changed, and we never read it")
    try:
        expect_ok(answer)
    except NetworkError as error:
        if answer.status >= 500 and not isinstance(error, RateLimited):  # noqa: PLR2004 - RFC 9110, 15.6
            words = f"the publisher's server is in trouble ({answer.status})"
            return _verdict(FeedState.UNREACHABLE, words)
        if isinstance(error, Rejected):
            words = f"refused by the publisher ({answer.status})"
            return _verdict(FeedState.REFUSED, words)
        return of_error(error)
    return None if answer.body.strip() else _broken(_BY_REASON[Reason.EMPTY])


def of_error(error: ChinwagError) -> Verdict:
    """Judge a fetch that gave no answer."""
    words = error.what.strip().removesuffix(".")
    state, turn = FeedState.UNREACHABLE, Turn.FAILED
    match error:
        case RateLimited(retry_after_s=wait_s):
            words = "asked us to wait" + (f" {lasting(wait_s)}" if wait_s is not None else "")
            return Verdict(FeedState.WAITS, clean_line(words), Turn.FAILED, wait_s)
        case Forbidden() | SignedOut():
            state = FeedState.REFUSED
        case Unreachable():
            turn = Turn.AWAY
        case Gone():
            state, turn = FeedState.GONE, Turn.GONE
        case TooLarge() | Garbled():
            state = FeedState.BROKEN
        case _:
            pass
    return _verdict(state, words, turn)


def of_finding(finding: Finding, answer: Answer, *, was_feed: bool) -> Verdict | None:
    """Judge what was made of a body; ``None`` where that says nothing of the feed.

    ``was_feed`` is whether it could be read as a feed before.
    """
    match finding:
        case ParsedFeed(is_cut=True):
            return _broken("cut off in the middle; what came was kept")
        case ParsedFeed(entries=()):
            return msgspec.structs.replace(
                SAME, words=clean_line("there are no headlines in it now")
            )
        case ParsedFeed():
            return WELL
        case NotUnderstood(reason=Reason.NOT_READ):
            return None
        case NotUnderstood(reason=reason) if reason in _BY_REASON:
            return _broken(_BY_REASON[reason])
        case _:
            return _verdict(FeedState.NOT_A_FEED, _what_it_is(answer, was_feed=was_feed))


def _what_it_is(answer: Answer, *, was_feed: bool) -> str:
    start = answer.body[:_PAGE_STARTS_WITHIN].lower()
    is_page = answer.media_type in _PAGES or b"<html" in start or b"<!doctype html" in start
    what = "a web page" if is_page else "something else"
    return f"not a feed any more: it is {what} now" if was_feed else f"not a feed: it is {what}"


def moved(verdict: Verdict, url: str) -> Verdict:
    """Say of a feed that could be read that it has moved for good."""
    words = f"moved to {urlsplit(url).netloc}"
    return msgspec.structs.replace(verdict, state=FeedState.MOVED, words=clean_line(words))


def words_now(memory: FeedMemory, now: datetime) -> tuple[FeedState, Safe]:
    """Say how a feed is at this moment: one that should have been read by now is late.

    One that is well has words only where there is more to say than when it was read.
    """
    late_s = late_by_s(memory.next_at, now)
    match memory.state:
        case FeedState.WELL | FeedState.LATE if late_s:
            return FeedState.LATE, clean_line(f"{lasting(late_s)} late")
        case FeedState.WELL:
            return FeedState.WELL, memory.words
        case FeedState.LATE:
            return FeedState.WELL, NOTHING
        case (
            FeedState.OFF
            | FeedState.NEW
            | FeedState.MOVED
            | FeedState.GONE
            | FeedState.NOT_A_FEED
            | FeedState.BROKEN
            | FeedState.UNREACHABLE
            | FeedState.WAITS
            | FeedState.REFUSED
        ):
            return memory.state, memory.words
        case _:
            assert_never(memory.state)


def lasting(seconds: float) -> str:
    """Word a length of time as roughly as people do, never as less than it is by a half."""
    for unit_s, one, many in (
        (_DAY_S, "day", "days"),
        (_HOUR_S, "h", "h"),
        (_MINUTE_S, "min", "min"),
    ):
        if seconds >= unit_s * (1 if unit_s == _MINUTE_S else 1.5):
            count = round(seconds / unit_s)
            return f"{count} {one if count == 1 else many}"
    return f"{max(1, round(seconds))} s"


def _broken(words: str) -> Verdict:
    return _verdict(FeedState.BROKEN, words)


def _verdict(state: FeedState, words: str, turn: Turn = Turn.FAILED) -> Verdict:
    return Verdict(state, clean_line(words), turn)
