"""What one would sit down for: length, rhythm, intention, as the lobby's keys change them."""

from dataclasses import replace
from typing import TYPE_CHECKING

from services.errors import ChinwagError
from services.model.session import Plan, Rhythm
from services.model.words import NOTHING
from services.session.rhythm import people_that_fit
from tui.report import show_error
from tui.screens.ask import AskScreen
from widgets.ages import count
from widgets.choice_line import ChoiceLine
from widgets.said_line import SaidLine
from widgets.voices import Part, Voice

if TYPE_CHECKING:
    from tui.screens.lobby import LobbyScreen

LENGTHS = (5, 10, 20, 30, 45)
"""Minutes to choose from; others are typed."""

_LONGEST = 180
_NARROW_COLUMNS = 76
_RHYTHMS = {Rhythm.REPLY_FIRST: "reply first", Rhythm.ON_THE_STORY: "on the story"}


class LobbyPlan:
    """The plan of one lobby, and the lines that say it."""

    def __init__(self, lobby: "LobbyScreen") -> None:
        """Begin with what was chosen last."""
        self._lobby = lobby
        config = lobby.runtime.config
        rhythm = Rhythm.ON_THE_STORY if config.rhythm == "on-the-story" else Rhythm.REPLY_FIRST
        self.plan = Plan(config.minutes, rhythm, NOTHING)
        """What Enter begins."""

    def lengthen(self) -> None:
        """Choose the next length."""
        longer = (one for one in LENGTHS if one > self.plan.minutes)
        self._choose(next(longer, max(LENGTHS[-1], self.plan.minutes)))

    def shorten(self) -> None:
        """Choose the length before."""
        shorter = (one for one in LENGTHS[::-1] if one < self.plan.minutes)
        self._choose(next(shorter, min(LENGTHS[0], self.plan.minutes)))

    def turn_rhythm(self) -> None:
        """Choose the other rhythm."""
        is_first = self.plan.rhythm is Rhythm.REPLY_FIRST
        rhythm = Rhythm.ON_THE_STORY if is_first else Rhythm.REPLY_FIRST
        self.plan = replace(self.plan, rhythm=rhythm)
        self.say()
        self._lobby.doors.keep(rhythm=rhythm.value)

    async def ask_minutes(self) -> None:
        """Let a length be typed."""
        app = self._lobby.app
        typed = await app.push_screen_wait(
            AskScreen("How many minutes?", str(self.plan.minutes), f"1 to {_LONGEST}")
        )
        if typed is None:
            return
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= _LONGEST:
            self._choose(int(typed))
        else:
            show_error(
                app,
                ChinwagError("That is no length.", f"A session lasts 1 to {_LONGEST} minutes."),
            )

    async def ask_intention(self) -> None:
        """Let an intention be typed."""
        typed = await self._lobby.app.push_screen_wait(
            AskScreen(
                "What do you sit down for?", self.plan.intention, "such as: the old ones first"
            )
        )
        if typed is not None:
            self.plan = replace(self.plan, intention=typed)
            self.say()

    def say(self) -> None:
        """Say the plan."""
        plan = self.plan
        choices = LENGTHS if plan.minutes in LENGTHS else (*LENGTHS, plan.minutes)
        length = self._lobby.query_one("#length", ChoiceLine)
        length.options = tuple(map(str, choices))
        length.chosen = choices.index(plan.minutes)
        fit = people_that_fit(plan.minutes, plan.rhythm)
        is_narrow = self._lobby.app.size.width < _NARROW_COLUMNS
        people = count(fit, "person fits", "people fit")
        length.after = f"min, {fit} fit" if is_narrow else f"minutes    about {people}"
        rhythm = self._lobby.query_one("#rhythm", ChoiceLine)
        rhythm.options = tuple(_RHYTHMS.values())
        rhythm.chosen = list(_RHYTHMS).index(plan.rhythm)
        shown: Part = (
            (plan.intention, Voice.INK) if plan.intention else ("none; i says one", Voice.QUIET)
        )
        self._lobby.query_one("#intention", SaidLine).said = (
            ("Intention".ljust(14), Voice.NAME),
            (" ", Voice.INK),
            shown,
        )

    def _choose(self, minutes: int) -> None:
        self.plan = replace(self.plan, minutes=minutes)
        self.say()
        self._lobby.doors.keep(minutes=minutes)
