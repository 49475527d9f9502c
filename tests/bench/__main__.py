"""Measures the figures and prints them as a table: ``python -m tests.bench [SCENARIO...]``."""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure, Verdict, write_table
from tests.bench.programs import Bench
from tests.bench.scenarios import SCENARIOS
from tests.bench.terminal import NotShown


def main() -> int:
    """Measure what was asked for, or all of it; give 1 when a limit does not hold."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("scenario", nargs="*", help=", ".join(SCENARIOS))
    parser.add_argument("--runs", type=int, default=7, help="how often what is compared is run")
    asked = parser.parse_args()
    names = asked.scenario or list(SCENARIOS)
    if unknown := set(names) - SCENARIOS.keys():
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name in names:
        sys.stderr.write(f"measuring {name} …\n")
        with tempfile.TemporaryDirectory(prefix="chinwag-bench-") as folder:
            try:
                figures += SCENARIOS[name](Bench(Path(folder), asked.runs))
            except NotShown as problem:
                sys.stderr.write(f"{problem}\n")
                figures.append(Figure(name, None, float("nan"), "", "the program did not show up"))
    sys.stdout.write(
        f"{write_table(figures)}\n\nPython {platform.python_version()}, {platform.system()},"
        f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    return any(figure.verdict is not Verdict.KEPT for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
