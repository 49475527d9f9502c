"""The commons is opened only when folder, files and schema are exactly what they should be."""

import asyncio
import grp
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from services.clock import SystemClock
from services.errors import StoreError, Unreachable, Untrusted
from services.networks.board import BoardNetwork
from services.networks.commons.client import open_commons, own_byline
from services.store import shared_file
from services.store.commons import Byline
from services.store.database import COMMONS
from services.store.own_schema import ours
from services.store.shared_file import Place, create_commons, place_of, verify

SAM = Byline("@sam", "Sam", os.getuid())
OWN_GROUP = grp.getgrgid(os.getegid()).gr_name


@pytest.fixture
async def place(tmp_path: Path) -> Place:
    """A shared commons as it is made for several users."""
    directory = tmp_path / "talk"
    await create_commons(directory, OWN_GROUP)
    return Place(directory, is_shared=True)


@pytest.fixture
async def network(place: Place) -> AsyncIterator[BoardNetwork]:
    """The same commons, open."""
    network = await open_commons(place, SAM, SystemClock())
    yield network
    await network.close()


INTRUDER = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
    print("came in")
except sqlite3.OperationalError as error:
    print(error)
"""


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def _run(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


async def test_a_new_commons_is_open_to_its_group_alone(place: Place) -> None:
    """The folder is 2770 and the file 0660, whatever the umask, and both pass."""
    assert (_mode(place.directory), _mode(place.path)) == (0o2770, 0o660)
    assert place.path.stat().st_gid == os.getegid()
    assert verify(place) is not None


async def test_making_it_again_changes_nothing(place: Place) -> None:
    """A commons that stands is left as it is."""
    before = verify(place)
    await create_commons(place.directory, OWN_GROUP)
    assert verify(place) == before


async def test_a_group_that_is_not_there_is_said(tmp_path: Path) -> None:
    """An unknown group is an error with a way out, and nothing is made."""
    with pytest.raises(StoreError, match="no group nobody-has-this") as caught:
        await create_commons(tmp_path / "talk", "nobody-has-this")
    assert "groupadd" in caught.value.remedy
    assert not (tmp_path / "talk").exists()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_every_file_of_an_open_commons_is_the_groups(tmp_path: Path, umask: int) -> None:
    """Under any umask the file, its log and its index have the mode 0660."""
    before = os.umask(umask)
    try:
        await create_commons(tmp_path / "talk", OWN_GROUP)
        place = Place(tmp_path / "talk", is_shared=True)
        network = await open_commons(place, SAM, SystemClock())
        await network.poll(None)
        modes = {path.name: _mode(path) for path in place.directory.iterdir()}
        await network.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("commons.db", "commons.db-wal", "commons.db-shm"), 0o660)


async def test_ones_own_commons_is_closed_to_others(tmp_path: Path) -> None:
    """Without a shared folder the commons stands beside the private file, for us alone."""
    place = place_of({}, tmp_path / "own")
    assert place.path == tmp_path / "own" / "commons.db"
    network = await open_commons(place, SAM, SystemClock())
    await network.close()
    assert (_mode(place.directory), _mode(place.path)) == (0o700, 0o600)


def test_the_environment_names_the_shared_folder(tmp_path: Path) -> None:
    """CHINWAG_COMMONS makes the commons a shared one, an empty value does not."""
    assert place_of({"CHINWAG_COMMONS": "/srv/talk"}, tmp_path) == Place(Path("/srv/talk"), True)
    assert place_of({"CHINWAG_COMMONS": ""}, tmp_path) == Place(tmp_path, False)


PLANTED = {
    "trigger": (
        "CREATE TRIGGER evil AFTER INSERT ON post BEGIN DELETE FROM presence; END;",
        "trigger evil, which is not Chinwag's",
    ),
    "view": ("CREATE VIEW evil AS SELECT * FROM post;", "view evil, which is not Chinwag's"),
    "table": ("CREATE TABLE evil (x);", "table evil, which is not Chinwag's"),
    "index": ("CREATE INDEX evil ON post (body);", "index evil, which is not Chinwag's"),
    "virtual table": (
        "CREATE VIRTUAL TABLE evil USING fts5(x);",
        "table evil, which is not Chinwag's",
    ),
    "statistics": ("ANALYZE;", "sqlite_stat1, which is not Chinwag's"),
    "view in place of a table": (
        "ALTER TABLE post RENAME TO hidden; CREATE VIEW post AS SELECT * FROM hidden;",
        "which is not Chinwag's",
    ),
    "column type": (
        (
            "DROP TABLE presence;"
            "CREATE TABLE presence (handle TEXT PRIMARY KEY, uid INTEGER NOT NULL,"
            " name TEXT NOT NULL, state TEXT NOT NULL, minutes_left INTEGER, seen_at BLOB NOT NULL)"
            " STRICT, WITHOUT ROWID; CREATE INDEX presence_by_time ON presence (seen_at);"
        ),
        "table presence is not as Chinwag makes it",
    ),
    "another column": (
        "ALTER TABLE post ADD COLUMN evil TEXT DEFAULT (random());",
        "table post is not as Chinwag makes it",
    ),
    "index with a condition": (
        "DROP INDEX post_by_author; CREATE INDEX post_by_author ON post (handle, seq);",
        "index post_by_author is not as Chinwag makes it",
    ),
    "missing index": ("DROP INDEX post_by_author;", "lacks the index post_by_author"),
    "name that controls": (
        'CREATE TABLE "\x1b]0;evil\x07" (x);',
        "which is not Chinwag's",
    ),
    "schema that cannot be read": (
        (
            "PRAGMA writable_schema = ON;"
            "UPDATE sqlite_master SET sql = 'CREATE TABLE nonsense' WHERE name = 'post';"
        ),
        "somebody has changed",
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
async def test_a_planted_schema_is_refused(place: Place, kind: str) -> None:
    """Whatever stands in the file beside ours, or in place of it, is named and refused."""
    script, sentence = PLANTED[kind]
    _run(place.path, script)
    with pytest.raises(Untrusted, match=sentence) as caught:
        await open_commons(place, SAM, SystemClock())
    assert str(place.path) in caught.value.what
    assert "\x1b" not in caught.value.what
    assert caught.value.remedy.endswith(".")


def test_what_we_make_is_what_we_expect() -> None:
    """The comparison knows both tables, so an empty expectation cannot pass everything."""
    names = {name for _, name, _, _ in ours(COMMONS, 1)}
    assert {"post", "presence", "post_by_thread", "post_by_author"} <= names
    assert ours(COMMONS, 0) == frozenset()


async def test_a_newer_commons_is_not_touched(place: Place) -> None:
    """A file of a later version is left alone, with the advice to update."""
    _run(place.path, "PRAGMA user_version = 99;")
    with pytest.raises(StoreError, match="newer Chinwag"):
        await open_commons(place, SAM, SystemClock())


async def test_a_file_that_is_no_database_is_refused(place: Place) -> None:
    """Words in place of a database are refused by name."""
    place.path.write_bytes(b"not a database at all, but long enough to have a header" * 20)
    with pytest.raises(Untrusted, match="not a database of Chinwag's"):
        await open_commons(place, SAM, SystemClock())


def _replace_by_link(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _replace_by_dangling_link(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(path.with_name("not-there"))


def _replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o660)
    path.chmod(0o660)


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(0o660)


def _replace_by_socket(path: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        before = Path.cwd()
        os.chdir(path.parent)  # a socket's path has to be short
        try:
            listener.bind(path.name)
        finally:
            os.chdir(before)


def _link_again(path: Path) -> None:
    path.with_name("second").hardlink_to(path)


def _open_to_all(path: Path) -> None:
    path.chmod(0o666)


def _read_only(path: Path) -> None:
    path.chmod(0o640)


FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "link": (_replace_by_link, "is a link"),
    "dangling link": (_replace_by_dangling_link, "is a link"),
    "pipe": (_replace_by_pipe, "not an ordinary file"),
    "folder": (_replace_by_folder, "not an ordinary file"),
    "socket": (_replace_by_socket, "not an ordinary file"),
    "second name": (_link_again, "also has another name"),
    "open to all": (_open_to_all, "mode 0666, it should have 0660"),
    "read only": (_read_only, "mode 0640, it should have 0660"),
}


@pytest.mark.parametrize("kind", FILES)
async def test_a_strange_file_is_refused(place: Place, kind: str) -> None:
    """A file that is not an ordinary one of mode 0660 under one name is never opened."""
    change, sentence = FILES[kind]
    change(place.path)
    with pytest.raises(Untrusted, match=sentence) as caught:
        await open_commons(place, SAM, SystemClock())
    assert str(place.path) in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
async def test_a_strange_file_beside_it_is_refused(place: Place, ending: str) -> None:
    """What SQLite would read beside the file is looked at as well."""
    _replace_by_dangling_link(Path(f"{place.path}{ending}"))
    with pytest.raises(Untrusted, match=f"commons.db{ending} is a link"):
        await open_commons(place, SAM, SystemClock())


async def test_a_link_in_place_of_the_folder_is_refused(place: Place) -> None:
    """The folder has to be named itself."""
    link = place.directory.with_name("link")
    link.symlink_to(place.directory)
    with pytest.raises(Untrusted, match="is a link"):
        await open_commons(Place(link, is_shared=True), SAM, SystemClock())


@pytest.mark.parametrize("mode", [0o770, 0o2750, 0o2777, 0o3770, 0o2775])
async def test_a_folder_of_another_mode_is_refused(place: Place, mode: int) -> None:
    """Without setgid files would change groups; with more, others could come in."""
    place.directory.chmod(mode)
    with pytest.raises(Untrusted, match=f"mode {mode:04o}, it should have 2770") as caught:
        await open_commons(place, SAM, SystemClock())
    assert "chmod 2770" in caught.value.remedy


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A shared folder is never made by a start; the way out is named."""
    with pytest.raises(Untrusted, match="There is no folder") as caught:
        await open_commons(Place(tmp_path / "talk", is_shared=True), SAM, SystemClock())
    assert "--make-commons" in caught.value.remedy
    assert not (tmp_path / "talk").exists()


