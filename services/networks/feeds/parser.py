"""The child that parses: jobs come in, findings go out, one after the other.

Law: run as ``python -m services.networks.feeds.parser CPU_S MEMORY_BYTES``; it has no more than
that for a job, opens nothing, writes nothing but frames, and ends when its input does. A job that
takes more ends it: that is how it is meant.
"""

import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, assert_never

import msgspec

from services.child import read_frame, write_frame
from services.networks.feeds.discovery import find_feeds
from services.networks.feeds.opml import read_opml
from services.networks.feeds.parse import parse_feed
from services.networks.feeds.wire import (
    Finding,
    Kind,
    NotUnderstood,
    ParseJob,
    Reason,
    finding_frame,
    job_of,
)

_FILES_AT_MOST = 32


def finding_for(job: ParseJob) -> Finding:
    """Do one job."""
    try:
        match job.kind:
            case Kind.FEED:
                return parse_feed(job)
            case Kind.PAGE:
                return find_feeds(job)
            case Kind.OPML:
                return read_opml(job)
            case _:
                assert_never(job.kind)
    except (MemoryError, RecursionError):
        return NotUnderstood(Reason.TOO_MUCH)


def serve(source: BinaryIO, sink: BinaryIO, allow: Callable[[], None]) -> None:
    """Do jobs until there are no more, ``allow``ing for each what it may take."""
    while (frame := read_frame(source)) is not None:
        allow()
        try:
            finding = finding_for(job_of(frame))
        except msgspec.DecodeError:
            finding = NotUnderstood(Reason.BROKEN)
        write_frame(sink, finding_frame(finding))


def main(cpu_s: int, memory_bytes: int) -> None:
    """Take the pipes, limit ourselves, and serve."""
    sys.dont_write_bytecode = True
    source, sink = _pipes()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _FILES_AT_MOST)
    _limit(resource.RLIMIT_AS, memory_bytes)
    with source, sink:
        serve(source, sink, partial(_allow_cpu, cpu_s))


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the two pipes for ourselves, so that nothing a library prints comes between frames."""
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return source, sink


def _allow_cpu(cpu_s: int) -> None:
    """Allow so many more seconds of the processor, for the job that comes now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + cpu_s
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit(which: int, most: int) -> None:
    """Limit something for good, as far as the system knows such a limit (macOS: not memory)."""
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    try:
        resource.setrlimit(which, (most, most))
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
