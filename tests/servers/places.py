"""An account of ours on a real server, signed in for good over a line that can be made bad.

Law: everything between the outbox and the wire is the program's own, on real files; what the
server holds is asked of the server itself, past the line.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from services.clock import Clock
from services.connections import Connections
from services.model.accounts import SignedIn
from services.model.ids import ThreadId
from services.model.posts import Post
from services.networks.base import Network
from services.paths import Paths
from services.runtime import Runtime, open_runtime
from services.secrets import Secret
from services.topics.hosting import TopicsHere
from tests.servers.bluesky import Bluesky
from tests.servers.proxy import Manners, Proxy, bad_line
from tests.servers.snac import Snac, SnacAccount
from tests.servers.wordpress import WordPress

_ASKED = tuple(f"Who has key {number} of the shed?" for number in range(1, 11))
_TAGS = re.compile(r"<[^>]*>")
SignIn = Callable[[Connections, str], Awaitable[SignedIn]]
"""Signs in at the address of a line."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """A server, as whoever else is on it sees it."""

    name: str
    origin: str
    sign_in: SignIn
    threads: tuple[ThreadId, ...]
    """Where somebody has said something that can be answered."""
    texts: Callable[[], Awaitable[list[str]]]
    """Gives every text that the server holds of us, each as often as it stands there."""
    speak: Callable[[str], Awaitable[None]]
    """Has somebody else say something to us."""
    spoken: Callable[[], Awaitable[set[str]]]
    """Gives the ids of what was said to us, as the server lists them."""


@dataclass(frozen=True, slots=True)
class Place:
    """That server with us on it."""

    theirs: Theirs
    line: Proxy
    runtime: Runtime
    network: Network
    roots: tuple[Post, ...]
    """What can be answered."""


@asynccontextmanager
async def open_place(
    theirs: Theirs, folder: Path, clock: Clock, manners: Manners | None = None
) -> AsyncIterator[Place]:
    """Sign in over a line that is good so far."""
    async with bad_line(theirs.origin, manners=manners) as line:
        paths = paths_in(folder)
        name_host(paths, line.url)
        async with open_runtime(
            paths=paths, clock=clock, environment={}, topics=TopicsHere
        ) as runtime:
            who = await theirs.sign_in(await runtime.connect(), line.url)
            network = runtime.real.networks[who.id]
            roots = [(await network.thread(thread)).posts[0] for thread in theirs.threads]
            yield Place(theirs, line, runtime, network, tuple(roots))


def paths_in(folder: Path) -> Paths:
    """Put everything of one user below ``folder``."""
    return Paths(folder / "config" / "config.toml", folder / "data", folder / "cache")


def name_host(paths: Paths, url: str) -> None:
    """Write down that a host on this machine may be reached."""
    paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_text(
        f'[door]\nnamed_hosts = ["{urlsplit(url).netloc}"]\n[news]\nasked = true\n'
    )


async def on_bluesky(bluesky: Bluesky) -> Theirs:
    """Be somebody new on Bluesky, to whom Bob has said nothing yet."""
    us = await bluesky.newcomer("ada")
    password = await us.app_password("chinwag")
    roots = [await bluesky.bob.post(words) for words in _ASKED]
    ours = await us.post("I may have it.")
    await bluesky.settle()

    async def sign_in(doors: Connections, url: str) -> SignedIn:
        return await doors.sign_in_bluesky(us.person.handle, Secret(password), url)

    async def texts() -> list[str]:
        return [str(each["value"]["text"]) for each in await us.posts()]

    async def speak(words: str) -> None:
        await bluesky.bob.reply(ours, words)

    async def spoken() -> set[str]:
        await bluesky.settle()
        return {str(one["uri"]) for one in await us.notifications(100)}

    threads = tuple(ThreadId(root.ref.uri) for root in roots)
    return Theirs("bluesky", bluesky.host.pds, sign_in, threads, texts, speak, spoken)


async def on_wordpress(wordpress: WordPress) -> Theirs:
    """Be an administrator of the blog, with a post that nobody has commented yet."""
    person = await wordpress.newcomer("ada")
    posts = [await wordpress.create_post(words) for words in _ASKED]

    async def sign_in(doors: Connections, url: str) -> SignedIn:
        return await doors.sign_in_wordpress(url, person.name, Secret(person.password))

    async def texts() -> list[str]:
        return [_TAGS.sub("", one).strip() for one in await wordpress.said_by(person.id)]

    async def speak(words: str) -> None:
        # Each a person of their own: the blog slows down who comments twice.
        name = f"Vera{words.rpartition(' ')[2]} Weir"
        await wordpress.visitor_comments(name, words, post=posts[0])

    async def spoken() -> set[str]:
        return {str(each["id"]) for each in await wordpress.comments(posts[0])}

    threads = tuple(ThreadId(f"p{post}") for post in posts)
    return Theirs("wordpress", wordpress.host.url, sign_in, threads, texts, speak, spoken)


async def on_snac(snac: Snac) -> Theirs:
    """Be somebody new on snac, to whom Bob has said nothing yet."""
    us = snac.newcomer("ada")
    roots = [await snac.bob.post(words) for words in _ASKED]
    ours = await us.post("I may have it.")

    async def sign_in(doors: Connections, url: str) -> SignedIn:
        begun = await doors.begin_mastodon(url)
        return await doors.finish_mastodon(begun, await allow(us, begun.url))

    async def texts() -> list[str]:
        return [str(each["text"]) for each in await us.statuses()]

    async def speak(words: str) -> None:
        await snac.bob.reply(ours["id"], f"@{us.person.name} {words}")

    async def spoken() -> set[str]:
        told = await us.notifications(limit=80)
        return {str(one["status"]["id"]) for one in told if one["type"] == "mention"}

    threads = tuple(ThreadId(str(root["id"])) for root in roots)
    return Theirs("snac", snac.host.url, sign_in, threads, texts, speak, spoken)


async def allow(us: SnacAccount, url: str) -> str:
    """Sign in on the server's own page, as a person does, and copy the code."""
    asked = {name: one[0] for name, one in parse_qs(urlsplit(url).query).items()}
    fields = {
        "login": us.person.name, "passwd": us.person.password, "state": "",
        "redir": asked["redirect_uri"], "cid": asked["client_id"],
    }  # fmt: skip
    page = await us.client.post("/oauth/x-snac-login", data=fields)
    found = re.search(r"\b[0-9a-f]{32,}\b", page.text)
    assert found is not None, page.text
    return found[0]
