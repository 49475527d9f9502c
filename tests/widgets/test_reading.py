"""The list holds still while it is read."""

from hypothesis import given
from hypothesis import strategies as st

from widgets.reading import settle

_KEYS = st.lists(st.integers(0, 30), unique=True, max_size=20).map(tuple)


def _key(row: int) -> int:
    return row


def test_new_rows_above_wait() -> None:
    """Rows that come above the cursor are held and counted."""
    reading = settle((1, 2, 3), 1, (9, 1, 8, 2, 7, 3), _key)
    assert reading.rows == (1, 2, 7, 3)
    assert (reading.cursor, reading.held) == (1, 2)


def test_held_rows_stay_held() -> None:
    """What is held now is held at the next change too."""
    first = settle((1, 2), 0, (9, 1, 2), _key)
    again = settle(first.rows, first.cursor, (9, 1, 2, 3), _key)
    assert (again.rows, again.held) == ((1, 2, 3), 1)


def test_the_next_takes_the_place_of_who_is_gone() -> None:
    """When the row under the cursor goes, the cursor is on the next one, at the end the last."""
    assert settle((1, 2, 3), 1, (1, 3), _key).cursor == 1
    assert settle((1, 2, 3), 2, (1, 2), _key).cursor == 1


@given(_KEYS, st.integers(0, 19), _KEYS)
def test_the_cursor_keeps_its_key(
    shown: tuple[int, ...], cursor: int, incoming: tuple[int, ...]
) -> None:
    """While the row is there the cursor is on it, nothing is lost, and order is kept."""
    reading = settle(shown, cursor, incoming, _key)
    assert set(reading.rows) <= set(incoming)
    assert len(reading.rows) + reading.held == len(incoming)
    assert list(reading.rows) == [row for row in incoming if row in reading.rows]
    if cursor < len(shown) and shown[cursor] in incoming:
        assert reading.rows[reading.cursor] == shown[cursor]
        assert set(reading.rows[: reading.cursor]) <= set(shown)
    assert (reading.cursor == -1) == (not incoming)
