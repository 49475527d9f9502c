"""Two hundred feeds with twenty thousand items: at a first start, at a second, and from a list."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.terminal import Terminal
from tests.prove.fluid import TRIES, Keys, Peaks, calm_session, press_until, seed, watched
from tests.prove.newsstand import Outside, Stay, feed_words, follow, make_due, outside_zoo, topics
from tests.prove.seat import Home, await_true

pytestmark = [pytest.mark.prove, pytest.mark.alone]

FEEDS, ITEMS = 200, 100
LISTED, LOST = 300, 6
FIRST_S, SECOND_S, IMPORT_S = 60.0, 60.0, 80.0
GROWTH_MB = 60.0
CACHED_S = 3.0
"""How soon the topics of the last time are on the screen, the start of the program included."""
A_TOPIC = r"(?m)^[ ▎▌]{2,4}\S.*\n.*\d sources?, "


def _addresses(zoo: Outside) -> dict[str, str]:
    """Give two hundred feeds, each on a host of its own."""
    return {f"Paper {n}": zoo.url(f"feeds/{n}.xml", zoo.host(n), items=ITEMS) for n in range(FEEDS)}


def _open(home: Home) -> Terminal:
    return home.open("live", "--minutes", "60")


@dataclass(frozen=True, slots=True)
class _Start:
    """What one start was like."""

    keys: Keys
    peaks: Peaks
    asked_s: float
    """From the composer on."""
    read_s: float
    """From the composer on; a second start reads as it asks."""
    topics_s: float
    """From the program's own start until topics were painted."""
    stays: list[Stay]
    listed: list[dict[str, object]]
    """What ``chinwag topics`` said before."""
    titles: list[str]
    """What the pane showed first."""

    def told(self) -> str:
        """Say it in a line."""
        return (
            f"topics after {self.topics_s:.2f} s, asked after {self.asked_s:.1f} s, read after "
            f"{self.read_s:.1f} s, {self.keys.told()}, "
            f"MB { {name: round(mb) for name, mb in self.peaks.seen.items()} }"
        )


def _first_start(home: Home, zoo: Outside) -> _Start:
    """Start where nothing was read yet, and stay until all is."""
    feeds = _addresses(zoo)
    follow(home, feeds, zoo.named_hosts)
    seed(home)
    before = len(zoo.stays())
    with _open(home) as terminal:
        terminal.wait_for("Composer")
        begun_s = time.monotonic()
        with watched(terminal) as peaks:
            keys = press_until(terminal, lambda: len(zoo.stays(before)) >= FEEDS, 20)
            await_true(lambda: len(zoo.stays(before)) >= FEEDS, "all are asked", 30)
            asked_s = time.monotonic() - begun_s
            await_true(lambda: _are_read(home, feeds), "all are read", 30)
            read_s = time.monotonic() - begun_s
        topics_s = terminal.wait_for(A_TOPIC) - terminal.started_at_s
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    return _Start(keys, peaks, asked_s, read_s, topics_s, zoo.stays(before), [], [])


def _second_start(home: Home, zoo: Outside) -> _Start:
    """Start as if it were tomorrow, and stay until all were asked again."""
    listed = topics(home)
    assert make_due(home) == FEEDS
    before = len(zoo.stays())
    with _open(home) as terminal:
        topics_s = terminal.wait_for(A_TOPIC, 10) - terminal.started_at_s
        titles = _titles(terminal)
        with watched(terminal) as peaks:
            keys = press_until(terminal, lambda: len(zoo.stays(before)) >= FEEDS, 20)
            await_true(lambda: len(zoo.stays(before)) >= FEEDS, "all are asked again", SECOND_S)
        asked_s = time.monotonic() - terminal.started_at_s
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    return _Start(keys, peaks, asked_s, asked_s, topics_s, zoo.stays(before), listed, titles)


