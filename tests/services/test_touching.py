"""What waits in the queue is held against the news, and nothing is done but telling."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.desk import Desk, open_desk, open_files
from services.model.headlines import HeadlineId
from services.model.ids import AccountId, NetworkName, TopicId
from services.model.queue import QueuedId
from services.model.topics import TopicKind
from services.model.touching import Touch
from services.store.headlines import keep
from services.store.topics import put_ranking
from services.text.clean import clean, clean_line
from services.topics.values import Ranked, Ranking
from services.touching import (
    EACH_AT_MOST,
    SAME_LINK,
    Comparison,
    InTheNews,
    ToSay,
)
from tests.builders import US, a_post_around, a_ranked, a_streamed, arrivals
from tests.fake_network import FakeServer
from tests.fakes import NOON, FakeClock
from tests.services.test_queue import Planned, a_queued
from tests.services.topics.samples import a_headline, a_reading

CRASH = InTheNews(
    id=TopicId("crash"),
    title=clean_line("Train crash near Aveiro kills 12"),
    times_usual=16.0,
    is_grave=True,
    titles=("Train crash near Aveiro kills 12", "Acidente em Aveiro: 12 mortos"),
    names=("#aveiro", "Linha Norte", "derailed"),
    links=("https://www.news.example/train?utm_source=feed",),
)
PHONE = InTheNews(
    id=TopicId("phone"),
    title=clean_line("Pomelo shows its new phone at the autumn fair"),
    times_usual=4.0,
    is_grave=False,
    titles=("Pomelo shows its new phone at the autumn fair", "New Pomelo phone folds twice"),
    names=("#PomeloFair", "Pomelo"),
    links=(),
)
QUAKE = replace(
    CRASH,
    id=TopicId("quake"),
    title=clean_line("神奈川県で大地震、死者三人"),
    titles=("神奈川県で大地震、死者三人",),
    names=(),
    links=(),
)


def a_text(body: str, name: str = "q1", *, goes_out: bool = True) -> ToSay:
    """Give something that waits."""
    return ToSay(US.id, QueuedId(name), not goes_out, goes_out, clean(body))


def touches_of(*news: InTheNews, waiting: tuple[ToSay, ...]) -> tuple[Touch, ...]:
    """Tell what touches what, where nothing is remembered."""
    return Comparison().touches(news, waiting)


def why(news: InTheNews, body: str) -> str | None:
    """Tell why a text touches something."""
    found = touches_of(news, waiting=(a_text(body),))
    return found[0].why if found else None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Off to Aveiro tomorrow!", "Aveiro"),
        ("Our new release fixes the crash at start", "crash"),
        ("Happy train day", "train"),
        ("Look https://news.example/train", SAME_LINK),
        ("Sunny #Aveiro", "#Aveiro"),
        ("On the Linha do Norte again", "Linha Norte"),
        ("We derailed the meeting", "derailed"),
    ],
)
def test_grave_news_is_touched_by_one_word_of_it(body: str, expected: str) -> None:
    """A name, a tag, a link or a word of what has happened is enough."""
    assert why(CRASH, body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "Twelve kettles near me, and 12 cups",
        "We were training all day",
        "Nobody kills the mood",
        "See https://news.example/",
        "",
    ],
)
def test_common_words_touch_nothing(body: str) -> None:
    """Numbers, small words, parts of words and front pages are no touch."""
    assert why(CRASH, body) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("I have seen the new phone of Pomelo", "Pomelo, phone"),
        ("At #pomelofair today", "#pomelofair"),
        ("The phone shows me the fair in autumn", "phone, shows, fair"),
        ("A pomelo a day", None),
        ("My phone is old", None),
    ],
)
def test_other_news_needs_more_than_a_word(body: str, expected: str | None) -> None:
    """A tag, a name with one word more, or three words that say something."""
    assert why(PHONE, body) == expected


def test_scripts_without_spaces_are_compared_too() -> None:
    """A place of four letters, or the word of what has happened, is found in the running text."""
    assert why(QUAKE, "神奈川県のラーメンがおいしい") == "神奈川県"
    assert why(QUAKE, "地震みたいなライブだった") == "地震"
    assert why(QUAKE, "今日はいい天気ですね") is None


def test_only_what_goes_out_into_grave_news_is_an_alarm() -> None:
    """A talking point and a draft wait for us; what is not grave is no alarm."""
    (touch,) = touches_of(CRASH, waiting=(a_text("Off to Aveiro tomorrow!"),))
    assert touch.alarm == (
        "A queued post speaks of “Aveiro”, which is in grave news. Look at it before it goes out."
    )
    assert touch.pair == (US.id, "q1", "crash")
    (linked,) = touches_of(CRASH, waiting=(a_text("https://news.example/train"),))
    assert linked.alarm == (
        "A queued post links to something that is in grave news. Look at it before it goes out."
    )
    (point,) = touches_of(CRASH, waiting=(a_text("Off to Aveiro!", goes_out=False),))
    assert (point.is_point, point.alarm) == (True, None)
    (phone,) = touches_of(PHONE, waiting=(a_text("At #PomeloFair"),))
    assert phone.alarm is None


def test_grave_news_is_first_and_no_post_is_told_of_many() -> None:
    """Of one post at most three topics are told, the grave ones before all others."""
    many = [replace(PHONE, id=TopicId(f"phone{number}")) for number in range(5)]
    found = touches_of(*many, CRASH, waiting=(a_text("#PomeloFair in Aveiro"), a_text("Tea", "q2")))
    assert [touch.topic for touch in found] == ["crash", "phone0", "phone1"]
    assert len(found) == EACH_AT_MOST


def test_what_was_taken_apart_is_remembered_while_it_is_there() -> None:
    """Comparing again gives the same, with the numbers of now, and keeps nothing that is gone."""
    comparison, text = Comparison(), a_text("Off to Aveiro tomorrow!")
    (first,) = comparison.touches((CRASH,), (text,))
    known = dict(comparison._news)
    (again,) = comparison.touches((replace(CRASH, times_usual=9.0),), (text,))
    assert again == replace(first, times_usual=9.0)
    assert comparison._news == known
    assert comparison.touches((), ()) == ()
    assert (comparison._news, comparison._posts) == ({}, {})


@given(st.text(max_size=80), st.text(max_size=200), st.booleans())
def test_nothing_raises(title: str, body: str, is_grave: bool) -> None:
    """Whatever is said, comparing does no harm."""
    news = replace(CRASH, titles=(title,), names=(title,), is_grave=is_grave)
    touches_of(news, waiting=(a_text(body),))


def a_crash(topic: str = "t1", **fields: Any) -> Ranked:  # noqa: ANN401 - fields of any type
    """Give a topic as the engine gives it: grave news of two publishers."""
    made = a_ranked(
        topic,
        kind=TopicKind.STORY,
        network=NetworkName.FEEDS,
        title="Train crash near Aveiro kills 12",
        is_grave=True,
        publishers=("Heron Post", "Gull Times"),
    )
    return replace(made, **fields)


@pytest.fixture
async def network() -> Planned:
    """A network with nothing queued."""
    planned = Planned(FakeServer(FakeClock()))
    planned.waiting = []
    return planned


@pytest.fixture
async def desk(tmp_path: Path, network: Planned) -> AsyncIterator[Desk]:
    """A desk with that network."""
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    async with open_desk(files, (network,), FakeClock(), own_sites=frozenset()) as opened:
        yield opened
    await files.close()


async def _rank(desk: Desk, *topics: Ranked) -> None:
    async with desk.files.cache.write() as tx:
        await put_ranking(tx, Ranking(NOON, topics))


async def _read(desk: Desk) -> list[tuple[str, str, str]]:
    return [(one.queued, one.topic, one.why) for one in await desk.touching.read()]


async def test_a_desk_tells_what_its_queue_touches(desk: Desk, network: Planned) -> None:
    """Queued posts and talking points are compared with what breaks, as both are now."""
    assert await desk.touching.read() == ()
    network.waiting = [a_queued("q1", body="Off to Aveiro!"), a_queued("q2", None, "A crash")]
    await desk.queue.refresh()
    assert await desk.touching.read() == ()
    await _rank(desk, a_crash(), a_crash("t2", title="Tea", is_grave=False))
    assert await _read(desk) == [("q1", "t1", "Aveiro"), ("q2", "t1", "crash")]
    await desk.queue.keep(desk.queue.listed[0])
    (first, second) = sorted(await desk.touching.read(), key=lambda one: one.queued)
    assert isinstance(first, Touch)
    assert (first.is_point, second.is_point) == (True, False)
    assert (first.alarm, second.alarm) == (None, None)
    assert len(network.dropped) == 1
    await _rank(desk)
    assert await _read(desk) == []


async def test_all_that_a_topic_holds_is_compared(desk: Desk, network: Planned) -> None:
    """Its headlines, its names and the links of its posts, also of those that are in no store."""
    await keep(desk.files.cache, a_reading(a_headline("h1", "Nothing", url="https://a.example/1")))
    await desk.intake.take(US.id, arrivals(a_post_around("p1", "See https://b.example/2")))
    stream = replace(a_streamed(), links=("https://c.example/3",))
    ranked = a_crash(
        title="Bread",
        is_grave=False,
        is_breaking=True,
        url="https://d.example/4",
        names=("#bread",),
        headline_ids=(HeadlineId("h1"),),
        post_keys=((AccountId(US.id), a_post_around("p1").id),),
        stream_posts=(stream,),
    )
    await _rank(desk, ranked)
    bodies = [f"https://{host}.example/{at}" for at, host in enumerate("abcd", 1)] + ["#Bread"]
    network.waiting = [a_queued(f"q{at}", body=body) for at, body in enumerate(bodies)]
    await desk.queue.refresh()
    assert [touch.queued for touch in await desk.touching.read()] == ["q0", "q1", "q2", "q3", "q4"]


async def test_grave_talk_of_one_person_is_no_news(desk: Desk, network: Planned) -> None:
    """What nobody publishes and what does not break is left to whoever talks of it."""
    network.waiting = [a_queued("q1", body="Off to Aveiro!")]
    await desk.queue.refresh()
    await _rank(desk, a_crash(publishers=("Heron Post",)))
    assert await desk.touching.read() == ()
    await _rank(desk, a_crash(publishers=(), is_breaking=True))
    assert len(await desk.touching.read()) == 1
