"""Pictures that go out with a text: found on this machine when they are chosen.

Law: a path that is no picture is refused while its author still looks; nothing is read that is
not a plain file.
"""

import stat
from pathlib import Path

from services.errors import ChinwagError
from services.model.sending import Picture
from services.paths import shown_path
from services.text.clean import clean_line

_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_AVIF_AT, _AVIF = 4, b"ftyp"
_REMEDY = "Choose a PNG, JPEG, GIF, WebP or AVIF file."


def picture_at(path: Path) -> Picture:
    """Give the picture at ``path``, without a word on what it shows; it blocks.

    Raises:
        ChinwagError: there is none.
    """
    where = clean_line(shown_path(path), chars=400)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ChinwagError(f"{where} is not a file.", _REMEDY)
        with path.open("rb") as file:
            start = file.read(16)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no path"
        raise ChinwagError(f"{where} cannot be read: {why}.", _REMEDY) from error
    if not start.startswith(_STARTS) and start[_AVIF_AT : _AVIF_AT + 4] != _AVIF:
        raise ChinwagError(f"{where} is no picture.", _REMEDY)
    return Picture(str(path.absolute()), "")
