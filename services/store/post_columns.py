"""The columns of a post that both files have, and what an edit may change of them.

Law: what is read from a row is cleaned again, since a file may have been changed by other hands;
what cannot be read of the small things beside the words is left out, never the words.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from services.model.ids import PostId
from services.model.posts import Medium, MediumKind, Post, PostState
from services.model.words import Safe
from services.store.database import Value
from services.store.instants import from_row_or_none, to_row
from services.text.clean import clean_line, clean_url

BESIDE: Final = (
    "state",
    "warning",
    "language",
    "media",
    "quotes",
    "names",
    "edited_at",
    "can_be_quoted",
)
"""What stands beside the words."""

EDITABLE: Final = ("reach", "body", "url", *BESIDE)
"""What may be other when a known post comes again."""

_MEDIA_AT_MOST, _NAMES_AT_MOST = 16, 50
_LANGUAGE_CHARS = 35
"""Source: RFC 5646, 4.4.1, 2026-11."""


def columns(table: str, names: Sequence[str]) -> str:
    """Word columns of a table, for a SELECT."""
    return ", ".join(f"{table}.{name}" for name in names)


def slots(count: int) -> str:
    """Word so many placeholders."""
    return ", ".join("?" * count)


def values_beside(post: Post) -> tuple[Value, ...]:
    """Give the values of ``BESIDE``."""
    return (
        post.state.value,
        post.warning,
        post.language,
        _json([(one.kind.value, one.alt, one.url) for one in post.media]),
        post.quotes,
        _json(post.names),
        None if post.edited_at is None else to_row(post.edited_at),
        post.can_be_quoted,
    )


def editable_values(post: Post) -> tuple[Value, ...]:
    """Give the values of ``EDITABLE``."""
    return (post.reach.value, post.body, post.url, *values_beside(post))


def is_older(post: Post, edited_at: int | None) -> bool:
    """Tell whether ``post`` is an earlier edition than one that was edited at ``edited_at``."""
    known = from_row_or_none(edited_at)
    return known is not None and post.edited_at is not None and post.edited_at < known


def fields_beside(row: sqlite3.Row) -> dict[str, Any]:
    """Read what stands beside the words, as fields of a ``Post``."""
    quotes, edited_at = row["quotes"], row["edited_at"]
    moment: datetime | None = from_row_or_none(edited_at)
    return {
        "state": PostState(row["state"]),
        "warning": clean_line(row["warning"], chars=500),
        "language": str(clean_line(row["language"], chars=_LANGUAGE_CHARS)),
        "media": _media(row["media"]),
        "quotes": None if quotes is None else PostId(quotes),
        "names": _names(row["names"]),
        "edited_at": moment,
        "can_be_quoted": bool(row["can_be_quoted"]),
    }


def _json(values: Sequence[object]) -> str | None:
    return msgspec.json.encode(values, enc_hook=str).decode() if values else None


def _media(text: str | None) -> tuple[Medium, ...]:
    try:
        found = msgspec.json.decode(text or "[]", type=list[tuple[str, str, str | None]])
        return tuple(
            Medium(MediumKind(kind), clean_line(alt, chars=2_000), clean_url(url) if url else None)
            for kind, alt, url in found[:_MEDIA_AT_MOST]
        )
    except (msgspec.MsgspecError, ValueError):
        return ()


def _names(text: str | None) -> tuple[Safe, ...]:
    try:
        found = msgspec.json.decode(text or "[]", type=list[str])
    except msgspec.MsgspecError:
        return ()
    return tuple(clean_line(name) for name in found[:_NAMES_AT_MOST])
