"""Puts hosts into the larder, or runs one until it is asked to end.

``--install [NAME...]`` says how long each took. ``NAME`` prints one line of JSON when the host
answers, and ends on SIGTERM, on SIGINT and when its standard input does.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from tests.servers.hosts import bluesky, snac, wordpress
from tests.servers.hosts.household import Household
from tests.servers.hosts.values import BlueskyHost, Name, SnacHost, Trouble, WordPressHost

Host = BlueskyHost | WordPressHost | SnacHost
_install: dict[Name, Callable[[], float]] = {
    Name.BLUESKY: bluesky.install,
    Name.WORDPRESS: wordpress.install,
    Name.SNAC: snac.install,
}
_start: dict[Name, Callable[[Household], Awaitable[Host]]] = {
    Name.BLUESKY: bluesky.start,
    Name.WORDPRESS: wordpress.start,
    Name.SNAC: snac.start,
}


def install(names: list[Name]) -> int:
    """Fill the larder, all at once; give the exit status."""
    failed = 0

    def fill(name: Name) -> str:
        nonlocal failed
        try:
            return f"{name:<10} {_install[name]():6.1f} s"
        except Trouble as trouble:
            failed = 1
            return f"{name:<10} {trouble}"

    with ThreadPoolExecutor(len(names)) as pool:
        for line in pool.map(fill, names):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    return failed


async def run(name: Name) -> None:
    """Run a host until it is no longer wanted.

    Raises:
        Trouble: it does not start, or ended by itself.
    """
    begun = time.monotonic()
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(each, over.set)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    watches = [asyncio.ensure_future(over.wait()), asyncio.ensure_future(reader.read())]
    async with Household() as house:
        work = asyncio.ensure_future(_serve(name, house, begun))
        await asyncio.wait([work, *watches], return_when=asyncio.FIRST_COMPLETED)
        for task in (work, *watches):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def _serve(name: Name, house: Household, begun: float) -> None:
    await asyncio.to_thread(_install[name])
    host = await _start[name](house)
    sys.stderr.write(f"{name} answers after {time.monotonic() - begun:.1f} s\n")
    os.write(sys.stdout.fileno(), msgspec.json.encode(host) + b"\n")
    raise Trouble(await house.any_end())


def main(words: list[str]) -> int:
    """Do what the words say, and give the exit status."""
    to_install = words[:1] == ["--install"]
    names = [name for name in Name if name in words]
    if len(names) != len(words) - to_install or not (names or to_install):
        sys.stderr.write(f"{__doc__}\nThe names are {', '.join(Name)}.\n")
        return 2
    try:
        if to_install:
            return install(names or list(Name))
        asyncio.run(run(names[0]))
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
