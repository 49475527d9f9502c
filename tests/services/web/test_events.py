"""Server-sent events: the parser alone, then streams through the door."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clock import SystemClock
from services.errors import Gone, TooLarge, Unclear
from services.http import Door
from services.web.events import EVENT_BYTES, EventParser, ServerEvent, follow_events
from services.web.values import Request
from tests.zoo import Zoo, open_zoo


def heard(*pieces: bytes) -> list[ServerEvent]:
    """Read pieces with a new parser."""
    parser = EventParser()
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", [ServerEvent("message", "YHOO\n+2\n10", "")]),
        (
            b"data\n\ndata\ndata\n\ndata:",
            [ServerEvent("message", "", ""), ServerEvent("message", "\n", "")],
        ),
        (b"data:test\n\ndata: test\n\n", [ServerEvent("message", "test", "")] * 2),
        (b"data:  two spaces\n\n", [ServerEvent("message", " two spaces", "")]),
        (b"event: update\ndata: {}\n\n", [ServerEvent("update", "{}", "")]),
        (b"event: update\n\ndata: a\n\n", [ServerEvent("message", "a", "")]),
        (
            b"id: 1\ndata: a\n\ndata: b\n\n",
            [ServerEvent("message", "a", "1"), ServerEvent("message", "b", "1")],
        ),
        (b"id: 1\n\nid\ndata: a\n\n", [ServerEvent("message", "a", "")]),
        (b"id: 1\n\nid: 2\0\ndata: a\n\n", [ServerEvent("message", "a", "1")]),
        (b"\xef\xbb\xbfdata: a\n\n", [ServerEvent("message", "a", "")]),
        (b"\n\xef\xbb\xbfdata: a\n\n", []),
        (b":thump\n:\ndata: a\n\n", [ServerEvent("message", "a", "")]),
        (b"data: \xc3\xa9 \xff\n\n", [ServerEvent("message", "é �", "")]),
        (b"Data: a\nunknown: b\n\n", []),
        (
            b"data: a\r\rdata: b\r\n\r\ndata: c\n\r",
            [ServerEvent("message", text, "") for text in "abc"],
        ),
        (b"data: never ended", []),
        (b"", []),
    ],
)
def test_the_standard_is_kept(text: bytes, events: list[ServerEvent]) -> None:
    """Fields, names, identifiers and ends of lines are read as the standard has them."""
    assert heard(text) == events


_STREAMS = st.lists(
    st.sampled_from(
        [
            b"\n",
            b"\r",
            b"\r\n",
            b"data",
            b":",
            b" ",
            b"id",
            b"event",
            b"retry",
            b"7",
            b"\0",
            b"\xef\xbb\xbf",
            "é".encode(),
            b"\xff",
            b":thump\n",
            b"data: a\n\n",
        ]
    ),
    max_size=40,
).map(b"".join)


@given(_STREAMS, st.lists(st.integers(0, 120), max_size=12))
def test_where_pieces_are_cut_changes_nothing(text: bytes, cuts: list[int]) -> None:
    """The same bytes give the same events, heartbeats and times, however they arrive."""
    whole = EventParser()
    events = list(whole.feed(text))
    some = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    for edges in (some, range(len(text) + 1)):
        pieced = EventParser()
        pieces = [text[a:b] for a, b in pairwise(edges)]
        assert [event for piece in pieces for event in pieced.feed(piece)] == events
        for name in ("last_id", "retry_s", "heartbeats"):
            assert getattr(pieced, name) == getattr(whole, name)


@pytest.mark.parametrize(
    ("line", "retry_s"),
    [
        (b"retry: 1500\n", 1.5),
        (b"retry: 0\n", 0),
        (b"retry: -1\n", None),
        (b"retry: 1.5\n", None),
        (b"retry\n", None),
        (b"retry: " + b"9" * 5_000 + b"\n", 86_400),
        ("retry: ٣\n".encode(), None),
    ],
)
def test_the_time_to_come_again_is_bounded(line: bytes, retry_s: float | None) -> None:
    """Digits are milliseconds, up to a day; anything else was not said."""
    parser = EventParser()
    assert list(parser.feed(line)) == []
    assert parser.retry_s == retry_s


@pytest.mark.parametrize(
    "text",
    [
        b"data: " + b"a" * EVENT_BYTES,
        b":" + b"a" * EVENT_BYTES,
        b"data: aaaaaaaaaa\n" * (EVENT_BYTES // 10),
        b"data\n" * (EVENT_BYTES + 1),
    ],
)
def test_an_event_that_is_too_large_is_an_error(text: bytes) -> None:
    """One line, or many, are refused once they pass the limit; what came before is given."""
    parser = EventParser()
    events = parser.feed(b"data: before\n\n" + text)
    assert next(events).data == "before"
    with pytest.raises(TooLarge):
        list(events)


def test_much_that_is_not_held_is_no_error() -> None:
    """Comments and events may go on for ever, as long as each is small."""
    parser = EventParser()
    for _ in range(30):
        assert list(parser.feed(b":" + b"t" * 50_000 + b"\ndata: " + b"a" * 50_000 + b"\n\n"))
    assert parser.heartbeats == 30


def test_half_an_event_is_forgotten_with_its_stream() -> None:
    """After a break the rest of an event, its name and its identifier do not come back."""
    parser = EventParser()
    assert list(parser.feed(b"id: 1\ndata: a\n\nid: 2\nevent: b\ndata: half\r"))
    parser.restart()
    assert list(parser.feed(b"\ndata: new\n\n")) == [ServerEvent("message", "new", "1")]


# through the door


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    """Open a zoo."""
    async with open_zoo() as made:
        yield made


@pytest.fixture
async def door(zoo: Zoo) -> AsyncIterator[Door]:
    """Open a door to it."""
    made = Door(SystemClock(), named_hosts=zoo.named_hosts)
    yield made
    await made.close()


async def test_a_stream_is_followed_and_resumed(zoo: Zoo, door: Door) -> None:
    """Events come in order; after the end the server is told where to go on from."""
    parser = EventParser()
    request = Request(zoo.url("events", n=3))
    for numbers in ((1, 2, 3), (4, 5, 6)):
        async with aclosing(follow_events(door, request, parser=parser)) as events:
            found = [event async for event in events]
        assert found == [ServerEvent("update", f"story {n}", str(n)) for n in numbers]
    assert (parser.retry_s, parser.heartbeats) == (1.5, 6)
    first, second = zoo.requests
    assert first.headers["accept"] == "text/event-stream"
    assert "last-event-id" not in first.headers
    assert second.headers["last-event-id"] == "3"


async def test_an_identifier_that_is_no_header_is_not_sent_back(zoo: Zoo, door: Door) -> None:
    """A stranger's identifier cannot make headers of ours."""
    parser = EventParser()
    assert list(parser.feed(b"id: a\x1bb\ndata: a\n\n"))
    events = follow_events(door, Request(zoo.url("events", n=1)), parser=parser)
    assert [event.id async for event in events] == ["1"]
    assert "last-event-id" not in zoo.requests[0].headers


async def test_silence_ends_a_stream(zoo: Zoo, door: Door) -> None:
    """What says nothing for longer than it may is given up; what came before was given."""
    async with aclosing(
        follow_events(door, Request(zoo.url("events-silent")), silent_s=0.3)
    ) as events:
        assert (await anext(events)).data == "once"
        with pytest.raises(Unclear):
            await anext(events)


async def test_a_comment_is_a_sign_of_life(zoo: Zoo, door: Door) -> None:
    """A stream that only comments is alive for longer than silence would be let be."""
    request = Request(zoo.url("events-alive", n=6, every=0.1))
    events = follow_events(door, request, silent_s=0.4)
    assert [event.data async for event in events] == ["late"]


async def test_a_large_event_and_a_refusal_are_errors_of_ours(zoo: Zoo, door: Door) -> None:
    """Whoever sends too much, or says no, is told apart."""
    for name, error in (("events-large", TooLarge), ("gone", Gone)):
        with pytest.raises(error):
            await anext(follow_events(door, Request(zoo.url(name))))
