"""Posts and headlines of a file, told to the very same engine as live ones, tick by tick.

Law: pure but for the lines it is handed; no clock. Whoever wrote the file may have written
anything: what cannot be told is one sentence with the number of its line.
"""

import codecs
import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from services.errors import ChinwagError
from services.model.headlines import FeedId, HeadlineId
from services.model.ids import NetworkName
from services.text.clean import clean, clean_line, clean_url
from services.topics.items import PARAGRAPH_AT_MOST
from services.topics.values import HeadlineItem, Item, Ranked, Ranking, StreamPost

SHOWN = 10
"""Topics of a tick, and posts of a topic."""
LINE_BYTES_AT_MOST = 1_000_000
SILENCE_AT_MOST = timedelta(days=31)
"""After a longer silence it is another stream; every tick of it would be told, and be empty."""
_SOURCES_REMEMBERED = 1_000
_SOURCE_CHARS = 200
"""Of a source that is remembered."""
_AT_ONCE = 500
"""Items handed over together."""
_LATEST_S = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
_SHOWN_OF_WRONG = 80
_MISSING = re.compile(r"missing required field `(\w+)`")
_WRONG = re.compile(r"- at `\$\.(\w+)`")
"""As msgspec words it (its messages, 0.22)."""
_KINDS = {"id": "text and no whole number", "ts": "number"}


class BadLine(ChinwagError):
    """A line that is no post and no headline."""

    def __init__(self, number: int, why: str) -> None:
        """Say which line it is, from 1, and what is wrong with it."""
        super().__init__(f"Line {number} cannot be replayed: {clean_line(why, chars=200)}.")
        self.number = number


class Row(msgspec.Struct, frozen=True, gc=False):
    """One line: a post, or with a title a headline."""

    id: str | int
    ts: float
    """Epoch seconds."""
    text: str | None = None
    author: str | None = None
    source: str | None = None
    """Where it was said, or who publishes it."""
    url: str | None = None
    title: str | None = None
    lang: str | None = None


class Shown(msgspec.Struct, frozen=True):
    """A topic that breaks."""

    id: str
    label: str
    posts: tuple[str, ...]
    """At most ``SHOWN`` of the ids that the lines gave, those that show it best."""
    score: float
    times_usual: float
    sources: tuple[str, ...]
    first_seen: float
    """Epoch seconds of its first post or headline."""


class Tick(msgspec.Struct, frozen=True):
    """What breaks at one moment, the strongest first, at most ``SHOWN``."""

    at: float
    """Epoch seconds; everything of this moment or before it is in."""
    topics: tuple[Shown, ...]


class Engine(Protocol):
    """What is replayed to."""

    def take(self, items: Iterable[Item], /) -> None:
        """Take in what came."""

    def rank(self, now: datetime, /) -> Ranking:
        """Give the topics in order."""


def read_rows(lines: Iterable[bytes]) -> Iterator[Row]:
    """Make a row of each line; empty lines are none.

    Raises:
        BadLine: with the number of the first line that is no row, or that comes after more than
            ``SILENCE_AT_MOST``.
    """
    decode = msgspec.json.Decoder(Row).decode
    until_s = math.inf
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_BYTES_AT_MOST:
            raise BadLine(number, "it is longer than a million bytes")
        if not line.strip():
            continue
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - some editors put it there
        try:
            row = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadLine(number, _why(error, line)) from None
        if not 0 <= row.ts <= _LATEST_S:
            raise BadLine(number, "“ts” is no moment in seconds since 1970")
        if row.text is None and not row.title:
            raise BadLine(number, "it has neither “text” nor “title”")
        if row.ts > until_s:
            raise BadLine(number, f"it is more than {SILENCE_AT_MOST.days} days after all others")
        after_s = row.ts + SILENCE_AT_MOST.total_seconds()
        until_s = after_s if until_s == math.inf else max(until_s, after_s)
        yield row


