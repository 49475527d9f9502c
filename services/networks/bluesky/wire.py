"""What the AT Protocol sends, as typed values.

Law: fields and kinds that are not known here are passed over. A part that cannot be made sense
of is as good as none; an answer that is no JSON at all is an error.

Source: lexicons of com.atproto and app.bsky, @atproto/api 0.20.44, 2026-11, and what @atproto/pds
0.5.35 with @atproto/bsky 0.0.280 answered.
"""

from typing import TypeVar

import msgspec

from services.errors import Garbled

POST = "app.bsky.feed.post"
LINK = "app.bsky.richtext.facet#link"
MENTION = "app.bsky.richtext.facet#mention"
TAG = "app.bsky.richtext.facet#tag"

_Read = TypeVar("_Read")


class _Wire(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A value of the wire."""


class Failure(_Wire, frozen=True):
    """What stands in the body of a refusal."""

    error: str = ""
    message: str = ""


class Service(_Wire, frozen=True):
    """One of the services that an identity names."""

    id: str = ""
    service_endpoint: str = ""


class DidDocument(_Wire, frozen=True):
    """Where an identity lives."""

    service: tuple[msgspec.Raw, ...] = ()


class SessionView(_Wire, frozen=True):
    """A session, new or refreshed."""

    access_jwt: str
    refresh_jwt: str
    did: str
    handle: str
    did_doc: msgspec.Raw = msgspec.Raw(b"null")
    active: bool | None = None
    status: str | None = None


class Claims(_Wire, frozen=True):
    """What a token says of itself; seconds since 1970."""

    exp: float
    iat: float = 0.0


class ActorViewer(_Wire, frozen=True):
    """How somebody stands to us."""

    muted: bool | None = None
    muted_only_quoteposts: bool | None = None
    muted_by_list: msgspec.Raw | None = None
    blocked_by: bool | None = None
    blocking: str | None = None
    blocking_by_list: msgspec.Raw | None = None

    @property
    def is_kept_away(self) -> bool:
        """Whether the network keeps them from us, or us from them."""
        return bool(
            self.muted
            or self.muted_by_list
            or self.blocked_by
            or self.blocking
            or self.blocking_by_list
        )


class Actor(_Wire, frozen=True):
    """Somebody."""

    did: str
    handle: str = ""
    display_name: str | None = None
    viewer: ActorViewer | None = None

    @property
    def is_kept_away(self) -> bool:
        """Whether the network keeps them from us, or us from them."""
        return self.viewer is not None and self.viewer.is_kept_away


class Ref(_Wire, frozen=True):
    """A version of a record."""

    uri: str
    cid: str = ""


class ReplyRef(_Wire, frozen=True):
    """What a post answers."""

    root: Ref
    parent: Ref


class Index(_Wire, frozen=True):
    """A range in UTF-8 bytes, the end not in it."""

    byte_start: int
    byte_end: int


class Feature(_Wire, frozen=True):
    """What a range of a text points at."""

    type: str = msgspec.field(name="$type", default="")
    uri: str = ""
    did: str = ""
    tag: str = ""


class Facet(_Wire, frozen=True):
    """A range of a text with what it points at."""

    index: Index
    features: tuple[Feature, ...] = ()


class Label(_Wire, frozen=True):
    """What somebody has said about a post: its author, or a moderator."""

    val: str = ""
    neg: bool | None = None


class SelfLabels(_Wire, frozen=True):
    """What an author has said about their own post."""

    values: tuple[Label, ...] = ()


class Record(_Wire, frozen=True):
    """A post as its author has written it; its parts are read one by one."""

    text: str = ""
    created_at: str = ""
    reply: msgspec.Raw = msgspec.Raw(b"null")
    facets: tuple[msgspec.Raw, ...] | None = None
    langs: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    labels: msgspec.Raw = msgspec.Raw(b"null")
    embed: msgspec.Raw = msgspec.Raw(b"null")


class Image(_Wire, frozen=True):
    """A picture of a view."""

    alt: str = ""
    fullsize: str = ""


class External(_Wire, frozen=True):
    """A link with a card."""

    uri: str = ""
    title: str = ""
    description: str = ""


class Embed(_Wire, frozen=True):
    """What hangs on a post, as a view; of every kind, so that most of it is empty."""

    type: str = msgspec.field(name="$type", default="")
    images: tuple[msgspec.Raw, ...] = ()
    external: msgspec.Raw = msgspec.Raw(b"null")
    record: msgspec.Raw = msgspec.Raw(b"null")
    media: msgspec.Raw = msgspec.Raw(b"null")
    playlist: str = ""
    alt: str | None = None


class Quoted(_Wire, frozen=True):
    """What is quoted: a reference, or with media beside it one inside another."""

    uri: str = ""
    record: msgspec.Raw = msgspec.Raw(b"null")


class PostViewer(_Wire, frozen=True):
    """What we may do with a post."""

    reply_disabled: bool | None = None
    embedding_disabled: bool | None = None
    thread_muted: bool | None = None
    """Whether we hear no more of its thread."""


class PostView(_Wire, frozen=True):
    """A post as the network shows it; a notification has the same shape."""

    uri: str
    author: Actor
    record: Record
    cid: str = ""
    indexed_at: str = ""
    embed: msgspec.Raw = msgspec.Raw(b"null")
    labels: tuple[msgspec.Raw, ...] | None = None
    reply_count: int | None = None
    viewer: PostViewer | None = None
    reason: str = ""
    """Of a notification alone: why we are told."""


class NotificationPage(_Wire, frozen=True):
    """A page of notifications, the newest first."""

    notifications: tuple[msgspec.Raw, ...] = ()
    cursor: str | None = None


class FeedItem(_Wire, frozen=True):
    """A post in somebody's feed."""

    post: msgspec.Raw
    reason: msgspec.Raw | None = None
    """Why it is there, where it is not their own: a repost, a pin."""


class FeedPage(_Wire, frozen=True):
    """A page of somebody's feed, the newest first."""

    feed: tuple[msgspec.Raw, ...] = ()
    cursor: str | None = None


class PostPage(_Wire, frozen=True):
    """Posts that were asked for by name; those that are not there are left out."""

    posts: tuple[msgspec.Raw, ...] = ()


class Named(_Wire, frozen=True):
    """Somebody, where only their name is needed."""

    did: str = ""


class Node(_Wire, frozen=True):
    """A place in a thread: a post, or a sign that there is none for us."""

    type: str = msgspec.field(name="$type", default="")
    post: msgspec.Raw = msgspec.Raw(b"null")
    parent: msgspec.Raw = msgspec.Raw(b"null")
    replies: tuple[msgspec.Raw, ...] | None = None
    uri: str = ""
    author: Named | None = None
    not_found: bool | None = None
    blocked: bool | None = None


class ThreadAnswer(_Wire, frozen=True):
    """A thread."""

    thread: msgspec.Raw


class StoredRecord(_Wire, frozen=True):
    """A record of a repository."""

    uri: str
    value: Record
    cid: str = ""


class RecordPage(_Wire, frozen=True):
    """Records of one collection, the newest key first."""

    records: tuple[msgspec.Raw, ...] = ()


class Resolved(_Wire, frozen=True):
    """Whose a handle is."""

    did: str


class Uploaded(_Wire, frozen=True):
    """A blob as records name it."""

    blob: msgspec.Raw


class ActorPage(_Wire, frozen=True):
    """People."""

    actors: tuple[msgspec.Raw, ...] = ()


class DraftPost(_Wire, frozen=True):
    """One post of a draft; its pictures lie on another machine."""

    text: str = ""


class DraftContent(_Wire, frozen=True):
    """A draft."""

    posts: tuple[DraftPost, ...] = ()


class DraftView(_Wire, frozen=True):
    """A draft with its name."""

    id: str
    draft: DraftContent


class DraftPage(_Wire, frozen=True):
    """Drafts."""

    drafts: tuple[msgspec.Raw, ...] = ()


class Trend(_Wire, frozen=True):
    """What is talked about."""

    topic: str
    link: str
    display_name: str | None = None
    description: str | None = None
    started_at: str | None = None


class TrendPage(_Wire, frozen=True):
    """What is talked about most, either way it is told."""

    trends: tuple[msgspec.Raw, ...] = ()
    topics: tuple[msgspec.Raw, ...] = ()


def read(body: bytes, shape: type[_Read]) -> _Read:
    """Read a whole answer.

    Raises:
        Garbled: it is not what was asked for.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Garbled(
            "The Bluesky server gave an answer that cannot be read.", "It is asked again soon."
        ) from error


def written(value: object) -> bytes:
    """Write a body of ours; cleaned words are words there."""
    return msgspec.json.encode(value, enc_hook=str)


def part(raw: msgspec.Raw | bytes, shape: type[_Read]) -> _Read | None:
    """Read a part of an answer; ``None`` where it is missing or of another shape."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def parts(raws: tuple[msgspec.Raw, ...] | None, shape: type[_Read]) -> tuple[_Read, ...]:
    """Read those parts of an answer that can be read."""
    found = (part(raw, shape) for raw in raws or ())
    return tuple(one for one in found if one is not None)
