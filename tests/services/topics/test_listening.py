"""Firehoses that are followed: over real lines, with hosts that break off, refuse and pour."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from msgspec.structs import replace

from services.topics.following import (
    FRAME_CHARS_AT_MOST,
    MISSED_SAID_S,
    NOWHERE_PAUSE_S,
    SAID_AFTER_S,
)
from services.topics.listening import Listening
from services.topics.values import Firehose, StreamKind, StreamPost, Tally, Unsaid
from tests.doubles.jetstream import FIRST, SECOND, JetstreamDouble, first_frame, serve_jetstream
from tests.doubles.mastodon_streams import Streams, serve_streams
from tests.fakes import NOON, FakeClock, until
from tests.services.networks.mastodon.test_public import _status

PATHS = {StreamKind.JETSTREAM_1: FIRST, StreamKind.JETSTREAM_2: SECOND}


class Taken:
    """What was handed on."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.items: list[StreamPost | Unsaid] = []
        self.fails = False

    def __call__(self, item: StreamPost | Unsaid) -> None:
        """Take one."""
        self.items.append(item)
        if self.fails:
            raise ValueError

    @property
    def bodies(self) -> list[str]:
        """Give what was said."""
        return [one.body for one in self.items if isinstance(one, StreamPost)]


@pytest.fixture
def clock() -> FakeClock:
    """Noon."""
    return FakeClock()


@pytest.fixture
def taken() -> Taken:
    """Nothing yet."""
    return Taken()


@pytest.fixture
async def host(clock: FakeClock) -> AsyncIterator[JetstreamDouble]:
    """A Jetstream that goes by the test's clock."""
    async with serve_jetstream(lambda: _us(clock.now())) as served:
        yield served


@pytest.fixture
async def listening(clock: FakeClock, taken: Taken) -> AsyncIterator[Listening]:
    """What listens, in the middle of every choice of pauses."""
    made = Listening(clock, taken, chance=lambda: 0.5)
    yield made
    await made.close()


def _us(moment: datetime) -> int:
    return int(moment.timestamp() * 1e6)


def jetstream(
    host: JetstreamDouble, kind: StreamKind = StreamKind.JETSTREAM_1, **more: object
) -> Firehose:
    """Name a host's stream."""
    made = Firehose(kind, "Bluesky", host.url + PATHS[kind], named_hosts=("127.0.0.1",))
    return replace(made, **more)


async def _begin(
    listening: Listening, host: JetstreamDouble, *firehoses: Firehose, count: int = 1
) -> None:
    listening.listen(firehoses or (jetstream(host),))
    await until(lambda: len(host.listeners) == count)


def _words(listening: Listening) -> tuple[str, ...]:
    return listening.words


def _tally(listening: Listening) -> Tally:
    return next(iter(listening.tallies.values()))


@pytest.mark.parametrize("kind", PATHS)
async def test_posts_and_deletions_are_handed_on_as_they_come(
    listening: Listening, host: JetstreamDouble, taken: Taken, kind: StreamKind
) -> None:
    """In both versions, each asked in its own words."""
    await _begin(listening, host, jetstream(host, kind))
    said = host.say("hello")
    host.take_back(said)
    await until(lambda: len(taken.items) == 2)
    assert taken.bodies == ["hello"]
    assert taken.items[1] == Unsaid(said.key)
    assert _tally(listening) == Tally(came=2, looked_at=1, gone=1)
    assert host.offered == [None if kind is StreamKind.JETSTREAM_1 else "xrpc.v1.json"]
    assert _words(listening) == ()


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
    await _begin(listening, host, jetstream(host, kind))
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
    assert _words(listening) == ()


async def test_another_run_goes_on_where_the_last_one_was(
    clock: FakeClock, host: JetstreamDouble, taken: Taken, listening: Listening
) -> None:
    """Where nobody listens any more its place is kept all the same."""
    await _begin(listening, host)
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
    listening.resume({url: _us(NOON - timedelta(hours=8))})
    await _begin(listening, host)
    assert host.asked[-1].endswith(f"&cursor={_us(NOON - timedelta(hours=1))}")
    assert _words(listening) == ("Bluesky: a while of it is missing.",)
    for number in range(1, 14):
        host.say("hello")
        await until(lambda wanted=number: _tally(listening).came == wanted)  # type: ignore[misc]  # a default
        await clock.advance(MISSED_SAID_S / 12)
    assert _words(listening) == ()


