"""Lists of feeds from other readers, and for them: OPML in and out.

Law: each feed of a list is asked for once, a few at a time, and every one that does not come in
is named with why.

Source: OPML 2.0, opml.org/spec2.opml, "subscription lists", 2026-11.
"""

import asyncio
import html
from collections.abc import AsyncGenerator, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from services.errors import ChinwagError
from services.model.headlines import FeedId, FeedState
from services.model.words import Safe
from services.networks.base import Headlines
from services.networks.feeds.client import FeedClient, Parses
from services.networks.feeds.subscriptions import Subscription, subscribe
from services.networks.feeds.wire import Kind, NotUnderstood, Outline, Outlines, ParseJob
from services.paths import make_private, shown_path
from services.text.clean import clean_line
from services.text_file import replace_file
from services.web.values import MEGABYTE

AT_ONCE: Final = 8
LIST_BYTES_AT_MOST: Final = 5 * MEGABYTE
_LEFT_OUT: Final = frozenset({FeedState.REFUSED, FeedState.GONE, FeedState.NOT_A_FEED})
_COMES_IN: Final = frozenset({FeedState.WELL, FeedState.MOVED})


class ImportFault(msgspec.Struct, frozen=True):
    """One feed of a list that did not come in as it should."""

    name: Safe
    url: Safe
    """For reading only: it may be no address at all."""
    words: Safe
    """Why, as one plain sentence or less."""
    is_followed: bool = False
    """Whether it is followed all the same, because it may be there later."""


class Importing(msgspec.Struct, frozen=True):
    """How far an import is."""

    done: int
    total: int
    failed: tuple[ImportFault, ...] = ()
    is_done: bool = False


class Checked(msgspec.Struct, frozen=True):
    """What became of one feed of a list."""

    subscription: Subscription | None = None
    """To be followed; ``None`` where it is left out, or followed already."""
    reading: Headlines | None = None
    """The reading that it was checked by."""
    fault: ImportFault | None = None


async def read_list(path: Path, parser: Parses) -> Outlines:
    """Read an OPML file.

    Raises:
        ChinwagError: it cannot be read, or is no list of feeds.
    """
    shown = clean_line(shown_path(path))
    try:
        body = await asyncio.to_thread(_read_some, path)
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise ChinwagError(f"{shown} cannot be read: {why}.", "Check its name.") from error
    if len(body) > LIST_BYTES_AT_MOST:
        raise ChinwagError(f"{shown} is larger than {LIST_BYTES_AT_MOST // MEGABYTE} MB.")
    finding = await parser.parse(ParseJob(Kind.OPML, body))
    if isinstance(finding, Outlines):
        return finding
    why = finding.reason.value if isinstance(finding, NotUnderstood) else "it is something else"
    raise ChinwagError(
        f"{shown} cannot be used: {why}.", "Have the other reader export its feeds as OPML."
    )


def faults_of(outlines: Outlines) -> tuple[ImportFault, ...]:
    """Say what of a list cannot even be asked for."""
    count, name = outlines.refused, "1 entry" if outlines.refused == 1 else "several entries"
    told = []
    if count:
        words = f"{count} without an address of the web" if count > 1 else "no address of the web"
        told.append(_fault(Outline(name, ""), words))
    if outlines.is_cut:
        words = f"the list is longer than {len(outlines.feeds)}; the rest was not read"
        told.append(_fault(Outline("the rest", ""), words))
    return tuple(told)


async def check_all(
    feeds: Iterable[Outline], client: FeedClient, known: frozenset[FeedId]
) -> AsyncGenerator[Checked, None]:
    """Ask for each feed once, eight at a time, and give each as soon as it is known.

    Those of ``known`` are followed already and are not asked.
    """
    outlines = tuple(feeds)
    left = iter(outlines)
    ready: asyncio.Queue[Checked] = asyncio.Queue(AT_ONCE)
    workers = [asyncio.create_task(_check_on(left, client, known, ready)) for _ in range(AT_ONCE)]
    try:
        for _ in outlines:
            yield await ready.get()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def opml_of(subscriptions: Iterable[Subscription]) -> str:
    """Write feeds as other readers take them."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head><title>Feeds followed in Chinwag</title></head>",
        "  <body>",
        *map(_outline_of, subscriptions),
        "  </body>",
        "</opml>",
    ]
    return "\n".join([*lines, ""])


def write_list(path: Path, subscriptions: Iterable[Subscription]) -> None:
    """Write an OPML file, whole or not at all.

    Raises:
        ChinwagError: it cannot be written; what was there is as it was.
    """
    try:
        place = path.expanduser()
        if not place.parent.exists():
            make_private(place.parent)
        replace_file(place, opml_of(subscriptions))
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        shown = clean_line(shown_path(path))
        raise ChinwagError(f"{shown} cannot be written: {why}.", "Try another place.") from error


def _outline_of(one: Subscription) -> str:
    name, url = html.escape(one.name or one.url), html.escape(one.url)
    return f'    <outline type="rss" text="{name}" title="{name}" xmlUrl="{url}"/>'


async def _check_on(
    left: Iterator[Outline],
    client: FeedClient,
    known: frozenset[FeedId],
    ready: "asyncio.Queue[Checked]",
) -> None:
    for outline in left:
        await ready.put(await _check(outline, client, known))


async def _check(outline: Outline, client: FeedClient, known: frozenset[FeedId]) -> Checked:
    one = subscribe(outline.url, outline.name)
    if one is None:
        return Checked(fault=_fault(outline, "that is no address of the web"))
    if one.id in known:
        return Checked()
    reading = await client.read(one, None)
    state, words = reading.memory.state, reading.memory.words
    if state in _COMES_IN or reading.headlines:
        return Checked(one, reading)
    if state in _LEFT_OUT or state is FeedState.BROKEN:
        return Checked(fault=_fault(outline, words))
    later = f"not reached now ({words}); tried again later" if words else "tried again later"
    return Checked(one, reading, _fault(outline, later, is_followed=True))


def _fault(outline: Outline, words: str, *, is_followed: bool = False) -> ImportFault:
    return ImportFault(
        clean_line(outline.name),
        clean_line(outline.url),
        clean_line(words, chars=300),
        is_followed,
    )


def _read_some(path: Path) -> bytes:
    with path.expanduser().open("rb") as file:
        return file.read(LIST_BYTES_AT_MOST + 1)
