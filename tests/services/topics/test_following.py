"""Firehoses that misbehave, and what is said of it: hosts that refuse, pour or fall silent."""

import asyncio
from http import HTTPStatus

import pytest

from services.topics.following import (
    FRAME_CHARS_AT_MOST,
    NOWHERE_PAUSE_S,
    SAID_AFTER_S,
)
from services.topics.listening import Listening
from services.topics.values import Tally
from tests.doubles.jetstream import JetstreamDouble, first_frame
from tests.fakes import FakeClock, until
from tests.services.topics.firehose_stage import (
    Taken,
    begin,
    jetstream,
    tally_of,
    us_of,
    words_of,
)


async def test_bad_frames_are_counted_and_huge_ones_not_even_read(
    listening: Listening, host: JetstreamDouble, taken: Taken
) -> None:
    """The stream goes on; where many are bad a word is said."""
    await begin(listening, host)
    host.send("{")
    big = host.say("x" * FRAME_CHARS_AT_MOST)
    host.say("hello")
    await until(lambda: taken.bodies == ["hello"])
    assert tally_of(listening) == Tally(came=3, looked_at=1, unreadable=2)
    assert len(first_frame(big)) > FRAME_CHARS_AT_MOST
    assert words_of(listening) == ()
    for _ in range(20):
        host.send("[]")
    await until(lambda: tally_of(listening).unreadable == 22)
    assert words_of(listening) == ("Bluesky: some of what comes cannot be read.",)


async def test_a_frame_beyond_all_measure_is_gone_round(
    listening: Listening, host: JetstreamDouble, taken: Taken, clock: FakeClock
) -> None:
    """It ends the line; so as not to meet it again, it is read from now on."""
    await begin(listening, host)
    host.say("before")
    await until(lambda: len(taken.items) == 1)
    host.say("x" * 5_000_000)
    await clock.advance_until(lambda: len(host.asked) == 2, within_s=3, patience_s=0.5)
    assert "cursor" not in host.asked[1]
    await until(lambda: len(host.listeners) == 1)
    host.say("after")
    await until(lambda: taken.bodies == ["before", "after"])
    assert words_of(listening) == ("Bluesky: a while of it is missing.",)


async def test_silence_is_a_break(
    listening: Listening, host: JetstreamDouble, clock: FakeClock, taken: Taken
) -> None:
    """A minute without a word on a network where somebody always speaks."""
    await begin(listening, host)
    await clock.advance(40)
    host.say("hello")
    await until(lambda: len(taken.items) == 1)
    await clock.advance(50)
    assert len(host.asked) == 1
    await clock.advance_until(lambda: len(host.asked) == 2, within_s=20)
    assert words_of(listening) == ()


async def test_who_stays_silent_is_asked_less_and_less_often(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """A host with nothing to say is no reason to knock every minute."""
    await begin(listening, host)
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
    await until(lambda: bool(words_of(listening)))
    (words,) = words_of(listening)
    assert words.startswith("Bluesky: ")
    assert "again" not in words
    host.refuses = None
    await clock.advance(NOWHERE_PAUSE_S * 1.4)
    assert len(host.asked) == 1
    await clock.advance_until(lambda: bool(host.listeners), within_s=NOWHERE_PAUSE_S, step_s=60)
    await until(lambda: words_of(listening) == ())


async def test_who_is_not_there_is_said_once_it_lasts(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """It is tried again, later and later, and as late as the host asks for."""
    host.refuses = HTTPStatus.SERVICE_UNAVAILABLE
    listening.listen((jetstream(host),))
    await until(lambda: len(host.asked) == 1)
    assert words_of(listening) == ()
    for number, pause_s in enumerate((1, 2, 4, 8, 16), start=2):
        took_s = await clock.advance_until(
            lambda wanted=number: len(host.asked) == wanted,  # type: ignore[misc]  # a default
            within_s=pause_s + 1,
            step_s=0.5,
        )
        assert took_s >= pause_s - 1
    assert clock.monotonic() - 1_000 > SAID_AFTER_S - 1
    await clock.advance(1)
    (words,) = words_of(listening)
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
    await begin(listening, host)
    taken.fails = True
    host.say("one")
    await until(lambda: len(taken.items) == 1)
    taken.fails = False
    await clock.advance_until(lambda: len(host.asked) == 2, within_s=3)
    assert "Bluesky failed" in caplog.text


async def test_of_too_many_an_even_share_is_looked_at_and_the_rest_told(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """Whatever comes is looked at or counted; it is said once it lasts."""
    await begin(listening, host, jetstream(host, per_s_at_most=2.0))
    for second in range(45):
        for _ in range(6):
            host.say("hello")
        await until(lambda wanted=6 * (second + 1): tally_of(listening).came == wanted)  # type: ignore[misc]  # a default
        await clock.advance(1)
    assert words_of(listening) == ("Bluesky: 1 post in 3 is looked at.",)
    tally = tally_of(listening)
    assert tally.looked_at + tally.passed_over == tally.came == host.sent
    assert 45 < tally.looked_at < 150


async def test_who_does_not_keep_up_says_so(
    listening: Listening, host: JetstreamDouble, clock: FakeClock
) -> None:
    """What comes is ever later, so less of it is looked at."""
    await begin(listening, host)
    begun_us = us_of(clock.now())
    for second in range(90):
        host.now_us = lambda at=begun_us + second * 300_000: at  # type: ignore[misc]  # a default
        for _ in range(8):
            host.say("hello")
        await until(lambda wanted=8 * (second + 1): tally_of(listening).came == wanted)  # type: ignore[misc]  # a default
        await clock.advance(1)
    (words,) = words_of(listening)
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
    await begin(made, host)
    other = asyncio.create_task(others())
    for _ in range(100):
        host.say("hello")
    await until(lambda: len(turns) == 100)
    other.cancel()
    assert len(set(turns)) == 100
    await made.close()


async def test_a_private_host_is_not_asked_unless_it_is_named(
    listening: Listening, host: JetstreamDouble
) -> None:
    """The rules of the door hold here as well."""
    listening.listen((jetstream(host, named_hosts=()),))
    await until(lambda: bool(words_of(listening)))
    assert host.asked == []
