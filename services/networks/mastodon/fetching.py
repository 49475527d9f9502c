"""Posts by where they are on the web, as our own server knows them.

Law: a post of our own server is asked for by its number; any other the server looks up where it
is, which is its own business and takes a moment, so only few are asked for at a time.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from services.errors import NetworkError
from services.networks.mastodon.client import MastodonClient
from services.networks.mastodon.wire import StatusWire, each, read

AT_ONCE: Final = 4


class _FoundWire(msgspec.Struct, frozen=True):
    """What a search found (entities/Search)."""

    statuses: Any = None


async def fetch_statuses(client: MastodonClient, urls: Sequence[str]) -> tuple[StatusWire, ...]:
    """Read statuses by their addresses; what is not there, or is no status, is left out.

    Raises:
        NetworkError: none could be read, and that is why.
    """
    found: list[StatusWire] = []
    troubles: list[NetworkError] = []
    turn = asyncio.Semaphore(AT_ONCE)

    async def fetch(url: str) -> None:
        async with turn:
            try:
                status = await _fetch(client, url)
            except NetworkError as error:
                troubles.append(error)
            else:
                found.extend(() if status is None else (status,))

    await asyncio.gather(*(fetch(url) for url in dict.fromkeys(urls)))
    if troubles and not found:
        raise troubles[0]
    return tuple(found)


async def _fetch(client: MastodonClient, url: str) -> StatusWire | None:
    """Read one status, or none.

    Source: docs.joinmastodon.org/methods/search#v2 and /statuses#get, 4.5, 2026-11.
    """
    parts = urlsplit(url)
    number = parts.path.rpartition("/")[2]
    if parts.netloc == urlsplit(client.server).netloc and number.isdigit():
        return await client.status(number)
    query = (("q", url), ("type", "statuses"), ("resolve", "true"), ("limit", "1"))
    answer = read((await client.get("/api/v2/search", query)).body, _FoundWire)
    return next(iter(each(answer.statuses, StatusWire)), None)
