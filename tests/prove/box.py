"""A box with two people on it: Unix users, their group, and Chinwag installed for them.

Law: whatever is made here is taken away again, users and group too.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

_SYSTEM_PYTHON = "/usr/bin/python3"
_INSTALL_S = 240


@dataclass(frozen=True, slots=True)
class Person:
    """A Unix user who was made for a test."""

    name: str
    uid: int
    own_gid: int
    home: Path
    umask: int

    @property
    def handle(self) -> str:
        """What they go by on the commons."""
        return f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Box:
    """What two people share."""

    root: Path
    """Everybody may look into it."""
    python: Path
    """Of an environment with Chinwag in it that everybody may run."""
    group: str
    gid: int
    sam: Person
    """Has a tight umask."""
    kim: Person
    """Has the usual one."""

    def start(
        self,
        person: Person,
        *arguments: str | Path,
        environment: Mapping[str, str],
        in_group: bool = True,
    ) -> "subprocess.Popen[str]":
        """Start Python as ``person``, with pipes, in a world of their own."""
        return subprocess.Popen(
            [self.python, "-P", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=person.home,
            user=person.uid,
            group=person.own_gid,
            extra_groups=[self.gid] if in_group else [],
            umask=person.umask,
            env={"HOME": str(person.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
            | dict(environment),
        )


@contextmanager
def made_box() -> Iterator[Box]:
    """Make users, group and environment; needs root and the system's own Python."""
    mark = f"{os.getpid():x}"
    group, names = f"cwtalk{mark}", (f"cwsam{mark}", f"cwkim{mark}")
    root = Path(tempfile.mkdtemp(prefix="chinwag-box-"))
    try:
        root.chmod(0o755)
        with _turn():
            _run("groupadd", group)
            gid = _number("getent", "group", group)
            people = [
                _make_person(name, group, root, umask)
                for name, umask in zip(names, (0o077, 0o022), strict=True)
            ]
        yield Box(root, _install(root), group, gid, *people)
    finally:
        with _turn():
            for name in names:
                subprocess.run(["userdel", name], check=False, capture_output=True)
            subprocess.run(["groupdel", group], check=False, capture_output=True)
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one's turn: of two who change the user list at once one is sent away."""
    with (Path(tempfile.gettempdir()) / "chinwag-box.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _make_person(name: str, group: str, root: Path, umask: int) -> Person:
    """Make a user of the group, with a home that nobody else looks into."""
    home = root / name
    _run("useradd", "--no-create-home", "--home-dir", str(home), "--groups", group, name)
    uid = _number("getent", "passwd", name)
    own_gid = int(_run("id", "-g", name))
    home.mkdir(0o700)
    os.chown(home, uid, own_gid)
    return Person(name, uid, own_gid, home, umask)


def _install(root: Path) -> Path:
    """Install Chinwag as it is in this tree for the system's own Python."""
    place = root / "venv"
    python = place / "bin" / "python"
    _run(_SYSTEM_PYTHON, "-m", "venv", str(place))
    install = (str(python), "-m", "pip", "install", "--quiet", "--no-input")
    _run(*install, "--require-hashes", "-r", str(REPOSITORY / "requirements.txt"))
    _run(*install, "--no-deps", str(REPOSITORY))
    return python


def _number(*command: str) -> int:
    """Read the number of a user or a group from the third field of its entry."""
    return int(_run(*command).split(":")[2])


def _run(*command: str) -> str:
    """Run to the end.

    Raises:
        AssertionError: it failed; what it said is in it.
    """
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        umask=0o022,
        cwd="/",
        timeout=_INSTALL_S,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stderr[-2_000:]}"
    return done.stdout
