"""Which feeds are followed: ``feeds.toml``, read whole and written back with its comments.

Law: the file is its owner's: their order, their names and their comments stay. One that cannot be
read is an error with its line, never a silent nothing.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from services.errors import ConfigError
from services.model.headlines import FeedId
from services.model.words import NOTHING, Safe
from services.paths import make_private, shown_path
from services.text.clean import clean_line, clean_url
from services.text_file import replace_file

_HEADER = re.compile(r"^\s*\[\[\s*[\"']?feed[\"']?\s*\]\]", re.MULTILINE)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_MEND = "Mend that line, or move the file away to start anew."


class Subscription(msgspec.Struct, frozen=True):
    """One feed that somebody follows."""

    id: FeedId
    url: Safe
    """As it was entered, in canonical form."""
    name: Safe
    """As its follower calls it; empty where the publisher's own name will do."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    name: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    feed: tuple[_Entry, ...] = ()


def canonical(url: str) -> Safe | None:
    """Give one spelling for all of an address; ``None`` where it is none of http or https.

    Source: RFC 3986, 6.2.2 and 6.2.3, 2026-11.
    """
    cleaned = clean_url(url.strip())
    if cleaned is None:
        return None
    parts = urlsplit(cleaned)
    place = parts.netloc.removesuffix(_DEFAULT_PORTS[parts.scheme])
    return clean_url(parts._replace(netloc=place, path=parts.path or "/", fragment="").geturl())


def subscribe(url: str, name: str = "") -> Subscription | None:
    """Make a subscription to an address; ``None`` where it is none of http or https."""
    address = canonical(url)
    if address is None:
        return None
    return Subscription(feed_id(address), address, clean_line(name) if name else NOTHING)


def feed_id(url: Safe) -> FeedId:
    """Give the id of the feed at a canonical address: one, whether by http or https."""
    place = url.partition("://")[2]
    return FeedId(hashlib.blake2b(place.encode(), digest_size=12).hexdigest())


def read_subscriptions(path: Path) -> tuple[Subscription, ...]:
    """Read which feeds are followed, each once, in the order of the file.

    Raises:
        ConfigError: it is not TOML, or an entry of it is no feed; says which line.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        what = f"{shown_path(path)} cannot be read: {clean_line(str(why))}."
        raise ConfigError(what, "Check who owns it, and what is in it.") from error
    try:
        table = tomllib.loads(text)
        entries = msgspec.convert(table, _File).feed
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        why = f"{clean_line(str(error))}{_line_of_fault(str(error), text)}"
        raise ConfigError(f"{shown_path(path)} cannot be used: {why}.", _MEND) from error
    found: dict[FeedId, Subscription] = {}
    for number, entry in enumerate(entries):
        one = subscribe(entry.url, entry.name)
        if one is None:
            what = f"“{clean_line(entry.url, chars=80)}” is no http or https address"
            where = _line_of_entry(number, text)
            raise ConfigError(f"{shown_path(path)} cannot be used: {what}{where}.", _MEND)
        found.setdefault(one.id, one)
    return tuple(found.values())


def add_subscriptions(path: Path, added: Iterable[Subscription]) -> None:
    """Write more feeds at the end; those that are there already stay as they are.

    Raises:
        ConfigError: the file cannot be read or written; it is as it was.
    """
    known = {one.id for one in read_subscriptions(path)}
    new = [one for one in dict.fromkeys(added) if one.id not in known]
    if not new:
        return
    import tomlkit  # noqa: PLC0415 - 50 ms, and only who follows something new needs it

    document = _document(path)
    feeds: Any = document.setdefault("feed", tomlkit.aot())
    is_inline = not isinstance(feeds, tomlkit.items.AoT)
    for one in new:
        entry = tomlkit.inline_table() if is_inline else tomlkit.table()
        entry["url"] = str(one.url)
        if one.name:
            entry["name"] = str(one.name)
        feeds.append(entry)
    _write(path, tomlkit.dumps(document))


def remove_subscription(path: Path, feed: FeedId) -> None:
    """Take a feed out, every time it is named; not an error where it is not there.

    Raises:
        ConfigError: the file cannot be read or written; it is as it was.
    """
    if feed not in {one.id for one in read_subscriptions(path)}:
        return
    import tomlkit  # noqa: PLC0415 - as above

    document = _document(path)
    feeds: Any = document["feed"]
    for index in reversed(range(len(feeds))):
        one = subscribe(str(feeds[index]["url"]))
        if one is not None and one.id == feed:
            del feeds[index]
    if not feeds:
        del document["feed"]
    _write(path, tomlkit.dumps(document))


def _document(path: Path) -> Any:  # noqa: ANN401 - tomlkit's own container
    import tomlkit  # noqa: PLC0415 - as above

    try:
        return tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    except (OSError, tomlkit.exceptions.TOMLKitError) as error:
        what = f"{shown_path(path)} cannot be changed: {clean_line(str(error))}."
        raise ConfigError(what, _MEND) from error


def _write(path: Path, text: str) -> None:
    try:
        make_private(path.parent)
        replace_file(path, text)
    except OSError as error:
        what = f"{shown_path(path)} cannot be written: {error.strerror}."
        raise ConfigError(what, "Which feeds are followed is as it was.") from error


def _line_of_fault(fault: str, text: str) -> str:
    """Say the line of what a validator found; TOML's own errors say it themselves."""
    where = re.search(r"\$\.feed\[(\d+)\]", fault)
    return _line_of_entry(int(where[1]), text) if where else ""


def _line_of_entry(number: int, text: str) -> str:
    """Say where an entry begins; by its number where it stands on no line of its own."""
    for count, header in enumerate(_HEADER.finditer(text)):
        if count == number:
            line = text.count("\n", 0, header.end()) + 1
            return f" (in the feed at line {line})"
    return f" (in feed {number + 1})"
