"""WordPress: the real one, on PHP's own web server, with a MariaDB of its own.

Law: nothing is installed; the blog, PHP and MariaDB are Debian's packages unpacked, and any
number of blogs share them. A blog begins new with each start.

Source: WordPress 6.1.9, PHP 8.2, MariaDB 10.11 of Debian 12, seen 2026-11.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import msgspec

from tests.servers.hosts.debian import libraries, newest, unpack
from tests.servers.hosts.household import Household, free_ports
from tests.servers.hosts.larder import filled, larder
from tests.servers.hosts.values import Name, Trouble, WordPressHost

SOURCES = Path(__file__).with_name("blog")
PEOPLE = ("olive", "sam")
_WHOLE = ("mariadb-server-core", "mariadb-client-core")
_PHP = r"php\d+\.\d+"
_ALONE = (
    "wordpress", "wordpress-theme-twentytwentythree", "php-getid3", "libjs-underscore",
    "libjs-cropper",
)  # fmt: skip
_RECIPE = " ".join(("3", *_WHOLE, *_ALONE))
_EXTENSIONS = ("mysqlnd", "mysqli", "ctype", "exif", "fileinfo", "iconv", "tokenizer")
_WORKERS = 4
_THRIFTY = (
    "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M", "--performance-schema=OFF",
    "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--skip-log-bin",
)  # fmt: skip


def install() -> float:
    """Have everything in the larder, and give the seconds that it took.

    Raises:
        Trouble: the packages cannot be had.
    """
    config = (SOURCES / "wp-config.php").read_text()
    return filled(Name.WORDPRESS, _RECIPE + config, _fill)


def _fill(folder: Path) -> None:
    # By their full names: what only depends on them is not enough where they are installed.
    php = newest(f"{_PHP}-cli").removesuffix("-cli")
    unpack(folder, [*_WHOLE, f"{php}-cli", f"{php}-common", f"{php}-mysql"], _ALONE)
    root = _root(folder)
    (root / ".htaccess").unlink(missing_ok=True)
    shutil.copy(SOURCES / "wp-config.php", root)


def _root(shelf: Path) -> Path:
    return shelf / "usr" / "share" / "wordpress"


def _php(shelf: Path) -> list[str]:
    """Give PHP's command with the extensions that it would otherwise find by its installation."""
    (program,) = shelf.glob("usr/bin/php[0-9]*.[0-9]")
    (extensions,) = (found.parent for found in shelf.glob("usr/lib/php/*/mysqli.so"))
    settings = [
        f"extension_dir={extensions}", *(f"extension={name}" for name in _EXTENSIONS),
        "sendmail_path=/bin/true", "display_errors=0", "log_errors=1", "memory_limit=128M",
    ]  # fmt: skip
    return [str(program), "-n", *(word for each in settings for word in ("-d", each))]


async def start(house: Household) -> WordPressHost:
    """Start a blog, and give it once it answers.

    Raises:
        Trouble: it does not start.
    """
    shelf = larder() / Name.WORDPRESS
    (port,) = free_ports(1)
    socket = house.folder / "database.sock"
    env = {"LD_LIBRARY_PATH": libraries(shelf)}
    await _start_database(house, shelf, socket, env)
    nonce = secrets.token_hex(8)
    blog = {
        "url": f"http://127.0.0.1:{port}",
        "socket": str(socket),
        "nonce": nonce,
        "uploads": str(house.folder / "uploads"),
        "people": PEOPLE,
    }
    words = msgspec.json.encode(blog).decode()
    env |= {"CHINWAG_BLOG": words, "PHP_CLI_SERVER_WORKERS": str(_WORKERS)}
    root = str(_root(shelf))
    said = await house.run(
        "setup", *_php(shelf), str(SOURCES / "setup.php"), root, words,
        otherwise="WordPress could not be set up", env=env,
    )  # fmt: skip
    try:
        host = msgspec.json.decode(said, type=WordPressHost)
    except msgspec.DecodeError:
        raise Trouble(f"WordPress could not be set up:\n{said}") from None
    router = str(SOURCES / "router.php")
    # On SIGINT the workers end and are waited for; on SIGTERM they are orphaned first.
    await house.add(
        "web", *_php(shelf), "-S", f"127.0.0.1:{port}", "-t", root, router,
        env=env, parting=signal.SIGINT,
    )  # fmt: skip

    async def is_ours() -> bool:
        return await asyncio.to_thread(_says, f"{host.url}/chinwag-nonce", nonce)

    await house.until(is_ours, "WordPress")
    await asyncio.to_thread(_says, f"{host.url}/wp-json/wp/v2/comments", "")
    return host


async def _start_database(house: Household, shelf: Path, socket: Path, env: dict[str, str]) -> None:
    """Start a MariaDB that only a socket in our folder leads to, with an empty database."""
    who = pwd.getpwuid(os.geteuid()).pw_name
    common = [
        "--no-defaults", f"--basedir={shelf / 'usr'}", f"--user={who}",
        f"--datadir={house.folder / 'database'}", *_THRIFTY,
    ]  # fmt: skip
    await house.run(
        "install-db", str(shelf / "usr/bin/mariadb-install-db"), *common, "--force",
        "--skip-name-resolve", "--auth-root-authentication-method=normal", "--skip-test-db",
        otherwise="MariaDB could not make its files", env=env,
    )  # fmt: skip
    first = house.folder / "first.sql"
    first.write_text("CREATE DATABASE IF NOT EXISTS blog CHARACTER SET utf8mb4;\n")
    await house.add(
        "mariadb", str(shelf / "usr/sbin/mariadbd"), *common, "--skip-networking",
        f"--socket={socket}", f"--pid-file={house.folder / 'mariadb.pid'}", f"--init-file={first}",
        env=env,
    )  # fmt: skip

    async def listens() -> bool:
        return await asyncio.to_thread(socket.exists)

    await house.until(listens, "MariaDB")


def _says(address: str, expected: str) -> bool:
    """Ask an address of ours, and say whether the answer begins as expected."""
    try:
        with urlopen(address, timeout=20) as answer:  # noqa: S310 - an address we made
            return bool(answer.read().decode().startswith(expected))
    except (URLError, OSError):
        return False
