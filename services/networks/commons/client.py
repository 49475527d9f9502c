"""Opening the commons: who we are on this box, and every check before the first read.

Law: what was checked is what is open; the files are looked at before and after.
"""

import asyncio
import os
import pwd
from functools import partial

from services.clock import Clock
from services.errors import StoreError, Untrusted
from services.model.ids import NetworkName
from services.model.posts import Reach
from services.networks.board import BoardNetwork, whole
from services.store.commons import Board, Byline
from services.store.database import COMMONS, Durability, open_database
from services.store.shared_file import Identity, Place, verify, verify_files, verify_same
from services.text.clean import clean_line


def own_byline() -> Byline:
    """Read from the system by which name we go; the name in full where it knows one."""
    uid = os.getuid()
    try:
        user = pwd.getpwuid(uid)
    except KeyError:
        return Byline(f"@user{uid}", f"user{uid}", uid)
    name = clean_line(user.pw_gecos.split(",", 1)[0]).strip() or user.pw_name
    return Byline(f"@{user.pw_name}", name, uid)


async def open_commons(place: Place, byline: Byline, clock: Clock) -> BoardNetwork:
    """Check the commons and open it, making its file if there is none.

    Raises:
        Untrusted: folder, file or schema are not what they should be; nothing was read.
        StoreError: it cannot be opened now, or a newer Chinwag wrote it.
    """
    if not place.is_shared:
        try:
            place.directory.mkdir(mode=place.folder_mode, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{clean_line(str(place.directory))} cannot be made: {error.strerror}.",
                "Move away what lies there.",
            ) from error
    before = await asyncio.to_thread(verify, place)
    database = await open_database(
        place.path, COMMONS, durability=Durability.FULL, mode=place.file_mode
    )
    try:
        after = await asyncio.to_thread(_verify_after, place, before)
    except BaseException:
        await database.close()
        raise
    capabilities = whole(NetworkName.COMMONS, Reach.BOX)
    return BoardNetwork(
        Board(database, clock), byline, capabilities, clock, partial(verify_same, place, after)
    )


def _verify_after(place: Place, before: Identity | None) -> Identity:
    """Look again: it has to be the file that was checked, or the one that was just made."""
    after = verify_files(place)
    if after is None or before not in (None, after):
        raise Untrusted(
            f"{clean_line(str(place.path))} was replaced while it was being opened.",
            "Ask whoever looks after this folder what is going on there.",
        )
    return after
