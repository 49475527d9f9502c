"""The child that parses: every attack stays in it, within its limits, and the next job is done."""

import asyncio
import io
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.child import ChildGone, read_frame, start_child, write_frame
from services.clock import SystemClock
from services.networks.feeds import parser, parsing
from services.networks.feeds.parsing import CHILD, FeedParser, ParserLimits
from services.networks.feeds.wire import (
    BODY_BYTES_AT_MOST,
    Finding,
    FoundFeeds,
    Kind,
    NotUnderstood,
    Outlines,
    ParsedFeed,
    ParseJob,
    Reason,
    finding_frame,
    finding_of,
    job_frame,
)
from tests.fakes import FakeClock, settle, until

GOOD = (
    b'<rss version="2.0"><channel><title>Good</title>'
    b"<item><title>One</title></item></channel></rss>"
)
NOT_READ = NotUnderstood(Reason.NOT_READ)
TOO_MUCH = NotUnderstood(Reason.TOO_MUCH)
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY a0 "lol">{LAUGHS}]>'


def rss(items: str, head: str = "") -> bytes:
    """Write a feed around items."""
    return f'{head}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def feed(body: bytes) -> ParseJob:
    """Ask for a feed."""
    return ParseJob(Kind.FEED, body, "https://x.example/feed", "application/xml")


def opml(body: bytes) -> ParseJob:
    """Ask for a list."""
    return ParseJob(Kind.OPML, body)


def is_good(finding: Finding) -> bool:
    """Tell whether it is the good feed."""
    return isinstance(finding, ParsedFeed) and finding.title == "Good"


@pytest.fixture
async def brief() -> AsyncIterator[FeedParser]:
    """Give a parser whose child has one second for a job."""
    made = FeedParser(SystemClock(), ParserLimits(cpu_s=1))
    yield made
    await made.close()


@pytest.fixture
async def fixed() -> AsyncIterator[tuple[FeedParser, FakeClock]]:
    """Give a parser whose time stands still."""
    clock = FakeClock()
    made = FeedParser(clock, ParserLimits(jobs=3))
    yield made, clock
    await made.close()


