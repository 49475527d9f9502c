"""Lists of other readers come in, and go out, over a real door and a real parser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.config import NewsConfig
from services.errors import ChinwagError
from services.feed_import import check_all, faults_of
from services.model.headlines import FeedState
from services.networks.feeds.client import FeedClient
from services.networks.feeds.wire import Outline, Outlines
from tests.fakes import until
from tests.newsroom import READS, Stage, open_stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A zoo, a door, a parser, an empty cache, and a person who was never asked."""
    async with open_stage(tmp_path) as opened:
        yield opened


async def test_a_list_of_another_reader_is_imported(stage: Stage, tmp_path: Path) -> None:
    """Each is asked once; what does not come in is named with why; progress is told."""
    outlines = {
        "Good": stage.zoo.url("rss"),
        "Known": stage.zoo.url("atom"),
        "Gone": stage.zoo.url("gone"),
        "Page": stage.zoo.url("not-a-feed"),
        "Inward": stage.zoo.url("rss", "stranger"),
        "Later": stage.zoo.url("busy"),
        "Broken": stage.zoo.url("empty"),
    }
    path = tmp_path / "list.opml"
    path.write_text(
        "<opml version='2.0'><body>"
        + "".join(f"<outline text='{n}' xmlUrl='{u}'/>" for n, u in outlines.items())
        + "</body></opml>"
    )
    async with stage.news() as news:
        await news.follow(outlines["Known"])
        await until(lambda: len(stage.told) == 20)
        steps = [step async for step in news.import_opml(path)]
        assert [step.done for step in steps] == [*range(8), 7]
        assert [step.is_done for step in steps] == [False] * 8 + [True]
        assert {step.total for step in steps} == {7}
        failed = {str(fault.name): fault for fault in steps[-1].failed}
        assert set(failed) == {"Gone", "Page", "Inward", "Later", "Broken"}
        assert [name for name, fault in failed.items() if fault.is_followed] == ["Later"]
        assert failed["Gone"].words == "gone: the publisher says it is no more"
        assert "tried again later" in failed["Later"].words
        assert len({fault.words for fault in failed.values()}) == 5
        assert len(stage.told) == 40
        feeds = {feed.name: feed.state for feed in await news.feeds()}
        assert feeds == {
            "Good": FeedState.WELL,
            "Later": FeedState.WAITS,
            "The Atom Post": FeedState.WELL,
        }
        await stage.clock.advance(60)
    assert len(stage.zoo.asked("rss")) == 1


async def test_an_import_that_is_broken_off_keeps_what_it_has(stage: Stage, tmp_path: Path) -> None:
    """And is the first answer to the question where it was never asked."""
    path = tmp_path / "list.opml"
    path.write_text(
        "<opml version='2.0'><body>"
        + "".join(
            f"<outline xmlUrl='{stage.zoo.url(f'feeds/{n}.xml', items=1)}'/>" for n in range(60)
        )
        + "</body></opml>"
    )
    async with stage.news() as news:
        importing = news.import_opml(path)
        async for step in importing:
            if step.done == 25:
                break
        await importing.aclose()
        assert len(await news.feeds()) == 25
        assert stage.config.news == READS
        assert len(stage.told) == 25


async def test_a_list_comes_back_from_what_was_exported(stage: Stage, tmp_path: Path) -> None:
    """With names and addresses that would break careless XML."""
    stage.follows("rss", news=NewsConfig(asked=True))
    path = tmp_path / "out" / "list.opml"
    async with stage.news() as news:
        stage.file.write_text(
            f"[[feed]]\nurl = '{stage.zoo.url('rss', items=2, ttl=5)}'\nname = 'A \"<&>\" b'\n"
        )
        assert await news.export_opml(path) == 1
        before = await news.feeds()
        await news.unfollow(before[0].id)
        steps = [step async for step in news.import_opml(path)]
        assert steps[-1].failed == ()
        assert [(feed.name, feed.url) for feed in await news.feeds()] == [
            (feed.name, feed.url) for feed in before
        ]
        with pytest.raises(ChinwagError, match="cannot be written"):
            await news.export_opml(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"hello", "cannot be used"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
async def test_a_list_that_is_none_is_a_sentence(
    stage: Stage, tmp_path: Path, content: bytes | None, says: str
) -> None:
    """And nothing is followed."""
    path = tmp_path / "list.opml"
    if content is not None:
        path.write_bytes(content)
    async with stage.news() as news:
        with pytest.raises(ChinwagError, match=says):
            await anext(news.import_opml(path))
        assert await news.feeds() == ()


async def test_a_list_is_imported_where_nothing_is_read_yet(stage: Stage, tmp_path: Path) -> None:
    """One that names nothing new changes nothing, and asks nobody."""
    stage.follows("rss", news=NewsConfig())
    path = tmp_path / "list.opml"
    path.write_text(
        f"<opml version='2.0'><body><outline xmlUrl='{stage.zoo.url('rss')}'/></body></opml>"
    )
    async with stage.news() as news:
        steps = [step async for step in news.import_opml(path)]
        assert (steps[-1].done, steps[-1].failed) == (1, ())
    assert stage.zoo.requests == []
    assert stage.config.news == NewsConfig()


async def test_what_of_a_list_is_no_feed_is_told(stage: Stage, tmp_path: Path) -> None:
    """Nobody has to count what is missing."""
    path = tmp_path / "list.opml"
    path.write_text(
        "<opml version='2.0'><body><outline text='A' xmlUrl='javascript:alert(1)'/>"
        f"<outline text='B' xmlUrl='{stage.zoo.url('rss')}'/></body></opml>"
    )
    async with stage.news() as news:
        steps = [step async for step in news.import_opml(path)]
    assert [(fault.name, fault.words) for fault in steps[-1].failed] == [
        ("1 entry", "no address of the web")
    ]
    several = faults_of(Outlines((), refused=3, is_cut=True))
    assert [fault.words for fault in several] == [
        "3 without an address of the web",
        "the list is longer than 0; the rest was not read",
    ]


async def test_an_outline_without_an_address_is_left_out(stage: Stage) -> None:
    """Also where the child let it through."""
    client = FeedClient(stage.door, stage.parser, stage.clock)
    checks = [one async for one in check_all([Outline("A", "nonsense")], client, frozenset())]
    assert [one.fault.words for one in checks if one.fault] == ["that is no address of the web"]


async def test_a_place_below_home_may_be_written_short(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As people type it; a home that is nobody's is a sentence."""
    monkeypatch.setenv("HOME", str(tmp_path))
    stage.follows("rss", news=NewsConfig())
    async with stage.news() as news:
        assert await news.export_opml(Path("~/feeds.opml")) == 1
        assert (tmp_path / "feeds.opml").exists()
        steps = [step async for step in news.import_opml(Path("~/feeds.opml"))]
        assert steps[-1].total == 1
        with pytest.raises(ChinwagError, match="cannot be read"):
            await anext(news.import_opml(Path("~no-such-user/feeds.opml")))
