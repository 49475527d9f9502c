"""Each way to go wrong has a state and a sentence of its own."""

import pytest
from msgspec.structs import replace

from services.errors import (
    ChinwagError,
    Forbidden,
    Garbled,
    Gone,
    RateLimited,
    Rejected,
    SignedOut,
    TooLarge,
    Unclear,
    Unreachable,
)
from services.model.headlines import FeedId, FeedState
from services.networks.base import FeedMemory
from services.networks.feeds.schedule import Turn
from services.networks.feeds.states import (
    SAME,
    WELL,
    Verdict,
    lasting,
    moved,
    of_answer,
    of_error,
    of_finding,
    words_now,
)
from services.networks.feeds.wire import (
    Finding,
    FoundFeeds,
    NotUnderstood,
    ParsedEntry,
    ParsedFeed,
    Reason,
)
from services.text.clean import clean_line
from services.web.values import Answer, Validators
from tests.builders import at

FULL = ParsedFeed("Herons", None, None, (ParsedEntry("1", "Back", "", None, None),), is_cut=False)


def an_answer(status: int = 200, body: bytes = b"<rss/>", **headers: str) -> Answer:
    """Give an answer of a server."""
    return Answer(status, "https://herons.example/feed", None, headers, body, Validators())


def a_memory(state: FeedState, words: str = "") -> FeedMemory:
    """Remember a feed that was read at noon and is due a quarter of an hour later."""
    name = clean_line("Herons")
    said = clean_line(words)
    return FeedMemory(
        FeedId("f"), "https://a.example/", state, said, name, Validators(), at(0), at(900)
    )


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (an_answer(401), FeedState.REFUSED, "asks for a name and a password"),
        (an_answer(402), FeedState.REFUSED, "asks for money"),
        (an_answer(403), FeedState.REFUSED, "does not let us"),
        (an_answer(404), FeedState.GONE, "not there any more"),
        (an_answer(410), FeedState.GONE, "gone: the publisher says it is no more"),
        (an_answer(418), FeedState.REFUSED, "refused by the publisher (418)"),
        (replace(an_answer(429), retry_after_s=720.0), FeedState.WAITS, "wait 12 min"),
        (an_answer(429), FeedState.WAITS, "asked us to wait"),
        (an_answer(451), FeedState.REFUSED, "held back by law"),
        (an_answer(500), FeedState.UNREACHABLE, "in trouble (500)"),
        (an_answer(304), FeedState.BROKEN, "we never read it"),
        (an_answer(200, b" \n"), FeedState.BROKEN, "there is nothing in it"),
    ],
)
def test_a_status_is_a_sentence(answer: Answer, state: FeedState, says: str) -> None:
    """Whatever a server answers instead of a feed is told as what it means."""
    verdict = of_answer(answer, was_asked=False)
    assert verdict is not None
    assert verdict.state is state
    assert says in verdict.words


def test_a_body_is_to_be_read_and_no_change_is_well() -> None:
    """Only a 304 that was asked for says that nothing has changed."""
    assert of_answer(an_answer(), was_asked=True) is None
    assert of_answer(an_answer(304), was_asked=True) == SAME


@pytest.mark.parametrize(
    ("error", "state", "turn"),
    [
        (Unreachable("No such name."), FeedState.UNREACHABLE, Turn.AWAY),
        (Forbidden("A private address."), FeedState.REFUSED, Turn.FAILED),
        (Unclear("No answer in time."), FeedState.UNREACHABLE, Turn.FAILED),
        (TooLarge("Larger than 5 MB."), FeedState.BROKEN, Turn.FAILED),
        (Garbled("Not gzip."), FeedState.BROKEN, Turn.FAILED),
        (SignedOut("Who are you?"), FeedState.REFUSED, Turn.FAILED),
        (Rejected("No."), FeedState.UNREACHABLE, Turn.FAILED),
        (Gone("Not there."), FeedState.GONE, Turn.GONE),
    ],
)
def test_an_error_keeps_its_words(error: ChinwagError, state: FeedState, turn: Turn) -> None:
    """The door's sentences are clear; they are told without their full stop."""
    said = error.what.removesuffix(".")
    assert of_error(error) == Verdict(state, clean_line(said), turn)


