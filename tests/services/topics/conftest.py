"""A host that streams, and what listens to it."""

from collections.abc import AsyncIterator

import pytest

from services.topics.listening import Listening
from tests.doubles.jetstream import JetstreamDouble, serve_jetstream
from tests.fakes import FakeClock
from tests.services.topics.firehose_stage import Taken, us_of


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
    async with serve_jetstream(lambda: us_of(clock.now())) as served:
        yield served


@pytest.fixture
async def listening(clock: FakeClock, taken: Taken) -> AsyncIterator[Listening]:
    """What listens, in the middle of every choice of pauses."""
    made = Listening(clock, taken, chance=lambda: 0.5)
    yield made
    await made.close()
