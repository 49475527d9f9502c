"""The whole zoo at once, in the real program: topics of the good, a sentence for each bad one."""

import contextlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bench.terminal import NotShown, Terminal
from tests.prove.fluid import TRIES, Keys, Peaks, calm_session, press_until, seed, watched
from tests.prove.newsstand import Outside, Stay, feed_words, follow, outside_zoo, topics
from tests.prove.seat import Home, await_true
from tests.stream_grammar import Screen, violations

pytestmark = [pytest.mark.prove, pytest.mark.alone]

ALL_READ_S = 60.0
FETCH_S = 15.5
GROWTH_MB = 60.0
_ITEMS = 3
_AT_HOME = ("moved", "redirect", "redirect-loop", "redirect-plain")
"""They lead to another animal of their own host."""
_NUMBERED = {
    "feeds": "feeds/1.xml", "carried": "carried/2.xml", "redirect-chain": "redirect-chain/5"
}  # fmt: skip
NO_TOPICS = {"page", "dated-1970", "turns"}
"""A page is no feed itself; what is that old is no topic."""

SENTENCES = {
    "gzip-bomb": "is larger than 5 MB",
    "brotli-bomb": "compressed in a way that was not asked for",
    "not-gzip": "compressed that cannot be unpacked",
    "endless": "is larger than 5 MB",
    "hang": "did not answer within 15 s",
    "slow-body": "did not answer within 15 s",
    "reset": "broke off",
    "garbage": "does not answer as a web server does",
    "many-headers": "does not answer as a web server does",
    "redirect-loop": "redirects in a circle",
    "redirect-chain": "redirects more than 3 times",
    "redirect-inward": "leads to a private address",
    "redirect-file": "leads to an address that is not followed",
    "stranger": "is asked for on port",
    "missing": "does not know the address",
    "gone": "says it is no more",
    "signed-out": "asks for a name and a password",
    "forbidden": "does not let us read it",
    "wait": "asked us to wait 2 s",
    "wait-long": "asked us to wait 15 min",
    "broken": "server is in trouble (500)",
    "empty": "there is nothing in it",
    "not-a-feed": "not a feed: it is a web page",
    "json-page": "not a feed: it is something else",
    "truncated": "cut off in the middle; what came was kept",
    "blank": "there are no headlines in it now",
    "deep-xml": "there are no headlines in it now",
}
"""What people are told where they would do something different, or could."""
AT_CURSOR = r"(?m)^ *▌ *(\S.*?) *│"
_TIMES = re.compile(r"^×\d+ ")
"""What stands before a topic that breaks."""
_NO_SENTENCE = re.compile(r"Error|Exception|Traceback|[Ee]rrno|httpx|httpcore|\bNone\b")


def _addresses(zoo: Outside) -> dict[str, str]:
    """Give the address of every animal, each on a host of its own and with stories of its own."""
    found = {}
    for number, name in enumerate(zoo.verdicts):
        host = "127.0.0.1" if name in _AT_HOME else zoo.host(number)
        own = {} if name in _NUMBERED else {"first": 1_000 + number * 10}
        found[name] = zoo.url(_NUMBERED.get(name, name), host, items=_ITEMS, **own)
    # Nobody has named this one.
    found["stranger"] = zoo.url("rss", "127.0.0.3")
    return found


def _all_were_asked(zoo: Outside, feeds: Mapping[str, str]) -> bool:
    ended = {f"http://{stay.seen.host}{stay.seen.path}" for stay in zoo.stays()}
    return set(feeds.values()) - ended <= {feeds["stranger"]}


@dataclass(frozen=True, slots=True)
class _Visit:
    """What one session with all animals was like."""

    keys: Keys
    peaks: Peaks
    took_s: float
    stays: list[Stay]
    said: dict[str, str]
    found: list[dict[str, Any]]


def _visit(home: Home, zoo: Outside) -> _Visit:
    """Sit while every animal is read for the first time."""
    feeds = _addresses(zoo)
    follow(home, feeds, zoo.named_hosts)
    seed(home)
    with home.open("live") as terminal:
        terminal.wait_for("Composer")
        begun_s = time.monotonic()
        with watched(terminal) as peaks:
            keys = press_until(terminal, lambda: _all_were_asked(zoo, feeds), 30)
            await_true(lambda: _all_are_told(home, feeds), "every feed has its words", 15)
        took_s = time.monotonic() - begun_s
        said, found = feed_words(home, feeds), topics(home)
        _is_the_pane(terminal, home)
        _is_clean(terminal, found)
    return _Visit(keys, peaks, took_s, zoo.stays(), said, found)


