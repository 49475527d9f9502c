"""From comments and blog posts to posts of ours.

Law: pure, and survives anything a comment holds. An e-mail address leaves this room as part of
a digest only.

Source: WordPress 6.1.9 on the wire, 2026-11: dates carry no zone and are UTC; a parent that does
not exist is accepted and given back.
"""

import hashlib
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

import msgspec

from services.model.ids import NetworkName, PersonId, PostId, ThreadId
from services.model.people import Account, Author
from services.model.posts import Post, PostState, Reach, Relation
from services.networks.wordpress.wire import BlogPost, Comment
from services.networks.wordpress.words import comment_text, post_text
from services.text.clean import clean, clean_line, clean_url
from services.text.html import html_to_text
from services.text.marks import find_links, find_tags

POST_CHARS: Final = 4_000
"""Of a blog post, as it stands above its comments."""

_POST = "p"
_NUMBER = re.compile(r"[0-9]{1,15}")
_KIND = re.compile(r"/wp/v2/(?P<kind>[A-Za-z0-9_-]{1,40})/[0-9]+$")
_STATES: Final = {
    "approved": PostState.UP,
    "approve": PostState.UP,
    "1": PostState.UP,
    "hold": PostState.HELD,
    "0": PostState.HELD,
    "spam": PostState.SPAM,
    "trash": PostState.DELETED,
}
_ROOT_END = re.compile(r"(?:/wp-json|(?:/index\.php)?/?\?rest_route=)$")


class Place(msgspec.Struct, frozen=True):
    """Where we look from: an account, its site and its number there."""

    account: Account
    site: str
    """Host and path, without a scheme."""
    us: int
    is_moderator: bool = False


def site_of(root: str) -> str:
    """Give the site below whose root the API is: ``blog.example/path``."""
    return _ROOT_END.sub("", root.partition("://")[2]).rstrip("/")


def thread_of(post: int) -> ThreadId:
    """Name the thread under a blog post; so is the blog post itself."""
    return ThreadId(f"{_POST}{post}")


def comment_number(name: str) -> int | None:
    """Read the number of a comment; ``None`` where it is none of a comment."""
    return int(name) if _NUMBER.fullmatch(name) else None


def post_number(name: str) -> int | None:
    """Read the number of a blog post; ``None`` where it is none of one."""
    return comment_number(name[len(_POST) :]) if name.startswith(_POST) else None


def kind_of(comment: Comment) -> str | None:
    """Give the kind of post that a comment stands under, as its route has it."""
    for link in comment.links.up:
        match = _KIND.search(unquote(link.href))
        if match is not None:
            return match["kind"]
    return None


def moment_of(date_gmt: str | None) -> datetime | None:
    """Read a date of the server's; ``None`` where it is none."""
    try:
        moment = datetime.fromisoformat(date_gmt or "")
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def user_of(place: Place, number: int, name: str) -> Author:
    """Name somebody with an account on the blog."""
    if number == place.us:
        return place.account.author
    shown = clean_line(html.unescape(name)) or clean_line(f"user {number}")
    return Author(user_id(place.site, number), shown, shown)


def user_id(site: str, number: int) -> PersonId:
    """Give what somebody with an account on a blog is known as here."""
    return PersonId(f"{NetworkName.WORDPRESS}:{site}:u{number}")


def author_of(comment: Comment, place: Place) -> Author:
    """Name whoever wrote a comment; visitors are told apart by a digest of address and name."""
    if comment.author:
        return user_of(place, comment.author, comment.author_name)
    name = html.unescape(comment.author_name)
    shown = clean_line(name) or clean_line("Anonymous")
    mark = f"{place.site}\n{comment.author_email.strip().lower()}\n{shown}"
    digest = hashlib.blake2b(mark.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return Author(PersonId(f"{NetworkName.WORDPRESS}:{place.site}:v{digest}"), shown, shown)


def state_of(comment: Comment) -> PostState:
    """Give what a comment is on the blog; what a plugin invents is not to be had."""
    return _STATES.get(comment.status, PostState.MISSING)


def is_shown(comment: Comment) -> bool:
    """Whether it is a comment of somebody's that stands or waits for leave."""
    is_spoken = comment.type in {"comment", ""} and comment.post > 0
    return is_spoken and state_of(comment) in {PostState.UP, PostState.HELD}


def body_of(comment: Comment) -> str:
    """Give the words of a comment, uncleaned: as stored where we are given that."""
    if comment.content.raw is not None:
        return comment_text(comment.content.raw)
    return html_to_text(comment.content.rendered)


def comment_post(
    comment: Comment, place: Place, answers: PersonId | None, now: datetime, *, is_to_us: bool
) -> Post:
    """Make a post of a comment.

    ``answers`` is whose comment, or blog post, it stands under, where that is known; ``now``
    stands in where it has no date. ``is_to_us`` counts only where it is not ours.
    """
    author = author_of(comment, place)
    is_ours = comment.author == place.us
    body = clean(body_of(comment))
    others = Relation.TO_US if is_to_us else Relation.AROUND
    above = PostId(str(comment.parent)) if comment.parent else PostId(thread_of(comment.post))
    return Post(
        id=PostId(str(comment.id)),
        account=place.account.id,
        network=NetworkName.WORDPRESS,
        thread=thread_of(comment.post),
        parent=above,
        answers=answers,
        author=author,
        body=body,
        created_at=moment_of(comment.date_gmt) or now,
        relation=Relation.OURS if is_ours else others,
        reach=Reach.PUBLIC,
        url=clean_url(comment.link),
        links=find_links(body),
        state=state_of(comment),
    )


def blog_post(post: BlogPost, place: Place, names: Mapping[int, str], now: datetime) -> Post:
    """Make a post of a blog post: its title, then the beginning of its words."""
    body = clean(text_of(post), chars=POST_CHARS)
    return Post(
        id=PostId(thread_of(post.id)),
        account=place.account.id,
        network=NetworkName.WORDPRESS,
        thread=thread_of(post.id),
        parent=None,
        answers=None,
        author=user_of(place, post.author, names.get(post.author, "")),
        body=body,
        created_at=moment_of(post.date_gmt) or now,
        relation=Relation.OURS if post.author == place.us else Relation.AROUND,
        reach=Reach.PUBLIC,
        url=clean_url(post.link),
        tags=find_tags(body),
        links=find_links(body),
    )


def text_of(post: BlogPost) -> str:
    """Give title and words of a blog post, uncleaned."""
    title = post.title.rendered if post.title.raw is None else post.title.raw
    words = post_text(post.content.raw, post.content.rendered)
    parts = (" ".join(html_to_text(title).split()), words)
    return "\n\n".join(part for part in parts if part)
