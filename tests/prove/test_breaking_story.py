"""One story of three publishers among two hundred others, in the real program."""

import time
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from tests.prove.newsstand import Outside, feed_words, follow, outside_zoo, topics
from tests.prove.seat import Home, await_true

pytestmark = pytest.mark.prove

POLL_S = 30.0
"""In which all feeds that are due are read, and what they say is in its place."""
WORDINGS = (
    "Dam at Weirford bursts after three days of rain",
    "Weirford evacuated as dam gives way",
    "Hundreds flee Weirford after burst of dam",
)
"""As three newspapers say it, within ten minutes."""
NEARLY = (
    "Dam at Ostmouth passes its yearly test",
    "Weirford choir wins a prize in Linholm",
    "Rain to last three more days in Sunwick",
    "Burst pipe floods school of Kerby",
    "Hundreds flee the heat of Brenton for the sea",
    "Mayor of Velstad gives way on bus fares",
)
"""Each shares words with it and is about something else."""
OTHERS = 200
"""As many as are listed."""
_PAPERS, _EACH = 33, 5
_AT_ONCE = 10
"""The first carrier whose story is ten minutes old; those after it have newer ones."""


def _others(zoo: Outside) -> dict[str, str]:
    """Give the feeds of everybody else, each of a publisher and a host of its own."""
    papers = {
        f"Paper {n}": zoo.url(f"feeds/{n}.xml", zoo.host(n), items=_EACH) for n in range(_PAPERS)
    }
    carriers = {
        f"Carrier {n}": zoo.url(f"carried/{n}.xml", zoo.host(_PAPERS + n), title=quote_plus(title))
        for n, title in enumerate(NEARLY, _AT_ONCE + len(WORDINGS))
    }
    return papers | carriers


def _three(zoo: Outside) -> dict[str, str]:
    return {
        f"Carrier {n}": zoo.url(f"carried/{n}.xml", zoo.host(_PAPERS + n), title=quote_plus(title))
        for n, title in enumerate(WORDINGS, _AT_ONCE)
    }


def _read(home: Home, feeds: dict[str, str]) -> bool:
    return all(words.startswith("read ") for words in feed_words(home, feeds).values())


def test_it_stands_first_within_one_poll(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing breaks before; then it does, with its three publishers, and nothing else does."""
    home = Home(tmp_path / "home")
    with outside_zoo(tmp_path, publishers=60) as zoo:
        others = _others(zoo)
        follow(home, others, zoo.named_hosts)
        with home.open("live") as terminal:
            terminal.wait_for("Composer")
            await_true(lambda: _read(home, others), "all others are read", 60)
            await_true(lambda: len(topics(home)) == OTHERS, "they are topics", 20)
            assert not [topic["title"] for topic in topics(home) if topic["breaking"]]
            terminal.press("ctrl+q")
            assert terminal.wait_for_end() == 0
        follow(home, others | _three(zoo), zoo.named_hosts)
        with home.open("live") as terminal:
            terminal.wait_for("Composer")
            begun_s = time.monotonic()
            await_true(lambda: topics(home)[0]["title"] in WORDINGS, "it stands first", POLL_S)
            await_true(lambda: len(topics(home)[0]["publishers"]) == len(WORDINGS), "all", POLL_S)
            took_s = time.monotonic() - begun_s
            found = topics(home)
    with capsys.disabled():
        print(f"\na story of three: first after {took_s:.1f} s, {len(found)} topics")  # noqa: T201 - figures are what a proof is read for
    story = found[0]
    assert sorted(story["publishers"]) == [f"Carrier {_AT_ONCE + n}" for n in range(3)]
    assert story["times_usual"] >= len(WORDINGS)
    assert [topic["title"] for topic in found if topic["breaking"]] == [story["title"]]
    told = {topic["title"] for topic in found}
    assert set(NEARLY) <= told
