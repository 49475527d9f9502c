"""What a list shows while somebody reads it and its rows change.

Law: pure. The row under the cursor stays under the cursor; rows that are new and would push it
down wait until they are asked for.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """The rows on screen, where the cursor is among them, and how many wait above."""

    rows: tuple[Row, ...]
    cursor: int
    """Index into ``rows``; -1 when there are none."""
    held: int
    """Rows that have come above the cursor and are not shown yet."""


def settle(
    shown: tuple[Row, ...],
    cursor: int,
    incoming: tuple[Row, ...],
    key_of: Callable[[Row], Hashable],
) -> Reading[Row]:
    """Take ``incoming`` while ``shown`` is read at index ``cursor``.

    When the row under the cursor is gone, the next one that is left takes its place, or the
    one before it.
    """
    if not shown or not incoming or not 0 <= cursor < len(shown):
        return Reading(incoming, 0 if incoming else -1, 0)
    where = {key_of(row): index for index, row in enumerate(incoming)}
    anchor = _survivor(shown, cursor, where, key_of)
    if anchor is None:
        return Reading(incoming, 0, 0)
    known = {key_of(row) for row in shown}
    above = tuple(row for row in incoming[:anchor] if key_of(row) in known)
    held = anchor - len(above)
    rows = incoming if not held else (*above, *incoming[anchor:])
    return Reading(rows, len(above), held)


def _survivor(
    shown: tuple[Row, ...],
    cursor: int,
    where: dict[Hashable, int],
    key_of: Callable[[Row], Hashable],
) -> int | None:
    """Find the index in the incoming rows of whoever has the cursor now."""
    for row in (*shown[cursor:], *reversed(shown[:cursor])):
        index = where.get(key_of(row))
        if index is not None:
            return index
    return None
