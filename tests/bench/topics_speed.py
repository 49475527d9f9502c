"""Figures of the topic engine: how fast, how large, how long at once, how early and how cleanly."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.programs import Bench, load
from tests.bench.topics_quality import EVERY_S, Listed, judge, raw_counts
from tests.bench.topics_stream import Plan, Stream, write

_MILLION = Plan(hours=48.0, posts_per_hour=21_500.0, events=40)
_STREAMS = tuple(Plan(seed=seed) for seed in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class Run:
    """What a program printed and took."""

    output: str
    wall_s: float
    cpu_s: float
    peak_mb: float


def measure_topics_speed(bench: Bench) -> Iterator[Figure]:
    """Replay a million posts on one core; see what that takes, and how long at once."""
    file = bench.folder / "million.jsonl"
    count = write(Stream(_MILLION), file)
    environment = bench.home("topics")
    run = replayed_run(file, environment)
    bare = replayed_run(Path(os.devnull), environment)
    ticks = len(run.output.splitlines())
    note = (
        f"{count / run.cpu_s:,.0f} posts/s of processor time, {count / run.wall_s:,.0f} of the "
        f"clock's, {count:,} posts, {ticks} ticks, start included; {load()}"
    )
    yield Figure("topics, a post on one core", run.cpu_s / count * 1e6, 100, "µs", note)
    drive = driven_run(file, environment)
    driven = json.loads(drive.output)
    note = (
        f"{run.peak_mb:.0f} MB at most, bare {bare.peak_mb:.0f} MB; where its state is kept "
        f"besides ({driven['state_bytes'] / 1e6:.1f} MB), {drive.peak_mb - bare.peak_mb:.0f} MB"
    )
    yield Figure("topics, memory over the bare engine", run.peak_mb - bare.peak_mb, 120, "MB", note)
    longest = {name: driven[name] for name in ("take", "rank", "state")}
    note = ", ".join(f"{name} {took:.0f} ms" for name, took in longest.items())
    yield Figure("topics, longest at once", max(longest.values()), 200, "ms", f"{note}; {load()}")


def measure_topics_quality(bench: Bench) -> Iterator[Figure]:
    """Find what happens in three made-up streams, beside raw counts of tags and links."""
    environment = bench.home("topics")
    ours, raw = [], []
    for plan in _STREAMS:
        stream = Stream(plan)
        made = list(stream)
        file = bench.folder / f"stream-{plan.seed}.jsonl"
        write(made, file)
        event_of = {one.id: one.event for one in made if one.event}
        listed = _listed(replayed_run(file, environment).output)
        ours.append(judge(stream.events, event_of, listed))
        raw.append(judge(stream.events, event_of, raw_counts(made)))
    yield _share("events not found in 30 min", [1 - q.found_in_30 for q in ours],
                 [1 - q.found_in_30 for q in raw], 0.5)  # fmt: skip
    yield _share("events not found in 60 min", [1 - q.found_in_60 for q in ours],
                 [1 - q.found_in_60 for q in raw], 0.25)  # fmt: skip
    yield _share("topics shown that are no event", [1 - q.precise for q in ours],
                 [1 - q.precise for q in raw], 0.2)  # fmt: skip
    yield _share("topics shown that are no event, or one again", [1 - q.distinct for q in ours],
                 [1 - q.distinct for q in raw], 0.25)  # fmt: skip
    ids = [one.ids for one in ours]
    note = f"each of {len(ids)} streams: {', '.join(f'{each:.1f}' for each in ids)}"
    yield Figure("ids under which one event is shown", sum(ids) / len(ids), 1.2, "", note)


def _share(what: str, ours: Sequence[float], raw: Sequence[float], at_most: float) -> Figure:
    mean, theirs = sum(ours) / len(ours), sum(raw) / len(raw)
    each = ", ".join(f"{100 * share:.0f}" for share in ours)
    note = f"each of {len(ours)} streams: {each}; raw counts of tags and links {100 * theirs:.0f} %"
    return Figure(what, 100 * mean, 100 * at_most, "%", note)


def _listed(output: str) -> Iterator[Listed]:
    for line in output.splitlines():
        tick = json.loads(line)
        yield tick["at"], [(topic["id"], topic["posts"]) for topic in tick["topics"]]


def driven_run(file: Path, environment: Mapping[str, str]) -> Run:
    """Drive the engine through a file as its worker does."""
    return _run((sys.executable, "-m", "tests.bench.topics_drive", str(file)), environment)


def replayed_run(file: Path, environment: Mapping[str, str]) -> Run:
    """Let Chinwag replay a file on one core."""
    words = ("topics", "--replay", str(file), "--every", f"{EVERY_S:.0f}", "--json")
    return _run((sys.executable, "-m", "tests.bench.one_core", *words), environment)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a program to its end and see what it took."""
    begun_s = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, env=environment, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak_mb = float(done.stderr.splitlines()[-1])
    return Run(done.stdout, time.monotonic() - begun_s, cpu_s, peak_mb)
