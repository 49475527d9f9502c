"""Chinwag in a session on a network of the benches: ``python -m tests.bench.pour --per-s 2000``."""

import argparse
import asyncio
import sys
from pathlib import Path

from services.model.session import Plan, Rhythm
from services.model.words import NOTHING
from services.runtime import open_runtime
from tests.bench.stream import BenchNetwork
from tui.app import ChinwagApp
from tui.opening import OpenLive


async def pour(per_s: int, orders: Path | None, tally: Path | None) -> int:
    """Sit in a session of twenty minutes until somebody leaves; give the exit status."""
    async with open_runtime() as runtime:
        runtime.real.add(BenchNetwork(per_s, orders, tally))
        app = ChinwagApp(runtime, OpenLive(Plan(20, Rhythm.REPLY_FIRST, NOTHING)))
        await app.run_async()
        return app.exit_status


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="tests.bench.pour", description=__doc__)
    parser.add_argument("--per-s", type=int, default=0, help="events a second")
    parser.add_argument("--orders", type=Path, help="a named pipe: lines of who and which payload")
    parser.add_argument("--tally", type=Path, help="where to leave how much was handed on")
    asked = parser.parse_args()
    return asyncio.run(pour(asked.per_s, asked.orders, asked.tally))


if __name__ == "__main__":
    sys.exit(main())
