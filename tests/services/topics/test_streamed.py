"""A firehose all the way: from a host on this machine through the worker to what is told of it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.changes import ChangeFeed
from services.store.database import Database
from services.store.topics import Topics
from services.topics.hosting import TopicsChild
from services.topics.values import Firehose, StreamKind, Tally
from tests.builders import open_pair
from tests.doubles.jetstream import FIRST, JetstreamDouble, serve_jetstream
from tests.fakes import FakeClock, until

START_S = 20.0
"""A child takes a moment to start, and longer beside many other tests."""


@pytest.fixture
async def host() -> AsyncIterator[JetstreamDouble]:
    """A Jetstream."""
    async with serve_jetstream() as served:
        yield served


async def words_of(cache: Database) -> tuple[str, ...]:
    """Give what is said of the topics as a whole."""
    _, words = await Topics(cache).about()
    return words


async def test_the_worker_reads_what_it_is_told_to_and_tells_what_became_of_it(
    tmp_path: Path, host: JetstreamDouble
) -> None:
    """Also one that is killed and begins anew; where nobody is there that is among the words."""
    async with open_pair(tmp_path) as files:
        clock = FakeClock()
        child = TopicsChild(files.cache, ChangeFeed(), clock)
        child.start()
        url = host.url + FIRST
        gone = Firehose(StreamKind.JETSTREAM_1, "Second", "ws://127.0.0.1/x")
        firehose = Firehose(StreamKind.JETSTREAM_1, "Bluesky", url, named_hosts=("127.0.0.1",))
        try:
            child.listen((firehose, gone))
            await until(lambda: len(host.listeners) == 1, START_S)
            for text in ("one", "two", "three"):
                host.say(text)

            def has_told(count: int) -> bool:
                return child.tallies.get(url, Tally()).looked_at == count

            await clock.advance_until(lambda: has_told(3), within_s=600, step_s=5)
            assert child.tallies[url] == Tally(came=3, looked_at=3)
            async with asyncio.timeout(START_S):
                while not any(one.startswith("Second: ") for one in await words_of(files.cache)):
                    await clock.advance(5)
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            await until(lambda: not host.listeners, START_S)
            await clock.advance_until(
                lambda: len(host.listeners) == 1, within_s=600, step_s=1, patience_s=0.05
            )
            host.say("four")
            await clock.advance_until(lambda: has_told(1), within_s=600, step_s=5)
        finally:
            await child.close()
