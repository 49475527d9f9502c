"""The yardstick of the topic engine: a made-up stream, and how what was found in it is judged."""

import json
import math
from pathlib import Path

import msgspec
import pytest

from services.topics.replay import Row, read_rows
from tests.bench.programs import Bench
from tests.bench.topics_quality import EVERY_S, Listed, judge, raw_counts
from tests.bench.topics_speed import driven_run, replayed_run
from tests.bench.topics_stream import BEGUN_S, HOUR_S, Event, Made, Plan, Stream, write

SMALL = Plan(hours=4, posts_per_hour=600, events=3, quiet_hours=1, headlines_per_hour=30)


@pytest.fixture(scope="module")
def made() -> list[Made]:
    """Make a small stream."""
    return list(Stream(SMALL))


def an_event(key: str, after_s: float) -> Event:
    """Make an event."""
    return Event(key, BEGUN_S + after_s, "en", "Ferry", "ferry", (), (), 60.0, HOUR_S)


def shown_at(minutes: float, *topics: str) -> Listed:
    """Show topics of four posts each, which are of the event that a letter names."""
    posts = [(topic, [f"{letter}{n}" for n, letter in enumerate(topic)]) for topic in topics]
    return BEGUN_S + 60 * minutes, posts


EVENT_OF = {f"{letter}{n}": letter for letter in "ab" for n in range(10)}


def test_the_same_numbers_give_the_same_stream(made: list[Made]) -> None:
    """Going through it again, or making it again, changes nothing; another seed does."""
    again = Stream(SMALL)
    assert list(again) == list(again) == made
    other = Plan(hours=4, posts_per_hour=600, events=3, quiet_hours=1, seed=2)
    assert next(iter(Stream(other))).text != made[0].text


def test_a_stream_is_in_order_and_can_be_replayed(made: list[Made], tmp_path: Path) -> None:
    """Its lines are rows, oldest first, each with an id of its own; what a post is of is hidden."""
    file = tmp_path / "stream.jsonl"
    assert write(made, file) == len(made)
    with file.open("rb") as lines:
        rows = list(read_rows(lines))
    assert [row.ts for row in rows] == sorted(one.ts for one in made)
    assert len({row.id for row in rows}) == len(made)
    assert rows[5] == msgspec.convert(made[5].row(), Row)
    assert "event" not in json.loads(file.read_text("utf-8").splitlines()[0])


def test_a_stream_has_what_it_takes(made: list[Made]) -> None:
    """Many tongues, tags, links, headlines, a vocabulary that grows, and what happens, fading."""
    stream = Stream(SMALL)
    assert {one.lang for one in made} == {"en", "de", "es", "ru", "ja", "ar", ""}
    for mark in ("#", "https://"):
        assert any(mark in one.text for one in made if not one.event)
    assert any(one.title for one in made if one.event)
    halves = made[: len(made) // 2], made[len(made) // 2 :]
    known, later = ({word for one in half for word in one.text.split()} for half in halves)
    assert len(later - known) > len(made) / 4
    for event in stream.events:
        posts = [one.ts for one in made if one.event == event.key]
        assert posts
        assert min(posts) >= event.begun_s - 60
        assert event.rate(event.begun_s - 1) == 0
        assert event.rate(event.begun_s + 6 * HOUR_S) < event.rate(event.begun_s + HOUR_S)


def test_an_event_is_found_where_two_ticks_show_it() -> None:
    """The first of them counts; once is chance, and half of what is shown has to be of it."""
    events = (an_event("a", 0), an_event("b", 0))
    listed = [shown_at(5, "aacc"), shown_at(10, "accc"), shown_at(20, "aaac", "bbcc"),
              shown_at(25, "aaac", "cccc")]  # fmt: skip
    quality = judge(events, EVENT_OF, listed)
    assert (quality.found_in_30, quality.found_in_60) == (0.5, 0.5)
    assert quality.delay_min == math.inf
    assert quality.precise == pytest.approx((0 + 0 + 0.5 + 0.5) / 4)
    assert quality.shown == 1.5


def test_an_event_that_changes_its_id_is_noticed() -> None:
    """Ids are counted for each event that was found."""
    listed = [shown_at(5, "aaaa"), shown_at(10, "aaaa", "cc"), shown_at(15, "aaac")]
    assert judge((an_event("a", 0),), EVENT_OF, listed).ids == 2
    assert judge((an_event("a", 0),), EVENT_OF, []).ids == 0


def test_the_same_event_twice_is_not_distinct() -> None:
    """Shown again it is of the event still, and tells nothing new."""
    listed = [shown_at(5 + 5 * n, "aaaa", "aaaa") for n in range(3)]
    quality = judge((an_event("a", 0),), EVENT_OF, listed)
    assert (quality.precise, quality.distinct, quality.delay_min) == (1.0, 0.5, 5.0)


def test_nothing_shown_while_something_is_fresh_counts_as_wrong() -> None:
    """An empty list is right only when nothing has happened lately."""
    late = 4 * 60
    quality = judge((an_event("a", 0),), EVENT_OF, [shown_at(5), shown_at(late)])
    assert (quality.precise, quality.shown) == (0.0, 0.0)


def test_raw_counts_show_what_is_said_most() -> None:
    """Tags and links of the last hour, whatever they usually are."""
    made = [
        Made(f"p{n}", BEGUN_S + 60 * n, "#art" if n % 3 else "#Cats", "", "", "") for n in range(90)
    ]
    listed = list(raw_counts(made))
    assert listed[0][0] == BEGUN_S + EVERY_S
    (most_said, most), (_, least) = listed[-1][1]
    assert (most_said, len(most), len(least)) == ("#art", 41, 20)
    assert "p0" not in least


def test_a_replay_and_a_drive_are_measured(made: list[Made], tmp_path: Path) -> None:
    """Both read the same file to its end, and say what they had resident of their own."""
    file = tmp_path / "stream.jsonl"
    write(made[:500], file)
    environment = Bench(tmp_path, 1).home("topics")
    replayed, driven = replayed_run(file, environment), driven_run(file, environment)
    ticks = [json.loads(line)["at"] for line in replayed.output.splitlines()]
    told = json.loads(driven.output)
    assert len(ticks) == told["ticks"] > 6
    assert min(told[what] for what in ("take", "rank", "state", "state_bytes")) > 0
    for run in (replayed, driven):
        assert 10 < run.peak_mb < 500
        assert run.cpu_s > 0
