"""From items to headlines and posts.

Law: pure, and survives anything an item holds. No points leave this room.
"""

import html
import re
from datetime import UTC, datetime
from typing import Final

from services.model.headlines import FeedId, Headline, HeadlineId
from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Relation
from services.model.words import NOTHING, Safe
from services.networks.hackernews.wire import Item, Kind
from services.text.clean import clean, clean_line, clean_url
from services.text.html import html_to_text
from services.text.marks import find_links

FEED: Final = FeedId("hackernews")
PUBLISHER: Final = clean_line("Hacker News")
PARAGRAPH_CHARS: Final = 600

_PAGE = "https://news.ycombinator.com/item?id="
_STORIES = frozenset((Kind.STORY, Kind.POLL))
_SPOKEN = frozenset((Kind.STORY, Kind.POLL, Kind.JOB, Kind.COMMENT))
# Of one tag the first address counts, so that no piece of it is looked at twice.
_LINK = re.compile(r'<a\s(?>[^<>]*?href=")([^"<>]*+)"[^<>]*+>[^<]*+</a>', re.IGNORECASE)
_LINKS_AT_MOST = 10
_LATEST_S = 32_503_680_000  # the year 3000: beyond it a number is no moment


def page_of(number: int) -> Safe | None:
    """Give the address at which people read an item."""
    return clean_url(f"{_PAGE}{number}")


def number_of(name: str) -> int | None:
    """Read the number of an item from a post's or a thread's id; ``None`` where it is not one."""
    is_one = name.isascii() and name.isdecimal() and len(name) <= 15  # noqa: PLR2004 - 2**53
    return int(name) if is_one else None


def time_of(item: Item) -> datetime | None:
    """Give when it was written, where it says so."""
    if item.time is None or not 0 < item.time < _LATEST_S:
        return None
    return datetime.fromtimestamp(item.time, UTC)


def is_headline(item: Item) -> bool:
    """Whether it is a story that people can talk about: an offer of work is none."""
    return item.type in _STORIES and not item.is_gone and bool(item.title and item.title.strip())


def is_said(item: Item) -> bool:
    """Whether somebody says it, and it stands; an option of a poll is not said to anybody."""
    return item.type in _SPOKEN and not item.is_gone and bool(item.by)


def is_by(item: Item, account: Account) -> bool:
    """Whether it is ours, and stands."""
    return is_said(item) and item.by == account.author.handle


def account_of(name: str) -> Account:
    """Name somebody's account."""
    author = author_of(name)
    return Account(
        AccountId(f"{NetworkName.HACKERNEWS}:{author.handle}"), NetworkName.HACKERNEWS, author
    )


def author_of(name: str) -> Author:
    """Name somebody; a name there is a handle, without an ``@``."""
    handle = clean_line(name)
    return Author(PersonId(f"{NetworkName.HACKERNEWS}:{handle}"), handle, handle)


def headline_of(item: Item, seen_at: datetime, speed: float | None) -> Headline | None:
    """Make a headline of a story that was read first at ``seen_at``; ``None`` of anything else."""
    if not is_headline(item):
        return None
    page = page_of(item.id)
    link = clean_url((item.url or "").strip())
    return Headline(
        id=HeadlineId(f"{NetworkName.HACKERNEWS}:{item.id}"),
        feed=FEED,
        network=NetworkName.HACKERNEWS,
        publisher=PUBLISHER,
        title=_title(item),
        paragraph=clean_line(words_of(item), chars=PARAGRAPH_CHARS),
        url=link or page,
        published_at=min(time_of(item) or seen_at, seen_at),
        seen_at=seen_at,
        speed=speed,
        discussion=page if link is not None and link != page else None,
    )


def post_of(
    item: Item, account: Account, thread: ThreadId, parent: Item | None, now: datetime
) -> Post | None:
    """Make a post of a story or a comment, as ``account`` sees it; ``None`` where nobody says it.

    ``parent`` is the item above it where that is known; ``now`` stands in where it has no time.
    """
    if not item.by or not is_said(item):
        return None
    author = author_of(item.by)
    answers = author_of(parent.by).person if parent is not None and parent.by else None
    body = _body(item)
    link = clean_url((item.url or "").strip())
    links = (() if link is None else (link,)) + find_links(body)
    return Post(
        id=PostId(str(item.id)),
        account=account.id,
        network=NetworkName.HACKERNEWS,
        thread=thread,
        parent=None if item.parent is None else PostId(str(item.parent)),
        answers=answers,
        author=author,
        body=body,
        created_at=time_of(item) or now,
        relation=_relation(author.person, answers, account.author.person),
        reach=Reach.PUBLIC,
        url=page_of(item.id),
        links=tuple(dict.fromkeys(links))[:_LINKS_AT_MOST],
    )


def words_of(item: Item) -> Safe:
    """Give the text of an item as people read it.

    The site shortens the words of a long link and keeps the whole address beside them, so the
    address takes their place.
    """
    if not item.text:
        return NOTHING
    return clean(html_to_text(_LINK.sub(r"\1", item.text)))


def _body(item: Item) -> Safe:
    """Give what was said: a comment's words; of a story its title, its link and its words."""
    words = words_of(item)
    title = _title(item)
    if not title:
        return words
    link = clean_url((item.url or "").strip()) or ""
    return clean("\n\n".join(part for part in (title, link, words) if part))


def _title(item: Item) -> Safe:
    return clean_line(html.unescape(item.title or ""), chars=300)


def _relation(author: PersonId, answers: PersonId | None, us: PersonId) -> Relation:
    if author == us:
        return Relation.OURS
    return Relation.TO_US if answers == us else Relation.AROUND
