"""How many of a stream's posts are looked at, where they are more than can be.

Law: pure; the moment is handed in. An even share is taken by the key of a post and by nothing
else, so that it is the same one whoever takes it; a larger share holds the whole of a smaller
one. Nothing is passed over without being counted.
"""

from typing import Final
from zlib import crc32

DEPTH_S: Final = 10.0
"""So many seconds' worth may come at once: after a short break all of it is read."""
_WINDOW_S: Final = 1.0
BEHIND_S: Final = 30.0
"""From here on less is looked at rather than more be late: what breaks is told in minutes."""
_WELL_S: Final = 10.0
_HARDEST: Final = 1_024
_STEP_S: Final = 5.0
"""Who merely reads slowly falls behind by no more than the time that passes. What leaps further
is a clock that was set, there or here."""
SAID_AFTER_S: Final = 20.0
"""A rush that is over sooner is not worth a word."""
UNSAID_AFTER_S: Final = 60.0
_NEARLY: Final = 0.95
_ALL: Final = 1 << 32


class Sampler:
    """Decides post by post, by how many come and how late they are."""

    def __init__(self, per_s_at_most: float, now_s: float) -> None:
        """Begin at ``now_s``, on a clock that never goes back."""
        self.one_in = 1
        """One post in so many is looked at."""
        self._limit = per_s_at_most
        self._left = per_s_at_most * DEPTH_S
        self._begun_s = now_s
        self._came = 0
        self._taken = 0
        self._load = 0.0
        self._for_load = 1
        self._harder = 1
        self._late_s: float | None = None
        self._was_late_s: float | None = None
        self._least_late_s = 0.0
        self._since_s: float | None = None
        self._until_s = now_s

    def change(self, per_s_at_most: float) -> None:
        """Look at so many a second from now on."""
        self._limit = per_s_at_most
        self._left = min(self._left, per_s_at_most * DEPTH_S)

    def takes(self, key: str, now_s: float, at_s: float | None = None) -> bool:
        """Tell whether a post is looked at.

        ``at_s`` is when the stream had it, in seconds of any clock, where it says so.
        """
        if now_s - self._begun_s >= _WINDOW_S:
            self._turn(now_s)
        self._came += 1
        if at_s is not None:
            self._late_s = now_s - at_s
        if self._taken >= self._left:
            return False
        if self.one_in > 1 and crc32(key.encode("utf-8", "replace")) * self.one_in >= _ALL:
            return False
        self._taken += 1
        return True

    def fall_behind(self) -> None:
        """Know that the stream itself says that we are too slow."""
        self._harder = min(2 * self._harder, _HARDEST)

    def said(self, now_s: float) -> int:
        """Give what is said of it: one post in so many; 1 where that is all, or not for long."""
        if now_s - self._begun_s >= _WINDOW_S:
            self._turn(now_s)
        if self._since_s is None or self._until_s - self._since_s < SAID_AFTER_S:
            return 1
        return max(2, self.one_in)

    @property
    def is_behind(self) -> bool:
        """Whether less is looked at because this machine does not keep up."""
        return self._harder > 1

    def _turn(self, now_s: float) -> None:
        """End a window: see what came in it, and decide on the share of the next."""
        passed_s = now_s - self._begun_s
        load = self._came / passed_s
        self._load = max(load, (self._load + load) / 2)
        full = self._limit * DEPTH_S
        self._left = max(0.0, min(full, self._left - self._taken + self._limit * passed_s))
        self._note(now_s)
        needed = max(1, -int(-self._load // self._limit))
        if self._left < full / 2:
            self._for_load = max(self._for_load, needed)
        elif self._left >= full * _NEARLY:
            self._for_load = needed
        self._see_lateness(passed_s)
        self.one_in = min(self._for_load * self._harder, _HARDEST)
        self._begun_s, self._came, self._taken = now_s, 0, 0

    def _see_lateness(self, passed_s: float) -> None:
        """Look at less where what comes is ever later, and at more once that is over."""
        late_s, was_s = self._late_s, self._was_late_s
        self._was_late_s, self._late_s = late_s, None
        if late_s is None:
            return
        if was_s is None or late_s - was_s > passed_s + _STEP_S:
            self._least_late_s = late_s
        self._least_late_s = min(self._least_late_s, late_s)
        behind_s = late_s - self._least_late_s
        if behind_s > BEHIND_S and was_s is not None and late_s >= was_s:
            self.fall_behind()
        elif behind_s < _WELL_S:
            self._harder = max(1, self._harder // 2)

    def _note(self, now_s: float) -> None:
        """Remember since when, and until when, not all was looked at."""
        if self._came > self._taken:
            self._since_s = self._begun_s if self._since_s is None else self._since_s
            self._until_s = now_s
        elif now_s - self._until_s >= UNSAID_AFTER_S:
            self._since_s = None
