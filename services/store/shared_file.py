"""The file of the commons: where it is, and whether it may be opened.

Law: everybody in the group can write to a shared commons, so nothing of it is opened before its
folder and files have been looked at without following a link: kinds, owners, groups, modes. A
look never takes a handle that reads, because closing one would let go of SQLite's locks.
"""

import grp
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec

from services.errors import StoreError, Untrusted
from services.store.database import COMMONS, Durability, open_database
from services.store.mount import shared_between_machines
from services.store.own_schema import verify_schema
from services.text.clean import clean_line

VARIABLE = "CHINWAG_COMMONS"
"""Names the folder of a commons that several users of this box share."""

FILE_NAME = "commons.db"

_SHARED_FOLDER, _SHARED_FILE = 0o2770, 0o660
_OWN_FOLDER, _OWN_FILE = 0o700, 0o600
_BESIDE = ("-wal", "-shm", "-journal")


class Place(msgspec.Struct, frozen=True):
    """Where the commons is."""

    directory: Path
    is_shared: bool
    """Several Unix users write to it; otherwise it is ours alone."""

    @property
    def path(self) -> Path:
        """The database itself."""
        return self.directory / FILE_NAME

    @property
    def file_mode(self) -> int:
        """The mode of every file in it."""
        return _SHARED_FILE if self.is_shared else _OWN_FILE

    @property
    def folder_mode(self) -> int:
        """The mode of the folder."""
        return _SHARED_FOLDER if self.is_shared else _OWN_FOLDER


class Identity(msgspec.Struct, frozen=True):
    """Which file it is, whatever it is called."""

    device: int
    inode: int


def place_of(environment: Mapping[str, str], own_directory: Path) -> Place:
    """Read where the commons is: the shared folder if one is named, else beside our own files."""
    named = environment.get(VARIABLE, "")
    return Place(Path(named), is_shared=True) if named else Place(own_directory, is_shared=False)


def verify(place: Place) -> Identity | None:
    """Check folder, files and schema, as every opening has to; gives which file was checked.

    ``None`` where the folder is right and there is no file yet. Blocks on the disk.

    Raises:
        Untrusted: something is not what it should be; the sentence names it.
        StoreError: the file cannot be read now, or a newer Chinwag wrote it.
    """
    identity = verify_files(place)
    verify_schema(place.path, COMMONS)
    return identity


def verify_files(place: Place) -> Identity | None:
    """Check the folder and the files in it, but not what is in them.

    Raises:
        Untrusted: something is not what it should be; the sentence names it.
    """
    folder = _look(place.directory)
    if folder is None:
        raise Untrusted(
            f"There is no folder {_shown(place.directory)}.",
            f"`chinwag doctor --make-commons` makes one, or leave {VARIABLE} unset.",
        )
    _verify_folder(place, folder)
    found = _look(place.path)
    for path in (place.path, *(Path(f"{place.path}{ending}") for ending in _BESIDE)):
        seen = _look(path)
        if seen is not None:
            _verify_file(place, path, seen, folder.st_gid)
    return None if found is None else Identity(found.st_dev, found.st_ino)


def verify_same(place: Place, identity: Identity) -> None:
    """Check that the file is still the one that was opened.

    Raises:
        Untrusted: it was removed or replaced; what is written now nobody would read.
    """
    seen = _look(place.path)
    if seen is None or Identity(seen.st_dev, seen.st_ino) != identity:
        raise Untrusted(
            f"{_shown(place.path)} has been replaced since it was opened.",
            "Leave Chinwag and start it again.",
        )


async def create_commons(directory: Path, group: str) -> Path:
    """Make a folder of mode 2770 and a file of mode 0660 in it, both of ``group``.

    What is there already is left as it is where it is right.

    Raises:
        Untrusted: what is there is not right, and is not changed.
        StoreError: it could not be made.
    """
    place = Place(directory, is_shared=True)
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        raise StoreError(
            f"There is no group {clean_line(group)} on this box.",
            f"Make it with `groupadd {clean_line(group)}` and put everybody in it.",
        ) from None
    try:
        _make_folder(place, gid)
    except OSError as error:
        raise StoreError(
            f"{_shown(directory)} could not be made: {error.strerror}.",
            "Run this as root, or as a member of the group in a folder where you may write.",
        ) from error
    verify(place)
    database = await open_database(
        place.path, COMMONS, durability=Durability.FULL, mode=place.file_mode
    )
    await database.close()
    verify(place)
    return place.path


