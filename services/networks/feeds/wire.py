"""What goes between us and the child that parses: jobs there, findings back, as MessagePack.

Law: values only. The texts of a finding were cleaned in the child; they are plain ``str`` here,
because a process that strangers' bytes went through does not vouch for itself: who makes a
headline of them cleans them again, which changes nothing and costs little.
"""

from datetime import datetime
from enum import Enum
from typing import Final

import msgspec

BODY_BYTES_AT_MOST: Final = 5_000_000
"""Of what is parsed; more is too much."""
ENTRIES_AT_MOST: Final = 500
LINKS_AT_MOST: Final = 10
OUTLINES_AT_MOST: Final = 5_000
TITLE_CHARS: Final = 300
PARAGRAPH_CHARS: Final = 600
GUID_CHARS: Final = 500


class Kind(Enum):
    """What the bytes are meant to be."""

    FEED = "feed"
    PAGE = "page"
    """A web page that may name its feeds."""
    OPML = "opml"
    """A list of feeds from another reader."""


class ParseJob(msgspec.Struct, frozen=True):
    """Bytes to be made sense of."""

    kind: Kind
    body: bytes
    url: str = ""
    """Where they came from; relative addresses are resolved against it."""
    content_type: str = ""
    """As the server said it, with its charset."""


class ParsedEntry(msgspec.Struct, frozen=True, array_like=True):
    """One item of a feed."""

    guid: str
    """The same when the feed is read again; made up from the rest where the feed has none."""
    title: str
    """One line; the beginning of the paragraph where the feed has none."""
    paragraph: str
    """One line, the publisher's first words about it; may be empty."""
    url: str | None
    published_at: datetime | None
    """As the publisher says it, UTC: it may be far off, or in the future."""


class ParsedFeed(msgspec.Struct, frozen=True, tag="feed"):
    """A feed that was understood."""

    title: str
    site: str | None
    """The page that it belongs to."""
    ttl_s: int | None
    """How long the publisher wants it left alone."""
    entries: tuple[ParsedEntry, ...]
    """In the order of the feed, the newest 500 of them."""
    is_cut: bool
    """Whether it ended in the middle; these are those that came before."""


class FeedKind(Enum):
    """The formats that a page can name."""

    RSS = "RSS"
    ATOM = "Atom"
    JSON = "JSON Feed"


class FoundFeed(msgspec.Struct, frozen=True, array_like=True):
    """One feed that a page names."""

    url: str
    title: str
    kind: FeedKind


class FoundFeeds(msgspec.Struct, frozen=True, tag="found"):
    """The feeds that a page names, in its order."""

    links: tuple[FoundFeed, ...]


class Outline(msgspec.Struct, frozen=True, array_like=True):
    """One feed of a list."""

    name: str
    url: str


class Outlines(msgspec.Struct, frozen=True, tag="outlines"):
    """The feeds of a list, each once, in its order."""

    feeds: tuple[Outline, ...]
    refused: int
    """How many had no address that can be read."""
    is_cut: bool
    """Whether there were more than are taken."""


class Reason(Enum):
    """Why something was not understood, in words for people."""

    EMPTY = "nothing was in it"
    NOT_A_FEED = "it is not a feed"
    NOT_A_LIST = "it is not a list of feeds"
    BROKEN = "it is broken"
    TOO_MUCH = "it is too much to read"
    NOT_READ = "nobody was there to read it"
    """We are closing, or the child cannot be started: this says nothing of the feed."""


class NotUnderstood(msgspec.Struct, frozen=True, tag="not"):
    """Nothing was made of it."""

    reason: Reason


Finding = ParsedFeed | FoundFeeds | Outlines | NotUnderstood
"""What comes back for a job."""

_JOBS = msgspec.msgpack.Decoder(ParseJob)
_FINDINGS: msgspec.msgpack.Decoder[Finding] = msgspec.msgpack.Decoder(Finding)


def job_frame(job: ParseJob) -> bytes:
    """Pack a job."""
    return msgspec.msgpack.encode(job)


def job_of(frame: bytes) -> ParseJob:
    """Unpack a job.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _JOBS.decode(frame)


def finding_frame(finding: Finding) -> bytes:
    """Pack a finding."""
    return msgspec.msgpack.encode(finding)


def finding_of(frame: bytes) -> Finding:
    """Unpack a finding.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _FINDINGS.decode(frame)
