"""What hangs on a post: pictures, films, cards, quotes, and what it is labelled with.

Law: pure, and survives whatever hangs there. Of what is not known there is a sign.

Source: app.bsky.embed.*, com.atproto.label.defs, @atproto/api 0.20.44; labels with a meaning of
their own: docs.bsky.app/docs/advanced-guides/moderation, 2026-11.
"""

from typing import Final

import msgspec

from services.model.ids import PostId
from services.model.posts import Medium, MediumKind
from services.model.words import NOTHING, Safe
from services.networks.bluesky.names import place_of
from services.networks.bluesky.wire import (
    POST,
    Embed,
    External,
    Image,
    Label,
    PostView,
    Quoted,
    SelfLabels,
    part,
    parts,
)
from services.text.clean import clean, clean_line, clean_url

MEDIA_AT_MOST: Final = 16
ALT_CHARS: Final = 2_000

_WARNINGS: Final = {
    "porn": "adult content",
    "sexual": "sexual content",
    "nudity": "nudity",
    "sexual-figurative": "sexual content, drawn",
    "graphic-media": "graphic",
    "gore": "graphic",
    "self-harm": "self-harm",
    "!warn": "the moderators warn of this",
    "!hide": "the moderators hide this",
}
_NESTED: Final = 2


def media_of(embed: msgspec.Raw) -> tuple[Medium, ...]:
    """Give the pictures, films and cards of an embed as a view, at most 16."""
    return _media(embed, _NESTED)[:MEDIA_AT_MOST]


def quote_of(view: PostView) -> PostId | None:
    """Give the post that another one quotes; lists, feeds and people are no posts."""
    for embed in (view.embed, view.record.embed):
        outer = part(embed, Embed)
        quoted = outer and part(outer.record, Quoted)
        inner = quoted and part(quoted.record, Quoted)
        for one in (quoted, inner):
            place = place_of(one.uri) if one else None
            if place is not None and place.collection == POST:
                return PostId(place.uri)
    return None


def warning_of(view: PostView) -> Safe:
    """Say what a post is labelled with by its author or by moderators; nothing where it is not."""
    own = part(view.record.labels, SelfLabels) or SelfLabels()
    labels = (*own.values, *parts(view.labels, Label))
    withdrawn = {label.val for label in labels if label.neg}
    words = (_WARNINGS.get(one.val, "") for one in labels if one.val not in withdrawn)
    return clean_line(", ".join(dict.fromkeys(word for word in words if word)))


def _media(raw: msgspec.Raw, nested: int) -> tuple[Medium, ...]:
    embed = part(raw, Embed)
    if embed is None or not nested:
        return ()
    kind = embed.type.removesuffix("#view").rpartition(".")[2]
    match kind:
        case "images":
            return tuple(_picture(image) for image in parts(embed.images, Image))
        case "video":
            return (Medium(MediumKind.VIDEO, _alt(embed.alt or ""), clean_url(embed.playlist)),)
        case "external":
            return tuple(_card(card) for card in parts((embed.external,), External))
        case "recordWithMedia":
            return _media(embed.media, nested - 1)
        case _:
            is_nothing = kind in {"", "record"}
            return () if is_nothing else (Medium(MediumKind.OTHER, NOTHING, None),)


def _picture(image: Image) -> Medium:
    return Medium(MediumKind.PICTURE, _alt(image.alt), clean_url(image.fullsize))


def _card(card: External) -> Medium:
    words = " \u2013 ".join(part for part in (card.title, card.description) if part.strip())
    return Medium(MediumKind.CARD, clean_line(words, chars=300), clean_url(card.uri))


def _alt(words: str) -> Safe:
    return clean(words, lines=40, chars=ALT_CHARS)
