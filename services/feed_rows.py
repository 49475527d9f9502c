"""Feeds as the screens list them: what the file says, and what was read of each.

Law: pure; how a feed is, is said for the moment that is handed in.
"""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from services.model.headlines import Feed, FeedState
from services.model.news_sources import NewsSource
from services.model.words import Safe
from services.networks.feeds.states import words_now
from services.networks.feeds.subscriptions import Subscription, canonical
from services.store.feeds import KnownFeed
from services.text.clean import clean_line


def feed_of(one: Subscription, known: KnownFeed | None, now: datetime) -> Feed:
    """Say how a feed that is followed is at ``now``; ``known`` where it was ever read."""
    if known is None:
        state = FeedState.NEW
        words = clean_line(state.value)
        return Feed(one.id, one.url, name_of(one, None), state, words, None, None, 0)
    return msgspec.structs.replace(known_feed(known, name_of(one, known), now), url=one.url)


def known_feed(known: KnownFeed, name: Safe, now: datetime) -> Feed:
    """Say how a source is at ``now`` that was read at some time."""
    memory = known.memory
    state, words = words_now(memory, now)
    return Feed(
        id=memory.id,
        url=canonical(memory.url) or clean_line(memory.url),
        name=name,
        state=state,
        words=words,
        checked_at=memory.checked_at,
        next_at=memory.next_at,
        headlines=known.headlines,
    )


def name_of(one: Subscription, known: KnownFeed | None) -> Safe:
    """Name a feed as its follower does, else as it does itself, else by its host."""
    own = known.memory.name if known is not None else None
    return one.name or own or clean_line(urlsplit(one.url).netloc)


def feed_of_source(one: NewsSource, known: KnownFeed | None, now: datetime) -> Feed:
    """Say how a source is at ``now`` that is read over an interface of its own."""
    if known is None:
        return _unheard(one, FeedState.NEW)
    return known_feed(known, clean_line(one.name), now)


def unread_source(one: NewsSource) -> Feed:
    """Give the row of a source that could be read and is not."""
    return _unheard(one, FeedState.OFF)


def _unheard(one: NewsSource, state: FeedState) -> Feed:
    name, url = clean_line(one.name), clean_line(one.server or f"https://{one.host}")
    return Feed(one.feed, url, name, state, clean_line(state.value), None, None, 0)
