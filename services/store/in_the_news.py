"""What breaks, in the cache: as much of each topic as a text can be compared with.

Law: grave news of several publishers counts as news, also where nothing can be told to break yet.
"""

import sqlite3

import msgspec

from services.model.ids import TopicId
from services.store.database import Database
from services.text.clean import clean, clean_line
from services.text.marks import find_links
from services.topics.values import StreamPost
from services.touching import InTheNews

_READ_AT_MOST = 100
"""Topics that break at one time; there are seldom ten."""
_EACH_AT_MOST = 10
"""Headlines, and posts, that are looked at of each."""

_TOPICS = """
SELECT id, title, times_usual, grave, url, names, stream_posts,
  (SELECT json_group_array(h.title) FROM (SELECT value FROM json_each(t.headlines) LIMIT ?1) AS k
     JOIN headline h ON h.id = k.value) AS titles,
  (SELECT json_group_array(h.url) FROM (SELECT value FROM json_each(t.headlines) LIMIT ?1) AS k
     JOIN headline h ON h.id = k.value WHERE h.url IS NOT NULL) AS urls,
  (SELECT json_group_array(p.body)
     FROM (SELECT value FROM json_each(t.post_keys) LIMIT ?1) AS k
     JOIN post p ON p.account = json_extract(k.value, '$[0]')
       AND p.id = json_extract(k.value, '$[1]')) AS bodies
FROM topic t
WHERE breaking = 1 OR (grave = 1 AND json_array_length(publishers) > 1)
ORDER BY place LIMIT ?2"""


async def read_news(cache: Database) -> tuple[InTheNews, ...]:
    """Give what breaks, in the order of the list.

    Raises:
        StoreError: the cache cannot be read.
    """
    return tuple(map(_news_of, await cache.read(_TOPICS, (_EACH_AT_MOST, _READ_AT_MOST))))


def _news_of(row: sqlite3.Row) -> InTheNews:
    title = clean_line(row["title"])
    titles = [title, *map(clean_line, _texts(row["titles"]))]
    links = [*_texts(row["urls"]), *([row["url"]] if row["url"] else [])]
    for body in _texts(row["bodies"]):
        links += find_links(clean(body))
    for post in msgspec.json.decode(row["stream_posts"], type=list[StreamPost]):
        links += post.links
    return InTheNews(
        id=TopicId(row["id"]),
        title=title,
        times_usual=row["times_usual"],
        is_grave=bool(row["grave"]),
        titles=tuple(dict.fromkeys(map(str, titles))),
        names=tuple(map(clean_line, _texts(row["names"]))),
        links=tuple(dict.fromkeys(map(str, links))),
    )


def _texts(column: str) -> list[str]:
    return msgspec.json.decode(column, type=list[str])