async def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A file where the folder should be is refused by name."""
    (tmp_path / "talk").write_text("")
    with pytest.raises(Untrusted, match="is not a folder"):
        await open_commons(Place(tmp_path / "talk", is_shared=True), SAM, SystemClock())


async def test_ones_own_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    """A commons of one's own is not opened where others could read it."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own").chmod(0o755)
    with pytest.raises(Untrusted, match="mode 0755, it should have 0700"):
        await open_commons(Place(tmp_path / "own", is_shared=False), SAM, SystemClock())


async def test_a_file_system_of_several_machines_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder on a network file system is refused before anything in it is opened."""
    monkeypatch.setattr(shared_file, "shared_between_machines", lambda _path: "nfs4")
    with pytest.raises(Untrusted, match="is on nfs4"):
        await open_commons(place, SAM, SystemClock())


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="giving files away takes root")


@as_root
async def test_a_file_of_another_group_is_refused(place: Place) -> None:
    """The file has to be of the folder's group."""
    os.chown(place.path, -1, os.getegid() + 1)
    place.path.chmod(0o660)
    with pytest.raises(Untrusted, match="its folder to") as caught:
        await open_commons(place, SAM, SystemClock())
    assert "chgrp" in caught.value.remedy


@as_root
@pytest.mark.parametrize("what", ["folder", "file"])
async def test_an_owner_outside_the_group_is_refused(place: Place, what: str) -> None:
    """Who made the file or the folder has to be one of the group."""
    os.chown(place.path if what == "file" else place.directory, 65_432, -1)
    place.path.chmod(0o660)
    place.directory.chmod(0o2770)
    with pytest.raises(Untrusted, match="who is not in the group"):
        await open_commons(place, SAM, SystemClock())


async def test_a_file_that_is_replaced_later_is_noticed(
    place: Place, network: BoardNetwork
) -> None:
    """When somebody puts another file in its place, one is told instead of talking to nobody."""
    await network.poll(None)
    place.path.rename(place.directory / "old")
    await create_commons(place.directory, OWN_GROUP)
    with pytest.raises(Unreachable, match="has been replaced"):
        await network.poll(None)


async def test_looking_lets_no_lock_go(place: Place, network: BoardNetwork) -> None:
    """Checking the files while a write is under way leaves SQLite's locks standing.

    A process that closes any handle of a file loses its locks on it (fcntl_locking(2)).
    """
    database = network._board.database
    async with database.write():
        verify(place)
        intruder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", INTRUDER, str(place.path), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await intruder.communicate()
    assert said == b"database is locked\n"


def test_our_name_is_the_systems() -> None:
    """The handle is the Unix user's, with an at sign."""
    byline = own_byline()
    assert byline.handle.startswith("@")
    assert byline.uid == os.getuid()
    assert byline.name
