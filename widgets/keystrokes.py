"""Is a line feed a key that somebody pressed, or a line in something pasted?

Law: pure; times are those stamped when the bytes were read. A line feed counts as pressed only
when nothing else came within ``ALONE_S`` before or after it, so that no paste can ever send.
"""

from dataclasses import dataclass, field
from enum import Enum

ALONE_S = 0.030
"""Seconds of silence around a key that a hand pressed; a paste comes in microseconds."""


class Ruling(Enum):
    """What becomes of a line feed."""

    WAIT = "wait"
    """Not known yet: ask again after ``ALONE_S`` of silence."""
    NEWLINE = "newline"
    """It belongs to a paste: it breaks the line."""
    SEND = "send"
    """Somebody pressed it."""


@dataclass(slots=True)
class Keystrokes:
    """What has been typed lately, as far as the ruling needs it."""

    _last_s: float | None = field(default=None, init=False)
    _waiting_s: float | None = field(default=None, init=False)

    @property
    def is_waiting(self) -> bool:
        """Whether a line feed has come that is not ruled on yet."""
        return self._waiting_s is not None

    def line_feed(self, at_s: float) -> tuple[Ruling, ...]:
        """Take a line feed read at ``at_s``; rule on one that waited, then on this one."""
        earlier = self.other(at_s, remember=False)
        is_pasted = self._is_near(at_s)
        self._last_s = at_s
        if is_pasted:
            return (*earlier, Ruling.NEWLINE)
        self._waiting_s = at_s
        return (*earlier, Ruling.WAIT)

    def other(self, at_s: float, *, remember: bool = True) -> tuple[Ruling, ...]:
        """Take any other key read at ``at_s``; rule on a line feed that waited, if one did."""
        waiting = self._waiting_s
        self._waiting_s = None
        if remember:
            self._last_s = at_s if self._last_s is None else max(self._last_s, at_s)
        if waiting is None:
            return ()
        return (Ruling.NEWLINE if abs(at_s - waiting) <= ALONE_S else Ruling.SEND,)

    def silence(self, now_s: float) -> Ruling | None:
        """Rule when nothing came; ``None`` when there is nothing to rule on."""
        if self._waiting_s is None:
            return None
        if now_s - self._waiting_s <= ALONE_S:
            return Ruling.WAIT
        self._waiting_s = None
        return Ruling.SEND

    def forget(self) -> None:
        """Drop a line feed that waits, because the text it was for is gone."""
        self._waiting_s = None

    def _is_near(self, at_s: float) -> bool:
        return self._last_s is not None and abs(at_s - self._last_s) <= ALONE_S
