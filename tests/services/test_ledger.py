"""The ledger's rules: who waits, since when, and what counts as an exchange."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger import (
    LIVE_FOR,
    LONG_AWAY,
    Standing,
    acquaintance,
    answer,
    hear,
    is_live,
    makes_exchange,
    tell,
)
from services.model.people import Acquaintance
from services.model.posts import Post
from services.model.waiting import Lane, WaitState
from tests.builders import a_post, at
from tests.fakes import NOON

QUESTION, REMARK, THANKS = "Where was it?", "The heron is back.", "Thanks!"


def word(second: float, body: str = REMARK) -> Post:
    """Give a comment of Ben's."""
    return a_post(f"p{second}", body, created_at=at(second))


def waits(before: Standing | None = None, second: float = 0, body: str = REMARK) -> Standing:
    """Give the standing after one more comment."""
    return hear(before, word(second, body), None)


@pytest.mark.parametrize(
    ("body", "wrote_before_at", "lane", "away_days"),
    [
        (REMARK, None, Lane.REST, None),
        (QUESTION, None, Lane.QUESTION, None),
        (THANKS, None, Lane.LAST_WORD, None),
        (REMARK, NOON - timedelta(days=3), Lane.REST, None),
        (REMARK, NOON - LONG_AWAY + timedelta(seconds=1), Lane.REST, None),
        (REMARK, NOON - LONG_AWAY, Lane.BACK, 60),
        (REMARK, NOON - timedelta(days=61, hours=23), Lane.BACK, 61),
        (QUESTION, NOON - timedelta(days=90), Lane.QUESTION, 90),
        (THANKS, NOON - timedelta(days=90), Lane.LAST_WORD, 90),
    ],
)
def test_a_first_word_says_its_lane(
    body: str, wrote_before_at: datetime | None, lane: Lane, away_days: int | None
) -> None:
    """Questions first, then who was long away; a last word is quiet."""
    standing = hear(None, word(0, body), wrote_before_at)
    assert standing == Standing(WaitState.UNREAD, lane, NOON, NOON, None, 1, away_days)


def test_more_words_wait_since_the_first_and_are_counted() -> None:
    """Whoever writes twice has waited since the first word."""
    standing = waits(waits(second=10), second=20)
    assert (standing.since_at, standing.last_at, standing.words) == (at(10), at(20), 2)


def test_a_word_known_late_waits_since_it_was_said() -> None:
    """An older word that comes later moves the beginning, not the last word."""
    standing = waits(waits(second=20), second=10)
    assert (standing.since_at, standing.last_at, standing.words) == (at(10), at(20), 2)


def test_a_new_word_is_unread_whoever_had_been_seen() -> None:
    """What was seen is unread again when they say more."""
    seen = Standing(WaitState.SEEN, Lane.REST, NOON, NOON, None, 1, None)
    assert waits(seen, 5).state is WaitState.UNREAD


@pytest.mark.parametrize("state", [WaitState.ANSWERED, WaitState.SET_ASIDE, WaitState.WATCHING])
def test_a_new_word_after_that_waits_anew(state: WaitState) -> None:
    """Whoever was dealt with waits from their new word on, counted from one."""
    dealt = Standing(state, Lane.QUESTION, NOON, at(5), at(7), 3, 70)
    standing = waits(dealt, 9)
    assert standing == Standing(WaitState.UNREAD, Lane.REST, at(9), at(9), at(7), 1, None)


def test_a_last_word_never_outranks_a_question() -> None:
    """Thanking after a question leaves it a question, and a question ends the quiet."""
    assert waits(waits(body=QUESTION), 5, THANKS).lane is Lane.QUESTION
    asked = waits(waits(body=THANKS), 5, QUESTION)
    assert (asked.lane, asked.since_at, asked.words) == (Lane.QUESTION, at(5), 2)


def test_a_second_last_word_stays_quiet_since_the_first() -> None:
    """Two last words are still quiet."""
    twice = waits(waits(second=1, body=THANKS), 5, THANKS)
    assert (twice.lane, twice.since_at) == (Lane.LAST_WORD, at(1))
    assert twice.is_waiting
    assert not twice.counts


def test_who_was_long_away_stays_back_with_the_second_word() -> None:
    """A second word does not end having been away."""
    back = hear(None, word(0), NOON - timedelta(days=80))
    assert hear(back, word(5), at(0)).lane is Lane.BACK


def test_a_word_that_we_had_answered_already_changes_only_the_time() -> None:
    """A word that comes late but was said before our answer does not wait."""
    answered = answer(waits(second=0), at(10))
    late = waits(answered, 5)
    assert late.state is WaitState.ANSWERED
    assert late.last_at == at(5)
    assert waits(answered, 10).state is WaitState.ANSWERED


@pytest.mark.parametrize(
    ("ours", "state"),
    [(10, WaitState.ANSWERED), (20, WaitState.ANSWERED), (9, WaitState.UNREAD)],
)
def test_an_answer_counts_from_their_last_word_on(ours: float, state: WaitState) -> None:
    """A word of ours from before their last word answers nothing of it."""
    standing = answer(waits(second=10), at(ours))
    assert (standing.state, standing.ours_at) == (state, at(ours))


