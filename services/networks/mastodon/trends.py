"""What a server says people talk about, as headlines; nobody has to be signed in for it.

Law: the server's order is all that is used of its counts; no number leaves this room.

Source: docs.joinmastodon.org/methods/trends, 4.5, 2026-11: public, tags since 3.0, links and
statuses since 3.5. snac2 2.75 has empty lists and a page for people instead of links, as seen on
the wire, 2026-11.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from services.clock import Clock
from services.errors import NetworkError, RateLimited
from services.model.headlines import FeedId, FeedState, Headline, HeadlineId
from services.model.ids import NetworkName
from services.model.words import NOTHING, Safe
from services.networks.base import FeedMemory, Headlines
from services.networks.mastodon.client import Fetches, MastodonClient, Query
from services.networks.mastodon.convert import author_of, body_of, is_hidden, moment_of
from services.networks.mastodon.wire import CardWire, StatusWire, TagWire
from services.text.clean import clean_line, clean_url
from services.text.html import first_paragraph
from services.web.values import Validators

POLL_S: Final = 600.0
"""A server works them out every few minutes; an hour's budget for nobody is 3,600 requests."""
LONGEST_PAUSE_S: Final = 3600.0
AT_MOST: Final = 20
PARAGRAPH_CHARS: Final = 600
_TITLE_CHARS = 140
_LIMIT: Query = (("limit", str(AT_MOST)),)


class MastodonTrends:
    """The trends of one server, as a ``HeadlineSource``."""

    def __init__(self, server: str, door: Fetches, clock: Clock) -> None:
        """Read from ``server``, which is an address without a slash at the end."""
        self._client = MastodonClient(door, server)
        self._clock = clock
        self._host = urlsplit(server).netloc
        self._name = clean_line(self._host)
        self._feed = FeedId(f"{NetworkName.MASTODON}:{self._host}")
        self._pause_s = POLL_S
        self._known: dict[HeadlineId, datetime] = {}

    @property
    def network(self) -> NetworkName:
        """MASTODON."""
        return NetworkName.MASTODON

    async def readings(self) -> AsyncIterator[Headlines]:
        """Give a reading at once, and then every ten minutes; less often while it fails."""
        while True:
            yield await self._reading()
            await self._clock.sleep(self._pause_s)

    async def close(self) -> None:
        """Let go of nothing: the door is not ours."""

    async def _reading(self) -> Headlines:
        state, words = FeedState.WELL, NOTHING
        found: tuple[Headline, ...] = ()
        try:
            found = await self._read()
            self._pause_s = POLL_S
        except NetworkError as error:
            state, words = _trouble(error), clean_line(error.what.removesuffix("."))
            asked_s = (error.retry_after_s or 0.0) if isinstance(error, RateLimited) else 0.0
            self._pause_s = max(min(2 * self._pause_s, LONGEST_PAUSE_S), asked_s)
        now = self._clock.now()
        memory = FeedMemory(
            id=self._feed,
            url=f"{self._client.server}/explore",
            state=state,
            words=words,
            name=self._name,
            validators=Validators(),
            checked_at=now,
            next_at=now + timedelta(seconds=self._pause_s),
        )
        return Headlines(memory, found)

    async def _read(self) -> tuple[Headline, ...]:
        """Read the three lists; a server may have none of them.

        Raises:
            NetworkError: one could not be read.
        """
        now, path = self._clock.now(), "/api/v1/trends"
        links = await self._client.many_or_none(f"{path}/links", CardWire, _LIMIT) or ()
        tags = await self._client.many_or_none(f"{path}/tags", TagWire, _LIMIT) or ()
        said = await self._client.many_or_none(f"{path}/statuses", StatusWire, _LIMIT) or ()
        made = [
            *(self._of_link(one, now) for one in links[:AT_MOST]),
            *(self._of_tag(one, now) for one in tags[:AT_MOST]),
            *(self._of_status(one, now) for one in said[:AT_MOST] if not is_hidden(one)),
        ]
        found = {one.id: one for one in made if one is not None}
        self._known = {name: one.seen_at for name, one in found.items()}
        return tuple(sorted(found.values(), key=lambda one: one.published_at))

    def _of_link(self, link: CardWire, now: datetime) -> Headline | None:
        url, title = clean_url(link.url), clean_line(unescape(link.title), chars=300)
        if url is None or not title:
            return None
        provider = clean_line(link.provider_name or "") or clean_line(urlsplit(url).hostname or "")
        return self._headline(
            f"link:{url}",
            clean_line(f"{provider} via {self._name}"),
            title,
            clean_line(unescape(link.description or ""), chars=PARAGRAPH_CHARS),
            url,
            moment_of(link.published_at),
            now,
        )

    def _of_tag(self, tag: TagWire, now: datetime) -> Headline | None:
        name = clean_line(tag.name.lstrip("#"))
        url = clean_url(tag.url or "")
        if not name:
            return None
        title = clean_line(f"#{name}")
        return self._headline(f"tag:{name.lower()}", self._name, title, NOTHING, url, None, now)

    def _of_status(self, status: StatusWire, now: datetime) -> Headline | None:
        words = first_paragraph(body_of(status, self._host), chars=PARAGRAPH_CHARS)
        title = clean_line(status.spoiler_text or words, chars=_TITLE_CHARS)
        url = clean_url(status.url or "") or clean_url(status.uri or "")
        if not title or url is None:
            return None
        who = clean_line(f"{author_of(status.account, self._host).name} via {self._name}")
        more = NOTHING if status.spoiler_text else clean_line(words, chars=PARAGRAPH_CHARS)
        at = moment_of(status.created_at)
        return self._headline(f"status:{url}", who, title, more, url, at, now)

    def _headline(
        self,
        name: str,
        publisher: Safe,
        title: Safe,
        paragraph: Safe,
        url: Safe | None,
        at: datetime | None,
        now: datetime,
    ) -> Headline:
        headline = HeadlineId(f"{self._feed}:{name}")
        seen_at = self._known.get(headline, now)
        return Headline(
            id=headline,
            feed=self._feed,
            network=NetworkName.MASTODON,
            publisher=publisher,
            title=title,
            paragraph=paragraph,
            url=url,
            published_at=min(at or seen_at, seen_at),
            seen_at=seen_at,
        )


def _trouble(error: NetworkError) -> FeedState:
    return FeedState.WAITS if isinstance(error, RateLimited) else FeedState.UNREACHABLE
