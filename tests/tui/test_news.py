"""Headlines as people meet them: the offer in the lobby, and the feeds that are followed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from services.errors import ChinwagError, ConfigError
from services.feed_import import Importing
from services.model.headlines import FeedState
from services.model.news_sources import NewsSource
from tests.fakes import FakeClock
from tests.tui.newsstand import PLACES, Newsstand, fault, feed, named, stand_in
from tests.tui.stage import SIZE, Stage, open_stage
from tui.lobby_view import offer
from tui.screens.ask import AskScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.feeds import FeedsScreen
from tui.screens.import_report import ImportReportScreen
from tui.screens.offer import OfferScreen
from widgets.voices import measure


@asynccontextmanager
async def _stage(
    folder: Path, *, size: tuple[int, int] = SIZE, asked: bool = False, is_seeded: bool = True
) -> AsyncIterator[tuple[Stage, Newsstand]]:
    """Open the lobby with a newsstand beside it."""
    async with open_stage(folder, size=size, is_seeded=is_seeded) as stage:
        news = Newsstand(stage.runtime)
        stand_in(stage.runtime, news)
        if asked:
            await news.answer(news.offers)
        await stage.lobby.refresh_view()
        yield stage, news


async def _feeds(stage: Stage) -> FeedsScreen:
    await stage.press("b")
    await stage.until(lambda: isinstance(stage.app.screen, FeedsScreen))
    screen = stage.app.screen
    assert isinstance(screen, FeedsScreen)
    return screen


@pytest.mark.parametrize("cells", [112, 76, 58, 40])
def test_the_offer_names_as_many_as_fit(cells: int) -> None:
    """However narrow, the line is whole, names the last, and says the key."""
    said = offer([name for name, _ in PLACES], cells)
    words = "".join(text for text, _ in said)
    assert measure(said) <= cells
    assert words.endswith("?  b  chooses")
    if cells > 60:
        assert words.startswith("Read what breaks from BBC News")
        assert "Hacker News?" in words
        assert (" … and " in words) == (cells < 100)


async def test_the_lobby_asks_once_and_b_chooses(tmp_path: Path) -> None:
    """Esc leaves it open; what is left out is not read; after that b shows the feeds."""
    async with _stage(tmp_path) as (stage, news):
        await stage.until_shown("Read what breaks from BBC News", "b  chooses")
        await stage.press("b")
        await stage.until(lambda: isinstance(stage.app.screen, OfferScreen))
        await stage.until_shown("this machine's address", str(news.offers[0].name), "11 of 11")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        assert news.answered is None
        await stage.press("b")
        await stage.until(lambda: isinstance(stage.app.screen, OfferScreen))
        await stage.press("space", "j", "j", "space")
        await stage.until_shown("9 of 11")
        await stage.press("enter")
        await stage.until(lambda: news.answered is not None)
        assert news.answered == (*news.offers[1:2], *news.offers[3:])
        await stage.until(lambda: "Read what breaks" not in stage.text())
        await _feeds(stage)


@pytest.mark.parametrize("key", ["x", "n"])
async def test_no_is_an_answer_that_is_not_asked_again(tmp_path: Path, key: str) -> None:
    """X and n read nothing, and the question does not come back; b leads to the feeds."""
    async with _stage(tmp_path) as (stage, news):
        await stage.press("b")
        await stage.until(lambda: isinstance(stage.app.screen, OfferScreen))
        await stage.press(key)
        await stage.until(lambda: news.answered == ())
        await stage.until_said("Nothing is read then.")
        assert "Read what breaks" not in stage.text()
        assert stage.runtime.config.news.asked
        await _feeds(stage)
        await stage.until_shown("No feed is followed yet.")


async def test_looking_on_asks_nothing_and_chooses_nothing(tmp_path: Path) -> None:
    """Where another terminal writes, nothing is offered and b says why."""
    clock = FakeClock()
    async with (
        open_stage(tmp_path, clock=clock),
        open_stage(tmp_path, clock=clock, is_seeded=False) as second,
    ):
        assert "Read what breaks" not in second.text()
        await second.press("b")
        await second.until_said("t takes Chinwag over.")


async def test_feeds_say_how_they_are_and_x_removes_one(tmp_path: Path) -> None:
    """Each with its state and address; y shows it; a removal is asked about."""
    async with _stage(tmp_path, asked=True) as (stage, news):
        now = stage.clock.now()
        news.followed = [
            feed(1, "BBC News", FeedState.WELL, "", now),
            feed(2, "Old Gazette", FeedState.GONE, "gone since Friday", now),
        ]
        screen = await _feeds(stage)
        await stage.until_shown("read 3 min ago", "gone since Friday", "https://feed2.example/rss")
        await stage.press("j", "y")
        await stage.until(lambda: stage.app.clipboard == news.followed[1].url)
        await stage.press("x")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("n")
        await stage.until(lambda: stage.app.screen is screen)
        assert len(news.followed) == 2
        await stage.press("x")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("y")
        await stage.until(lambda: [one.name for one in news.followed] == ["BBC News"])
        await stage.until(lambda: "Old Gazette" not in stage.text())
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.lobby)


async def test_a_adds_what_is_found_and_lets_choose_among_several(tmp_path: Path) -> None:
    """One feed is followed at once, of several those chosen; nothing found is a sentence."""
    async with _stage(tmp_path, asked=True) as (stage, news):
        screen = await _feeds(stage)

        async def add(address: str) -> None:
            await stage.press("a")
            await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
            await stage.write(address)
            await stage.press("enter")

        news.found = (named("Tide tables", "https://a.example/rss"),)
        await add("a.example")
        await stage.until_said("Tide tables is followed from now on.")
        await stage.until_shown("Tide tables", "not read yet")

        news.found = (
            named("All of it", "https://b.example/all"),
            named("Only ferries", "https://b.example/ferries"),
        )
        await add("b.example")
        await stage.until(lambda: isinstance(stage.app.screen, OfferScreen))
        await stage.until_shown("This page names 2 feeds", "0 of 2")
        await stage.press("x", "j", "space", "enter")
        await stage.until(lambda: len(news.followed) == 2)
        assert news.followed[1].name == "Only ferries"
        await stage.until(lambda: stage.app.screen is screen)

        news.error = ChinwagError("That is no address.", "It begins with https.")
        await add("c.example")
        await stage.until_said("That is no address.")
        await stage.press("a")
        await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is screen)


async def test_a_list_that_cannot_be_read_is_said_and_ends_nothing(tmp_path: Path) -> None:
    """Every key works on, and once the file is mended the feeds are there."""
    async with _stage(tmp_path, asked=True) as (stage, news):
        news.followed.append(feed(1, "Gazette", FeedState.WELL, "", stage.runtime.clock.now()))
        news.list_error = ConfigError("feeds.toml cannot be used: line 1.", "Mend that line.")
        await _feeds(stage)
        await stage.until_shown("cannot be listed")
        await stage.until_said("feeds.toml cannot be used")
        for key in ("a", "escape", "x", "y", "h", "h"):
            await stage.press(key)
        await stage.until_shown("cannot be listed")
        news.list_error = None
        await stage.press("h")
        await stage.until_shown("4 sources", "Gazette")


async def test_an_import_says_how_far_it_is_and_lists_what_failed(tmp_path: Path) -> None:
    """Progress in numbers, then every failure with its words; without one, a sentence."""
    async with _stage(tmp_path, asked=True) as (stage, news):
        screen = await _feeds(stage)
        faults = (
            fault("Gazette", "https://0.example/", "gone"),
            fault("", "https://1.example/", "not a feed"),
            fault("Late", "https://2.example/", "tried again later", is_followed=True),
        )
        news.steps = (Importing(120, 300, faults[:1]), Importing(300, 300, faults, is_done=True))

        async def bring(path: str) -> None:
            await stage.press("i")
            await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
            await stage.write(path)
            await stage.press("enter")
            await stage.until(lambda: stage.app.screen is screen)

        await bring("/feeds/mine.opml")
        await stage.clock.advance(1)
        await stage.until_shown("120 of 300, 1 failed")
        assert news.asked == ["/feeds/mine.opml"]
        await stage.clock.advance(1)
        await stage.until(lambda: isinstance(stage.app.screen, ImportReportScreen))
        await stage.until_shown(
            "297 feeds of 300 came in, 2 failed, 1 will be tried again.", "Gazette  gone"
        )
        await stage.until_shown("https://1.example/  not a feed")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is screen)
        assert "120 of 300" not in stage.text()

        news.steps = (Importing(3, 3, is_done=True),)
        await bring("~/mine.opml")
        await stage.clock.advance(1)
        await stage.until_said("3 feeds of 3 came in.")
        assert not news.asked[-1].startswith("~")

        news.error = ChinwagError("That is no OPML.", "Export it anew.")
        await bring("/feeds/other.opml")
        await stage.until_said("That is no OPML.")
        await bring("~nobody-of-this-name/other.opml")
        await stage.until_said("whose home is that?")


async def test_an_export_never_overwrites_without_asking(tmp_path: Path) -> None:
    """A new file is written at once; one that is there only after a yes."""
    async with _stage(tmp_path, asked=True) as (stage, news):
        screen = await _feeds(stage)
        there = tmp_path / "there.opml"
        there.write_text("mine", "utf-8")

        async def take(path: Path) -> None:
            await stage.press("e")
            await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
            await stage.press("ctrl+a", "ctrl+k")
            await stage.write(str(path))
            await stage.press("enter")

        await take(tmp_path / "new.opml")
        await stage.until_said("0 feeds written to")
        await take(there)
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("n")
        await stage.until(lambda: stage.app.screen is screen)
        assert news.written == [tmp_path / "new.opml"]
        await take(there)
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("y")
        await stage.until(lambda: news.written == [tmp_path / "new.opml", there])


def _is_off(screen: FeedsScreen, source: NewsSource) -> bool:
    rows = {row.id: row.state for row in screen.list.values}
    return rows[source.feed] is FeedState.OFF


async def test_space_reads_a_source_or_leaves_it(tmp_path: Path) -> None:
    """Trends and Hacker News are a row each, read or not, which space and h turn; no feed is."""
    async with _stage(tmp_path, asked=True) as (stage, news):
        news.followed = [feed(1, "BBC News", FeedState.WELL, "", stage.clock.now())]
        screen = await _feeds(stage)
        await stage.until_shown("4 sources", "Mastodon trends (mastodon.social)", "not read yet")
        await stage.press("space")
        await stage.until_said("A feed is followed until x removes it.")
        for key, source in zip(("space", "h", "space"), news.sources, strict=True):
            at = [row.id for row in screen.list.values].index(source.feed)
            await stage.press("home", *["j"] * at, key)
            await stage.until(partial(_is_off, screen, source))
        await stage.until_shown("1 source", "not read")
        await stage.press("end", "x")
        await stage.until_said("is not read. space reads it.")
        await stage.press("space")
        await stage.until(lambda: len(news.sources) == 1)
        await stage.until_shown("2 sources")
