"""What was done with topics is remembered: joined with what is said, dismissed for two days."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.desk import Desk, open_desk, open_files
from services.model.ids import SendId, TopicId
from services.model.sending import SendState, Target, TargetKind
from services.model.session import Plan
from services.store.topic_marks import DISMISSED_FOR, JOINED_FOR, KEPT_FOR
from services.text.clean import clean_line
from tests.builders import US, a_post_around, a_target, arrivals
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import NOON, FakeClock

TOPIC = TopicId("topic1")
TITLE = clean_line("Harbour bridge opens")
ABOUT = replace(
    a_target(), kind=TargetKind.TOPIC, topic=TOPIC, to_name=TITLE, post=None, person=None
)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Desk]:
    """A desk with one network on which somebody speaks of herons."""
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    network = FakeNetwork(FakeServer(clock))
    async with open_desk(files, (network,), clock, own_sites=frozenset()) as opened:
        await opened.intake.take(US.id, arrivals(a_post_around("p1", "A heron. #herons")))
        yield opened
    await files.close()


async def _say(desk: Desk, clock: FakeClock, target: Target, body: str) -> SendId:
    if desk.engine.sitting is None:
        await desk.engine.sit_down(Plan(20))
    send = await desk.verbs.say(target, body, clock.boot())
    for _ in range(400):
        read = await desk.tables.outbox.read(send.id)
        if read is not None and read.state is SendState.SENT:
            return send.id
        await clock.advance(0.1)
    raise AssertionError("it never went out")


async def test_a_topic_is_joined_with_what_is_out(desk: Desk, clock: FakeClock) -> None:
    """A post about it marks it with its title, and so does an answer in it, for a week."""
    await _say(desk, clock, ABOUT, "It opens at nine.")
    other = replace(a_target(), topic=TopicId("topic2"))
    await _say(desk, clock, other, "It is.")
    joined = await desk.tables.marks.joined(clock.now())
    assert {(one.topic, one.title) for one in joined} == {(TOPIC, TITLE), ("topic2", "")}
    assert await desk.tables.marks.joined(clock.now() + JOINED_FOR) == ()


async def test_what_is_said_elsewhere_joins_nothing(desk: Desk, clock: FakeClock) -> None:
    """An answer to somebody who waits has no topic."""
    await _say(desk, clock, a_target(), "It is.")
    assert await desk.tables.marks.joined(clock.now()) == ()


async def test_taken_back_it_is_joined_no_more(desk: Desk, clock: FakeClock) -> None:
    """Not before the last of our posts about it is gone, whichever that is."""
    first = await _say(desk, clock, ABOUT, "It opens at nine.")
    second = await _say(desk, clock, ABOUT, "Or at ten.")
    await desk.verbs.take_back(first)
    assert [one.topic for one in await desk.tables.marks.joined(clock.now())] == [TOPIC]
    await desk.verbs.take_back(second)
    assert await desk.tables.marks.joined(clock.now()) == ()
    plain = await _say(desk, clock, a_target(), "It is.")
    await desk.verbs.take_back(plain)


async def test_a_dismissed_topic_is_away_for_two_days(desk: Desk, clock: FakeClock) -> None:
    """It leaves the list at once, and comes back by itself or by the undo of it."""
    (topic,) = (await desk.reading.topics_now()).topics
    await desk.verbs.dismiss_topic(topic.id, topic.title)
    assert await desk.reading.topics() == ()
    (marked,) = await desk.tables.marks.dismissed(clock.now())
    assert (marked.title, marked.at) == (topic.title, NOON)
    assert await desk.tables.marks.dismissed(clock.now() + DISMISSED_FOR) == ()
    await desk.verbs.undo_dismiss(topic.id)
    assert [one.id for one in await desk.reading.topics()] == [topic.id]


async def test_a_topic_may_be_joined_and_dismissed(desk: Desk, clock: FakeClock) -> None:
    """The undo of a dismissal leaves what we have said about it."""
    await _say(desk, clock, ABOUT, "It opens at nine.")
    await desk.verbs.dismiss_topic(TOPIC, TITLE)
    await desk.verbs.undo_dismiss(TOPIC)
    assert [one.topic for one in await desk.tables.marks.joined(clock.now())] == [TOPIC]


async def test_marks_are_forgotten_after_ninety_days(desk: Desk, clock: FakeClock) -> None:
    """What is older goes with the next that is made."""
    marks, old = desk.tables.marks, clock.now() - KEPT_FOR - timedelta(seconds=1)
    await marks.dismiss(TopicId("old"), TITLE, old)
    await marks.dismiss(TopicId("new"), TITLE, clock.now())
    rows = await desk.files.private.read("SELECT topic FROM topic_mark")
    assert [row["topic"] for row in rows] == ["new"]


async def test_a_second_dismissal_counts_from_then(desk: Desk, clock: FakeClock) -> None:
    """It is one mark, at the later moment, with the title that is known."""
    marks = desk.tables.marks
    await marks.dismiss(TOPIC, TITLE, clock.now())
    await marks.dismiss(TOPIC, clean_line(""), clock.now() + timedelta(hours=40))
    (marked,) = await marks.dismissed(clock.now() + timedelta(hours=60))
    assert marked.title == TITLE
