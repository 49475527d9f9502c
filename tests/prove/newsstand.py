"""A zoo that runs outside, and users who follow what is in it.

Law: what is said of a fetch is what the zoo saw of it, not what the program says.
"""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil

from tests.bench.terminal import Terminal
from tests.prove.seat import PROGRAM, ROOT, Home, await_true
from tests.zoo import Seen

CHILDREN = {"parser": "services.networks.feeds.parser", "topics": "services.topics.worker"}
"""The modules that our children run, by what we call them here."""
READY_S = 20.0


class Stay(msgspec.Struct, frozen=True):
    """One visit that has ended."""

    seen: Seen
    stayed_s: float


@dataclass(slots=True)
class Outside:
    """A zoo in a process of its own."""

    process: "subprocess.Popen[str]"
    log: Path
    port: int
    publishers: int
    named_hosts: tuple[str, ...]
    verdicts: Mapping[str, str]

    def url(self, path: str, host: str = "127.0.0.1", **query: object) -> str:
        """Give the address of an animal."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"http://{host}:{self.port}/{path}{f'?{asked}' if asked else ''}"

    def host(self, number: int) -> str:
        """Give the host of a publisher, counted from 0."""
        return f"127.0.1.{number % self.publishers + 1}"

    def stays(self, since: int = 0) -> list[Stay]:
        """Give the visits that have ended, but for the first ``since``."""
        lines = self.log.read_text("utf-8").splitlines()[since:] if self.log.exists() else []
        return [msgspec.json.decode(line, type=Stay) for line in lines]

    def stop(self) -> None:
        """Close it; every line breaks."""
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def outside_zoo(folder: Path, *, publishers: int = 0, port: int = 0) -> Iterator[Outside]:
    """Open a zoo outside; it is closed at the end."""
    log = folder / "zoo.log"
    words = ["--publishers", str(publishers), "--port", str(port), "--log", str(log)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.zoo", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        # Publishers have processors of their own; here they must not take that of the reader.
        os.setpriority(os.PRIO_PROCESS, process.pid, 10)
        try:
            said = json.loads(process.stdout.readline())
            hosts = tuple(said["named_hosts"])
            yield Outside(process, log, said["port"], publishers, hosts, said["animals"])
        finally:
            process.terminate()


def follow(home: Home, feeds: Mapping[str, str], named_hosts: tuple[str, ...] = ()) -> None:
    """Have agreed to reading these feeds (names and their addresses) in an earlier run."""
    home.environment  # noqa: B018 - makes the folder
    home.config_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.config_file.write_text(
        "[news]\nasked = true\nreads = true\n"
        f"[door]\nnamed_hosts = {json.dumps(list(named_hosts))}\n"
    )
    listed = (
        f"[[feed]]\nurl = {json.dumps(url)}\nname = {json.dumps(name)}\n"
        for name, url in feeds.items()
    )
    home.config_file.with_name("feeds.toml").write_text("".join(listed))


def command(home: Home, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that only prints."""
    return subprocess.run(
        [*PROGRAM, *words],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"} | home.environment,
        cwd=home.folder,
        timeout=60,
    )


def topics(home: Home) -> list[dict[str, Any]]:
    """Give what ``chinwag topics --json`` lists."""
    done = command(home, "topics", "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def make_due(home: Home) -> int:
    """Let all feeds be due again, as if it were tomorrow; give how many there are."""
    with closing(sqlite3.connect(home.folder / "cache" / "chinwag" / "cache.db")) as db, db:
        return db.execute("UPDATE feed SET next_at = checked_at").rowcount


def feed_words(home: Home, names: Mapping[str, str]) -> dict[str, str]:
    """Give what ``chinwag feeds`` says of each feed, by name."""
    done = command(home, "feeds")
    assert done.returncode == 0, done.stderr
    said = {}
    by_url = {url: name for name, url in names.items()}
    for line in done.stdout.splitlines():
        told, _, url = line.rpartition("  http")
        name = by_url.get(f"http{url}")
        if name is not None:
            said[name] = told[28:].strip()
    return said


def child(terminal: Terminal, name: str) -> psutil.Process | None:
    """Give the child of a program that does this, if it is there."""
    with contextlib.suppress(psutil.Error):
        for one in psutil.Process(terminal.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if CHILDREN[name] in one.cmdline():
                    return one
    return None


def await_child(terminal: Terminal, name: str, *, but: int = 0) -> psutil.Process:
    """Wait for a child that does this and is another than ``but``."""
    found: list[psutil.Process] = []

    def is_there() -> bool:
        one = child(terminal, name)
        found[:] = [one] if one is not None and one.pid != but else []
        return bool(found)

    await_true(is_there, f"there is a {name} child", READY_S)
    return found[0]


def rss_mb(process: psutil.Process) -> float:
    """Give how much memory a process has now."""
    return float(process.memory_info().rss) / (1 << 20)
