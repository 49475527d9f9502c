"""A host as a test starts it: in a process of its own, which ends with the test run.

Law: the host's standard input stays open as long as it is wanted, so that whatever ends us, be
it SIGKILL, ends it too.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from tests.servers.hosts.values import BlueskyHost, Name, SnacHost, Trouble, WordPressHost

ROOT = Path(__file__).resolve().parents[3]
_GOODBYE_S = 30.0
H = TypeVar("H", BlueskyHost, WordPressHost, SnacHost)


def command(name: Name) -> list[str]:
    """Give what starts a host."""
    return [sys.executable, "-m", "tests.servers.hosts", name]


@contextmanager
def running(name: Name, kind: type[H]) -> Iterator[H]:
    """Have a host that answers, for as long as the block lasts.

    Raises:
        Trouble: it did not start; its words say why.
    """
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command(name), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        with process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                if not line:
                    process.wait()
                    log.seek(0)
                    raise Trouble(f"{name} does not start: {log.read()}")
                yield msgspec.json.decode(line, type=kind)
            finally:
                process.terminate()
                process.wait(_GOODBYE_S)
