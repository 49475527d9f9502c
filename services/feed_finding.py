"""The feed at an address that somebody typed, or those that the page there names.

Law: it asks for one page and for nothing that the page names.
"""

from urllib.parse import urlsplit

import msgspec

from services.errors import ChinwagError, Unreachable
from services.http import expect_ok
from services.model.words import Safe
from services.networks.feeds.client import ACCEPT, FeedClient, Fetches
from services.networks.feeds.subscriptions import canonical
from services.networks.feeds.wire import FoundFeeds, Kind, ParsedFeed
from services.text.clean import clean_line
from services.web.values import Answer, Request


class Found(msgspec.Struct, frozen=True):
    """One feed that can be followed."""

    name: Safe
    url: Safe


async def find_feeds(address: str, door: Fetches, client: FeedClient) -> tuple[Found, ...]:
    """Give the feed at an address, or those that its page names; without a scheme it is https.

    Raises:
        ChinwagError: there is none, or nobody can tell.
    """
    text = address.strip()
    url = canonical(text if "://" in text else f"https://{text}")
    if url is None:
        raise ChinwagError(
            f"“{clean_line(text, chars=80)}” is no address of the web.",
            "Try one like https://example.org/feed.",
        )
    answer = expect_ok(await _fetch(url, door))
    host = clean_line(urlsplit(url).netloc)
    finding = await client.parse(Kind.FEED, answer)
    if isinstance(finding, ParsedFeed):
        here = canonical(answer.moved_to) if answer.moved_to else None
        return (Found(clean_line(finding.title) or host, here or url),)
    found = await _named(answer, client, host)
    if not found:
        raise ChinwagError(
            f"There is no feed at {host}, and its page names none.",
            "Try the address of the feed itself.",
        )
    return found


async def _fetch(url: str, door: Fetches) -> Answer:
    try:
        return await door.fetch(Request(url, accept=ACCEPT))
    except Unreachable as error:
        if error.remedy:
            raise
        raise Unreachable(error.what, "Look at how it is written, or try it later.") from error


async def _named(answer: Answer, client: FeedClient, host: Safe) -> tuple[Found, ...]:
    """Give the feeds that a page names, each once."""
    page = await client.parse(Kind.PAGE, answer)
    links = page.links if isinstance(page, FoundFeeds) else ()
    named = ((clean_line(link.title) or host, canonical(link.url)) for link in links)
    found = {url: Found(name, url) for name, url in reversed(list(named)) if url is not None}
    return tuple(reversed(found.values()))
