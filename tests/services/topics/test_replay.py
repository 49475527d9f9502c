"""A file of posts and headlines, told to the engine tick by tick."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from services.model.headlines import HeadlineId
from services.model.ids import NetworkName
from services.topics.engine import TopicEngine
from services.topics.replay import (
    LINE_BYTES_AT_MOST,
    SHOWN,
    SILENCE_AT_MOST,
    BadLine,
    Row,
    item_of,
    read_rows,
    tick,
)
from services.topics.replay import replay as ticks_of
from services.topics.values import HeadlineItem, Item, Ranked, Ranking, StreamPost
from tests.bench.topics_stream import Plan, Stream
from tests.builders import a_ranked

START_S = 1_700_000_000.0
START = datetime.fromtimestamp(START_S, UTC)


class Listener:
    """An engine that only notes what it was told and asked."""

    def __init__(self) -> None:
        """Know nothing."""
        self.told: list[str] = []
        self.asked: list[tuple[datetime, list[str]]] = []

    def take(self, items: Iterable[Item]) -> None:
        """Note what came."""
        self.told += [item.key for item in items if isinstance(item, StreamPost)]

    def rank(self, now: datetime) -> Ranking:
        """Note the moment, and what had come by then."""
        self.asked.append((now, list(self.told)))
        return Ranking(now, ())


def line(**fields: object) -> bytes:
    """Write a line."""
    return json.dumps({"id": "a", "ts": START_S, "text": "hello", **fields}).encode() + b"\n"


def row(key: str, after_s: float) -> Row:
    """Make a post's row."""
    return Row(key, START_S + after_s, f"words of {key}")


def told_at(rows: Iterable[Row], every_s: float = 60) -> dict[float, str]:
    """Replay; give what had been told by each tick, by seconds after the first row."""
    listener = Listener()
    ticks = list(ticks_of(rows, listener, every_s))
    assert [START + timedelta(seconds=one.at - START_S) for one in ticks] == [
        at for at, _ in listener.asked
    ]
    return {
        one.at - START_S: "".join(told)
        for one, (_, told) in zip(ticks, listener.asked, strict=True)
    }


def ranked(name: str, **fields: Any) -> Ranked:  # noqa: ANN401 - fields of any type
    """Make a topic that breaks."""
    made = a_ranked(name, people=3, posts=3, first_at=START, last_at=START, is_breaking=True)
    return replace(made, **fields)


def test_a_tick_holds_what_came_until_then() -> None:
    """Of each tick exactly those rows are in that are of its moment or before."""
    rows = [row("a", 0), row("b", 60), row("c", 60.5), row("d", 119)]
    assert told_at(rows) == {60: "ab", 120: "abcd"}


def test_silence_is_told_tick_by_tick() -> None:
    """Where nobody says anything, the ticks go on."""
    assert told_at([row("a", 0), row("b", 200)]) == {60: "a", 120: "a", 180: "a", 240: "ab"}


def test_a_late_row_is_in_the_next_tick() -> None:
    """Rows may be out of order; one that is older than all changes no tick's moment."""
    rows = [row("a", 0), row("b", 70), row("c", 10), row("d", -500)]
    assert told_at(rows) == {60: "a", 120: "abcd"}


def test_nothing_gives_no_tick() -> None:
    """An empty file has no moment."""
    assert told_at([]) == {}


def test_ticks_do_not_drift() -> None:
    """After many ticks of a third of a second the moment is still the first one's plus so many."""
    ticks = list(ticks_of([row("a", 0), row("b", 3_000)], Listener(), 0.3))
    assert ticks[-1].at == START_S + len(ticks) * 0.3


