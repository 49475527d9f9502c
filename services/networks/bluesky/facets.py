"""Facets: which bytes of a text are a link, a name or a tag.

Law: pure. What is written cuts at whole characters, in UTF-8 bytes, and never overlaps; what is
read from strangers may do neither, and is then passed over.

Source: docs.bsky.app/docs/advanced-guides/post-richtext and app.bsky.richtext.facet, 2026-11.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from services.networks.bluesky.names import is_handle
from services.networks.bluesky.wire import LINK, MENTION, TAG, Facet, Feature, Index
from services.text.clean import clean_url
from services.text.marks import URL, trimmed

TAG_GRAPHEMES_AT_MOST: Final = 64
_FACETS_AT_MOST: Final = 100

_NAME: Final = re.compile(r"(?<![\w@/.+-])@([A-Za-z0-9][A-Za-z0-9.-]{1,250}[A-Za-z0-9])(?![\w@-])")
_TAG: Final = re.compile(r"(?<![\w&/#])#(?=[^\W\d]|\d+[^\W\d])(\w{1,64})(?!\w)")
_SHORTENED: Final = ("...", "\u2026")


class Span(msgspec.Struct, frozen=True):
    """A range of a text, in code points, and what it points at."""

    start: int
    end: int
    feature: Feature


def names_in(body: str) -> tuple[str, ...]:
    """Give the handles that a text names, lower case, each once, as they stand."""
    found = (match[1].lower() for _, _, match in _named(body, _links(body)))
    return tuple(dict.fromkeys(found))


def facets_of(body: str, dids: Mapping[str, str]) -> tuple[Facet, ...]:
    """Mark links, names and tags; ``dids`` says whose a handle is, and is silent where nobody's."""
    spans = _links(body)
    for start, end, match in _named(body, spans):
        did = dids.get(match[1].lower())
        if did is not None:
            spans.append(Span(start, end, Feature(type=MENTION, did=did)))
    for match in _TAG.finditer(body):
        if not _overlaps(match.start(), match.end(), spans):
            spans.append(Span(match.start(), match.end(), Feature(type=TAG, tag=match[1])))
    spans.sort(key=lambda span: span.start)
    return tuple(
        Facet(Index(_bytes(body, span.start), _bytes(body, span.end)), (span.feature,))
        for span in spans[:_FACETS_AT_MOST]
    )


def marked(body: str, facets: Iterable[Facet]) -> tuple[tuple[str, Feature], ...]:
    """Give the marked pieces of a text with what they point at; odd facets are passed over."""
    data = body.encode("utf-8", "replace")
    return tuple(
        (piece, feature)
        for start, end, features in _sound(facets, data)
        if (piece := _piece(data, start, end)) is not None
        for feature in features
    )


def with_whole_links(body: str, facets: Iterable[Facet]) -> str:
    """Give a text in which every link stands with its whole address.

    An address that was shortened is written out in its place; words that lead somewhere have the
    address behind them, so that one sees where they lead.
    """
    data = body.encode("utf-8", "replace")
    whole, at = [], 0
    for start, end, features in _sound(facets, data):
        piece = _piece(data, start, end)
        uri = next((one.uri for one in features if one.type == LINK), "")
        if piece is None or start < at or clean_url(uri) is None:
            continue
        before = _piece(data, at, start)
        if before is None:
            continue
        whole += [before, _written_out(piece, uri)]
        at = end
    return "".join(whole) + data[at:].decode("utf-8", "replace")


def _written_out(piece: str, uri: str) -> str:
    """Write a link out, whatever words of it stand there."""
    shown = piece.strip()
    for sign in _SHORTENED:
        shown = shown.removesuffix(sign)
    bare = uri.partition("://")[2]
    if uri in piece or clean_url(shown) == clean_url(uri):
        return piece
    if shown and (uri.startswith(shown) or bare.startswith((shown, f"www.{shown}"))):
        return uri
    return f"{piece} ({uri})"


def _links(body: str) -> list[Span]:
    spans = []
    for match in URL.finditer(body):
        link = trimmed(match[0])
        whole = clean_url(link)
        if whole is not None:
            end = match.start() + len(link)
            spans.append(Span(match.start(), end, Feature(type=LINK, uri=whole)))
    return spans


def _named(body: str, links: list[Span]) -> Iterable[tuple[int, int, re.Match[str]]]:
    """Give where handles stand that are no part of a link."""
    for match in _NAME.finditer(body):
        if is_handle(match[1]) and not _overlaps(match.start(), match.end(), links):
            yield match.start(), match.end(), match


def _overlaps(start: int, end: int, spans: Iterable[Span]) -> bool:
    return any(start < span.end and span.start < end for span in spans)


def _bytes(body: str, at: int) -> int:
    return len(body[:at].encode())


def _sound(facets: Iterable[Facet], data: bytes) -> Iterable[tuple[int, int, tuple[Feature, ...]]]:
    """Give the facets that lie within the text, in their order."""
    kept = [
        (one.index.byte_start, one.index.byte_end, one.features)
        for one in facets
        if 0 <= one.index.byte_start < one.index.byte_end <= len(data)
    ]
    return sorted(kept, key=lambda one: one[:2])[:_FACETS_AT_MOST]


def _piece(data: bytes, start: int, end: int) -> str | None:
    """Cut whole characters out of a text; ``None`` where the cut goes through one."""
    try:
        return data[start:end].decode()
    except UnicodeDecodeError:
        return None
