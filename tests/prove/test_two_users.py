"""Two Unix users talk on one commons, and a commons that is not right is refused to both."""

import asyncio
import json
import os
import shutil
import sqlite3
import stat
import statistics
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.store.shared_file import create_commons
from tests.prove.box import Box, Person, made_box

pytestmark = [
    pytest.mark.prove,
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="making Unix users takes root"),
]

POSTS = 150
NOTICED_MS = 150.0
PATIENCE_S = 120


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    """Two users, their group, and Chinwag installed for them."""
    with made_box() as box:
        # What the users run has to be where they may read it.
        shutil.copy(Path(__file__).with_name("talker.py"), box.root / "talker.py")
        (box.root / "talker.py").chmod(0o644)
        yield box


def _start(box: Box, person: Person, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {"CHINWAG_COMMONS": str(folder)}
    return box.start(person, box.root / "talker.py", *arguments, environment=environment)


def _finish(talker: "subprocess.Popen[str]") -> dict[str, Any]:
    out, err = talker.communicate(timeout=PATIENCE_S)
    assert talker.returncode == 0, err[-4_000:]
    told: dict[str, Any] = json.loads(out)
    return told


def _made_by_sam(box: Box, name: str) -> Path:
    """Let Sam make a commons, as a member who is not root can."""
    parent = box.root / f"by-sam-{name}"
    parent.mkdir(0o755)
    os.chown(parent, box.sam.uid, box.sam.own_gid)
    made = _finish(_start(box, box.sam, parent / "talk", "make", box.group))
    assert made == {"made": str(parent / "talk" / "commons.db")}
    return parent / "talk"


def test_two_users_talk_and_hear_each_other_at_once(
    box: Box, record_property: Callable[[str, object], None]
) -> None:
    """What is answered arrives as such, and what is said is read within 150 ms, p99."""
    folder = _made_by_sam(box, "talk")
    join = _start(box, box.kim, folder, "join", str(POSTS))
    begin = _start(box, box.sam, folder, "begin", box.kim.handle, str(POSTS))
    sam, kim = _finish(begin), _finish(join)

    assert kim["question"] == [box.sam.handle, "TO_US"]
    assert kim["neighbours"] == [[box.sam.handle, "LIVE", 12]]
    assert sam["answer"] == [box.kim.handle, "Friday is good", "TO_US"]
    assert kim["returned"] == ["then I bring the dough", "TO_US"]
    assert [handle for handle, _ in sam["thread"]] == [
        box.sam.handle,
        box.kim.handle,
        box.sam.handle,
        box.kim.handle,
    ]
    heard = dict(kim["heard"])
    assert list(heard) == list(sam["said"])
    since_commit = [(heard[post] - said[1]) * 1000 for post, said in sam["said"].items()]
    since_key = [(heard[post] - said[0]) * 1000 for post, said in sam["said"].items()]
    for name, taken in (("since commit", since_commit), ("since key", since_key)):
        cuts = statistics.quantiles(taken, n=100, method="inclusive")
        record_property(name, f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms")
        print(f"{name}: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms")  # noqa: T201
    assert statistics.quantiles(since_commit, n=100, method="inclusive")[98] <= NOTICED_MS


def test_whoever_leaves_first_leaves_files_that_the_other_can_use(box: Box) -> None:
    """Log and index that a user with umask 077 makes are the group's too."""
    folder = _made_by_sam(box, "modes")
    opened = [_finish(_start(box, who, folder, "open")) for who in (box.sam, box.kim, box.sam)]
    assert [one["opened"] for one in opened] == [box.sam.handle, box.kim.handle, box.sam.handle]
    for path in folder.iterdir():
        seen = path.stat()
        assert (stat.S_IMODE(seen.st_mode), seen.st_gid) == (0o660, box.gid)


def _plant(script: str) -> Callable[[Path, Box], None]:
    def plant(folder: Path, _box: Box) -> None:
        with closing(sqlite3.connect(folder / "commons.db")) as connection:
            connection.executescript(script)

    return plant


def _link(folder: Path, box: Box) -> None:
    elsewhere = box.root / f"{folder.name}-elsewhere.db"
    (folder / "commons.db").rename(elsewhere)
    (folder / "commons.db").symlink_to(elsewhere)


def _second_name(folder: Path, _box: Box) -> None:
    (folder / "second.db").hardlink_to(folder / "commons.db")


def _mode(mode: int) -> Callable[[Path, Box], None]:
    return lambda folder, _box: (folder / "commons.db").chmod(mode)


def _wrong_group(folder: Path, box: Box) -> None:
    os.chown(folder / "commons.db", -1, box.sam.own_gid)
    (folder / "commons.db").chmod(0o660)


def _foreign_owner(folder: Path, _box: Box) -> None:
    os.chown(folder / "commons.db", 65_432, -1)
    (folder / "commons.db").chmod(0o660)


def _folder_mode(mode: int) -> Callable[[Path, Box], None]:
    return lambda folder, _box: folder.chmod(mode)


REFUSED: dict[str, tuple[Callable[[Path, Box], None], str]] = {
    "trigger": (
        _plant("CREATE TRIGGER evil AFTER INSERT ON post BEGIN DELETE FROM post; END;"),
        "trigger evil, which is not Chinwag's",
    ),
    "table": (_plant("CREATE TABLE evil (x);"), "table evil, which is not Chinwag's"),
    "view": (
        _plant("CREATE VIEW evil AS SELECT * FROM post;"),
        "view evil, which is not Chinwag's",
    ),
    "link": (_link, "is a link to somewhere else"),
    "second name": (_second_name, "also has another name"),
    "open to all": (_mode(0o666), "has the mode 0666, it should have 0660"),
    "read only": (_mode(0o640), "has the mode 0640, it should have 0660"),
    "group": (_wrong_group, "belongs to the group"),
    "owner": (_foreign_owner, "somebody who is not in the group"),
    "no setgid": (_folder_mode(0o770), "has the mode 0770, it should have 2770"),
    "open folder": (_folder_mode(0o2777), "has the mode 2777, it should have 2770"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_commons_that_is_not_right_is_refused_in_a_sentence(box: Box, kind: str) -> None:
    """Either user is told what is wrong, where, and what to do, and nothing is opened."""
    spoil, sentence = REFUSED[kind]
    folder = box.root / f"refused-{kind.replace(' ', '-')}"
    asyncio.run(create_commons(folder, box.group))
    assert "opened" in _finish(_start(box, box.sam, folder, "open"))
    spoil(folder, box)
    for person in (box.sam, box.kim):
        told = _finish(_start(box, person, folder, "open"))
        assert told["kind"] == "Untrusted"
        assert sentence in told["what"]
        assert str(folder) in told["what"]
        assert told["what"].endswith(".")
        assert told["remedy"]


def test_who_is_not_in_the_group_is_told_so(box: Box) -> None:
    """A user without the group is refused with the way in."""
    folder = box.root / "not-in-group"
    asyncio.run(create_commons(folder, box.group))
    talker = box.start(
        box.kim,
        box.root / "talker.py",
        "open",
        environment={"CHINWAG_COMMONS": str(folder)},
        in_group=False,
    )
    told = _finish(talker)
    assert told["kind"] == "Untrusted"
    assert f"not in the group {box.group}" in told["what"]
    assert "usermod" in told["remedy"]
