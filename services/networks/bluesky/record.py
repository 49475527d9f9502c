"""The record of a post of ours.

Law: pure. The same message with the same surroundings makes the same record, byte for byte.

Source: app.bsky.feed.post and app.bsky.embed.*, @atproto/api 0.20.44, 2026-11.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from services.errors import Rejected
from services.networks.base import Message
from services.networks.bluesky.facets import facets_of
from services.networks.bluesky.wire import POST, Ref, ReplyRef
from services.text.measure import graphemes

GRAPHEMES_AT_MOST: Final = 300
BYTES_AT_MOST: Final = 3_000

Json = dict[str, object]


def check_length(body: str) -> None:
    """Look whether a text is not too long, in characters as people count them, and in bytes.

    Raises:
        Rejected: it is.
    """
    count = graphemes(body)
    if count > GRAPHEMES_AT_MOST:
        raise Rejected(
            f"Bluesky takes {GRAPHEMES_AT_MOST} characters; this has {count}.", "Make it shorter."
        )
    size = len(body.encode("utf-8", "replace"))
    if size > BYTES_AT_MOST:
        raise Rejected(
            f"Bluesky takes {BYTES_AT_MOST:,} bytes; this has {size:,} in its {count} characters.",
            "Make it shorter, or use fewer emoji.",
        )


def record_of(
    message: Message, dids: Mapping[str, str], reply: ReplyRef | None, embed: Json | None
) -> Json:
    """Make the record; ``dids`` says whose the handles in the text are."""
    record: Json = {
        "$type": POST,
        "text": message.body,
        "createdAt": moment_text(message.pressed_at),
    }
    facets = facets_of(message.body, dids)
    if facets:
        record["facets"] = facets
    if reply is not None:
        record["reply"] = reply
    if embed is not None:
        record["embed"] = embed
    if message.target.language:
        record["langs"] = [message.target.language]
    return record


def embed_of(images: Sequence[Mapping[str, object]], quoted: Ref | None) -> Json | None:
    """Hang pictures, a quote or both on a post; ``None`` where there is neither."""
    shown: Json | None = None
    if images:
        shown = {"$type": "app.bsky.embed.images", "images": images}
    if quoted is None:
        return shown
    quote: Json = {"$type": "app.bsky.embed.record", "record": quoted}
    if shown is None:
        return quote
    return {"$type": "app.bsky.embed.recordWithMedia", "record": quote, "media": shown}


def moment_text(moment: datetime) -> str:
    """Write a moment as records do, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