def test_many_rows_are_handed_over_in_order() -> None:
    """However many come between two ticks, all do, in order."""
    listener = Listener()
    list(ticks_of((row(str(n), n / 100) for n in range(2_000)), listener, 600))
    assert listener.told == [str(n) for n in range(2_000)]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"hello\x1b[2J\n", "“hello"),
        (b'"words"\n', "no JSON object"),
        (b'{"ts": 1}\n', "it has no “id”"),
        (line(ts="soon"), "“ts” is no number"),
        (line(text=5), "“text” is no text"),
        (line(id=1.5), "“id” is no text and no whole number"),
        (b'{"id": "a", "ts": 5,}\n', "it is no JSON: "),
        (line(ts=-1), "no moment"),
        (line(ts=1e300), "no moment"),
        (b'{"id": "a", "ts": 5}\n', "neither"),
        (b'{"id": "a", "ts": 5, "text": "\xff"}\n', "UTF-8"),
        (b'{"id": "a", "ts": 5, "text": "' + b"a" * LINE_BYTES_AT_MOST, "longer"),
        (b"[" * 100_000, "["),
        (b'{"id": "a", "ts": 5, "text": "a", "more": ' + b'{"a":' * 100_000, "deeply"),
        (line(text="\ud800"), "truncated"),
        (line(ts=START_S + SILENCE_AT_MOST.total_seconds() + 61), "31 days"),
    ],
)
def test_a_bad_line_is_named_by_its_number(bad: bytes, why: str) -> None:
    """Whatever a line holds, the sentence says which one it is and what is wrong, and is clean."""
    with pytest.raises(BadLine) as raised:
        list(read_rows([line(), b"\n", bad]))
    assert raised.value.number == 3
    assert raised.value.what.startswith("Line 3 ")
    assert why.casefold() in raised.value.what.casefold()
    assert raised.value.what.isprintable()


def test_a_mark_before_the_first_line_is_no_part_of_it() -> None:
    """Some editors put one there to say that it is UTF-8."""
    assert len(list(read_rows([b"\xef\xbb\xbf" + line(), line()]))) == 2


def test_a_long_replay_may_last_longer_than_any_silence() -> None:
    """What is measured is the silence, not the stream, and late rows do not shorten it."""
    month_s = SILENCE_AT_MOST.total_seconds()
    lines = [line(ts=START_S + n * month_s) for n in range(4)]
    assert len(list(read_rows([*lines, line(ts=START_S), line(ts=START_S + 4 * month_s)]))) == 6


def test_a_post_is_cleaned_as_any_strangers_words() -> None:
    """Controls are out before the engine hears of it; its moment, author and tongue are kept."""
    (read,) = read_rows(
        [line(id=7, text="a\x1b]0;b\x07", author="sam", lang="da", source="Bluesky")]
    )
    item = item_of(read)
    assert isinstance(item, StreamPost)
    assert item.body.isprintable()
    assert (item.key, item.person, item.language, item.created_at) == ("7", "sam", "da", START)
    assert (item.source, item.network) == ("Bluesky", NetworkName.BLUESKY)


def test_a_link_of_a_post_is_one_of_its_links() -> None:
    """An address that stands beside the words counts; one that is none does not."""
    good, bad = (
        item_of(next(read_rows([line(url=url)]))) for url in ("https://a.example/x", "file:///x")
    )
    assert isinstance(good, StreamPost)
    assert isinstance(bad, StreamPost)
    assert (good.links, bad.links) == (("https://a.example/x",), ())


def test_a_title_makes_a_headline() -> None:
    """Its publisher is the source, or else the host of its address."""
    named, other, nameless = (
        item_of(next(read_rows([line(title="Ferry\nstops", **more)])))
        for more in (
            {"source": "The Quay", "url": "https://quay.example/1"},
            {"url": "https://quay.example/1"},
            {"text": None},
        )
    )
    assert isinstance(named, HeadlineItem)
    assert isinstance(other, HeadlineItem)
    assert isinstance(nameless, HeadlineItem)
    assert (named.title, named.publisher, named.paragraph) == ("Ferry stops", "The Quay", "hello")
    assert (named.url, named.published_at) == ("https://quay.example/1", START)
    assert (other.publisher, nameless.publisher, nameless.url) == ("quay.example", "", None)


