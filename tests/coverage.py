"""Says how many of the lines and branches of services the tests went through."""

import json
import sys
from pathlib import Path


def summarize(report: str) -> str:
    """Give one sentence from coverage's JSON report.

    Source: coverage.readthedocs.io, ``coverage json``, format 3, 2026-11.
    """
    totals = json.loads(report)["totals"]
    lines, branches = totals["num_statements"], totals["num_branches"]
    return (
        f"services: {totals['covered_lines']:,} of {lines:,} lines"
        f" ({_percent(totals['covered_lines'], lines)}),"
        f" {totals['covered_branches']:,} of {branches:,} branches"
        f" ({_percent(totals['covered_branches'], branches)})"
    )


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


if __name__ == "__main__":
    sys.stdout.write(summarize(Path(sys.argv[1]).read_text("utf-8")) + "\n")
