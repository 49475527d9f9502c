"""Values for tests: valid as they stand, any field overridden by keyword.

Law: a test names only what it is about; everything else is unremarkable.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from services.desk import Files, open_files
from services.model.headlines import FeedId, Headline, HeadlineId
from services.model.ids import (
    AccountId,
    NetworkName,
    PersonId,
    PostId,
    SendId,
    ThreadId,
    TopicId,
    WaitingId,
)
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Relation
from services.model.sending import Send, SendState, Target, TargetKind
from services.model.topics import Topic, TopicKind
from services.model.waiting import Lane, Waiting, WaitState
from services.networks.base import Arrivals, Cursor
from services.text.clean import clean, clean_line, clean_url
from services.text.marks import find_links, find_tags
from services.topics.values import Ranked, StreamPost
from tests.fakes import NOON

US = Account(
    AccountId("commons:ada"),
    NetworkName.COMMONS,
    Author(PersonId("commons:ada"), clean_line("@ada"), clean_line("Ada")),
)
"""Whose desk it is."""

THREAD = ThreadId("t1")


def at(seconds: float) -> datetime:
    """Give the moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def an_author(name: str = "ben", **fields: Any) -> Author:  # noqa: ANN401 - fields of any type
    """Give somebody who writes."""
    author = Author(
        PersonId(f"commons:{name}"), clean_line(f"@{name}"), clean_line(name.capitalize())
    )
    return replace(author, **fields)


def a_post(
    post: str = "p1",
    body: str = "The heron is back.",
    *,
    by: str = "ben",
    **fields: Any,  # noqa: ANN401
) -> Post:
    """Give a comment of somebody's to us, with the tags and links that stand in it."""
    words = clean(body)
    made = Post(
        id=PostId(post),
        account=US.id,
        network=NetworkName.COMMONS,
        thread=THREAD,
        parent=None,
        answers=US.author.person,
        author=an_author(by),
        body=words,
        created_at=NOON,
        relation=Relation.TO_US,
        reach=Reach.BOX,
        tags=find_tags(words),
        links=find_links(words),
    )
    return replace(made, **fields)


def an_answer(post: str = "a1", body: str = "It is.", *, to: str = "ben", **fields: Any) -> Post:  # noqa: ANN401
    """Give a post of ours that answers somebody."""
    ours = a_post(
        post,
        body,
        author=US.author,
        relation=Relation.OURS,
        answers=PersonId(f"commons:{to}"),
        created_at=at(60),
    )
    return replace(ours, **fields)


def a_post_around(post: str = "p1", body: str = "Look at this.", **fields: Any) -> Post:  # noqa: ANN401
    """Give a post that is neither ours nor to us, and begins its own thread."""
    return a_post(
        post,
        body,
        **{"relation": Relation.AROUND, "answers": None, "thread": ThreadId(post)} | fields,
    )


def a_waiting(number: int = 1, **fields: Any) -> Waiting:  # noqa: ANN401
    """Give somebody who waits, with an hour less than would make them wait long."""
    waiting = Waiting(
        id=WaitingId(number),
        account=US.id,
        network=NetworkName.COMMONS,
        thread=ThreadId(f"t{number}"),
        author=an_author(f"person{number}"),
        post=PostId(f"p{number}"),
        body=clean("The heron is back."),
        since_at=NOON,
        last_at=NOON,
        lane=Lane.REST,
        state=WaitState.UNREAD,
        reach=Reach.BOX,
    )
    return replace(waiting, **fields)


def a_topic(**fields: Any) -> Topic:  # noqa: ANN401
    """Give a topic of one post."""
    topic = Topic(
        id=TopicId("topic1"),
        account=US.id,
        network=NetworkName.COMMONS,
        kind=TopicKind.TAG,
        title=clean_line("#herons"),
        lead=clean_line("The heron is back."),
        people=1,
        posts=1,
        first_at=NOON,
        last_at=NOON,
        reach=Reach.BOX,
        root=PostId("p1"),
        is_grave=False,
    )
    return replace(topic, **fields)


def a_ranked(topic: str = "t1", **fields: Any) -> Ranked:  # noqa: ANN401
    """Give a topic as the engine gives it, of which nothing is told yet."""
    made = Ranked(
        id=TopicId(topic),
        kind=TopicKind.BURST,
        account=None,
        network=NetworkName.BLUESKY,
        title=topic,
        lead="",
        people=0,
        posts=0,
        first_at=NOON,
        last_at=NOON,
        reach=Reach.PUBLIC,
        root=None,
        is_grave=False,
        url=None,
        publishers=(),
        speed=None,
        post_keys=(),
        headline_ids=(),
    )
    return replace(made, **fields)


def a_streamed(number: str = "1", body: str = "", person: str = "did:plc:ada") -> StreamPost:
    """Give a post that only a firehose has brought."""
    return StreamPost(
        key=f"at://{person}/app.bsky.feed.post/{number}",
        network=NetworkName.BLUESKY,
        source="Bluesky",
        person=person,
        body=body,
        tags=(),
        links=(),
        language="en",
        is_adult=False,
        created_at=NOON,
    )


def a_headline(headline: str = "h1", **fields: Any) -> Headline:  # noqa: ANN401
    """Give what one publisher carries."""
    made = Headline(
        id=HeadlineId(headline),
        feed=FeedId("feed1"),
        network=NetworkName.FEEDS,
        publisher=clean_line("The Heron Post"),
        title=clean_line(f"The heron is back ({headline})"),
        paragraph=clean("It stands by the pond again."),
        url=clean_url(f"https://herons.example/{headline}"),
        published_at=NOON,
        seen_at=NOON,
    )
    return replace(made, **fields)


def a_target(**fields: Any) -> Target:  # noqa: ANN401
    """Give a reply to Ben."""
    target = Target(
        kind=TargetKind.REPLY,
        account=US.id,
        network=NetworkName.COMMONS,
        reach=Reach.BOX,
        as_handle=US.author.handle,
        thread=THREAD,
        post=PostId("p1"),
        person=PersonId("commons:ben"),
        to_name=clean_line("Ben"),
    )
    return replace(target, **fields)


def a_send(**fields: Any) -> Send:  # noqa: ANN401
    """Give a reply to Ben that has arrived as ``a1``."""
    send = Send(
        id=SendId("send1"),
        session=None,
        target=a_target(),
        body="It is.",
        state=SendState.SENT,
        maybe_out=True,
        attempts=1,
        reason=None,
        post=PostId("a1"),
        pressed_at=at(60),
        settled_at=at(60),
    )
    return replace(send, **fields)


def arrivals(*posts: Post, gone: tuple[str, ...] = (), cursor: str = "1") -> Arrivals:
    """Give what a poll brought."""
    return Arrivals(posts, Cursor(cursor), gone=tuple(PostId(one) for one in gone))


@asynccontextmanager
async def open_pair(directory: Path) -> AsyncIterator[Files]:
    """Open the two files of a desk, and close them."""
    files = await open_files(directory / "private.db", directory / "cache.db")
    try:
        yield files
    finally:
        await files.private.close()
        await files.cache.close()
