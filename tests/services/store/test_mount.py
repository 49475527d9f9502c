"""What a path stands on, read from a table of mounts."""

import pytest

from services.store.mount import kind_under

TABLE = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
40 27 0:40 / /srv rw shared:7 master:1 - nfs4 host:/srv rw
41 40 0:41 / /srv/local rw - xfs /dev/vdb rw
42 27 0:42 / /mnt/my\040talk rw - fuse.sshfs host: rw
43 27 0:43 / /over rw - ext4 /dev/vdc rw
44 43 0:44 / /over rw - cifs //host/share rw
45 27 0:45 / /late/deep rw - nfs host:/deep rw
46 27 0:46 / /late rw - ext4 /dev/vdd rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/home/sam", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/talk", "nfs4"),
        ("/srvother", "ext4"),
        ("/srv/local/talk", "xfs"),
        ("/srv/localother", "nfs4"),
        ("/mnt/my talk/here", "fuse.sshfs"),
        ("/over/here", "cifs"),
        ("/late/deep/talk", "nfs"),
    ],
)
def test_the_nearest_and_topmost_mount_counts(path: str, kind: str) -> None:
    """The longest mount point above a path is what it stands on, of two the later one."""
    assert kind_under(TABLE, path) == kind


def test_without_a_table_nothing_is_claimed() -> None:
    """An empty table gives no kind."""
    assert kind_under("", "/srv") == ""
