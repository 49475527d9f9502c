"""The one order in which people wait, and the reason each stands where they stand."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger import LIVE_FOR
from services.model.waiting import Lane, Order, Waiting
from services.waiting import SHOWN_AT_MOST, Candidate, rank, waited_step
from tests.builders import a_waiting, at
from tests.fakes import NOON

NOW = NOON
STORED = (Lane.QUESTION, Lane.BACK, Lane.REST, Lane.LAST_WORD)


def one(number: int, lane: Lane, minutes: float, *, ours_minutes: float | None = None) -> Candidate:
    """Give somebody who has waited so many minutes, and when we last spoke to them."""
    since = at(-60 * minutes)
    waiting = a_waiting(number, lane=lane, since_at=since, last_at=since)
    return Candidate(waiting, None if ours_minutes is None else at(-60 * ours_minutes))


def ids(rows: Sequence[Waiting]) -> list[int]:
    """Name rows by number."""
    return [row.id for row in rows]


def test_the_order_is_live_question_back_longest_rest_last_word() -> None:
    """Who is there now comes first, who only said thanks last."""
    candidates = [
        one(1, Lane.LAST_WORD, 9000),
        one(2, Lane.REST, 10),
        one(3, Lane.REST, 70),
        one(4, Lane.BACK, 1),
        one(5, Lane.QUESTION, 1),
        one(6, Lane.REST, 1, ours_minutes=2),
    ]
    rows = rank(candidates, NOW, Order.BY_LANE)
    assert ids(rows) == [6, 5, 4, 3, 2, 1]
    assert [row.lane for row in rows] == list(Lane)


def test_in_a_lane_the_longest_wait_comes_first() -> None:
    """Of two questions the older one; of two that came together the first known."""
    candidates = [one(3, Lane.QUESTION, 5), one(2, Lane.QUESTION, 9), one(1, Lane.QUESTION, 5)]
    assert ids(rank(candidates, NOW, Order.BY_LANE)) == [2, 1, 3]


@pytest.mark.parametrize(
    ("waited", "step"),
    [
        (timedelta(minutes=59, seconds=59), 0),
        (timedelta(hours=1), 1),
        (timedelta(hours=4), 2),
        (timedelta(days=1), 3),
        (timedelta(days=7), 4),
        (timedelta(days=700), 4),
        (timedelta(0), 0),
        (timedelta(seconds=-5), 0),
    ],
)
def test_waiting_long_has_steps(waited: timedelta, step: int) -> None:
    """An hour, four, a day, a week."""
    assert waited_step(waited) == step


def test_an_hour_makes_the_longest_lane() -> None:
    """A second less is the rest."""
    rows = rank([one(1, Lane.REST, 59.9), one(2, Lane.REST, 60)], NOW, Order.BY_LANE)
    assert [(row.id, row.lane) for row in rows] == [(2, Lane.LONGEST), (1, Lane.REST)]


def test_questions_and_the_long_absent_keep_their_lane_however_long_they_wait() -> None:
    """Only the rest grows old."""
    rows = rank([one(1, Lane.QUESTION, 9000), one(2, Lane.BACK, 9000)], NOW, Order.BY_LANE)
    assert [row.lane for row in rows] == [Lane.QUESTION, Lane.BACK]


def test_a_last_word_is_never_live() -> None:
    """Thanks within five minutes of our answer is still a last word."""
    (row,) = rank([one(1, Lane.LAST_WORD, 1, ours_minutes=2)], NOW, Order.BY_LANE)
    assert row.lane is Lane.LAST_WORD


def test_live_ends_after_five_minutes() -> None:
    """A second over, they stand where their words put them."""
    live = one(1, Lane.QUESTION, 1, ours_minutes=5)
    over = msgspec.structs.replace(live, ours_at=NOW - LIVE_FOR - timedelta(seconds=1))
    assert rank([live], NOW, Order.BY_LANE)[0].lane is Lane.LIVE
    assert rank([over], NOW, Order.BY_LANE)[0].lane is Lane.QUESTION


def test_oldest_first_knows_only_time_and_last_words() -> None:
    """Turned by hand, the longest wait comes first, and last words stay at the end."""
    candidates = [
        one(1, Lane.QUESTION, 5),
        one(2, Lane.REST, 500),
        one(3, Lane.LAST_WORD, 5000),
        one(4, Lane.REST, 1, ours_minutes=2),
    ]
    rows = rank(candidates, NOW, Order.OLDEST)
    assert ids(rows) == [2, 1, 4, 3]
    assert [row.lane for row in rows] == [Lane.LONGEST, Lane.QUESTION, Lane.LIVE, Lane.LAST_WORD]


def test_each_person_stands_once() -> None:
    """Two lanes that give the same row make one."""
    assert len(rank([one(1, Lane.REST, 1), one(1, Lane.REST, 1)], NOW, Order.BY_LANE)) == 1


def test_only_so_many_are_shown() -> None:
    """The list is bounded, and keeps those that stand first."""
    many = [one(n, Lane.REST, n % 50) for n in range(1, SHOWN_AT_MOST + 50)]
    rows = rank(many, NOW, Order.BY_LANE)
    assert len(rows) == SHOWN_AT_MOST
    assert min(row.since_at for row in rows) == at(-60 * 49)


CANDIDATES = st.lists(
    st.tuples(st.sampled_from(STORED), st.integers(0, 20_000), st.none() | st.integers(0, 20)),
    max_size=30,
).map(
    lambda found: [
        one(n, lane, minutes, ours_minutes=ours) for n, (lane, minutes, ours) in enumerate(found)
    ]
)


@given(CANDIDATES, st.sampled_from(Order), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_they_were_found(
    candidates: list[Candidate], order: Order, random: Random
) -> None:
    """The same people at the same moment stand in the same order, all of them."""
    rows = rank(candidates, NOW, order)
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert rank(shuffled, NOW, order) == rows
    assert sorted(ids(rows)) == list(range(len(candidates)))
    if order is Order.BY_LANE:
        assert [row.lane for row in rows] == sorted(row.lane for row in rows)


@given(CANDIDATES, st.sampled_from(Order))
def test_no_popularity_enters_the_order(candidates: list[Candidate], order: Order) -> None:
    """Neither how many stand behind a row nor how much they wrote moves it."""
    loud = [
        msgspec.structs.replace(
            found,
            waiting=msgspec.structs.replace(
                found.waiting, people=999 - found.waiting.id, words=found.waiting.id * 7 + 1
            ),
        )
        for found in candidates
    ]
    assert ids(rank(loud, NOW, order)) == ids(rank(candidates, NOW, order))


def test_nobody_is_nobody() -> None:
    """An empty list stays empty."""
    assert rank([], NOW, Order.OLDEST) == ()