def test_our_latest_word_is_the_one_remembered() -> None:
    """An older word of ours does not turn the time back."""
    assert answer(answer(waits(), at(30)), at(20)).ours_at == at(30)


@pytest.mark.parametrize(
    ("before", "after", "makes"),
    [
        (WaitState.UNREAD, WaitState.ANSWERED, True),
        (WaitState.SEEN, WaitState.ANSWERED, True),
        (WaitState.SET_ASIDE, WaitState.ANSWERED, True),
        (WaitState.WATCHING, WaitState.ANSWERED, True),
        (WaitState.ANSWERED, WaitState.ANSWERED, False),
        (WaitState.UNREAD, WaitState.UNREAD, False),
        (WaitState.UNREAD, None, False),
        (None, WaitState.ANSWERED, False),
    ],
)
def test_an_exchange_is_made_once(
    before: WaitState | None, after: WaitState | None, makes: bool
) -> None:
    """Their words and our answer make one; a second answer to the same words none."""

    def standing(state: WaitState | None) -> Standing | None:
        return None if state is None else Standing(state, Lane.REST, NOON, NOON, None, 1, None)

    assert makes_exchange(standing(before), standing(after)) is makes


def test_acquaintance_says_back_before_again() -> None:
    """Who was long away is back, however often we had spoken."""
    assert acquaintance(0, None) is Acquaintance.NEW
    assert acquaintance(3, None) is Acquaintance.AGAIN
    assert acquaintance(3, 70) is Acquaintance.BACK
    assert acquaintance(0, 70) is Acquaintance.BACK


def test_live_is_both_within_five_minutes() -> None:
    """One side's silence ends it."""
    now = at(0)
    assert is_live(now - LIVE_FOR, now - LIVE_FOR, now)
    assert not is_live(None, now, now)
    assert not is_live(now - LIVE_FOR - timedelta(seconds=1), now, now)
    assert not is_live(now, now - LIVE_FOR - timedelta(seconds=1), now)


def test_nobody_stands_without_a_word() -> None:
    """Our words alone make nobody wait."""
    assert tell((), [at(1)]) is None


def test_our_word_before_theirs_is_remembered() -> None:
    """Whoever answers what we had said to them waits, and we have spoken."""
    standing = tell([word(10)], [at(5)])
    assert standing is not None
    assert (standing.state, standing.ours_at) == (WaitState.UNREAD, at(5))


def test_who_wrote_elsewhere_long_ago_is_back() -> None:
    """What they had said elsewhere counts for how long they were away."""
    standing = tell([word(0)], [], NOON - timedelta(days=100))
    assert standing is not None
    assert (standing.lane, standing.away_days) == (Lane.BACK, 100)


BODIES = st.sampled_from([QUESTION, REMARK, THANKS])
TALK = st.lists(st.tuples(st.booleans(), BODIES), min_size=1, max_size=12)


@given(TALK, st.randoms(use_true_random=False))
def test_any_interleaving_gives_the_same_standing(
    talk: list[tuple[bool, str]], random: Random
) -> None:
    """In whatever order the two sides' posts become known, the same person waits as long."""
    theirs = [word(n, body) for n, (is_theirs, body) in enumerate(talk) if is_theirs]
    ours = [at(n) for n, (is_theirs, _) in enumerate(talk) if not is_theirs]
    expected = tell(theirs, ours)
    known: list[Post] = []
    said: list[datetime] = []
    standing: Standing | None = None
    left_theirs, left_ours = list(theirs), list(ours)
    while left_theirs or left_ours:
        if left_theirs and (not left_ours or random.random() < 0.5):
            known.append(left_theirs.pop(0))
            first = standing is None
            standing = tell(known, said) if first else hear(standing, known[-1], at(0))
        else:
            said.append(left_ours.pop(0))
            if standing is not None and said[-1] < standing.last_at:
                standing = tell(known, said)
            elif standing is not None:
                standing = answer(standing, said[-1])
    assert (standing is None) == (expected is None)
    if standing is not None and expected is not None:
        assert _what_shows(standing) == _what_shows(expected)


def _what_shows(standing: Standing) -> tuple[object, ...]:
    """Give all of a standing that matters; of somebody who is answered only that."""
    spoken = (standing.state, standing.last_at, standing.ours_at)
    if not standing.is_waiting:
        return spoken
    return (*spoken, standing.lane, standing.since_at, standing.words, standing.away_days)


@given(TALK)
def test_whoever_spoke_last_is_never_lost(talk: list[tuple[bool, str]]) -> None:
    """They wait exactly when the last word is theirs, and since the first unanswered word."""
    theirs = [word(n, body) for n, (is_theirs, body) in enumerate(talk) if is_theirs]
    ours = [at(n) for n, (is_theirs, _) in enumerate(talk) if not is_theirs]
    standing = tell(theirs, ours)
    if not theirs:
        assert standing is None
        return
    assert standing is not None
    answered_until = max(ours, default=at(-1))
    open_words = [one for one in theirs if one.created_at > answered_until]
    assert standing.is_waiting == bool(open_words)
    if open_words:
        assert standing.words == len(open_words)
        bodies = [one.body for one in open_words]
        assert standing.counts == (set(bodies) != {THANKS})
        assert (standing.lane is Lane.QUESTION) == (QUESTION in bodies)
