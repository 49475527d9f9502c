"""What the REST API of WordPress sends, as typed values.

Law: fields that are not known here are passed over. One item of a list that makes no sense is
left out; an answer that is no JSON at all is an error.

Source: developer.wordpress.org/rest-api/reference (comments, posts, users, application-passwords)
and WordPress 6.1.9 on the wire, 2026-11.
"""

from typing import Annotated, TypeVar

import msgspec

from services.errors import Garbled

_Id = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Read = TypeVar("_Read")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Words(msgspec.Struct, frozen=True):
    """HTML as readers get it, and as it is stored where we may edit it."""

    rendered: str = ""
    raw: str | None = None


class Link(msgspec.Struct, frozen=True):
    """Where something else is."""

    href: str = ""


class Links(msgspec.Struct, frozen=True):
    """What a comment belongs to."""

    up: tuple[Link, ...] = ()
    """The post, under its kind: ``…/wp/v2/posts/1``; absent where its kind has no address."""


class Comment(msgspec.Struct, frozen=True):
    """A comment.

    Source: developer.wordpress.org/rest-api/reference/comments, 2026-11.
    """

    id: _Id
    post: _Id = 0
    parent: _Id = 0
    """The comment that it answers, which may be missing; 0 where it answers the post."""
    author: _Id = 0
    """0 for a visitor."""
    author_name: str = ""
    author_email: str = ""
    """In the edit context only; it goes into a digest and nowhere else."""
    date_gmt: str | None = None
    """Without a zone, and UTC all the same."""
    content: Words = Words()
    link: str = ""
    status: str = ""
    type: str = "comment"
    links: Links = msgspec.field(default=Links(), name="_links")


class BlogPost(msgspec.Struct, frozen=True):
    """A post or a page.

    Source: developer.wordpress.org/rest-api/reference/posts, 2026-11.
    """

    id: _Id
    author: _Id = 0
    date_gmt: str | None = None
    title: Words = Words()
    content: Words = Words()
    link: str = ""
    status: str = "publish"


class Me(msgspec.Struct, frozen=True):
    """Whom the server takes us for.

    Source: developer.wordpress.org/rest-api/reference/users, ``me`` in the edit context, 2026-11.
    """

    id: _Id
    name: str = ""
    username: str = ""
    capabilities: dict[str, object] = {}


class User(msgspec.Struct, frozen=True):
    """Somebody with an account on the blog."""

    id: _Id
    name: str = ""


class Sign(msgspec.Struct, frozen=True):
    """The application password that we came with.

    Source: developer.wordpress.org/rest-api/reference/application-passwords, ``introspect``
    since 5.7, 2026-11.
    """

    uuid: str


class Index(msgspec.Struct, frozen=True):
    """The root of the API.

    Source: developer.wordpress.org/rest-api/using-the-rest-api/discovery, 2026-11. PHP writes an
    empty object as ``[]``, so ``authentication`` is read by hand.
    """

    namespaces: tuple[str, ...]
    authentication: object = None
    home: str = ""
    """The address of the blog."""

    @property
    def takes_application_passwords(self) -> bool:
        """Whether one can sign in here with an application password."""
        ways = self.authentication
        return isinstance(ways, dict) and "application-passwords" in ways


class Refusal(msgspec.Struct, frozen=True):
    """Why something was refused."""

    code: str = ""
    message: str = ""
    """In the language of the site, with HTML entities."""


def read(body: bytes, shape: type[_Read]) -> _Read:
    """Read one thing.

    Raises:
        Garbled: it is no such thing.
    """
    try:
        return msgspec.json.decode(body.removeprefix(_BYTE_ORDER_MARK), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Garbled(
            "The blog gave an answer that cannot be read.", "It is asked again soon."
        ) from error


def read_many(body: bytes, shape: type[_Read]) -> tuple[tuple[_Read, ...], int]:
    """Read a list; give what makes sense of it, and how many there were in all.

    Raises:
        Garbled: it is no list.
    """
    found = []
    items = read(body, list[msgspec.Raw])
    for item in items:
        try:
            found.append(msgspec.json.decode(item, type=shape))
        except (msgspec.DecodeError, RecursionError):
            continue
    return tuple(found), len(items)


def read_refusal(body: bytes) -> Refusal:
    """Read why something was refused; empty where nothing of it is said."""
    try:
        return read(body, Refusal)
    except Garbled:
        return Refusal()
