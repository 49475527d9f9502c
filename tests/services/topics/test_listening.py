"""Firehoses that are followed over real lines: handed on, gone on with, read together."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.topics.following import (
    MISSED_SAID_S,
    SAID_AFTER_S,
)
from services.topics.listening import Listening
from services.topics.values import Firehose, StreamKind, StreamPost, Tally, Unsaid
from tests.doubles.jetstream import SECOND, JetstreamDouble
from tests.doubles.mastodon_streams import Streams, serve_streams
from tests.fakes import NOON, FakeClock, until
from tests.services.networks.mastodon.test_public import _status
from tests.services.topics.firehose_stage import (
    PATHS,
    Taken,
    begin,
    jetstream,
    tally_of,
    us_of,
    words_of,
)


@pytest.mark.parametrize("kind", PATHS)
async def test_posts_and_deletions_are_handed_on_as_they_come(
    listening: Listening, host: JetstreamDouble, taken: Taken, kind: StreamKind
) -> None:
    """In both versions, each asked in its own words."""
    await begin(listening, host, jetstream(host, kind))
    said = host.say("hello")
    host.take_back(said)
    await until(lambda: len(taken.items) == 2)
    assert taken.bodies == ["hello"]
    assert taken.items[1] == Unsaid(said.key)
    assert tally_of(listening) == Tally(came=2, looked_at=1, gone=1)
    assert host.offered == [None if kind is StreamKind.JETSTREAM_1 else "xrpc.v1.json"]
    assert words_of(listening) == ()


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("code", [0, 1001])
async def test_a_stream_that_breaks_goes_on_where_it_was(
    listening: Listening,
    host: JetstreamDouble,
    taken: Taken,
    clock: FakeClock,
    kind: StreamKind,
    code: int,
) -> None:
    """From five seconds before, so that nothing that was on its way is lost."""
    await begin(listening, host, jetstream(host, kind))
    early = host.say("early")
    await until(lambda: len(taken.items) == 1)
    await clock.advance(10)
    last = host.say("before")
    await until(lambda: len(taken.items) == 2)
    assert listening.cursors() == {host.url + PATHS[kind]: last.at_us}
    host.hang_up(code)
    await until(lambda: not host.listeners)
    host.say("meanwhile")
    await clock.advance_until(lambda: bool(host.listeners), within_s=3)
    host.say("after")
    await until(lambda: "after" in taken.bodies)
    assert taken.bodies == ["early", "before", "before", "meanwhile", "after"]
    assert f"cursor={last.at_us - 5_000_000}" in host.asked[-1]
    assert early.at_us < last.at_us - 5_000_000
    assert words_of(listening) == ()


async def test_another_run_goes_on_where_the_last_one_was(
    clock: FakeClock, host: JetstreamDouble, taken: Taken, listening: Listening
) -> None:
    """Where nobody listens any more its place is kept all the same."""
    await begin(listening, host)
    last = host.say("yesterday")
    await until(lambda: len(taken.items) == 1)
    listening.listen(())
    await until(lambda: not host.listeners)
    assert listening.tallies == {}
    cursors = listening.cursors()
    other = Listening(clock, taken)
    other.resume(cursors)
    other.listen((jetstream(host),))
    await until(lambda: len(taken.items) == 2)
    assert f"cursor={last.at_us - 5_000_000}" in host.asked[-1]
    await other.close()


async def test_from_long_ago_nothing_is_read_again_and_that_is_said(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """The last hour, and a word about the rest, for ten minutes."""
    url = jetstream(host).url
    listening.resume({url: us_of(NOON - timedelta(hours=8))})
    await begin(listening, host)
    assert host.asked[-1].endswith(f"&cursor={us_of(NOON - timedelta(hours=1))}")
    assert words_of(listening) == ("Bluesky: a while of it is missing.",)
    for number in range(1, 14):
        host.say("hello")
        await until(lambda wanted=number: tally_of(listening).came == wanted)  # type: ignore[misc]  # a default
        await clock.advance(MISSED_SAID_S / 12)
    assert words_of(listening) == ()


async def test_a_cursor_that_is_too_old_is_given_up(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """A number of the host's own from before what it keeps: from now on, at once, and said."""
    firehose = jetstream(host, StreamKind.JETSTREAM_2)
    host.kept_from_us = 1_000
    listening.resume({firehose.url: 7})
    await begin(listening, host, firehose)
    assert host.asked[0].endswith("&cursor=7")
    assert "cursor" not in host.asked[1]
    assert words_of(listening) == ("Bluesky: a while of it is missing.",)
    host.say("hello")
    await until(lambda: taken.bodies == ["hello"])


