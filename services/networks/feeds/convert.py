"""From what a feed says to headlines.

Law: pure. Nothing is later than when it was seen; an id is made of the feed and what the feed
itself calls its item, so that it is the same when it is read again.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from services.model.headlines import FeedId, Headline, HeadlineId
from services.model.ids import NetworkName
from services.model.words import Safe
from services.networks.feeds.subscriptions import Subscription
from services.networks.feeds.wire import PARAGRAPH_CHARS, TITLE_CHARS, ParsedEntry, ParsedFeed
from services.text.clean import clean_line, clean_url

HEADLINES_AT_MOST: Final = 500


def headlines_of(
    feed: ParsedFeed, subscription: Subscription, seen_at: datetime
) -> tuple[Headline, ...]:
    """Make headlines of what was read at ``seen_at``, the oldest first, each once."""
    publisher = publisher_of(feed.title, subscription)
    found: dict[HeadlineId, Headline] = {}
    for place, entry in enumerate(feed.entries[:HEADLINES_AT_MOST]):
        headline = _headline(entry, place, subscription.id, publisher, seen_at)
        if headline is not None:
            found.setdefault(headline.id, headline)
    return tuple(sorted(found.values(), key=lambda one: (one.published_at, one.id)))


def publisher_of(title: str, subscription: Subscription) -> Safe:
    """Name who carries it: as the follower does, else as the feed does, else by its host."""
    return subscription.name or clean_line(title) or clean_line(urlsplit(subscription.url).netloc)


def _headline(
    entry: ParsedEntry, place: int, feed: FeedId, publisher: Safe, seen_at: datetime
) -> Headline | None:
    url = clean_url(entry.url) if entry.url else None
    title = clean_line(entry.title, chars=TITLE_CHARS)
    if not title:
        if url is None:
            return None
        title = clean_line(url, chars=TITLE_CHARS)
    # Feeds have their newest on top: without a date, that is all that is known of the order.
    published_at = entry.published_at or seen_at - timedelta(seconds=place)
    return Headline(
        id=_headline_id(feed, entry.guid),
        feed=feed,
        network=NetworkName.FEEDS,
        publisher=publisher,
        title=title,
        paragraph=clean_line(entry.paragraph, chars=PARAGRAPH_CHARS),
        url=url,
        published_at=min(published_at, seen_at),
        seen_at=seen_at,
    )


def _headline_id(feed: FeedId, guid: str) -> HeadlineId:
    digest = hashlib.blake2b(f"{feed}\0{guid}".encode("utf-8", "surrogatepass"), digest_size=12)
    return HeadlineId(digest.hexdigest())
