"""Streams: where they are, what wakes us, and what happens when they break."""

import asyncio
import json

import pytest

from services.clock import SystemClock
from services.errors import RateLimited, SignedOut, Unclear
from services.http import Door
from services.networks.mastodon.account import MastodonAccount
from services.networks.mastodon.news import NewsKind, read_news
from services.networks.mastodon.stream import (
    LONGEST_PAUSE_S,
    NOWHERE_PAUSE_S,
    Manner,
    Place,
    Stream,
    places,
)
from services.secrets import Secret
from tests.doubles.mastodon import MastodonDouble
from tests.doubles.mastodon_parts import Trouble
from tests.fakes import FakeClock, settle, until
from tests.services.networks.conformance import drain


def test_a_stream_may_be_in_several_places() -> None:
    """First where the server says, then on the server itself; over both manners each."""
    found = places("wss://stream.example/api/v1/streaming", "https://a.example")
    assert found == (
        Place(Manner.WEBSOCKET, "wss://stream.example/api/v1/streaming?stream=user"),
        Place(Manner.EVENTS, "https://stream.example/api/v1/streaming/user"),
        Place(Manner.WEBSOCKET, "wss://a.example/api/v1/streaming?stream=user"),
        Place(Manner.EVENTS, "https://a.example/api/v1/streaming/user"),
    )
    assert len(places("", "http://127.0.0.1:1")) == 2
    assert len(places("https://a.example", "https://a.example")) == 2


@pytest.mark.parametrize("stated", ["wss://[::1", "ws://stream.example", "http://a.example"])
def test_a_token_goes_to_no_place_that_can_be_overheard(stated: str) -> None:
    """A stated address that is none, or less secure than the server, is not tried."""
    assert places(stated, "https://a.example") == places("", "https://a.example")


@pytest.mark.parametrize("has_sockets", [True, False])
async def test_an_answer_wakes_us_at_once(
    us: MastodonAccount, double: MastodonDouble, has_sockets: bool
) -> None:
    """Over a websocket, and over events where the stated address leads nowhere."""
    if not has_sockets:
        double.streaming = "wss://127.0.0.1:1"
    await us.poll(None)
    await until(lambda: us.is_streamed)
    _, arrivals = await drain(us)
    waiting = asyncio.create_task(us.wait())
    said = double.say("ben", "hello", mentions=["ada"])
    await asyncio.wait_for(waiting, 2.0)
    posts, _ = await drain(us, arrivals.cursor)
    assert [post.id for post in posts] == [said["id"]]
    if has_sockets:
        assert double.streams.authorized == ["Bearer token-ada"]


