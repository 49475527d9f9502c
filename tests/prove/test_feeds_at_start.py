"""Two hundred feeds with twenty thousand items: at a first start, at a second, and from a list."""

import re
import time
from pathlib import Path

import pytest

from tests.bench.terminal import Terminal
from tests.prove.fluid import calm_session, press_until, seed, watched
from tests.prove.newsstand import Outside, Stay, feed_words, follow, make_due, outside_zoo, topics
from tests.prove.seat import Home, await_true

pytestmark = [pytest.mark.prove, pytest.mark.alone]

FEEDS, ITEMS = 200, 100
LISTED, LOST = 300, 6
FIRST_S, SECOND_S, IMPORT_S = 60.0, 60.0, 80.0
GROWTH_MB = 60.0
CACHED_S = 3.0
"""How soon the topics of the last time are on the screen, the start of the program included."""
A_TOPIC = r"(?m)^[ ▎▌]{2,4}\S.*\n.*(sources|verify first), \d"


def _addresses(zoo: Outside) -> dict[str, str]:
    """Give two hundred feeds, each on a host of its own."""
    return {f"Paper {n}": zoo.url(f"feeds/{n}.xml", zoo.host(n), items=ITEMS) for n in range(FEEDS)}


def _open(home: Home) -> Terminal:
    return home.open("live", "--minutes", "60")


def test_two_hundred_feeds_at_a_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first poll makes no stutter; the second start asks for changes only, topics at once."""
    calm, calm_mb = calm_session(Home(tmp_path / "calm"))
    home = Home(tmp_path / "home")
    with outside_zoo(tmp_path, publishers=FEEDS) as zoo:
        feeds = _addresses(zoo)
        follow(home, feeds, zoo.named_hosts)
        seed(home)
        with _open(home) as terminal:
            terminal.wait_for("Composer")
            begun_s = time.monotonic()
            with watched(terminal) as peaks:
                keys = press_until(terminal, lambda: len(zoo.stays()) >= FEEDS, 20)
                await_true(lambda: len(zoo.stays()) >= FEEDS, "all are asked", 30)
                asked_s = time.monotonic() - begun_s
                await_true(lambda: _are_read(home, feeds), "all are read", 30)
                read_s = time.monotonic() - begun_s
            terminal.wait_for(A_TOPIC)
            terminal.press("ctrl+q")
            assert terminal.wait_for_end() == 0
        listed = topics(home)
        first, due = zoo.stays(), make_due(home)
        with _open(home) as terminal:
            cached_s = terminal.wait_for(A_TOPIC, 10) - terminal.started_at_s
            before = _titles(terminal)
            again = press_until(terminal, lambda: len(zoo.stays()) >= 2 * FEEDS, 20)
            await_true(lambda: len(zoo.stays()) >= 2 * FEEDS, "all are asked again", SECOND_S)
            second_s = time.monotonic() - terminal.started_at_s
        second = zoo.stays(len(first))
    with capsys.disabled():
        print(  # noqa: T201 - figures are what a proof is read for
            f"\n200 feeds: asked after {asked_s:.1f} s, read after {read_s:.1f} s, {keys.told()} "
            f"(calm {calm.told()}), MB { {k: round(v) for k, v in peaks.seen.items()} } (calm "
            f"{calm_mb:.0f}); second start: topics after {cached_s:.2f} s, asked after "
            f"{second_s:.1f} s, {again.told()}"
        )
    assert due == FEEDS
    assert not [stay for stay in second if not _is_conditional(stay)]
    assert [one for one in before if one] == _starts(before, listed)
    assert read_s <= FIRST_S
    assert cached_s <= CACHED_S
    assert peaks.seen["ui"] - calm_mb <= GROWTH_MB
    keys.check(calm)
    again.check(calm)


def _are_read(home: Home, feeds: dict[str, str]) -> bool:
    return all(words.startswith("read ") for words in feed_words(home, feeds).values())


def _is_conditional(stay: Stay) -> bool:
    return bool({"if-none-match", "if-modified-since"} & stay.seen.headers.keys())


def _titles(terminal: Terminal) -> list[str]:
    """Read the titles that the pane shows, but for what is cut off at its edge."""
    found = re.findall(
        r"(?m)^[ ▎▌]{2,4}(\S.*?)…? *│.*\n.*(?:sources|verify first), \d", terminal.text()
    )
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
