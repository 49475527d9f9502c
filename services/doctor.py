"""What is wrong around the program, in words, with what to do about it.

Law: an examination changes nothing and opens nothing that another part has not checked; every
finding is a sentence, and where something is wrong, a way out.
"""

import asyncio
import codecs
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from services.accounts import read_accounts
from services.config import read_config
from services.errors import ConfigError, StoreError, VaultError
from services.model.words import NOTHING, Safe
from services.store.mount import has_table
from services.store.shared_file import VARIABLE, Place, verify
from services.text.clean import clean_line
from services.vault_file import FileVault
from services.vault_keyring import open_keyring

ROOM_WANTED_BYTES = 100_000_000
"""With less free space than this the doctor speaks up."""

_MEGABYTE = 1_000_000


class FindingKind(Enum):
    """How a finding is to be taken."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    kind: FindingKind
    words: Safe
    remedy: Safe = NOTHING


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is examined."""

    config_file: Path
    private_directory: Path
    place: Place
    """Of the commons."""
    environment: Mapping[str, str]


async def examine(surroundings: Surroundings) -> tuple[Finding, ...]:
    """Look at configuration, files, sign-ins, commons, language, terminal, disk, in this order."""
    return await asyncio.to_thread(lambda: tuple(_examine(surroundings)))


def _examine(surroundings: Surroundings) -> Iterator[Finding]:
    """Look at one thing after the other; an error in one does not keep from the next."""
    checks: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
        _config,
        _private,
        _damaged,
        _signed_in,
        _commons,
        _language,
        _terminal,
        _room,
    )
    for check in checks:
        try:
            yield from check(surroundings)
        except OSError as error:
            named = f"{error.filename}: " if error.filename else ""
            yield _wrong(f"{named}{error.strerror or 'cannot be looked at'}.", "")


def _config(surroundings: Surroundings) -> Iterator[Finding]:
    """Say whether the configuration can be read."""
    path = surroundings.config_file
    if not path.exists():
        yield _note(f"There is no {path}; Chinwag does without.")
        return
    try:
        read_config(path)
    except ConfigError as error:
        yield _wrong(error.what, error.remedy)
    else:
        yield _ok(f"{path} can be read.")


def _private(surroundings: Surroundings) -> Iterator[Finding]:
    """Say whether somebody else could read what is yours."""
    directory = surroundings.private_directory
    there = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not there.is_dir():
        yield _wrong(
            f"{there} is a file, and has to be a directory.",
            f"`mv {there} {there}.aside` sets it aside; the next start makes the directory.",
        )
        return
    if not directory.is_dir():
        yield _note(f"There is no {directory} yet; the first start makes it.")
        return
    open_to_others = 0
    for path in (directory, *sorted(directory.iterdir())):
        seen = path.lstat()
        mode = stat.S_IMODE(seen.st_mode)
        if stat.S_ISLNK(seen.st_mode):
            yield _wrong(f"{path} is a link to somewhere else.", "Put the file itself there.")
        elif seen.st_uid != os.geteuid():
            yield _wrong(f"{path} belongs to another user.", f"`chown {os.geteuid()} {path}`")
        elif mode & 0o077:
            right = 0o700 if stat.S_ISDIR(seen.st_mode) else 0o600
            yield _wrong(
                f"{path} has the mode {mode:04o}: others on this box can get at it.",
                f"`chmod {right:04o} {path}` closes it.",
            )
        else:
            continue
        open_to_others += 1
    if not open_to_others:
        yield _ok(f"{directory} and what is in it are yours alone.")