async def test_what_concerns_nobody_does_not_wake_us(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Favourites, other people's posts and nonsense lead to no poll; our own from elsewhere do."""
    await us.poll(None)
    await until(lambda: us.is_streamed)
    await drain(us)
    us._news.clear()
    other = double.say("ben", "unrelated")
    double.notify("favourite", other)
    for event, payload in (
        ("update", json.dumps(other)),
        ("update", "nonsense"),
        ("delete", "12345"),
        ("status.update", "{}"),
        ("filters_changed", ""),
    ):
        double.streams.say(event, payload)
    double.streams.say("update", json.dumps(double.say("ada", "from my phone")))
    await until(us._news.is_set)
    posts, _ = await drain(us)
    assert "from my phone" in [post.body for post in posts]


async def test_edits_and_deletions_come_with_the_stream(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """What the stream says was changed is read again at the next poll."""
    kept = double.say("ben", "teh", mentions=["ada"])
    gone = double.say("ben", "oops", mentions=["ada"])
    _, arrivals = await drain(us)
    await until(lambda: us.is_streamed)
    us._news.clear()
    double.edit(kept["id"], "the")
    double.delete(gone["id"])
    await until(lambda: len(us._suspects) == 2)
    after = await us.poll(arrivals.cursor)
    assert [post.body for post in after.posts] == ["the"]
    assert after.gone == (gone["id"],)


async def test_a_stream_that_breaks_is_opened_again_and_the_gap_read(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """After a break we poll at once, so that what came meanwhile is there."""
    await us.poll(None)
    await until(lambda: us.is_streamed)
    us._news.clear()
    double.streams.hang_up()
    await until(us._news.is_set)
    assert us.is_streamed


async def test_being_signed_out_ends_the_stream(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """A stream that does not know us is not asked again; the next poll says so."""
    double.streaming = ""
    double.trouble["GET /api/v1/streaming"] = Trouble.EMPTY_401
    await us.poll(None)
    following = us._following
    assert following is not None
    await until(following.done)
    assert us._news.is_set()
    us._following = None


async def test_where_nothing_streams_it_is_tried_seldom(double: MastodonDouble, door: Door) -> None:
    """Polling goes on; half an hour later and more it is tried again."""
    clock = FakeClock()
    stream = Stream(door, clock, Secret("Bearer x"), "a", chance=lambda: 0.5)
    where = (Place(Manner.EVENTS, f"{double.url}/nowhere"),)
    task = asyncio.create_task(stream.follow(where, lambda _event, _payload: None, lambda: None))
    await until(lambda: double.count("/nowhere") == 1 and clock.sleepers == 1)
    await clock.advance(NOWHERE_PAUSE_S)
    assert double.count("/nowhere") == 1
    await clock.advance(NOWHERE_PAUSE_S)
    await until(lambda: double.count("/nowhere") == 2)
    task.cancel()
    await settle()


def test_pauses_grow_and_obey(double: MastodonDouble, door: Door) -> None:
    """Each break doubles the pause up to five minutes, with jitter; what a host asks is obeyed."""
    del double
    stream = Stream(door, SystemClock(), None, "a", chance=lambda: 0.5)
    pause_s, waits = 1.0, []
    for _ in range(10):
        pause_s, wait_s = stream._pauses(Unclear("x"), pause_s, is_nowhere=False)
        waits.append(wait_s)
    assert waits[:3] == [1.0, 2.0, 4.0]
    assert waits[-1] == LONGEST_PAUSE_S
    assert stream._pauses(RateLimited("x", 900.0), 1.0, is_nowhere=False)[1] == 900.0
    assert stream._pauses(RateLimited("x"), 1.0, is_nowhere=True)[1] == NOWHERE_PAUSE_S * 1.5


async def test_signed_out_is_raised(double: MastodonDouble, door: Door) -> None:
    """Whoever follows is told that the sign-in is over."""
    double.trouble["GET /api/v1/streaming"] = Trouble.EMPTY_401
    stream = Stream(door, SystemClock(), None, "a")
    with pytest.raises(SignedOut):
        await stream.follow(places("", double.url), lambda _event, _payload: None, lambda: None)


@pytest.mark.parametrize(
    ("event", "payload", "kind"),
    [
        ("notification", '{"type": "mention"}', NewsKind.TO_US),
        ("notification", '{"type": "reblog"}', NewsKind.NOTHING),
        ("notifications_merged", "1", NewsKind.TO_US),
        ("delete", "5", NewsKind.CHANGED),
        ("status.update", '{"id": 5}', NewsKind.CHANGED),
        ("announcement", "{}", NewsKind.NOTHING),
    ],
)
def test_events_mean_what_they_say(event: str, payload: str, kind: NewsKind) -> None:
    """Only what may concern us leads anywhere."""
    assert read_news(event, payload).kind is kind


async def test_a_stated_address_that_knows_us_not_is_not_the_last_word(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Where the stated place is somebody else's, the server itself is asked."""
    double.streaming = f"{double.url}/elsewhere"
    double.trouble["GET /elsewhere"] = Trouble.EMPTY_401
    await us.poll(None)
    await until(lambda: us.is_streamed)
