"""What hosts are made of, kept between runs: one folder per host, filled once.

Law: nothing outside the larder is written; a folder that was filled half is filled anew; two
who fill the same one wait for each other.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_STAMP = ".filled"
OWN_FOLDER = "CHINWAG_SERVERS_CACHE"
"""Names another folder than the usual one, in the environment."""


def larder() -> Path:
    """Give the folder that keeps everything, which may not be there yet."""
    named = os.environ.get(OWN_FOLDER)
    return Path(named) if named else Path.home() / ".cache" / "chinwag-servers"


@contextmanager
def locked(name: str) -> Iterator[Path]:
    """Be alone with one part of the larder, and give its folder."""
    folder = larder() / name
    folder.mkdir(parents=True, exist_ok=True)
    with (larder() / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def filled(name: str, recipe: str, fill: Callable[[Path], None]) -> float:
    """Have ``fill`` put into the folder ``name`` what ``recipe`` says, unless that was done.

    Gives the seconds that it took; raises what ``fill`` raises.
    """
    begun = time.monotonic()
    want = hashlib.sha256(recipe.encode()).hexdigest()
    with locked(name) as folder:
        stamp = folder / _STAMP
        if not (stamp.exists() and stamp.read_text() == want):
            shutil.rmtree(folder)
            folder.mkdir()
            fill(folder)
            stamp.write_text(want)
    return time.monotonic() - begun


def is_filled(name: str) -> bool:
    """Say whether the folder was filled to the end."""
    return (larder() / name / _STAMP).exists()