def test_two_hundred_feeds_at_a_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first poll makes no stutter; the second start asks for changes only, topics at once."""
    calm, calm_mb = calm_session(Home(tmp_path / "calm"))
    firsts: list[_Start] = []
    seconds: list[_Start] = []
    homes = [Home(tmp_path / f"home {number}") for number in range(TRIES)]
    with outside_zoo(tmp_path, publishers=FEEDS) as zoo:
        for home in homes:
            firsts.append(_first_start(home, zoo))
            if firsts[-1].keys.is_fluid(calm):
                break
        while len(seconds) < TRIES:
            seconds.append(_second_start(homes[len(firsts) - 1], zoo))
            if seconds[-1].keys.is_fluid(calm):
                break
    with capsys.disabled():
        print(f"\n200 feeds, calm: {calm.told()}, {calm_mb:.0f} MB")  # noqa: T201 - read by people
        for name, starts in (("first", firsts), ("second", seconds)):
            for start in starts:
                print(f"  {name} start: {start.told()}")  # noqa: T201 - as above
    for start in firsts:
        assert start.read_s <= FIRST_S
        assert start.peaks.seen["ui"] - calm_mb <= GROWTH_MB
    for start in seconds:
        assert not [stay for stay in start.stays if not _is_conditional(stay)]
        assert start.topics_s <= CACHED_S
        assert [one for one in start.titles if one] == _starts(start.titles, start.listed)
    assert firsts[-1].keys.is_fluid(calm)
    assert seconds[-1].keys.is_fluid(calm)


def _are_read(home: Home, feeds: dict[str, str]) -> bool:
    return all(words.startswith("read ") for words in feed_words(home, feeds).values())


def _is_conditional(stay: Stay) -> bool:
    return bool({"if-none-match", "if-modified-since"} & stay.seen.headers.keys())


def _titles(terminal: Terminal) -> list[str]:
    """Read the titles that the pane shows, but for what is cut off at its edge."""
    found = re.findall(r"(?m)^[ ▎▌]{2,4}(\S.*?)…? *│.*\n.*\d sources?, ", terminal.text())
    return [str(title) for title in found]


def _starts(shown: list[str], listed: list[dict[str, object]]) -> list[str]:
    """Give the beginnings of the first topics listed, each as long as what is shown."""
    titles = [str(topic["title"]) for topic in listed]
    return [title[: len(part)] for part, title in zip(shown, titles, strict=False)]


def test_a_list_of_three_hundred(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list from another reader: a line that moves, what failed with a sentence, and a status."""
    home = Home(tmp_path / "home")
    with outside_zoo(tmp_path, publishers=FEEDS) as zoo:
        follow(home, {}, zoo.named_hosts)
        bad = ["gone", "missing", "hang", "not-a-feed", "gzip-bomb", "empty"]
        urls = [
            zoo.url(f"feeds/{n}.xml", zoo.host(n), items=ITEMS) for n in range(LISTED - LOST)
        ] + [zoo.url(name, zoo.host(n)) for n, name in enumerate(bad)]
        (home.folder / "list.opml").write_text(
            '<?xml version="1.0"?><opml version="2.0"><body>'
            + "".join(f'<outline type="rss" text="P{n}" xmlUrl="{u}"/>' for n, u in enumerate(urls))
            + "</body></opml>"
        )
        with home.open("feeds", "--import", "list.opml", rows=50) as terminal:
            status = terminal.wait_for_end(IMPORT_S + 10)
            took_s = time.monotonic() - terminal.started_at_s
            terminal.settle(0.2, 2)
            written, shown = terminal.output().decode(), terminal.text()
    steps = re.findall(r"\r([^\r\n]*?\d+[^\r\n]*?)\x1b\[K", written)
    with capsys.disabled():
        print(  # noqa: T201 - as above
            f"\n300 feeds from a list: {took_s:.1f} s, status {status}, {len(set(steps))} steps\n"
            f"{shown.rstrip()}"
        )
    assert len(set(steps)) > LISTED // 2
    assert status == 1
    assert took_s <= IMPORT_S
    for words in ("says it is no more", "does not know the address", "within 15 s"):
        assert words in shown
    for words in ("not a feed: it is a web page", "larger than 5 MB", "nothing in it"):
        assert words in shown
