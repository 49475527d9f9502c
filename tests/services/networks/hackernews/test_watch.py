"""What is kept between polls, and what is read next: pure, bounded, lively first."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.networks.base import Cursor
from services.networks.hackernews.watch import (
    CHECKS_AT_MOST,
    DUE_AT_MOST,
    NEWEST,
    Heard,
    Mark,
    Watched,
    after_answers,
    after_chunk,
    checks,
    cursor_of,
    due,
    mark_of,
    new_answers,
    pruned,
    with_submitted,
)
from tests.fakes import NOON

NOW_S = int(NOON.timestamp())
HOUR_S = 3600
NOTHING_CHANGED = frozenset[int]()


def a_watched(number: int, *, read_s_ago: int = 0, quiet_s: int = 0, **fields: object) -> Watched:
    """Give something of ours, read and answered so many seconds before noon."""
    return Watched(number, 1, NOW_S - read_s_ago, NOW_S - quiet_s, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("cursor", [None, "", "7", "{", '{"newest":"x"}', " " * 200_000 + "{}"])
def test_a_cursor_of_something_else_is_the_beginning(cursor: str | None) -> None:
    """Reading anew is harmless; failing for ever would not be."""
    assert mark_of(None if cursor is None else Cursor(cursor)) == Mark()


def test_what_we_wrote_is_read_once_from_the_newest_sixty() -> None:
    """The oldest of these comes first, and nothing is queued twice."""
    mark = with_submitted(Mark(), range(100, 0, -1))
    assert mark.waiting == tuple(range(41, 101))
    assert with_submitted(mark, range(100, 0, -1)) == mark
    assert with_submitted(mark, (102, 101, 100)).waiting == (*mark.waiting, 101, 102)


def test_what_was_not_there_yet_is_asked_again_last() -> None:
    """An item that the API names before it has it does not hold up the rest."""
    mark = Mark(waiting=(1, 2, 3, 4))
    assert after_chunk(mark, (1, 2, 3), (2,)).waiting == (4, 2)
    many = after_chunk(Mark(waiting=tuple(range(20))), range(20), range(20))
    assert many.waiting == tuple(range(10, 20))


@pytest.mark.parametrize(
    ("quiet_s", "read_s_ago", "is_due"),
    [
        (HOUR_S, 29, False),
        (HOUR_S, 30, True),
        (7 * HOUR_S, 299, False),
        (7 * HOUR_S, 300, True),
        (100 * HOUR_S, 1799, False),
        (100 * HOUR_S, 1800, True),
    ],
)
def test_the_quieter_the_rarer(quiet_s: int, read_s_ago: int, is_due: bool) -> None:
    """Lively: each poll. Since this morning: every five minutes. Last week: twice an hour."""
    mark = Mark(watched=(a_watched(5, read_s_ago=read_s_ago, quiet_s=quiet_s),))
    assert bool(due(mark, NOTHING_CHANGED, NOON)) is is_due
    assert due(mark, frozenset((5,)), NOON) == mark.watched


def test_what_changed_is_read_before_what_was_read_long_ago() -> None:
    """And never more than so many."""
    watched = tuple(a_watched(n, read_s_ago=1000 + n) for n in range(50))
    chosen = due(Mark(watched=watched), frozenset((3,)), NOON)
    assert [one.id for one in chosen[:3]] == [3, 49, 48]
    assert len(chosen) == DUE_AT_MOST


def test_answers_are_looked_at_again_now_and_then() -> None:
    """Every five minutes, at once where they changed, and never more than so many."""
    heard = tuple(Heard(n, NOW_S, NOW_S - n) for n in (10, 299, 300, 400))
    mark = Mark(heard=heard)
    assert [one.id for one in checks(mark, NOTHING_CHANGED, NOON)] == [400, 300]
    assert [one.id for one in checks(mark, frozenset((10,)), NOON)] == [10, 400, 300]
    many = Mark(heard=tuple(Heard(n, NOW_S, 0) for n in range(50)))
    assert len(checks(many, NOTHING_CHANGED, NOON)) == CHECKS_AT_MOST


def test_new_answers_come_in_the_order_they_were_written() -> None:
    """Whatever the site thinks of them; those that were late come after, where there is room."""
    one = a_watched(1, heard=10, late=(7, 4))
    kids = (15, 3, 12, 11)
    assert new_answers(one, kids, 9) == ((11, 12, 15, 4, 7), False)
    assert new_answers(one, kids, 4) == ((11, 12, 15, 4), False)
    assert new_answers(one, kids, 2) == ((11, 12), True)
    assert new_answers(one, kids, 0) == ((), True)
    assert new_answers(one, (), 0) == ((), False)


def test_after_answers_only_the_missing_are_late() -> None:
    """They are asked for again; the rest is done with."""
    one = a_watched(1, quiet_s=500, heard=10, late=(4, 7))
    after = after_answers(one, (11, 12, 4), (12,), NOW_S - 5, NOW_S)
    assert after == Watched(1, 1, NOW_S, NOW_S - 5, 12, (7, 12))
    assert after_answers(one, (), (), 0, NOW_S).active_at == NOW_S - 500


def test_what_is_old_and_quiet_is_let_go() -> None:
    """Something answered within two weeks is watched however much was written since."""
    days = int(timedelta(days=1).total_seconds())
    mark = Mark(
        watched=(
            a_watched(1, quiet_s=20 * days),
            a_watched(2, quiet_s=13 * days),
            a_watched(3, quiet_s=80 * days),
        ),
        heard=(Heard(8, NOW_S - 2 * days, 0), Heard(9, NOW_S - 100, 0)),
    )
    kept = pruned(mark, range(3, 3 + NEWEST), NOON)
    assert [one.id for one in kept.watched] == [3, 2]
    assert [one.id for one in kept.heard] == [9]


IDS = st.integers(0, 2**53)


@given(st.lists(IDS, max_size=120), st.lists(IDS, max_size=120), st.lists(IDS, max_size=120))
def test_a_cursor_is_bounded_and_read_back_as_it_was(
    submitted: list[int], watched: list[int], late: list[int]
) -> None:
    """However much somebody writes and is answered, it stays below 40,000 characters."""
    mark = with_submitted(Mark(), submitted)
    busy = tuple(
        after_answers(a_watched(one), late, late, NOW_S, NOW_S) for one in dict.fromkeys(watched)
    )
    heard = tuple(Heard(one, NOW_S, NOW_S) for one in late)
    mark = pruned(Mark(mark.newest, mark.waiting, busy, heard), submitted, NOON)
    cursor = cursor_of(mark)
    assert len(cursor) < 40_000
    assert mark_of(cursor) == mark