def test_every_animal_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Topics from all the good, one sentence for each bad, no fetch long, no stutter, no growth."""
    calm, calm_mb = calm_session(Home(tmp_path / "calm"))
    for number in range(TRIES):
        folder = tmp_path / str(number)
        folder.mkdir()
        with outside_zoo(folder, publishers=90) as zoo:
            visit = _visit(Home(folder / "home"), zoo)
        longest_s = max(stay.stayed_s for stay in visit.stays)
        with capsys.disabled():
            print(  # noqa: T201 - figures are what a proof is read for
                f"\nzoo: all read after {visit.took_s:.1f} s, longest fetch {longest_s:.2f} s, "
                f"{visit.keys.told()} (calm {calm.told()}), MB {_rounded(visit.peaks.seen)} "
                f"(calm {calm_mb:.0f})"
            )
            for name, words in visit.said.items():
                print(f"  {name:<16} {words}")  # noqa: T201 - as above
        _check_sentences(zoo, visit.said)
        _check_topics(zoo, visit.found)
        assert visit.took_s <= ALL_READ_S
        assert longest_s <= FETCH_S, [stay for stay in visit.stays if stay.stayed_s > FETCH_S]
        assert not [stay for stay in visit.stays if stay.seen.host.startswith("127.0.0.3")]
        assert visit.peaks.seen["ui"] - calm_mb <= GROWTH_MB
        if visit.keys.is_fluid(calm):
            return
    raise AssertionError("a stutter, each time")


def _all_are_told(home: Home, feeds: Mapping[str, str]) -> bool:
    return "not read yet" not in feed_words(home, feeds).values()


def _check_sentences(zoo: Outside, said: Mapping[str, str]) -> None:
    """Each has words; those of the bad are sentences, and tell apart what people tell apart."""
    assert set(said) == {*zoo.verdicts, "stranger"}
    for name, words in said.items():
        assert words, name
        assert not _NO_SENTENCE.search(words), (name, words)
        if zoo.verdicts.get(name, "bad") == "bad":
            assert not words.startswith("read "), (name, words)
    for name, words in SENTENCES.items():
        assert words in said[name], (name, said[name])


def _check_topics(zoo: Outside, found: list[dict[str, Any]]) -> None:
    """All the good carry one, none of the bad does."""
    carriers = {name for topic in found for name in topic["publishers"]}
    of = {v: {n for n, said in zoo.verdicts.items() if said == v} for v in ("good", "bad")}
    assert of["good"] - NO_TOPICS <= carriers, of["good"] - NO_TOPICS - carriers
    assert not carriers & of["bad"]


def _is_the_pane(terminal: Terminal, home: Home) -> None:
    """Walk through the pane: it has the topics that the command lists, in its order."""
    listed = topics(home)
    terminal.press("t")
    terminal.wait_for(AT_CURSOR)
    _press(terminal, "home")
    shown = [_at_cursor(terminal)]
    for _ in listed[1:]:
        _press(terminal, "down")
        shown.append(_at_cursor(terminal))
    titles = [topic["title"] for topic in listed]
    assert topics(home) == listed, "the topics changed while they were read"
    for painted, title in zip(shown, titles, strict=True):
        start = _TIMES.sub("", painted).removesuffix("…")
        assert " ".join(title.split()).startswith(start), (shown, titles)


def _at_cursor(terminal: Terminal) -> str:
    """Read the first line of the row of the topics at which the cursor stands."""
    terminal.wait_for(AT_CURSOR)
    found = re.search(AT_CURSOR, terminal.text())
    assert found is not None
    return " ".join(found[1].split())


def _press(terminal: Terminal, key: str) -> None:
    """Press a key and wait until it is answered, if it is."""
    at_s = terminal.press(key)
    with contextlib.suppress(NotShown):
        await_true(lambda: terminal.output(at_s), "an answer", 1.0)
    terminal.settle(0.05, 1)


def _is_clean(terminal: Terminal, found: list[dict[str, Any]]) -> None:
    """Titles with escapes were painted, and nothing of a stranger's came to the terminal."""
    assert [topic for topic in found if "cleared" in topic["title"]]
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    terminal.settle(0.2, 2)
    told = violations(terminal.output(), Screen(terminal.columns, terminal.rows))
    assert not told, told[:5]


def _rounded(peaks: Mapping[str, float]) -> dict[str, int]:
    return {name: round(value) for name, value in peaks.items()}
