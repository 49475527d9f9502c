"""Whether a network would take a text at all: looked at before anything is queued.

Law: ``refusal`` is pure and claims only what the network has said of itself; what it did not say
is left to it. A picture is looked at here and read when it is sent.
"""

import asyncio
import stat
from collections.abc import Sequence
from pathlib import Path

from services.errors import ChinwagError
from services.model.limits import Capabilities
from services.model.sending import Target, TargetKind
from services.text.clean import clean_line
from services.text.measure import length

_MEGABYTE = 1_000_000


async def admit(target: Target, body: str, capabilities: Capabilities) -> None:
    """Look whether a network takes this.

    Raises:
        ChinwagError: it does not; says why, and what to change.
    """
    sizes = await asyncio.to_thread(_sizes, target) if target.pictures else ()
    if (refused := refusal(target, body, capabilities, sizes)) is not None:
        raise refused


def refusal(
    target: Target, body: str, capabilities: Capabilities, sizes: Sequence[int | None]
) -> ChinwagError | None:
    """Say why a network would not take a text; ``None`` where nothing is known against it.

    ``sizes`` are those of the pictures in bytes, ``None`` of one that is no file here.
    """
    return (
        _of_kind(target, capabilities)
        or _of_length(target, body, capabilities)
        or _of_pictures(target, capabilities, sizes)
    )


def _of_kind(target: Target, capabilities: Capabilities) -> ChinwagError | None:
    if not capabilities.can_answer:
        return ChinwagError("Nothing can be said there from here.", "Answer on its own pages.")
    if target.kind is TargetKind.EDIT and not capabilities.can_edit:
        return ChinwagError("This network changes nothing once it is said.")
    if target.warning and not capabilities.can_warn:
        return ChinwagError("Content warnings are unknown there.", "Put it into the text.")
    if target.quotes is not None and not capabilities.can_quote:
        return ChinwagError("Posts cannot be quoted there.", "Link to it instead.")
    return None


def _of_length(target: Target, body: str, capabilities: Capabilities) -> ChinwagError | None:
    at_most = capabilities.graphemes_at_most
    if at_most is None:
        return None
    count = sum(
        length(text, capabilities.counting, capabilities.link_graphemes)
        for text in (body, target.warning)
    )
    if count <= at_most:
        return None
    return ChinwagError(
        f"It is {_characters(count - at_most)} too long for there.",
        f"At most {at_most:,} are taken; shorten it and send it again.",
    )


def _of_pictures(
    target: Target, capabilities: Capabilities, sizes: Sequence[int | None]
) -> ChinwagError | None:
    if len(target.pictures) > capabilities.pictures_at_most:
        if not capabilities.pictures_at_most:
            return ChinwagError("Pictures are not taken there.", "Take them away.")
        what = f"At most {capabilities.pictures_at_most} pictures are taken there."
        return ChinwagError(what, "Take some away.")
    for picture, size in zip(target.pictures, sizes, strict=True):
        name = clean_line(Path(picture.path).name, chars=60)
        if size is None:
            return ChinwagError(f"There is no picture {name} here.", "Check where it lies.")
        if (most := capabilities.picture_bytes_at_most) is not None and size > most:
            return ChinwagError(
                f"{name} has {size / _MEGABYTE:.1f} MB, which is too much for there.",
                f"Make it {most / _MEGABYTE:.1f} MB at most.",
            )
        too_many = length(picture.alt, capabilities.counting) - capabilities.alt_graphemes_at_most
        if too_many > 0:
            return ChinwagError(
                f"What {name} shows is told {_characters(too_many)} too long.", "Shorten it."
            )
    return None


def _characters(count: int) -> str:
    return "one character" if count == 1 else f"{count:,} characters"


def _sizes(target: Target) -> tuple[int | None, ...]:
    return tuple(_size(Path(picture.path)) for picture in target.pictures)


def _size(path: Path) -> int | None:
    try:
        seen = path.stat()
    except (OSError, ValueError):
        return None
    return seen.st_size if stat.S_ISREG(seen.st_mode) else None