async def test_a_cursor_that_is_too_old_is_given_up(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """A number of the host's own from before what it keeps: from now on, at once, and said."""
    firehose = jetstream(host, StreamKind.JETSTREAM_2)
    host.kept_from_us = 1_000
    listening.resume({firehose.url: 7})
    await _begin(listening, host, firehose)
    assert host.asked[0].endswith("&cursor=7")
    assert "cursor" not in host.asked[1]
    assert _words(listening) == ("Bluesky: a while of it is missing.",)
    host.say("hello")
    await until(lambda: taken.bodies == ["hello"])


async def test_the_host_may_say_that_something_is_missing(
    listening: Listening, host: JetstreamDouble
) -> None:
    """And that we are slow: then less is looked at."""
    firehose = jetstream(host, StreamKind.JETSTREAM_2)
    await _begin(listening, host, firehose)
    info = {"$type": "x#info", "name": "OutdatedCursor"}
    host.send(json.dumps({"$type": "message", "payload": info}))
    host.send(json.dumps({"$type": "error", "error": "ConsumerTooSlow"}))
    await until(lambda: _tally(listening).other == 2)
    assert _words(listening) == ("Bluesky: a while of it is missing.",)


async def test_bad_frames_are_counted_and_huge_ones_not_even_read(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """The stream goes on; where many are bad a word is said."""
    await _begin(listening, host)
    host.send("{")
    big = host.say("x" * FRAME_CHARS_AT_MOST)
    host.say("hello")
    await until(lambda: taken.bodies == ["hello"])
    assert _tally(listening) == Tally(came=3, looked_at=1, unreadable=2)
    assert len(first_frame(big)) > FRAME_CHARS_AT_MOST
    assert _words(listening) == ()
    for _ in range(20):
        host.send("[]")
    await until(lambda: _tally(listening).unreadable == 22)
    assert _words(listening) == ("Bluesky: some of what comes cannot be read.",)


async def test_a_frame_beyond_all_measure_is_gone_round(
    listening: Listening, host: JetstreamDouble, taken: Taken, clock: FakeClock
) -> None:
    """It ends the line; so as not to meet it again, it is read from now on."""
    await _begin(listening, host)
    host.say("before")
    await until(lambda: len(taken.items) == 1)
    host.say("x" * 5_000_000)
    await clock.advance_until(lambda: len(host.asked) == 2, within_s=3, patience_s=0.5)
    assert "cursor" not in host.asked[1]
    await until(lambda: len(host.listeners) == 1)
    host.say("after")
    await until(lambda: taken.bodies == ["before", "after"])
    assert _words(listening) == ("Bluesky: a while of it is missing.",)


async def test_silence_is_a_break(
    listening: Listening, host: JetstreamDouble, clock: FakeClock, taken: Taken
) -> None:
    """A minute without a word on a network where somebody always speaks."""
    await _begin(listening, host)
    await clock.advance(40)
    host.say("hello")
    await until(lambda: len(taken.items) == 1)
    await clock.advance(50)
    assert len(host.asked) == 1
    await clock.advance_until(lambda: len(host.asked) == 2, within_s=20)
    assert _words(listening) == ()


async def test_who_stays_silent_is_asked_less_and_less_often(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """A host with nothing to say is no reason to knock every minute."""
    await _begin(listening, host)
    waits = []
    for number in range(2, 7):
        wait_s = await clock.advance_until(
            lambda wanted=number: len(host.asked) == wanted,  # type: ignore[misc]  # a default
            within_s=400,
            step_s=8,
        )
        await until(lambda: len(host.listeners) == 1)
        waits.append(wait_s)
    assert waits == sorted(waits)
    assert waits[-1] > 60 + 12


async def test_who_refuses_is_said_at_once_and_asked_again_much_later(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """Half an hour and more; then all is well."""
    host.refuses = HTTPStatus.FORBIDDEN
    listening.listen((jetstream(host),))
    await until(lambda: bool(_words(listening)))
    (words,) = _words(listening)
    assert words.startswith("Bluesky: ")
    assert "again" not in words
    host.refuses = None
    await clock.advance(NOWHERE_PAUSE_S * 1.4)
    assert len(host.asked) == 1
    await clock.advance_until(lambda: bool(host.listeners), within_s=NOWHERE_PAUSE_S, step_s=60)
    await until(lambda: _words(listening) == ())


async def test_who_is_not_there_is_said_once_it_lasts(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """It is tried again, later and later, and as late as the host asks for."""
    host.refuses = HTTPStatus.SERVICE_UNAVAILABLE
    listening.listen((jetstream(host),))
    await until(lambda: len(host.asked) == 1)
    assert _words(listening) == ()
    for number, pause_s in enumerate((1, 2, 4, 8, 16), start=2):
        took_s = await clock.advance_until(
            lambda wanted=number: len(host.asked) == wanted,  # type: ignore[misc]  # a default
            within_s=pause_s + 1,
            step_s=0.5,
        )
        assert took_s >= pause_s - 1
    assert clock.monotonic() - 1_000 > SAID_AFTER_S - 1
    await clock.advance(1)
    (words,) = _words(listening)
    assert words.endswith(" It is tried again.")


async def test_a_host_that_says_how_long_is_left_alone_so_long(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """Longer than we would have waited by ourselves."""
    host.refuses = HTTPStatus.TOO_MANY_REQUESTS
    listening.listen((jetstream(host),))
    await until(lambda: len(host.asked) == 1)
    took_s = await clock.advance_until(lambda: len(host.asked) == 2, within_s=90, step_s=5)
    assert took_s >= 60


async def test_whoever_takes_the_posts_may_fail(
    listening: Listening,
    host: JetstreamDouble,
    taken: Taken,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Then the line is opened anew, and the log says why."""
    await _begin(listening, host)
    taken.fails = True
    host.say("one")
    await until(lambda: len(taken.items) == 1)
    taken.fails = False
    await clock.advance_until(lambda: len(host.asked) == 2, within_s=3)
    assert "Bluesky failed" in caplog.text


async def test_only_what_is_wanted_is_looked_at_and_more_may_be_wanted_later(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """Without opening the line anew."""
    await _begin(listening, host, jetstream(host, languages=("en",), words=("ferry",)))
    host.say("the ferry is late", langs=["en"])
    host.say("die Ferry", langs=["de"])
    host.say("nothing")
    await until(lambda: _tally(listening).came == 3)
    assert _tally(listening) == Tally(came=3, looked_at=1, unwanted=2)
    await _begin(listening, host)
    host.say("nothing")
    await until(lambda: taken.bodies == ["the ferry is late", "nothing"])
    assert len(host.asked) == 1


async def test_of_too_many_an_even_share_is_looked_at_and_the_rest_told(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """Whatever comes is looked at or counted; it is said once it lasts."""
    await _begin(listening, host, jetstream(host, per_s_at_most=2.0))
    for second in range(45):
        for _ in range(6):
            host.say("hello")
        await until(lambda wanted=6 * (second + 1): _tally(listening).came == wanted)  # type: ignore[misc]  # a default
        await clock.advance(1)
    assert _words(listening) == ("Bluesky: 1 post in 3 is looked at.",)
    tally = _tally(listening)
    assert tally.looked_at + tally.passed_over == tally.came == host.sent
    assert 45 < tally.looked_at < 150


async def test_who_does_not_keep_up_says_so(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """What comes is ever later, so less of it is looked at."""
    await _begin(listening, host)
    begun_us = _us(clock.now())
    for second in range(90):
        host.now_us = lambda at=begun_us + second * 300_000: at  # type: ignore[misc]  # a default
        for _ in range(8):
            host.say("hello")
        await until(lambda wanted=8 * (second + 1): _tally(listening).came == wanted)  # type: ignore[misc]  # a default
        await clock.advance(1)
    (words,) = _words(listening)
    assert words.startswith("Bluesky: this machine does not keep up; 1 post in ")


async def test_a_rush_holds_up_nobody(host: JetstreamDouble, clock: FakeClock) -> None:
    """Where taking the posts takes a while, others of this process have their turn between."""
    turns: list[int] = []
    passed = 0

    def take(_: object) -> None:
        clock._pass(0.05)
        turns.append(passed)

    async def others() -> None:
        nonlocal passed
        while True:
            passed += 1
            await asyncio.sleep(0)

    made = Listening(clock, take)
    await _begin(made, host)
    other = asyncio.create_task(others())
    for _ in range(100):
        host.say("hello")
    await until(lambda: len(turns) == 100)
    other.cancel()
    assert len(set(turns)) > 50
    await made.close()


async def test_several_are_read_at_once_and_one_that_changes_is_opened_anew(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """Each by its address; the others go on."""
    both = (jetstream(host), jetstream(host, StreamKind.JETSTREAM_2))
    await _begin(listening, host, *both, count=2)
    host.say("hello")
    await until(lambda: taken.bodies == ["hello", "hello"])
    other = replace(both[1], name="Second")
    listening.listen((both[0], other))
    await until(lambda: len(host.asked) == 3)
    await until(lambda: len(host.listeners) == 2)
    assert host.asked[2].startswith(SECOND)


async def test_a_private_host_is_not_asked_unless_it_is_named(
    listening: Listening, host: JetstreamDouble
) -> None:
    """The rules of the door hold here as well."""
    listening.listen((jetstream(host, named_hosts=()),))
    await until(lambda: bool(_words(listening)))
    assert host.asked == []


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
    assert _tally(listening) == tally
    assert streams.authorized == ["Bearer token-ada"]
    assert listening.cursors() == {}
    streams.hang_up()
    await until(lambda: not streams.listeners)
    await clock.advance(0.5)
    await clock.advance_until(lambda: len(streams.listeners) == 1, within_s=3)
    assert _words(listening) == ()
    streams.has_sockets = False
    streams.hang_up()
    await clock.advance_until(lambda: bool(_words(listening)), within_s=SAID_AFTER_S + 5)
    streams.has_sockets = True
    await clock.advance_until(lambda: len(streams.listeners) == 1, within_s=300)
    await until(lambda: _words(listening) == ("a.example: a while of it is missing.",))


async def test_closing_leaves_nothing_behind(clock: FakeClock, host: JetstreamDouble) -> None:
    """Neither a task nor a line, whatever it was doing."""
    before = asyncio.all_tasks()
    made = Listening(clock, lambda _: None)
    await _begin(made, host)
    await made.close()
    await until(lambda: not host.listeners)
    left = {one.get_name() for one in asyncio.all_tasks() - before}
    assert not {name for name in left if "Bluesky" in name or "firehose" in name}
    await made.close()
