"""One reading of one feed, with a door and a parser that do as they are told."""

from datetime import timedelta

from msgspec.structs import replace

from services.errors import RateLimited, Unreachable
from services.model.headlines import FeedState
from services.networks.base import FeedMemory, Headlines
from services.networks.feeds.client import FeedClient
from services.networks.feeds.subscriptions import Subscription, subscribe
from services.networks.feeds.wire import (
    Finding,
    NotUnderstood,
    ParsedEntry,
    ParsedFeed,
    ParseJob,
    Reason,
)
from services.web.values import Answer, Request, Validators
from tests.fakes import FakeClock

URL = "https://herons.example/feed"
FEED = ParsedFeed(
    "The Heron Post",
    None,
    None,
    (ParsedEntry("1", "Back", "", "https://herons.example/1", None),),
    is_cut=False,
)
OK = Answer(200, URL, None, {}, b"<rss/>", Validators('"v1"'))


class Faked:
    """A door and a parser at once."""

    def __init__(self) -> None:
        """Answer well."""
        self.answer: Answer | Exception = OK
        self.finding: Finding = FEED
        self.asked: list[Request] = []
        self.parsed = 0
        self.clock = FakeClock()
        self.client = FeedClient(self, self, self.clock)

    async def fetch(self, request: Request) -> Answer:
        """Answer as told."""
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def parse(self, job: ParseJob) -> Finding:
        """Find what was told."""
        assert job.url == URL
        self.parsed += 1
        return self.finding

    async def read(self, memory: FeedMemory | None = None) -> Headlines:
        """Read the feed once."""
        return await self.client.read(subscription(), memory)


def subscription() -> Subscription:
    """Follow the feed."""
    one = subscribe(URL)
    assert one is not None
    return one


async def test_a_feed_is_read_and_remembered() -> None:
    """Its headlines, its name, its validators, and when it is due."""
    faked = Faked()
    found = await faked.read()
    assert [one.title for one in found.headlines] == ["Back"]
    memory = found.memory
    assert (memory.state, memory.words, memory.name) == (FeedState.WELL, "", "The Heron Post")
    assert memory.validators == Validators('"v1"')
    assert memory.checked_at == faked.clock.now()
    assert timedelta(minutes=5) <= memory.next_at - memory.checked_at <= timedelta(minutes=9)
    assert faked.asked[0].validators == Validators()


async def test_what_is_unchanged_is_asked_for_changes_only_and_parsed_once() -> None:
    """By a 304, or by the same body from a server that never says so."""
    faked = Faked()
    first = (await faked.read()).memory
    faked.answer = replace(OK, status=304, body=b"")
    second = await faked.read(first)
    assert faked.asked[1].validators == Validators('"v1"')
    assert (second.headlines, second.memory.state) == ((), FeedState.WELL)
    assert second.memory.validators == first.validators
    assert second.memory.name == "The Heron Post"
    faked.answer = OK
    third = await faked.read(second.memory)
    assert (third.headlines, third.memory.state, faked.parsed) == ((), FeedState.WELL, 1)
    assert third.memory.next_at - third.memory.checked_at > first.next_at - first.checked_at
    faked.answer = replace(OK, validators=Validators('"v2"'))
    fourth = await faked.read(third.memory)
    assert fourth.memory.validators == Validators('"v2"'), "or it would be sent whole for ever"
    assert faked.parsed == 1


async def test_what_the_publisher_wants_is_kept() -> None:
    """Of the feed itself, also after readings that brought no body."""
    faked = Faked()
    faked.finding = replace(FEED, ttl_s=7200)
    first = (await faked.read()).memory
    assert first.next_at - first.checked_at >= timedelta(hours=2)
    faked.answer = replace(OK, status=304, body=b"")
    second = (await faked.read(first)).memory
    assert second.next_at - second.checked_at >= timedelta(hours=2)


async def test_a_feed_that_was_cut_keeps_what_came_and_is_asked_for_whole() -> None:
    """Next time nothing is taken for known."""
    faked = Faked()
    faked.finding = replace(FEED, is_cut=True)
    found = await faked.read()
    assert len(found.headlines) == 1
    assert found.memory.state is FeedState.BROKEN
    assert found.memory.validators == Validators()
    await faked.read(found.memory)
    assert faked.parsed == 2


async def test_trouble_keeps_what_was_known() -> None:
    """The name and the validators outlive it."""
    faked = Faked()
    first = (await faked.read()).memory
    faked.answer = Unreachable("Nobody answers.")
    second = await faked.read(first)
    assert second.memory.state is FeedState.UNREACHABLE
    assert second.memory.words == "Nobody answers"
    assert (second.memory.name, second.memory.validators) == (first.name, first.validators)


async def test_a_wait_that_is_asked_for_is_kept() -> None:
    """To the second at least."""
    faked = Faked()
    faked.answer = RateLimited("Too fast.", 7200.0)
    memory = (await faked.read()).memory
    assert (memory.state, memory.words) == (FeedState.WAITS, "asked us to wait 2 h")
    assert memory.next_at - memory.checked_at >= timedelta(hours=2)


async def test_a_move_counts_only_where_a_feed_is_found() -> None:
    """A page that a hotel's network puts in the way moves nothing."""
    faked = Faked()
    faked.answer = replace(OK, moved_to="https://portal.example/hello")
    faked.finding = NotUnderstood(Reason.NOT_A_FEED)
    memory = (await faked.read()).memory
    assert (memory.state, memory.url) == (FeedState.NOT_A_FEED, URL)
    faked.answer = replace(OK, moved_to="javascript:alert(1)")
    faked.finding = FEED
    memory = (await faked.read()).memory
    assert (memory.state, memory.url) == (FeedState.WELL, URL)


async def test_one_that_is_lost_where_it_moved_to_is_asked_where_it_is_followed() -> None:
    """As if it had never moved."""
    faked = Faked()
    faked.answer = replace(OK, moved_to="https://new.example/feed")
    moved = (await faked.read()).memory
    assert (moved.state, moved.url) == (FeedState.MOVED, "https://new.example/feed")
    faked.answer = replace(OK, status=404)
    lost = (await faked.read(moved)).memory
    assert faked.asked[-1].url == "https://new.example/feed"
    assert (lost.state, lost.url, lost.validators) == (FeedState.GONE, URL, Validators())


async def test_a_reading_that_nobody_could_parse_says_nothing_of_the_feed() -> None:
    """It is as it was, and asked again soon."""
    faked = Faked()
    faked.finding = NotUnderstood(Reason.NOT_READ)
    never = (await faked.read()).memory
    assert never.state is FeedState.NEW
    faked.finding = FEED
    well = (await faked.read()).memory
    faked.finding = NotUnderstood(Reason.NOT_READ)
    faked.answer = replace(OK, body=b"<rss>other</rss>")
    after = (await faked.read(well)).memory
    assert (after.state, after.validators) == (FeedState.WELL, well.validators)
    assert after.next_at - after.checked_at <= timedelta(minutes=3)
