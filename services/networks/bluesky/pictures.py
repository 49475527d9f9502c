"""Pictures of ours, read from this machine when they are sent.

Law: a picture that the network would not take is refused here, with its name and the reason.

Source: app.bsky.embed.images, @atproto/api 0.20.44, 2026-11: 2 MB, and 1 MB before; a server that
is older goes by the smaller one.
"""

import asyncio
from pathlib import Path
from typing import Final

from services.errors import Rejected
from services.model.sending import Picture
from services.text.clean import clean_line

PICTURE_BYTES_AT_MOST: Final = 1_000_000
_KINDS: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


async def read_picture(picture: Picture) -> tuple[bytes, str]:
    """Give a picture and its media type.

    Raises:
        Rejected: it cannot be read, is too large, or is no picture that is known.
    """
    name = clean_line(Path(picture.path).name) or "The picture"
    try:
        data = await asyncio.to_thread(_read, picture.path)
    except OSError as error:
        why = clean_line(error.strerror or "it cannot be read")
        raise Rejected(f"{name} cannot be read: {why}.", "Choose another file.") from error
    if len(data) > PICTURE_BYTES_AT_MOST:
        raise Rejected(
            f"{name} is larger than Bluesky takes: a picture may have 1 MB.",
            "Make it smaller and send it again.",
        )
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    if kind is None and data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "image/webp"
    if kind is None:
        raise Rejected(f"{name} is no picture that Bluesky takes.", "Use PNG, JPEG, GIF or WebP.")
    return data, kind


def _read(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(PICTURE_BYTES_AT_MOST + 1)
