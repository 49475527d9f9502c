"""Where the API of a blog is, from whatever address of it somebody has at hand.

Law: at most ten requests, none of them with a password. What is found is a root below which
everything is asked: with ``/wp-json`` or with ``?rest_route=`` at its end, without a slash.

Source: developer.wordpress.org/rest-api/using-the-rest-api/discovery, 2026-11; WordPress 6.1.9 on
the wire: a post sends several ``Link`` headers, and names the root in its HTML as well.
"""

import html
import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from services.errors import Garbled, NetworkError, Rejected, TooLarge, Unreachable
from services.model.words import Safe
from services.networks.wordpress.client import Fetches
from services.networks.wordpress.wire import Index, read
from services.text.clean import clean_line, clean_url
from services.web.addresses import is_local
from services.web.values import JSON_LIMITS, Answer, Request

_LINK_HEADER = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?https://api\.w\.org/"?')
_LINK_TAG = re.compile(r"<link\b[^<>]*+>", re.IGNORECASE)
_REL = re.compile(r"\brel=[\"']?https://api\.w\.org/[\"'\s/>]", re.IGNORECASE)
_HREF = re.compile(r"""\bhref=["']?([^"'\s>]+)""", re.IGNORECASE)
_HEAD_BYTES = 400_000
_ROUTES: Final = ("/wp-json", "/?rest_route=")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Found:
    """A blog: the root of its API, and what that says of itself."""

    __slots__ = ("index", "root")

    def __init__(self, root: str, index: Index) -> None:
        """Say what was found."""
        self.root = root
        self.index = index


async def discover(address: str, door: Fetches) -> Found:
    """Find the API of the blog at ``address``, which may be that of a post, without a scheme.

    Raises:
        Rejected: there is no blog of this kind, or its API is off.
        NetworkError: it could not be asked.
    """
    typed = address.strip().rstrip("/")
    if _SCHEME.match(typed):
        return await _discover(_checked(typed, address), door)
    host = typed.partition("/")[0]
    if is_local(_checked(f"http://{typed}", address)):
        return await _discover(f"http://{typed}", door)
    try:
        return await _discover(_checked(f"https://{typed}", address), door)
    except Unreachable as error:
        if not await _answers(f"http://{host}", door):
            raise
        raise no_https(host) from error


def no_https(host: str) -> Rejected:
    """Say that a password cannot go there."""
    return Rejected(
        f"{clean_line(host, chars=80)} cannot be reached over https, so a password would be"
        " readable on its way.",
        "WordPress takes application passwords over https only. Ask whoever hosts the blog.",
    )


def _checked(url: str, typed: str) -> str:
    cleaned = clean_url(url)
    if cleaned is None:
        raise Rejected(
            f"{clean_line(typed, chars=80) or 'Nothing'} is no address of a blog.",
            "Give it as it stands in a browser, like blog.example.",
        )
    return cleaned.rstrip("/")


async def _discover(url: str, door: Fetches) -> Found:
    """Ask a page of the blog where its API is, then the places where it usually is."""
    page = await _page(url, door)
    named = None if page is None else _named(page)
    if named is not None:
        return await _named_root(named, page.url if page else url, door)
    for root in _guesses(page.url if page else url):
        found = await _read(root, door)
        if isinstance(found, Index):
            return Found(_at_home(root, found), found)
    name = _host(url)
    raise Rejected(
        f"{name} does not look like a WordPress blog.",
        "Give the address of the blog, or of any post on it.",
    )


async def _page(url: str, door: Fetches) -> Answer | None:
    """Read a page, whatever its status; ``None`` where it is too large or cannot be read."""
    try:
        return await door.fetch(Request(url=url, accept="text/html,*/*;q=0.5"))
    except (TooLarge, Garbled):
        return None


def _named(page: Answer) -> str | None:
    """Give the root that a page names, in its header or in its HTML."""
    match = _LINK_HEADER.search(page.headers.get("link", ""))
    if match is not None:
        return urljoin(page.url, str(match[1]))
    tags = _LINK_TAG.finditer(page.body[:_HEAD_BYTES].decode("utf-8", "replace"))
    tag = next((tag for tag in tags if _REL.search(tag[0])), None)
    href = None if tag is None else _HREF.search(tag[0])
    return None if href is None else urljoin(page.url, html.unescape(str(href[1])))


async def _named_root(named: str, page: str, door: Fetches) -> Found:
    """Read the root that a page names.

    Raises:
        Rejected: it is not for us, or switched off.
    """
    root = _as_root(named, page)
    other = _as_root(urljoin(page, "/?rest_route="), page)
    for candidate in dict.fromkeys((root, other)):
        found = await _read(candidate, door)
        if isinstance(found, Index):
            return Found(candidate, found)
    name = _host(page)
    raise Rejected(
        f"{name} is a WordPress blog, but its REST API is switched off.",
        "A plugin for security often does that; whoever runs the blog can switch it on.",
    )


def _as_root(named: str, page: str) -> str:
    """Give a named root as it is asked: as encrypted as the page that names it."""
    url = named.rstrip("/")
    here, there = urlsplit(page), urlsplit(url)
    if here.scheme == "https" and there.scheme == "http" and here.hostname == there.hostname:
        url = "https" + url.removeprefix("http")
    return url


def _at_home(root: str, index: Index) -> str:
    """Give a guessed root as the blog's own address has it: a query is heeded below any path."""
    home = urlsplit(index.home)
    if "?" not in root or home.hostname != urlsplit(root).hostname:
        return root
    return _as_root(f"{index.home.rstrip('/')}{_ROUTES[-1]}", root)


def _guesses(url: str) -> list[str]:
    """Give where the API may be: below the address, and below its host."""
    parts = urlsplit(url)
    top = f"{parts.scheme}://{parts.netloc}"
    below = f"{top}{parts.path}".rstrip("/")
    return list(dict.fromkeys(base + route for base in (below, top) for route in _ROUTES))


async def _read(root: str, door: Fetches) -> Index | None:
    """Read a root; ``None`` where there is none."""
    url = f"{root}/"
    try:
        answer = await door.fetch(Request(url=url, accept="application/json", limits=JSON_LIMITS))
        index = read(answer.body, Index) if answer.is_ok else None
    except (Garbled, TooLarge):
        return None
    return index if index is not None and "wp/v2" in index.namespaces else None


async def _answers(url: str, door: Fetches) -> bool:
    try:
        await door.fetch(Request(url=url))
    except NetworkError:
        return False
    return True


def _host(url: str) -> Safe:
    return clean_line(urlsplit(url).hostname or url, chars=80)
