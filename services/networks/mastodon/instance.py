"""What a server says of itself: how much it takes, where it streams, what it is made of.

Law: what it does not say is what Mastodon's documents promise; a key is trusted only where the
software is known to honour it.

Source: docs.joinmastodon.org/entities/Instance and V1_Instance, 4.5, 2026-11; snac2 2.75 answers
v2 with a page for people, and calls itself ``4.0.0 (not true; really snac/2.75)``, as seen on the
wire, 2026-11.
"""

import re
from typing import Any, Final

import msgspec

from services.errors import Garbled, Gone, Rejected
from services.model.limits import Keying
from services.networks.mastodon.client import MastodonClient
from services.networks.mastodon.wire import maybe, read

MOST_SAID: Final = 1_000_000
_OWN_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+.][\w.+-]*)?")
_HONOURING = re.compile(r"/(?:mastodon|hometown|mastodon-glitch|glitch-soc)/?$", re.IGNORECASE)
_QUOTES_FROM = 7
"""Of ``api_versions.mastodon``: 4.5 (methods/statuses, ``quoted_status_id``)."""


class Instance(msgspec.Struct, frozen=True):
    """What is known of a server."""

    domain: str = ""
    version: str = ""
    keying: Keying = Keying.KEYLESS
    graphemes_at_most: int = 500
    link_graphemes: int = 23
    pictures_at_most: int = 4
    picture_bytes_at_most: int = 8_000_000
    alt_graphemes_at_most: int = 1500
    streaming: str = ""
    """Where it says that it streams, without a path; it may be wrong."""
    has_quotes: bool = False


class _Urls(msgspec.Struct, frozen=True):
    streaming: str | None = None
    streaming_api: str | None = None


class _Statuses(msgspec.Struct, frozen=True):
    max_characters: int = 500
    max_media_attachments: int = 4
    characters_reserved_per_url: int = 23


class _Media(msgspec.Struct, frozen=True):
    description_limit: int = 1500
    image_size_limit: int = 8_000_000


class _Configuration(msgspec.Struct, frozen=True):
    urls: Any = None
    statuses: Any = None
    media_attachments: Any = None


class _Versions(msgspec.Struct, frozen=True):
    mastodon: int = 0


class _InstanceWire(msgspec.Struct, frozen=True):
    """Both versions in one; v1 says ``uri`` and ``urls``, Pleroma ``max_toot_chars``."""

    domain: str | None = None
    uri: str | None = None
    version: str = ""
    source_url: str | None = None
    configuration: Any = None
    urls: Any = None
    api_versions: Any = None
    max_toot_chars: Any = None


async def read_instance(client: MastodonClient) -> Instance:
    """Ask a server what it is: by v2, and by v1 where it has no v2.

    Raises:
        Gone: it says nothing of itself, so it is no server of this kind.
        NetworkError: it could not be asked.
    """
    try:
        answer = await client.get("/api/v2/instance")
        return _made(read(answer.body, _InstanceWire), is_second=True)
    except (Gone, Rejected, Garbled):
        answer = await client.get("/api/v1/instance")
        return _made(read(answer.body, _InstanceWire), is_second=False)


def _made(said: _InstanceWire, *, is_second: bool) -> Instance:
    configuration = maybe(said.configuration, _Configuration) or _Configuration()
    statuses = maybe(configuration.statuses, _Statuses) or _Statuses(
        max_characters=said.max_toot_chars if isinstance(said.max_toot_chars, int) else 500
    )
    media = maybe(configuration.media_attachments, _Media) or _Media()
    urls = maybe(configuration.urls, _Urls) or _Urls()
    older = maybe(said.urls, _Urls) or _Urls()
    versions = maybe(said.api_versions, _Versions) or _Versions()
    keying = Keying.KEYED if is_second and _honours_keys(said) else Keying.KEYLESS
    return Instance(
        domain=_host(said.domain or said.uri or ""),
        version=said.version,
        keying=keying,
        graphemes_at_most=_within(statuses.max_characters),
        link_graphemes=_within(statuses.characters_reserved_per_url),
        pictures_at_most=min(_within(statuses.max_media_attachments), 16),
        picture_bytes_at_most=max(media.image_size_limit, 1),
        alt_graphemes_at_most=_within(media.description_limit),
        streaming=(urls.streaming or older.streaming_api or "").rstrip("/"),
        has_quotes=versions.mastodon >= _QUOTES_FROM,
    )


def _honours_keys(said: _InstanceWire) -> bool:
    """Tell whether this software is known to keep an Idempotency-Key.

    Source: mastodon app/services/post_status_service.rb, main, 2026-11; GoToSocial, snac2, Pixelfed
    and others ignore it, and give versions in brackets or of their own.
    """
    is_plain = _OWN_VERSION.fullmatch(said.version) is not None
    return is_plain and _HONOURING.search(said.source_url or "") is not None


def _host(said: str) -> str:
    """Give the host of what is an address on some servers."""
    return said.partition("://")[2].partition("/")[0] if "://" in said else said.strip("/")


def _within(number: int) -> int:
    return min(max(number, 1), MOST_SAID)
