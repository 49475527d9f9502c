"""Which kind of file system a path stands on, where the system says it.

Law: SQLite's WAL needs one memory for all who have the file open, so a file system that several
machines share is refused. Source: sqlite.org/wal.html, "all processes ... on the same host",
2026-11.
"""

import os
import re
from pathlib import Path

_TABLE = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")
_OF_SEVERAL_MACHINES = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"}
    | {"gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs", "virtiofs"}
)


def shared_between_machines(path: Path) -> str | None:
    """Give the kind of file system under ``path`` where several machines may write to it.

    ``None`` where they may not, and where the system keeps no table of mounts.
    """
    try:
        table = _TABLE.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    kind = kind_under(table, os.path.realpath(path))
    return kind if kind in _OF_SEVERAL_MACHINES else None


def has_table() -> bool:
    """Say whether this system tells what is mounted where."""
    return _TABLE.exists()


def kind_under(table: str, path: str) -> str:
    """Find in a table of mounts what ``path``, which is absolute and real, stands on.

    The longest mount point above it counts, of equal ones the last, which lies on top. Empty
    where none is above it. Source: proc_pid_mountinfo(5), 2026-11.
    """
    best, kind = -1, ""
    for line in table.splitlines():
        left, _, right = line.partition(" - ")
        fields, kinds = left.split(" "), right.split(" ")
        if len(fields) < 5 or not kinds[0]:  # noqa: PLR2004 (the fifth field is the mount point)
            continue
        point = _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]).rstrip("/")
        if len(point) >= best and (path == point or path.startswith(point + "/")):
            best, kind = len(point), kinds[0]
    return kind