def _why(error: Exception, line: bytes) -> str:
    if not line.lstrip().startswith(b"{"):
        start = line[:_SHOWN_OF_WRONG].decode("utf-8", "replace").strip()
        return f"“{start}” is no JSON object"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if (missing := _MISSING.search(f"{error}")) is not None:
        return f"it has no “{missing[1]}”"
    if (wrong := _WRONG.search(f"{error}")) is not None:
        return f"“{wrong[1]}” is no {_KINDS.get(wrong[1], 'text')}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not written in UTF-8"
    return f"it is no JSON: {f'{error}'.removeprefix('JSON is malformed: ').rstrip('.')}"


def replay(rows: Iterable[Row], engine: Engine, every_s: float) -> Iterator[Tick]:
    """Tell ``engine`` the rows and give a tick for every ``every_s`` seconds of their own time.

    The first tick is ``every_s`` after the first row, and the last one is the first that holds all
    rows. A row that comes after a tick to which it would have belonged is in the next one.
    """
    waiting: list[Item] = []
    begun_s: float | None = None
    count, due_s = 1, 0.0
    for row in rows:
        if begun_s is None:
            begun_s = row.ts
            due_s = begun_s + every_s
        while row.ts > due_s:
            _hand_over(engine, waiting)
            yield tick(engine.rank(_moment(due_s)), due_s)
            count += 1
            due_s = begun_s + count * every_s
        waiting.append(item_of(row))
        if len(waiting) >= _AT_ONCE:
            _hand_over(engine, waiting)
    if begun_s is not None:
        _hand_over(engine, waiting)
        yield tick(engine.rank(_moment(due_s)), due_s)


def _hand_over(engine: Engine, waiting: list[Item]) -> None:
    if waiting:
        engine.take(tuple(waiting))
        waiting.clear()


def item_of(row: Row) -> StreamPost | HeadlineItem:
    """Give what the engine is told of a row: plain texts, as they go over a pipe."""
    return _headline_of(row) if row.title else _post_of(row)


def _post_of(row: Row) -> StreamPost:
    """Tags and links stand in the words, where the engine finds them."""
    url = _address(row)
    named = row.source or ""
    network, source = (_known_place if len(named) <= _SOURCE_CHARS else _place_of)(named)
    return StreamPost(
        key=str(row.id),
        network=network,
        source=source,
        person=row.author or "",
        body=str(clean(row.text or "")),
        tags=(),
        links=() if url is None else (url,),
        language=row.lang or "",
        is_adult=False,
        created_at=_moment(row.ts),
    )


def _headline_of(row: Row) -> HeadlineItem:
    url = _address(row)
    publisher = str(clean_line(row.source or "")) or (urlsplit(url).hostname if url else "") or ""
    at = _moment(row.ts)
    return HeadlineItem(
        id=HeadlineId(str(row.id)),
        feed=FeedId(publisher),
        network=NetworkName.FEEDS,
        publisher=publisher,
        title=str(clean_line(row.title or "")),
        paragraph=str(clean(row.text or ""))[:PARAGRAPH_AT_MOST],
        url=url,
        published_at=at,
        seen_at=at,
        speed=None,
    )


def _address(row: Row) -> str | None:
    url = clean_url(row.url) if row.url else None
    return None if url is None else str(url)


def _place_of(source: str) -> tuple[NetworkName, str]:
    """A source that is named as a network is one; others are servers like Mastodon's."""
    try:
        network = NetworkName(source.casefold())
    except ValueError:
        network = NetworkName.MASTODON
    return network, str(clean_line(source))


_known_place = lru_cache(maxsize=_SOURCES_REMEMBERED)(_place_of)


def _moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def tick(ranking: Ranking, at_s: float) -> Tick:
    """Give what breaks of a ranking."""
    breaking = [topic for topic in ranking.topics if topic.is_breaking]
    return Tick(at_s, tuple(_shown(topic) for topic in breaking[:SHOWN]))


def _shown(topic: Ranked) -> Shown:
    keys = [*(post.key for post in topic.stream_posts), *map(str, topic.headline_ids)]
    return Shown(
        id=topic.id,
        label=clean_line(topic.title),
        posts=tuple(keys[:SHOWN]),
        score=round(topic.score, 3),
        times_usual=round(topic.times_usual or 0.0, 1),
        sources=tuple(clean_line(source) for source in topic.sources if source),
        first_seen=topic.first_at.timestamp(),
    )
