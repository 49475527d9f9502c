"""A session beside a Jetstream that pours: keys all the while, and what became of each event.

As a program it is that session: ``python -m tests.bench.firehose --tallies FILE``.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import ascii_lowercase
from typing import Any, Final

import psutil

from services.config import Config, DoorConfig, FirehoseConfig, save_config
from services.model.session import Plan, Rhythm
from services.model.words import NOTHING
from services.runtime import open_runtime
from services.topics.hosting import TopicsChild
from tests.bench.figures import Figure
from tests.bench.measures import Program, Response, let_pass, pressing, respond, start
from tests.bench.programs import (
    LIVE,
    Bench,
    begin_reply,
    cursor_region,
    load,
    pad_region,
)
from tests.bench.seed import paths_of
from tests.bench.stream import BenchNetwork
from tests.bench.terminal import Terminal
from tui.app import ChinwagApp
from tui.opening import OpenLive

PER_S: Final = 2_000
SECONDS: Final = 300.0
"""``CHINWAG_BENCH_SECONDS`` says otherwise, for a first look."""
_WAITING: Final = 10_000
_CALM_KEYS: Final = 120
_KEY_S: Final = 0.135
"""What a key and the pause after it take."""
_TYPED: Final = 400
"""Half of them letters, half of them taken away again; so many that one in a hundred is several."""
_ROW_LETTERS: Final = 100
"""So many stand in one row of the composer."""
_BETWEEN: Final = 100
"""Keys for which there would be time while a reply is begun."""
_SETTLED_S: Final = 3.0
_TOLD_S: Final = 90.0
"""A ranking is never further away."""
_LOOK_S: Final = 0.5
_LIMITS_MS: Final = ((0.5, 10), (0.95, 30), (0.99, 50))
_WORKER: Final = "services.topics.worker"


def measure_firehose(bench: Bench) -> Iterator[Figure]:
    """Press keys for five minutes while a Jetstream pours 2,000 events a second."""
    seconds = float(os.environ.get("CHINWAG_BENCH_SECONDS", SECONDS))
    # A person of their own, so that no draft of the one is found by the other.
    calm = _calm(Bench(bench.folder / "calm", bench.runs).seeded(_WAITING))
    environment = bench.seeded(_WAITING)
    told, tallies = bench.folder / "told.json", bench.folder / "tallies.json"
    with _pouring(told, seconds) as url:
        _choose(environment, url)
        terminal, _ = start(_session(environment, tallies))
        with terminal:
            moved, typed = _press(terminal, told, seconds)
            sent = _once(told, lambda one: "sent" in one)
            heard = _once(tallies, lambda one: _came(one) >= sent["sent"])
            busy = _worker(terminal)
    beside = {"cursor key": (moved, calm[0]), "typed letter": (typed, calm[1])}
    for name, (response, quiet) in beside.items():
        for share, limit in _LIMITS_MS:
            what = f"{name} to paint beside a firehose of {PER_S:,}/s, p{share * 100:.0f}"
            keys = f"{len(response.latency_ms.values)} keys"
            note = f"{keys}; without it {quiet.latency_ms.at(share):.1f} ms"
            yield Figure(what, response.latency_ms.at(share), limit, "ms", f"{note}; {load()}")
    yield from _balance(sent, heard, seconds, busy)


def _balance(
    sent: Mapping[str, Any], heard: Mapping[str, Any], seconds: float, busy: str
) -> Iterator[Figure]:
    """Hold what was sent against what became of it."""
    tally: Mapping[str, int] = next(iter(heard.values()), {})
    taken, passed = tally.get("looked_at", 0), tally.get("passed_over", 0)
    others = sum(tally.get(name, 0) for name in ("gone", "unwanted", "unreadable", "other"))
    lost = abs(sent["sent"] - taken - passed - others)
    note = f"{sent['sent']:,} sent, {taken:,} taken, {passed:,} told as passed over"
    yield Figure("firehose: events lost unsaid", lost, 0, "", note)
    rate = sent["sent"] / seconds
    note = f"{rate:,.0f} sent in a second, {taken / seconds:,.0f} taken; {busy}"
    yield Figure(
        "firehose: events not looked at", 100 * passed / max(1, sent["sent"]), 1, "%", note
    )


def _calm(environment: Mapping[str, str]) -> tuple[Response, Response]:
    """Press keys in the same session without a firehose."""
    terminal, _ = start(_session(environment, None))
    with terminal:
        terminal.settle(0.5, _SETTLED_S)
        return _keys(terminal, _CALM_KEYS)


def _press(terminal: Terminal, told: Path, seconds: float) -> tuple[Response, Response]:
    """Press keys until what is poured comes to its end: the cursor's, then letters."""
    _once(told, lambda one: "begun" in one)
    terminal.settle(0.5, _SETTLED_S)
    return _keys(terminal, int(seconds / _KEY_S) - _TYPED - _BETWEEN)


