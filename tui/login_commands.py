"""``chinwag login``, ``logout`` and ``accounts``: signing in where there is only a line to type on.

Law: a password is asked for on the terminal without showing it, or read from the standard input
where that is asked for; it is in no argument, no environment and no sentence. What writes needs
the lease. Listing asks no network.
"""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from services.accounts import read_accounts
from services.config import read_config
from services.errors import ChinwagError, ConfigError
from services.model.accounts import SignedIn
from services.model.ids import NetworkName
from services.networks.commons.client import own_byline
from services.paths import own_paths, shown_path
from services.runtime import Runtime, open_runtime
from services.secrets import Secret
from services.store.shared_file import place_of
from services.text.clean import clean, clean_line
from tui.signing_in import (
    BLUESKY_MAKES_THEM,
    WORDPRESS_MAKES_THEM,
    Authorization,
    SignsIn,
    host_of,
    network_title,
    signs_in,
    welcome_words,
)
from widgets.cells import pad

_PASSWORD_CHARS = 4_000
_CODES = 3
"""So many codes are asked for before one starts anew."""
_NETWORK_CELLS = 13
_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Asking:
    """What was said on the command line of a sign-in."""

    network: str
    name: str
    server: str
    reads_password: bool
    """Whether the password comes over the standard input."""


async def login(asking: Asking) -> int:
    """Sign in to a network, asking for what was not said."""
    network = NetworkName(asking.network)
    _check_streams(network, asking)
    async with _writing() as runtime:
        if network is NetworkName.HACKERNEWS:
            return await _join_hackernews(runtime, asking)
        door = await signs_in(runtime)
        match network:
            case NetworkName.BLUESKY:
                who = await _bluesky(door, asking)
            case NetworkName.MASTODON:
                who = await _mastodon(door, asking)
            case _:
                who = await _wordpress(door, asking)
        _print(welcome_words(who, door.vault, runtime.clock.now()))
    return 0


async def logout(account: str, *, forgets: bool) -> int:
    """Sign an account out, and forget what was said where asked."""
    config = await asyncio.to_thread(read_config, own_paths().config_file)
    user = config.hackernews.user
    named = account.strip().removeprefix("@").casefold()
    if user and named in (user.casefold(), f"hackernews:{user.casefold()}"):
        async with _writing() as runtime:
            await (await runtime.connect()).leave_hackernews()
        _print(f"What is said to {user} on Hacker News is read no longer.")
        return 0
    who = await _find(account)
    async with _writing() as runtime:
        door = await signs_in(runtime)
        untold = await door.sign_out(who.id, forget_words=forgets)
    rest = "What was said is forgotten here." if forgets else "What was said is kept."
    _print(f"{who.handle} is signed out of {network_title(who.network)}. {rest} {untold}".strip())
    return 0


async def accounts() -> int:
    """Print who we are, and where, as far as that is known without asking."""
    paths = own_paths()
    config = await asyncio.to_thread(read_config, paths.config_file)
    for one in await asyncio.to_thread(read_accounts, paths.accounts_file):
        since = one.back_to.astimezone()
        host = clean_line(host_of(one.server))
        where = "" if host in one.handle else f", {host}"
        _row(one.network, f"{one.handle}{where}, read since {since.day} {since:%B %Y}")
    user = config.hackernews.user
    _row(NetworkName.HACKERNEWS, f"{user}, read only" if user else "not connected")
    place = place_of(os.environ, paths.commons)
    joined = own_byline().handle if config.commons.joined else "not joined"
    _row(NetworkName.COMMONS, f"{joined}, {shown_path(place.directory)}")
    return 0


async def _join_hackernews(runtime: Runtime, asking: Asking) -> int:
    user = asking.name or _ask("Your user name on Hacker News: ")
    network = await (await runtime.connect()).join_hackernews(user)
    _print(f"What is said to {network.account.author.handle} on Hacker News is read; "
           "it is answered on its own pages.")  # fmt: skip
    return 0


async def _bluesky(door: SignsIn, asking: Asking) -> SignedIn:
    handle = asking.name or _ask("Handle, such as sam.bsky.social: ")
    _hint(f"An app password is made under {BLUESKY_MAKES_THEM}; not the account's own.", asking)
    password = _password("App password: ", asking)
    _say_asking(asking.server or "bsky.social")
    return await door.sign_in_bluesky(handle, password, asking.server)


