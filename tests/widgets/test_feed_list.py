"""Feeds say how they are in words; offers show whether they are chosen; addresses stand whole."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from services.model.headlines import FeedState
from services.model.words import Safe
from tests.tui.newsstand import LONG, PLACES, feed
from tests.widgets.samples import HOSTILE_NAMES, NOW, Harness
from widgets.feed_list import FeedList, feed_words
from widgets.offer_list import Choice, OfferList
from widgets.voices import Voice


@pytest.mark.parametrize(
    ("state", "words", "said", "voice"),
    [
        (FeedState.WELL, "", "read 3 min ago", Voice.QUIET),
        (FeedState.WELL, "no headlines in it", "no headlines in it", Voice.QUIET),
        (FeedState.NEW, "", "not read yet", Voice.QUIET),
        (FeedState.LATE, "4 min late", "4 min late", Voice.NOW),
        (FeedState.MOVED, "moved to b.example", "moved to b.example", Voice.NOW),
        (FeedState.GONE, "gone", "gone", Voice.FAILURE),
        (FeedState.NOT_A_FEED, "", "not a feed any more", Voice.FAILURE),
    ],
)
def test_a_feed_says_how_it_is(state: FeedState, words: str, said: str, voice: Voice) -> None:
    """Well is quiet with its age; trouble is in its own words, and failure alone is red."""
    assert feed_words(feed(1, "BBC", state, words, NOW), NOW) == (said, voice)


def test_every_state_has_words() -> None:
    """No state is silent, read or not."""
    for state in FeedState:
        words, _ = feed_words(feed(1, "BBC", state, "", NOW), NOW)
        assert words
    never = replace(feed(1, "BBC", FeedState.WELL, "", NOW), checked_at=None)
    assert feed_words(never, NOW)[0] == "well"


async def test_feeds_read_as_designed() -> None:
    """Name and state on one line, the whole address below it; ages grow."""
    feeds = FeedList()
    feeds.now = NOW
    long = replace(feed(2, "The Guardian", FeedState.LATE, "4 min late", NOW), url=Safe(LONG))
    feeds.values = (feed(1, "BBC News", FeedState.WELL, "", NOW), long)
    app = Harness(feeds)
    async with app.run_test(size=(110, 12)) as pilot:
        await pilot.pause()
        lines = [line.rstrip() for line in app.screen_lines()]
        assert lines[0].startswith("▌ BBC News")
        assert lines[0].endswith("read 3 min ago")
        assert lines[1] == "▌ https://feed1.example/rss.xml"
        assert "4 min late" in "".join(lines)
        shown = "".join(line.strip() for line in lines[4:6])
        assert LONG in shown
        feeds.now = NOW + timedelta(minutes=4)
        await pilot.pause()
        assert "read 7 min ago" in app.screen_lines()[0]


async def test_long_words_stand_where_short_ones_do_if_the_name_leaves_room() -> None:
    """How each feed is stands at the right edge; it comes nearer where its name has no room."""
    words = "There is no address for feeds.arstechnica.com"
    feeds = FeedList()
    feeds.now = NOW
    feeds.values = (
        feed(1, "Ars Technica", FeedState.UNREACHABLE, words, NOW),
        feed(2, "BBC News", FeedState.WELL, "", NOW),
    )
    app = Harness(feeds)
    async with app.run_test(size=(80, 6)) as pilot:
        await pilot.pause()
        first, _, second, *_ = (line.rstrip() for line in app.screen_lines())
        assert "Ars Technica   " in first
        assert first.endswith(words)
        assert len(first) == len(second)


async def test_offers_stand_beside_their_addresses_or_over_them() -> None:
    """Where there is room one line each, elsewhere the address below; a glyph says which go."""
    choices = tuple(
        Choice(Safe(name), Safe(url), number % 2 == 0) for number, (name, url) in enumerate(PLACES)
    )
    for cells, height in ((80, 1), (40, 3)):
        offers = OfferList()
        offers.values = choices
        app = Harness(offers)
        async with app.run_test(size=(cells, 24)) as pilot:
            await pilot.pause()
            assert offers.row_height == height
            lines = app.screen_lines()
            assert "●  BBC News, World" in lines[0]
            assert "○  The Guardian, World" in lines[height]
            whole = "".join(line.strip(" ▌") for line in lines)
            assert all(url in whole for _, url in PLACES)


@pytest.mark.parametrize("width", [1, 8, 20, 80])
async def test_hostile_names_fit(width: int) -> None:
    """No name is markup or wider than its place, in feeds as in offers."""
    feeds, offers = FeedList(), OfferList()
    feeds.now = NOW
    feeds.values = tuple(
        feed(number, name, FeedState.BROKEN, name[:200], NOW)
        for number, name in enumerate(HOSTILE_NAMES)
    )
    offers.values = tuple(
        Choice(Safe(name), Safe(f"https://{number}.example/"), is_chosen=True)
        for number, name in enumerate(HOSTILE_NAMES)
    )
    app = Harness(feeds, offers)
    async with app.run_test(size=(width, 40)) as pilot:
        await pilot.pause()
        assert {cell_len(line) for line in app.screen_lines()} == {width}
