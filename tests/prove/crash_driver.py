"""Kills a send at every point where it lets go of the processor, and looks at what is left.

Run as a program: ``python -m tests.prove.crash_driver DIRECTORY``; prints one JSON line. Each
point is a child of its own that ends in ``os._exit``, so nothing is flushed or closed; a second
child recovers over the same files.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Coroutine, Generator
from pathlib import Path
from typing import Any

from services.model.ids import SendId
from services.model.sending import Draft, SendState
from services.store.database import Durability
from tests.fake_network import FakeNetwork, FakeServer, Fault, Keys
from tests.fakes import NOON, FakeClock
from tests.outbox_stage import SESSION, Stage, open_watched, reply_to

SCRIPTS: tuple[tuple[Keys, tuple[Fault | None, ...]], ...] = (
    (Keys.ATOMIC, ()),
    (Keys.ATOMIC, (Fault.REFUSED, Fault.HANG_BEFORE)),
    (Keys.LATE, (Fault.DROP_AFTER,)),
    (Keys.ATOMIC, (Fault.ERROR_500_BEFORE, Fault.UNPROCESSABLE)),
    (Keys.NONE, (Fault.RATE_SHORT, Fault.CUT_MID_ANSWER)),
    (Keys.NONE, (Fault.DROP_BEFORE,)),
)
"""What the network does to the send that is killed."""

KILLED, FINISHED, BAD = 70, 71, 72
_POINTS_AT_MOST = 400
_BEN = reply_to("ben")


class _Stepped(Coroutine[Any, Any, Any]):
    """A task's coroutine that counts how often it is resumed, and dies at one of them."""

    count = 0
    dies_at = 0

    def __init__(self, inner: Coroutine[Any, Any, Any]) -> None:
        self._inner = inner

    def send(self, value: object) -> object:
        _Stepped.count += 1
        if _Stepped.count == _Stepped.dies_at:
            os._exit(KILLED)
        return self._inner.send(value)

    def throw(self, *args: Any) -> object:  # noqa: ANN401 - as the protocol has it
        return self._inner.throw(*args)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


async def open_stage(directory: Path, keys: Keys, clock: FakeClock) -> Stage:
    """Open the files of one point."""
    server = FakeServer(clock, keys, directory / "server.db")
    db = await open_watched(directory / "private.db", Durability.FULL)
    return Stage(clock, db, server, FakeNetwork(server))


async def live(directory: Path, keys: Keys, script: tuple[Fault | None, ...], point: int) -> None:
    """Press the key and be killed at ``point``, unless it is all over before that."""
    on = await open_stage(directory, keys, FakeClock())
    assert on.network is not None
    on.network.will(*script)
    await on.drafts.save(Draft(_BEN, "hello", NOON))
    _Stepped.count, _Stepped.dies_at = 0, point
    loop = asyncio.get_running_loop()
    loop.set_task_factory(
        lambda loop, work, **more: asyncio.Task(
            _Stepped(work),
            loop=loop,
            **more,
        )
    )
    await on.outbox.say(_BEN, "hello", session=SESSION)
    await on.until_settled()
    os._exit(FINISHED)


async def recover(directory: Path, keys: Keys) -> str:
    """Start anew over the same files and give what is known, or what is wrong with it."""
    clock = FakeClock(boot_seconds=1010.0)
    on = await open_stage(directory, keys, clock)
    await on.outbox.recover()
    await on.pass_time(200)
    rows = await on.db.read("SELECT id FROM outbox")
    draft = await on.drafts.read(_BEN.account, _BEN.key)
    text = None if draft is None else draft.body
    published = len(on.server.published)
    if on.server.asked:
        return "BAD recovery sent something"
    if not rows:
        return "NOROW/0" if (published, text) == (0, "hello") else "BAD lost before the row"
    send = await on.rows.read(SendId(str(rows[0][0])))  # type: ignore[index]
    assert send is not None
    name = f"{send.state.name}/{published}"
    match send.state:
        case SendState.SENT:
            is_right = published == 1 and await on.written_ledger() == ["hello"]
        case SendState.HELD | SendState.REJECTED:
            is_right = published == 0 and text == "hello"
        case SendState.CHECK:
            is_right = published <= 1 and bool(await on.rows.unsure())
        case _:
            is_right = False
    return name if is_right else f"BAD {name}"


def child(work: Coroutine[Any, Any, str | None], report: Path) -> int:
    """Run ``work`` in a child and give how it ended; its word is in ``report``."""
    pid = os.fork()
    if pid == 0:
        try:
            result = asyncio.run(_with_word(work, report))
        except BaseException as error:  # noqa: BLE001 - told to the parent, whatever it is
            report.write_text(f"BAD {error!r}")
            os._exit(BAD)
        os._exit(result)
    work.close()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


async def _with_word(work: Coroutine[Any, Any, str | None], report: Path) -> int:
    report.write_text(await work or "")  # noqa: ASYNC240 - the child's last act
    os._exit(0)


def main(base: Path) -> None:
    """Kill at every point of every script and print the counts."""
    outcomes: Counter[str] = Counter()
    points: list[int] = []
    for number, (keys, script) in enumerate(SCRIPTS):
        for point in range(1, _POINTS_AT_MOST):
            directory = base / f"{number}-{point}"
            directory.mkdir()
            report = directory / "report"
            ended = child(live(directory, keys, script, point), report)
            if ended not in (KILLED, FINISHED):
                outcomes[report.read_text() if report.exists() else f"BAD exit {ended}"] += 1
                break
            child(recover(directory, keys), report)
            outcomes[report.read_text()] += 1
            if ended == FINISHED:
                points.append(point - 1)
                break
    print(json.dumps({"points": points, "outcomes": outcomes}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
