"""The public stream of the network as JSON, Jetstream, in both versions of its protocol.

Law: pure. What is in a frame never raises; a frame that cannot be read is told as such, and an
odd part of a post costs that part alone. A cursor is a moment for both versions, so that a few
seconds can be read twice and one host stands in for another.

Source: github.com/bluesky-social/jetstream, README of v1, and lexicons/network/bsky/jetstream/
subscribeEvents.json with internal/subscribe of v2 (2026-08-14), read 2026-11: v1 gives accounts
and identities whatever is asked for; v2 wraps each event as ``{"$type": "message", "payload"}``
and ends with ``{"$type": "error"}``; a cursor of 1e15 and more is a moment, a smaller one a number
of v2's own, which is refused with ``CursorTooOld`` where it is too old.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from services.model.ids import NetworkName
from services.networks.bluesky.facets import with_whole_links
from services.networks.bluesky.names import moment_of, place_of
from services.networks.bluesky.wire import (
    LINK,
    POST,
    TAG,
    Facet,
    Record,
    SelfLabels,
    part,
    parts,
)
from services.text.clean import clean, clean_line, clean_url
from services.text.marks import find_links, find_tags
from services.text.tame import cleaned
from services.topics.came import OTHER, UNREADABLE, Came, Kind
from services.topics.values import StreamPost

PUBLIC: Final = "wss://jetstream2.us-east.bsky.network/subscribe"
"""One of the hosts that Bluesky runs for everybody (README of v1, 2026-11)."""
SECOND_PATH: Final = "/xrpc/network.bsky.jetstream.subscribeEvents"
SOURCE: Final = "Bluesky"
MOMENTS_FROM: Final = 1_000_000_000_000_000
"""A cursor from here on is a moment."""

_SUBPROTOCOL: Final = "xrpc.v1.json"
_SILENT_S: Final = 60.0
"""On the whole network somebody writes many times a second."""
_FOUND_AT_MOST: Final = 10
_LANGUAGE_CHARS: Final = 35
_CHARS, _LINES = 5_000, 100
"""A post has 300 graphemes (app.bsky.feed.post); what comes with more is no longer one to read."""
_ADULT: Final = frozenset({"porn", "sexual", "nudity", "graphic-media"})
"""What authors call their own posts (com.atproto.label.defs, 2026-11)."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LATEST_US: Final = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""What is said to be later, or before 1970, is no moment."""


class _Card(msgspec.Struct, frozen=True, gc=False):
    uri: str = ""


class _Embed(msgspec.Struct, frozen=True):
    external: _Card | None = None
    media: "_Embed | None" = None


class _Post(msgspec.Struct, frozen=True):
    """A record, of which most are whole."""

    text: str = ""
    created_at: str = msgspec.field(name="createdAt", default="")
    langs: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    facets: tuple[Facet, ...] | None = None
    labels: SelfLabels | None = None
    embed: _Embed | None = None


class _Commit(msgspec.Struct, frozen=True):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: _Post | None = None


class _First(msgspec.Struct, frozen=True):
    """An event of version 1."""

    did: str = ""
    time_us: int = 0
    commit: _Commit | None = None


class _Payload(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="$type", default="")
    did: str = ""
    time: str = ""
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: _Post | None = None
    name: str = ""


class _Second(msgspec.Struct, frozen=True):
    """A frame of version 2."""

    type: str = msgspec.field(name="$type", default="")
    payload: _Payload | None = None
    error: str = ""


class _OddCommit(msgspec.Struct, frozen=True):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw(b"null")


class _OddFirst(msgspec.Struct, frozen=True):
    """An event of version 1 whose record may be anything."""

    did: str = ""
    time_us: int = 0
    commit: _OddCommit | None = None


class _OddPayload(msgspec.Struct, frozen=True):
    did: str = ""
    time: str = ""
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw(b"null")


class _OddSecond(msgspec.Struct, frozen=True):
    """A frame of version 2 whose record may be anything."""

    payload: _OddPayload