SURVIVED = {
    "billion laughs": feed(rss("<item><title>&a9;</title></item>", BOMB)),
    "quadratic blow-up": feed(
        rss(
            f"<item><title>{'&a;' * 50_000}</title></item>",
            f'<!DOCTYPE x [<!ENTITY a "{"A" * 10_000}">]>',
        )
    ),
    "external dtd": feed(
        rss("<item><title>t</title></item>", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">')
    ),
    "file entity": feed(
        rss(
            "<item><title>&f;</title></item>",
            '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        )
    ),
    "html depth": feed(
        rss(f"<item><description><![CDATA[{'<div>' * 100_000}]]></description></item>")
    ),
    "5 MB of one title": feed(rss(f"<item><title>{'x' * 4_999_000}</title></item>")[:5_000_000]),
    "20,000 entries": feed(rss("<item><title>t</title></item>" * 20_000)),
    "cut": feed(rss("<item><title>t</title></item>" * 500)[:-20]),
    "empty": feed(b""),
    "every byte": feed(bytes(range(256)) * 100),
    "json depth": feed(b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 999_999),
    "page of 900,000 divs": ParseJob(Kind.PAGE, b"<div>" * 900_000, "https://x.example/"),
    "opml depth": opml(b"<opml><body>" + b'<outline text="a">' * 40_000),
    "opml bomb": opml(
        f'{BOMB}<opml><body><outline text="&a9;" xmlUrl="https://x.example/"/></body></opml>'.encode()
    ),
}
TOO_DEEP = feed(rss("<a>" * 200_000 + "</a>" * 200_000))


async def test_every_attack_ends_and_the_next_job_is_done(brief: FeedParser) -> None:
    """Each attack gives a finding of bounded size, and after each a good feed is read."""
    for name, job in SURVIVED.items():
        finding = await brief.parse(job)
        assert len(finding_frame(finding)) < 1_000_000, name
        assert b"root:" not in finding_frame(finding), name
        assert is_good(await brief.parse(feed(GOOD))), name


async def test_a_job_that_takes_too_much_ends_the_child_alone() -> None:
    """A job beyond the limit of the processor is too much, and the next one has a new child."""
    made = FeedParser(SystemClock(), ParserLimits(cpu_s=0))  # what is left of its first second
    assert is_good(await made.parse(feed(GOOD)))
    before = made.pid
    assert await made.parse(TOO_DEEP) == TOO_MUCH
    assert made.pid is None
    assert is_good(await made.parse(feed(GOOD)))
    assert made.pid != before
    await made.close()


async def test_what_is_too_large_is_not_handed_over(fixed: tuple[FeedParser, FakeClock]) -> None:
    """More bytes than a body may have are refused here, and no child is started for them."""
    made, _ = fixed
    assert await made.parse(feed(b"x" * (BODY_BYTES_AT_MOST + 1))) == TOO_MUCH
    assert made.pid is None


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit address space")
async def test_memory_is_limited() -> None:
    """A child that may have little memory says that it is too much, or ends, and no more."""
    made = FeedParser(SystemClock(), ParserLimits(memory_bytes=60_000_000))
    try:
        assert await made.parse(feed(rss(f"<item><title>{'é' * 2_400_000}</title></item>"))) == (
            TOO_MUCH
        )
    finally:
        await made.close()


async def test_jobs_are_done_in_the_order_of_asking(
    fixed: tuple[FeedParser, FakeClock],
) -> None:
    """Several who ask at once are answered one after the other by one child."""
    made, _ = fixed
    done: list[int] = []

    async def ask(number: int) -> int | None:
        assert is_good(await made.parse(feed(GOOD)))
        done.append(number)
        return made.pid

    assert len(set(await asyncio.gather(*(ask(number) for number in range(3))))) == 1
    assert done == [0, 1, 2]


async def test_a_child_is_replaced_after_its_jobs(fixed: tuple[FeedParser, FakeClock]) -> None:
    """After as many jobs as one child does there is another child."""
    made, _ = fixed
    pids = []
    for _ in range(4):
        await made.parse(feed(GOOD))
        pids.append(made.pid)
    assert len(set(pids[:3])) == 1
    assert pids[3] != pids[0]


async def test_a_job_that_hangs_is_given_up_by_our_clock(
    fixed: tuple[FeedParser, FakeClock],
) -> None:
    """When ten seconds have passed the job is too much and the child is gone."""
    made, clock = fixed
    await made.parse(feed(GOOD))
    assert made.pid is not None
    os.kill(made.pid, signal.SIGSTOP)  # it stops, as one that waits for something does
    asked = asyncio.create_task(made.parse(feed(GOOD)))
    await until(lambda: clock.sleepers == 1)
    await clock.advance(9.9)
    assert not asked.done()
    await clock.advance(0.2)
    assert await asked == TOO_MUCH
    assert is_good(await made.parse(feed(GOOD)))


async def test_a_child_that_died_between_jobs_costs_no_job(
    fixed: tuple[FeedParser, FakeClock],
) -> None:
    """A child that was ended by the system while idle is replaced before the next job."""
    made, _ = fixed
    await made.parse(feed(GOOD))
    assert made.pid is not None
    child = made._child
    assert child is not None
    os.kill(made.pid, signal.SIGKILL)
    await until(lambda: not child.is_running)
    assert is_good(await made.parse(feed(GOOD)))


async def test_who_stops_waiting_leaves_no_answer_behind(
    fixed: tuple[FeedParser, FakeClock],
) -> None:
    """A job that is cancelled is not answered to the next one who asks."""
    made, clock = fixed
    asked = asyncio.create_task(made.parse(feed(rss("<item><title>t</title></item>" * 500))))
    await until(lambda: clock.sleepers == 1)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert made.pid is None
    assert is_good(await made.parse(feed(GOOD)))


async def test_closing_ends_what_is_under_way(fixed: tuple[FeedParser, FakeClock]) -> None:
    """A job that is under way when we close was not read, nor is one that comes later."""
    made, _ = fixed
    await made.parse(feed(GOOD))
    assert made.pid is not None
    os.kill(made.pid, signal.SIGSTOP)
    under_way, behind = (asyncio.create_task(made.parse(feed(GOOD))) for _ in range(2))
    await settle()
    await made.close()
    assert [await under_way, await behind] == [NOT_READ, NOT_READ]
    assert await made.parse(feed(GOOD)) == NOT_READ
    await made.close()


async def test_closing_while_a_child_starts_leaves_none(
    fixed: tuple[FeedParser, FakeClock],
) -> None:
    """A child that was being started when we closed does not outlive us."""
    made, _ = fixed
    asked = asyncio.create_task(made.parse(feed(GOOD)))
    await asyncio.sleep(0)
    assert made.pid is None
    await made.close()
    assert await asked == NOT_READ
    assert made.pid is None


async def test_without_a_child_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no child can be started a job says so, and blames no feed."""

    async def refuse(*_: str) -> None:
        raise ChildGone("no more processes")

    monkeypatch.setattr(parsing, "start_child", refuse)
    assert await FeedParser(FakeClock()).parse(feed(GOOD)) == NOT_READ


async def test_pages_and_lists_are_read_too(fixed: tuple[FeedParser, FakeClock]) -> None:
    """The child finds the feeds of a page and reads lists."""
    made, _ = fixed
    page = b'<link rel="alternate" type="application/rss+xml" href="/f">'
    found = await made.parse(ParseJob(Kind.PAGE, page, "https://x.example/"))
    assert isinstance(found, FoundFeeds)
    assert [link.url for link in found.links] == ["https://x.example/f"]
    listed = await made.parse(
        opml(b'<opml><body><outline xmlUrl="https://x.example/"/></body></opml>')
    )
    assert isinstance(listed, Outlines)
    assert [outline.url for outline in listed.feeds] == ["https://x.example/"]


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads the limits in /proc")
async def test_the_child_is_limited_before_its_first_job() -> None:
    """It has little memory and few files, writes no files and leaves no core."""
    child = await start_child(CHILD, "3", "400000000")
    try:
        await child.put(job_frame(feed(GOOD)))
        assert is_good(finding_of(await child.get()))
        limits = await asyncio.to_thread(Path(f"/proc/{child.pid}/limits").read_text, "ascii")
        by_name = {line[:26].strip(): line[26:46].strip() for line in limits.splitlines()}
        assert by_name["Max address space"] == "400000000"
        assert by_name["Max file size"] == by_name["Max core file size"] == "0"
        assert by_name["Max open files"] == "32"
        assert 3 <= int(by_name["Max cpu time"]) <= 5
    finally:
        await child.close()


def test_frames_are_served_until_the_end() -> None:
    """Jobs are answered in order, what is no job as broken, and each is allowed for."""
    source, sink = io.BytesIO(), io.BytesIO()
    for frame in (job_frame(feed(GOOD)), b"no job", job_frame(feed(b""))):
        write_frame(source, frame)
    source.seek(0)
    allowed: list[None] = []
    parser.serve(source, sink, lambda: allowed.append(None))
    sink.seek(0)
    first, second, third = (finding_of(read_frame(sink) or b"") for _ in range(3))
    assert is_good(first)
    assert second == NotUnderstood(Reason.BROKEN)
    assert third == NotUnderstood(Reason.EMPTY)
    assert read_frame(sink) is None
    assert len(allowed) == 3


@pytest.mark.parametrize(
    ("library", "job"), [("feedparser", feed(GOOD)), ("listparser", opml(b"<opml/>"))]
)
def test_memory_that_ends_is_too_much(
    monkeypatch: pytest.MonkeyPatch, library: str, job: ParseJob
) -> None:
    """When a job cannot have the memory that it needs, that is its finding."""

    def run_out(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(f"{library}.parse", run_out)
    assert parser.finding_for(job) == TOO_MUCH


def test_each_kind_is_done_by_its_reader() -> None:
    """A job is read as what it is meant to be."""
    assert is_good(parser.finding_for(feed(GOOD)))
    page = parser.finding_for(ParseJob(Kind.PAGE, GOOD, "https://x.example/"))
    assert isinstance(page, FoundFeeds)
    assert isinstance(parser.finding_for(opml(b"<opml><body/></opml>")), Outlines)


def test_limits_are_asked_for_and_never_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit is for good and not above the one there is; time is what was used and a little."""
    asked: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda which, both: asked.append((which, both)))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    parser._limit(resource.RLIMIT_NOFILE, 32)
    parser._limit(resource.RLIMIT_AS, 512_000_000)
    parser._allow_cpu(5)
    used = resource.getrusage(resource.RUSAGE_SELF)
    assert asked[:2] == [(resource.RLIMIT_NOFILE, (32, 32)), (resource.RLIMIT_AS, (100, 100))]
    which, (soft, hard) = asked[2]
    assert (which, hard) == (resource.RLIMIT_CPU, 100)
    assert 4 <= soft - (used.ru_utime + used.ru_stime) <= 6


def test_a_limit_that_the_system_does_not_know_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that refuses a limit does not end the child."""

    def refuse(*_: object) -> None:
        raise ValueError("no such limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    parser._limit(resource.RLIMIT_AS, 1)