async def _mastodon(door: SignsIn, asking: Asking) -> SignedIn:
    server = asking.server or _ask("Server, such as mastodon.social: ")
    _say_asking(server)
    authorization = await door.begin_mastodon(server)
    _print(f"Open this on any device, and allow Chinwag:\n{authorization.url}")
    for _ in range(_CODES - 1):
        try:
            return await _finish_mastodon(door, authorization, server)
        except ConfigError as refused:
            from tui.report import sentence  # noqa: PLC0415 - it brings the screens along

            _print_aside(sentence(refused))
    return await _finish_mastodon(door, authorization, server)


async def _finish_mastodon(door: SignsIn, authorization: Authorization, server: str) -> SignedIn:
    code = _hidden("The code that it shows: ")
    _say_asking(server)
    return await door.finish_mastodon(authorization, code.reveal())


async def _wordpress(door: SignsIn, asking: Asking) -> SignedIn:
    site = asking.server or _ask("The address of the blog: ")
    user = asking.name or _ask("User name there: ")
    _hint(f"An application password is made in wp-admin under {WORDPRESS_MAKES_THEM}.", asking)
    password = _password("Application password: ", asking)
    _say_asking(site)
    return await door.sign_in_wordpress(site, user, password)


def _check_streams(network: NetworkName, asking: Asking) -> None:
    """See that everything can be asked for before anything is opened."""
    is_terminal = sys.stdin is not None and sys.stdin.isatty()
    if not asking.reads_password:
        if not is_terminal:
            raise ChinwagError(
                "A sign-in is asked for on a terminal, and the standard input is none.",
                "With --password-stdin, --name and --server it can be piped.",
            )
        return
    if network in (NetworkName.MASTODON, NetworkName.HACKERNEWS):
        name = network_title(network)
        raise ChinwagError(f"{name} takes no password.", "Leave --password-stdin out.")
    needed = {NetworkName.BLUESKY: (asking.name,)}.get(network, (asking.name, asking.server))
    if not is_terminal and not all(needed):
        raise ChinwagError(
            "Where the password is piped, the rest has to be said.",
            "--name says who you are, --server where.",
        )


def _password(prompt: str, asking: Asking) -> Secret:
    if not asking.reads_password:
        return _hidden(prompt)
    return Secret(_must(sys.stdin.readline(_PASSWORD_CHARS).strip()))


def _hidden(prompt: str) -> Secret:
    """Ask on the terminal without showing what is typed."""
    return Secret(_must(_at_the_terminal(lambda: getpass.getpass(prompt)).strip()))


def _ask(prompt: str) -> str:
    def read() -> str:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return sys.stdin.readline()

    return _must(_at_the_terminal(read).strip())


def _must(answer: str) -> str:
    if not answer:
        raise ChinwagError("Nothing was typed, so nobody was signed in.")
    return answer


def _at_the_terminal(read: Callable[[], _Told]) -> _Told:
    """Wait for what is typed, so that ctrl+c stops at once and ctrl+d is a sentence."""
    try:
        with _interruptible():
            return read()
    except EOFError as error:
        raise ChinwagError("Nothing was typed, so nobody was signed in.") from error


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let ctrl+c end the reading: the loop would only make a note of it, and wait on."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _hint(words: str, asking: Asking) -> None:
    """Say where a password is made, to whoever types one."""
    if not asking.reads_password:
        _print_aside(words)


def _say_asking(server: str) -> None:
    _print_aside(f"asking {clean_line(host_of(server))}…")


async def _find(account: str) -> SignedIn:
    """Find the one account that is meant."""
    found = await asyncio.to_thread(read_accounts, own_paths().accounts_file)
    meant = account.strip().removeprefix("@").casefold()
    same = [
        one
        for one in found
        if meant in (str(one.id).casefold(), one.handle.removeprefix("@").casefold())
    ]
    if len(same) == 1:
        return same[0]
    if same:
        ids = ", ".join(clean_line(str(one.id)) for one in same)
        raise ChinwagError(f"{account} is several: {ids}.", "Name one of these.")
    raise ChinwagError(f"{account} is not signed in.", "“chinwag accounts” lists who is.")


@asynccontextmanager
async def _writing() -> AsyncIterator[Runtime]:
    """Open everything, as the only terminal that does."""
    async with open_runtime() as runtime:
        if runtime.looks_on:
            raise ChinwagError("Chinwag is open in another terminal.", "a in its lobby does this.")
        yield runtime


def _row(network: NetworkName, words: str) -> None:
    _print(f"{pad(network_title(network), _NETWORK_CELLS)}{words}")


def _print(words: str) -> None:
    sys.stdout.write(clean(words, lines=1_000, chars=100_000) + "\n")
    sys.stdout.flush()


def _print_aside(words: str) -> None:
    sys.stderr.write(clean(words) + "\n")
    sys.stderr.flush()