async def test_the_host_may_say_that_something_is_missing(
    listening: Listening, host: JetstreamDouble
) -> None:
    """And that we are slow: then less is looked at."""
    firehose = jetstream(host, StreamKind.JETSTREAM_2)
    await begin(listening, host, firehose)
    info = {"$type": "x#info", "name": "OutdatedCursor"}
    host.send(json.dumps({"$type": "message", "payload": info}))
    host.send(json.dumps({"$type": "error", "error": "ConsumerTooSlow"}))
    await until(lambda: tally_of(listening).other == 2)
    assert words_of(listening) == ("Bluesky: a while of it is missing.",)


async def test_only_what_is_wanted_is_looked_at_and_more_may_be_wanted_later(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """Without opening the line anew."""
    await begin(listening, host, jetstream(host, languages=("en",), words=("ferry",)))
    host.say("the ferry is late", langs=["en"])
    host.say("die Ferry", langs=["de"])
    host.say("nothing")
    await until(lambda: tally_of(listening).came == 3)
    assert tally_of(listening) == Tally(came=3, looked_at=1, unwanted=2)
    await begin(listening, host)
    host.say("nothing")
    await until(lambda: taken.bodies == ["the ferry is late", "nothing"])
    assert len(host.asked) == 1


async def test_several_are_read_at_once_and_one_that_changes_is_opened_anew(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """Each by its address; the others go on."""
    both = (jetstream(host), jetstream(host, StreamKind.JETSTREAM_2))
    await begin(listening, host, *both, count=2)
    host.say("hello")
    await until(lambda: taken.bodies == ["hello", "hello"])
    other = replace(both[1], name="Second")
    listening.listen((both[0], other))
    await until(lambda: len(host.asked) == 3)
    await until(lambda: len(host.listeners) == 2)
    assert host.asked[2].startswith(SECOND)


@pytest.fixture
def streams() -> Streams:
    """Who listens to a server of Mastodon's kind."""
    return Streams()


@pytest.fixture
async def mastodon(streams: Streams) -> AsyncIterator[Firehose]:
    """Its public timeline."""
    async with serve_streams(streams) as url:
        yield Firehose(
            StreamKind.MASTODON,
            "a.example",
            f"{url}/api/v1/streaming?stream=public",
            token="token-ada",  # noqa: S106 - nobody's
            named_hosts=("127.0.0.1",),
        )


async def test_a_public_timeline_is_read_with_our_token(
    listening: Listening, taken: Taken, streams: Streams, mastodon: Firehose, clock: FakeClock
) -> None:
    """It cannot go on where it was: that something is missing after a break is said."""
    listening.listen((mastodon,))
    await until(lambda: len(streams.listeners) == 1)
    streams.say("update", json.dumps(_status(created_at="soon")))
    streams.say("update", json.dumps(_status()))
    streams.say("delete", "7")
    await until(lambda: len(taken.items) == 2)
    assert taken.bodies == ["hello there"]
    tally = Tally(came=4, looked_at=1, gone=1, unreadable=2)  # its first message is no JSON
    assert tally_of(listening) == tally
    assert streams.authorized == ["Bearer token-ada"]
    assert listening.cursors() == {}
    streams.hang_up()
    await until(lambda: not streams.listeners)
    await clock.advance(0.5)
    await clock.advance_until(lambda: len(streams.listeners) == 1, within_s=3)
    assert words_of(listening) == ()
    streams.has_sockets = False
    streams.hang_up()
    await clock.advance_until(lambda: bool(words_of(listening)), within_s=SAID_AFTER_S + 5)
    streams.has_sockets = True
    await clock.advance_until(lambda: len(streams.listeners) == 1, within_s=300)
    await until(lambda: words_of(listening) == ("a.example: a while of it is missing.",))


async def test_nobody_on_a_server_writes_later_than_now(
    listening: Listening, taken: Taken, streams: Streams, mastodon: Firehose, clock: FakeClock
) -> None:
    """A server's clock that is ahead makes nothing else old."""
    listening.listen((mastodon,))
    await until(lambda: len(streams.listeners) == 1)
    streams.say("update", json.dumps(_status(created_at="2031-01-01T00:00:00Z")))
    await until(lambda: len(taken.items) == 1)
    (post,) = taken.items
    assert isinstance(post, StreamPost)
    assert post.created_at == clock.now()


async def test_closing_leaves_nothing_behind(clock: FakeClock, host: JetstreamDouble) -> None:
    """Neither a task nor a line, whatever it was doing."""
    before = asyncio.all_tasks()
    made = Listening(clock, lambda _: None)
    await begin(made, host)
    await made.close()
    await until(lambda: not host.listeners)
    left = {one.get_name() for one in asyncio.all_tasks() - before}
    assert not {name for name in left if "Bluesky" in name or "firehose" in name}
    await made.close()
