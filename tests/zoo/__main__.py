"""The zoo as a program: one line of JSON with its addresses, open until SIGTERM or end of input.

::

    python -m tests.zoo [--port N] [--publishers N] [--log FILE]
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import TextIO

import msgspec

from tests.zoo import Seen, open_zoo


async def _serve(port: int, publishers: int, log: TextIO | None) -> None:
    """Keep the zoo open until somebody says stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await loop.connect_read_pipe(lambda: _UntilEnd(stopped), sys.stdin)

    def note(seen: Seen, stayed_s: float) -> None:
        if log is not None:
            line = {"seen": msgspec.to_builtins(seen), "stayed_s": stayed_s}
            log.write(msgspec.json.encode(line).decode() + "\n")

    async with open_zoo(port=port, publishers=publishers, note=note) as zoo:
        said = {
            "port": zoo.port,
            "host_port": zoo.host_port,
            "named_hosts": sorted(zoo.named_hosts),
            "animals": {name: animal.verdict.value for name, animal in zoo.animals.items()},
        }
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n")
        sys.stdout.flush()
        await stopped.wait()


class _UntilEnd(asyncio.Protocol):
    """Sets an event at the end of what it reads."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def connection_lost(self, _exc: Exception | None) -> None:
        """Say that nobody is there any more."""
        self._ended.set()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.zoo")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--publishers", type=int, default=0)
    parser.add_argument("--log", type=Path, help="a line of JSON for each visit, at its end")
    chosen = parser.parse_args()
    with contextlib.ExitStack() as stack:
        log = None
        if chosen.log is not None:
            log = stack.enter_context(chosen.log.open("a", encoding="utf-8", buffering=1))
        asyncio.run(_serve(chosen.port, chosen.publishers, log))


if __name__ == "__main__":
    main()
