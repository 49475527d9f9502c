"""What the Mastodon double answers instead, and how it reads and writes."""

import json
from datetime import datetime
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl

PAGE = b"<html><h1>404 Not Found</h1></html>"


class Trouble(Enum):
    """What the server does instead of answering."""

    ERROR = auto()
    NOT_JSON = auto()
    TOO_MANY = auto()
    NOT_THERE = auto()
    """404 with a page for people."""
    EMPTY_401 = auto()
    REFUSED = auto()
    DROPS = auto()
    DROPS_AFTER = auto()
    """It is done, and nobody is told."""


INSTEAD: dict[Trouble | None, tuple[int, Any]] = {
    Trouble.ERROR: (500, {"error": "Something went wrong"}),
    Trouble.NOT_JSON: (200, b"<html>Sign in to this network</html>"),
    Trouble.TOO_MANY: (429, {"error": "Too many requests"}),
    Trouble.NOT_THERE: (404, PAGE),
    Trouble.EMPTY_401: (401, b""),
    Trouble.REFUSED: (403, {"error": "This is not for you."}),
}


def values_of(kind: str, body: bytes) -> dict[str, Any]:
    """Read what was sent; nothing of a file."""
    if kind == "application/json":
        return dict(json.loads(body))
    return dict(parse_qsl(body.decode("latin-1"))) if "form-urlencoded" in kind else {}


def iso(moment: datetime) -> str:
    """Write a moment as Mastodon does."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
