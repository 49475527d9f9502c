"""One text file, replaced whole or not at all.

Law: whoever reads it while it is written sees what was there before. A link that people who keep
their settings elsewhere have made stays a link.
"""

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, text: str) -> None:
    """Write ``text`` to a file that only its owner can read, in one step.

    Raises:
        OSError: it cannot be written; the file is as it was.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
