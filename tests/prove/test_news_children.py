"""Publishers that are lost and come back, and the children that work for the program."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.bench.terminal import Terminal
from tests.prove.newsstand import (
    CHILDREN,
    Outside,
    await_child,
    feed_words,
    follow,
    make_due,
    outside_zoo,
    topics,
)
from tests.prove.seat import Home, await_true, begin_post, type_text

pytestmark = pytest.mark.prove

A_TOPIC = r"\d sources?, "
GONE_S = 3.0
LOST = "the news cannot be reached"
SCALE = 60
"""Two minutes, which is how soon one that is lost is asked again, in two seconds."""


@pytest.fixture
def zoo(tmp_path: Path) -> Iterator[Outside]:
    """Open one outside."""
    with outside_zoo(tmp_path, publishers=4) as made:
        yield made


@contextmanager
def _reading(home: Home, zoo: Outside, *paths: str, joins: bool = False) -> Iterator[Terminal]:
    """Sit in a session that reads these, until its first topics are there."""
    follow(home, {path: zoo.url(path, zoo.host(0)) for path in paths}, zoo.named_hosts)
    if joins:
        with home.config_file.open("a") as config:
            config.write("[commons]\njoined = true\n")
    with home.open("live") as terminal:
        terminal.wait_for(A_TOPIC)
        yield terminal


def _children(terminal: Terminal) -> list[psutil.Process]:
    return [await_child(terminal, name) for name in CHILDREN]


@pytest.mark.parametrize(
    "number",
    [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM, None],
    ids=["kill", "hup", "term", "end"],
)
def test_no_child_is_left_behind(tmp_path: Path, zoo: Outside, number: int | None) -> None:
    """However the program ends, its children end by themselves."""
    with _reading(Home(tmp_path / "home"), zoo, "rss", "atom") as terminal:
        children = _children(terminal)
        if number is None:
            terminal.press("ctrl+q")
        else:
            os.kill(terminal.process.pid, number)
        terminal.wait_for_end()
        _, alive = psutil.wait_procs(children, GONE_S)
    assert not alive


def test_a_parser_that_dies_is_replaced(tmp_path: Path, zoo: Outside) -> None:
    """Killed in the middle of its work: another one reads the feeds that are left."""
    home = Home(tmp_path / "home")
    feeds = {path: zoo.url(path, zoo.host(0)) for path in ("rss", "atom", "rdf", "json-feed")}
    follow(home, feeds, zoo.named_hosts)
    with home.open("live") as terminal:
        first = await_child(terminal, "parser")
        first.kill()
        await_true(lambda: _carrying(home) >= len(feeds) - 1, "topics of the others", 20)
        assert await_child(terminal, "parser", but=first.pid).is_running()


def test_a_topic_engine_that_dies_is_replaced(tmp_path: Path, zoo: Outside) -> None:
    """Killed: another one is told what is said next, and the topics are the same all the while."""
    home = Home(tmp_path / "home")
    with _reading(home, zoo, "rss", joins=True) as terminal:
        first, before = await_child(terminal, "topics"), topics(home)
        first.kill()
        assert topics(home) == before
        begin_post(terminal)
        type_text(terminal, "a word of our own #harbour")
        terminal.press("ctrl+j")
        await_child(terminal, "topics", but=first.pid)
        terminal.settle(1.5, 4)
        assert [one["id"] for one in topics(home)] == [one["id"] for one in before]


def _carrying(home: Home) -> int:
    return len({name for topic in topics(home) for name in topic["publishers"]})


def test_publishers_are_lost_and_come_back(tmp_path: Path) -> None:
    """While all are lost the status line says so, and each feed; when they are back, nothing is."""
    folder = tmp_path / "zoo"
    folder.mkdir()
    with outside_zoo(folder, publishers=2) as zoo:
        home = Home(tmp_path / "home")
        with _reading(home, zoo, "rss", "atom") as terminal:
            assert LOST not in terminal.text()
            await_true(lambda: _carrying(home) == 2, "both are read")
            terminal.press("ctrl+q")
            terminal.wait_for_end()
        before, feeds = topics(home), {one: zoo.url(one, zoo.host(0)) for one in ("rss", "atom")}
        zoo.stop()
        make_due(home)
        fast = Home(home.folder, {"CHINWAG_TIME_SCALE": str(SCALE)})
        with fast.open("live", "--minutes", "180") as terminal:
            terminal.wait_for(LOST, 30)
            terminal.wait_for(A_TOPIC)
            said = feed_words(home, feeds)
            assert all("cannot be connected to" in words for words in said.values()), said
            with outside_zoo(folder, publishers=2, port=zoo.port):
                terminal.wait_without(LOST, 60)
                terminal.wait_for(A_TOPIC)
        assert [one["id"] for one in topics(home)] == [one["id"] for one in before]
