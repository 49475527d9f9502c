"""Posts of firehoses that topics name: read with the topic, as posts that nobody can answer yet.

Law: they are in no table of posts until an account of ours has fetched them; from then on it is
what the account has that is shown.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.people import Author
from services.model.posts import Post, Reach, Relation
from services.model.words import Safe
from services.store.comments import post_of
from services.store.database import Database
from services.store.threads import POST_COLUMNS
from services.text.clean import clean, clean_line, clean_url
from services.topics.values import StreamPost

NOBODY: Final = AccountId("")
"""The account of a post that none of ours has."""
_BEGINNING, _END = 16, 4
"""A name that is no more than a number is shown by its beginning and its end."""
_KNOWN: Final = f"""
WITH RECURSIVE ours (account) AS (
  SELECT min(account) FROM post
  UNION ALL SELECT (SELECT min(account) FROM post WHERE account > ours.account)
  FROM ours WHERE ours.account IS NOT NULL)
SELECT k.value AS key, {POST_COLUMNS} FROM json_each(?1) AS k CROSS JOIN ours
  CROSS JOIN post p ON p.account = ours.account AND p.id = k.value
UNION ALL
SELECT k.value AS key, {POST_COLUMNS} FROM json_each(?1) AS k
  JOIN post p INDEXED BY post_at ON p.network = '{NetworkName.MASTODON.value}' AND p.url = k.value
"""


def stream_posts_in(column: str) -> tuple[StreamPost, ...]:
    """Read what a row of topics names; nothing of what cannot be read."""
    try:
        return msgspec.json.decode(column, type=tuple[StreamPost, ...])
    except msgspec.MsgspecError:
        return ()


async def known_posts(
    db: Database, stream_posts: Iterable[StreamPost]
) -> Mapping[str, tuple[Post, ...]]:
    """Give those that accounts of ours have, by their keys, one for each account."""
    keys = msgspec.json.encode([one.key for one in stream_posts]).decode()
    found: dict[str, tuple[Post, ...]] = {}
    for row in await db.read(_KNOWN, (keys,)):
        found[row["key"]] = (*found.get(row["key"], ()), post_of(row))
    return found


def as_post(said: StreamPost) -> Post:
    """Make a post, cleaned again, of what a firehose brought."""
    person = PersonId(f"{said.network}:{said.person}")
    name = _name_of(said)
    return Post(
        id=PostId(said.key),
        account=NOBODY,
        network=said.network,
        thread=ThreadId(said.key),
        parent=None,
        answers=None,
        author=Author(person, name, name),
        body=clean(said.body),
        created_at=said.created_at,
        relation=Relation.AROUND,
        reach=Reach.PUBLIC,
        url=_page_of(said),
        tags=tuple(clean_line(tag.lower()) for tag in said.tags),
        links=tuple(link for one in said.links if (link := clean_url(one)) is not None),
        language=str(clean_line(said.language, chars=35)),
    )


def _name_of(said: StreamPost) -> Safe:
    """Name whoever wrote it, as far as the stream did."""
    if said.network is NetworkName.MASTODON:
        return clean_line(f"@{said.person}")
    who = said.person
    is_short = len(who) <= _BEGINNING + _END
    return clean_line(who if is_short else f"{who[:_BEGINNING]}…{who[-_END:]}")


def _page_of(said: StreamPost) -> Safe | None:
    if said.network is not NetworkName.BLUESKY:
        return clean_url(said.key)
    from services.networks.bluesky.names import page_of, place_of  # noqa: PLC0415 - for few

    place = place_of(said.key)
    return None if place is None else page_of(place, "")
