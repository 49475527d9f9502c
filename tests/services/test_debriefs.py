"""A session told from what is known now: counted, never estimated, and growing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.changes import ChangeFeed
from services.clock import BootTime
from services.debriefs import Debriefs
from services.desk import Files
from services.intake import Intake
from services.model.debrief import Debrief
from services.model.ids import PostId, SendId, SessionId
from services.model.posts import Post
from services.model.sending import SendState, Target
from services.model.session import Ending, Plan, Sitting, Verdict
from services.model.waiting import WaitState
from services.reading import Reading, Tables, tables_of
from services.targets import about_topic
from services.topics.hosting import TopicsHere
from tests.builders import (
    US,
    a_post,
    a_post_around,
    a_send,
    a_target,
    an_answer,
    arrivals,
    at,
    open_pair,
)
from tests.fakes import NOON, FakeClock

SITTING = Sitting(SessionId("s1"), Plan(20), at(0), at(1200), 0, at(1200), Ending.TIME)
DAY = 86_400.0


@dataclass
class Told:
    """A session and everything that may have happened in it."""

    files: Files
    tables: Tables
    intake: Intake
    clock: FakeClock
    reading: Reading

    async def take(self, *posts: Post) -> None:
        """Let posts arrive."""
        await self.intake.take(US.id, arrivals(*posts))

    async def say(
        self,
        number: int,
        body: str = "It is.",
        target: Target | None = None,
        state: SendState = SendState.SENT,
        **fields: Any,  # noqa: ANN401
    ) -> None:
        """Let a send of the session come to its outcome."""
        target = target or a_target()
        send = a_send(
            id=SendId(f"send{number}"),
            session=SITTING.id,
            body=body,
            target=target,
            state=SendState.QUEUED,
            pressed_at=at(60 * number),
        )
        rows = self.tables.outbox
        await rows.enqueue(send, BootTime("b", 0.0))
        now = at(60 * number)
        match state:
            case SendState.SENT:
                post = an_answer(
                    f"a{number}", body, answers=target.person, created_at=now, **fields
                )
                await rows.settle_sent(send.id, post, now, self.intake.land)
            case SendState.CHECK:
                await rows.settle_unclear(send.id, None, now)
            case _:
                await rows.settle_unsent(send.id, state, None, now)

    async def debrief(self) -> Debrief:
        """Tell the session."""
        told = await self.reading.debriefs.read(SITTING.id)
        assert told is not None
        return told


@asynccontextmanager
async def open_told(directory: Path) -> AsyncIterator[Told]:
    """Open a session on fresh files."""
    async with open_pair(directory) as files:
        tables, clock = tables_of(files.private, files.cache), FakeClock()
        debriefs = Debriefs(
            tables.sessions,
            tables.exchanges,
            tables.outbox,
            tables.waiting,
            tables.topics,
            clock,
            frozenset({"heron.example"}),
        )
        topics = TopicsHere(files.cache, ChangeFeed(), clock)
        intake = Intake(files.private, files.cache, lambda: None, topics.take)
        await tables.sessions.save(SITTING, BootTime("b", 0.0))
        yield Told(files, tables, intake, clock, Reading(tables, debriefs, clock))


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[Told]:
    """A session on fresh files."""
    async with open_told(tmp_path) as opened:
        yield opened


async def test_a_session_in_which_nothing_happened_says_so(told: Told) -> None:
    """All is nothing, and nothing is made up."""
    assert await told.debrief() == Debrief(
        sitting=SITTING,
        exchanges=(),
        posts=0,
        posts_own_link=0,
        links_shared=0,
        topics_joined=(),
        unsure=0,
        left=(),
        left_people=0,
        long_waits=0,
        long_waits_answered=0,
        watching=(),
    )
    assert await told.reading.debriefs.read(SessionId("s9")) is None


async def test_it_grows_when_somebody_writes_back_later(told: Told) -> None:
    """Next week's word is in the debrief of the session that it answers."""
    await told.take(a_post("p1", created_at=at(0)))
    await told.say(1)
    before = await told.debrief()
    assert [one.returned_at for one in before.exchanges] == [None]
    await told.take(a_post("p2", "It left.", created_at=at(7 * DAY)))
    after = await told.debrief()
    assert [one.returned_at for one in after.exchanges] == [at(7 * DAY)]
    assert await told.reading.wrote_back(at(DAY)) == after.exchanges


async def test_what_was_said_is_counted_and_what_was_taken_back_is_not(told: Told) -> None:
    """Posts, links in them, and links to our own site or a part of it."""
    await told.say(1, "https://heron.example/a and https://else.example/b")
    await told.say(2, "https://www.heron.example/a")
    await told.say(3, "https://notheron.example/")
    await told.say(4, "taken back https://heron.example/c")
    await told.tables.outbox.begin_taking_back(SendId("send4"), at(300))
    await told.tables.outbox.finish_taking_back(SendId("send4"), at(300), told.intake.unsay)
    debrief = await told.debrief()
    assert (debrief.posts, debrief.links_shared, debrief.posts_own_link) == (3, 4, 2)


