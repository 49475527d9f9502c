"""What a server that speaks Mastodon's API sends, as typed values.

Law: fields and kinds that are not known here are passed over, and what is odd inside a value costs
that value alone; only an answer that is no JSON of the expected shape at all is an error.

Source: docs.joinmastodon.org/entities, 4.5, 2026-11; snac2 2.75 as seen on the wire, 2026-11;
docs.gotosocial.org/en/latest/api/swagger, 0.20, 2026-11.
"""

from typing import Any, TypeVar

import msgspec

from services.errors import Garbled

Id = str | int
"""Opaque; most servers send text."""
Moment = str | int | float
"""ISO 8601 as documented; seconds since 1970, in a string or not, as seen on snac2."""
_Read = TypeVar("_Read")


class AccountWire(msgspec.Struct, frozen=True):
    """Somebody (entities/Account)."""

    id: Id
    acct: str
    """``name`` of somebody local, ``name@host`` of others; snac2 sends the host always."""
    display_name: str | None = None
    url: str | None = None


class MentionWire(msgspec.Struct, frozen=True):
    """Somebody who is named (entities/Status#Mention)."""

    id: Id
    acct: str
    url: str | None = None


class TagWire(msgspec.Struct, frozen=True):
    """A hashtag (entities/Tag)."""

    name: str
    url: str | None = None


class MediumWire(msgspec.Struct, frozen=True):
    """Something attached (entities/MediaAttachment)."""

    id: Id = ""
    type: str = ""
    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class CardWire(msgspec.Struct, frozen=True):
    """What a link in it leads to (entities/PreviewCard); also a trending link."""

    url: str
    title: str = ""
    description: str | None = None
    provider_name: str | None = None
    published_at: Moment | None = None


class OptionWire(msgspec.Struct, frozen=True):
    """One choice of a poll (entities/Poll#Option)."""

    title: str


class PollWire(msgspec.Struct, frozen=True):
    """A poll (entities/Poll)."""

    options: Any = None


class FilterWire(msgspec.Struct, frozen=True):
    """A filter of ours (entities/Filter)."""

    title: str = ""
    filter_action: str = "warn"


class FilteredWire(msgspec.Struct, frozen=True):
    """A filter of ours that matches (entities/FilterResult)."""

    filter: FilterWire


class ApprovalWire(msgspec.Struct, frozen=True):
    """Who may quote it (entities/QuoteApproval, 4.5)."""

    current_user: str = ""


class StatusWire(msgspec.Struct, frozen=True):
    """Something that was said (entities/Status)."""

    id: Id
    account: AccountWire
    created_at: Moment | None = None
    edited_at: Moment | None = None
    uri: str | None = None
    url: str | None = None
    content: str | None = None
    text: str | None = None
    """The words as they were typed: of our own on some servers, of everybody on snac2."""
    visibility: str | None = None
    spoiler_text: str | None = None
    language: str | None = None
    in_reply_to_id: Id | None = None
    in_reply_to_account_id: Id | None = None
    reblog: Any = None
    media_attachments: Any = None
    mentions: Any = None
    tags: Any = None
    card: Any = None
    poll: Any = None
    quote: Any = None
    quote_id: Id | None = None
    """Pleroma's and Fedibird's name for what it quotes."""
    quote_approval: Any = None
    filtered: Any = None
    muted: Any = None
    """Whether we hear no more of the conversation."""


class NotificationWire(msgspec.Struct, frozen=True):
    """Something that concerns us (entities/Notification)."""

    id: Id
    type: str
    created_at: Moment | None = None
    status: StatusWire | None = None


class ContextWire(msgspec.Struct, frozen=True):
    """What is above and below something that was said (entities/Context)."""

    ancestors: Any = None
    descendants: Any = None


class ParamsWire(msgspec.Struct, frozen=True):
    """What a queued post will be (entities/ScheduledStatus#params)."""

    text: str | None = None
    spoiler_text: str | None = None
    visibility: str | None = None


class ScheduledWire(msgspec.Struct, frozen=True):
    """A queued post (entities/ScheduledStatus)."""

    id: Id
    scheduled_at: Moment | None = None
    params: ParamsWire = ParamsWire()
    media_attachments: Any = None


class SourceWire(msgspec.Struct, frozen=True):
    """What we have set for ourselves (entities/Account#source)."""

    privacy: str | None = None
    """Of a new post, where it says nothing else."""


class CredentialWire(msgspec.Struct, frozen=True):
    """Ourselves (entities/Account#CredentialAccount)."""

    source: SourceWire = SourceWire()


class ApplicationWire(msgspec.Struct, frozen=True):
    """A registered client (entities/CredentialApplication)."""

    client_id: str
    client_secret: str


class TokenWire(msgspec.Struct, frozen=True):
    """A sign-in (entities/Token)."""

    access_token: str


class MetadataWire(msgspec.Struct, frozen=True):
    """How a server signs people in (RFC 8414; methods/oauth, 4.3)."""

    scopes_supported: tuple[str, ...] | None = None
    code_challenge_methods_supported: tuple[str, ...] | None = None


class RefusalWire(msgspec.Struct, frozen=True):
    """Why not (entities/Error)."""

    error: str = ""
    error_description: str | None = None


def read(body: bytes, shape: type[_Read]) -> _Read:
    """Read one value.

    Raises:
        Garbled: it is none.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_understood() from error


def read_many(body: bytes, shape: type[_Read]) -> tuple[_Read, ...]:
    """Read a list; what in it makes no sense is left out.

    Raises:
        Garbled: it is no list.
    """
    return each(read(body, list[Any]), shape)


def each(values: Any, shape: type[_Read]) -> tuple[_Read, ...]:  # noqa: ANN401 - any JSON
    """Give those of a list that make sense; none where it is no list."""
    if not isinstance(values, list):
        return ()
    return tuple(one for value in values if (one := maybe(value, shape)) is not None)


def maybe(value: Any, shape: type[_Read]) -> _Read | None:  # noqa: ANN401 - any JSON
    """Give a value that makes sense, and otherwise ``None``."""
    if value is None:
        return None
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return None


def refusal_of(body: bytes) -> str:
    """Give a server's own words about why not; empty where there are none."""
    try:
        said = msgspec.json.decode(body, type=RefusalWire)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return said.error_description or said.error


def _not_understood() -> Garbled:
    return Garbled("The server gave an answer that cannot be read.", "It is asked again soon.")