def _keys(terminal: Terminal, count: int) -> tuple[Response, Response]:
    """Move the cursor so often, then type."""
    moves = ["down", "up"] * max(1, count // 2)
    moved = respond(terminal, pressing(terminal, moves), region=cursor_region(terminal))
    begin_reply(terminal)
    letters = [*(ascii_lowercase * 4)[:_ROW_LETTERS], *["backspace"] * _ROW_LETTERS]
    typed = letters * (_TYPED // len(letters))
    return moved, respond(terminal, pressing(terminal, typed), region=pad_region(terminal))


@contextlib.contextmanager
def _pouring(told: Path, seconds: float) -> Iterator[str]:
    """Start a Jetstream that pours once somebody listens; give its address."""
    words = ["--per-s", str(PER_S), "--seconds", str(seconds), "--told", str(told)]
    command = [sys.executable, "-m", "tests.doubles.jetstream", *words]
    with subprocess.Popen(command) as process:
        try:
            yield str(_once(told, lambda one: "url" in one)["url"])
        finally:
            process.kill()


def _choose(environment: Mapping[str, str], url: str) -> None:
    """Choose that stream, and name the host it is on."""
    config = Config(
        firehose=FirehoseConfig((f"jetstream:{url}/subscribe",)), door=DoorConfig(("127.0.0.1",))
    )
    save_config(paths_of(environment).config_file, config)


def _session(environment: Mapping[str, str], tallies: Path | None) -> Program:
    words = ("--tallies", str(tallies)) if tallies else ()
    command = (sys.executable, "-m", "tests.bench.firehose", *words)
    return Program("session with a firehose", command, LIVE, environment)


def _once(file: Path, holds: Any, within_s: float = _TOLD_S) -> dict[str, Any]:  # noqa: ANN401 - a lambda
    """Read a file once it says what is waited for; what it says last, where it never does."""
    deadline_s = time.monotonic() + within_s
    said: dict[str, Any] = {}
    while time.monotonic() < deadline_s:
        with contextlib.suppress(OSError, ValueError):
            said = json.loads(file.read_text("utf-8"))
            if holds(said):
                break
        let_pass(_LOOK_S)
    return said


def _came(tallies: Mapping[str, Any]) -> int:
    return sum(one["came"] for one in tallies.values())


def _worker(terminal: Terminal) -> str:
    """Say how much the worker holds and has worked."""
    for one in psutil.Process(terminal.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if _WORKER in " ".join(one.cmdline()):
                spent, held = one.cpu_times(), one.memory_info()
                alive_s = time.time() - one.create_time()
                share = 100 * (spent.user + spent.system) / alive_s
                return f"worker {held.rss / 1e6:.0f} MB, {share:.0f} % of a core"
    return "no worker"


async def sit(tallies: Path | None) -> int:
    """Sit in a session of twenty minutes until somebody leaves; give the exit status."""
    async with open_runtime() as runtime:
        runtime.real.add(BenchNetwork(0, None, None))
        app = ChinwagApp(runtime, OpenLive(Plan(20, Rhythm.REPLY_FIRST, NOTHING)))
        if tallies is None:
            await app.run_async()
            return app.exit_status
        await runtime.connect()
        topics = runtime.real.topics
        assert isinstance(topics, TopicsChild)
        telling = asyncio.create_task(_tell(topics, tallies))
        await app.run_async()
        telling.cancel()
        return app.exit_status


async def _tell(topics: TopicsChild, file: Path) -> None:
    """Leave what became of all that came, as it is known."""
    unfinished = file.with_suffix(".new")
    while True:
        told = {
            url: {name: getattr(one, name) for name in one.__struct_fields__}
            for url, one in topics.tallies.items()
        }
        await asyncio.to_thread(_leave, unfinished, file, json.dumps(told))
        await asyncio.sleep(_LOOK_S)


def _leave(unfinished: Path, file: Path, text: str) -> None:
    unfinished.write_text(text, "utf-8")
    unfinished.replace(file)


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="tests.bench.firehose", description=__doc__)
    parser.add_argument("--tallies", type=Path, help="where to leave what became of all that came")
    return asyncio.run(sit(parser.parse_args().tallies))


if __name__ == "__main__":
    sys.exit(main())