async def test_unsure_is_what_nobody_has_dealt_with(told: Told) -> None:
    """CHECK, HELD and REJECTED, until their author says what is what."""
    for number, state in enumerate((SendState.CHECK, SendState.HELD, SendState.REJECTED), 1):
        target = a_target(person=a_post(by=f"p{number}").author.person)
        await told.say(number, target=target, state=state)
    assert (await told.debrief()).unsure == 3
    assert len(await told.reading.unsure()) == 3
    await told.tables.outbox.dismiss(SendId("send1"))
    debrief = await told.debrief()
    assert (debrief.unsure, debrief.posts) == (2, 0)


async def test_topics_joined_say_how_old_they_were(told: Told) -> None:
    """Each once, with whole minutes since it came up; one that is gone keeps its name."""
    await told.take(a_post_around("p1", "Look #weir", created_at=at(-90)))
    (topic,) = await told.reading.topics()
    await told.say(1, target=about_topic(US, topic))
    await told.say(2, target=about_topic(US, topic))
    await told.say(3)
    assert (await told.debrief()).topics_joined == (("#weir", 2),)
    async with told.files.cache.write() as tx:
        await tx.run("DELETE FROM topic")
    assert (await told.debrief()).topics_joined == (("#weir", 0),)


async def test_who_is_left_is_said(told: Told) -> None:
    """The first five and how many; last words are not people who wait; and whom we watch."""
    for number in range(7):
        await told.take(a_post_around(f"r{number}"))
        await told.take(
            a_post(f"p{number}", by=f"p{number}", thread=a_post_around(f"r{number}").thread)
        )
    await told.take(a_post("t1", "Thanks!", by="zoe"))
    rows = (await told.reading.waiting()).rows
    await told.tables.waiting.decide(rows[0].id, WaitState.WATCHING)
    debrief = await told.debrief()
    assert [row.author.name for row in debrief.left] == ["P1", "P2", "P3", "P4", "P5"]
    assert debrief.left_people == 6
    assert debrief.watching == ("P0",)


async def test_long_waits_are_those_of_the_beginning(told: Told) -> None:
    """How many had waited more than a day, and how many of them were answered."""
    await told.tables.sessions.note_long_waits(SITTING.id, 3)
    await told.take(
        a_post("p1", created_at=at(60 - DAY - 1)), a_post("p2", by="cleo", created_at=at(120 - DAY))
    )
    await told.say(1)
    await told.say(2, target=a_target(person=a_post(by="cleo").author.person))
    debrief = await told.debrief()
    assert (debrief.long_waits, debrief.long_waits_answered) == (3, 1)


async def test_the_verdict_is_kept_and_the_sessions_are_told_newest_first(told: Told) -> None:
    """Only those that have ended."""
    await told.reading.debriefs.judge(SITTING.id, Verdict.PARTLY)
    open_one = Sitting(SessionId("s2"), Plan(5), at(5000), at(5300), 0)
    await told.tables.sessions.save(open_one, BootTime("b", 0.0))
    (latest,) = await told.reading.debriefs.latest()
    assert latest.sitting.verdict is Verdict.PARTLY
    assert await told.reading.last_session() == latest.sitting
    assert await told.reading.sessions() == (latest.sitting,)
    assert await told.reading.cut_off() == open_one


async def test_a_thread_is_what_is_known_of_it_from_both_files(told: Told) -> None:
    """Said to us, by us and around, each post once, oldest first, its beginning in front."""
    root = a_post_around("t1", "A heron", by="cleo", created_at=at(50))
    await told.take(root, a_post("p1", created_at=at(10)), an_answer("a1", created_at=at(60)))
    thread = await told.reading.thread(US.id, root.thread)
    assert [post.id for post in thread.posts] == ["t1", "p1", "a1"]
    await told.take(*(a_post(f"q{n}", created_at=at(100 + n)) for n in range(250)))
    long = await told.reading.thread(US.id, root.thread)
    posts = long.posts
    assert (len(posts), long.more) == (200, 53)
    assert (posts[0].id, posts[-1].id) == (PostId("t1"), PostId("q249"))


async def test_everything_is_read_from_the_stores(told: Told) -> None:
    """What a screen asks for is there without any network."""
    await told.take(a_post("p1", "Where was it? #weir", created_at=at(10)))
    (row,) = (await told.reading.waiting()).rows
    assert told.reading.now() == NOON
    assert await told.reading.waiting_one(row.id) == row
    assert await told.reading.pile(US.id, row.thread) == (row,)
    assert [post.id for post in await told.reading.search("where")] == ["p1"]
    (topic,) = await told.reading.topics()
    opened = await told.reading.topic(topic.id)
    assert opened is not None
    assert [post.id for post in opened.posts] == ["p1"]
    await told.say(1, state=SendState.HELD)
    target = a_target()
    draft = await told.reading.draft(target)
    assert draft is not None
    assert (draft.target, draft.body) == (target, "It is.")
    assert await told.reading.drafts() == (draft,)
    await told.say(2, "By the weir.")
    (said,) = await told.reading.said()
    assert said.body == "By the weir."
    assert [send.id for send in await told.reading.said_in(SITTING)] == ["send1", "send2"]
    assert (await told.reading.talks(row.author.person)).exchanges == 1
    assert await told.reading.draft(target) is None