def _make_folder(place: Place, gid: int) -> None:
    """Make the folder closed, and open it to the group only when the group is right."""
    try:
        place.directory.mkdir(mode=0o700)
    except FileExistsError:
        return
    os.chown(place.directory, -1, gid)
    place.directory.chmod(place.folder_mode)


def _look(path: Path) -> os.stat_result | None:
    """Say what is at ``path`` itself, not where a link there leads; ``None`` for nothing.

    On Linux through a handle that can do nothing else (``O_PATH``), so that closing it keeps
    SQLite's locks. Source: open(2), ``O_PATH``, 2026-11; fcntl_locking(2) on closing.
    """
    try:
        if not hasattr(os, "O_PATH"):
            return path.lstat()
        handle = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Untrusted(
            f"{_shown(path)} cannot be looked at: {error.strerror}.",
            "Ask whoever looks after this folder to let your group in.",
        ) from error
    try:
        return os.fstat(handle)
    finally:
        os.close(handle)


def _verify_folder(place: Place, seen: os.stat_result) -> None:
    """Check the folder of the commons."""
    where = _shown(place.directory)
    if stat.S_ISLNK(seen.st_mode):
        raise Untrusted(f"{where} is a link to somewhere else.", "Name the folder itself.")
    if not stat.S_ISDIR(seen.st_mode):
        raise Untrusted(f"{where} is not a folder.", "Name the folder that holds the commons.")
    _verify_owner(place, where, seen, seen.st_gid)
    _verify_mode(where, seen, place.folder_mode)
    kind = shared_between_machines(place.directory)
    if kind is not None:
        raise Untrusted(
            f"{where} is on {clean_line(kind)}, which other machines share; "
            "a commons would come apart there.",
            "Put it on a disk of this box.",
        )


def _verify_file(place: Place, path: Path, seen: os.stat_result, gid: int) -> None:
    """Check one file of the commons."""
    where = _shown(path)
    remove = "Ask whoever looks after this folder to take it away."
    if stat.S_ISLNK(seen.st_mode):
        raise Untrusted(f"{where} is a link to somewhere else.", remove)
    if not stat.S_ISREG(seen.st_mode):
        raise Untrusted(f"{where} is not an ordinary file.", remove)
    if seen.st_nlink != 1:
        raise Untrusted(f"{where} also has another name somewhere.", remove)
    _verify_owner(place, where, seen, gid)
    _verify_mode(where, seen, place.file_mode)


def _verify_owner(place: Place, where: str, seen: os.stat_result, gid: int) -> None:
    """Check whose it is: ours alone, or of our group and of somebody in it."""
    if not place.is_shared:
        if seen.st_uid != os.geteuid():
            raise Untrusted(f"{where} belongs to another user.", "Keep your files in your home.")
        return
    group = _group_name(gid)
    if seen.st_gid != gid:
        raise Untrusted(
            f"{where} belongs to the group {_group_name(seen.st_gid)}, its folder to {group}.",
            f"`chgrp {group} {where}` puts it right.",
        )
    if os.geteuid() != 0 and gid not in {os.getegid(), *os.getgroups()}:
        raise Untrusted(
            f"You are not in the group {group}, which {where} belongs to.",
            f"Ask for it (`usermod -aG {group} you`), then log in again.",
        )
    if not _is_member(seen.st_uid, gid):
        raise Untrusted(
            f"{where} belongs to somebody who is not in the group {group}.",
            "Ask whoever looks after this folder to put that right.",
        )


def _verify_mode(where: str, seen: os.stat_result, mode: int) -> None:
    """Check who may do what."""
    actual = stat.S_IMODE(seen.st_mode)
    if actual != mode:
        raise Untrusted(
            f"{where} has the mode {actual:04o}, it should have {mode:04o}.",
            f"`chmod {mode:04o} {where}` puts it right.",
        )


def _is_member(uid: int, gid: int) -> bool:
    """Say whether a user is in a group, by the system's own lists; root counts as everywhere."""
    if uid == 0 or (uid == os.geteuid() and gid in {os.getegid(), *os.getgroups()}):
        return True
    try:
        user = pwd.getpwuid(uid)
        return user.pw_gid == gid or user.pw_name in grp.getgrgid(gid).gr_mem
    except KeyError:
        return False


def _group_name(gid: int) -> str:
    """Name a group; its number where it has no name."""
    try:
        return clean_line(grp.getgrgid(gid).gr_name)
    except KeyError:
        return str(gid)


def _shown(path: Path) -> str:
    """Give a path as it may stand in a sentence."""
    return clean_line(str(path))