def test_a_wait_is_told_and_kept() -> None:
    """For as long as the server said."""
    verdict = of_error(RateLimited("Too fast.", 5400.0))
    assert (verdict.words, verdict.wait_s) == ("asked us to wait 2 h", 5400.0)
    assert of_error(RateLimited("Too fast.")).wait_s is None


@pytest.mark.parametrize(
    ("finding", "state", "says"),
    [
        (FULL, FeedState.WELL, ""),
        (ParsedFeed("H", None, None, (), is_cut=False), FeedState.WELL, "no headlines in it now"),
        (ParsedFeed("H", None, None, FULL.entries, is_cut=True), FeedState.BROKEN, "cut off"),
        (NotUnderstood(Reason.EMPTY), FeedState.BROKEN, "nothing in it"),
        (NotUnderstood(Reason.BROKEN), FeedState.BROKEN, "broken"),
        (NotUnderstood(Reason.TOO_MUCH), FeedState.BROKEN, "too long"),
        (NotUnderstood(Reason.NOT_A_FEED), FeedState.NOT_A_FEED, "not a feed: it is something"),
        (FoundFeeds(()), FeedState.NOT_A_FEED, "not a feed"),
    ],
)
def test_a_finding_is_a_sentence(finding: Finding, state: FeedState, says: str) -> None:
    """What was made of a body is told as what it means."""
    verdict = of_finding(finding, an_answer(), was_feed=False)
    assert verdict is not None
    assert verdict.state is state
    assert says in verdict.words


def test_what_nobody_read_says_nothing() -> None:
    """A child that could not be started is no fault of the feed's."""
    finding = NotUnderstood(Reason.NOT_READ)
    assert of_finding(finding, an_answer(), was_feed=True) is None


@pytest.mark.parametrize(
    "answer",
    [
        an_answer(200, b"...", **{"content-type": "text/html; charset=utf-8"}),
        an_answer(200, b"\n<!DOCTYPE HTML><title>x</title>"),
        an_answer(200, b"<?xml version='1.0'?><HTML xmlns='x'>"),
    ],
)
def test_a_web_page_is_told_as_one(answer: Answer) -> None:
    """By what the server calls it, or by how it begins."""
    finding = NotUnderstood(Reason.NOT_A_FEED)
    was = of_finding(finding, answer, was_feed=True)
    never = of_finding(finding, answer, was_feed=False)
    assert was is not None
    assert never is not None
    assert was.words == "not a feed any more: it is a web page now"
    assert never.words == "not a feed: it is a web page"


def test_a_move_names_where_to() -> None:
    """By host, which is what people know."""
    verdict = moved(WELL, "https://example.org/feed.xml")
    assert verdict == Verdict(FeedState.MOVED, clean_line("moved to example.org"), Turn.CHANGED)


def test_a_feed_is_late_when_its_time_has_passed() -> None:
    """One that is well says when it was read; only one that was well can be late."""
    well = a_memory(FeedState.WELL)
    assert words_now(well, at(5)) == (FeedState.WELL, "")
    assert words_now(well, at(900 + 240)) == (FeedState.LATE, "4 min late")
    assert words_now(a_memory(FeedState.LATE), at(5)) == (FeedState.WELL, "")
    empty = a_memory(FeedState.WELL, "there are no headlines in it now")
    assert words_now(empty, at(300)) == (FeedState.WELL, "there are no headlines in it now")
    gone = a_memory(FeedState.GONE, "gone")
    assert words_now(gone, at(1_000_000)) == (FeedState.GONE, "gone")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 s"), (59, "59 s"), (60, "1 min"), (720, "12 min"), (5399, "90 min"),
        (5400, "2 h"), (86400, "24 h"), (129_600, "2 days"), (900_000, "10 days"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_told_as_people_do(seconds: float, words: str) -> None:
    """In one unit, roughly."""
    assert lasting(seconds) == words