@pytest.mark.parametrize("title", [None, "Ferry stops"])
def test_an_item_goes_over_a_pipe(title: str | None) -> None:
    """What is made of a row is told to the engine's own process as it is told here."""
    (read,) = read_rows([line(title=title, url="https://a.example/x", source="Quay", author="sam")])
    item = item_of(read)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(item), type=Item) == item


def test_only_what_breaks_is_told() -> None:
    """At most ten topics, in the engine's order, with what shows them best."""
    said = tuple(item for n in range(8) if isinstance(item := item_of(row(f"p{n}", n)), StreamPost))
    calm = ranked("calm", is_breaking=False)
    first = ranked(
        "first",
        score=3.14159,
        times_usual=16.04,
        sources=("Bluesky", "", "The Quay"),
        stream_posts=said,
        headline_ids=tuple(HeadlineId(f"h{n}") for n in range(4)),
    )
    others = [ranked(f"t{n}") for n in range(SHOWN + 5)]
    told = tick(Ranking(START, (calm, first, *others)), START_S)
    assert len(told.topics) == SHOWN
    best = told.topics[0]
    assert (best.id, best.label, best.score, best.times_usual) == ("first", "first", 3.142, 16.0)
    assert best.posts == (*(f"p{n}" for n in range(8)), "h0", "h1")
    assert (best.sources, best.first_seen) == (("Bluesky", "The Quay"), START_S)
    assert told.topics[1].times_usual == 0


@pytest.mark.no_cover
def test_what_happens_is_found_by_the_very_same_engine() -> None:
    """Of a made-up day what happens is told, with its posts and its publishers' headlines."""
    plan = Plan(hours=7, posts_per_hour=400, events=2, quiet_hours=4, headlines_per_hour=10, seed=3)
    stream = Stream(plan)
    made = list(stream)
    event_of = {one.id: one.event for one in made}
    rows = [msgspec.convert(one.row(), Row) for one in made]
    ticks = list(ticks_of(rows, TopicEngine(), 600))
    assert ticks == list(ticks_of(rows, TopicEngine(), 600))
    shown = [topic for one in ticks for topic in one.topics]
    of = {event_of[key] for topic in shown for key in topic.posts}
    assert {event.key for event in stream.events} <= of
    known = {row.id: row for row in rows}
    assert all(topic.posts for topic in shown)
    assert all(known[key].ts <= one.at for one in ticks for t in one.topics for key in t.posts)
    assert any(source.startswith("The ") for topic in shown for source in topic.sources)
    assert any(source in {"Bluesky", "Mastodon"} for topic in shown for source in topic.sources)


@pytest.mark.no_cover
def test_a_silence_and_wrong_clocks_break_nothing() -> None:
    """Hours in which nobody writes, and posts from long ago and far ahead, are ticks like any."""
    plan = Plan(hours=3, posts_per_hour=400, events=1, quiet_hours=1, seed=4)
    rows = [msgspec.convert(one.row(), Row) for one in Stream(plan)]
    year_s = 365 * 86_400.0
    wrong = [Row("old", rows[0].ts - 20 * year_s, "Ferry")]
    later = [replace(row, id=f"later {row.id}", ts=row.ts + 12 * 3_600) for row in rows]
    engine = TopicEngine()
    ticks = list(ticks_of([*rows, *wrong, *later], engine, 1_200))
    assert len(ticks) == 15 * 3
    now = datetime.fromtimestamp(later[-1].ts, UTC)
    before = engine.rank(now).topics
    engine.take([item_of(Row("far", rows[0].ts + 20 * year_s, "Ferry"))])
    assert engine.rank(now).topics == before
    engine.take([item_of(replace(row, id=f"next {row.id}", ts=row.ts + year_s)) for row in rows])
    engine.rank(now)
    assert engine.state()
