"""A newsstand: headlines, feeds and a network that is only read, as a test lays them out.

Law: it answers as ``services.news.News`` does and keeps what it was asked; nothing is fetched.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from services.errors import ChinwagError
from services.feed_finding import Found
from services.feed_import import ImportFault, Importing
from services.feed_rows import feed_of_source, unread_source
from services.model.headlines import Feed, FeedId, FeedState, Headline, HeadlineId
from services.model.ids import NetworkName, TopicId
from services.model.news_sources import NewsSource
from services.model.posts import Post, Reach
from services.model.topics import OpenTopic, Topic, TopicKind
from services.model.words import Safe
from services.networks.base import FeedMemory, Headlines
from services.networks.feeds.catalogue import Offer, read_catalogue
from services.runtime import Runtime
from services.store.headlines import keep
from services.text.clean import clean_line
from services.web.values import Validators

if TYPE_CHECKING:
    from services.connections import Connections

PLACES = (
    ("BBC News, World", "https://feeds.bbci.co.uk/news/world/rss.xml"),
    ("The Guardian, World", "https://www.theguardian.com/world/rss"),
    ("NPR News", "https://feeds.npr.org/1001/rss.xml"),
    ("Deutsche Welle", "https://rss.dw.com/rdf/rss-en-all"),
    ("LWN.net", "https://lwn.net/headlines/rss"),
    ("Hacker News", "https://news.ycombinator.com/"),
)
LONG = "https://news.example/2026/11/22/" + "northern-lights-over-half-of-europe-" * 4 + "end"
STORY = "Northern lights seen over half of Europe"


def named(name: str, url: str) -> Found:
    """Make a feed that a page names."""
    return Found(clean_line(name), clean_line(url))


def fault(name: str, url: str, words: str, *, is_followed: bool = False) -> ImportFault:
    """Make one feed that did not come in."""
    return ImportFault(clean_line(name), clean_line(url), clean_line(words), is_followed)


def feed(number: int, name: str, state: FeedState, words: str, at: datetime) -> Feed:
    """Make a feed that was read three minutes ago."""
    return Feed(
        id=FeedId(f"feed{number}"),
        url=clean_line(f"https://feed{number}.example/rss.xml"),
        name=clean_line(name),
        state=state,
        words=clean_line(words),
        checked_at=at - timedelta(minutes=3),
        next_at=at,
        headlines=12,
    )


@dataclass
class Newsstand:
    """What is offered, followed, found and imported."""

    runtime: Runtime
    offers: tuple[Offer, ...] = field(default_factory=read_catalogue)
    followed: list[Feed] = field(default_factory=list)
    found: tuple[Found, ...] = ()
    answered: tuple[Offer, ...] | None = None
    steps: tuple[Importing, ...] = ()
    error: ChinwagError | None = None
    list_error: ChinwagError | None = None
    """Why nothing can be listed."""
    asked: list[str] = field(default_factory=list)
    """Addresses and paths, in order."""
    written: list[Path] = field(default_factory=list)

    async def feeds(self) -> tuple[Feed, ...]:
        """Give what is followed."""
        if self.list_error is not None:
            raise self.list_error
        now = self.runtime.clock.now()
        return (*self.followed, *(feed_of_source(one, None, now) for one in self.sources))

    async def find(self, address: str) -> tuple[Found, ...]:
        """Give what was laid out."""
        self._ask(address)
        return self.found

    async def follow(self, url: str, name: str) -> Feed:
        """Follow it."""
        self._fail()
        new = feed(len(self.followed) + 1, name, FeedState.NEW, "", self.runtime.clock.now())
        self.followed.append(replace(new, url=clean_line(url)))
        return new

    async def unfollow(self, feed_id: FeedId) -> None:
        """Follow it no longer."""
        self.followed = [one for one in self.followed if one.id != feed_id]

    async def import_opml(self, path: Path) -> AsyncGenerator[Importing, None]:
        """Give the steps that were laid out."""
        self._ask(str(path))
        for step in self.steps:
            await self.runtime.clock.sleep(1)
            yield step

    async def export_opml(self, path: Path) -> int:
        """Note where to."""
        self._fail()
        self.written.append(path)
        return len(self.followed)

    async def answer(self, chosen: tuple[Offer, ...]) -> None:
        """Keep the answer, as the configuration does."""
        self.answered = chosen
        config = self.runtime.config
        sources = tuple(one.source for one in chosen if one.source is not None)
        news = replace(config.news, asked=True, reads=bool(chosen), sources=sources)
        await self.runtime.choose(replace(config, news=news))

    @property
    def sources(self) -> tuple[NewsSource, ...]:
        """Give what is read besides."""
        return self.runtime.config.news.sources

    def unread(self) -> tuple[Feed, ...]:
        """Give what is offered besides and not read."""
        return tuple(unread_source(one) for one in self._besides() if one not in self.sources)

    def source_of(self, feed_id: FeedId) -> NewsSource | None:
        """Give what a row turns on and off."""
        return next((one for one in self._besides() if one.feed == feed_id), None)

    async def read_source(self, source: NewsSource, *, reads: bool) -> None:
        """Keep it, as the configuration does."""
        config = self.runtime.config
        others = tuple(one for one in self.sources if one != source)
        news = replace(config.news, sources=(*others, source) if reads else others)
        await self.runtime.choose(replace(config, news=news))

    def _besides(self) -> list[NewsSource]:
        return [one.source for one in self.offers if one.source is not None]

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        self._fail()

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


class Outside:
    """What leads out of a box, with a newsstand for the news."""

    def __init__(self, news: Newsstand) -> None:
        """Lead to ``news``."""
        self.news = news


def stand_in(runtime: Runtime, news: Newsstand) -> None:
    """Put ``news`` where the runtime has its own."""
    runtime.connections = cast("Connections", Outside(news))


def headline(
    number: int,
    publisher: str,
    title: str,
    at: datetime,
    *,
    url: str | None = None,
    paragraph: str = "",
    network: NetworkName = NetworkName.FEEDS,
    speed: float | None = None,
    discussion: str | None = None,
) -> Headline:
    """Make a headline."""
    return Headline(
        id=HeadlineId(f"h{number}"),
        feed=FeedId(f"feed{number}"),
        network=network,
        publisher=clean_line(publisher),
        title=clean_line(title),
        paragraph=clean_line(paragraph, chars=600),
        url=None if url is None else Safe(url),
        published_at=at,
        seen_at=at,
        speed=speed,
        discussion=None if discussion is None else Safe(discussion),
    )


async def carry(runtime: Runtime, *headlines: Headline) -> None:
    """Let publishers carry ``headlines``, as readings of their feeds bring them."""
    desk = runtime.real
    for one in headlines:
        memory = FeedMemory(
            id=one.feed, url="https://feed.example/", state=FeedState.WELL,
            words=clean_line("well"), name=one.publisher, validators=Validators(None, None),
            checked_at=runtime.clock.now(), next_at=runtime.clock.now(),
        )  # fmt: skip
        kept = await keep(desk.files.cache, Headlines(memory, (one,)), one.network)
        await desk.topics.hear(kept)


def front_page(now: datetime) -> tuple[Headline, ...]:
    """Make what a few publishers carry: a story of three, one of two, two of one."""
    minute = timedelta(minutes=1)
    return (
        headline(1, "BBC News", "Northern lights seen over half of Europe", now - 9 * minute,
                 url="https://bbc.example/2026/11/22/northern-lights-over-half-of-europe",
                 paragraph="Skies turned green and red as far south as Naples on Saturday night. "
                 "Forecasters say that a second night is likely."),
        headline(2, "The Guardian", "Northern lights over half of Europe in pictures",
                 now - 6 * minute, url="https://guardian.example/northern-lights-in-pictures",
                 paragraph="From Tromsø to Trieste: what readers saw from their windows."),
        headline(3, "Deutsche Welle", "Half of Europe seen under northern lights",
                 now - 4 * minute, url="https://dw.example/en/northern-lights"),
        headline(4, "NPR News", "Tunnel under the strait opens to trains", now - 31 * minute,
                 url="https://npr.example/tunnel"),
        headline(5, "France 24", "Tunnel under the strait opens for first trains",
                 now - 26 * minute, url="https://france24.example/tunnel"),
        headline(6, "Hacker News", "A compiler in five hundred lines", now - 22 * minute,
                 url="https://lines.example/compiler", network=NetworkName.HACKERNEWS, speed=7.8,
                 discussion="https://news.ycombinator.com/item?id=1"),
        headline(7, "LWN.net", "The kernel drops its oldest driver", now - 52 * minute,
                 url="https://lwn.example/driver"),
    )  # fmt: skip


def story(
    number: int,
    title: str,
    *publishers: str,
    at: datetime,
    speed: float | None = None,
    people: int = 0,
    is_grave: bool = False,
) -> Topic:
    """Make a story that ``publishers`` carry since ``at``."""
    return Topic(
        id=TopicId(f"story{number}"),
        account=None,
        network=NetworkName.FEEDS,
        kind=TopicKind.STORY,
        title=clean_line(title),
        lead=clean_line(title),
        people=people,
        posts=people,
        first_at=at,
        last_at=at,
        reach=Reach.PUBLIC,
        root=None,
        is_grave=is_grave,
        publishers=tuple(clean_line(one) for one in publishers),
        speed=speed,
    )


def lights(now: datetime, *posts: Post) -> OpenTopic:
    """Make a story that three carry, the earliest with a long address."""
    first = now - timedelta(minutes=6)
    minute = timedelta(minutes=1)
    return OpenTopic(
        story(1, STORY, "BBC News", "The Guardian", "NPR News", at=first, people=len(posts)),
        posts,
        (
            headline(1, "BBC News", STORY, first, url=LONG,
                     paragraph="Skies turned green and red as far south as Naples on Saturday. "
                     "Forecasters say that a second night is likely."),
            headline(2, "The Guardian", "Aurora lights up Europe", first + 2 * minute,
                     url="https://www.theguardian.example/aurora"),
            headline(3, "BBC News", "In pictures: the lights", first + 3 * minute,
                     url="https://bbc.example/pictures"),
            headline(4, "NPR News", "Why the sky turned red", first + 4 * minute),
        ),
    )  # fmt: skip
