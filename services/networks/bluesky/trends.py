"""What Bluesky talks about, as headlines; it needs no account.

Law: it never raises for the network's fault, and asks once in five minutes. The method is one
that the network may take away without a word; then its state says so.

Source: app.bsky.unspecced.getTrends and getTrendingTopics, @atproto/api 0.20.44, 2026-11; a
network of one's own has no such service and answers 501.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin

from services.clock import Clock
from services.errors import (
    Forbidden,
    Garbled,
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    TooLarge,
)
from services.model.headlines import FeedId, FeedState, Headline, HeadlineId
from services.model.ids import NetworkName
from services.model.words import NOTHING, Safe
from services.networks.base import FeedMemory, Headlines
from services.networks.bluesky.names import moment_of
from services.networks.bluesky.refusals import Unsupported, check
from services.networks.bluesky.session import Fetches
from services.networks.bluesky.wire import Trend, TrendPage, parts, read
from services.text.clean import clean_line, clean_url
from services.web.values import JSON_LIMITS, Request, Validators

BASE: Final = "https://public.api.bsky.app"
SITE: Final = "https://bsky.app"
FEED: Final = FeedId("bluesky:trends")
PUBLISHER: Final = clean_line("Bluesky trends")
POLL_S: Final = 300.0
LONGEST_PAUSE_S: Final = 3600.0
COUNT: Final = 25

_METHODS: Final = ("app.bsky.unspecced.getTrends", "app.bsky.unspecced.getTrendingTopics")


def headlines_of(page: TrendPage, first_seen: dict[str, datetime], now: datetime) -> list[Headline]:
    """Make headlines of what is talked about; ``first_seen`` is added to."""
    made = []
    for trend in (*parts(page.trends, Trend), *parts(page.topics, Trend)):
        title = clean_line(trend.display_name or trend.topic)
        url = clean_url(urljoin(f"{SITE}/", trend.link))
        key = clean_line(trend.topic, chars=300)
        if not title or not key:
            continue
        seen_at = first_seen.setdefault(key, now)
        began = moment_of(trend.started_at or "") or seen_at
        made.append(
            Headline(
                id=HeadlineId(f"{FEED}:{key}"),
                feed=FEED,
                network=NetworkName.BLUESKY,
                publisher=PUBLISHER,
                title=title,
                paragraph=clean_line(trend.description or "", chars=600),
                url=url,
                published_at=min(began, seen_at),
                seen_at=seen_at,
            )
        )
    return sorted(made, key=lambda headline: (headline.published_at, headline.id))


class BlueskyTrends:
    """Bluesky's trends, as a ``HeadlineSource``."""

    def __init__(self, door: Fetches, clock: Clock, base_url: str = BASE) -> None:
        """Read through ``door`` from ``base_url``, a server that shows what is public."""
        self._door = door
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._first_seen: dict[str, datetime] = {}
        self._kept: tuple[Headline, ...] = ()
        self._pause_s = POLL_S

    @property
    def network(self) -> NetworkName:
        """BLUESKY."""
        return NetworkName.BLUESKY

    async def readings(self) -> AsyncIterator[Headlines]:
        """Give a reading at once, and then every five minutes; less often while it fails."""
        while True:
            yield await self._reading()
            await self._clock.sleep(self._pause_s)

    async def close(self) -> None:
        """Let go of nothing: the door is not ours."""

    async def _reading(self) -> Headlines:
        state, words = FeedState.WELL, NOTHING
        try:
            page = await self._page()
            now = self._clock.now()
            self._kept = tuple(headlines_of(page, self._first_seen, now))
            told = {headline.id for headline in self._kept}
            self._first_seen = {
                key: at for key, at in self._first_seen.items() if f"{FEED}:{key}" in told
            }
            self._pause_s = POLL_S
        except NetworkError as error:
            state, words = _trouble(error)
            asked_s = error.retry_after_s if isinstance(error, RateLimited) else None
            self._pause_s = max(min(2 * self._pause_s, LONGEST_PAUSE_S), asked_s or 0.0)
        now = self._clock.now()
        memory = FeedMemory(
            id=FEED,
            url=SITE,
            state=state,
            words=words,
            name=PUBLISHER,
            validators=Validators(),
            checked_at=now,
            next_at=now + timedelta(seconds=self._pause_s),
        )
        return Headlines(memory, self._kept)

    async def _page(self) -> TrendPage:
        """Ask one way, and where the server does not know it the other."""
        richer, plainer = _METHODS
        try:
            return await self._ask(richer)
        except (Unsupported, Gone):
            return await self._ask(plainer)

    async def _ask(self, method: str) -> TrendPage:
        url = f"{self._base_url}/xrpc/{method}?limit={COUNT}"
        request = Request(url=url, accept="application/json", limits=JSON_LIMITS)
        return read(check(await self._door.fetch(request)), TrendPage)


def _trouble(error: NetworkError) -> tuple[FeedState, Safe]:
    """Say how the source is after an error."""
    words = clean_line(error.what.strip().removesuffix("."))
    match error:
        case RateLimited():
            return FeedState.WAITS, words
        case Unsupported() | Gone():
            return FeedState.GONE, clean_line("this server does not tell what is talked about")
        case Forbidden() | Rejected():
            return FeedState.REFUSED, words
        case Garbled() | TooLarge():
            return FeedState.BROKEN, words
        case _:
            return FeedState.UNREACHABLE, words