_Odd = TypeVar("_Odd", _OddFirst, _OddSecond)
_UNREAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Jetstream:
    """One host's stream, of either version."""

    subprotocols: tuple[str, ...] = ()
    silent_s = _SILENT_S
    has_cursor = True

    def __init__(self, url: str) -> None:
        """Read from ``url``, whose path tells which version it speaks."""
        self._url = url
        self._is_second = is_second(url)
        if self._is_second:
            self.subprotocols = (_SUBPROTOCOL,)
        self._first = msgspec.json.Decoder(_First)
        self._second = msgspec.json.Decoder(_Second)

    def address(self, cursor_us: int | None) -> str:
        """Give where to open it: from a moment on, or from now on."""
        asked: list[tuple[str, str | int]] = [("wantedCollections", POST)]
        if self._is_second:
            asked = [("kinds", "commit"), ("collections", POST)]
        if cursor_us is not None:
            asked.append(("cursor", cursor_us))
        sign = "&" if urlsplit(self._url).query else "?"
        return f"{self._url}{sign}{urlencode(asked)}"

    def read(self, frame: str | bytes) -> Came:
        """Read one frame; never raises."""
        return self._read_second(frame) if self._is_second else self._read_first(frame)

    def post(self, came: Came) -> StreamPost | None:
        """Make a post of what came, cleaned."""
        record: _Post = came.inside
        facets = record.facets or ()
        is_linked = any(one.type == LINK for facet in facets for one in facet.features)
        text = with_whole_links(record.text, facets) if is_linked else record.text
        body = cleaned(text, lines=_LINES, chars=_CHARS)
        return StreamPost(
            key=came.key,
            network=NetworkName.BLUESKY,
            source=SOURCE,
            person=came.key[5 : came.key.index("/", 5)],
            body=body,
            tags=_tags(record, body),
            links=_links(record, body),
            language=_language(record),
            is_adult=record.labels is not None
            and any(one.val in _ADULT and not one.neg for one in record.labels.values),
            created_at=_written_at(record, came.at_us),
        )

    def _read_first(self, frame: str | bytes) -> Came:
        try:
            event = self._first.decode(frame)
        except _UNREAD:
            odd = _maybe(frame, _OddFirst)
            if odd is None or odd.commit is None:
                return UNREADABLE
            at_us = _sound_us(odd.time_us)
            return _came(odd.did, at_us, odd.commit, _mended(odd.commit.record))
        at_us = _sound_us(event.time_us)
        if event.commit is None:
            return Came(Kind.OTHER, at_us=at_us) if event.did else UNREADABLE
        return _came(event.did, at_us, event.commit, event.commit.record)

    def _read_second(self, frame: str | bytes) -> Came:
        try:
            said = self._second.decode(frame)
        except _UNREAD:
            odd = _maybe(frame, _OddSecond)
            if odd is None:
                return UNREADABLE
            event = odd.payload
            return _came(event.did, _moment_us(event.time), event, _mended(event.record))
        if said.payload is not None:
            return _said(said.payload)
        if said.type != "error":
            return UNREADABLE
        return Came(Kind.SLOW) if said.error == "ConsumerTooSlow" else OTHER


def is_second(url: str) -> bool:
    """Tell whether an address is one of version 2."""
    return urlsplit(url).path.rstrip("/") == SECOND_PATH


def _said(payload: _Payload) -> Came:
    at_us = _moment_us(payload.time)
    if payload.collection:
        return _came(payload.did, at_us, payload, payload.record)
    if payload.name == "OutdatedCursor":
        return Came(Kind.GAP)
    return Came(Kind.OTHER, at_us=at_us) if payload.type else UNREADABLE


def _came(
    did: str, at_us: int, commit: _Commit | _Payload | _OddCommit | _OddPayload, post: _Post | None
) -> Came:
    if commit.collection != POST:
        return Came(Kind.OTHER, at_us=at_us)
    key = f"at://{did}/{POST}/{commit.rkey}"
    if place_of(key) is None:
        return UNREADABLE
    match commit.operation:
        case "delete":
            return Came(Kind.GONE, key, at_us)
        case "create" | "update" if post is not None:
            tags, languages = post.tags or (), post.langs or ()
            return Came(Kind.POST, key, at_us, post.text, tags, languages, post)
        case _:
            return UNREADABLE


def _mended(raw: msgspec.Raw) -> _Post | None:
    """Read those parts of a record that can be read."""
    record = part(raw, Record)
    if record is None:
        return None
    return _Post(
        text=record.text,
        created_at=record.created_at,
        langs=record.langs,
        tags=record.tags,
        facets=parts(record.facets, Facet),
        labels=part(record.labels, SelfLabels),
        embed=part(record.embed, _Embed),
    )


def _maybe(frame: str | bytes, shape: type[_Odd]) -> _Odd | None:
    try:
        return msgspec.json.decode(frame, type=shape)
    except _UNREAD:
        return None


def _written_at(record: _Post, at_us: int) -> datetime:
    """Say when it was written: as it says itself, but not after the stream had it."""
    seen = _EPOCH + at_us * _MICROSECOND
    said = moment_of(record.created_at)
    if said is None:
        return seen
    return min(said, seen) if at_us else said


def _moment_us(text: str) -> int:
    moment = moment_of(text)
    return 0 if moment is None else _sound_us((moment - _EPOCH) // _MICROSECOND)


def _sound_us(at_us: int) -> int:
    """Give a moment, or 0 for a number that is none."""
    return at_us if 0 <= at_us <= _LATEST_US else 0


def _tags(record: _Post, body: str) -> tuple[str, ...]:
    found = [
        one.tag
        for facet in record.facets or ()
        for one in facet.features
        if one.type == TAG and one.tag
    ]
    found += record.tags or ()
    if not found and ("#" in body or "\uff03" in body):
        return find_tags(clean(body))
    if not found:
        return ()
    tags = (str(clean_line(tag.lstrip("#\uff03"))) for tag in found)
    return tuple({tag.casefold(): tag for tag in tags if tag}.values())[:_FOUND_AT_MOST]


def _links(record: _Post, body: str) -> tuple[str, ...]:
    found = [one.uri for facet in record.facets or () for one in facet.features if one.type == LINK]
    embed = record.embed
    while embed is not None:
        if embed.external is not None:
            found.append(embed.external.uri)
        embed = embed.media
    cleaned_links = (clean_url(uri) for uri in found[:_FOUND_AT_MOST])
    links = [link for link in cleaned_links if link is not None]
    if not found and "://" in body:
        links += find_links(clean(body))
    return tuple(dict.fromkeys(links))[:_FOUND_AT_MOST]


def _language(record: _Post) -> str:
    language = next(iter(record.langs or ()), "")
    is_one = language.isascii() and language.replace("-", "").isalnum()
    return language if is_one and len(language) <= _LANGUAGE_CHARS else ""
