"""What is asked of the door and what comes back: plain values.

Law: an ``Answer`` is whole. A body that was cut, too large, or not what was asked for is an
error, never an ``Answer``.
"""

from enum import Enum

import msgspec

from services.secrets import Secret

MEGABYTE = 1_000_000


class Method(Enum):
    """The methods of HTTP that are used."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class Limits(msgspec.Struct, frozen=True):
    """How much one fetch may take."""

    deadline_s: float = 15.0
    """From asking to the last byte, redirects and repeats included.

    The turn that is waited for among requests of our own to one host is not counted.
    """
    body_bytes: int = 5 * MEGABYTE
    """Of the body, decoded."""
    redirects: int = 3
    tries: int = 2
    """Of what is safe to repeat."""


FEED_LIMITS = Limits()
JSON_LIMITS = Limits(body_bytes=2 * MEGABYTE)


class Validators(msgspec.Struct, frozen=True):
    """What an answer said of itself, so that the next request can ask for changes only."""

    etag: str | None = None
    last_modified: str | None = None


class Request(msgspec.Struct, frozen=True):
    """One thing to ask for."""

    url: str
    """http or https; anything else is refused before it is looked at further."""
    method: Method = Method.GET
    accept: str = "*/*"
    headers: tuple[tuple[str, str], ...] = ()
    """More headers; dropped when a redirect leads to another scheme, host or port."""
    authorization: Secret | None = None
    """The whole value of the header; never sent to another scheme, host or port than in ``url``."""
    body: bytes | None = None
    content_type: str | None = None
    validators: Validators = Validators()
    limits: Limits = FEED_LIMITS
    is_repeatable: bool | None = None
    """Whether asking twice does no more than asking once; ``None``: GET is, nothing else."""
    budget: str = ""
    """Whose share of the host's budget it takes: an account, or nobody's."""


class Answer(msgspec.Struct, frozen=True):
    """A whole answer, whatever its status."""

    status: int
    url: str
    """Where it came from in the end."""
    moved_to: str | None
    """Where it has moved for good: every hop up to there said so (301 or 308)."""
    headers: dict[str, str]
    """By name in lower case; of several with one name the last, cut to 4,000 characters."""
    body: bytes
    validators: Validators
    """What it said of itself; where nothing has changed and it was silent, what was asked with."""
    retry_after_s: float | None = None
    """How long the host wants to be left alone, where it said so."""

    @property
    def is_ok(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110, 15.3

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing has changed since the validators."""
        return self.status == 304  # noqa: PLR2004 - RFC 9110, 15.4.5

    @property
    def media_type(self) -> str:
        """Give the media type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()
