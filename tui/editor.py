"""Writing in $EDITOR: the app steps aside and takes the text back."""

import asyncio
import os
import shlex
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from services.errors import ChinwagError

_REMEDY = "Set EDITOR to the editor you like."


async def edit_text(app: App[object], body: str, folder: Path) -> str:
    """Let somebody edit ``body`` in their editor; gives what they left.

    The file lies in ``folder``, readable by its owner alone, and is gone afterwards.

    Raises:
        ChinwagError: there is no editor, or it did not end well; the text is as it was.
    """
    command = _editor()
    handle, name = tempfile.mkstemp(dir=folder, prefix="draft-", suffix=".txt")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(body)
        with app.suspend():
            process = await asyncio.create_subprocess_exec(*command, name)
            status = await process.wait()
        if status != 0:
            raise ChinwagError(f"{command[0]} ended with {status}.", "Your text is as it was.")
        text = await asyncio.to_thread(path.read_text, "utf-8", "replace")
        return text.rstrip("\n")
    except FileNotFoundError as error:
        if error.filename == name:
            raise ChinwagError(
                "The editor took its file away.", "Your text is as it was."
            ) from error
        raise ChinwagError(f"There is no {command[0]} here.", _REMEDY) from error
    except OSError as error:
        raise ChinwagError(f"{command[0]} cannot be run: {error.strerror}.", _REMEDY) from error
    except SuspendNotSupported as error:
        raise ChinwagError("An editor cannot be opened in this terminal.") from error
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _editor() -> list[str]:
    """Read which editor somebody likes, with its arguments."""
    named = (os.environ.get(name, "").strip() for name in ("VISUAL", "EDITOR"))
    try:
        return shlex.split(next((words for words in named if words), "vi"))
    except ValueError as error:
        raise ChinwagError("The name of your editor has a quote too many.", _REMEDY) from error