def _damaged(surroundings: Surroundings) -> Iterator[Finding]:
    """Say whether the private file can be read, and how to set it aside where it cannot."""
    path = surroundings.private_directory / "private.db"
    if not path.is_file() or not path.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            ((found,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        if not error.sqlite_errorname.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            yield _note(f"{path} could not be looked into: {error}.")
            return
        found = str(error)
    if found == "ok":
        yield _ok(f"{path} is whole.")
    else:
        yield _wrong(
            f"{path} is damaged: {found}.",
            f"Leave Chinwag, then `mv {path} {path}.damaged`; the next start begins a new one.",
        )


def _signed_in(surroundings: Surroundings) -> Iterator[Finding]:
    """Say whether our accounts can be read, and whether what signs them in is kept well."""
    try:
        wants_keyring = read_config(surroundings.config_file).secrets.keyring
    except ConfigError:
        return  # told already
    file = surroundings.config_file.with_name("accounts.toml")
    try:
        who = read_accounts(file)
        if wants_keyring:
            yield _ok(open_keyring().words)
            return
        secrets = surroundings.private_directory / "secrets.json"
        if not who and not secrets.is_file():
            return
        vault = FileVault(secrets)
        kept = vault.accounts()
    except (ConfigError, VaultError) as error:
        yield _wrong(error.what, error.remedy)
        return
    for one in who:
        if one.id not in kept:
            yield _wrong(
                f"There is no sign-in kept for {one.handle} on {one.network}.",
                "Sign in again: a in the lobby.",
            )
    if who:
        yield _ok(vault.words)


def _commons(surroundings: Surroundings) -> Iterator[Finding]:
    """Say whether the commons may be opened, and if not, why."""
    place = surroundings.place
    if not place.is_shared and not place.directory.exists():
        yield _note(f"The commons is yours alone, because {VARIABLE} is not set.")
        return
    try:
        identity = verify(place)
    except StoreError as error:
        yield _wrong(error.what, error.remedy)
        return
    if not place.is_shared:
        yield _note(f"The commons is yours alone, because {VARIABLE} is not set.")
    elif identity is None:
        yield _ok(f"{place.directory} is ready; whoever starts first makes the commons in it.")
    else:
        yield _ok(f"The commons in {place.directory} is as it should be.")
    if place.is_shared and not has_table():
        yield _note(
            f"This system does not say what {place.directory} is on. "
            "It has to be a disk of this box, not one from the network."
        )


def _language(surroundings: Surroundings) -> Iterator[Finding]:
    """Say whether the terminal is told to expect UTF-8."""
    environment = surroundings.environment
    named = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG", "")
    _, _, coding = named.partition(".")
    try:
        is_utf8 = codecs.lookup(coding.partition("@")[0]).name == "utf-8"
    except LookupError:
        is_utf8 = False
    if is_utf8:
        yield _ok(f"Your language setting is {named}.")
        return
    yield _wrong(
        f"Your language setting is {named or 'empty'}, which is not UTF-8; "
        "letters may come out wrong.",
        "`export LANG=C.UTF-8` before starting, or set it for good.",
    )


def _terminal(surroundings: Surroundings) -> Iterator[Finding]:
    """Say whether the terminal can show a full screen."""
    name = surroundings.environment.get("TERM", "")
    if name in ("", "dumb", "unknown"):
        yield _wrong(
            f"TERM is {name or 'empty'}: this terminal shows no full screen.",
            "Start Chinwag in another one; `chinwag waiting` works here too.",
        )
    else:
        yield _ok(f"TERM is {name}.")


def _room(surroundings: Surroundings) -> Iterator[Finding]:
    """Say how much space is left where we write."""
    places = [surroundings.private_directory]
    if surroundings.place.directory != surroundings.private_directory:
        places.append(surroundings.place.directory)
    for place in places:
        existing = next(path for path in (place, *place.absolute().parents) if path.exists())
        free = shutil.disk_usage(existing).free
        said = f"{free // _MEGABYTE:,} MB are free under {place}"
        if free < ROOM_WANTED_BYTES:
            yield _wrong(f"Only {said}.", "Make some room; without it nothing can be saved.")
        else:
            yield _ok(f"{said}.")


def _ok(words: str) -> Finding:
    """Word what is right."""
    return Finding(FindingKind.OK, _sentence(words))


def _note(words: str) -> Finding:
    """Word what is good to know."""
    return Finding(FindingKind.NOTE, _sentence(words))


def _wrong(words: str, remedy: str) -> Finding:
    """Word what is wrong and what to do."""
    return Finding(FindingKind.WRONG, _sentence(words), _sentence(remedy))


def _sentence(words: str) -> Safe:
    """Clean a sentence with room for two paths in it."""
    return clean_line(words, chars=1_000)
