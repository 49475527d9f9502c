"""What a word changes between two people: pure rules over one (account, thread, person).

Law: computed from posts alone, ours and theirs; no clock, no network's seen-marker. ``tell`` gives
the standing that all posts make; ``hear`` and ``answer`` give the same, one post at a time, as
long as ours does not come later than what they have said since.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from services.model.people import Acquaintance
from services.model.posts import Post
from services.model.waiting import Lane, WaitState
from services.text.cues import is_last_word, is_question

LONG_AWAY = timedelta(days=60)
"""Silent for so long, a person is *back* when they write again."""

LIVE_FOR = timedelta(minutes=5)
"""Both sides have spoken within this: the exchange is live."""


class Standing(msgspec.Struct, frozen=True):
    """How one person stands to us in one thread."""

    state: WaitState
    lane: Lane
    """QUESTION, BACK, REST or LAST_WORD; LIVE and LONGEST are a matter of the moment."""
    since_at: datetime
    last_at: datetime
    ours_at: datetime | None
    words: int
    away_days: int | None

    @property
    def is_waiting(self) -> bool:
        """Whether the last word is theirs and nobody has dealt with it."""
        return self.state in (WaitState.UNREAD, WaitState.SEEN)

    @property
    def counts(self) -> bool:
        """Whether they are one of the people who wait, rather than of the quiet group."""
        return self.is_waiting and self.lane is not Lane.LAST_WORD


def hear(before: Standing | None, comment: Post, wrote_before_at: datetime | None) -> Standing:
    """Give the standing after a comment of theirs.

    ``wrote_before_at`` is when they had last written to us anywhere, before this comment.
    """
    at = comment.created_at
    if before is not None and before.ours_at is not None and before.ours_at >= at:
        return replace(before, last_at=max(before.last_at, at))
    away = _days_away(wrote_before_at, at)
    if before is None or not before.is_waiting:
        return Standing(
            state=WaitState.UNREAD,
            lane=_lane(comment, away),
            since_at=at,
            last_at=at,
            ours_at=before.ours_at if before else None,
            words=1,
            away_days=away,
        )
    lane = _lane(comment, before.away_days)
    was_quiet = before.lane is Lane.LAST_WORD and lane is not Lane.LAST_WORD
    return replace(
        before,
        state=WaitState.UNREAD,
        lane=min(lane, before.lane),
        since_at=at if was_quiet else min(before.since_at, at),
        last_at=max(before.last_at, at),
        words=before.words + 1,
    )


def answer(before: Standing, at: datetime) -> Standing:
    """Give the standing after a word of ours to them at ``at``."""
    ours_at = at if before.ours_at is None else max(before.ours_at, at)
    if at < before.last_at:
        return replace(before, ours_at=ours_at)
    return replace(before, ours_at=ours_at, state=WaitState.ANSWERED)


def tell(
    theirs: Iterable[Post], ours: Iterable[datetime], wrote_before_at: datetime | None = None
) -> Standing | None:
    """Give the standing that their words and the moments of ours make; ``None`` without a word.

    ``wrote_before_at`` is when they had written to us elsewhere, where that is known.
    """
    words = sorted(theirs, key=lambda post: post.created_at)
    answers = sorted(ours)
    now: Standing | None = None
    before_at = wrote_before_at
    for word in words:
        while now is not None and answers and answers[0] < word.created_at:
            now = answer(now, answers.pop(0))
        now = hear(now, word, before_at)
        before_at = word.created_at
    for at in answers:
        now = None if now is None else answer(now, at)
    return now


def makes_exchange(before: Standing | None, after: Standing | None) -> bool:
    """Whether an answer between the two has made an exchange: their words and ours."""
    if before is None or after is None or after.state is not WaitState.ANSWERED:
        return False
    return before.state is not WaitState.ANSWERED


def acquaintance(exchanges: int, away_days: int | None) -> Acquaintance:
    """Say how well we knew somebody, from our exchanges with them and how long they were away."""
    if away_days is not None:
        return Acquaintance.BACK
    return Acquaintance.AGAIN if exchanges else Acquaintance.NEW


def is_live(ours_at: datetime | None, last_at: datetime, now: datetime) -> bool:
    """Whether both sides have spoken within the last five minutes."""
    return ours_at is not None and now - ours_at <= LIVE_FOR and now - last_at <= LIVE_FOR


def _lane(comment: Post, away_days: int | None) -> Lane:
    if is_question(comment.body):
        return Lane.QUESTION
    if is_last_word(comment.body):
        return Lane.LAST_WORD
    return Lane.BACK if away_days is not None else Lane.REST


def _days_away(wrote_before_at: datetime | None, at: datetime) -> int | None:
    if wrote_before_at is None or at - wrote_before_at < LONG_AWAY:
        return None
    return (at - wrote_before_at).days
