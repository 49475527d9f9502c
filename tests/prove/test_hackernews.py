"""Hacker News in the real program, from a loopback copy of its shape."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.hackernews_server import HackerNewsServer, serve_hackernews
from tests.prove.newsstand import topics
from tests.prove.seat import COMPOSER, Home, await_true

pytestmark = pytest.mark.prove

SCALE = 10
POLL_S = 60 / SCALE
STORY = "The old mill of Tarn grinds again"


@contextmanager
def _site() -> Iterator[HackerNewsServer]:
    """Serve a site from a thread, so that the test may wait for the program."""
    made: list[HackerNewsServer] = []
    ready, ends = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serve_hackernews() as site:
            made.append(site)
            ready.set()
            # Looked at rather than waited for in a pool, whose lock does not bear our forks.
            while not ends.is_set():  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="site")
    thread.start()
    try:
        assert ready.wait(10)
        yield made[0]
    finally:
        ends.set()
        thread.join()


def _fill(site: HackerNewsServer, now: datetime) -> int:
    """Publish stories of one age, one of them far ahead; one comment of ours; give its number."""
    site.user("marl")
    for number in range(30):
        at = now - timedelta(minutes=60 + number)
        site.story("ed", f"Ferry {number} of Ostby{number} sails", at, score=6)
    ahead = site.story("ada", STORY, now - timedelta(minutes=70), score=600, descendants=2)
    ours = site.comment("marl", ahead, "It stood still for years.", now - timedelta(minutes=50))
    listed = [number for number, item in site.items.items() if item["type"] == "story"]
    site.lists |= {"topstories": listed, "newstories": listed[:20], "beststories": [ahead]}
    return ours


def _configure(home: Home, site: HackerNewsServer) -> None:
    home.environment  # noqa: B018 - makes the folder
    home.config_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.config_file.write_text(
        "[news]\nasked = true\nreads = false\nhackernews = true\n"
        f'[hackernews]\nuser = "marl"\naddress = "{site.base_url}"\n'
        f"[door]\nnamed_hosts = {json.dumps([urlsplit(site.base_url).netloc])}\n"
    )


def test_hacker_news_is_read_and_answers_wait(tmp_path: Path) -> None:
    """Topics with a pace; what answers us is in Unread within a poll; r shows where to answer."""
    home = Home(tmp_path / "home", {"CHINWAG_TIME_SCALE": str(SCALE)})
    with _site() as site:
        ours = _fill(site, datetime.now(UTC))
        _configure(home, site)
        with home.open("live", "--minutes", "180") as terminal:
            await_true(lambda: STORY in {topic["title"] for topic in topics(home)}, "it is up", 20)
            [story] = [topic for topic in topics(home) if topic["title"] == STORY]
            assert story["times_usual"] >= 2
            assert story["network"] == "hackernews"
            site.comment("ada", ours, "Who mended the wheel?", datetime.now(UTC))
            site.items[ours]["kids"] = site.items[ours].get("kids", [])
            terminal.wait_for(r"ada", POLL_S + 4)
            terminal.wait_for(r"Who mended the wheel")
            # The thread is readable: what we said is above what was answered.
            await_true(lambda: "It stood still for years." in terminal.text(), "the thread", 5)
            at_s = terminal.press("r")
            terminal.wait_for(r"news\.ycombinator\.com/item\?id=\d+")
            assert not re.search(COMPOSER, terminal.text())
            assert terminal.output(at_s)
