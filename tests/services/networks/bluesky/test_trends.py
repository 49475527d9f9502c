"""What Bluesky talks about, read without an account."""

import asyncio
from pathlib import Path

import pytest

from services.http import Door
from services.model.headlines import FeedState
from services.model.ids import NetworkName
from services.networks.base import Headlines, HeadlineSource
from services.networks.bluesky.trends import LONGEST_PAUSE_S, POLL_S, BlueskyTrends, headlines_of
from services.networks.bluesky.wire import TrendPage, read
from tests.doubles.bluesky import BlueskyDouble, Refusal, Trouble
from tests.fakes import NOON, FakeClock, until

RECORDED = Path(__file__).with_name("recorded")


async def reading(source: BlueskyTrends) -> Headlines:
    """Read once."""
    return await source._reading()


@pytest.fixture
def source(network: BlueskyDouble, door: Door, clock: FakeClock) -> BlueskyTrends:
    """The trends of a network that talks of two things."""
    network.trends = [
        {"topic": "tide", "displayName": "Low \x1btide", "link": "/search?q=tide",
         "startedAt": "2026-11-22T10:00:00Z", "postCount": 3, "description": "Boats wait"},
        {"topic": "bread", "link": "https://bsky.app/x", "startedAt": "2031-01-01T00:00:00Z"},
        {"topic": "", "link": ""}, {"odd": 3},
    ]  # fmt: skip
    return BlueskyTrends(door, clock, network.base_url)


async def test_what_is_talked_about(source: BlueskyTrends) -> None:
    """Each has a name, an address on the site, and when it began, the oldest first."""
    named: HeadlineSource = source
    assert named.network is NetworkName.BLUESKY
    tide, bread = (came := await reading(source)).headlines
    assert (tide.title, tide.paragraph) == ("Low \ufffdtide", "Boats wait")
    assert (tide.url, tide.publisher) == ("https://bsky.app/search?q=tide", "Bluesky trends")
    assert tide.published_at.hour == 10
    assert (bread.title, bread.published_at) == ("bread", NOON)
    assert (came.memory.id, came.memory.state) == ("bluesky:trends", FeedState.WELL)
    await source.close()


@pytest.mark.parametrize("name", ["trends", "topics"])
def test_recorded_answers(name: str) -> None:
    """Both ways in which the real network tells them are read."""
    page = read((RECORDED / f"{name}.json").read_bytes(), TrendPage)
    headlines = headlines_of(page, {}, NOON)
    assert {one.title for one in headlines} == {"Harbour lights", "Slow bread"}
    assert all(str(one.url).startswith("https://bsky.app/search?q=") for one in headlines)


async def test_it_is_the_same_when_it_is_read_again(
    source: BlueskyTrends, network: BlueskyDouble, clock: FakeClock
) -> None:
    """What goes on keeps its moment; what is over is not there any more."""
    first = (await reading(source)).headlines
    await clock.advance(600)
    assert (await reading(source)).headlines == first
    network.trends = network.trends[1:2]
    assert [one.title for one in (await reading(source)).headlines] == ["bread"]


async def test_the_plainer_list_is_asked_where_the_other_is_not_known(
    source: BlueskyTrends, network: BlueskyDouble
) -> None:
    """Both methods may vanish, and one of them is enough."""
    network.missing_methods.add("getTrends")
    assert (await reading(source)).memory.state is FeedState.WELL
    network.missing_methods.add("getTrendingTopics")
    gone = (await reading(source)).memory
    assert (gone.state, gone.words) == (
        FeedState.GONE, "this server does not tell what is talked about",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (Refusal(500, "InternalServerError"), FeedState.UNREACHABLE),
        (Refusal(400, "InvalidRequest", "no"), FeedState.REFUSED),
        (Refusal(200, "x"), FeedState.WELL),
        (None, FeedState.UNREACHABLE),
        (Refusal(429, "RateLimitExceeded", Retry_After="7000"), FeedState.WAITS),
    ],
)
async def test_trouble_is_a_state(
    source: BlueskyTrends, network: BlueskyDouble, refusal: Refusal | None, state: FeedState
) -> None:
    """It never raises, keeps what it had, and asks less often; what is asked for is kept to."""
    had = (await reading(source)).headlines
    network.trouble["getTrends"] = Trouble(refusal, times=3)
    came = await reading(source)
    assert came.memory.state is state
    if state is not FeedState.WELL:
        assert came.headlines == had
        assert source._pause_s == (7000 if state is FeedState.WAITS else 2 * POLL_S)
        assert source._pause_s <= max(LONGEST_PAUSE_S, 7000)


async def test_an_answer_that_is_none(door: Door, network: BlueskyDouble, clock: FakeClock) -> None:
    """A host that is no server of that kind, or one that may not be reached, is a state too."""
    private = BlueskyTrends(door, clock, "http://127.0.0.1:1")
    assert (await reading(private)).memory.state is FeedState.REFUSED
    network.trends = 3  # type: ignore[assignment]  # as a broken server would
    broken = BlueskyTrends(door, clock, network.base_url)
    assert (await reading(broken)).memory.state is FeedState.BROKEN


async def test_it_is_read_every_five_minutes(source: BlueskyTrends, clock: FakeClock) -> None:
    """The second reading comes when it is due."""
    readings = source.readings()
    await anext(readings)
    following = asyncio.ensure_future(anext(readings))
    await until(lambda: clock.sleepers == 1)
    await clock.advance(POLL_S)
    assert (await following).memory.checked_at > NOON
