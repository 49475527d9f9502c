"""Figures of a session: at rest, per key, in a flood, with hostile words, between two people."""

import asyncio
import contextlib
import json
import os
import random
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_lowercase

from services.clock import SystemClock
from services.model.ids import SendId
from services.model.sending import Target, TargetKind
from services.networks.base import Message
from services.networks.board import BoardNetwork
from services.networks.commons.client import open_commons
from services.store.commons import Byline
from services.store.shared_file import place_of
from tests.bench.figures import Figure
from tests.bench.measures import (
    Response,
    Spread,
    first_shown,
    let_pass,
    measure_rest,
    pressing,
    respond,
    start,
)
from tests.bench.programs import (
    LIVE,
    Bench,
    begin_reply,
    chinwag,
    cursor_region,
    load,
    pad_region,
    session,
)
from tests.bench.seed import paths_of

_FLOOD_PER_S = 2_000
_FLOOD_KEYS = 120
_ROW_LETTERS = 100
"""So many stand in one row of the composer."""
_SETTLED_S = 3.0
_LIMITS_MS = ((0.5, 10), (0.95, 30), (0.99, 50))
_HOSTILE = ("one word of a million", "a hundred thousand lines", "a million marks")
_TAME = ("that is how we did it too", "with a little less salt", "and then it rained")
_SAID = 100
_PAUSES = random.Random(20261123)  # noqa: S311 - keeps what is said out of step with timers


def measure_rest_and_keys(bench: Bench) -> Iterator[Figure]:
    """Sit among 10,000 who wait: what is written at rest and per cursor key."""
    environment = bench.seeded(10_000)
    rest = measure_rest(session(environment), 10.0)
    note = f"{rest.cpu_percent:.1f} % of a core, {rest.rss_mb:.0f} MB; {load()}"
    yield Figure("idle session with its clock", rest.bytes_per_s, 300, "B/s", note)
    terminal, _ = start(session(environment))
    with terminal:
        region = cursor_region(terminal)
        keys = respond(terminal, pressing(terminal, ["down", "up"] * 25), region=region)
        far = respond(terminal, pressing(terminal, ["down"] * 40), interval_s=0.2)
    note = f"50 keys up and down, p99 {keys.latency_ms.at(0.99):.0f} ms"
    yield Figure("cursor key, within the screen", keys.bytes_each, 3_000, "B", note)
    yield Figure("cursor key, scrolling", far.bytes_each, 3_000, "B", "40 keys, a thread read each")


def measure_flood(bench: Bench) -> Iterator[Figure]:
    """Press keys while 2,000 events a second come in, and while none do."""
    environment = bench.seeded(10_000)
    calm = _keys_of(environment, 0, None)
    tally = bench.folder / "tally"
    flood = _keys_of(environment, _FLOOD_PER_S, tally)
    told = json.loads(tally.read_text("utf-8"))
    rate = told["handed"] / told["seconds"]
    for name, quiet, busy in zip(("cursor key", "typed letter"), calm, flood, strict=True):
        for share, limit in _LIMITS_MS:
            what = f"{name} to paint at {_FLOOD_PER_S:,} events/s, p{share * 100:.0f}"
            note = f"without them {quiet.latency_ms.at(share):.1f} ms; {busy.unanswered} unanswered"
            yield Figure(what, busy.latency_ms.at(share), limit, "ms", f"{note}; {load()}")
    taken = rate / _FLOOD_PER_S
    yield Figure("events left behind", (1 - taken) * 100, 2, "%", f"{rate:,.0f} taken in a second")


def measure_hostile_words(bench: Bench) -> Iterator[Figure]:
    """Have somebody say what is meant to hurt, beside the same screen with tame words."""
    taken: dict[bool, tuple[list[float], list[float]]] = {True: ([], []), False: ([], [])}
    for run in range(3):
        for is_hostile, sayings in ((False, _TAME), (True, _HOSTILE)):
            shown, keys = _hear(bench, sayings, f"{run}-{is_hostile}")
            taken[is_hostile][0].extend(shown)
            taken[is_hostile][1].extend(keys)
    for name, index, limit in (("first paint", 0, 150), ("key", 1, 100)):
        worst, tame = max(taken[True][index]), max(taken[False][index])
        note = f"the worst of {len(taken[True][index])}; with tame words {tame:.0f} ms"
        yield Figure(f"hostile words, {name}", worst, limit, "ms", note)


