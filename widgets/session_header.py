"""The first line of a session: what for, what was done, and how long it still is."""

from textual.reactive import reactive

from services.model.session import SessionClock, Stage
from services.model.words import NOTHING, Safe
from widgets.ages import time_left
from widgets.cells import clip
from widgets.one_line import OneLine
from widgets.tally import tally
from widgets.voices import Part, Voice, fit, measure, spread

_NAME = "chinwag"


class SessionHeader(OneLine):
    """Name and intention on the left; tally and time left, in words, on the right."""

    clock: reactive[SessionClock | None] = reactive(None, repaint=False)
    intention: reactive[Safe] = reactive(NOTHING, repaint=False)
    label: reactive[str] = reactive("", repaint=False)
    """What kind of session it is where that has to be said, such as "practice"."""
    answered: reactive[int] = reactive(0, repaint=False)
    people: reactive[int] = reactive(0, repaint=False)

    def parts(self, cells: int) -> list[Part]:
        """Say the line; the time left is the last thing to go."""
        left: list[Part] = [(_NAME, Voice.NOW_NAME)]
        if self.label:
            left += [("  ", Voice.INK), (self.label, Voice.PEOPLE)]
        time = [(self._time(), Voice.NOW_NAME)] if self.clock is not None else []
        done = tally(self.answered, self.people) if self.answered else []
        right = [*done, ("     ", Voice.INK), *time] if time else done
        if measure(left) + 2 + measure(right) > cells:
            right = time
        if measure(left) + 2 + measure(right) > cells:
            return fit(right or left, cells)
        room = cells - measure(left) - measure(right) - 4
        if self.intention and room > len(_NAME):
            left += [("  ", Voice.INK), (clip(self.intention, room), Voice.INK)]
        gap = cells - measure(left) - measure(right)
        return [*left, (" " * gap, Voice.INK), *right] if right else spread(left, right, cells)

    def _time(self) -> str:
        if self.clock is None:
            return ""
        left = time_left(self.clock.seconds_left)
        return f"time is up, {left}" if self.clock.stage is Stage.GRACE else left

    def watch_clock(self) -> None:
        """Say the minute, in the last one the second."""
        self.tell()

    def watch_intention(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_label(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_answered(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_people(self) -> None:
        """Say it anew."""
        self.tell()
