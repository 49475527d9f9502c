"""Everything a screen can ask of one desk, as values; nothing here changes anything.

Law: every answer comes from the stores, so it is there before any network is and stays when one
goes away.
"""

from datetime import datetime

import msgspec

from services.clock import Clock
from services.debriefs import Debriefs
from services.model.debrief import Exchange
from services.model.ids import AccountId, PersonId, PostId, ThreadId, TopicId, WaitingId
from services.model.people import Talks
from services.model.posts import Post, Thread
from services.model.sending import Draft, Send, Target
from services.model.session import Sitting
from services.model.topics import OpenTopic, Topic, TopicsNow
from services.model.waiting import Order, Waiting, WaitingList
from services.model.words import Safe
from services.store.accounts import AccountRows
from services.store.comments import Comments
from services.store.database import Database
from services.store.distances import Distances
from services.store.drafts import Drafts
from services.store.exchanges import Exchanges
from services.store.outbox import OutboxRows
from services.store.people import People
from services.store.sessions import Sessions
from services.store.threads import Threads
from services.store.topic_marks import TopicMarks
from services.store.topics import Topics
from services.store.waiting import WaitingRows

_THREAD_AT_MOST = 200


class Tables(msgspec.Struct, frozen=True):
    """The tables of one desk, each behind its module."""

    waiting: WaitingRows
    comments: Comments
    people: People
    distances: Distances
    exchanges: Exchanges
    sessions: Sessions
    drafts: Drafts
    outbox: OutboxRows
    threads: Threads
    topics: Topics
    marks: TopicMarks
    accounts: AccountRows


def tables_of(private: Database, cache: Database) -> Tables:
    """Put the tables of two open files together."""
    return Tables(
        waiting=WaitingRows(private),
        comments=Comments(private),
        people=People(private),
        distances=Distances(private),
        exchanges=Exchanges(private),
        sessions=Sessions(private),
        drafts=Drafts(private),
        outbox=OutboxRows(private),
        threads=Threads(cache),
        topics=Topics(cache),
        marks=TopicMarks(private),
        accounts=AccountRows(private),
    )


class Reading:
    """Answers from the stores of one desk."""

    def __init__(self, tables: Tables, debriefs: Debriefs, clock: Clock) -> None:
        """Read these tables."""
        self._tables = tables
        self._clock = clock
        self.debriefs = debriefs
        """The sessions that have ended, told."""

    def now(self) -> datetime:
        """Give the moment that ages are counted to."""
        return self._clock.now()

    async def waiting(self, order: Order = Order.BY_LANE) -> WaitingList:
        """Give who waits now."""
        return await self._tables.waiting.read(self._clock.now(), order)

    async def waiting_one(self, waiting: WaitingId) -> Waiting | None:
        """Give one row, whatever became of it."""
        return await self._tables.waiting.one(waiting)

    async def held_back(self) -> int:
        """Count the people whose words networks hold back from us until we ask for them."""
        return await self._tables.accounts.held_back()

    async def pile(self, account: AccountId, thread: ThreadId) -> tuple[Waiting, ...]:
        """Give the people who wait under one post."""
        return await self._tables.waiting.pile(account, thread)

    async def topics(self) -> tuple[Topic, ...]:
        """Give the topics that are not dismissed, the one to look at first in front."""
        now = self._clock.now()
        dismissed = {one.topic for one in await self._tables.marks.dismissed(now)}
        ranked = await self._tables.topics.ranked(now)
        return tuple(one for one in ranked if one.id not in dismissed) if dismissed else ranked

    async def topics_now(self) -> TopicsNow:
        """Give the topics with what there is to say about the list."""
        is_warming, words = await self._tables.topics.about()
        return TopicsNow(await self.topics(), is_warming, words)

    async def why(self, topic: TopicId) -> tuple[Safe, ...] | None:
        """Tell at length why a topic stands where it does; ``None`` where there is none."""
        return await self._tables.topics.reasons(topic)

    async def topic(self, topic: TopicId) -> OpenTopic | None:
        """Give a topic with what was said about it."""
        return await self._tables.topics.open(topic)

    async def thread(self, account: AccountId, thread: ThreadId) -> Thread:
        """Give what is known of a thread: said to us, by us, and around, oldest first.

        Of a long one these are the first and the latest, and how many others there are.
        """
        to_us = await self._tables.comments.thread(account, thread)
        around = await self._tables.threads.read(account, thread)
        posts = {post.id: post for post in (*around.posts, *to_us.posts)}
        ordered = sorted(posts.values(), key=lambda post: (post.created_at, post.id))
        first = tuple(post for post in ordered if str(post.id) == thread)
        rest = tuple(post for post in ordered if str(post.id) != thread)
        given = first + rest[-(_THREAD_AT_MOST - 1) :]
        # Most of what is in one file is in the other as well.
        known = max(len(posts), *(len(one.posts) + one.more for one in (to_us, around)))
        return Thread(thread, given, known - len(given))

    async def post(self, account: AccountId, thread: ThreadId, post: PostId) -> Post | None:
        """Give one post of a thread, where it is known."""
        found = await self.thread(account, thread)
        return next((one for one in found.posts if one.id == post), None)

    async def is_hidden(self, account: AccountId, person: PersonId) -> bool:
        """Tell whether somebody is hidden from an account of ours."""
        return await self._tables.distances.is_hidden(account, person)

    async def talks(self, person: PersonId) -> Talks:
        """Give what we remember of our talks with somebody."""
        return await self._tables.people.talks(person)

    async def search(self, words: str) -> tuple[Post, ...]:
        """Find what was said to us or by us, newest first, at most 50."""
        return await self._tables.comments.search(words)

    async def draft(self, target: Target) -> Draft | None:
        """Give what was begun for a target."""
        return await self._tables.drafts.read(target.account, target.key)

    async def drafts(self) -> tuple[Draft, ...]:
        """Give everything that was begun, latest first."""
        return await self._tables.drafts.all()

    async def unsure(self) -> tuple[Send, ...]:
        """Give the sends that somebody has to look at."""
        return await self._tables.outbox.unsure()

    async def said(self) -> tuple[Send, ...]:
        """Give the last 200 sends that were published and stand, newest first."""
        return await self._tables.outbox.said_sends()

    async def said_in(self, sitting: Sitting) -> tuple[Send, ...]:
        """Give every send of a session."""
        return await self._tables.outbox.of_session(sitting.id)

    async def wrote_back(self, since: datetime) -> tuple[Exchange, ...]:
        """Give who spoke again after our answer since then."""
        return await self._tables.exchanges.returned_since(since)

    async def last_session(self) -> Sitting | None:
        """Give the latest session that has ended."""
        latest = await self._tables.sessions.latest(1)
        return latest[0] if latest else None

    async def sessions(self) -> tuple[Sitting, ...]:
        """Give the sessions that have ended, newest first."""
        return await self._tables.sessions.latest()

    async def cut_off(self) -> Sitting | None:
        """Give a session that never came to its end."""
        found = await self._tables.sessions.unfinished()
        return found[0] if found else None
