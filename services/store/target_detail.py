"""A target as one column of a row.

Law: it is kept whole, and the names in it are cleaned again whenever they are read, since a
file may have been changed by other hands.
"""

import msgspec

from services.errors import StoreError
from services.model.sending import Target
from services.model.words import Safe
from services.text.clean import clean_line


def encode_target(target: Target) -> bytes:
    """Give the target as UTF-8 JSON."""
    return msgspec.json.encode(target, enc_hook=_to_json)


def decode_target(detail: bytes) -> Target:
    """Read what ``encode_target`` gave.

    Raises:
        StoreError: it is not a target.
    """
    try:
        return msgspec.json.decode(detail, type=Target, dec_hook=_from_json)
    except msgspec.MsgspecError as error:
        raise StoreError(
            "A text in your private file does not say to whom it speaks.",
            "`chinwag doctor` says more.",
        ) from error


def storable(text: str) -> str:
    """Give the text with halves of characters replaced, which no UTF-8 file can keep."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _to_json(value: object) -> object:
    if isinstance(value, Safe):
        return storable(value)
    raise TypeError(type(value))


def _from_json(expected: type, value: object) -> object:
    if expected is Safe and isinstance(value, str):
        return clean_line(value)
    raise TypeError(expected)
