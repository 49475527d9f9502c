"""Chinwag on one core, which says at its end how much memory it had at most.

``python -m tests.bench.one_core WORDS...`` runs Chinwag with these words. The last line on the
standard error is that peak in megabytes: this process's own, and not what it was started from.
"""

import os
import re
import resource
import sys
from pathlib import Path

_KB = 1_000
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def peak_mb() -> float:
    """Give what this program had resident at most, in megabytes.

    Source: proc_pid_status(5), 2026-11; getrusage(2) counts in what a process was before exec.
    """
    status = Path("/proc/self/status")
    found = _PEAK.search(status.read_text("ascii")) if status.exists() else None
    kilobytes = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / _KB


def main() -> int:
    """Run it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from tui.cli import main as chinwag  # noqa: PLC0415 - on that core from the beginning

    status = chinwag(sys.argv[1:])
    sys.stderr.write(f"{peak_mb()}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
