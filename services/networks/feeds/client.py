"""Reading one feed once: ask for changes, have it parsed, say how it is.

Law: it never raises for a publisher's fault. What is large is worked on beside the loop, never on
it. A feed that was read before is only asked for what has changed.
"""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from services.clock import Clock
from services.errors import NetworkError
from services.model.headlines import FeedState, Headline
from services.model.words import NOTHING
from services.networks.base import FeedMemory, Headlines
from services.networks.feeds.convert import headlines_of
from services.networks.feeds.schedule import (
    Pace,
    Turn,
    after,
    asked_of,
    pace_of,
    pause_s,
    schedule_of,
)
from services.networks.feeds.states import SAME, Verdict, moved, of_answer, of_error, of_finding
from services.networks.feeds.subscriptions import Subscription, canonical
from services.networks.feeds.wire import Finding, Kind, ParsedFeed, ParseJob
from services.text.clean import clean_line
from services.web.values import Answer, Request, Validators

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


class Fetches(Protocol):
    """What of the door is used here."""

    async def fetch(self, request: Request) -> Answer:
        """Fetch and give the whole answer."""


class Parses(Protocol):
    """What of the parser is used here."""

    async def parse(self, job: ParseJob) -> Finding:
        """Make sense of a body."""


class FeedClient:
    """Reads feeds."""

    def __init__(self, door: Fetches, parser: Parses, clock: Clock) -> None:
        """Read through ``door`` and have it parsed by ``parser``."""
        self._door = door
        self._parser = parser
        self._clock = clock
        self._turn = asyncio.Lock()

    async def read(self, subscription: Subscription, memory: FeedMemory | None) -> Headlines:
        """Read a feed; ``memory`` is what an earlier reading gave."""
        before = _Before(subscription, memory)
        try:
            answer = await self._door.fetch(
                Request(before.url, accept=ACCEPT, validators=before.validators)
            )
        except NetworkError as error:
            return self._without_body(before, of_error(error))
        verdict = of_answer(answer, was_asked=before.validators != Validators())
        if verdict is not None:
            return self._without_body(before, verdict, answer)
        digest = await asyncio.to_thread(_digest, answer.body)
        if digest == before.pace.digest:
            return self._without_body(before, SAME, answer)
        return await self._with_body(before, answer, digest)

    async def _with_body(self, before: "_Before", answer: Answer, digest: bytes) -> Headlines:
        finding = await self.parse(Kind.FEED, answer)
        verdict = of_finding(finding, answer, was_feed=bool(before.pace.digest))
        now = self._clock.now()
        if verdict is None or not isinstance(finding, ParsedFeed):
            return self._without_body(before, verdict or before.as_it_was(), answer)
        async with self._turn:  # many that work beside the loop would all work against it
            found = await asyncio.to_thread(headlines_of, finding, before.subscription, now)
        asks_s = asked_of(finding.ttl_s, answer.headers)
        validators = answer.validators
        if finding.is_cut:
            digest, validators = b"", Validators()  # so that it comes whole next time
        pace = msgspec.structs.replace(before.pace, asks_s=asks_s, digest=digest)
        memory = before.remember(now, verdict, pace, answer)
        memory = msgspec.structs.replace(
            memory, name=clean_line(finding.title) or memory.name, validators=validators
        )
        return Headlines(memory, found)

    async def parse(self, kind: Kind, answer: Answer) -> Finding:
        """Have a body parsed as what it is meant to be."""
        content_type = answer.headers.get("content-type", "")
        return await self._parser.parse(ParseJob(kind, answer.body, answer.url, content_type))

    def _without_body(
        self, before: "_Before", verdict: Verdict, answer: Answer | None = None
    ) -> Headlines:
        found: tuple[Headline, ...] = ()
        return Headlines(before.remember(self._clock.now(), verdict, before.pace, answer), found)


class _Before:
    """What was known of a feed before a reading."""

    def __init__(self, subscription: Subscription, memory: FeedMemory | None) -> None:
        self.subscription = subscription
        self.memory = memory
        self.url: str = subscription.url if memory is None else memory.url
        self.validators = Validators() if memory is None else memory.validators
        self.pace = Pace() if memory is None else pace_of(memory.schedule)

    def as_it_was(self) -> Verdict:
        """Give the state of before, for a reading that says nothing of the feed."""
        if self.memory is None:
            return Verdict(FeedState.NEW, NOTHING, Turn.AWAY)
        return Verdict(self.memory.state, self.memory.words, Turn.AWAY)

    def remember(
        self, now: datetime, verdict: Verdict, pace: Pace, answer: Answer | None
    ) -> FeedMemory:
        """Give what to remember after a reading."""
        url, validators = self.url, self.validators
        is_read = verdict.turn in (Turn.CHANGED, Turn.SAME)
        if is_read and answer is not None:
            validators = answer.validators  # also of a body that is the same: it has a new name
        place = canonical(answer.moved_to) if is_read and answer and answer.moved_to else None
        if place is not None and place != url:
            url, verdict = place, moved(verdict, place)
        elif url != self.subscription.url and _is_lost(verdict):
            # It is not where it had moved to; where it is followed, it may be.
            url, validators = self.subscription.url, Validators()
        pace = after(pace, verdict.turn)
        pause = pause_s(pace, verdict.turn, self.subscription.id, wait_s=verdict.wait_s)
        return FeedMemory(
            id=self.subscription.id,
            url=url,
            state=verdict.state,
            words=verdict.words,
            name=NOTHING if self.memory is None else self.memory.name,
            validators=validators,
            checked_at=now,
            next_at=now + timedelta(seconds=pause),
            schedule=schedule_of(pace),
        )


def _is_lost(verdict: Verdict) -> bool:
    return verdict.state in (FeedState.GONE, FeedState.NOT_A_FEED)


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()