def measure_commons(bench: Bench) -> Iterator[Figure]:
    """Say things on the commons in this process and see them painted in another."""
    environment = bench.home("commons")
    terminal, _ = start(chinwag("live", ready=LIVE, env=environment))
    with terminal:
        terminal.settle(0.5, _SETTLED_S)
        said = asyncio.run(_speak(environment))
        let_pass(1.0)
        shown = first_shown(terminal, list(said))
    spread = Spread.of(
        [(shown[word] - at_s) * 1000 for word, at_s in said.items() if word in shown]
    )
    note = f"{len(shown)} of {len(said)} seen, p50 {spread.median:.0f} ms; {load()}"
    worst = spread.at(0.99) if len(shown) == len(said) else None
    yield Figure("commons: said in one process, painted in another, p99", worst, 150, "ms", note)


def _keys_of(
    environment: Mapping[str, str], per_s: int, tally: Path | None
) -> tuple[Response, Response]:
    """Move the cursor in one session, and type in another."""
    terminal, _ = start(session(environment, per_s=per_s, tally=tally))
    with terminal:
        terminal.settle(0.5, _SETTLED_S)
        moves = ["down", "up"] * (_FLOOD_KEYS // 2)
        moved = respond(terminal, pressing(terminal, moves), region=cursor_region(terminal))
        terminal.hang_up()
        terminal.wait_for_end()
    terminal, _ = start(session(environment, per_s=per_s))
    with terminal:
        terminal.settle(0.5, _SETTLED_S)
        begin_reply(terminal)
        letters = list(ascii_lowercase * 5)[: min(_FLOOD_KEYS, _ROW_LETTERS)]
        typed = respond(terminal, pressing(terminal, letters), region=pad_region(terminal))
    return moved, typed


def _hear(bench: Bench, sayings: tuple[str, ...], name: str) -> tuple[list[float], list[float]]:
    """Hear three people; give the milliseconds to their paint and to that of keys among them."""
    orders = bench.folder / f"orders-{name}"
    os.mkfifo(orders, 0o600)
    terminal, _ = start(session(bench.home(f"hostile-{name}"), orders=orders))
    with terminal, orders.open("r+b", buffering=0) as pipe:
        terminal.settle(0.5, _SETTLED_S)
        at_s: dict[str, float] = {}
        for number, saying in enumerate(sayings):
            who = f"Mallory{number}"
            at_s[who] = time.monotonic()
            pipe.write(f"{who} {saying}\n".encode())
            let_pass(0.6)
        shown = first_shown(terminal, list(at_s))
        keys = respond(terminal, pressing(terminal, ["down", "down", "up", "up"] * 4))
    missing = [1e6 for who in at_s if who not in shown]
    paints = [(shown[who] - at_s[who]) * 1000 for who in shown]
    return paints + missing, list(keys.latency_ms.values)


async def _speak(environment: Mapping[str, str]) -> dict[str, float]:
    """Say a hundred things at uneven moments; give when each had been said."""
    place = place_of(environment, paths_of(environment).commons)
    network = await open_commons(place, Byline("@kim", "Kim", os.getuid()), SystemClock())
    said: dict[str, float] = {}
    with contextlib.suppress(asyncio.CancelledError):
        for number in range(_SAID):
            await asyncio.sleep(_PAUSES.uniform(0.05, 0.35))
            word = f"word{number:04d}"
            said[word] = await _say(network, word)
    await network.close()
    return said


async def _say(network: BoardNetwork, word: str) -> float:
    """Say one thing; give when it was committed."""
    target = Target(
        kind=TargetKind.NEW,
        account=network.account.id,
        network=network.account.network,
        reach=network.capabilities.reach,
        as_handle=network.account.author.handle,
    )
    begun_s = time.monotonic()
    await network.send(Message(SendId(word), target, f"{word} and so on", datetime.now(UTC)))
    return begun_s
