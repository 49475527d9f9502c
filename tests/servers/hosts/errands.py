"""Programs that are run to their end while a host is put together.

Law: what a program says is kept back, and told when it fails.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.servers.hosts.values import Trouble

_LAST_LINES = 12


def run_errand(
    *command: str,
    folder: Path,
    env: Mapping[str, str] | None = None,
    within_s: float = 900.0,
) -> str:
    """Run a program and give what it printed.

    Raises:
        Trouble: it is not there, failed or took too long.
    """
    program = Path(command[0]).name
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            timeout=within_s, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise Trouble(f"There is no {program} here, and it is needed.") from None
    except subprocess.TimeoutExpired:
        raise Trouble(f"{program} was not done after {within_s:.0f} s.") from None
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-_LAST_LINES:])
        raise Trouble(f"{program} failed ({done.returncode}):\n{said}")
    return done.stdout
